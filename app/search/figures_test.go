package search_test

import (
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/fallback"
	"nuso.se/app/search/searchtest"

	"context"
)

// BenchmarkService measures a search as a visitor makes it, from the text typed to the hits with their marked words, in an
// index of 10 000 documents, or as many as BENCH_DOCUMENTS says. The figures are extra metrics of its rows.
func BenchmarkService(b *testing.B) {
	n := 10_000
	if more, err := strconv.Atoi(os.Getenv("BENCH_DOCUMENTS")); err == nil {
		n = more
	}
	l, s := searchtest.NewLibrary(), newMeasured(b, n)
	for _, row := range []struct {
		name   string
		facets []string
	}{
		{"search", nil},
		{"search with facets", []string{search.FacetKind, search.FacetArea, search.FacetYear}},
	} {
		b.Run(row.name, func(b *testing.B) {
			measure(b, func() error {
				_, err := s.Search(b.Context(), search.Query{Text: l.Query(), Limit: 20, Facets: row.facets})
				return err
			})
		})
	}
	b.Run("suggest", func(b *testing.B) {
		measure(b, func() error {
			_, err := s.Suggest(b.Context(), l.Beginning(2), 8)
			return err
		})
	})
}

// newMeasured fills the table and the index with n documents and says how fast the index took them in.
func newMeasured(b *testing.B, n int) *search.Service {
	b.Helper()
	log, now := slog.New(slog.DiscardHandler), clock.Clock(time.Now)
	d := dbtest.New(b)
	var page []search.Document
	put := func() {
		if err := d.Tx(b.Context(), func(tx db.Tx) error { return search.Put(tx, page...) }); err != nil {
			b.Fatal(err)
		}
		page = page[:0]
	}
	for doc := range searchtest.NewLibrary().Documents(n) {
		if page = append(page, doc); len(page) == 500 {
			put()
		}
	}
	put()
	index, err := bleve.Open(b.Context(), b.TempDir(), bleve.Options{Log: log})
	if err != nil {
		b.Fatal(err)
	}
	keeper := search.NewKeeper(d, index, fallback.New(d), now, log)
	b.Cleanup(func() { _ = keeper.Close() })
	ctx, stop := context.WithCancel(b.Context())
	ran := make(chan struct{})
	go func() { keeper.Run(ctx); close(ran) }()
	b.Cleanup(func() { stop(); <-ran })
	begun := time.Now()
	for keeper.Degraded() {
		time.Sleep(10 * time.Millisecond)
	}
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
		}
		b.ReportMetric(float64(n)/time.Since(begun).Seconds(), "documents/s")
		b.ReportMetric(highest(b), "MB-highest")
	})
	return search.New(d, now, keeper, search.NewCounts(d, now, log), func(context.Context) ([][]string, error) { return nil, nil })
}

func measure(b *testing.B, ask func() error) {
	b.Helper()
	var took []time.Duration
	for b.Loop() {
		begun := time.Now()
		if err := ask(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	ms := func(p int) float64 { return float64(took[len(took)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(ms(50), "p50-ms")
	b.ReportMetric(ms(99), "p99-ms")
	b.ReportMetric(highest(b), "MB-highest")
}

// highest returns the most memory this process has had in megabytes, 0 where the system does not tell.
func highest(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	match := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(text)
	if match == nil {
		return 0
	}
	kB, _ := strconv.ParseFloat(string(match[1]), 64)
	return kB / 1024
}
