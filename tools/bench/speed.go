package bench

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"nuso.se/tools/site"
	"nuso.se/tools/wrk"
)

// rounds is how many times each page is measured on each server.
const rounds = 3

// newsItem finds the first news item on the page that lists them.
var newsItem = regexp.MustCompile(`href="?(/nyheter/[a-z0-9-]+)[" >]`)

// speeds measures the pages with the page cache on and off, each run of ours
// followed by one of nginx's, and the memory besides.
func (b *bench) speeds(ctx context.Context) error {
	s, err := b.serve(ctx, "start-0")
	if err != nil {
		return err
	}
	defer s.Stop()
	if err := b.idle(ctx, s); err != nil {
		return err
	}
	if err := b.choose(ctx, s); err != nil {
		return err
	}
	if err := b.weights(ctx, s); err != nil {
		return err
	}
	n, err := b.nginx(ctx, s)
	if err != nil {
		return err
	}
	peak := s.WatchMemory()
	if err := b.compare(ctx, s, n, b.pages, "", ratioCached); err != nil {
		return err
	}
	if err := b.compare(ctx, s, n, []page{b.search}, "", ratioSearch); err != nil {
		return err
	}
	b.sheet.AtMost(memoryLoad, peak(), "MB", "memory under load (VmRSS, highest)")
	if err := s.Stop(); err != nil {
		return fmt.Errorf("ending the server: %w", err)
	}
	off, err := b.serve(ctx, "start-0", "NUSO_PAGE_CACHE=off")
	if err != nil {
		return err
	}
	defer off.Stop()
	peak = off.WatchMemory()
	if err := b.compare(ctx, off, n, b.pages, ", page cache off", ratioUncached); err != nil {
		return err
	}
	b.sheet.Record(peak(), "MB", "memory under load, page cache off")
	return nil
}

// idle reads the memory of a server that has just become ready and rests.
func (b *bench) idle(ctx context.Context, s *site.Site) error {
	b.Out.Head("memory at rest")
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(5 * time.Second):
	}
	mb, err := s.Memory()
	if err != nil {
		b.sheet.Missing("memory at rest", err.Error())
		return nil
	}
	b.sheet.AtMost(memoryIdle, mb, "MB", "memory at rest (VmRSS)")
	return nil
}

// choose picks home, a list and the first news item on it.
func (b *bench) choose(ctx context.Context, s *site.Site) error {
	if len(b.pages) > 0 {
		return nil
	}
	list, err := fetch(ctx, s.Addr, "/nyheter", "identity")
	if err != nil {
		return err
	}
	item := newsItem.FindSubmatch(list.body)
	if item == nil {
		return fmt.Errorf("no news item is linked from /nyheter")
	}
	b.pages = []page{{"home", "/"}, {"news item", string(item[1])}, {"list", "/nyheter"}}
	b.search = page{"search result page", "/sok?q=utredning"}
	return nil
}

// compare measures each page on s and on n in turns and records the ratio of
// each pair of runs, by their median.
func (b *bench) compare(ctx context.Context, s *site.Site, n *nginx, pages []page, what string, target float64) error {
	for _, p := range pages {
		b.Out.Head("%s%s: %d runs of %s beside nginx", p.name, what, rounds, b.seconds)
		var ratios, ours, theirs, slow []float64
		var bad int
		for range rounds {
			mine, err := wrk.Run(ctx, b.Runner, wrk.Options{URL: "http://" + s.Addr + p.path, For: b.seconds})
			if err != nil {
				return err
			}
			other, err := wrk.Run(ctx, b.Runner, wrk.Options{URL: "http://" + n.addr + p.path, For: b.seconds})
			if err != nil {
				return err
			}
			if other.Errors+other.Broken > 0 {
				return fmt.Errorf("nginx answered wrongly %d times: the comparison is void", other.Errors+other.Broken)
			}
			ratios = append(ratios, mine.PerSecond/other.PerSecond)
			ours, theirs = append(ours, mine.PerSecond), append(theirs, other.PerSecond)
			slow = append(slow, mine.Latency["99"].Seconds()*1000)
			bad += mine.Errors + mine.Broken
			b.Out.Say("   %8.0f beside %8.0f requests/s: %.3f", mine.PerSecond, other.PerSecond, mine.PerSecond/other.PerSecond)
		}
		b.sheet.AtLeast(target, median(ratios), "", "%s%s: requests/s as a share of nginx's", p.name, what)
		b.sheet.Record(median(ours), "req/s", "%s%s: requests/s", p.name, what)
		b.sheet.Record(median(theirs), "req/s", "%s%s: nginx's requests/s", p.name, what)
		b.sheet.Record(median(slow), "ms", "%s%s: 99th percentile of the answer's time", p.name, what)
		b.sheet.AtMost(0, float64(bad), "", "%s%s: answers other than 2xx, and broken connections", p.name, what)
	}
	return nil
}
