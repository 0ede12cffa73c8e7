package news

import (
	"context"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Service reads news on behalf of the actor in the context.
type Service struct{ docs *document.Service }

// New returns the service.
func New(docs *document.Service) *Service { return &Service{docs: docs} }

// Listing is one page of the list with what its filter form offers.
type Listing struct {
	document.List
	Areas, Years []web.Option
}

// List returns a page of the news that the actor may see. Anyone may call it.
func (s *Service) List(ctx context.Context, f Filter) (Listing, error) {
	all := document.Filter{Kinds: []string{document.News}}
	chosen := all
	chosen.Area, chosen.Year, chosen.Limit, chosen.Skip = f.Area, f.Year, web.PageSize, (f.Page-1)*web.PageSize
	chosen.Counted = true
	list, err := s.docs.List(ctx, chosen)
	if err != nil {
		return Listing{}, err
	}
	areas, err := s.docs.AreaOptions(ctx, all)
	if err != nil {
		return Listing{}, err
	}
	years, err := s.docs.YearOptions(ctx, all)
	return Listing{List: list, Areas: areas, Years: years}, err
}

// BySlug returns a news item. Anyone may call it; NotFound when it is missing or not for the actor, Moved when it has
// a new address.
func (s *Service) BySlug(ctx context.Context, slug string) (document.Document, error) {
	return s.docs.BySlug(ctx, document.News, slug)
}

// Latest returns the newest items, at most limit. Anyone may call it.
func (s *Service) Latest(ctx context.Context, limit int) ([]document.Document, error) {
	list, err := s.docs.List(ctx, document.Filter{Kinds: []string{document.News}, Limit: limit})
	return list.Items, err
}
