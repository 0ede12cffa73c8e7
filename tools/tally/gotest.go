package tally

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// goEvent is one line of go test -json.
type goEvent struct {
	Action, Package, Test, Output, ImportPath, FailedBuild string
	Elapsed                                                float64
}

// goPackage is what is known of one package while its tests run.
type goPackage struct {
	output []string
	tests  map[string]*goTest
	order  []string
}

type goTest struct {
	output []string
	result string // pass, fail, skip, or nothing while it runs
	parent bool
}

// skipNoise are the lines around a skip that are not its reason.
var skipNoise = regexp.MustCompile(`^\s*(=== |--- |\d+\.\d+s)`)

// skipPlace is the file and line before a message of t.Skip and its like.
var skipPlace = regexp.MustCompile(`^\s*[\w.-]+\.go:\d+: `)

// GoTests reads the output of go test -json until its end, prints each package
// when it is done and each failure with its output, and adds to the report.
// watch, if given, is told the packages that are at work.
func GoTests(r io.Reader, out io.Writer, report *Report, watch func(name string, running bool)) error {
	packages := map[string]*goPackage{}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			goLine(line, out, packages, report, watch)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the output of go test: %w", err)
		}
	}
	for name, p := range packages { // go test ended without a word on these
		p.finish(goEvent{Package: name, Action: "fail"}, out, report)
	}
	return nil
}

func goLine(line []byte, out io.Writer, packages map[string]*goPackage, report *Report, watch func(string, bool)) {
	var e goEvent
	if json.Unmarshal(line, &e) != nil {
		out.Write(line)
		return
	}
	switch {
	case e.Action == "build-output":
		io.WriteString(out, e.Output)
	case e.Action == "build-fail" || e.Package == "":
	case e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip"):
		if p := packages[e.Package]; p != nil {
			p.finish(e, out, report)
			delete(packages, e.Package)
		}
		if watch != nil {
			watch(e.Package, false)
		}
	default:
		p := packages[e.Package]
		if p == nil {
			p = &goPackage{tests: map[string]*goTest{}}
			packages[e.Package] = p
			if watch != nil {
				watch(e.Package, true)
			}
		}
		p.note(e)
	}
}

// note takes in one event of a running package.
func (p *goPackage) note(e goEvent) {
	if e.Test == "" {
		if e.Action == "output" {
			p.output = append(p.output, e.Output)
		}
		return
	}
	t := p.tests[e.Test]
	if t == nil {
		t = &goTest{}
		p.tests[e.Test] = t
		p.order = append(p.order, e.Test)
	}
	switch e.Action {
	case "output":
		t.output = append(t.output, e.Output)
	case "fail", "skip":
		t.result = e.Action
	case "pass":
		t.result, t.output = e.Action, nil
	}
}

// finish counts a package's leaves and prints the outcome.
func (p *goPackage) finish(e goEvent, out io.Writer, report *Report) {
	p.markParents()
	var count Count
	var failed []string
	for _, name := range p.order {
		t := p.tests[name]
		switch {
		case t.result == "skip" && !t.parent:
			count.Skipped++
			report.Skips = append(report.Skips, Skip{e.Package + " " + name, t.reason()})
		case t.result == "pass" && !t.parent:
			count.Passed++
		case t.result == "fail" && (!t.parent || !p.failedBelow(name)),
			t.result == "" && !t.parent && e.Action == "fail":
			count.Failed++
			failed = append(failed, name)
		}
	}
	if e.Action == "fail" && count.Failed == 0 {
		count.Failed++
		report.Failures = append(report.Failures, e.Package+" (the package itself: build, panic, leak or time-out)")
	}
	for _, name := range failed {
		report.Failures = append(report.Failures, e.Package+" "+name)
	}
	report.Add(count)
	p.print(e, out, count, failed)
}

func (p *goPackage) print(e goEvent, out io.Writer, count Count, failed []string) {
	if e.Action != "fail" {
		if count != (Count{}) {
			fmt.Fprintf(out, "ok    %-34s %5d passed %3d skipped %7.1fs\n", e.Package, count.Passed, count.Skipped, e.Elapsed)
		}
		return
	}
	var text strings.Builder
	fmt.Fprintf(&text, "FAIL  %-34s %5d passed %3d failed %3d skipped %6.1fs\n",
		e.Package, count.Passed, count.Failed, count.Skipped, e.Elapsed)
	for _, name := range failed {
		fmt.Fprintf(&text, "  FAIL %s\n", name)
		for _, line := range p.tests[name].output {
			if !strings.HasPrefix(line, "=== ") {
				text.WriteString("    " + line)
			}
		}
	}
	for _, line := range p.output {
		if line != "FAIL\n" {
			text.WriteString("    " + line)
		}
	}
	io.WriteString(out, text.String())
}

// markParents marks the tests that have subtests.
func (p *goPackage) markParents() {
	for _, name := range p.order {
		for i, r := range name {
			if t := p.tests[name[:i]]; r == '/' && t != nil {
				t.parent = true
			}
		}
	}
}

// failedBelow reports whether a subtest of the named test failed.
func (p *goPackage) failedBelow(name string) bool {
	return slices.ContainsFunc(p.order, func(other string) bool {
		return strings.HasPrefix(other, name+"/") && p.tests[other].result != "pass" && p.tests[other].result != "skip"
	})
}

// reason is the text given to t.Skip, or the place of one without text.
func (t *goTest) reason() string {
	var said []string
	for _, line := range t.output {
		if !skipNoise.MatchString(line) {
			said = append(said, strings.TrimSpace(skipPlace.ReplaceAllString(line, "")))
		}
	}
	if len(said) == 0 {
		return "no reason given"
	}
	return strings.Join(said, " ")
}
