// Package search finds pages in the words people of the field use: compounds, abbreviations, typos, and nothing that the
// person who asks may not see.
//
// The words: a Document is a page as it can be found, kept in the table search_documents by the same transaction that
// changes the page. An Index finds documents by their words and knows nothing else of them; there are three, all fed
// from that table: bleve in the data folder, meili on a server, and fallback, the database itself, which answers while
// the other is away. Service reads a person's text as Wants, asks the index, and makes hits of what the database still
// shows to that person.
//
// Who may see what is part of every request: an index is asked for what the Sight allows and never for more.
package search

import (
	"context"
	"iter"
	"time"

	"nuso.se/app/access"
)

// Document is a page as it can be found.
type Document struct {
	ID      string // unique among all kinds
	Version int64  // rises with every change
	Kind    string // as in JSON: "news"
	Path    string // the address, "/nyheter/x" or "/ordlista#x"
	Title   string
	Summary string
	Body    string // plain text as it is written, without title and summary
	Lang    string // sv or en

	// Who finds it: those of the audience from From until Until, which is zero when it stays. A draft is found by those
	// alone who see all.
	Audience    access.Audience
	Draft       bool
	From, Until time.Time

	Date       time.Time // when it was last changed: fresh comes before old
	Areas      []string  // slugs of study areas
	Challenges []string
	County     string // code of a county
	Group      string // code of a group of municipalities
	Year       int    // 0: none
}

// Filter narrows what is found; zero values do not.
type Filter struct {
	Kinds     []string // any of them
	Area      string
	Challenge string
	County    string
	Group     string
	Year      int
}

// The facets: what a request may ask to have counted.
const (
	FacetKind      = "kind"
	FacetArea      = "area"
	FacetChallenge = "challenge"
	FacetCounty    = "county"
	FacetGroup     = "group"
	FacetYear      = "year"
)

// Facets returns them all.
func Facets() []string {
	return []string{FacetKind, FacetArea, FacetChallenge, FacetCounty, FacetGroup, FacetYear}
}

// Reading is how a word of a query is understood. Service takes the first that finds anything which the person may see: of a
// word with å, ä or ö it tries Plain, Prefix and Typo, of one without Plain, Folded, Prefix and Typo. Only the last word may
// be a Prefix, and a word that package swedish knows is no Typo.
type Reading int

// The readings.
const (
	Plain  Reading = iota // the word in any inflection, alone or within a compound
	Prefix                // words that begin so
	Folded                // words that are the same when å ä are read as a and ö as o
	Typo                  // words that are a slip or two away from it: one edit from 4 letters, two from 8
)

// Want is one thing that a document should have: a word, or a phrase when there are several words.
type Want struct {
	Words    []string // in lower case, as swedish.Words gives them
	Reading  Reading
	Synonyms [][]string // other words or phrases that mean the same; they are read plainly
}

// Request is a query worked out for an index.
type Request struct {
	Wants  []Want
	Any    bool // one of the wants is enough, more is better; else all must be there
	Titles bool // look in titles only: for suggestions
	Newest bool // order by date; else by how well the words fit, title over summary over body, fresh over old

	Sight access.Sight
	Now   time.Time
	Filter
	Facets []string // to be counted among all that is found

	Limit, Offset int // Limit 0: only count
}

// Match is a document that an index has found.
type Match struct {
	ID    string
	Score float64 // comparable within one answer only
}

// Found is an index's answer.
type Found struct {
	Matches []Match
	Total   int
	Facets  map[string]map[string]int // facet → value → number of documents
}

// Index finds documents. An index that cannot answer returns fault.Unavailable; Service then asks the database.
type Index interface {
	// Find returns what the request asks for and the sight allows.
	Find(ctx context.Context, r Request) (Found, error)
	// Update puts documents in the place of their older versions and takes away those with the ids in remove. When it
	// returns, they are found and stay so after a crash.
	Update(ctx context.Context, put []Document, remove []string) error
	// Rebuild makes the index anew from all documents beside the old one, which answers meanwhile, and then swaps.
	Rebuild(ctx context.Context, all iter.Seq2[Document, error]) error
	// Versions returns what the index holds: id → version.
	Versions(ctx context.Context) (map[string]int64, error)
	// Stale reports that the index is missing, damaged or of another make than this program's, and must be rebuilt.
	Stale() bool
	// Close lets go of files and connections.
	Close() error
}
