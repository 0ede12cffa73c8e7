package bench

import (
	"context"
	"regexp"
	"strconv"
)

// metric is a figure of a benchmark's own in a line of go test -bench.
var metric = regexp.MustCompile(`([\d.]+) (documents/s|p50-ms|p99-ms|MB-highest)`)

// searchLine is a line of the search benchmark.
var searchLine = regexp.MustCompile(`(?m)^BenchmarkService/(\S+?)(?:-\d+)?\s+\d+\s+(.+)$`)

// searching measures searches in process, in 10 000 documents that the
// benchmark makes; BENCH_DOCUMENTS asks for more, which have no targets.
func (b *bench) searching(ctx context.Context) error {
	b.Out.Head("searching in 10 000 documents")
	said, err := b.Command(ctx, nil, "go", "test", "-run=^$", "-bench=^BenchmarkService$", "-benchtime="+b.seconds.String(), "./app/search")
	if err != nil {
		return err
	}
	rows := searchRows(said)
	for _, f := range []struct {
		row, metric, unit, name string
		target                  float64
		most                    bool
	}{
		{"index", "documents/s", "/s", "search: documents indexed", indexingSpeed, false},
		{"search", "p50-ms", "ms", "search: median", searchMedian, true},
		{"search", "p99-ms", "ms", "search: 99th percentile", searchSlow, true},
		{"search_with_facets", "p50-ms", "ms", "search with facets: median", 0, true},
		{"search_with_facets", "p99-ms", "ms", "search with facets: 99th percentile", facetsSlow, true},
		{"suggest", "p99-ms", "ms", "suggestions: 99th percentile", suggestSlow, true},
		{"suggest", "MB-highest", "MB", "search: memory of the process, highest", searchMemory, true},
	} {
		value, ok := rows[f.row][f.metric]
		switch {
		case !ok:
			b.sheet.Missing(f.name, "the benchmark does not tell")
		case f.target == 0:
			b.sheet.Record(value, f.unit, "%s", f.name)
		case f.most:
			b.sheet.AtMost(f.target, value, f.unit, "%s", f.name)
		default:
			b.sheet.AtLeast(f.target, value, f.unit, "%s", f.name)
		}
	}
	return nil
}

// searchRows reads the benchmark's lines: row, metric, value.
func searchRows(said string) map[string]map[string]float64 {
	rows := map[string]map[string]float64{}
	for _, line := range searchLine.FindAllStringSubmatch(said, -1) {
		rows[line[1]] = map[string]float64{}
		for _, m := range metric.FindAllStringSubmatch(line[2], -1) {
			rows[line[1]][m[2]], _ = strconv.ParseFloat(m[1], 64)
		}
	}
	return rows
}
