package news

import (
	"cmp"
	"context"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Service reads news on behalf of the actor in the context.
type Service struct{ docs *document.Service }

// New returns the service.
func New(docs *document.Service) *Service { return &Service{docs: docs} }

// List returns a page of the news that the actor may see, with what its filter form offers. Anyone may call it.
func (s *Service) List(ctx context.Context, f Filter) (document.List, error) {
	return s.docs.List(ctx, document.Filter{
		Kinds: []string{document.News}, Area: f.Area, Year: f.Year, Limit: web.PageSize, Skip: (f.Page - 1) * web.PageSize, Counted: true,
	})
}

// BySlug returns a news item. Anyone may call it; NotFound when it is missing or not for the actor, Moved when it has
// a new address.
func (s *Service) BySlug(ctx context.Context, slug string) (document.Document, error) {
	return s.docs.BySlug(ctx, document.News, slug)
}

// Latest returns the newest items that the actor may see, at most limit, as entries of a list. Anyone may call it.
func (s *Service) Latest(ctx context.Context, limit int) ([]web.Teaser, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.News}, Limit: limit})
	if err != nil {
		return nil, err
	}
	areas, err := s.docs.Titles(ctx, document.StudyArea)
	return s.teasers(list.Items, areas), err
}

// teasers are items as entries of a list, each with its tag.
func (s *Service) teasers(docs []document.Document, areas document.Titles) []web.Teaser {
	out := s.docs.Teasers(docs)
	for i, doc := range docs {
		area := ""
		if about := doc.Meta().Areas; len(about) == 1 {
			area = areas.Of(document.StudyArea, about[0])
		}
		out[i].Tag = tagOf(doc, area)
	}
	return out
}

// tagOf is the item's own label, else its study area, else what it is.
func tagOf(doc document.Document, area string) string {
	if label := doc.Front.(*Item).Label; label != "" {
		return label
	}
	return cmp.Or(area, "Nyhet")
}
