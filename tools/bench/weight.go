package bench

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"nuso.se/tools/site"
)

// What a page makes the browser fetch.
var (
	tags       = regexp.MustCompile(`(?i)<(link|script|img|source)\b([^>]*)>`)
	attributes = regexp.MustCompile(`(?i)([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
	cssURLs    = regexp.MustCompile(`(?i)(?:url\(\s*|@import\s+)["']?([^"')\s]+)`)
	imports    = regexp.MustCompile(`\b(?:from|import)\s*["'](\.{0,2}/[^"']+)["']`)
)

// weights measures the first visit of the item page, and the pages' own size.
func (b *bench) weights(ctx context.Context, s *site.Site) error {
	b.Out.Head("weights")
	load, err := visit(ctx, s.Addr, b.pages[1].path)
	if err != nil {
		return err
	}
	b.sheet.AtMost(firstBytes, float64(load.text)/1000, "kB", "first visit of a news item: HTML + CSS + JS, gzip (aim 20)")
	b.sheet.Record(float64(load.brotli)/1000, "kB", "the same as a browser asks for it, br")
	b.sheet.AtMost(firstRequests, float64(load.requests), "", "first visit of a news item: requests, fonts apart (aim 4)")
	b.sheet.AtMost(fontBytes, float64(load.fonts)/1000, "kB", "fonts of that page")
	b.sheet.AtMost(itemBytes, float64(load.html)/1000, "kB", "HTML of a news item, gzip")
	list, err := fetch(ctx, s.Addr, b.pages[2].path, "gzip")
	if err != nil {
		return err
	}
	b.sheet.AtMost(listBytes, float64(len(list.body))/1000, "kB", "HTML of a list, gzip")
	home, err := fetch(ctx, s.Addr, "/", "gzip")
	if err != nil {
		return err
	}
	b.sheet.Record(float64(len(home.body))/1000, "kB", "HTML of home, gzip")
	return nil
}

// weight is what one visit with an empty cache costs, in compressed bytes.
type weight struct {
	html, text, brotli, fonts int
	requests                  int // fonts apart
}

// visit fetches a page and everything it, its style sheets and its modules
// ask for.
func visit(ctx context.Context, addr, page string) (weight, error) {
	first, err := fetch(ctx, addr, page, "gzip")
	if err != nil {
		return weight{}, err
	}
	body, err := first.plain()
	if err != nil {
		return weight{}, err
	}
	w := weight{html: len(first.body), text: len(first.body), requests: 1}
	br, err := fetch(ctx, addr, page, "br")
	if err != nil {
		return weight{}, err
	}
	w.brotli = len(br.body)
	seen := map[string]bool{page: true}
	queue := wanted(string(body))
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if seen[next] {
			continue
		}
		seen[next] = true
		more, err := w.add(ctx, addr, next)
		if err != nil {
			return weight{}, err
		}
		queue = append(queue, more...)
	}
	return w, nil
}

// add counts one file and returns what it asks for in its turn.
func (w *weight) add(ctx context.Context, addr, file string) ([]string, error) {
	if !strings.HasPrefix(file, "/") || strings.HasPrefix(file, "//") {
		return nil, fmt.Errorf("the page asks another host: %s", file)
	}
	a, err := fetch(ctx, addr, file, "gzip")
	if err != nil {
		return nil, err
	}
	ending := path.Ext(strings.SplitN(file, "?", 2)[0])
	if slices.Contains([]string{".woff2", ".woff", ".ttf"}, ending) {
		w.fonts += len(a.body)
		return nil, nil
	}
	w.requests++
	if !slices.Contains([]string{".css", ".js", ".mjs"}, ending) {
		return nil, nil
	}
	w.text += len(a.body)
	br, err := fetch(ctx, addr, file, "br")
	if err != nil {
		return nil, err
	}
	w.brotli += len(br.body)
	body, err := a.plain()
	if err != nil {
		return nil, err
	}
	return references(file, string(body)), nil
}

// wanted lists what a page's tags have the browser fetch at once.
func wanted(html string) []string {
	var list []string
	for _, tag := range tags.FindAllStringSubmatch(html, -1) {
		at := map[string]string{}
		for _, a := range attributes.FindAllStringSubmatch(tag[2], -1) {
			at[strings.ToLower(a[1])] = a[2] + a[3] + a[4]
		}
		switch strings.ToLower(tag[1]) {
		case "link":
			rel := strings.Fields(strings.ToLower(at["rel"]))
			for _, kind := range []string{"stylesheet", "icon", "preload", "modulepreload", "manifest"} {
				if slices.Contains(rel, kind) {
					list = append(list, at["href"])
					break
				}
			}
		case "script", "img":
			if at["src"] != "" && at["loading"] != "lazy" {
				list = append(list, at["src"])
			}
		}
	}
	return slices.DeleteFunc(list, func(s string) bool { return strings.HasPrefix(s, "data:") })
}

// references lists what a style sheet or a module asks for.
func references(file, body string) []string {
	var list []string
	pattern := cssURLs
	if path.Ext(file) != ".css" {
		pattern = imports
	}
	for _, found := range pattern.FindAllStringSubmatch(body, -1) {
		name := found[1]
		if strings.HasPrefix(name, "data:") || strings.HasPrefix(name, "#") {
			continue
		}
		if !strings.HasPrefix(name, "/") && !strings.Contains(name, "://") {
			name = path.Join(path.Dir(file), name)
		}
		list = append(list, name)
	}
	return list
}
