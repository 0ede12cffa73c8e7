package document

import (
	"context"
	"fmt"
	"html/template"
	"math"
	"slices"
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

// Teaser returns the document as an entry of a list, tagged with its kind.
func (s *Service) Teaser(d Document) web.Teaser {
	kind, note := s.Kind(d.Kind), ""
	if label := d.Audience.Label(); label != "" {
		note = "Visas för " + label
	}
	return web.Teaser{
		Title: d.Title, Path: s.Address(d), Summary: d.Summary, Tag: kind.Title, Tint: kind.Tint,
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

// Titles are the titles of documents by kind and slug, for links and labels.
type Titles map[string]string

// Titles returns the titles of every document of the kinds. Anyone may call it.
func (s *Service) Titles(ctx context.Context, kinds ...string) (Titles, error) {
	refs, err := s.Refs(ctx, kinds...)
	titles := make(Titles, len(refs))
	for _, ref := range refs {
		titles[ref.Kind+"/"+ref.Slug] = ref.Title
	}
	return titles, err
}

// Of returns the title of a document, and empty for one that the actor may not see.
func (t Titles) Of(kind, slug string) string { return t[kind+"/"+slug] }

func (t Titles) links(kind Kind, slugs []string) []web.Link {
	var links []web.Link
	for _, slug := range slugs {
		if title := t.Of(kind.Name, slug); title != "" {
			links = append(links, web.Link{Title: title, Path: kind.Address(slug)})
		}
	}
	return links
}

// AreaOptions returns the study areas among the documents of the filter, for a filter form, in the areas' order.
func (s *Service) AreaOptions(ctx context.Context, f Filter) ([]web.Option, error) {
	counts, err := s.TagCounts(ctx, f, TagArea)
	if err != nil {
		return nil, err
	}
	refs, err := s.Refs(ctx, StudyArea)
	if err != nil {
		return nil, err
	}
	var options []web.Option
	for _, ref := range refs {
		if i := slices.IndexFunc(counts, func(c Count) bool { return c.Value == ref.Slug }); i >= 0 {
			options = append(options, web.Option{Value: ref.Slug, Title: ref.Title, Count: counts[i].Count})
		}
	}
	return options, nil
}

// YearOptions returns the years of the documents of the filter, newest first.
func (s *Service) YearOptions(ctx context.Context, f Filter) ([]web.Option, error) {
	counts, err := s.YearCounts(ctx, f)
	var options []web.Option
	for _, c := range counts {
		options = append(options, web.Option{Value: c.Value, Title: c.Value, Count: c.Count})
	}
	return options, err
}
