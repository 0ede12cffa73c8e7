package search_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/jobs"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/fallback"
)

// house is a database with an index in a folder, as a server has them.
type house struct {
	*testing.T
	db     *db.DB
	dir    string
	index  search.Index
	keeper *search.Keeper
	runner *jobs.Runner
	log    *logged
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	return openHouse(t, d, filepath.Join(t.TempDir(), "search"))
}

func openHouse(t *testing.T, d *db.DB, dir string) *house {
	t.Helper()
	log := &logged{}
	index, err := bleve.Open(t.Context(), dir, bleve.Options{Log: log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	h := houseWith(t, d, index, log)
	h.dir = dir
	return h
}

func houseWith(t *testing.T, d *db.DB, index search.Index, log *logged) *house {
	t.Helper()
	h := &house{T: t, db: d, index: index, log: log, runner: jobs.New(d, log.logger(), time.Now)}
	h.keeper = search.NewKeeper(d, index, fallback.New(d), time.Now, log.logger())
	h.keeper.Register(h.runner)
	t.Cleanup(func() { h.keeper.Close() })
	return h
}

// serve does in the background what a server does, until stop.
func (h *house) serve() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() { h.keeper.Run(ctx) })
	group.Go(func() { h.runner.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); group.Wait() })
	h.Cleanup(stop)
	return stop
}

// logged keeps the log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func doc(id string, version int64, words string) search.Document {
	return search.Document{ID: id, Version: version, Kind: "news", Path: "/" + id, Title: "Nyhet " + id, Body: words, Lang: "sv", Audience: access.Open}
}

func (h *house) tx(do func(tx db.Tx) error) {
	h.Helper()
	if err := h.db.Tx(h.Context(), do); err != nil {
		h.Fatal(err)
	}
}

func (h *house) put(docs ...search.Document) {
	h.Helper()
	h.tx(func(tx db.Tx) error { return search.Put(tx, docs...) })
}

// word returns a word of its own for the number: of letters alone, since digits are words by themselves, and none that a stem
// would be cut from.
func word(n int64) string {
	return "ord" + strings.Map(func(digit rune) rune { return rune("bcfhjklmpv"[digit-'0']) }, fmt.Sprint(n))
}

// fill puts n documents that all have the word samlad.
func (h *house) fill(n int) {
	h.Helper()
	var docs []search.Document
	for i := range n {
		docs = append(docs, doc(fmt.Sprint("d", i), 1, "samlad"))
	}
	h.put(docs...)
}

// forget takes the jobs away, as if the index had never been told.
func (h *house) forget() {
	h.Helper()
	h.tx(func(tx db.Tx) error { return tx.Exec("DELETE FROM jobs").Error })
}

func (h *house) drain() {
	h.Helper()
	if err := h.runner.Drain(h.Context()); err != nil {
		h.Fatalf("%v\n%s", err, h.log)
	}
}

func (h *house) find(word string) (ids string, degraded bool) {
	h.Helper()
	r := search.Request{Wants: []search.Want{{Words: []string{word}}}, Sight: access.Actor{}.Sight(), Now: time.Now(), Limit: 5000}
	found, degraded, err := h.keeper.Find(h.Context(), r)
	if err != nil {
		h.Fatalf("finding %s: %v", word, err)
	}
	var all []string
	for _, m := range found.Matches {
		all = append(all, m.ID)
	}
	slices.Sort(all)
	if len(all) != found.Total {
		h.Errorf("%d matches of %d", len(all), found.Total)
	}
	return strings.Join(all, " "), degraded
}

// soon waits until ok is true and returns how long that took.
func (h *house) soon(what string, ok func() bool) time.Duration {
	h.Helper()
	begun := time.Now()
	for !ok() {
		if time.Since(begun) > 30*time.Second {
			h.Fatalf("not within 30 seconds: %s\n%s", what, h.log)
		}
		time.Sleep(2 * time.Millisecond)
	}
	return time.Since(begun)
}

// drift is what the index holds in another version than the table, with no regard to jobs.
func (h *house) drift() string {
	h.Helper()
	held, err := h.index.Versions(h.Context())
	if err != nil {
		return err.Error()
	}
	table, err := fallback.New(h.db).Versions(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	return cmp.Diff(table, held)
}

// run starts a run of the verb and works it off.
func (h *house) run(verb string) search.Run {
	h.Helper()
	id, err := search.Start(h.Context(), h.db, verb, time.Now)
	if err != nil {
		h.Fatal(err)
	}
	h.drain()
	return h.runByID(id)
}

func (h *house) runByID(id string) search.Run {
	h.Helper()
	r, err := search.RunByID(h.Context(), h.db, id)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newHouse(t, d)) })
}
