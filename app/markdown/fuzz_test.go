package markdown_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nuso.se/app/markdown"
)

// Render never panics; what it gives is well-formed, parses, and holds nothing but what
// the package makes.
func FuzzRender(f *testing.F) {
	sources, err := filepath.Glob("testdata/golden/*.md")
	if err != nil || len(sources) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, source := range sources {
		f.Add(readFile(f, source))
	}
	for _, vector := range vectors(f) {
		f.Add(vector)
	}
	r := markdown.New()
	e := env()
	e.Self = "sip"
	f.Fuzz(func(t *testing.T, body string) {
		result, err := r.Render(body, e)
		if err != nil {
			var p *markdown.Problem
			if !errors.As(err, &p) || p.Text == "" || p.Cure == "" || result.HTML != "" {
				t.Errorf("%#v", err)
			}
			return
		}
		checkSafe(t, result.HTML)
		if !utf8.ValidString(result.HTML) || !utf8.ValidString(result.Text) {
			t.Error("not UTF-8")
		}
		if _, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + result.HTML)); err != nil {
			t.Error(err)
		}
		last := strings.Count(strings.ReplaceAll(body, "\r", "\n"), "\n") + 2
		for _, p := range result.Problems {
			if p.Line < 1 || p.Line > last || p.Text == "" || p.Cure == "" {
				t.Errorf("problem %#v in %d lines", p, last)
			}
		}
		for _, link := range result.Links {
			if !strings.HasPrefix(link.Path, "/") || strings.HasPrefix(link.Path, "//") {
				t.Errorf("link %q", link.Path)
			}
		}
	})
}
