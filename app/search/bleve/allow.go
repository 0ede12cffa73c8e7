package bleve

import (
	"strconv"

	"nuso.se/app/search"
)

// allow decides which documents may be found: those that the sight allows at the time, and of these those that pass the filter.
// It comes first, and nothing else is looked at or counted afterwards.
func (f *finder) allow() error {
	audiences := make([]string, len(f.Sight.Audiences))
	for i, audience := range f.Sight.Audiences {
		audiences[i] = string(audience)
	}
	for _, p := range f.parts {
		if f.Sight.All {
			p.allowLive()
		} else if err := p.allowSight(audiences, sortable(f.Now.UnixMicro())); err != nil {
			return err
		}
		if err := p.filter(f.Filter); err != nil {
			return err
		}
		for _, level := range p.level {
			if level == p.asked {
				p.allowed++
			}
		}
	}
	return nil
}

// allowLive allows every document that has not been replaced or removed since.
func (p *part) allowLive() {
	p.asked = 1
	deleted := p.Deleted()
	for doc := range p.level {
		if deleted == nil || !deleted.Contains(uint32(doc)) {
			p.level[doc] = 1
		}
	}
}

// allowSight allows what is shown to the audiences and shown now. No draft has an audience.
func (p *part) allowSight(audiences []string, now string) error {
	if err := p.demand(fieldAudience, audiences...); err != nil {
		return err
	}
	if err := p.hide(fieldFrom, now+"0", ""); err != nil { // after now
		return err
	}
	return p.hide(fieldUntil, "", now+"0") // now or before
}

// demand allows, of what is allowed so far, what has one of the values.
func (p *part) demand(field string, values ...string) error {
	for _, value := range values {
		if err := p.each(field, value, func(doc uint64) {
			if p.level[doc] == p.asked {
				p.level[doc]++
			}
		}); err != nil {
			return err
		}
	}
	p.asked++
	return nil
}

// hide allows nothing that has a value from first up to before end; "" is without a bound.
func (p *part) hide(field, first, end string) error {
	dict, err := p.dict(field)
	if err != nil {
		return err
	}
	values := dict.AutomatonIterator(nil, bound(first), bound(end))
	value, err := values.Next()
	for ; err == nil && value != nil; value, err = values.Next() {
		if err := p.each(field, value.Term, func(doc uint64) { p.level[doc] = 0 }); err != nil {
			return err
		}
	}
	return err
}

func bound(value string) []byte {
	if value == "" {
		return nil
	}
	return []byte(value)
}

func (p *part) filter(filter search.Filter) error {
	year := ""
	if filter.Year != 0 {
		year = strconv.Itoa(filter.Year)
	}
	for _, demanded := range []struct {
		field  string
		values []string
	}{
		{search.FacetKind, filter.Kinds},
		{search.FacetArea, some(filter.Area)},
		{search.FacetChallenge, some(filter.Challenge)},
		{search.FacetCounty, some(filter.County)},
		{search.FacetGroup, some(filter.Group)},
		{search.FacetYear, some(year)},
	} {
		if len(demanded.values) == 0 {
			continue
		}
		if err := p.demand(demanded.field, demanded.values...); err != nil {
			return err
		}
	}
	return nil
}

func some(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}
