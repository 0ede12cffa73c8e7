package bleve_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/searchtest"
)

// shelf is what the readings are tried on, each text with words of its own.
func shelf() []search.Document {
	return []search.Document{
		{ID: "anmalan", Title: "Fler orosanmälningar under hösten", Body: "Socialtjänsten tog emot dem."},
		{ID: "skola", Title: "Närvaro", Summary: "Frånvaro i skolan följs upp.", Body: "Barn och unga behöver stöd, säger rektorn."},
		{ID: "valfard", Title: "Välfärdens villkor", Body: "Om ärenden hos kommunen."},
		{ID: "ringlost", Title: "Valborg", Body: "Hos Andersson och co."},
		{ID: "bup", Title: "BUP:s väntetider", Body: "Kön hos BUP är lång. Barn- och ungdomspsykiatrin växer."},
		{ID: "genomlysning", Title: "Genomlysning", Body: "En genomlysning av metoder och utfall."},
	}
}

func TestReadings(t *testing.T) {
	ix, _ := filled(t, shelf()...)
	for _, row := range []struct {
		name    string
		reading search.Reading
		text    string
		want    string
	}{
		{"a word as it is written", search.Plain, "valborg", "ringlost"},
		{"another inflection", search.Plain, "rektorer", "skola"},
		{"a part of a compound", search.Plain, "anmälan", "anmalan"},
		{"the compound in another inflection", search.Plain, "orosanmälan", "anmalan"},
		{"the parts of a compound", search.Plain, "skolfrånvaro", "skola"},
		{"an abbreviation with an ending", search.Plain, "bup", "bup"},
		{"a word of another alphabet", search.Plain, "привет", ""},
		{"no word at all", search.Plain, "finnsinte", ""},
		{"a beginning", search.Prefix, "väl", "valfard"},
		{"a beginning of one letter", search.Prefix, "g", "genomlysning"},
		{"a beginning in a text", search.Prefix, "rekt", "skola"},
		{"a beginning longer than the edges kept", search.Prefix, "orosanmälningar", "anmalan"},
		{"a beginning is no ending", search.Prefix, "borg", ""},
		{"without rings", search.Folded, "arenden", "valfard"},
		{"without rings, in another inflection", search.Folded, "valfarden", "valfard"},
		{"without rings, the beginning", search.Folded, "vantet", "bup"},
		{"with rings where there are none", search.Folded, "välborg", "ringlost"},
		{"one letter missing", search.Typo, "genomlysnng", "genomlysning"},
		{"two letters changed places", search.Typo, "rekotrn", "skola"},
		{"two slips in a long word", search.Typo, "genmlysnng", "genomlysning"},
		{"two slips in a short word are too many", search.Typo, "valbrgg", ""},
		{"the first letter of a short word must be right", search.Typo, "balborg", ""},
		{"the first letter of a long word need not be", search.Typo, "henomlysning", "genomlysning"},
		{"three letters have no slips", search.Typo, "bap", ""},
		{"a phrase", search.Plain, "frånvaro i skolan", "skola"},
		{"a phrase is in order", search.Plain, "skolan i frånvaro", ""},
		{"a phrase is unbroken", search.Plain, "frånvaro skolan", ""},
		{"a phrase does not reach over two texts", search.Plain, "närvaro frånvaro", ""},
		{"a phrase goes through signs", search.Plain, "barn och ungdomspsykiatrin", "bup"},
		{"a phrase that is not typed to its end", search.Prefix, "frånvaro i sko", "skola"},
		{"a phrase without rings", search.Folded, "franvaro i skolan", "skola"},
		{"a phrase with a slip", search.Typo, "frånvro i skolan", "skola"},
		{"a phrase of words that many have", search.Plain, "och unga", "skola"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := ids(find(t, ix, search.Request{Wants: word(row.reading, row.text)})); got != row.want {
				t.Errorf("%q finds %q, want %q", row.text, got, row.want)
			}
		})
	}
}

func TestWantsTogether(t *testing.T) {
	ix, _ := filled(t, shelf()...)
	two := []search.Want{{Words: []string{"barn"}}, {Words: []string{"rektorn"}}}
	synonym := word(search.Plain, "xyzzy")
	synonym[0].Synonyms = [][]string{{"kommunen"}, {"fler", "orosanmälningar"}, nil}
	for _, row := range []struct {
		name string
		r    search.Request
		want string
	}{
		{"all must be there", search.Request{Wants: two}, "skola"},
		{"any is enough, more is better", search.Request{Wants: two, Any: true}, "skola bup"},
		{"any of none", search.Request{Wants: word(search.Plain, "xyzzy"), Any: true}, ""},
		{"a synonym, a phrase that means the same", search.Request{Wants: synonym}, "anmalan valfard"},
		{"titles only", search.Request{Wants: word(search.Plain, "närvaro"), Titles: true}, "skola"},
		{"titles only: not in the text", search.Request{Wants: word(search.Plain, "rektorn"), Titles: true}, ""},
		{"titles only: not in the summary", search.Request{Wants: word(search.Plain, "frånvaro"), Titles: true}, ""},
		{"titles only, a beginning", search.Request{Wants: word(search.Prefix, "gen"), Titles: true}, "genomlysning"},
		{"titles only, a beginning without rings", search.Request{Wants: word(search.Folded, "vantet"), Titles: true}, "bup"},
		{"a want without words asks for nothing", search.Request{Wants: []search.Want{{}, {Words: []string{"valborg"}}}}, "ringlost"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := ids(find(t, ix, row.r)); got != row.want {
				t.Errorf("%q, want %q", got, row.want)
			}
		})
	}
}

