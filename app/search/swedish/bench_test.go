package swedish_test

import (
	"fmt"
	"strings"
	"testing"

	"nuso.se/app/search/swedish"
	"nuso.se/content"
)

// words250 is a text of 250 words of the site, about two kilobytes.
func words250(b *testing.B) string {
	b.Helper()
	source, err := content.Files.ReadFile("studieomraden/delstudie-3.md")
	if err != nil {
		b.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.Repeat(string(source), 3))[:250], " ")
}

// analyse is what an index does with a text.
func analyse(text string) {
	for _, token := range swedish.Words(text) {
		swedish.Stem(token.Word)
		swedish.Parts(token.Word)
	}
}

func BenchmarkAnalyse(b *testing.B) {
	text := words250(b)
	b.Run("known words", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			analyse(text)
		}
	})
	b.Run("new words", func(b *testing.B) {
		b.ReportAllocs()
		words := swedish.Words(text)
		for i := 0; b.Loop(); i++ {
			var other strings.Builder
			for _, token := range words {
				fmt.Fprintf(&other, "x%d%s ", i, token.Word)
			}
			analyse(other.String())
		}
	})
}

func BenchmarkSnippet(b *testing.B) {
	text := words250(b)
	for _, bench := range []struct {
		name string
		as   swedish.Wanted
	}{{"plain", swedish.Wanted{}}, {"folded", swedish.Wanted{Folded: true}}, {"typo", swedish.Wanted{Typo: true}}} {
		b.Run(bench.name, func(b *testing.B) {
			wanted := like("utredning barn socialtjänst", bench.as)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				swedish.Snippet(text, wanted, 200)
			}
		})
	}
}

func BenchmarkWords(b *testing.B) {
	text := words250(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		swedish.Words(text)
	}
}

func BenchmarkDistance(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		swedish.Distance("orosanmälan", "orosanmäaln", 2)
	}
}
