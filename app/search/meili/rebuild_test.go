package meili_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
	"nuso.se/app/search/meili/stub"
)

func TestSettingsComeBeforeDocuments(t *testing.T) {
	server := stub.New(t)
	index, _ := connected(t, server)
	if !index.Stale() {
		t.Error("without an index it is not stale")
	}
	rebuilt(t, index, doc("a", "Ord"))
	if index.Stale() {
		t.Error("after a rebuild it is stale")
	}
	var order []string
	for _, r := range server.Requests() {
		if r.Method != "GET" {
			order = append(order, r.Method+" "+r.Path[:min(len(r.Path), 10)]+" "+r.Path[strings.LastIndex(r.Path, "/"):])
		}
	}
	live := server.Indexes()
	equal(t, "indexes", len(live), 1)
	equal(t, "requests", len(order), 4)
	for i, end := range []string{"/indexes", "/settings", "/documents", "/swap-indexes"} {
		if !strings.HasSuffix(order[i], end) {
			t.Errorf("request %d is %q, want %s", i, order[i], end)
		}
	}
	for _, field := range []string{"Ord", "ord"} {
		if text := fmt.Sprint(server.Document(live[0], "a")["title"]); strings.TrimSpace(text) != "ord" {
			t.Errorf("the title is kept as %q, not as its words (%s)", text, field)
		}
	}
}

func TestTheOldIndexAnswersDuringARebuild(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		rebuilt(t, index, doc("old", "Ord"), doc("changed", "Ord"), doc("removed", "Ord"))
		changed := doc("changed", "Nyare ord")
		changed.Version = 2
		var all iter.Seq2[search.Document, error] = func(yield func(search.Document, error) bool) {
			equal(t, "found in the midst", found(t, index, asked(search.Plain, "ord")), []string{"changed", "old", "removed"})
			if err := index.Update(t.Context(), []search.Document{changed, doc("added", "Ord")}, []string{"removed"}); err != nil {
				t.Error(err)
			}
			equal(t, "found after a write in the midst", found(t, index, asked(search.Plain, "ord")), []string{"added", "changed", "old"})
			for _, d := range []search.Document{doc("old", "Ord"), doc("changed", "Ord"), doc("removed", "Ord")} { // as they were before the write
				if !yield(d, nil) {
					return
				}
			}
		}
		if err := index.Rebuild(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"added", "changed", "old"})
		equal(t, "versions", versions(t, index), map[string]int64{"old": 1, "changed": 2, "added": 1})
	})
}

func TestAnotherProcessWritesDuringARebuild(t *testing.T) {
	index, server, _ := onStub(t)
	other, _ := connected(t, server)
	updated(t, other, doc("old", "Ord"))
	all := func(yield func(search.Document, error) bool) {
		_ = yield(doc("old", "Ord"), nil)
		updated(t, other, doc("new", "Ord"))
	}
	if err := index.Rebuild(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	equal(t, "found", found(t, other, asked(search.Plain, "ord")), []string{"new", "old"})
	if other.Stale() {
		t.Error("the other process takes its index for stale")
	}
}

// Two start at once on a server without an index, and one makes it: the other soon sees.
func TestAnIndexThatAnotherProcessMakes(t *testing.T) {
	server := stub.New(t)
	index, _ := connected(t, server)
	other, _ := connected(t, server)
	if !index.Stale() || !other.Stale() {
		t.Fatal("without an index they are not stale")
	}
	rebuilt(t, other, doc("a", "Ord"))
	for begun := time.Now(); index.Stale(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Fatal("it never sees the index")
		}
	}
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"a"})
}

// The first index of all is on its way: what is written comes along, though nothing answers yet.
func TestWritesDuringTheFirstRebuild(t *testing.T) {
	server := stub.New(t)
	index, _ := connected(t, server)
	all := func(func(search.Document, error) bool) {
		updated(t, index, doc("new", "Ord"))
		if _, err := index.Find(t.Context(), asked(search.Plain, "ord")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("Find: %v, want Unavailable", err)
		}
	}
	if err := index.Rebuild(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"new"})
}

func TestARebuildThatCannotReadLeavesAllAsItWas(t *testing.T) {
	index, server, _ := onStub(t)
	updated(t, index, doc("old", "Ord"))
	broken := errors.New("the database is away")
	err := index.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		_ = yield(doc("a", "Ord"), nil) && yield(search.Document{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("Rebuild: %v, want the reader's error", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = index.Rebuild(ctx, func(yield func(search.Document, error) bool) {
		_ = yield(doc("a", "Ord"), nil)
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Rebuild: %v, want Canceled", err)
	}
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"old"})
	soon(t, "only one index is left", func() bool { return len(server.Indexes()) == 1 })
}

func TestIndexesThatNobodyUsesGo(t *testing.T) {
	index, server, _ := onStub(t)
	live := server.Indexes()[0]
	day := 25 * time.Hour
	others := map[string]time.Duration{
		"nuso-000000000000": 3 * day, "nuso-111111111111": 2 * day, live + "-next-00000000": 2 * day, live + "-next-11111111": time.Hour,
		"nuso-test-000000000000": 3 * day, "movies": 3 * day, "nusoX000000000000": 3 * day,
	}
	for uid, age := range others {
		server.Make(uid, age)
	}
	rebuilt(t, index, doc("a", "Ord"))
	want := []string{"movies", live, live + "-next-11111111", "nuso-111111111111", "nuso-test-000000000000", "nusoX000000000000"}
	slices.Sort(want)
	soon(t, "the indexes that nobody uses are gone", func() bool { return len(server.Indexes()) <= len(want) })
	equal(t, "indexes", server.Indexes(), want)
}

// growing is the table that two processes write to.
type growing struct {
	mu   sync.Mutex
	docs map[string]search.Document
}

func (g *growing) put(d search.Document) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.docs[d.ID] = d
}

// all yields what the table holds when it is asked.
func (g *growing) all(yield func(search.Document, error) bool) {
	g.mu.Lock()
	docs := slices.Collect(maps.Values(g.docs))
	g.mu.Unlock()
	for _, d := range docs {
		if !yield(d, nil) {
			return
		}
	}
}

// Two processes write, rebuild and ask at once; then the index holds what was written last.
func TestWritesRebuildsAndSearchesAtOnce(t *testing.T) {
	index, server, _ := onStub(t)
	other, _ := connected(t, server)
	table := &growing{docs: map[string]search.Document{}}
	var work sync.WaitGroup
	for n, x := range []*meili.Index{index, other} {
		work.Go(func() { // each its own documents, so that they have an order
			for i := range 60 {
				d := doc(fmt.Sprintf("%d-%d", n, rand.IntN(10)), "Ord")
				d.Version = int64(i)
				table.put(d)
				if err := x.Update(t.Context(), []search.Document{d}, nil); err != nil {
					t.Error(err)
				}
				if _, err := x.Find(t.Context(), asked(search.Plain, "ord")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Go(func() {
		for range 5 {
			if err := index.Rebuild(t.Context(), table.all); err != nil {
				t.Error(err)
			}
		}
	})
	work.Wait()
	held := versions(t, index)
	for id, d := range table.docs {
		if strings.HasPrefix(id, "0-") && held[id] != d.Version {
			t.Errorf("%s is held as %d, want %d", id, held[id], d.Version)
		}
		if _, ok := held[id]; !ok {
			t.Errorf("%s is missing", id)
		}
	}
	equal(t, "documents", len(held), len(table.docs))
}
