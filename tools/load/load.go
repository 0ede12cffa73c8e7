// Package load sends a mix of all public pages to the site for a while and
// watches its answers' times, its errors and its memory.
package load

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nuso.se/tools/bench"
	"nuso.se/tools/figures"
	"nuso.se/tools/front"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
	"nuso.se/tools/site"
	"nuso.se/tools/tally"
	"nuso.se/tools/wrk"
)

// What the site should keep to, with 64 clients on a machine they share.
const (
	clients      = 64
	memory       = 120.0 // MB
	afterwards   = 1.25  // memory at the end as a share of that after a warm-up
	warmUp       = 5 * time.Second
	searchesEach = 20 // one request in so many is a search
)

// Run loads a production server for LOAD_SECONDS (60).
func Run(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	if err := machine.Need(ctx, r.Out, machine.Wrk()); err != nil {
		return report, err
	}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	r.Out.Head("building and serving the site")
	bin, err := site.Build(ctx, r)
	if err != nil {
		return report, err
	}
	s, err := site.Start(ctx, r, site.Options{Bin: bin, Data: filepath.Join(r.Scratch, "data"), Env: site.Production()})
	if err != nil {
		return report, err
	}
	defer s.Stop()
	sheet := figures.New(ctx, r.Root)
	if err := measure(ctx, r, s, sheet); err != nil {
		return report, err
	}
	return report, bench.Finish(r, sheet, "load", report)
}

// measure warms the site up, loads it, and records what came of it.
func measure(ctx context.Context, r *runner.Runner, s *site.Site, sheet *figures.Sheet) error {
	paths, err := sitemap(ctx, s)
	if err != nil {
		return err
	}
	script := filepath.Join(r.Scratch, "mix.lua")
	if err := os.WriteFile(script, []byte(mix(paths)), 0o600); err != nil {
		return fmt.Errorf("writing the script for wrk: %w", err)
	}
	options := wrk.Options{URL: "http://" + s.Addr, Script: script, Threads: 2, Clients: clients, For: warmUp}
	if _, err := wrk.Run(ctx, r, options); err != nil {
		return err
	}
	before, err := s.Memory()
	if err != nil {
		return err
	}
	options.For = bench.Seconds("LOAD_SECONDS", 60)
	r.Out.Head("%d addresses and some searches, %d clients, %s", len(paths), clients, options.For)
	peak := s.WatchMemory()
	result, err := wrk.Run(ctx, r, options)
	if err != nil {
		return err
	}
	highest := peak()
	after, err := s.Memory()
	if err != nil {
		return err
	}
	sheet.Record(result.PerSecond, "req/s", "requests/s")
	sheet.Record(float64(result.Requests), "", "requests")
	for _, p := range []string{"50", "90", "99", "99.9"} {
		sheet.Record(milliseconds(result, p), "ms", "answer's time, %s of 100", p)
	}
	sheet.AtMost(0, float64(result.Errors), "", "answers of 400 and above")
	sheet.AtMost(0, float64(result.Broken), "", "broken connections")
	sheet.AtMost(memory, highest, "MB", "memory (VmRSS, highest)")
	sheet.AtMost(afterwards, after/before, "", "memory at the end as a share of that after %s", warmUp)
	return nil
}

func milliseconds(r wrk.Result, percentile string) float64 {
	return r.Latency[percentile].Seconds() * 1000
}

// sitemap returns the paths of the site's own list of its pages, and of the
// feeds beside them.
func sitemap(ctx context.Context, s *site.Site) ([]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr+"/sitemap.xml", nil)
	if err != nil {
		return nil, fmt.Errorf("asking for the sitemap: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for the sitemap: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("reading the sitemap: %w", err)
	}
	return locations(body)
}

// locations reads the addresses of a sitemap as paths.
func locations(body []byte) ([]string, error) {
	var list struct {
		URL []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("reading the sitemap: %w", err)
	}
	paths := []string{"/feed.atom", "/kalender.ics", "/sitemap.xml", "/api/v1/documents"}
	for _, entry := range list.URL {
		u, err := url.Parse(entry.Loc)
		if err != nil {
			return nil, fmt.Errorf("reading the sitemap: %w", err)
		}
		if u.Path == "" {
			u.Path = "/"
		}
		paths = append(paths, u.EscapedPath())
	}
	if len(paths) < 10 {
		return nil, fmt.Errorf("the sitemap names only %d addresses", len(list.URL))
	}
	return paths, nil
}

// mix is a wrk script that asks for the paths in turns, and now and then
// searches; it prints the percentile that wrk itself leaves out.
func mix(paths []string) string {
	var text strings.Builder
	text.WriteString("local paths = {\n")
	for i, p := range paths {
		fmt.Fprintf(&text, "  %q,\n", p)
		if i%searchesEach == 0 {
			fmt.Fprintf(&text, "  %q,\n", "/sok?q="+url.QueryEscape([]string{"barn", "orosanmälan", "utredning", "möte"}[i/searchesEach%4]))
		}
	}
	text.WriteString(`}
local i = 0
request = function()
  i = i % #paths + 1
  return wrk.format("GET", paths[i])
end
done = function(summary, latency, requests)
  io.write(string.format("  99.9%% %.2fus\n", latency:percentile(99.9)))
end
`)
	return text.String()
}
