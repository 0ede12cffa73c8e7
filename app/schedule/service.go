package schedule

import (
	"context"
	"slices"
	"sync"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/document"
)

// Service reads the calendar on behalf of the actor in the context.
type Service struct {
	docs    *document.Service
	now     clock.Clock
	baseURL string
	parsed  *parsed
}

// New returns the service.
func New(docs *document.Service, now clock.Clock, baseURL string) *Service {
	return &Service{docs: docs, now: now, baseURL: baseURL, parsed: &parsed{byID: map[string]*Entry{}}}
}

// Filter chooses entries.
type Filter struct {
	Area string // slug of a study area
	Type string // as front matter writes it
}

// entries returns the events of the filter that the actor may see.
func (s *Service) entries(ctx context.Context, f Filter) ([]*Entry, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.Event}, Area: f.Area})
	if err != nil {
		return nil, err
	}
	entries := s.parsed.entries(list.Items)
	if f.Type == "" {
		return entries, nil
	}
	return slices.DeleteFunc(entries, func(e *Entry) bool { return e.Event.Type != f.Type }), nil
}

// BySlug returns an event. Anyone may call it; NotFound when it is missing or not for the actor.
func (s *Service) BySlug(ctx context.Context, slug string) (*Entry, error) {
	doc, err := s.docs.BySlug(ctx, document.Event, slug)
	if err != nil {
		return nil, err
	}
	return newEntry(doc), nil
}

// Coming returns what begins or goes on from today, soonest first, and last what has no day; of a repeated event the
// next few. Anyone may call it.
func (s *Service) Coming(ctx context.Context, f Filter) ([]Occurrence, error) {
	entries, err := s.entries(ctx, f)
	if err != nil {
		return nil, err
	}
	today := clock.Midnight(s.now())
	var rows []Occurrence
	for _, entry := range entries {
		rows = append(rows, entry.coming(today)...)
	}
	return vagueLast(inOrder(rows)), nil
}

// Past returns what ended before today, latest first, and last what has no day. Anyone may call it.
func (s *Service) Past(ctx context.Context, f Filter) ([]Occurrence, error) {
	entries, err := s.entries(ctx, f)
	if err != nil {
		return nil, err
	}
	today := clock.Midnight(s.now())
	var rows []Occurrence
	for _, entry := range entries {
		for _, row := range entry.occurrences(time.Time{}, today) {
			if row.ended(today) {
				rows = append(rows, row)
			}
		}
	}
	slices.Reverse(inOrder(rows))
	return vagueLast(rows), nil
}

// Between returns the occurrences that touch [from, to), in order. Anyone may call it.
func (s *Service) Between(ctx context.Context, from, to time.Time) ([]Occurrence, error) {
	entries, err := s.entries(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	var rows []Occurrence
	for _, entry := range entries {
		rows = append(rows, entry.occurrences(from, to)...)
	}
	return inOrder(rows), nil
}

// parsed keeps the events of lists as read, so that a rule is worked out once and not for every page. It decides nothing
// about who may see them: it is asked for rows that a query has returned to the actor.
type parsed struct {
	mu   sync.Mutex
	byID map[string]*Entry
}

// spare is how many entries are kept besides those of a list that has a new one: they are other lists', or are gone.
const spare = 1000

// entries returns the documents as entries, in their order. The documents lack their text, as those of lists do.
func (p *parsed) entries(docs []document.Document) []*Entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	entries := make([]*Entry, 0, len(docs))
	for _, doc := range docs {
		entry := p.byID[doc.ID]
		if entry == nil || entry.Version != doc.Version {
			entry = newEntry(doc)
			if len(p.byID) >= len(docs)+spare {
				clear(p.byID)
			}
			p.byID[doc.ID] = entry
		}
		entries = append(entries, entry)
	}
	return entries
}

func newEntry(doc document.Document) *Entry {
	event := doc.Front.(*Event)
	return &Entry{Document: doc, Event: *event, Series: event.series()}
}
