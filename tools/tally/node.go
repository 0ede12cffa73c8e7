package tally

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// Reporter is the module that makes Node.js's test runner say what NodeTests
// reads; hand it over with --test-reporter.
//
//go:embed reporter.mjs
var Reporter []byte

// nodeEvent is one line of Reporter's.
type nodeEvent struct {
	Type, Name, File, Skip, Failure, Error, Message string
	Nesting                                         int
	Suite, Todo                                     bool
	MS                                              float64
}

// nodeRun is where in the tree of tests the stream is: a parent is told of
// after its children.
type nodeRun struct {
	out      io.Writer
	report   *Report
	children []int    // seen so far under the open test at each depth
	open     []string // the names of the open tests, one at each depth
}

// NodeTests reads Reporter's lines until their end, prints each leaf as it
// comes and each failure with its error, and adds to the report.
func NodeTests(r io.Reader, out io.Writer, report *Report) error {
	run := nodeRun{out: out, report: report}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			run.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the output of the browser tests: %w", err)
		}
	}
}

func (run *nodeRun) line(line []byte) {
	var e nodeEvent
	if json.Unmarshal(line, &e) != nil {
		run.out.Write(line)
		return
	}
	switch e.Type {
	case "test:start":
		run.open = append(run.open[:min(e.Nesting, len(run.open))], e.Name)
	case "test:pass", "test:fail":
		run.test(e)
	case "test:stdout", "test:stderr":
		io.WriteString(run.out, e.Message)
	case "test:diagnostic":
		if e.Nesting > 0 {
			fmt.Fprintln(run.out, "      "+e.Message)
		}
	}
}

// test counts one finished test if it is a leaf or failed by itself.
func (run *nodeRun) test(e nodeEvent) {
	for len(run.children) < e.Nesting+2 {
		run.children = append(run.children, 0)
	}
	leaf := run.children[e.Nesting+1] == 0
	run.children[e.Nesting+1] = 0
	run.children[e.Nesting]++
	name := run.name(e)
	switch {
	case leaf && (e.Skip != "" || e.Todo):
		run.report.Skip(name, reasonOf(e))
	case e.Type == "test:fail" && (leaf || e.Failure != "subtestsFailed"):
		run.report.Fail(name)
		fmt.Fprintf(run.out, "FAIL  %s\n      %s\n", name, strings.ReplaceAll(strings.TrimSpace(e.Error), "\n", "\n      "))
	case e.Type == "test:pass" && leaf && !e.Suite:
		run.report.Passed++
		fmt.Fprintf(run.out, "ok    %-70s %6.1fs\n", name, e.MS/1000)
	}
}

// name is the file, the suites and tests around, and the test's own name.
func (run *nodeRun) name(e nodeEvent) string {
	names := append(slices.Clone(run.open[:min(e.Nesting, len(run.open))]), e.Name)
	if e.File != "" && e.Name != e.File {
		names = append([]string{filepath.Base(e.File)}, names...)
	}
	return strings.Join(names, " › ")
}

func reasonOf(e nodeEvent) string {
	switch {
	case e.Todo:
		return "marked as yet to do"
	case e.Skip == "true":
		return "no reason given"
	default:
		return e.Skip
	}
}
