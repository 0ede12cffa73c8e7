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
	tally, fields := f.tally(found.Facets)
	var date int64
	if f.Limit > 0 {
		fields = append(fields, fieldDate)
	}
	top := f.newTop()
	for i, p := range f.parts {
		err := p.eachAllowed(f.ctx, func(doc uint64) error {
			var score float32
			if totals != nil {
				if score = totals[i][doc]; score == 0 {
					return nil
				}
			}
			found.Total++
			if len(fields) == 0 {
				return nil
			}
			err := p.values(doc, fields, func(field string, value []byte) {
				if field == fieldDate {
					date = unsortable(value)
				} else {
					tally(field, value)
				}
			})
			if err != nil || f.Limit <= 0 {
				return err
			}
			return top.add(hit{part: p, doc: doc, score: score * f.freshness(date), date: date})
		})
		if err != nil {
			return search.Found{}, err
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

func (f *finder) newFacets() map[string]map[string]int {
	if len(f.Facets) == 0 {
		return nil
	}
	facets := map[string]map[string]int{}
	for _, facet := range f.Facets {
		switch facet {
		case search.FacetKind, search.FacetArea, search.FacetChallenge, search.FacetCounty, search.FacetGroup, search.FacetYear:
			facets[facet] = map[string]int{}
		}
	}
	return facets
}

// tally returns what counts a value, and the fields to be counted.
func (f *finder) tally(facets map[string]map[string]int) (count func(field string, value []byte), fields []string) {
	for field := range facets {
		fields = append(fields, field)
	}
	return func(field string, value []byte) { facets[field][string(value)]++ }, fields
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
