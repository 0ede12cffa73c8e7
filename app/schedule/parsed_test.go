package schedule

import (
	"fmt"
	"testing"

	"nuso.se/app/document"
)

// rows are n documents of one version, named by their numbers from first.
func rows(first, n int, version int64) []document.Document {
	docs := make([]document.Document, n)
	for i := range docs {
		docs[i] = document.Document{
			ID: fmt.Sprint("kalender-", first+i), Version: version, Title: fmt.Sprint("version ", version),
			Front: &Event{Type: workshop, Start: "2026-01-09 08:15", Repeat: "FREQ=WEEKLY"},
		}
	}
	return docs
}

func read(t *testing.T, p *parsed, docs []document.Document) []*Entry {
	t.Helper()
	entries := p.entries(docs)
	if len(entries) != len(docs) {
		t.Fatalf("%d of %d entries", len(entries), len(docs))
	}
	return entries
}

func TestAnEventIsReadOnceAVersion(t *testing.T) {
	p := &parsed{byID: map[string]*Entry{}}
	first := read(t, p, rows(0, 2, 1))
	for i, again := range read(t, p, rows(0, 2, 1)) {
		if again != first[i] {
			t.Errorf("%s was read anew", again.ID)
		}
	}
	for _, entry := range read(t, p, rows(0, 2, 2)) {
		if entry.Title != "version 2" || entry.Version != 2 {
			t.Errorf("%s is %q", entry.ID, entry.Title)
		}
	}
	if len(p.byID) != 2 {
		t.Errorf("%d are kept", len(p.byID))
	}
	for _, entry := range read(t, p, rows(0, 2, 1)) { // a reader whose query was before the change
		if entry.Version != 1 {
			t.Errorf("%s of another version than the query's", entry.ID)
		}
	}
}

func TestWhatIsGoneIsForgotten(t *testing.T) {
	p := &parsed{byID: map[string]*Entry{}}
	for year := range 300 {
		read(t, p, rows(year*20, 20, 1))
		if len(p.byID) > 20+spare {
			t.Fatalf("%d are kept for a list of 20", len(p.byID))
		}
	}
	all := rows(0, 3*spare, 1)
	first := read(t, p, all)
	for i, again := range read(t, p, all) {
		if again != first[i] {
			t.Fatalf("%s of a long list was read anew", again.ID)
		}
	}
}
