package lint

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nuso.se/tools/runner"
)

// The budgets of the design.
const (
	fileLines      = 400
	functionLines  = 50
	medianFunction = 15
	interfaces     = 15
	testShare      = 0.8
)

// source is one parsed Go file.
type source struct {
	path string
	body []byte
	set  *token.FileSet
	tree *ast.File
}

// sources parses the Go files for which keep holds.
func sources(r *runner.Runner, keep func(path string) bool) (list []source, findings []string) {
	err := ours(r, func(path string) error {
		if filepath.Ext(path) != ".go" || !keep(filepath.ToSlash(path)) {
			return nil
		}
		body, err := os.ReadFile(r.Path(path))
		if err != nil {
			return err
		}
		s := source{path: path, body: body, set: token.NewFileSet()}
		if s.tree, err = parser.ParseFile(s.set, path, body, parser.ParseComments); err != nil {
			findings = append(findings, err.Error())
			return nil
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		findings = append(findings, err.Error())
	}
	return list, findings
}

func inTools(path string) bool { return strings.HasPrefix(path, "tools/") }

func gofmt(_ context.Context, r *runner.Runner) ([]string, string) {
	list, findings := sources(r, func(string) bool { return true })
	for _, s := range list {
		findings = append(findings, formatted(s.path, s.body)...)
	}
	return findings, ""
}

func productSizes(_ context.Context, r *runner.Runner) ([]string, string) {
	list, findings := sources(r, func(path string) bool { return !inTools(path) })
	findings = append(findings, documented(list)...)
	for _, s := range list {
		findings = append(findings, sizes(s)...)
		findings = append(findings, variables(s)...)
	}
	return append(findings, budgets(list)...), ""
}

func toolSizes(_ context.Context, r *runner.Runner) ([]string, string) {
	list, findings := sources(r, inTools)
	findings = append(findings, documented(list)...)
	for _, s := range list {
		findings = append(findings, sizes(s)...)
		findings = append(findings, variables(s)...)
	}
	return findings, ""
}

// otherSizes finds templates, style sheets, scripts and modules that are too long.
func otherSizes(_ context.Context, r *runner.Runner) ([]string, string) {
	var findings []string
	err := ours(r, func(path string) error {
		if !slices.Contains([]string{".html", ".css", ".js", ".mjs"}, filepath.Ext(path)) {
			return nil
		}
		body, err := os.ReadFile(r.Path(path))
		if n := strings.Count(string(body), "\n"); n > fileLines {
			findings = append(findings, place(path, fileLines, "%d lines, at most %d: split it by subject", n, fileLines))
		}
		return err
	})
	if err != nil {
		findings = append(findings, err.Error())
	}
	return findings, ""
}

func (s source) line(p token.Pos) int { return s.set.Position(p).Line }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// sizes finds the file or functions of it that are too long.
func sizes(s source) []string {
	if ast.IsGenerated(s.tree) {
		return nil
	}
	var findings []string
	if n := strings.Count(string(s.body), "\n"); n > fileLines {
		findings = append(findings, place(s.path, fileLines, "%d lines, at most %d: split it by noun", n, fileLines))
	}
	for _, d := range s.tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || f.Name.Name == "run" || f.Name.Name == "routes" {
			continue
		}
		if n := s.length(f); n > functionLines {
			findings = append(findings, place(s.path, s.line(f.Pos()), "%s has %d lines beside its tables, at most %d: take a step of it out", f.Name.Name, n, functionLines))
		}
	}
	return findings
}

// length counts a function's lines without its tables: lists and maps written
// out over several lines.
func (s source) length(f *ast.FuncDecl) int {
	n := s.line(f.End()) - s.line(f.Pos()) + 1
	ast.Inspect(f.Body, func(node ast.Node) bool {
		lit, ok := node.(*ast.CompositeLit)
		if !ok {
			return true
		}
		switch lit.Type.(type) {
		case *ast.ArrayType, *ast.MapType:
			n -= s.line(lit.End()) - s.line(lit.Pos())
			return false
		}
		return true
	})
	return n
}
