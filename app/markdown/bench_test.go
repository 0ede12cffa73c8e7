package markdown_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"nuso.se/app/markdown"
)

// glossaryOf makes a glossary of the size of the site's, with the given terms first.
func glossaryOf(size int, first ...markdown.Term) *markdown.Terms {
	for i := len(first); i < size; i++ {
		word := fmt.Sprintf("begrepp%c%c", 'a'+i%26, 'a'+i/26%26)
		first = append(first, markdown.Term{Slug: word, Title: word, Definition: "Ett begrepp.",
			Forms: []string{word + "en", word + "et", word + " i " + word}})
	}
	return markdown.NewTerms(first)
}

// twoKilobytes is a document like most on the site: headings, links, a list, a table,
// a callout, and terms.
func twoKilobytes(t testing.TB) string {
	t.Helper()
	body, err := os.ReadFile("testdata/golden/two-kilobytes.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func BenchmarkRender(b *testing.B) {
	body := twoKilobytes(b)
	chart := "\n" + section(readFile(b, "testdata/golden/chart-bars.md"))
	terms := glossaryOf(60, siteTerms()...)
	for _, bench := range []struct{ name, body string }{
		{"2 kB", body},
		{"2 kB with a chart", body + chart},
		{"100 kB", strings.Repeat(body, 50)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := markdown.New()
			env := markdown.Env{BaseURL: "https://nuso.se", Terms: terms, Trusted: true}
			b.SetBytes(int64(len(bench.body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Render(bench.body, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewTerms(b *testing.B) {
	for b.Loop() {
		glossaryOf(60, siteTerms()...)
	}
}

func BenchmarkSplit(b *testing.B) {
	source := []byte("---\nid: nyhet-x\ntitle: Rubrik\nareas: [delstudie-1]\norder: 3\n---\n\n" + twoKilobytes(b))
	for b.Loop() {
		var head struct {
			ID, Title string
			Areas     []string
			Order     int
		}
		if _, _, err := markdown.Split(source, &head); err != nil {
			b.Fatal(err)
		}
	}
}
