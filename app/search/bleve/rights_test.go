package bleve_test

import (
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
)

func TestADocumentIsFoundInItsTime(t *testing.T) {
	tick := time.Microsecond
	ix, _ := filled(t, search.Document{ID: "a", Title: "Ord", From: noon(), Until: noon().Add(time.Hour)}, search.Document{ID: "draft", Title: "Ord", Draft: true})
	for _, row := range []struct {
		name  string
		now   time.Time
		sight access.Sight
		want  string
	}{
		{"before", noon().Add(-tick), access.Actor{}.Sight(), ""},
		{"from the first moment", noon(), access.Actor{}.Sight(), "a"},
		{"to the last", noon().Add(time.Hour - tick), access.Actor{}.Sight(), "a"},
		{"not at the end", noon().Add(time.Hour), access.Actor{}.Sight(), ""},
		{"in the beginning of time", time.Time{}, access.Actor{}.Sight(), ""},
		{"by those who see all, always and with drafts", time.Time{}, access.Sight{All: true}, "a draft"},
		{"never by those who see nothing", noon(), access.Sight{Audiences: []access.Audience{}}, ""},
		{"not by an empty key", noon(), access.Sight{Audiences: []access.Audience{""}}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, r := range []search.Request{{}, {Wants: word(search.Plain, "ord")}, {Wants: word(search.Prefix, "or"), Titles: true}} {
				r.Sight, r.Now, r.Limit, r.Facets = row.sight, row.now, 10, []string{search.FacetKind}
				found, err := ix.Find(t.Context(), r)
				if err != nil || ids(found) != row.want {
					t.Errorf("%q, %v, want %q", ids(found), err, row.want)
				}
			}
		})
	}
}

func TestRightsFollowTheDocument(t *testing.T) {
	ix, _ := filled(t, search.Document{ID: "a", Title: "Hemligt"})
	asVisitor := func() string { return ids(find(t, ix, search.Request{Wants: word(search.Plain, "hemligt")})) }
	for _, row := range []struct {
		name string
		doc  search.Document
		want string
	}{
		{"closed", search.Document{Audience: access.LoggedIn}, ""},
		{"opened", search.Document{Audience: access.Open}, "a"},
		{"taken back to a draft", search.Document{Audience: access.Open, Draft: true}, ""},
		{"published", search.Document{Audience: access.Open}, "a"},
		{"postponed", search.Document{Audience: access.Open, From: noon().Add(time.Hour)}, ""},
		{"called anything else", search.Document{Audience: access.Open, Title: "Offentligt"}, ""},
	} {
		row.doc.ID = "a"
		if row.doc.Title == "" {
			row.doc.Title = "Hemligt"
		}
		update(t, ix, row.doc)
		if got := asVisitor(); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// What a match is worth must not tell how many closed documents have the word.
func TestClosedDocumentsDoNotCount(t *testing.T) {
	docs := []search.Document{{ID: "a", Title: "Ovanligt ord"}, {ID: "b", Title: "Vanligt ord"}}
	ix, _ := filled(t, docs...)
	r := search.Request{Wants: word(search.Plain, "ovanligt")}
	before := find(t, ix, r)
	for _, id := range []string{"c", "d", "e"} {
		update(t, ix, search.Document{ID: id, Title: "Ovanligt ord", Audience: access.LoggedIn})
	}
	if after := find(t, ix, r); after.Matches[0] != before.Matches[0] || after.Total != 1 {
		t.Errorf("%v became %v", before, after)
	}
}
