package find

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"

	"nuso.se/app/document"
	"nuso.se/app/search"
	"nuso.se/app/web"
)

// facet is a way to narrow what was found.
type facet struct{ name, parameter, title string }

func facets() []facet {
	return []facet{
		{search.FacetKind, "kind", "Typ"}, {search.FacetArea, "omrade", "Studieområde"}, {search.FacetChallenge, "utmaning", "Utmaning"},
		{search.FacetCounty, "lan", "Län"}, {search.FacetGroup, "grupp", "Kommungrupp"}, {search.FacetYear, "ar", "År"},
	}
}

func names() []string {
	var names []string
	for _, f := range facets() {
		names = append(names, f.name)
	}
	return names
}

// narrows reports whether a facet is chosen.
func narrows(query url.Values) bool {
	return slices.ContainsFunc(facets(), func(f facet) bool { return query.Has(f.parameter) })
}

// addFilters offers to narrow what was found and to order it. What is offered, and in which order, depends on the text alone
// and not on what is chosen: the form then stays the same while one chooses.
func (h *Handler) addFilters(ctx context.Context, view *ShowView, query url.Values, result search.Result) error {
	options, err := h.options(ctx, result)
	if err != nil {
		return err
	}
	for _, f := range facets() {
		if len(options[f.name]) == 0 && !query.Has(f.parameter) {
			continue
		}
		view.Filters.Add(query, f.parameter, f.title, options[f.name])
		group := view.Filters.Groups[len(view.Filters.Groups)-1]
		for i := range group.Options {
			if o := &group.Options[i]; o.Value != "" && o.Count == 0 {
				o.Title += " (0)"
			}
		}
	}
	newest := query.Get("ordning") == newestFirst
	view.Filters.Groups = append(view.Filters.Groups, web.FilterGroup{Name: "ordning", Title: "Ordning", Options: []web.Option{
		{Title: "Bäst träff först", Selected: !newest}, {Value: newestFirst, Title: "Nyast först", Selected: newest},
	}})
	switch {
	case result.Total < 2:
	case newest:
		view.Filters.Sorted = "nyast först"
	default:
		view.Filters.Sorted = "bäst träff först"
	}
	if len(view.Filters.Chips) > 0 {
		view.Filters.Clear = web.With(path, url.Values{}, "q", query.Get("q"))
	}
	return nil
}

// options returns each facet's values with their names and numbers: kinds and study areas in the order of the site, years newest
// first, others by value. Study areas that the actor may not see are left out.
func (h *Handler) options(ctx context.Context, result search.Result) (map[string][]web.Option, error) {
	areas, err := h.docs.Titles(ctx, document.StudyArea)
	if err != nil {
		return nil, err
	}
	options := map[string][]web.Option{}
	for name, counts := range result.Facets {
		add := func(value, title string) {
			if n, ok := counts[value]; ok {
				options[name] = append(options[name], web.Option{Value: value, Title: title, Count: n})
			}
		}
		switch name {
		case search.FacetKind:
			for _, kind := range h.kinds {
				if document.Public(kind.Name) == kind.Name {
					add(kind.Name, kind.Plural)
				}
			}
		case search.FacetArea:
			for _, area := range areas {
				add(area.Slug, area.Title)
			}
		default:
			values := slices.Sorted(maps.Keys(counts))
			if name == search.FacetYear {
				slices.Reverse(values)
			}
			for _, value := range values {
				add(value, cmp.Or(h.titles[name][value], value))
			}
		}
	}
	return options, nil
}

// counted returns the values that something has, for JSON, the most frequent first.
func counted(options []web.Option) []Count {
	list := make([]Count, 0, len(options))
	for _, o := range options {
		if o.Count > 0 {
			list = append(list, Count{Value: o.Value, Count: o.Count})
		}
	}
	slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
