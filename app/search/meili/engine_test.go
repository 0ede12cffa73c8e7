package meili_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
	"nuso.se/app/search/meili/stub"
)

// each runs the test on the stub and, when MEILI_URL is set, on the real server there as well; the name says on which.
func each(t *testing.T, test func(t *testing.T, index *meili.Index)) {
	t.Run("on the stub", func(t *testing.T) {
		index, _, _ := onStub(t)
		test(t, index)
	})
	url := os.Getenv("MEILI_URL")
	if url == "" {
		t.Log("not run on a real server: MEILI_URL is not set")
		return
	}
	t.Run("on the server at MEILI_URL", func(t *testing.T) { test(t, onServer(t, url, os.Getenv("MEILI_API_KEY"))) })
}

// onStub returns an empty index on a stub of its own, and what it logs.
func onStub(t *testing.T) (*meili.Index, *stub.Server, *logged) {
	t.Helper()
	server := stub.New(t)
	index, log := connected(t, server)
	rebuilt(t, index)
	server.Requests()
	return index, server, log
}

// connected returns an index on the server, as another process has it.
func connected(t *testing.T, server *stub.Server) (*meili.Index, *logged) {
	t.Helper()
	log := &logged{}
	index, err := meili.Open(t.Context(), meili.Options{URL: server.URL, Key: stub.Key, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	return index, log
}

// onServer returns an empty index on a real server, under a name of its own that goes with the test.
func onServer(t *testing.T, url, key string) *meili.Index {
	t.Helper()
	var random [6]byte
	_, _ = rand.Read(random[:])
	prefix := "test" + hex.EncodeToString(random[:])
	index, err := meili.Open(t.Context(), meili.Options{URL: url, Key: key, Prefix: prefix, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		index.Close()
		clearServer(t, url, key, prefix)
	})
	rebuilt(t, index)
	return index
}

func clearServer(t *testing.T, url, key, prefix string) {
	request := func(method, path string, into any) {
		r, err := http.NewRequestWithContext(context.Background(), method, strings.TrimSuffix(url, "/")+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if into != nil {
			if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
				t.Fatal(err)
			}
		}
	}
	var held struct{ Results []struct{ UID string } }
	request(http.MethodGet, "/indexes?limit=1000", &held)
	for _, one := range held.Results {
		if strings.HasPrefix(one.UID, prefix+"-") {
			request(http.MethodDelete, "/indexes/"+one.UID, nil)
		}
	}
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}
func (l *logged) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.text.String() }

// noon is when everybody asks.
func noon() time.Time { return time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC) }

// doc returns an open document of yesterday with the title.
func doc(id, title string) search.Document {
	yesterday := noon().AddDate(0, 0, -1)
	return search.Document{ID: id, Version: 1, Kind: "news", Title: title, Lang: "sv", Audience: access.Open, From: yesterday, Date: yesterday}
}

func seq(docs ...search.Document) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func rebuilt(t *testing.T, index *meili.Index, docs ...search.Document) {
	t.Helper()
	if err := index.Rebuild(t.Context(), seq(docs...)); err != nil {
		t.Fatal(err)
	}
}

func updated(t *testing.T, index *meili.Index, docs ...search.Document) {
	t.Helper()
	if err := index.Update(t.Context(), docs, nil); err != nil {
		t.Fatal(err)
	}
}

// asked is a request of a visitor for the words, each read so.
func asked(reading search.Reading, words ...string) search.Request {
	r := search.Request{Sight: access.Actor{}.Sight(), Now: noon(), Limit: 20}
	for _, word := range words {
		r.Wants = append(r.Wants, search.Want{Words: strings.Fields(word), Reading: reading})
	}
	return r
}

// found returns the ids of what the index finds, sorted.
func found(t *testing.T, index *meili.Index, r search.Request) []string {
	t.Helper()
	all, err := index.Find(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	ids := []string{}
	for _, m := range all.Matches {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	if r.Limit > 0 && r.Offset == 0 && all.Total != len(ids) {
		t.Errorf("%d documents, counted as %d", len(ids), all.Total)
	}
	return ids
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
