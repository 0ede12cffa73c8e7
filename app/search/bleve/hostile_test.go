package bleve_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
)

// hostile are words that no package swedish would give, and some that it might.
func hostile() []string {
	return []string{
		"", " ", "\x00", "a\x00b", "\xff", "\xff\xfe\xfd", "w", "s", "p", "wbarn", "sbarn", "*", "?", "~", "-barn", "+barn", "barn*", "barn~2", `"barn`,
		"kind:news", "audience:inloggad", "title:*", "/b.*n/", "[a TO z]", "(barn", "barn)", "AND", "OR", "NOT", "\\", "%", "_", "'", ";--", "<mark>",
		"😀", "👩‍👩‍👧", "\u202ebarn", "e\u0301", "ﬁ", "ǅ", "İ", "ß", "barn\u00ad", "\ufeff", "𝔟𝔞𝔯𝔫", "中文", "שלום",
		strings.Repeat("a", 64), strings.Repeat("ö", 64), strings.Repeat("𝔟𝔞𝔯𝔫", 16), strings.Repeat("𐐨𠀀ö一", 16), strings.Repeat("ab", 5000), strings.Repeat("\xff", 5000), strings.Repeat("å", 3000),
	}
}

func TestHostileWords(t *testing.T) {
	ix, _ := filled(t, shelf()...)
	for _, text := range hostile() {
		for _, reading := range []search.Reading{search.Plain, search.Prefix, search.Folded, search.Typo, search.Reading(99), search.Reading(-1)} {
			for _, words := range [][]string{{text}, {"barn", text}, {text, text, text}, slices.Repeat([]string{text}, 50)} {
				begun := time.Now()
				want := search.Want{Words: words, Reading: reading, Synonyms: [][]string{{text}, {}, {text, "barn"}}}
				r := search.Request{
					Wants: []search.Want{want, {Words: []string{"barn"}}}, Any: true, Sight: access.Actor{}.Sight(), Now: noon(), Limit: 10,
					Facets: []string{text, search.FacetKind},
				}
				for _, titles := range []bool{false, true} {
					r.Titles = titles
					if _, err := ix.Find(t.Context(), r); err != nil {
						t.Errorf("%d words such as %.40q by reading %d: %v", len(words), text, reading, err)
					}
				}
				if took := time.Since(begun); took > 10*time.Second { // some hundredths on a machine with nothing else to do
					t.Errorf("%d words such as %.40q by reading %d took %s", len(words), text, reading, took)
				}
			}
		}
		r := search.Request{Sight: access.Sight{Audiences: []access.Audience{access.Audience(text)}}, Now: noon(), Limit: 10}
		if found, err := ix.Find(t.Context(), r); err != nil || found.Total != 0 {
			t.Errorf("the key %.40q finds %d documents, %v", text, found.Total, err)
		}
		r = search.Request{Filter: search.Filter{Kinds: []string{text}, Area: text, County: text}, Sight: access.Sight{All: true}, Limit: 10}
		if _, err := ix.Find(t.Context(), r); err != nil {
			t.Errorf("the filter %.40q: %v", text, err)
		}
	}
	if ix.Stale() {
		t.Error("the index was given up over words")
	}
}

func TestHostileDocuments(t *testing.T) {
	ix, _ := filled(t)
	var docs []search.Document
	for i, text := range hostile() {
		if strings.ContainsRune(text, 0) || text == "" || len(text) > 1000 {
			continue // as an id
		}
		docs = append(docs, search.Document{
			ID: "id" + text, Version: math.MaxInt64 - int64(i), Kind: text, Title: text, Summary: text + " " + text, Body: strings.Repeat(text+" ", 100),
			Audience: access.Audience(text), Areas: []string{text, "", text}, County: text, Group: text, Year: math.MinInt, From: time.Time{}, Until: noon().AddDate(9000, 0, 0),
			Date: time.Unix(math.MinInt32, 0),
		})
	}
	docs = append(docs,
		search.Document{ID: "long", Version: -1, Title: strings.Repeat("ord ", 10_000), Body: strings.Repeat("långtordutanslut", 20_000), Audience: access.Open},
		search.Document{ID: "empty", Audience: access.Open},
	)
	if err := ix.Update(t.Context(), docs, nil); err != nil {
		t.Fatal(err)
	}
	versions, err := ix.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		if got, ok := versions[d.ID]; !ok || got != d.Version {
			t.Errorf("%.40q is in version %d, %v, want %d", d.ID, got, ok, d.Version)
		}
	}
	if got := ids(find(t, ix, search.Request{Wants: word(search.Plain, "ord")})); got != "long" {
		t.Errorf("%q", got)
	}
	every := find(t, ix, search.Request{Sight: access.Sight{All: true}, Limit: 1000, Facets: []string{search.FacetKind, search.FacetArea, search.FacetYear}})
	if every.Total != len(docs) {
		t.Errorf("%d documents, want %d", every.Total, len(docs))
	}
	rebuild(t, ix, docs...)
	if ix.Stale() {
		t.Error("stale")
	}
}
