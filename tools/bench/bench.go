// Package bench measures the site: its speed beside nginx serving the same
// bytes from a file, its memory, the weight of its pages, and its times.
package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"nuso.se/tools/figures"
	"nuso.se/tools/front"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
	"nuso.se/tools/site"
	"nuso.se/tools/tally"
)

// Targets of the design; aims are told beside them.
const (
	ratioCached   = 0.55
	ratioUncached = 0.010
	ratioSearch   = 0.005
	memoryIdle    = 60.0  // MB
	memoryLoad    = 120.0 // MB
	firstBytes    = 40.0  // kB, aim 20
	firstRequests = 6.0   // aim 4
	fontBytes     = 60.0  // kB
	itemBytes     = 8.0   // kB
	listBytes     = 10.0  // kB
	readyEmpty    = 5.0   // s
	readyExisting = 1.0   // s, aim 0.3
	publicAfter   = 1.0   // s
	renderTime    = 3.0   // ms

	// A search in 10 000 documents, in process.
	searchMedian  = 5.0   // ms
	searchSlow    = 50.0  // ms, 99th percentile
	facetsSlow    = 100.0 // ms, 99th percentile
	suggestSlow   = 10.0  // ms, 99th percentile
	indexingSpeed = 250.0 // documents/s
	searchMemory  = 250.0 // MB
)

// bench is one run.
type bench struct {
	*runner.Runner
	sheet   *figures.Sheet
	bin     string
	env     []string
	seconds time.Duration
	pages   []page
	search  page // its result page, which is never cached
}

// all are the pages that nginx serves too.
func (b *bench) all() []page { return append(slices.Clone(b.pages), b.search) }

// page is one of those that are measured.
type page struct{ name, path string }

// Run measures everything, or the BENCH_PARTS named, prints the table and keeps it as JSON under
// data/bench. The report counts a figure that meets its target as passed.
func Run(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	if err := machine.Need(ctx, r.Out, machine.Nginx(), machine.Wrk()); err != nil {
		return report, err
	}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	r.Out.Head("building the site")
	bin, err := site.Build(ctx, r)
	if err != nil {
		return report, err
	}
	b := &bench{Runner: r, sheet: figures.New(ctx, r.Root), bin: bin, env: site.Production(),
		seconds: Seconds("BENCH_SECONDS", 10)}
	asked := strings.Fields(os.Getenv("BENCH_PARTS"))
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"starts", b.starts}, {"speeds", b.speeds}, {"changed", b.changed}, {"people", b.people}, {"rendering", b.rendering},
		{"searching", b.searching}, {"lighthouse", b.lighthouse},
	} {
		if len(asked) > 0 && !slices.Contains(asked, part.name) {
			continue
		}
		if err := part.measure(ctx); err != nil {
			return report, err
		}
	}
	return report, Finish(r, b.sheet, "bench", report)
}

// Seconds reads a duration in whole seconds from the environment.
func Seconds(name string, otherwise int) time.Duration {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
		otherwise = n
	}
	return time.Duration(otherwise) * time.Second
}

// Finish prints and keeps a sheet and counts its targets in the report.
func Finish(r *runner.Runner, sheet *figures.Sheet, name string, report *tally.Report) error {
	sheet.Print(r.Out)
	path, err := sheet.Save(r.Root, name)
	if err != nil {
		return err
	}
	r.Out.Say("\nkept in %s", path)
	met, missed := sheet.Met()
	report.Passed += met
	for _, f := range sheet.Figures {
		if !f.Met {
			report.Failures = append(report.Failures, f.Name)
		}
	}
	report.Failed += missed
	return nil
}

// serve starts a production server that logs to a file.
func (b *bench) serve(ctx context.Context, data string, settings ...string) (*site.Site, error) {
	return site.Start(ctx, b.Runner, site.Options{Bin: b.bin, Data: filepath.Join(b.Scratch, data),
		Env: append(slices.Clone(b.env), settings...)})
}

// starts measures from start to ready: with nothing there, and with data.
func (b *bench) starts(ctx context.Context) error {
	b.Out.Head("from start to ready")
	var empty, existing []float64
	for i := range 3 {
		s, err := b.serve(ctx, fmt.Sprintf("start-%d", i))
		if err != nil {
			return err
		}
		empty = append(empty, s.Ready.Seconds())
		if err := s.Stop(); err != nil {
			return fmt.Errorf("ending the server: %w; it said:\n%s", err, s.Said())
		}
	}
	for range 5 {
		s, err := b.serve(ctx, "start-0")
		if err != nil {
			return err
		}
		existing = append(existing, s.Ready.Seconds())
		if err := s.Stop(); err != nil {
			return fmt.Errorf("ending the server: %w; it said:\n%s", err, s.Said())
		}
	}
	b.sheet.AtMost(readyEmpty, median(empty), "s", "start to ready, nothing there")
	b.sheet.AtMost(readyExisting, median(existing), "s", "start to ready, existing data (aim 0.3)")
	return nil
}

// median returns the middle one; the lower of two.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/2]
}
