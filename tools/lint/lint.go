// Package lint holds what is checked of the project's text without running
// it. Every finding names the file, the line and the cure.
package lint

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nuso.se/tools/front"
	"nuso.se/tools/runner"
	"nuso.se/tools/site"
	"nuso.se/tools/tally"
)

// check is one thing that is looked at. It returns what was found, or a
// reason why it could not look.
type check struct {
	name string
	look func(context.Context, *runner.Runner) (findings []string, skip string)
}

// Run looks at everything and counts each check as one.
func Run(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	for _, c := range checks() {
		r.Out.During(func() string { return c.name })
		findings, skip := c.look(ctx, r)
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		switch {
		case skip != "":
			report.Skip(c.name, skip)
			r.Out.Say("skip  %s: %s", c.name, skip)
		case len(findings) > 0:
			report.Fail(c.name)
			r.Out.Say("FAIL  %s\n  %s", c.name, strings.Join(findings, "\n  "))
		default:
			report.Passed++
			r.Out.Say("ok    %s", c.name)
		}
	}
	return report, nil
}

func checks() []check {
	return []check{
		{"text: UTF-8, LF, no space at line ends, one newline last", text},
		{"gofmt", gofmt},
		{"sizes, comments and budgets of the product", productSizes},
		{"sizes and comments of the tools", toolSizes},
		{"sizes of templates, style sheets and scripts", otherSizes},
		{"go vet", told("go", "vet", "./...")},
		{"go vet of the tools", toldIn("tools", "go", "vet", "./...")},
		{"staticcheck", staticcheck("")},
		{"staticcheck of the tools", staticcheck("tools")},
		{"go.mod and go.sum are tidy", told("go", "mod", "tidy", "-diff")},
		{"go.mod and go.sum of the tools are tidy", toldIn("tools", "go", "mod", "tidy", "-diff")},
		{"stylelint", told("npm", "run", "--silent", "lint:css", "--", "--formatter=unix")},
		{"scripts parse", scripts},
		{"shell parses", told("bash", "-n", ".ci/run")},
		{"content", content},
		{"secrets (gitleaks)", gitleaks},
	}
}

// told runs a program in the root: what it says when it fails are findings.
func told(name string, args ...string) func(context.Context, *runner.Runner) ([]string, string) {
	return toldIn("", name, args...)
}

func toldIn(dir, name string, args ...string) func(context.Context, *runner.Runner) ([]string, string) {
	return func(ctx context.Context, r *runner.Runner) ([]string, string) {
		said, err := r.CommandIn(ctx, r.Path(dir), nil, name, args...)
		if err == nil {
			return nil, ""
		}
		if strings.TrimSpace(said) == "" {
			said = err.Error()
		}
		return lines(said), ""
	}
}

// staticcheck builds the version that tools/go.mod pins and runs it in dir.
func staticcheck(dir string) func(context.Context, *runner.Runner) ([]string, string) {
	return func(ctx context.Context, r *runner.Runner) ([]string, string) {
		bin := filepath.Join(r.Scratch, "staticcheck")
		if _, err := os.Stat(bin); err != nil {
			_, err := r.CommandIn(ctx, r.Path("tools"), nil, "go", "build", "-buildvcs=false", "-o", bin, "honnef.co/go/tools/cmd/staticcheck")
			if err != nil {
				return lines(err.Error()), ""
			}
		}
		return toldIn(dir, bin, "./...")(ctx, r)
	}
}

// content has the product itself check the content files.
func content(ctx context.Context, r *runner.Runner) ([]string, string) {
	bin, err := site.Build(ctx, r)
	if err != nil {
		return lines(err.Error()), ""
	}
	said, err := r.Command(ctx, []string{"NUSO_DATA_DIR=" + filepath.Join(r.Scratch, "data")}, bin, "content", "check", "content")
	if err != nil {
		return lines(said), ""
	}
	return nil, ""
}

// scripts has Node.js parse each module of ours.
func scripts(ctx context.Context, r *runner.Runner) ([]string, string) {
	var findings []string
	err := ours(r, func(path string) error {
		if ext := filepath.Ext(path); ext != ".mjs" && ext != ".js" {
			return nil
		}
		if said, err := r.Command(ctx, nil, "node", "--check", r.Path(path)); err != nil {
			findings = append(findings, lines(said)...)
		}
		return nil
	})
	if err != nil {
		findings = append(findings, err.Error())
	}
	return findings, ""
}

// leaks is the version of gitleaks that looks for secrets; it is built once for a clone.
const leaks = "github.com/zricethezav/gitleaks/v8@v8.28.0"

// gitleaks looks for secrets in what is committed; .gitleaks.toml says which are made up.
func gitleaks(ctx context.Context, r *runner.Runner) ([]string, string) {
	dir := r.Path(".cache", "gitleaks", filepath.Base(leaks))
	bin := filepath.Join(dir, "gitleaks")
	if _, err := os.Stat(bin); err != nil {
		if _, err := r.Command(ctx, []string{"GOBIN=" + dir}, "go", "install", "-buildvcs=false", leaks); err != nil {
			return lines(err.Error()), ""
		}
	}
	return told(bin, "git", "--no-banner", "--redact", "--verbose", ".")(ctx, r)
}

func lines(said string) []string {
	return strings.Split(strings.TrimSpace(said), "\n")
}

// place is how every finding begins.
func place(path string, line int, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", path, line, fmt.Sprintf(format, args...))
}
