package stub

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// multiSearch is a body of POST /multi-search with a federation: one list of all that any of the queries finds.
type multiSearch struct {
	Federation *struct {
		Offset        int                 `json:"offset"`
		Limit         *int                `json:"limit"`
		FacetsByIndex map[string][]string `json:"facetsByIndex"`
		MergeFacets   *struct {
			MaxValuesPerFacet int `json:"maxValuesPerFacet"`
		} `json:"mergeFacets"`
	} `json:"federation"`
	Queries []query `json:"queries"`
}

type query struct {
	IndexUID             string   `json:"indexUid"`
	Q                    string   `json:"q"`
	Filter               any      `json:"filter"`
	AttributesToSearchOn []string `json:"attributesToSearchOn"`
	AttributesToRetrieve []string `json:"attributesToRetrieve"`
	MatchingStrategy     string   `json:"matchingStrategy"`
	Locales              []string `json:"locales"`
	Sort                 []string `json:"sort"`
	Hybrid               any      `json:"hybrid"`
	FederationOptions    struct {
		Weight *float64 `json:"weight"`
	} `json:"federationOptions"`
}

// hit is a document with the weight of the best query that finds it.
type hit struct {
	document
	index  string
	weight float64
	query  int
}

// date is what the ranking rules end with.
func (h hit) date() float64 {
	number, _ := h.document["date"].(json.Number)
	date, _ := number.Float64()
	return date
}

func (s *Server) multiSearch(c *call) {
	var body multiSearch
	if !c.read(&body) {
		return
	}
	if body.Federation == nil {
		c.refuse(http.StatusBadRequest, "bad_request", "the stub knows federated searches only")
		return
	}
	found := map[string]hit{}
	for n, q := range body.Queries {
		i := s.indexes[q.IndexUID]
		if i == nil {
			c.refuse(http.StatusBadRequest, "index_not_found", fmt.Sprintf("Inside `.queries[%d]`: Index `%s` not found.", n, q.IndexUID))
			return
		}
		if code, message := q.wrong(i, body.Queries); code != "" {
			c.refuse(http.StatusBadRequest, code, fmt.Sprintf("Inside `.queries[%d]`: %s", n, message))
			return
		}
		passes, err := newFilter(q.Filter, i.settings.FilterableAttributes)
		if err != nil {
			c.refuse(http.StatusBadRequest, "invalid_search_filter", fmt.Sprintf("Inside `.queries[%d]`: %v", n, err))
			return
		}
		weight := 1.0
		if q.FederationOptions.Weight != nil {
			weight = *q.FederationOptions.Weight
		}
		for key, d := range i.documents {
			if known, has := found[key]; has && known.weight >= weight || !passes(d) || !q.matches(d, i.settings) {
				continue
			}
			found[key] = hit{d, q.IndexUID, weight, n}
		}
	}
	s.answerSearch(c, body, found)
}

// wrong returns what the server has against a query, besides its filter.
func (q query) wrong(i *index, all []query) (code, message string) {
	for _, field := range q.AttributesToSearchOn {
		if !slices.Contains(i.settings.SearchableAttributes, field) {
			return "invalid_search_attributes_to_search_on", "Attribute `" + field + "` is not searchable."
		}
	}
	for _, by := range q.Sort {
		field, direction, _ := strings.Cut(by, ":")
		if direction != "asc" && direction != "desc" || !slices.Contains(i.settings.SortableAttributes, field) {
			return "invalid_search_sort", "Attribute `" + by + "` is not sortable."
		}
	}
	if !slices.Contains([]string{"", "last", "all", "frequency"}, q.MatchingStrategy) {
		return "invalid_search_matching_strategy", q.MatchingStrategy
	}
	for _, other := range all { // what has no words is ordered by the date alone
		if (q.Q == "") != (other.Q == "") && len(q.Sort) == 0 {
			return "invalid_multi_search_query_ranking_rules", "cannot compare a relevancy rule with a sort rule"
		}
	}
	return "", ""
}

func (s *Server) answerSearch(c *call, body multiSearch, found map[string]hit) {
	hits := make([]hit, 0, len(found))
	for _, h := range found {
		hits = append(hits, h)
	}
	byDate := len(body.Queries) > 0 && len(body.Queries[0].Sort) > 0
	slices.SortFunc(hits, func(a, b hit) int {
		if !byDate && a.weight != b.weight {
			return cmp.Compare(b.weight, a.weight)
		}
		return cmp.Compare(b.date(), a.date())
	})
	answer := map[string]any{"processingTimeMs": 0, "estimatedTotalHits": len(hits), "offset": body.Federation.Offset}
	if body.Federation.MergeFacets != nil {
		distribution := map[string]map[string]int{}
		for uid, facets := range body.Federation.FacetsByIndex {
			for _, facet := range facets {
				if i := s.indexes[uid]; i == nil || !slices.Contains(i.settings.FilterableAttributes, facet) {
					c.refuse(http.StatusBadRequest, "invalid_multi_search_facets", "Attribute `"+facet+"` is not filterable.")
					return
				}
				distribution[facet] = count(hits, facet)
			}
		}
		answer["facetDistribution"], answer["facetStats"] = distribution, map[string]any{}
	}
	limit := 20
	if body.Federation.Limit != nil {
		limit = *body.Federation.Limit
	}
	page := []document{}
	for _, h := range hits[min(body.Federation.Offset, len(hits)):min(body.Federation.Offset+limit, len(hits))] {
		d := only(h.document, body.Queries[h.query].AttributesToRetrieve)
		d["_federation"] = map[string]any{"indexUid": h.index, "queriesPosition": h.query, "weightedRankingScore": h.weight}
		page = append(page, d)
	}
	answer["hits"], answer["limit"] = page, limit
	c.reply(http.StatusOK, answer)
}

func count(hits []hit, facet string) map[string]int {
	counts := map[string]int{}
	for _, h := range hits {
		switch v := h.document[facet].(type) {
		case nil:
		case []any:
			for _, one := range v {
				counts[fmt.Sprint(one)]++
			}
		default:
			counts[fmt.Sprint(v)]++
		}
	}
	return counts
}
