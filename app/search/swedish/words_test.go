package swedish_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"nuso.se/app/search/swedish"
)

func wordsOf(text string) []string {
	words := []string{}
	for _, t := range swedish.Words(text) {
		words = append(words, t.Word)
	}
	return words
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a sentence gives its words in lower case", "Socialtjänsten utreder, i Åmål!", "socialtjänsten utreder i åmål"},
		{"digits are words and parts of words", "2023: 17 av PM5", "2023 17 av pm 5"},
		{"a hyphen parts words", "e-post, PM-5, Upplands-Bro, HVB-hem", "e post pm 5 upplands bro hvb hem"},
		{"an inflection after a colon is dropped", "BUP:s, HVB:erna och 5:e", "bup hvb och 5"},
		{"an inflection after an apostrophe is dropped", "Kent's, Kent’s bok", "kent kent bok"},
		{"a colon before anything else parts words", "kind:news, kl 10:30, BUP:sina, se:Å", "kind news kl 10 30 bup sina se å"},
		{"an apostrophe within a name parts it", "d'Arc, rock'n'roll", "d arc rock roll"},
		{"an apostrophe or a colon at the end is no word", "Mats' plan: nu", "mats plan nu"},
		{"letters and their rings are composed", "a\u030angra A\u0308pplen o\u0308", "ångra äpplen ö"},
		{"soft hyphens are not there", "oros\u00adanmälan, om\u00adsorg\u00ad nu", "orosanmälan omsorg nu"},
		{"marks of direction and joiners are not there", "\u202eoro\u202c o\u200bro o\u200dro \u2067oro\u2069", "oro oro oro oro"},
		{"emoji part words", "barn👶🏽familj 3️⃣ ❤", "barn familj 3"},
		{"NUL and control signs part words", "oro\x00anmälan\x07nu", "oro anmälan nu"},
		{"broken bytes part words", "oro\xffanmälan \xc3", "oro anmälan"},
		{"no words in nothing", "", ""},
		{"no words in signs", " .,;:!?-–—*~\"'()[]{}<>&%\u0301\u00ad", ""},
		{"other letters than ours", "Ærø Łódź Αθήνα Москва 東京", "ærø łódź αθήνα москва 東京"},
		{"capital rings", "ÅÄÖ ÉÜ", "åäö éü"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(wordsOf(c.text), " "); got != c.want {
				t.Errorf("%q: %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestAWordKnowsWhereItStands(t *testing.T) {
	text := "Åtta av BUP:s barn, o\u00adro."
	var got []string
	for _, token := range swedish.Words(text) {
		got = append(got, text[token.Start:token.End])
	}
	if want := []string{"Åtta", "av", "BUP:s", "barn", "o\u00adro"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestALongWordIsCut(t *testing.T) {
	text := strings.Repeat("ö", 10_000)
	tokens := swedish.Words(text + " nu")
	if len(tokens) != 2 || tokens[0].Word != strings.Repeat("ö", 64) || tokens[0].End != len(text) || tokens[1].Word != "nu" {
		t.Errorf("%d words, the first of %d letters", len(tokens), utf8.RuneCountInString(tokens[0].Word))
	}
}

// signs are what words and the places between them are made of, with what goes wrong most easily.
func signs() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.OneOf(
		rapid.RuneFrom([]rune("abcåäöéABCÅÄÖ019 ,.:'’-<>&\n\x00\u00ad\u0301\u030a\u200d\u202e\ufe0f👶İßſﬁ")),
		rapid.Rune(),
	), 0, 200, -1)
}

func TestWordsStandInOrderAndAreReadAgainAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, end := signs().Draw(t, "text"), 0
		for _, token := range swedish.Words(text) {
			if token.Start < end || token.End <= token.Start || token.End > len(text) {
				t.Fatalf("%q: %+v after %d", text, token, end)
			}
			end = token.End
			if again := swedish.Words(token.Word); len(again) != 1 || again[0].Word != token.Word {
				t.Fatalf("%q: %q is read again as %+v", text, token.Word, again)
			}
			if written := swedish.Words(text[token.Start:token.End]); len(written) != 1 || written[0].Word != token.Word {
				t.Fatalf("%q: %q alone is %+v", text, token.Word, written)
			}
		}
	})
}

func TestFold(t *testing.T) {
	for word, want := range map[string]string{
		"omställning": "omstallning", "råd": "rad", "öl": "ol", "idé": "ide", "müller": "muller", "ærø": "aro", "señor": "senor",
		"rad": "rad", "москва": "москва", "": "",
	} {
		if got := swedish.Fold(word); got != want || swedish.HasRing(word) != (got != word) {
			t.Errorf("%s: %s, has a ring: %v", word, got, swedish.HasRing(word))
		}
	}
}
