package schedule

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"nuso.se/app/calendar"
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

// Entry is an event document with its front matter read.
type Entry struct {
	document.Document
	Event  Event
	Series calendar.Series
}

// Row is one occurrence of an entry.
type Row struct {
	Entry
	calendar.Occurrence
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

// How far ahead lists look: a repeated event would else go on for ever.
const (
	seriesAhead = 400 * 24 * time.Hour
	singleAhead = 10 * 366 * 24 * time.Hour
	perSeries   = 6 // occurrences of one repeated event
)

// Coming returns what begins or goes on from today, soonest first; of a repeated event the next few. Anyone may call it.
func (s *Service) Coming(ctx context.Context, f Filter) ([]Row, error) {
	entries, err := s.entries(ctx, f)
	if err != nil {
		return nil, err
	}
	today := clock.Midnight(s.now())
	var rows []Row
	for _, entry := range entries {
		until := today.Add(singleAhead)
		if entry.Event.Repeat != "" {
			until = today.Add(seriesAhead)
		}
		found := entry.occurrences(today, until)
		rows = append(rows, found[:min(len(found), perSeries)]...)
	}
	return vagueLast(inOrder(rows)), nil
}

// Past returns what ended before today, latest first. Anyone may call it.
func (s *Service) Past(ctx context.Context, f Filter) ([]Row, error) {
	entries, err := s.entries(ctx, f)
	if err != nil {
		return nil, err
	}
	today := clock.Midnight(s.now())
	var rows []Row
	for _, entry := range entries {
		for _, row := range entry.occurrences(time.Time{}, today) {
			if !row.End.After(today) {
				rows = append(rows, row)
			}
		}
	}
	slices.Reverse(inOrder(rows))
	return rows, nil
}

// Between returns the occurrences that touch [from, to), in order. Anyone may call it.
func (s *Service) Between(ctx context.Context, from, to time.Time) ([]Row, error) {
	entries, err := s.entries(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, entry := range entries {
		rows = append(rows, entry.occurrences(from, to)...)
	}
	return inOrder(rows), nil
}

// On returns the occurrence of an entry whose day by the rule is date; NotFound when there is none.
func (e Entry) On(date string) (Row, error) {
	occurrence, ok := e.Series.On(date)
	if !ok {
		return Row{}, fault.Missing("occurrence of %s on %q", e.ID, date)
	}
	return Row{Entry: e, Occurrence: occurrence}, nil
}

func (e Entry) occurrences(from, to time.Time) []Row {
	var rows []Row
	for _, o := range e.Series.Occurrences(from, to) {
		rows = append(rows, Row{Entry: e, Occurrence: o})
	}
	return rows
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

// vagueLast moves what has no day behind what has, each part in its order.
func vagueLast(rows []Row) []Row {
	slices.SortStableFunc(rows, func(a, b Row) int {
		switch {
		case a.vague() == b.vague():
			return 0
		case a.vague():
			return 1
		}
		return -1
	})
	return rows
}

// inOrder sorts rows by start.
func inOrder(rows []Row) []Row {
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return rows
}
