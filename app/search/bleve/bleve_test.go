package bleve_test

import (
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/searchtest"
)

func noon() time.Time { return time.Date(2026, time.March, 25, 12, 0, 0, 0, time.UTC) }

func quiet() bleve.Options { return bleve.Options{Log: slog.New(slog.DiscardHandler)} }

// open opens the index in the folder until the test ends.
func open(t testing.TB, dir string) *bleve.Index {
	t.Helper()
	ix, err := bleve.Open(t.Context(), dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

// filled returns an index of the documents, those without an audience being open to all, and its folder.
func filled(t testing.TB, docs ...search.Document) (ix *bleve.Index, dir string) {
	t.Helper()
	dir = t.TempDir()
	ix = open(t, dir)
	rebuild(t, ix, docs...)
	return ix, dir
}

func rebuild(t testing.TB, ix *bleve.Index, docs ...search.Document) {
	t.Helper()
	if err := ix.Rebuild(t.Context(), all(docs...)); err != nil {
		t.Fatal(err)
	}
}

func update(t testing.TB, ix *bleve.Index, docs ...search.Document) {
	t.Helper()
	if err := ix.Update(t.Context(), slices.Collect(opened(docs)), nil); err != nil {
		t.Fatal(err)
	}
}

func opened(docs []search.Document) iter.Seq[search.Document] {
	return func(yield func(search.Document) bool) {
		for _, d := range docs {
			if d.Audience == "" {
				d.Audience = access.Open
			}
			if d.Version == 0 {
				d.Version = 1
			}
			if !yield(d) {
				return
			}
		}
	}
}

func all(docs ...search.Document) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for d := range opened(docs) {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// find asks as a visitor for at most 50 documents, unless the request says otherwise.
func find(t testing.TB, ix *bleve.Index, r search.Request) search.Found {
	t.Helper()
	if r.Sight.Audiences == nil && !r.Sight.All {
		r.Sight = access.Actor{}.Sight()
	}
	if r.Limit == 0 {
		r.Limit = 50
	}
	if r.Now.IsZero() {
		r.Now = noon()
	}
	found, err := ix.Find(t.Context(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return found
}

func ids(found search.Found) string {
	var ids []string
	for _, m := range found.Matches {
		ids = append(ids, m.ID)
	}
	return strings.Join(ids, " ")
}

// word wants one word or phrase by a reading.
func word(reading search.Reading, text string) []search.Want {
	return []search.Want{{Words: strings.Fields(text), Reading: reading}}
}

// holds returns the ids and versions in the index as text.
func holds(t testing.TB, ix *bleve.Index) string {
	t.Helper()
	versions, err := ix.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for id, version := range versions {
		lines = append(lines, id+":"+string(rune('0'+version)))
	}
	slices.Sort(lines)
	return strings.Join(lines, " ")
}

// wantStale checks that the index is stale, answers Unavailable to everything, and heals by a rebuild.
func wantStale(t *testing.T, ix *bleve.Index) {
	t.Helper()
	if !ix.Stale() {
		t.Error("the index is not stale")
	}
	_, err := ix.Find(t.Context(), search.Request{Sight: access.Sight{All: true}, Limit: 1})
	_, err2 := ix.Versions(t.Context())
	err3 := ix.Update(t.Context(), []search.Document{{ID: "x", Version: 1}}, nil)
	for _, err := range []error{err, err2, err3} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want Unavailable", err)
		}
	}
	rebuild(t, ix, search.Document{ID: "new", Version: 2, Title: "Ny"})
	if ix.Stale() || holds(t, ix) != "new:2" {
		t.Errorf("after a rebuild: stale %v, holding %s", ix.Stale(), holds(t, ix))
	}
}

// generations returns the folders of the indexes in dir.
func generations(t testing.TB, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "index-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestEverybodyFindsWhatTheyMaySee(t *testing.T) {
	ix, _ := filled(t)
	searchtest.Rights(t, ix)
}

func TestAnIndexThatWasNeverMadeIsStale(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "search")
	ix := open(t, dir)
	wantStale(t, ix)
}

func TestAnIndexOpensAsItWasClosed(t *testing.T) {
	dir := t.TempDir()
	ix, err := bleve.Open(t.Context(), dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	rebuild(t, ix, search.Document{ID: "a"}, search.Document{ID: "b"})
	update(t, ix, search.Document{ID: "a", Version: 2})
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	if again.Stale() || holds(t, again) != "a:2 b:1" {
		t.Errorf("stale %v, holding %s", again.Stale(), holds(t, again))
	}
}

func TestAClosedIndexIsUnavailable(t *testing.T) {
	ix, err := bleve.Open(t.Context(), t.TempDir(), quiet())
	if err != nil {
		t.Fatal(err)
	}
	rebuild(t, ix, search.Document{ID: "a"})
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = ix.Find(t.Context(), search.Request{})
	for _, err := range []error{err, ix.Update(t.Context(), nil, []string{"a"}), ix.Rebuild(t.Context(), all())} {
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want Unavailable", err)
		}
	}
	if !ix.Stale() {
		t.Error("a closed index is not stale")
	}
}

func TestOneProcessAtATimeHasTheIndex(t *testing.T) {
	ix, dir := filled(t, search.Document{ID: "a"})
	begun := time.Now()
	if _, err := bleve.Open(t.Context(), dir, quiet()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v, want Unavailable", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("opening a locked index took %s", took)
	}
	if holds(t, ix) != "a:1" {
		t.Error("the other lost its index")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := bleve.Open(t.Context(), file, quiet()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a file in the place of the folder: %v, want Unavailable", err)
	}
}
