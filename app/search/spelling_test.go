package search_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/search"
)

func TestANearerSpelling(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, titled("Skolfrånvaro ökar|Orosanmälan|Familjehem")...)
	k.groups = [][]string{{"aktualisering", "aktualiseringar"}, {"BBIC", "barns behov i centrum"}}
	for _, row := range []struct {
		name, text, want string
		corrected        bool
	}{
		{"none is needed", "skolfrånvaro", "", false},
		{"of what was found", "Skolfrånvraro", "skolfrånvaro", true},
		{"of one word of two", "skolfrånvraro ökar", "skolfrånvaro ökar", true},
		{"from the glossary when nothing was found", "aktualisreringra", "aktualiseringar", false},
		{"of a word that nothing has among others", "familjehem aktualisreringra", "familjehem aktualiseringar", false},
		{"of a slip and of a word that nothing has", "familjehm aktualisreringra", "familjehem aktualiseringar", false},
		{"none is near", "xyzzyx", "", false},
		{"of slips in words that no page has together", "skolfrånvraro orosnmälan", "skolfrånvaro orosanmälan", true},
		{"a phrase is not respelled", `"ökar skolfrånvraro"`, "", false},
		{"folding is no other spelling", "okar", "", false},
		{"nor is a beginning", "famil", "", false},
	} {
		if result := k.ask(row.text); result.Suggestion != row.want || result.Corrected != row.corrected {
			t.Errorf("%s: %q, corrected %t, want %q, %t", row.name, result.Suggestion, result.Corrected, row.want, row.corrected)
		}
	}
}

func TestSynonymsAreInForceWithinAMinute(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, titled("Arbetet med BoU|Barn och unga|Unga ledare")...)
	if got := names(k.ask("BoU")); len(got) != 1 {
		t.Fatalf("without synonyms %q", got)
	}
	k.groups = [][]string{{"BoU", "barn och unga"}}
	k.ask("BoU")
	if k.asked != 1 {
		t.Errorf("the synonyms were read %d times for two searches at once", k.asked)
	}
	k.clock.Advance(time.Minute)
	for _, text := range []string{"BoU", "barn och unga", `"barn och unga"`} {
		if diff := cmp.Diff([]string{"Arbetet med BoU", "Barn och unga"}, names(k.ask(text))); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", text, diff)
		}
	}
}

func TestSuggest(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, append(titled("Orosanmälan|Oroliga barn|Omställningen|Vård|Vardagen|Rad ett|Råd|Skola och hem"),
		search.Document{Title: "Stängd orosanmälan", Audience: access.LoggedIn}, search.Document{Title: "Annat", Body: "Orosanmälan och fiskafänge."})...)
	for _, row := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"signs", "* ~", ""},
		{"a beginning", "oros", "Orosanmälan"},
		{"a shorter one", "oro", "Oroliga barn|Orosanmälan"},
		{"a word in any case", "OROSANMÄLAN", "Orosanmälan"},
		{"a word in another form", "skolorna", "Skola och hem"},
		{"a whole word and a beginning", "oroliga ba", "Oroliga barn"},
		{"words in any order", "barn oroliga", "Oroliga barn"},
		{"without rings", "omstal", "Omställningen"},
		{"vard is vård", "vard", "Vardagen|Vård"},
		{"rad is rad", "rad", "Rad ett"},
		{"a slip", "orosanmlan", "Orosanmälan"},
		{"what only a text has", "fiskafänge", ""},
		{"what nothing has", "xyzzyx", ""},
	} {
		suggestions, err := k.Suggest(t.Context(), row.text, 8)
		got := []string{}
		for _, s := range suggestions {
			got = append(got, s.Title)
		}
		slices.Sort(got)
		if diff := cmp.Diff(titles(row.want), got); diff != "" || err != nil {
			t.Errorf("%s: %v; - want, + got:\n%s", row.name, err, diff)
		}
	}
	if got, err := k.Suggest(t.Context(), "o", 1); len(got) != 1 || err != nil || got[0].Kind != "news" || !strings.HasPrefix(got[0].Path, "/news/d0") {
		t.Errorf("one at most: %v, %v", got, err)
	}
}
