package search

import "context"

// countFacets counts the facets by which the query narrows, each without its own choice, and adds the values that only what
// the filter leaves out has: what can be chosen is the same whatever is chosen.
func (f *finding) countFacets(ctx context.Context, q Query, result *Result) error {
	narrow := false
	for _, facet := range q.Facets {
		if !q.Filter.chooses(facet) {
			continue
		}
		narrow = true
		request := f.request(q.Filter.without(facet))
		request.Facets = []string{facet}
		found, err := f.find(ctx, request)
		if err != nil {
			return err
		}
		if result.Facets == nil {
			result.Facets = map[string]map[string]int{}
		}
		result.Facets[facet] = found.Facets[facet]
	}
	if !narrow {
		return nil
	}
	request := f.request(Filter{})
	request.Facets = q.Facets
	all, err := f.find(ctx, request)
	for facet, counts := range all.Facets {
		for value := range counts {
			if result.Facets[facet] == nil {
				result.Facets[facet] = map[string]int{}
			}
			result.Facets[facet][value] += 0
		}
	}
	return err
}

// chooses reports whether the filter narrows by the facet.
func (f Filter) chooses(facet string) bool {
	switch facet {
	case FacetKind:
		return len(f.Kinds) > 0
	case FacetArea:
		return f.Area != ""
	case FacetChallenge:
		return f.Challenge != ""
	case FacetCounty:
		return f.County != ""
	case FacetGroup:
		return f.Group != ""
	case FacetYear:
		return f.Year != 0
	}
	return false
}

func (f Filter) without(facet string) Filter {
	switch facet {
	case FacetKind:
		f.Kinds = nil
	case FacetArea:
		f.Area = ""
	case FacetChallenge:
		f.Challenge = ""
	case FacetCounty:
		f.County = ""
	case FacetGroup:
		f.Group = ""
	case FacetYear:
		f.Year = 0
	}
	return f
}
