// Package fallback finds documents by the database alone, while the real index is away: SQLite's FTS5 and PostgreSQL's full
// text, both kept by the database itself beside the table search_documents. Rights, filters, facets, totals and order are
// the same as everywhere; words are read less well:
//
//	Plain   the word, and words that begin with its stem of three letters or more: a compound is found by its first part only
//	Prefix  words that begin so; on PostgreSQL, which keeps stems, not those whose stem is shorter than what is typed
//	Folded  as Plain with the accents taken away; on SQLite ø and æ keep theirs
//	Typo    nothing
//
// A phrase is its words in a row, on PostgreSQL in any inflection; there words of its own list that carry nothing are found
// folded only. Letters and digits that stand together, as in A4, are one word, though they are asked for as two.
package fallback

import (
	"context"
	"iter"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Index is the database as an index. It is safe for concurrent use.
type Index struct{ db *db.DB }

// New returns the index of the documents that are in d.
func New(d *db.DB) *Index { return &Index{db: d} }

// part is one line of an answer: the total, a value of a facet with its count, or a match.
type part struct {
	Part  string
	Value string
	Count int
	Score float64
}

// Find asks the database for what the request asks for and the sight allows, in one statement.
func (i *Index) Find(ctx context.Context, r search.Request) (search.Found, error) {
	found := search.Found{Facets: map[string]map[string]int{}}
	for _, facet := range r.Facets {
		found.Facets[facet] = map[string]int{}
	}
	q, ok := newQuery(i.db.Engine(), r)
	if !ok {
		return found, nil
	}
	var parts []part
	if err := i.db.Read(ctx).Raw(q.text.String(), q.values...).Scan(&parts).Error; err != nil {
		return search.Found{}, fault.Wrap(db.Error(err), "searching the database")
	}
	for _, p := range parts {
		switch p.Part {
		case partTotal:
			found.Total = p.Count
		case partMatch:
			found.Matches = append(found.Matches, search.Match{ID: p.Value, Score: p.Score})
		default:
			found.Facets[p.Part][p.Value] = p.Count
		}
	}
	return found, nil
}

// Update does nothing: search.Put has written the documents already.
func (i *Index) Update(context.Context, []search.Document, []string) error { return nil }

// Rebuild does nothing, since the table is the index.
func (i *Index) Rebuild(context.Context, iter.Seq2[search.Document, error]) error { return nil }

// Versions returns the versions in the table.
func (i *Index) Versions(ctx context.Context) (map[string]int64, error) {
	var rows []struct {
		ID      string
		Version int64
	}
	if err := i.db.Read(ctx).Raw("SELECT id, version FROM search_documents").Scan(&rows).Error; err != nil {
		return nil, fault.Wrap(db.Error(err), "reading the versions in the table")
	}
	all := make(map[string]int64, len(rows))
	for _, r := range rows {
		all[r.ID] = r.Version
	}
	return all, nil
}

// Stale reports that the table is never behind itself.
func (i *Index) Stale() bool { return false }

// Close does nothing: the database is its owner's.
func (i *Index) Close() error { return nil }
