package search

import (
	"context"
	"slices"
)

// search finds the page of documents that the query asks for, and counts its facets: each as if its own choice were not made, with
// those values too of which the filter leaves nothing. What can be chosen is then the same whatever is chosen.
func (f *finding) search(ctx context.Context, q Query) (Found, error) {
	f.page = Request{Newest: q.Newest, Facets: q.Facets, Limit: q.Limit, Offset: q.Offset}
	narrow := q.Filter.narrows()
	if narrow {
		f.page.Limit = 0
	}
	if err := f.choose(ctx); err != nil || !narrow {
		return f.all, err
	}
	request := f.request(q.Filter)
	request.Newest, request.Limit, request.Offset = q.Newest, q.Limit, q.Offset
	request.Facets = slices.DeleteFunc(slices.Clone(q.Facets), q.Filter.chooses)
	found, err := f.find(ctx, request)
	if err != nil {
		return Found{}, err
	}
	counts := map[string]map[string]int{}
	for _, facet := range q.Facets {
		if counts[facet] = found.Facets[facet]; q.Filter.chooses(facet) {
			if counts[facet], err = f.countChosen(ctx, q.Filter, facet); err != nil {
				return Found{}, err
			}
		}
		counts[facet] = withZeros(counts[facet], f.all.Facets[facet])
	}
	found.Facets = counts
	return found, nil
}

// countChosen counts a facet by which the filter narrows.
func (f *finding) countChosen(ctx context.Context, filter Filter, facet string) (map[string]int, error) {
	request := f.request(filter.without(facet))
	request.Facets = []string{facet}
	found, err := f.find(ctx, request)
	return found.Facets[facet], err
}

// withZeros adds the values that only the others have.
func withZeros(counts, others map[string]int) map[string]int {
	all := make(map[string]int, len(others))
	for value := range others {
		all[value] = counts[value]
	}
	return all
}

// narrows reports whether the filter leaves anything out.
func (f Filter) narrows() bool {
	return slices.ContainsFunc(Facets(), f.chooses)
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
