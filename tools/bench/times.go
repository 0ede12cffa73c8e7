package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"nuso.se/tools/site"
)

// changed measures how long it takes from saving a content file and running
// `nuso content sync` beside the server until the page shows the change.
func (b *bench) changed(ctx context.Context) error {
	b.Out.Head("a changed page")
	s, err := b.serve(ctx, "start-0")
	if err != nil {
		return err
	}
	defer s.Stop()
	if err := b.choose(ctx, s); err != nil {
		return err
	}
	dir := filepath.Join(b.Scratch, "content")
	if err := os.CopyFS(dir, os.DirFS(b.Path("content"))); err != nil {
		return fmt.Errorf("copying the content: %w", err)
	}
	os.Remove(filepath.Join(dir, "fs.go"))
	page := b.pages[1].path
	file := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(page, "/"))+".md")
	original, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("finding the file of %s: %w", page, err)
	}
	var whole, afterwards []float64
	for range 5 {
		word := "mätord" + strings.ToLower(rand.Text()[:8])
		text := fmt.Appendf(bytes.Clone(original), "\n%s\n", word)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return fmt.Errorf("changing the file: %w", err)
		}
		total, after, err := b.public(ctx, s, dir, page, word)
		if err != nil {
			return err
		}
		whole, afterwards = append(whole, total), append(afterwards, after)
	}
	b.sheet.AtMost(publicAfter, median(whole), "s", "a changed page is public, from the start of nuso content sync")
	b.sheet.Record(median(afterwards), "s", "the same, from the end of nuso content sync")
	return nil
}

// public syncs dir and waits for word on the page. It returns the seconds from
// the command's start and from its end.
func (b *bench) public(ctx context.Context, s *site.Site, dir, page, word string) (total, after float64, err error) {
	begun := time.Now()
	said, err := b.CommandIn(ctx, b.Scratch, append(site.Env(s.Data, b.env...), "NUSO_ADDR="+s.Addr), b.bin, "content", "sync", dir)
	if err != nil {
		return 0, 0, err
	}
	ended := time.Now()
	for time.Since(ended) < 20*time.Second {
		a, err := fetch(ctx, s.Addr, page, "identity")
		if err != nil {
			return 0, 0, err
		}
		if bytes.Contains(a.body, []byte(word)) {
			return time.Since(begun).Seconds(), time.Since(ended).Seconds(), nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0, 0, fmt.Errorf("20 s after nuso content sync %s does not show the change; the command said:\n%s", page, said)
}

// benchmark is a line of go test -bench.
var benchmark = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op`)

// rendering runs the Markdown benchmarks; the one named after rendering a
// document has a target.
func (b *bench) rendering(ctx context.Context) error {
	b.Out.Head("rendering")
	said, err := b.Command(ctx, nil, "go", "test", "-run=^$", "-bench=.", "-benchtime=2s", "./app/markdown")
	if err != nil {
		return err
	}
	found := false
	for _, m := range benchmark.FindAllStringSubmatch(said, -1) {
		ns, _ := strconv.ParseFloat(m[2], 64)
		if strings.HasPrefix(m[1], "Render") && !found {
			found = true
			b.sheet.AtMost(renderTime, ns/1e6, "ms", "rendering a 2 kB document (%s)", m[1])
			continue
		}
		b.sheet.Record(ns/1e6, "ms", "app/markdown %s", m[1])
	}
	if !found {
		b.sheet.Missing("rendering a 2 kB document", "app/markdown has no BenchmarkRender…")
	}
	return nil
}
