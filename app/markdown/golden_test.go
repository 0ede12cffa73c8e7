package markdown_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/markdown"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each testdata/golden/x.md has its HTML in x.html and all else of its result in x.txt.
// A name that begins with "en-" is rendered as English.
func TestGolden(t *testing.T) {
	sources, err := filepath.Glob("testdata/golden/*.md")
	if err != nil || len(sources) < 15 {
		t.Fatalf("found %d golden sources: %v", len(sources), err)
	}
	r := markdown.New()
	for _, source := range sources {
		base := strings.TrimSuffix(source, ".md")
		t.Run(filepath.Base(base), func(t *testing.T) {
			e := env()
			if strings.HasPrefix(filepath.Base(base), "en-") {
				e.Lang = "en"
			}
			result, err := r.Render(readFile(t, source), e)
			if err != nil {
				t.Fatal(err)
			}
			checkSafe(t, result.HTML)
			compare(t, base+".html", result.HTML)
			compare(t, base+".txt", rest(result))
		})
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(readFile(t, path), got); diff != "" {
		t.Errorf("%s (-golden +got):\n%s", path, diff)
	}
}

// rest writes everything of a result but its HTML.
func rest(result markdown.Result) string {
	var b strings.Builder
	b.WriteString("Outline:\n")
	for _, h := range result.Outline {
		fmt.Fprintf(&b, "  %d #%s %s\n", h.Level, h.ID, h.Title)
	}
	b.WriteString("Links:\n")
	for _, l := range result.Links {
		fmt.Fprintf(&b, "  %d %s\n", l.Line, l.Path)
	}
	b.WriteString("Images:\n")
	for _, i := range result.Images {
		fmt.Fprintf(&b, "  %d %s\n", i.Line, i.Name)
	}
	b.WriteString("Problems:\n")
	for _, p := range result.Problems {
		fmt.Fprintf(&b, "  %s\n", p.Error())
	}
	b.WriteString("Text:\n  " + strings.ReplaceAll(result.Text, "\n", "\n  ") + "\n")
	return b.String()
}
