package search

import (
	"context"
	"html/template"
	"strings"
	"sync"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/search/swedish"
)

// Query is what somebody searches for. One without words finds nothing.
type Query struct {
	Text string
	Filter
	Newest        bool
	Facets        []string // to be counted, each as if its own choice were not made
	Limit, Offset int
}

// Result is a page of what was found.
type Result struct {
	Hits   []Hit
	Total  int
	Facets map[string]map[string]int // facet → value → number of documents; 0 for what the filter leaves nothing of

	Asked      bool   // the text has words
	Partial    bool   // no document has all the words: these have some
	Elsewhere  int    // nothing passes the filter, but so many documents have the words
	Suggestion string // another spelling of the text, nearer to something; empty when none is needed
	Corrected  bool   // what was found is what the suggestion finds: a word was read as another
	Degraded   bool   // the database answered: words are read less well
}

// Hit is a document that was found.
type Hit struct {
	Kind, Path     string
	Title, Snippet template.HTML // escaped; the words stand within <mark>
	Name           string        // the title as text
	Audience       access.Audience
	Draft          bool
	Published      time.Time
	Date           time.Time // when it was last changed
	Score          float64   // comparable within one answer only
}

// Suggestion is a page to go to while somebody still types.
type Suggestion struct{ Kind, Path, Title string }

// Service searches on behalf of the actor in the context.
type Service struct {
	db       *db.DB
	now      clock.Clock
	keeper   *Keeper
	counts   *Counts
	synonyms func(context.Context) ([][]string, error)

	mu        sync.Mutex
	thesaurus Thesaurus
	read      time.Time // when the thesaurus was
}

// New returns the service. Synonyms returns groups of expressions that mean the same; it is asked every few seconds.
func New(d *db.DB, now clock.Clock, keeper *Keeper, counts *Counts, synonyms func(context.Context) ([][]string, error)) *Service {
	return &Service{db: d, now: now, keeper: keeper, counts: counts, synonyms: synonyms}
}

// Search returns the page of documents that the query finds among what the actor may see. Anyone may call it. Unavailable
// when neither the index nor the database answers.
func (s *Service) Search(ctx context.Context, q Query) (Result, error) {
	f, err := s.newFinding(ctx, q.Text)
	if err != nil || len(f.wants) == 0 {
		return Result{}, err
	}
	found, err := f.search(ctx, q)
	if err != nil {
		return Result{}, fault.Wrap(err, "searching")
	}
	result := Result{Asked: true, Partial: f.any, Total: found.Total, Facets: found.Facets}
	if found.Total == 0 {
		result.Elsewhere = f.all.Total
	}
	matched, err := s.documents(ctx, f, found.Matches)
	if err != nil {
		return Result{}, err
	}
	result.Hits = hits(matched, marks(f.wants))
	if f.degraded {
		rank(result.Hits, q.Offset)
	}
	if err := s.respell(ctx, f, &result); err != nil {
		return Result{}, err
	}
	result.Degraded = f.degraded
	if q.Offset == 0 {
		s.count(ctx, f, matched, result)
	}
	return result, nil
}

// matched is a match as the database has it.
type matched struct {
	Document
	score float64
}

// documents asks the database what the matches are: what has gone or been closed since the index was told is left out.
func (s *Service) documents(ctx context.Context, f *finding, matches []Match) ([]matched, error) {
	ids := make([]string, len(matches))
	for i, m := range matches {
		ids[i] = m.ID
	}
	shown := []string{"id", "kind", "path", "title", "summary", "body", "audience", "draft", "shown_from", "date"}
	read, err := byIDs(s.db.Read(ctx), f.sight, f.now, ids, shown...)
	if err != nil {
		return nil, fault.Wrap(db.Error(err), "reading %d hits", len(ids))
	}
	byID := make(map[string]Document, len(read))
	for _, d := range read {
		byID[d.ID] = d
	}
	docs := make([]matched, 0, len(matches))
	for _, m := range matches {
		if d, ok := byID[m.ID]; ok {
			docs = append(docs, matched{d, m.Score})
		}
	}
	return docs, nil
}

// snippetLength is about how many characters of a text a hit shows.
const snippetLength = 220

func hits(docs []matched, marks []swedish.Wanted) []Hit {
	hits := make([]Hit, len(docs))
	for i, d := range docs {
		hits[i] = Hit{
			Kind: d.Kind, Path: d.Path, Name: d.Title, Audience: d.Audience, Draft: d.Draft, Published: d.From, Date: d.Date, Score: d.score,
			Title: swedish.Marked(d.Title, marks), Snippet: oneLine(swedish.Snippet(d.Summary+"\n"+d.Body, marks, snippetLength)),
		}
	}
	return hits
}

// oneLine writes the lines of a snippet in a row: what does not end a sentence, such as a heading or a row of a list, is set off by
// a dot.
func oneLine(snippet template.HTML) template.HTML {
	lines := strings.Split(string(snippet), "\n")
	for i, line := range lines[:len(lines)-1] {
		if text := strings.TrimRight(strings.TrimSuffix(line, "</mark>"), " ”\""); strings.HasSuffix(text, "…") || strings.TrimRight(text, ".!?:") != text {
			lines[i] += " "
		} else {
			lines[i] += " · "
		}
	}
	return template.HTML(strings.Join(lines, "")) // #nosec G203 -- Snippet escapes
}

// rank scores hits by their place. The database weighs a word by how many documents have it, those too that the actor may not see:
// its own scores would tell.
func rank(hits []Hit, before int) {
	for i := range hits {
		hits[i].Score = 1 / float64(before+i+1)
	}
}

// count counts the search, by what was meant rather than by what was typed. One of whose words nothing is found counts as without
// hits.
func (s *Service) count(ctx context.Context, f *finding, docs []matched, result Result) {
	text, total := f.text, f.all.Total
	if result.Corrected {
		text = result.Suggestion
	}
	if result.Partial {
		total = 0
	}
	s.counts.Add(ctx, f.whole(text, docs), total)
}

// Suggest returns at most limit pages whose titles have the words, the last as far as it is typed. Anyone may call it.
func (s *Service) Suggest(ctx context.Context, text string, limit int) ([]Suggestion, error) {
	f, err := s.newFinding(ctx, text)
	if err != nil || len(f.wants) == 0 {
		return nil, err
	}
	found, err := f.findTitles(ctx, limit)
	if err != nil {
		return nil, fault.Wrap(err, "suggesting")
	}
	docs, err := s.documents(ctx, f, found.Matches)
	var out []Suggestion
	for _, d := range docs {
		out = append(out, Suggestion{Kind: d.Kind, Path: d.Path, Title: d.Title})
	}
	return out, err
}

// Popular returns what visitors search for most and find, at most limit. Anyone may call it.
func (s *Service) Popular(ctx context.Context, limit int) ([]string, error) {
	return s.counts.Popular(ctx, limit)
}

// thesaurusAge is how old the thesaurus may grow: what editors change is in force well within a minute.
const thesaurusAge = 10 * time.Second

// theThesaurus returns the thesaurus. Terms are read as a visitor sees them, so that a suggested spelling tells nobody of a
// closed one.
func (s *Service) theThesaurus(ctx context.Context) (Thesaurus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.now(); s.read.IsZero() || now.Sub(s.read) >= thesaurusAge || now.Before(s.read) {
		groups, err := s.synonyms(access.With(ctx, access.Actor{}))
		if err != nil {
			return Thesaurus{}, fault.Wrap(err, "reading the synonyms")
		}
		s.thesaurus, s.read = NewThesaurus(groups), now
	}
	return s.thesaurus, nil
}
