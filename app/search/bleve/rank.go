package bleve

import (
	"cmp"
	"slices"
	"time"

	"nuso.se/app/search"
)

// hit is a document on its way to become a match.
type hit struct {
	part  *part
	doc   uint64
	score float32
	date  int64 // microseconds
	id    string
}

// rank counts what was found and returns the matches that were asked for, in order. Without totals everything allowed is found.
func (f *finder) rank(totals weights) (search.Found, error) {
	found := search.Found{Facets: f.newFacets()}
	top := f.newTop()
	for i, p := range f.parts {
		if totals != nil {
			for doc, worth := range totals[i] {
				p.may[doc] = p.may[doc] && worth > 0
			}
		}
		err := p.eachAllowed(f.ctx, func(doc uint64) error {
			found.Total++
			if f.Limit <= 0 {
				return nil
			}
			var score float32
			if totals != nil {
				score = totals[i][doc]
			}
			date := p.date[doc]
			return top.add(hit{part: p, doc: doc, score: score * f.freshness(date), date: date})
		})
		if err != nil {
			return search.Found{}, err
		}
		for facet, counts := range found.Facets {
			p.count(facet, counts)
		}
	}
	var err error
	found.Matches, err = top.page(f.Limit, f.Offset)
	return found, err
}

// freshness raises what is new by up to a tenth: enough to come first among what fits alike.
func (f *finder) freshness(date int64) float32 {
	const year = 365 * 24 * time.Hour
	age := max(0, f.Now.Sub(time.UnixMicro(date)))
	return 1 + 0.1/(1+float32(age)/float32(year))
}

// newFacets returns the facets asked for that there are, to be counted.
func (f *finder) newFacets() map[string]map[string]int {
	if len(f.Facets) == 0 {
		return nil
	}
	counted := map[string]map[string]int{}
	for _, facet := range f.Facets {
		if slices.Contains(search.Facets(), facet) {
			counted[facet] = map[string]int{}
		}
	}
	return counted
}

// count adds how many of the documents that may be found have each value of the facet.
func (p *part) count(facet string, counts map[string]int) {
	for _, v := range p.facets[facet] {
		found := 0
		for _, doc := range v.docs {
			if p.may[doc] {
				found++
			}
		}
		if found > 0 {
			counts[v.text] += found
		}
	}
}

// top keeps the best hits that were added.
type top struct {
	hits   []*hit
	keep   int
	newest bool
	worst  *hit // the last of keep hits that are better than all that were thrown away
	err    error
}

func (f *finder) newTop() *top {
	documents := 0
	for _, p := range f.parts {
		documents += p.allowed
	}
	t := &top{newest: f.Newest || len(f.Wants) == 0}
	if limit, offset := max(f.Limit, 0), max(f.Offset, 0); offset < documents {
		t.keep = min(documents, offset+min(limit, documents))
	}
	return t
}

// add keeps the hit if it may be among the best. Now and then the others are thrown away.
func (t *top) add(h hit) error {
	if t.worst != nil && t.compare(&h, t.worst) > 0 {
		return t.err
	}
	kept := h
	t.hits = append(t.hits, &kept)
	if len(t.hits) > 2*t.keep+100 {
		t.cut()
	}
	return t.err
}

func (t *top) cut() {
	slices.SortFunc(t.hits, t.compare)
	if len(t.hits) >= t.keep {
		t.hits = t.hits[:t.keep]
		if t.keep > 0 {
			t.worst = t.hits[t.keep-1]
		}
	}
}

// compare orders by score unless the newest are wanted first, then by date, then by id.
func (t *top) compare(a, b *hit) int {
	if !t.newest && a.score != b.score {
		return cmp.Compare(b.score, a.score)
	}
	return cmp.Or(cmp.Compare(b.date, a.date), cmp.Compare(t.id(a), t.id(b)))
}

func (t *top) id(h *hit) string {
	if h.id == "" {
		var err error
		if h.id, err = h.part.id(h.doc); err != nil {
			t.err = err
		}
	}
	return h.id
}

func (t *top) page(limit, offset int) ([]search.Match, error) {
	t.cut()
	var matches []search.Match
	for i := range t.hits {
		if i >= max(offset, 0) {
			matches = append(matches, search.Match{ID: t.id(t.hits[i]), Score: float64(t.hits[i].score)})
		}
	}
	return matches, t.err
}
