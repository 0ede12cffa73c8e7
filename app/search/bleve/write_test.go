package bleve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
)

func TestUpdates(t *testing.T) {
	ix, _ := filled(t, search.Document{ID: "a", Title: "Gammal"}, search.Document{ID: "b", Title: "Gammal"})
	for _, row := range []struct {
		name   string
		put    []search.Document
		remove []string
		want   string
	}{
		{"nothing", nil, nil, "a:1 b:1"},
		{"a new version", []search.Document{{ID: "a", Version: 2, Title: "Ny"}}, nil, "a:2 b:1"},
		{"the same again", []search.Document{{ID: "a", Version: 2, Title: "Ny"}}, nil, "a:2 b:1"},
		{"a new document and one that goes", []search.Document{{ID: "c", Version: 1}}, []string{"b"}, "a:2 c:1"},
		{"what was never there goes", nil, []string{"x", "", "b"}, "a:2 c:1"},
		{"a restored backup brings an older version", []search.Document{{ID: "a", Version: 1, Title: "Gammal"}}, nil, "a:1 c:1"},
		{"the last of two alike counts", []search.Document{{ID: "c", Version: 2}, {ID: "c", Version: 3}}, nil, "a:1 c:3"},
	} {
		if err := ix.Update(t.Context(), row.put, row.remove); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		if got := holds(t, ix); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
	if got := ids(find(t, ix, search.Request{Wants: word(search.Plain, "ny")})); got != "" {
		t.Errorf("the words of a replaced version find %q", got)
	}
}

func TestAnUpdateOfManyDocuments(t *testing.T) {
	ix, _ := filled(t)
	var docs []search.Document
	for i := range 730 {
		docs = append(docs, search.Document{ID: strconv.Itoa(i), Version: 1, Audience: access.Open})
	}
	if err := ix.Update(t.Context(), docs, nil); err != nil {
		t.Fatal(err)
	}
	if versions, err := ix.Versions(t.Context()); err != nil || len(versions) != len(docs) {
		t.Errorf("%d documents, %v", len(versions), err)
	}
}

func TestARebuildReplacesEverything(t *testing.T) {
	ix, dir := filled(t, search.Document{ID: "a"}, search.Document{ID: "b"})
	rebuild(t, ix, search.Document{ID: "b", Version: 2}, search.Document{ID: "c"})
	if got := holds(t, ix); got != "b:2 c:1" {
		t.Errorf("%q", got)
	}
	rebuild(t, ix)
	if got := holds(t, ix); got != "" || ix.Stale() {
		t.Errorf("rebuilt of nothing: %q, stale %v", got, ix.Stale())
	}
	if found := generations(t, dir); len(found) != 1 {
		t.Errorf("left: %v", found)
	}
}

func TestARebuildThatFailsLeavesTheIndexAsItWas(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	for _, row := range []struct {
		name string
		ctx  context.Context
		all  iter.Seq2[search.Document, error]
		want error
	}{
		{"the database fails", t.Context(), cutAt(350, func(yield func(search.Document, error) bool) { yield(search.Document{}, io.ErrUnexpectedEOF) }), io.ErrUnexpectedEOF},
		{"nobody waits any more", ctx, cutAt(350, func(func(search.Document, error) bool) { cancel() }), context.Canceled},
		{"it never began", ctx, all(), context.Canceled},
	} {
		t.Run(row.name, func(t *testing.T) {
			ix, dir := filled(t, search.Document{ID: "a", Version: 7})
			if err := ix.Rebuild(row.ctx, row.all); !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if got := holds(t, ix); got != "a:7" || ix.Stale() {
				t.Errorf("holding %q, stale %v", got, ix.Stale())
			}
			if found := generations(t, dir); len(found) != 1 {
				t.Errorf("left: %v", found)
			}
			rebuild(t, ix, search.Document{ID: "b"})
			if got := holds(t, ix); got != "b:1" {
				t.Errorf("the next rebuild: %q", got)
			}
		})
	}
}

// cutAt gives n documents and then does last.
func cutAt(n int, last iter.Seq2[search.Document, error]) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for i := range n {
			if !yield(search.Document{ID: strconv.Itoa(i), Version: 1}, nil) {
				return
			}
		}
		last(yield)
	}
}

func TestAPanicInARebuildLeavesTheIndexAsItWas(t *testing.T) {
	ix, dir := filled(t, search.Document{ID: "a"})
	func() {
		defer func() { _ = recover() }()
		_ = ix.Rebuild(t.Context(), func(func(search.Document, error) bool) { panic("from the database") })
	}()
	rebuild(t, ix, search.Document{ID: "b"})
	if got := holds(t, ix); got != "b:1" || len(generations(t, dir)) != 1 {
		t.Errorf("%q", got)
	}
}

