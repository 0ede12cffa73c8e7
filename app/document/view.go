package document

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// NewPage returns the base of the document's own page.
func (s *Service) NewPage(d Document) web.Page {
	return web.Page{
		Title: d.Title, Lead: d.Summary, Path: s.Address(d), Lang: d.Lang, Label: d.Audience.Label(),
		OGType: "article", NoStore: d.Audience.Label() != "",
	}
}

// Teaser returns the document as an entry of a list, tagged with its kind or what the kind tells of it.
func (s *Service) Teaser(d Document) web.Teaser {
	kind, note := s.Kind(d.Kind), ""
	tag := kind.Title
	if kind.Tag != nil {
		tag = cmp.Or(kind.Tag(d), tag)
	}
	if label := d.Audience.Label(); label != "" {
		note = "Visas för " + label
	}
	return web.Teaser{
		Title: d.Title, Path: s.Address(d), Summary: d.Summary, Tag: tag, Tint: kind.Tint,
		Date: web.DateOf(d.PublishedAt.Time, s.now()), Note: note,
	}
}

// Teasers returns the documents as entries of a list.
func (s *Service) Teasers(docs []Document) []web.Teaser {
	out := make([]web.Teaser, 0, len(docs))
	for _, d := range docs {
		out = append(out, s.Teaser(d))
	}
	return out
}

// Article returns the document's text and what stands around it. Anyone may call it with a document they may see.
func (s *Service) Article(ctx context.Context, d Document) (web.Article, error) {
	titles, err := s.Titles(ctx, StudyArea, Theme)
	if err != nil {
		return web.Article{}, err
	}
	meta, now := d.Meta(), s.now()
	a := web.Article{
		HTML: template.HTML(d.HTML), Published: web.DateOf(d.PublishedAt.Time, now), Responsible: meta.Responsible, // made and sanitised by markdown
		Updated: web.DateOf(d.ChangedAt.Time, now), Review: web.DateOf(d.ReviewAt.Time, now), Overdue: overdue(d, now),
		Areas: titles.links(s.Kind(StudyArea), meta.Areas), Themes: titles.links(s.Kind(Theme), meta.Themes),
	}
	if headings := d.Headings(); len(headings) > 1 {
		for _, h := range headings {
			a.Outline = append(a.Outline, web.Heading{ID: h.ID, Title: h.Title, Level: h.Level})
		}
	}
	return a, nil
}

// overdue returns the notice of a page that nobody has looked at in time; it appears the day after the review date.
func overdue(d Document, now time.Time) string {
	if d.ReviewAt.IsZero() || now.Before(clock.AddDays(d.ReviewAt.Time, 1)) {
		return ""
	}
	from := d.PublishedAt.Time
	if !d.ChangedAt.IsZero() {
		from = d.ChangedAt.Time
	}
	months := int(math.Floor(now.Sub(from).Hours() / 24 / 30.44))
	if months < 1 {
		return "Texten skulle ha setts över. Uppgifter kan ha ändrats."
	}
	unit := "månader"
	if months == 1 {
		unit = "månad"
	}
	return fmt.Sprintf("Texten är äldre än %d %s och skulle ha setts över. Uppgifter kan ha ändrats.", months, unit)
}

// Titles are documents that others name: in links, labels and filter forms, in the order of lists.
type Titles []Document

// Titles returns every document of the kinds. Anyone may call it.
func (s *Service) Titles(ctx context.Context, kinds ...string) (Titles, error) {
	list, err := s.List(ctx, Filter{Kinds: kinds})
	return list.Items, err
}

// Of returns the title of a document, and empty for one that the actor may not see.
func (t Titles) Of(kind, slug string) string {
	for _, doc := range t {
		if doc.Kind == kind && doc.Slug == slug {
			return doc.Title
		}
	}
	return ""
}

func (t Titles) links(kind Kind, slugs []string) []web.Link {
	var links []web.Link
	for _, slug := range slugs {
		if title := t.Of(kind.Name, slug); title != "" {
			links = append(links, web.Link{Title: title, Path: kind.Address(slug)})
		}
	}
	return links
}

// Options returns those of the documents that counts knows by slug, for a filter form.
func (t Titles) Options(counts map[string]int) []web.Option {
	var options []web.Option
	for _, doc := range t {
		if n := counts[doc.Slug]; n > 0 {
			options = append(options, web.Option{Value: doc.Slug, Title: doc.Title, Count: n})
		}
	}
	return options
}

// YearOptions returns the years, newest first, for a filter form.
func YearOptions(counts map[int]int) []web.Option {
	var options []web.Option
	for _, year := range slices.Backward(slices.Sorted(maps.Keys(counts))) {
		text := strconv.Itoa(year)
		options = append(options, web.Option{Value: text, Title: text, Count: counts[year]})
	}
	return options
}
