// Package tally counts tests from the machine-readable output of go test and
// of Node.js's test runner, shows what failed, and keeps every skip's reason.
// Only leaves count: a test that has subtests is not counted besides them,
// unless it failed by itself.
package tally

import (
	"fmt"
	"io"
)

// Count is how many tests came out how.
type Count struct{ Passed, Failed, Skipped int }

// String is the closing line that every runner of the project prints.
func (c Count) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", c.Passed, c.Failed, c.Skipped)
}

// Add adds another count.
func (c *Count) Add(other Count) {
	c.Passed += other.Passed
	c.Failed += other.Failed
	c.Skipped += other.Skipped
}

// Skip is a test that did not run, and why.
type Skip struct{ Name, Reason string }

// Report is what a whole run came to.
type Report struct {
	Count
	Skips    []Skip
	Failures []string // the names of what failed
}

// Fail counts something that failed outside any test.
func (r *Report) Fail(name string) {
	r.Failed++
	r.Failures = append(r.Failures, name)
}

// Skip counts something that was left out.
func (r *Report) Skip(name, reason string) {
	r.Skipped++
	r.Skips = append(r.Skips, Skip{name, reason})
}

// Print writes the skips, the names of the failures and, last, the count.
func (r *Report) Print(out io.Writer) {
	if len(r.Skips) > 0 {
		fmt.Fprintln(out, "\nskipped:")
		for _, s := range r.Skips {
			fmt.Fprintf(out, "  %s: %s\n", s.Name, s.Reason)
		}
	}
	if len(r.Failures) > 0 {
		fmt.Fprintln(out, "\nfailed:")
		for _, name := range r.Failures {
			fmt.Fprintf(out, "  %s\n", name)
		}
	}
	fmt.Fprintf(out, "\n%s\n", r.Count)
}