// What is written while the index is rebuilt is newer than what the rebuild reads, wherever it has come.
func TestUpdatesDuringARebuildAreKept(t *testing.T) {
	ix, _ := filled(t, search.Document{ID: "0"}, search.Document{ID: "299"})
	put := func(id string, version int64) {
		if err := ix.Update(t.Context(), []search.Document{{ID: id, Version: version, Audience: access.Open}}, nil); err != nil {
			t.Error(err)
		}
	}
	err := ix.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		for i := range 300 {
			if i == 250 { // in the second hundred everything is on disk, in the third nothing
				put("0", 2)
				put("249", 2)
				put("299", 2)
				put("new", 2)
				if err := ix.Update(t.Context(), nil, []string{"1", "248", "298"}); err != nil {
					t.Error(err)
				}
				if got := find(t, ix, search.Request{}); got.Total != 4 {
					t.Errorf("the old index has %d documents, want 4", got.Total)
				}
			}
			if !yield(search.Document{ID: strconv.Itoa(i), Version: 1, Audience: access.Open}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	versions, err := ix.Versions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]int64{"0": 2, "249": 2, "299": 2, "new": 2, "2": 1, "1": 0, "248": 0, "298": 0} {
		if versions[id] != want {
			t.Errorf("%s is in version %d, want %d", id, versions[id], want)
		}
	}
	if len(versions) != 300-3+1 {
		t.Errorf("%d documents", len(versions))
	}
}

// An index without a predecessor takes what is written while it is made.
func TestUpdatesDuringTheFirstRebuild(t *testing.T) {
	ix := open(t, t.TempDir())
	err := ix.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		update(t, ix, search.Document{ID: "b", Version: 2})
		yield(search.Document{ID: "b", Version: 1}, nil)
		yield(search.Document{ID: "c", Version: 1}, nil)
	})
	if got := holds(t, ix); err != nil || got != "b:2 c:1" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestClosingCutsARebuildOff(t *testing.T) {
	dir := t.TempDir()
	ix, err := bleve.Open(t.Context(), dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	rebuild(t, ix, search.Document{ID: "a"})
	begun, done := make(chan struct{}), make(chan error)
	go func() {
		done <- ix.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
			close(begun)
			for i := 0; yield(search.Document{ID: strconv.Itoa(i)}, nil); i++ {
			}
		})
	}()
	<-begun
	if err := ix.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v, want Unavailable", err)
	}
	again := open(t, dir)
	if got := holds(t, again); got != "a:1" || len(generations(t, dir)) != 1 {
		t.Errorf("%q, %v", got, generations(t, dir))
	}
}

// Readers and writers at work while the index is rebuilt again and again: nothing fails and nothing is lost.
func TestRebuildingWhileReadingAndWriting(t *testing.T) {
	const documents, rounds = 400, 4
	var table sync.Map // what the database would hold: id → version
	var docs []search.Document
	for i := range documents {
		docs = append(docs, search.Document{ID: strconv.Itoa(i), Version: 1, Title: "Ord nummer " + strconv.Itoa(i)})
		table.Store(strconv.Itoa(i), int64(1))
	}
	ix, _ := filled(t, docs...)
	var stop atomic.Bool
	var work sync.WaitGroup
	for n := range 2 {
		work.Go(func() {
			for i := 0; !stop.Load(); i++ {
				id := strconv.Itoa((i*2 + n) % documents)
				version := int64(i + 2)
				table.Store(id, version)
				update(t, ix, search.Document{ID: id, Version: version, Title: "Ord nummer " + id})
			}
		})
		work.Go(func() {
			for !stop.Load() {
				if found := find(t, ix, search.Request{Wants: word(search.Plain, "ord")}); found.Total != documents {
					t.Errorf("%d found, want %d", found.Total, documents)
				}
			}
		})
	}
	for range rounds {
		err := ix.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
			for i := range documents {
				id := strconv.Itoa(i)
				version, _ := table.Load(id)
				if !yield(search.Document{ID: id, Version: version.(int64), Title: "Ord nummer " + id, Audience: access.Open}, nil) {
					return
				}
			}
		})
		if err != nil {
			t.Error(err)
		}
	}
	stop.Store(true)
	work.Wait()
	wantVersions(t, ix, &table, documents)
}

// wantVersions fails unless the index holds what the table does.
func wantVersions(t *testing.T, ix *bleve.Index, table *sync.Map, documents int) {
	t.Helper()
	versions, err := ix.Versions(t.Context())
	if err != nil || len(versions) != documents {
		t.Fatalf("%d documents, %v", len(versions), err)
	}
	for id, version := range versions {
		if want, _ := table.Load(id); fmt.Sprint(version) != fmt.Sprint(want) {
			t.Errorf("%s is in version %d, want %v", id, version, want)
		}
	}
}
