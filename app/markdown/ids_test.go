package markdown

import (
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"pgregory.net/rapid"
)

func TestSlug(t *testing.T) {
	tests := []struct{ title, want string }{
		{"Så här går det till", "sa-har-gar-det-till"},
		{"Öppna jämförelser", "oppna-jamforelser"},
		{"Idé & analys", "ide-analys"},
		{"  Mellanslag –  och  streck ", "mellanslag-och-streck"},
		{"PM 1: 23 % mot 44 %", "pm-1-23-mot-44"},
		{"Ærø, Übung, Niño, façade, naïve", "aro-ubung-nino-facade-naive"},
		{"Vaves®", "vaves"},
		{"NUSO:s", "nuso-s"},
		{"日本", ""},
		{"!?", ""},
		{"a\u030a", "a"},
	}
	for _, test := range tests {
		if got := Slug(test.title); got != test.want {
			t.Errorf("%q: got %q, want %q", test.title, got, test.want)
		}
	}
}

// Whatever the titles, every id begins with a letter, is fit for an address as it is, and
// comes once.
func TestIDsAreUnique(t *testing.T) {
	shape := regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	rapid.Check(t, func(t *rapid.T) {
		given := newIDs()
		given.Put([]byte("upptagen"))
		seen := map[string]bool{"upptagen": true}
		for _, title := range rapid.SliceOfN(rapid.OneOf(
			rapid.String(),
			rapid.SampledFrom([]string{"A", "a", "A 2", "A-2", "a 2 2", "Upptagen", "", "2024", "Term x", "fn-1", "Sök", "Meny"}),
		), 1, 30).Draw(t, "titles") {
			id := string(given.Generate([]byte(title), ast.KindHeading))
			if seen[id] || !shape.MatchString(id) || reserved(id) {
				t.Fatalf("%q became %q", title, id)
			}
			seen[id] = true
		}
	})
}

// A thousand headings of one name cost a thousand steps, not half a million.
func TestIDsOfOneNameAreCountedOn(t *testing.T) {
	given := newIDs()
	for range 1000 {
		given.Generate([]byte("A"), ast.KindHeading)
	}
	if got := string(given.Generate([]byte("A"), ast.KindHeading)); got != "a-1001" || given.next["a"] != 1001 {
		t.Errorf("got %s, next %d", got, given.next["a"])
	}
}

func TestExcerpt(t *testing.T) {
	for text, want := range map[string]string{
		"kort":                          "kort",
		" två\n  rader ":                "två rader",
		strings.Repeat("å", 61):         strings.Repeat("å", 60) + "…",
		"bruten \xc3... bokstav":        "bruten ... bokstav",
		strings.Repeat("ord ", 15)[:59]: strings.TrimSpace(strings.Repeat("ord ", 15)),
	} {
		if got := excerpt(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
