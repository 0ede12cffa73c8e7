package search_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/search"
)

func member() access.Actor {
	return access.Actor{ID: "7", Role: access.Member, Keys: []access.Audience{access.Participants}}
}

// open are documents that everybody sees.
func open() []search.Document {
	return []search.Document{
		{Title: "Skola och hem", Summary: "Om skolan.", Body: "Barnen går i skolan.", Areas: []string{"ett"}, Year: 2025},
		{Title: "Vardagen", Kind: "page", Summary: "Om vardag.", Body: "Skolan och vardagen.", Areas: []string{"tva"}, Year: 2026},
		{Title: "Planering", Kind: "page", Summary: "Om planer.", Body: "Hur man planerar.", Year: 2026},
	}
}

// closed are documents that no visitor sees, each for a reason of its own, with words that nothing else has.
func closed() []search.Document {
	now := clock.At(2026, time.March, 25, 12, 0, 0)
	all := []search.Document{
		{Audience: access.LoggedIn}, {Audience: access.Participants}, {Audience: "delstudie:delstudie-1"}, {Audience: "roll:researcher"},
		{Draft: true}, {From: now.Add(time.Minute)}, {Until: now},
	}
	for i := range all {
		d := &all[i]
		d.Kind, d.Title, d.Summary = "event", "Planteratord skola", "Vård och fiskafänge."
		d.Body = "Rad efter rad om planteratord och lönnlöv i skolan. Skolgång hemskt."
		d.Areas, d.Challenges, d.County, d.Group, d.Year = []string{"hemlig"}, []string{"hemlig"}, "17", "C6", 1999
	}
	return all
}

// texts are what somebody may type who wants to know of a closed word: the word, and all that is read as it.
func texts() []string {
	return []string{
		"planteratord", "Planteratorden", "planterat", "plante", "planteratorb", "plnteratord", "planteratord skola", "skola planteratord",
		`"planteratord skola"`, `"om planteratord"`, "planteratord xyzzyx", "lönnlöv", "lonnlov", "lonnl", "rad", "vard", "vård", "vad",
		"fiskafänge", "fiskafange", "skola", "skolan hem", "hemskt", "skolgång", "pl", "p", "planering", "BoU", "hemligt", "1999",
	}
}

func TestAClosedWordIsReadAsIfItDidNotExist(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, degraded := range []bool{false, true} {
			without := newDesk(t, d, degraded, open()...)
			groups := [][]string{{"BoU", "planteratord"}, {"skola", "skolgång"}}
			without.groups = groups
			var want []answer
			for _, text := range texts() {
				want = append(want, without.everything(access.Actor{}, text))
			}
			with := newDesk(t, d, degraded, append(open(), closed()...)...)
			with.groups = groups
			for i, text := range texts() {
				if diff := cmp.Diff(want[i], with.everything(access.Actor{}, text)); diff != "" {
					t.Errorf("degraded %t: %q tells of what is closed: - without it, + with it:\n%s", degraded, text, diff)
				}
			}
			if got := names(with.askAs(member(), search.Query{Text: "planteratord"})); !slices.Equal(got, []string{"Planteratord skola", "Planteratord skola"}) {
				t.Errorf("degraded %t: a participant finds %q", degraded, got)
			}
			if got := names(with.askAs(access.Actor{Role: access.Editor}, search.Query{Text: "planteratord"})); len(got) != len(closed()) {
				t.Errorf("degraded %t: an editor finds %d", degraded, len(got))
			}
			with.clock.Advance(2 * time.Minute)
			if got := names(with.ask("planteratord")); !slices.Equal(got, []string{"Planteratord skola"}) {
				t.Errorf("degraded %t: when one has appeared a visitor finds %q", degraded, got)
			}
			with.remove(len(open()) + len(closed()))
		}
	})
}

// answer is all that a person learns from a text: what is found, however it is narrowed, what is suggested, and how often index and
// database were asked, which is what the time tells.
type answer struct {
	Results     []search.Result
	Suggestions []search.Suggestion
	Finds       int
	Queries     int
}

func (k *desk) everything(who access.Actor, text string) answer {
	k.t.Helper()
	var a answer
	before := k.index.finds
	a.Queries = dbtest.Queries(k.t, k.db, func() {
		for _, filter := range []search.Filter{{}, {Area: "hemlig"}, {Kinds: []string{"event"}}, {Year: 1999}, {County: "17"}, {Group: "C6"}, {Challenge: "hemlig"}} {
			a.Results = append(a.Results, k.askAs(who, search.Query{Text: text, Filter: filter, Facets: search.Facets()}))
		}
		var err error
		if a.Suggestions, err = k.Suggest(access.With(k.t.Context(), who), text, 8); err != nil {
			k.t.Fatal(err)
		}
	})
	a.Finds = k.index.finds - before
	return a
}

// remove takes the first n documents away.
func (k *desk) remove(n int) {
	k.t.Helper()
	var ids []string
	for _, d := range k.filled(make([]search.Document, n)) {
		ids = append(ids, d.ID)
	}
	if err := k.db.Tx(k.t.Context(), func(tx db.Tx) error { return search.Remove(tx, ids...) }); err != nil {
		k.t.Fatal(err)
	}
}

func TestAHitThatWasClosedSinceTheIndexKnewIsNotShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false, titled("Planteratord|Skola")...)
		docs := k.filled(titled("Planteratord|Skola"))
		docs[0].Audience = access.LoggedIn
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return search.Put(tx, docs...) }); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"planteratord", "planteratorb"} {
			if result := k.ask(text); len(result.Hits) > 0 || result.Suggestion != "" {
				t.Errorf("%s: %+v", text, result)
			}
		}
		if suggestions, err := k.Suggest(t.Context(), "plant", 8); len(suggestions) > 0 || err != nil {
			t.Errorf("suggested: %v, %v", suggestions, err)
		}
	})
}

func TestASpellingIsNeverTakenFromWhatIsClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newDesk(t, d, false, search.Document{Title: "Planteratord", Audience: access.LoggedIn}, search.Document{Title: "Fiskafänge"})
		search3 := func(who access.Actor, text string) {
			for range 3 {
				k.askAs(who, search.Query{Text: text})
			}
			if err := k.counts.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			k.clock.Advance(2 * time.Minute)
		}
		check := func(name, text, suggestion string, popular ...string) {
			t.Helper()
			result := k.ask(text)
			got, err := k.Popular(t.Context(), 8)
			if result.Suggestion != suggestion || !slices.Equal(got, popular) || err != nil {
				t.Errorf("%s: %q suggests %q, want %q; popular %q, want %q; %v", name, text, result.Suggestion, suggestion, got, popular, err)
			}
		}
		check("a closed title", "planteratorb", "")
		search3(member(), "planteratord")
		check("what members search for and find", "planteratorb", "")
		search3(access.Actor{Role: access.Editor}, "planteratord")
		check("what editors search for and find", "planteratorb", "")
		search3(access.Actor{}, "planteratord")
		check("what visitors search for and do not find", "planteratorb", "")
		search3(access.Actor{}, "fiskafänge planteratord")
		check("what visitors find a part of", "planteratorb", "")
		search3(access.Actor{}, "fiskafnge")
		check("what visitors find by a slip is counted as it is written", "xyzzyx", "", "fiskafänge")
		search3(access.Actor{}, "fiskafange")
		search3(access.Actor{}, "fiska")
		check("and what they do not type to its end or without rings", "xyzzyx", "", "fiskafänge")
		search3(access.Actor{}, "fiskafänge")
		check("what visitors find", "fiskfngee", "fiskafänge", "fiskafänge")
	})
}
