package swedish_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"nuso.se/app/search/swedish"
)

func TestSnippet(t *testing.T) {
	const text = "Kommunerna lämnar uppgifter varje år. Delstudie 3 följer alla aktualiseringar under 2023. " +
		"En orosanmälan kan leda till att en utredning inleds! Andra anmälningar leder inte dit. " +
		"Socialtjänsten skyddar barn som far illa, och barnets bästa är alltid först."
	for _, c := range []struct {
		name   string
		wanted []swedish.Wanted
		length int
		want   string
	}{
		{"the beginning when nothing is wanted", nil, 40, "Kommunerna lämnar uppgifter varje år. …"},
		{"the beginning when nothing is there", plain("xylofon"), 30, "Kommunerna lämnar uppgifter …"},
		{"the beginning when the word is there", plain("år"), 40, "Kommunerna lämnar uppgifter varje [år]. …"},
		{"from the beginning of the sentence", plain("utredning"), 60, "… En orosanmälan kan leda till att en [utredning] inleds! Andra …"},
		{"from some words before in a long sentence", plain("inleds"), 30, "… utredning [inleds]! Andra …"},
		{"where most different words are", plain("anmälan utredning barn"), 70,
			"… [orosanmälan] kan leda till att en [utredning] inleds! Andra [anmälningar] …"},
		{"where most words are", plain("barn"), 60, "… Socialtjänsten skyddar [barn] som far illa, och [barnets] bästa …"},
		{"to the end", plain("först"), 50, "… far illa, och barnets bästa är alltid [först]."},
		{"the whole of a short text", plain("barn"), 1000,
			strings.NewReplacer("barn ", "[barn] ", "barnets", "[barnets]").Replace(text)},
		{"nothing at all", nil, 0, "…"},
		{"less than nothing", plain("barn"), -5, "… …"},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.NewReplacer("[", "<mark>", "]", "</mark>").Replace(c.want)
			if got := string(swedish.Snippet(text, c.wanted, c.length)); got != want {
				t.Errorf("%q\nwant %q", got, want)
			}
		})
	}
}

func TestAWordLongerThanTheSnippetIsCut(t *testing.T) {
	long := strings.Repeat("å", 5000)
	for name, wanted := range map[string][]swedish.Wanted{"wanted": like("å", swedish.Wanted{Prefix: true}), "not wanted": nil} {
		got := string(swedish.Snippet(long, wanted, 100))
		if shown := strings.Count(got, "å"); shown != 100 || !strings.HasSuffix(got, "…") {
			t.Errorf("%s: %d letters, %q", name, shown, got[max(0, len(got)-20):])
		}
	}
}

func TestASnippetIsAPieceOfTheTextAndNoLongerThanAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := signs().Draw(t, "text")
		wanted := like(signs().Draw(t, "query"), swedish.Wanted{Prefix: true, Folded: true, Typo: true})
		length := rapid.IntRange(1, 120).Draw(t, "length")
		got := unmarked(string(swedish.Snippet(text, wanted, length)))
		passage := strings.TrimSuffix(strings.TrimPrefix(got, "… "), "…")
		if n := utf8.RuneCountInString(passage); n > length+1 {
			t.Fatalf("%q: %d characters", got, n)
		}
		valid := strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
		if !strings.Contains(valid, strings.TrimSuffix(passage, " ")) && utf8.ValidString(text) {
			t.Fatalf("%q has no %q", valid, passage)
		}
	})
}

// A text is read only until enough has been found; the passage that is shown may be longer than that.
func TestASnippetIsMarkedToItsEnd(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"barn", "barnets", "skola", "åäööäå", "x", "år.", "日本語"}), 0, 80)
	rapid.Check(t, func(t *rapid.T) {
		text, wanted := strings.Join(words.Draw(t, "words"), " "), plain(rapid.SampledFrom([]string{"barn", "barn skola"}).Draw(t, "query"))
		got := string(swedish.Snippet(text, wanted, rapid.IntRange(20, 90).Draw(t, "length")))
		if want := string(swedish.Marked(unmarked(got), wanted)); got != want {
			t.Fatalf("%s\nwant %s", got, want)
		}
	})
}