func TestOrder(t *testing.T) {
	day := func(n int) time.Time { return noon().AddDate(0, 0, -n) }
	filler := strings.Repeat("annat innehåll här ", 20)
	ix, _ := filled(t,
		search.Document{ID: "body", Title: "Annat", Body: "Metodstöd finns. " + filler, Date: day(1)},
		search.Document{ID: "summary", Title: "Annat", Summary: "Metodstöd finns.", Body: filler, Date: day(2)},
		search.Document{ID: "title", Title: "Metodstöd", Body: filler, Date: day(900)},
		search.Document{ID: "inflected", Title: "Metodstödets", Body: filler, Date: day(900)},
		search.Document{ID: "old", Title: "Tvilling", Date: day(400)},
		search.Document{ID: "new", Title: "Tvilling", Date: day(3)},
		search.Document{ID: "same-b", Title: "Trilling", Date: day(5)},
		search.Document{ID: "same-a", Title: "Trilling", Date: day(5)},
		search.Document{ID: "same-c", Title: "Trilling", Date: day(4)},
		search.Document{ID: "often", Title: "Annat", Body: "Drevkarl, drevkarl, drevkarl " + filler, Date: day(9)},
		search.Document{ID: "once", Title: "Annat", Body: "Drevkarl " + filler + filler, Date: day(9)},
	)
	everything := "body summary new same-c same-a same-b often once old inflected title"
	for _, row := range []struct {
		name string
		r    search.Request
		want string
	}{
		{"a title over a summary over a text, as written over inflected", search.Request{Wants: word(search.Plain, "metodstöd")}, "title inflected summary body"},
		{"fresh over old", search.Request{Wants: word(search.Plain, "tvilling")}, "new old"},
		{"alike and of one day by id", search.Request{Wants: word(search.Plain, "trilling")}, "same-c same-a same-b"},
		{"often in a short text over once in a long one", search.Request{Wants: word(search.Plain, "drevkarl")}, "often once"},
		{"newest first", search.Request{Wants: word(search.Plain, "metodstöd"), Newest: true}, "body summary inflected title"},
		{"everything, newest first", search.Request{}, everything},
		{"the first page", search.Request{Limit: 3}, "body summary new"},
		{"the second page", search.Request{Limit: 3, Offset: 3}, "same-c same-a same-b"},
		{"the last page", search.Request{Limit: 3, Offset: 9}, "inflected title"},
		{"beyond the last page", search.Request{Limit: 3, Offset: 11}, ""},
		{"far beyond", search.Request{Limit: math.MaxInt, Offset: math.MaxInt}, ""},
		{"as many as there are", search.Request{Limit: math.MaxInt, Offset: 10}, "title"},
		{"an offset below none", search.Request{Limit: 1, Offset: -5}, "body"},
	} {
		t.Run(row.name, func(t *testing.T) {
			for range 3 {
				if got := ids(find(t, ix, row.r)); got != row.want {
					t.Errorf("%q, want %q", got, row.want)
				}
			}
		})
	}
	for _, limit := range []int{0, -1} {
		found, err := ix.Find(t.Context(), search.Request{Sight: access.Sight{All: true}, Now: noon(), Limit: limit})
		if err != nil || found.Total != 11 || len(found.Matches) != 0 {
			t.Errorf("limit %d: %v, %v", limit, found, err)
		}
	}
}

// The order must not depend on how Bleve has spread the documents over its files.
func TestTheOrderIsThatOfTheDocuments(t *testing.T) {
	l := searchtest.NewLibrary()
	var docs []search.Document
	for d := range l.Documents(300) {
		d.Audience, d.Draft, d.Until, d.Date = access.Open, false, time.Time{}, noon().AddDate(0, 0, -len(docs)%7)
		docs = append(docs, d)
	}
	whole, _ := filled(t, docs...)
	pieces, _ := filled(t)
	for chunk := range slices.Chunk(docs, 37) {
		slices.Reverse(chunk)
		update(t, pieces, chunk...)
	}
	for i := range 100 {
		r := search.Request{Limit: 20, Facets: []string{search.FacetKind, search.FacetYear}}
		for _, word := range strings.Fields(l.Query()) {
			r.Wants = append(r.Wants, search.Want{Words: []string{word}, Reading: []search.Reading{search.Plain, search.Prefix, search.Typo}[i%3]})
		}
		if diff := cmp.Diff(find(t, whole, r), find(t, pieces, r)); diff != "" {
			t.Errorf("%v:\n%s", r.Wants, diff)
		}
	}
}

