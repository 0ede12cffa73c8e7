package meili

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/search"
)

// rights are the conditions that what is found is allowed to be found; none for those who see all. They stand in every query.
func rights(r search.Request) []string {
	if r.Sight.All {
		return nil
	}
	audiences := make([]string, len(r.Sight.Audiences))
	for i, a := range r.Sight.Audiences {
		audiences[i] = value(string(a))
	}
	now := strconv.FormatInt(moment(r.Now), 10)
	return []string{oneOf(audienceField, audiences...), draftField + " = false", fromField + " <= " + now, untilField + " > " + now}
}

// narrowing are the conditions of the filter.
func narrowing(f search.Filter) []string {
	var conditions []string
	if len(f.Kinds) > 0 {
		kinds := make([]string, len(f.Kinds))
		for i, kind := range f.Kinds {
			kinds[i] = value(kind)
		}
		conditions = append(conditions, oneOf(search.FacetKind, kinds...))
	}
	for _, one := range []struct{ facet, value string }{
		{search.FacetArea, f.Area}, {search.FacetChallenge, f.Challenge}, {search.FacetCounty, f.County},
		{search.FacetGroup, f.Group}, {search.FacetYear, year(f.Year)},
	} {
		if one.value != "" {
			conditions = append(conditions, is(one.facet, value(one.value)))
		}
	}
	return conditions
}

// legible returns the wants without what is no letter or digit, which could be syntax of a query, and without those that then
// have no words.
func legible(wants []search.Want) []search.Want {
	var all []search.Want
	for _, w := range wants {
		w.Words = lettersOf(w.Words)
		var synonyms [][]string
		for _, synonym := range w.Synonyms {
			if words := lettersOf(synonym); len(words) > 0 {
				synonyms = append(synonyms, words)
			}
		}
		w.Synonyms = synonyms
		if len(w.Words) > 0 {
			all = append(all, w)
		}
	}
	return all
}

func lettersOf(words []string) []string {
	var all []string
	for _, word := range words {
		letters := 0
		word = strings.Map(func(r rune) rune {
			if letters == longestWord || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
				return -1
			}
			letters++
			return r
		}, word)
		if word != "" {
			all = append(all, word)
		}
	}
	return all
}

// longestWord is how many letters of a word are searched for: no text has longer ones, as package swedish reads them.
const longestWord = 64

// query is one query of a request; the server merges their answers and keeps of each document its best.
type query struct {
	conditions []string
	text       string
	fields     []string
	weight     float64
	some       bool // the server may leave words out, the most common first
}

// queries works out the wants: first the queries that find, then those that put what is found in order and find nothing more.
func queries(r search.Request) []query {
	wants := legible(r.Wants)
	if len(wants) == 0 {
		return []query{{text: quoted(everyWord), fields: []string{everyField}, weight: foundWeight}}
	}
	p := placeOf(r.Titles)
	ways, rank := p.all(wants), p.rankAll
	if r.Any {
		ways, rank = p.any(wants), p.rankAny
	}
	var ranked []query
	if r.Limit > 0 && !r.Newest {
		ranked = rank(wants, ways[0])
	}
	var all []query
	for _, w := range ways {
		all = append(all, p.finding(w, len(ranked) > 0))
	}
	return append(all, ranked[:min(len(ranked), maxRankings)]...)
}

// finding is the query for all documents that are found in that way. Its text ends with a word that all have, in quotes: the
// server takes a bare last word for a beginning.
func (p place) finding(w way, ranked bool) query {
	q := query{conditions: w.conditions, fields: []string{everyField}, weight: foundWeight}
	if len(w.text) > 0 {
		q.fields, q.weight = append(p.written(), everyField), w.weight
		if ranked {
			q.weight *= someWeight
		}
	}
	q.text = strings.Join(append(slices.Clone(w.text), quoted(everyWord)), " ")
	return q
}

// request is r as the server takes it.
func (x *Index) request(r search.Request) *meilisearch.MultiSearchRequest {
	m := &meilisearch.MultiSearchRequest{Federation: &meilisearch.MultiSearchFederation{
		Limit:  int64(max(r.Limit, 1)), // the client leaves a zero out, and the server then takes 20
		Offset: int64(max(r.Offset, 0)),
	}}
	if facets := known(r.Facets); len(facets) > 0 {
		m.Federation.FacetsByIndex = map[string][]string{x.live: facets}
		m.Federation.MergeFacets = &meilisearch.MultiSearchFederationMergeFacets{MaxValuesPerFacet: maxFacetValues}
	}
	allowed := append(rights(r), narrowing(r.Filter)...)
	for _, q := range queries(r) {
		s := &meilisearch.SearchRequest{
			IndexUID: x.live, Query: q.text, AttributesToSearchOn: q.fields, AttributesToRetrieve: []string{keyField},
			MatchingStrategy: meilisearch.All, Locales: []string{language},
			FederationOptions: &meilisearch.SearchFederationOptions{Weight: q.weight},
		}
		if q.some {
			s.MatchingStrategy = meilisearch.Frequency
		}
		if conditions := slices.Concat(allowed, q.conditions); len(conditions) > 0 {
			s.Filter = conditions
		}
		if r.Newest {
			s.Sort = []string{dateField + ":desc"}
		}
		m.Queries = append(m.Queries, s)
	}
	return m
}

func known(facets []string) []string {
	return slices.DeleteFunc(slices.Clone(facets), func(f string) bool { return !slices.Contains(search.Facets(), f) })
}
