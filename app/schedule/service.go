package schedule

import (
	"context"
	"slices"
	"sync"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/fault"
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
	return &Service{docs: docs, now: now, baseURL: baseURL, parsed: &parsed{byID: map[string]Entry{}}}
}

// Filter chooses entries.
type Filter struct {
	Area string // slug of a study area
	Type string // as front matter writes it
}

// entries returns the events of the filter that the actor may see.
func (s *Service) entries(ctx context.Context, f Filter) ([]Entry, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.Event}, Area: f.Area})
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, doc := range list.Items {
		entry, err := s.parsed.entry(doc)
		if err != nil {
			return nil, err
		}
		if f.Type == "" || entry.Event.Type == f.Type {
			out = append(out, entry)
		}
	}
	return out, nil
}

// BySlug returns an event. Anyone may call it; NotFound when it is missing or not for the actor.
func (s *Service) BySlug(ctx context.Context, slug string) (Entry, error) {
	doc, err := s.docs.BySlug(ctx, document.Event, slug)
	if err != nil {
		return Entry{}, err
	}
	return s.parsed.entry(doc)
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

// parsed keeps the front matter of events as read, so that a rule is worked out once and not for every page.
type parsed struct {
	mu   sync.RWMutex
	byID map[string]Entry
}

func (p *parsed) entry(doc document.Document) (Entry, error) {
	p.mu.RLock()
	entry, ok := p.byID[doc.ID]
	p.mu.RUnlock()
	if !ok || entry.Version != doc.Version {
		entry = Entry{}
		if err := doc.Into(&entry.Event); err != nil {
			return Entry{}, fault.Wrap(err, "reading event %s", doc.ID)
		}
		entry.Series = entry.Event.series()
		entry.Version = doc.Version
		p.mu.Lock()
		p.byID[doc.ID] = entry
		p.mu.Unlock()
	}
	entry.Document = doc
	return entry, nil
}