func TestFiltersAndFacets(t *testing.T) {
	ix, _ := filled(t,
		search.Document{ID: "1", Title: "Ord", Kind: "news", Areas: []string{"a", "b"}, Challenges: []string{"x"}, County: "01", Group: "B3", Year: 2025},
		search.Document{ID: "2", Title: "Ord", Kind: "news", Areas: []string{"b", "b"}, Challenges: []string{"x", "y"}, County: "01", Group: "A1", Year: 2026},
		search.Document{ID: "3", Title: "Ord", Kind: "page", Areas: []string{"a"}, County: "14", Year: 2026},
		search.Document{ID: "4", Title: "Annat", Kind: "study", Areas: []string{"a"}, County: "14", Year: 2024},
		search.Document{ID: "5", Title: "Ord", Kind: "news", Areas: []string{"hemligt"}, County: "25", Year: 1999, Audience: access.LoggedIn},
	)
	every := search.Facets()
	for _, row := range []struct {
		name   string
		filter search.Filter
		want   string
	}{
		{"nothing", search.Filter{}, "1 2 3"},
		{"a kind", search.Filter{Kinds: []string{"page"}}, "3"},
		{"any of kinds, one twice", search.Filter{Kinds: []string{"page", "news", "news"}}, "1 2 3"},
		{"an area", search.Filter{Area: "b"}, "1 2"},
		{"a challenge", search.Filter{Challenge: "y"}, "2"},
		{"a county", search.Filter{County: "14"}, "3"},
		{"a group", search.Filter{Group: "B3"}, "1"},
		{"a year", search.Filter{Year: 2026}, "2 3"},
		{"all at once", search.Filter{Kinds: []string{"news"}, Area: "b", Challenge: "x", County: "01", Group: "A1", Year: 2026}, "2"},
		{"what nobody has", search.Filter{Area: "c"}, ""},
		{"what only others have", search.Filter{Area: "hemligt"}, ""},
		{"signs of other languages", search.Filter{Area: `a" OR area:"b`, County: "*"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			found := find(t, ix, search.Request{Wants: word(search.Plain, "ord"), Filter: row.filter, Facets: every})
			if got := ids(found); got != row.want || found.Total != len(strings.Fields(row.want)) {
				t.Errorf("%q of %d, want %q", got, found.Total, row.want)
			}
		})
	}
	found := find(t, ix, search.Request{Wants: word(search.Plain, "ord"), Facets: append(every, "title", "audience", "")})
	want := map[string]map[string]int{
		"kind": {"news": 2, "page": 1}, "area": {"a": 2, "b": 2}, "challenge": {"x": 2, "y": 1},
		"county": {"01": 2, "14": 1}, "group": {"B3": 1, "A1": 1}, "year": {"2025": 1, "2026": 2},
	}
	if diff := cmp.Diff(want, found.Facets); diff != "" {
		t.Error(diff)
	}
	counted, err := ix.Find(t.Context(), search.Request{Sight: access.Actor{}.Sight(), Now: noon(), Facets: []string{search.FacetYear}})
	if err != nil || counted.Total != 4 || !maps.Equal(counted.Facets[search.FacetYear], map[string]int{"2024": 1, "2025": 1, "2026": 2}) {
		t.Errorf("only counted: %v, %v", counted, err)
	}
}

func TestAFindEndsWithItsContext(t *testing.T) {
	ix, _ := filled(t, shelf()...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ix.Find(ctx, search.Request{Wants: word(search.Plain, "barn")}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want Canceled", err)
	}
	if ix.Stale() {
		t.Error("the index is stale because somebody left")
	}
}

func TestManyWantsAtOnce(t *testing.T) {
	ix, _ := filled(t, shelf()...)
	var wants []search.Want
	for i := range 700 {
		wants = append(wants, search.Want{Words: []string{fmt.Sprintf("ord%d", i)}})
	}
	wants = append(wants, search.Want{Words: []string{"valborg"}})
	if got := ids(find(t, ix, search.Request{Wants: wants, Any: true})); got != "ringlost" {
		t.Errorf("any: %q", got)
	}
	if got := ids(find(t, ix, search.Request{Wants: wants})); got != "" {
		t.Errorf("all: %q", got)
	}
}
