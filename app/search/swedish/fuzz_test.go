package swedish_test

import (
	"html/template"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nuso.se/app/search/swedish"
)

// Whatever is in a text and whatever is wanted of it: words stand where they say, and what is marked is HTML of text and <mark>
// alone. None of it takes long.
func FuzzText(f *testing.F) {
	f.Add("En orosanmälan om ett barn.", "anmälan barn", uint8(0), 20)
	f.Add("Råd & stöd <i>i</i> kommunen", `"råd stöd" kommun`, uint8(7), 10)
	f.Add("BUP:s HVB:erna d'Arc e-post", "bup post", uint8(1), 5)
	f.Add("a\u030a\u00ad\u202e\x00\xff👶", "å", uint8(2), 3)
	f.Fuzz(func(t *testing.T, text, query string, how uint8, length int) {
		if len(text) > 20_000 || len(query) > 1000 {
			t.Skip("longer than anything that is shown or typed")
		}
		wanted := like(query, swedish.Wanted{Prefix: how&1 > 0, Folded: how&2 > 0, Typo: how&4 > 0})
		begun := time.Now()
		for _, token := range swedish.Words(text) {
			if token.Word == "" || !utf8.ValidString(token.Word) || token.Start >= token.End || token.End > len(text) {
				t.Errorf("%q: %+v", text, token)
			}
			if parts := swedish.Parts(token.Word); swedish.Stem(token.Word) == "" || len(parts) > 20 {
				t.Errorf("%q has no stem, or the parts %v", token.Word, parts)
			}
		}
		checkMarked(t, swedish.Marked(text, wanted))
		checkMarked(t, swedish.Snippet(text, wanted, length))
		if took := time.Since(begun); took > 10*time.Second { // milliseconds on a machine with nothing else to do
			t.Errorf("%s for %d bytes", took, len(text))
		}
	})
}

// checkMarked reports HTML that is not valid, or has anything but text within or without <mark>.
func checkMarked(t *testing.T, marked template.HTML) {
	t.Helper()
	if !utf8.ValidString(string(marked)) {
		t.Errorf("%q is not UTF-8", marked)
	}
	within := false
	for z := html.NewTokenizer(strings.NewReader(string(marked))); ; {
		switch kind := z.Next(); {
		case kind == html.ErrorToken:
			if within {
				t.Errorf("%q: <mark> is not closed", marked)
			}
			return
		case kind == html.StartTagToken && string(z.Raw()) == "<mark>" && !within, kind == html.EndTagToken && string(z.Raw()) == "</mark>" && within:
			within = !within
		case kind != html.TextToken || strings.ContainsAny(string(z.Raw()), `<>"'`):
			t.Errorf("%q: %q", marked, z.Raw())
		}
	}
}

// Ten thousand characters of the worst kinds take no time that anybody notices.
func TestLongTextsAreReadInTime(t *testing.T) {
	for name, piece := range map[string]string{
		"one word": "a", "one word of parts": "skol", "one letter and marks": "\u0301", "one-letter words": "a ", "compounds": "barnavårdsutredning ",
		"escapes": "<&'", "colons": "a:s", "soft hyphens": "\u00ad", "broken bytes": "\xff", "near misses": "anmälnig ",
	} {
		t.Run(name, func(t *testing.T) {
			text := "å" + strings.Repeat(piece, 10_000/utf8.RuneCountInString(piece))
			wanted := like(`barn anmälning "a a a a" a vårdsutredning x`, swedish.Wanted{Prefix: true, Folded: true, Typo: true})
			begun := time.Now()
			for _, token := range swedish.Words(text) {
				swedish.Parts(token.Word)
			}
			checkMarked(t, swedish.Marked(text, wanted))
			checkMarked(t, swedish.Snippet(text, wanted, 200))
			swedish.Stem(text)
			swedish.Parts(text)
			swedish.Distance(text, "b"+text, 2)
			swedish.Nearest("anmälning", text)
			if took := time.Since(begun); took > 10*time.Second { // milliseconds on a machine with nothing else to do
				t.Errorf("%s", took)
			} else {
				t.Log(took)
			}
		})
	}
}
