// Package searchtest holds what every index must pass, whatever engine it is: who finds what.
package searchtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
)

// now is the moment at which the suite asks.
func now() time.Time { return time.Date(2026, time.March, 25, 12, 0, 0, 0, time.UTC) }

// planted is a document that only some may find, with a word of its own in each of its texts.
type planted struct {
	name string
	doc  search.Document
}

func plant() []planted {
	hour, at := time.Hour, now()
	all := []planted{
		{"oppen", search.Document{Audience: access.Open}},
		{"inloggad", search.Document{Audience: access.LoggedIn}},
		{"deltagare", search.Document{Audience: access.Participants}},
		{"delstudie", search.Document{Audience: "delstudie:delstudie-1"}},
		{"annan", search.Document{Audience: "delstudie:delstudie-10"}},
		{"grupp", search.Document{Audience: `grupp:a" OR "b`}},
		{"forskare", search.Document{Audience: "roll:researcher"}},
		{"utkast", search.Document{Audience: access.Open, Draft: true}},
		{"kommande", search.Document{Audience: access.Open, From: at.Add(hour)}},
		{"utgangen", search.Document{Audience: access.Open, Until: at}},
		{"snart-utgangen", search.Document{Audience: access.Open, Until: at.Add(hour)}},
	}
	for i := range all {
		d, word := &all[i].doc, "planterat"+strings.ReplaceAll(all[i].name, "-", "")
		d.ID, d.Version, d.Kind, d.Lang, d.Path = "plant-"+all[i].name, 1, "kind-"+all[i].name, "sv", "/"+all[i].name
		d.Title, d.Summary, d.Body = "Gemensamt "+word, "Sammanfattning "+word, "Texten om "+word+" och skolfrånvaro."
		d.Areas, d.Year, d.Date = []string{"omrade-" + all[i].name}, 2000+i, at.Add(-hour)
		if d.From.IsZero() {
			d.From = at.Add(-hour)
		}
	}
	return all
}

// Planted returns the documents of the suite, for an index that reads them from the database.
func Planted() []search.Document {
	var docs []search.Document
	for _, p := range plant() {
		docs = append(docs, p.doc)
	}
	return docs
}

// somebody is one who asks, and the names of what they find.
type somebody struct {
	name  string
	sight access.Sight
	finds []string
}

func everybody() []somebody {
	visitor := []string{"oppen", "snart-utgangen"}
	loggedIn := append(slices.Clone(visitor), "inloggad")
	keys := func(role access.Role, keys ...access.Audience) access.Sight {
		return access.Actor{ID: "1", Role: role, Keys: keys}.Sight()
	}
	var all []string
	for _, p := range plant() {
		all = append(all, p.name)
	}
	return []somebody{
		{"nobody", access.Sight{}, nil},
		{"a visitor", keys(access.Visitor), visitor},
		{"a follower", keys(access.Follower), loggedIn},
		{"a participant", keys(access.Member, access.Participants), append(slices.Clone(loggedIn), "deltagare")},
		{"a participant of a delstudie", keys(access.Contact, access.Participants, "delstudie:delstudie-1"), append(slices.Clone(loggedIn), "deltagare", "delstudie")},
		{"a member of a group with signs in its name", keys(access.Member, `grupp:a" OR "b`), append(slices.Clone(loggedIn), "grupp")},
		{"one whose key holds the filter's own syntax", keys(access.Member, `x" OR audience != "`), loggedIn},
		{"a researcher", keys(access.Researcher), append(slices.Clone(loggedIn), "forskare")},
		{"an editor", keys(access.Editor), all},
	}
}

// Rights plants a word for each audience, state and time in the index, which must hold nothing else, and asks for it as everybody
// and in every way: by each reading, in titles, by counts, by facets and filters, before and after a rebuild.
func Rights(t *testing.T, index search.Index) {
	t.Helper()
	docs := Planted()
	if err := index.Update(t.Context(), docs, nil); err != nil {
		t.Fatal(err)
	}
	t.Run("after an update", func(t *testing.T) { askAll(t, index) })
	all := func() iter.Seq2[search.Document, error] {
		return func(yield func(search.Document, error) bool) {
			for _, d := range docs {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
	if err := index.Rebuild(t.Context(), all()); err != nil {
		t.Fatal(err)
	}
	t.Run("after a rebuild", func(t *testing.T) { askAll(t, index) })
}

func askAll(t *testing.T, index search.Index) {
	for _, who := range everybody() {
		t.Run(who.name, func(t *testing.T) {
			slices.Sort(who.finds)
			for way, r := range requests() {
				r.Sight, r.Now, r.Limit = who.sight, now(), 50
				check(t, index, way, r, who.finds)
			}
			for _, p := range plant() {
				word := "planterat" + strings.ReplaceAll(p.name, "-", "")
				want := []string(nil)
				if slices.Contains(who.finds, p.name) {
					want = []string{p.name}
				}
				check(t, index, "the word of "+p.name, search.Request{Wants: wants(word), Sight: who.sight, Now: now(), Limit: 50}, want)
				check(t, index, "the area of "+p.name, search.Request{Wants: wants("gemensamt"), Sight: who.sight, Now: now(), Limit: 50, Filter: search.Filter{Area: "omrade-" + p.name}}, want)
				check(t, index, "the kind of "+p.name, search.Request{Wants: wants("gemensamt"), Sight: who.sight, Now: now(), Limit: 50, Filter: search.Filter{Kinds: []string{"kind-" + p.name}}}, want)
			}
		})
	}
}

func wants(words ...string) []search.Want {
	var wants []search.Want
	for _, word := range words {
		wants = append(wants, search.Want{Words: []string{word}})
	}
	return wants
}

// requests are ways to ask for everything planted.
func requests() map[string]search.Request {
	prefix, synonym := wants("plant"), wants("xyzzy")
	prefix[0].Reading, synonym[0].Synonyms = search.Prefix, [][]string{{"gemensamt"}}
	return map[string]search.Request{
		"a word":              {Wants: wants("gemensamt")},
		"two words":           {Wants: wants("gemensamt", "texten")},
		"any of two":          {Wants: wants("gemensamt", "xyzzy"), Any: true},
		"a beginning":         {Wants: prefix},
		"a title":             {Wants: wants("gemensamt"), Titles: true},
		"a phrase":            {Wants: []search.Want{{Words: []string{"texten", "om"}}}},
		"a synonym":           {Wants: synonym},
		"newest first":        {Wants: wants("gemensamt"), Newest: true},
		"everything":          {},
		"facets and a filter": {Wants: wants("gemensamt"), Filter: search.Filter{}, Facets: []string{search.FacetKind, search.FacetArea, search.FacetYear}},
	}
}

func check(t *testing.T, index search.Index, way string, r search.Request, want []string) {
	t.Helper()
	found, err := index.Find(t.Context(), r)
	if err != nil {
		t.Errorf("%s: %v", way, err)
		return
	}
	var got []string
	for _, m := range found.Matches {
		got = append(got, strings.TrimPrefix(m.ID, "plant-"))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || found.Total != len(want) {
		t.Errorf("%s: %v of %d, want %v", way, got, found.Total, want)
	}
	for facet, counts := range found.Facets {
		if len(counts) != len(want) {
			t.Errorf("%s: the facet %s has %v, want one of each of %v", way, facet, counts, want)
		}
	}
	count := r
	count.Limit = 0
	if only, err := index.Find(context.Background(), count); err != nil || only.Total != len(want) || len(only.Matches) != 0 {
		t.Errorf("%s, counted: %s, %v", way, fmt.Sprint(only), err)
	}
}
