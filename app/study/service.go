package study

import (
	"context"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Schedule is what a study page asks of the calendar.
type Schedule interface {
	// Next returns the next occurrence that concerns the area, nil when none is coming, and when the answer changes.
	Next(ctx context.Context, area string) (*web.Occurrence, time.Time, error)
}

// Service reads study areas on behalf of the actor in the context.
type Service struct {
	docs *document.Service
	now  clock.Clock
}

// New returns the service.
func New(docs *document.Service, now clock.Clock) *Service { return &Service{docs: docs, now: now} }

// List returns the study areas that the actor may see, in their order. Anyone may call it.
func (s *Service) List(ctx context.Context) ([]document.Document, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.StudyArea}})
	return list.Items, err
}

// Latest returns the progress of the area that published last and a link to that area; nothing when none has any.
// Anyone may call it.
func (s *Service) Latest(ctx context.Context) ([]web.Progress, web.Link, error) {
	areas, err := s.List(ctx)
	if err != nil {
		return nil, web.Link{}, err
	}
	var newest []Progress
	var date string
	var link web.Link
	for _, doc := range areas {
		area := doc.Front.(*Area)
		for _, p := range area.Progress {
			if p.Date > date {
				newest, date, link = area.Progress, p.Date, web.Link{Title: doc.Title, Path: s.docs.Address(doc)}
			}
		}
	}
	return progressViews(newest, s.now()), link, nil
}

// BySlug returns a study area. Anyone may call it; NotFound when it is missing or not for the actor.
func (s *Service) BySlug(ctx context.Context, slug string) (document.Document, error) {
	return s.docs.BySlug(ctx, document.StudyArea, slug)
}

// About returns everything tagged with the area by kind, each kind in the order of its list. Anyone may call it.
func (s *Service) About(ctx context.Context, area string) (map[string][]document.Document, error) {
	kinds := []string{document.Publication, document.News, document.Project, document.Help, document.Term}
	list, err := s.docs.List(ctx, document.Filter{Kinds: kinds, Area: area})
	if err != nil {
		return nil, err
	}
	by := map[string][]document.Document{}
	for _, doc := range list.Items {
		by[doc.Kind] = append(by[doc.Kind], doc)
	}
	return by, nil
}
