package api

import (
	"context"
	"slices"

	"nuso.se/app/clock"
	"nuso.se/app/document"
)

// Service reads documents for programs on behalf of the actor in the context.
type Service struct {
	docs    *document.Service
	baseURL string
}

// New returns the service; baseURL begins every address in its answers.
func New(docs *document.Service, baseURL string) *Service {
	return &Service{docs: docs, baseURL: baseURL}
}

// Kinds returns the kinds that documents can be of, as JSON names them.
func (s *Service) Kinds() []string {
	var kinds []string
	for _, kind := range s.docs.Kinds() {
		if name := document.Public(kind.Name); !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	return kinds
}

// Documents returns what the filter chooses among what the actor may see, in the order of the site's lists. Anyone may
// call it, with a filter that Kinds and the limits allow.
func (s *Service) Documents(ctx context.Context, f Filter) (Documents, error) {
	chosen := document.Filter{Limit: f.Limit, Skip: f.Offset, Counted: true}
	for _, kind := range s.docs.Kinds() {
		if f.Kind != "" && document.Public(kind.Name) == f.Kind {
			chosen.Kinds = append(chosen.Kinds, kind.Name)
		}
	}
	list, err := s.docs.List(ctx, chosen)
	if err != nil {
		return Documents{}, err
	}
	out := Documents{Items: make([]Document, 0, len(list.Items)), Total: list.Total}
	for _, d := range list.Items {
		out.Items = append(out.Items, Document{
			Kind: document.Public(d.Kind), Slug: d.Slug, Title: d.Title, Summary: d.Summary,
			URL: s.baseURL + s.docs.Address(d), PublishedAt: d.PublishedAt.In(clock.Stockholm()),
		})
	}
	return out, nil
}
