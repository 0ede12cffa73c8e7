package lint

import (
	"bytes"
	"context"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"nuso.se/tools/runner"
)

// ours calls visit with the path, from the root, of every text file that is
// ours: not what was installed, built, or belongs to git or to data.
func ours(r *runner.Runner, visit func(path string) error) error {
	return filepath.WalkDir(r.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(r.Root, path)
		if d.IsDir() {
			if slices.Contains([]string{".git", ".cache", "node_modules", "bin", "data", filepath.Join("static", "dist")}, name) ||
				d.Name() == "testdata" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		return visit(name)
	})
}

// isText tells by the name whether a file is one of text that people write.
func isText(path string) bool {
	switch filepath.Ext(path) {
	case ".go", ".md", ".html", ".css", ".js", ".mjs", ".json", ".sql", ".yml", ".yaml", ".txt", ".svg", ".mod", ".sum", ".tmpl":
		return true
	}
	return slices.Contains([]string{"Makefile", "Dockerfile", "run", ".gitignore", ".npmrc", ".editorconfig", ".dockerignore"}, filepath.Base(path))
}

// text finds what .editorconfig asks for and is not so.
func text(_ context.Context, r *runner.Runner) ([]string, string) {
	var findings []string
	err := ours(r, func(path string) error {
		if !isText(path) || filepath.Base(path) == "package-lock.json" {
			return nil
		}
		body, err := os.ReadFile(r.Path(path))
		if err != nil {
			return err
		}
		findings = append(findings, textFindings(path, body)...)
		return nil
	})
	if err != nil {
		findings = append(findings, err.Error())
	}
	return findings, ""
}

func textFindings(path string, body []byte) []string {
	var findings []string
	if len(body) == 0 {
		return nil
	}
	if !bytes.HasSuffix(body, []byte("\n")) || bytes.HasSuffix(body, []byte("\n\n")) {
		findings = append(findings, place(path, bytes.Count(body, []byte("\n"))+1, "end the file with exactly one newline"))
	}
	for i, line := range strings.Split(strings.TrimRight(string(body), "\n"), "\n") {
		switch {
		case !utf8.ValidString(line):
			findings = append(findings, place(path, i+1, "not UTF-8: save the file as UTF-8"))
		case strings.HasSuffix(line, "\r"):
			findings = append(findings, place(path, i+1, "CR at the line's end: save with LF"))
		case strings.TrimRight(line, " \t") != line && filepath.Ext(path) != ".md":
			findings = append(findings, place(path, i+1, "space at the line's end: remove it"))
		}
	}
	return findings
}

// formatted finds the Go files that gofmt would write otherwise.
func formatted(path string, body []byte) []string {
	want, err := format.Source(body)
	if err != nil {
		return []string{err.Error()}
	}
	if bytes.Equal(want, body) {
		return nil
	}
	line := 1
	for i := range min(len(want), len(body)) {
		if want[i] != body[i] {
			break
		}
		if body[i] == '\n' {
			line++
		}
	}
	return []string{place(path, line, "not as gofmt writes it: gofmt -w %s", path)}
}
