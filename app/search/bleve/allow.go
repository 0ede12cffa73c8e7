package bleve

import (
	"slices"
	"strconv"

	"nuso.se/app/search"
)

// allow decides which documents may be found: those that the sight allows at the time, and of these those that pass the filter.
// It comes first, and nothing else is looked at or counted afterwards.
func (f *finder) allow() {
	for _, p := range f.parts {
		p.allowLive()
		if !f.Sight.All {
			p.allowSight(f.Request)
		}
		p.filter(f.Filter)
		for _, may := range p.may {
			if may {
				p.allowed++
			}
		}
	}
}

// allowLive allows every document that has not been replaced or removed since.
func (p *part) allowLive() {
	for doc := range p.may {
		p.may[doc] = true
	}
	if deleted := p.Deleted(); deleted != nil {
		for docs := deleted.Iterator(); docs.HasNext(); {
			p.may[docs.Next()] = false
		}
	}
}

// allowSight allows what is shown to the audiences and shown now. No draft has an audience.
func (p *part) allowSight(r search.Request) {
	audiences := make([]string, len(r.Sight.Audiences))
	for i, audience := range r.Sight.Audiences {
		audiences[i] = string(audience)
	}
	p.demand(p.audience, audiences)
	now := r.Now.UnixMicro()
	for doc, may := range p.may {
		p.may[doc] = may && p.from[doc] <= now && now < p.until[doc]
	}
}

// demand allows, of what is allowed so far, what has one of the values.
func (p *part) demand(c column, values []string) {
	may := make([]bool, len(p.may))
	for _, v := range c {
		if slices.Contains(values, v.text) {
			for _, doc := range v.docs {
				may[doc] = p.may[doc]
			}
		}
	}
	p.may = may
}

func (p *part) filter(filter search.Filter) {
	year := ""
	if filter.Year != 0 {
		year = strconv.Itoa(filter.Year)
	}
	for facet, values := range map[string][]string{
		search.FacetKind:      filter.Kinds,
		search.FacetArea:      some(filter.Area),
		search.FacetChallenge: some(filter.Challenge),
		search.FacetCounty:    some(filter.County),
		search.FacetGroup:     some(filter.Group),
		search.FacetYear:      some(year),
	} {
		if len(values) > 0 {
			p.demand(p.facets[facet], values)
		}
	}
}

func some(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
