package feed

import (
	"context"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// Service reads what feeds and sitemap hold. Anyone may call its verbs; all of them read as a visitor.
type Service struct {
	docs    *document.Service
	baseURL string
	pages   []string
}

// New returns the service. Pages are the addresses of the site's public pages that are not documents: home, lists and forms.
func New(docs *document.Service, baseURL string, pages []string) *Service {
	return &Service{docs: docs, baseURL: baseURL, pages: pages}
}

// Site returns the feed of the whole site.
func (s *Service) Site(ctx context.Context) (Feed, error) {
	return s.filled(ctx, s.newFeed(tagURI(feedPath("/")), "NUSO", "/"), document.Filter{Kinds: siteKinds()})
}

// Kind returns the feed of documents of the kinds, which belongs to the list of the first.
func (s *Service) Kind(ctx context.Context, kinds ...string) (Feed, error) {
	first := s.docs.Kind(kinds[0])
	f := s.newFeed(tagURI(feedPath(first.Section)), titleOf(first.Section, first), first.Section)
	return s.filled(ctx, f, document.Filter{Kinds: kinds})
}

// Area returns the feed of everything tagged with a study area, but for terms, which are no pages. NotFound when there is no
// such area for a visitor; Moved to the feed at the area's new address.
func (s *Service) Area(ctx context.Context, slug string) (Feed, error) {
	area, err := s.docs.BySlug(visitor(ctx), document.StudyArea, slug)
	if fault.Is(err, fault.Moved) {
		return Feed{}, fault.MovedTo(feedPath(fault.Of(err).To))
	}
	if err != nil {
		return Feed{}, err
	}
	var kinds []string
	for _, kind := range s.docs.Kinds() {
		if !kind.Anchor {
			kinds = append(kinds, kind.Name)
		}
	}
	f := s.newFeed(tagURI(area.ID+fileName), area.Title+" – NUSO", s.docs.Address(area))
	return s.filled(ctx, f, document.Filter{Kinds: kinds, Area: area.Slug})
}

func (s *Service) newFeed(id, title, page string) Feed {
	return Feed{ID: id, Title: title, Self: s.baseURL + feedPath(page), Page: s.baseURL + page, Lang: "sv"}
}

// filled adds the newest documents of the filter.
func (s *Service) filled(ctx context.Context, f Feed, chosen document.Filter) (Feed, error) {
	list, err := s.docs.List(visitor(ctx), chosen)
	if err != nil {
		return Feed{}, err
	}
	newest(list.Items)
	docs, err := s.docs.Texts(visitor(ctx), list.Items[:min(maxEntries, len(list.Items))])
	for _, doc := range docs {
		f.Entries = append(f.Entries, s.entry(doc))
	}
	return f, err
}

func (s *Service) entry(d document.Document) Entry {
	kind := s.docs.Kind(d.Kind)
	e := Entry{
		ID: tagURI(d.ID), Title: d.Title, Address: s.baseURL + kind.Address(d.Slug), Kind: d.Kind, KindTitle: kind.Title,
		Lang: d.Lang, Summary: d.Summary, Published: d.PublishedAt.Time, Updated: changed(d),
	}
	if content := forReader(d.HTML, s.baseURL, e.Address); len(content) <= maxContent {
		e.Content = content
	}
	return e
}

// Sitemap returns every page that a visitor can read, by address: the site's own pages and the documents. A list's last
// change is that of what lies below it. What robots.txt keeps crawlers from is left out.
func (s *Service) Sitemap(ctx context.Context) ([]Page, error) {
	list, err := s.docs.List(visitor(ctx), document.Filter{})
	if err != nil {
		return nil, err
	}
	found := map[string]time.Time{}
	for _, path := range s.pages {
		if !closed(path) && !strings.Contains(path, ".") { // feeds and calendars are no pages
			found[path] = time.Time{}
		}
	}
	for _, doc := range list.Items {
		address := s.docs.Address(doc)
		if !strings.Contains(address, "#") {
			found[address] = changed(doc)
		}
	}
	for _, doc := range list.Items {
		address := s.docs.Address(doc)
		for _, path := range s.pages {
			if last, listed := found[path]; listed && below(address, path) && changed(doc).After(last) {
				found[path] = changed(doc)
			}
		}
	}
	return sorted(found, s.baseURL), nil
}

func visitor(ctx context.Context) context.Context { return access.With(ctx, access.Actor{}) }
