package meili

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/search"
)

// Find asks the server. Unavailable when it does not answer within two seconds, refuses, is too old or has no index of this
// make.
func (x *Index) Find(ctx context.Context, r search.Request) (search.Found, error) {
	if !r.Sight.All && len(r.Sight.Audiences) == 0 || len(r.Wants) > 0 && len(legible(r.Wants)) == 0 {
		return search.Found{}, nil // there is no filter that allows nothing, nor a query for it
	}
	if err := x.ready(ctx); err != nil {
		return search.Found{}, err
	}
	request := x.request(r)
	var found search.Found
	err := x.ask(ctx, askLimit, func(ctx context.Context) error {
		answer, err := x.server.MultiSearchWithContext(ctx, request)
		if err == nil {
			found, err = readAnswer(answer, r)
		}
		return err
	})
	if err != nil {
		return search.Found{}, err
	}
	x.answered()
	return found, nil
}

// readAnswer reads the server's answer to r.
func readAnswer(answer *meilisearch.MultiSearchResponse, r search.Request) (search.Found, error) {
	if answer.Hits == nil {
		return search.Found{}, errAnswer
	}
	found := search.Found{Total: int(answer.EstimatedTotalHits)}
	if r.Limit > 0 {
		for _, hit := range answer.Hits {
			m, err := readHit(hit)
			if err != nil {
				return search.Found{}, err
			}
			found.Matches = append(found.Matches, m)
		}
	}
	for _, facet := range known(r.Facets) {
		var counts map[string]int
		if text, ok := answer.FacetDistribution[facet]; ok {
			if err := json.Unmarshal(text, &counts); err != nil {
				return search.Found{}, fmt.Errorf("the facet %s: %w", facet, err)
			}
		}
		if found.Facets == nil {
			found.Facets = map[string]map[string]int{}
		}
		found.Facets[facet] = make(map[string]int, len(counts))
		for v, n := range counts {
			if text, ok := unescaped(v); ok {
				found.Facets[facet][text] = n
			}
		}
	}
	return found, nil
}

var errAnswer = errors.New("the answer is not as it was asked for")

func readHit(hit meilisearch.Hit) (m search.Match, err error) {
	var key string
	var federation struct {
		Score float64 `json:"weightedRankingScore"`
	}
	if json.Unmarshal(hit[keyField], &key) != nil || json.Unmarshal(hit["_federation"], &federation) != nil {
		return m, errAnswer
	}
	id, ok := unescaped(key)
	if !ok {
		return m, errAnswer
	}
	return search.Match{ID: id, Score: federation.Score}, nil
}

// pageSize is how many documents' versions are read at a time.
const pageSize = 1000

// Versions returns what the index holds; errors as of Find. What is removed meanwhile may hide another document, as in any list
// that is read by the page.
func (x *Index) Versions(ctx context.Context) (map[string]int64, error) {
	if err := x.ready(ctx); err != nil {
		return nil, err
	}
	versions := map[string]int64{}
	for {
		var page meilisearch.DocumentsResult
		err := x.ask(ctx, sendLimit, func(ctx context.Context) error {
			page = meilisearch.DocumentsResult{}
			query := &meilisearch.DocumentsQuery{Limit: pageSize, Offset: int64(len(versions)), Fields: []string{keyField, versionField}}
			return x.server.Index(x.live).GetDocumentsWithContext(ctx, query, &page)
		})
		if err != nil {
			return nil, err
		}
		before := len(versions)
		for _, hit := range page.Results {
			m, err := readVersion(hit)
			if err != nil {
				return nil, x.away(err)
			}
			versions[m.id] = m.version
		}
		if len(versions) == before || int64(len(versions)) >= page.Total {
			x.answered()
			return versions, nil
		}
	}
}

type held struct {
	id      string
	version int64
}

func readVersion(hit meilisearch.Hit) (h held, err error) {
	var key string
	if json.Unmarshal(hit[keyField], &key) != nil || json.Unmarshal(hit[versionField], &h.version) != nil {
		return h, errAnswer
	}
	var ok bool
	if h.id, ok = unescaped(key); !ok {
		return h, errAnswer
	}
	return h, nil
}
