package fallback

import (
	"slices"
	"strings"

	"nuso.se/app/db"
	"nuso.se/app/search"
)

// The parts of an answer that are no facet.
const (
	partTotal = "total"
	partMatch = "match"
)

// query is one statement that answers a request.
type query struct {
	engine string
	text   strings.Builder
	values []any
}

func (q *query) add(text string, values ...any) {
	q.text.WriteString(text)
	q.values = append(q.values, values...)
}

// newQuery writes the statement; ok is false when nothing can be found.
func newQuery(engine string, r search.Request) (q *query, ok bool) {
	q = &query{engine: engine}
	q.add("WITH ")
	if len(r.Wants) > 0 && !q.ranked(r) {
		return nil, false
	}
	q.found(r)
	q.add("SELECT '" + partTotal + "' AS part, '' AS value, COUNT(*) AS count, 0.0 AS score, 0 AS place FROM found")
	for _, facet := range distinct(r.Facets) {
		q.facet(facet)
	}
	if r.Limit > 0 {
		q.matches(r)
	}
	q.add(" ORDER BY place")
	return q, true
}

// ranked writes which documents have the wants, all of them or any, and how well: one that has more of them comes first.
func (q *query) ranked(r search.Request) bool {
	need, have := 1, 0
	wants := r.Wants[:min(len(r.Wants), maxWants)]
	if !r.Any {
		need = len(wants)
	}
	for _, want := range wants {
		expression := q.expression(want, r.Titles)
		if expression == "" {
			continue
		}
		if have++; have == 1 {
			q.add("hits AS MATERIALIZED (") // SQLite ranks no hits that it has folded into a sum
		} else {
			q.add(" UNION ALL ")
		}
		q.hits(want.Reading == search.Folded, expression, r.Limit > 0)
	}
	if have < need {
		return false
	}
	q.add("), ranked AS (SELECT number, SUM(score) + 1000 * (COUNT(*) - 1) AS score FROM hits GROUP BY number HAVING COUNT(*) >= ?), ", need)
	return true
}

// hits writes which documents have an expression, and how well when that matters: to weigh costs more than to find. The
// weights are those of title, summary and body; PostgreSQL's begin from the end, with one for texts that there are none of.
func (q *query) hits(folded bool, expression string, weighed bool) {
	text, dictionary, score := "words", "swedish", "0.0"
	if folded {
		text, dictionary = "folded", "simple"
	}
	if q.engine == db.SQLite {
		table := "search_" + text
		if weighed {
			score = "-bm25(" + table + ", 6.0, 3.0, 1.0)"
		}
		q.add("SELECT rowid AS number, "+score+" AS score FROM "+table+" WHERE "+table+" MATCH ?", expression)
		return
	}
	if weighed {
		score = "CAST(ts_rank('{0, 0.1, 0.3, 1}', " + text + ", wanted) AS DOUBLE PRECISION)"
	}
	q.add("SELECT number, "+score+" AS score FROM search_documents, to_tsquery('"+dictionary+"', ?) AS wanted WHERE "+text+" @@ wanted", expression)
}

// found writes the documents that the request finds: the one place of rights and filters.
func (q *query) found(r search.Request) {
	q.add("found AS (SELECT id, date, kind, areas, challenges, county, municipality_group, year, ")
	if len(r.Wants) > 0 {
		q.add("score FROM ranked JOIN search_documents ON search_documents.number = ranked.number WHERE ")
	} else {
		q.add("0.0 AS score FROM search_documents WHERE ")
	}
	condition, values := search.Visible(r.Sight, r.Now)
	q.add(condition, values...)
	if len(r.Kinds) > 0 {
		kinds := make([]string, len(r.Kinds))
		for i, kind := range r.Kinds {
			kinds[i] = storable(kind)
		}
		q.add(" AND kind IN ?", kinds)
	}
	for _, one := range []struct{ column, value string }{{"county", r.County}, {"municipality_group", r.Group}} {
		if one.value != "" {
			q.add(" AND "+one.column+" = ?", storable(one.value))
		}
	}
	for _, one := range []struct{ column, value string }{{"areas", r.Area}, {"challenges", r.Challenge}} {
		if one.value != "" {
			q.add(" AND EXISTS (SELECT 1 FROM "+q.each("search_documents."+one.column)+" WHERE each.value = ?)", storable(one.value))
		}
	}
	if r.Year != 0 {
		q.add(" AND year = ?", r.Year)
	}
	q.add(") ")
}

// each is the table of the values of a JSON list.
func (q *query) each(column string) string {
	if q.engine == db.SQLite {
		return "json_each(" + column + ") AS each"
	}
	return "jsonb_array_elements_text(CAST(" + column + " AS jsonb)) AS each(value)"
}

// facet writes the counts of a facet; one that there is not has none.
func (q *query) facet(name string) {
	values, from := "", "found"
	switch name {
	case search.FacetKind:
		values = "kind"
	case search.FacetCounty:
		values = "county"
	case search.FacetGroup:
		values = "municipality_group"
	case search.FacetYear:
		values = "CASE WHEN year = 0 THEN '' ELSE CAST(year AS TEXT) END"
	case search.FacetArea:
		values, from = "each.value", "found, "+q.each("found.areas")
	case search.FacetChallenge:
		values, from = "each.value", "found, "+q.each("found.challenges")
	default:
		return
	}
	q.add(" UNION ALL SELECT '" + name + "', value, COUNT(*), 0.0, 0 FROM (SELECT " + values + " AS value FROM " + from +
		") AS chosen WHERE value <> '' GROUP BY value")
}

// matches writes the page of documents that is asked for.
func (q *query) matches(r search.Request) {
	order := "score DESC, COALESCE(date, 0) DESC, id"
	if r.Newest || len(r.Wants) == 0 {
		order = "COALESCE(date, 0) DESC, score DESC, id"
	}
	q.add(" UNION ALL SELECT '"+partMatch+"', id, 0, score, place FROM (SELECT id, score, ROW_NUMBER() OVER (ORDER BY "+order+
		") AS place FROM found ORDER BY place LIMIT ? OFFSET ?) AS page", r.Limit, max(r.Offset, 0))
}

// storable makes a value one that can be asked for. What PostgreSQL cannot store is a value that no document has.
func storable(value string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(value, "\uFFFD"), "\x00", "\uFFFD")
}

func distinct(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}
