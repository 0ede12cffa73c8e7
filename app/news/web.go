package news

import (
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /nyheter.
type Handler struct {
	site *web.Site
	docs *document.Service
	news *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, news *Service) *Handler {
	return &Handler{site: site, docs: docs, news: news}
}

// ListView is the page /nyheter.
type ListView struct {
	web.Page
	Filters web.Filters
	Items   []web.Teaser
	Pager   web.Pager
	Empty   web.Empty
}

// ShowView is the page of a news item.
type ShowView struct {
	web.Page
	Article web.Article
	Tag     string
	Tint    string
	Related []web.Teaser
	Older   web.Link
	Newer   web.Link
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{{Name: "news/list", View: &ListView{}}, {Name: "news/show", View: &ShowView{}}}
}

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Nyheter", Path: path, Lead: "Vad som händer i NUSO: studierna, plattformen, forskningen och mötena."}
}

// List serves the list, chosen by ?omrade=, ?ar= and ?page=.
func (h *Handler) List(c *fiber.Ctx) error {
	f, query, err := readFilter(c)
	if err != nil {
		return err
	}
	list, err := h.news.List(c.UserContext(), f)
	if err != nil {
		return err
	}
	pager, err := web.NewPager(path, query, f.Page, list.Total)
	if err != nil {
		return err
	}
	titles, err := h.docs.Titles(c.UserContext(), document.StudyArea)
	if err != nil {
		return err
	}
	section := Section().Page()
	section.FeedTitle, section.FeedPath = "Nyheter från NUSO", path+"/feed.atom"
	view := &ListView{
		Page:    section,
		Filters: web.Filters{Action: path, Count: web.Plural(list.Total, "nyhet", "nyheter"), Sorted: "nyast först"},
		Items:   h.news.teasers(list.Items, titles),
		Pager:   pager,
		Empty:   web.Empty{Why: "Ingen nyhet passar filtren.", Next: []web.Link{{Title: "Visa alla nyheter", Path: path}, {Title: "Sök på hela webbplatsen", Path: "/sok"}}},
	}
	view.Part = pager.Part()
	view.Scripts = []string{"filter"}
	view.Filters.Add(query, "omrade", "Studieområde", titles.Options(list.Areas))
	view.Filters.Add(query, "ar", "År", document.YearOptions(list.Years))
	return h.site.Render(c, "news/list", view)
}

// Show serves a news item.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.news.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	article, err := h.docs.Article(ctx, doc)
	if err != nil {
		return err
	}
	related, err := h.docs.Related(ctx, doc, 4, document.News, document.Publication, document.Event, document.Project)
	if err != nil {
		return err
	}
	view := &ShowView{Page: h.docs.NewPage(doc), Article: article, Tag: tagOf(doc, areaTitle(article)), Tint: "read", Related: h.docs.Teasers(related)}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Nyheter", Path: path}, {Title: doc.Title}}
	view.JSONLD = jsonLD(doc, h.site.BaseURL+view.Path)
	return h.site.Render(c, "news/show", view)
}

const path = "/nyheter"

func readFilter(c *fiber.Ctx) (Filter, url.Values, error) {
	page, err := web.PageNumber(c)
	if err != nil {
		return Filter{}, nil, err
	}
	query := web.Known(c, "omrade", "ar")
	year, _ := strconv.Atoi(query.Get("ar")) // no number: no such year, an empty list
	if year == 0 && query.Has("ar") {
		year = -1
	}
	return Filter{Area: query.Get("omrade"), Year: year, Page: page}, query, nil
}

func areaTitle(a web.Article) string {
	if len(a.Areas) == 1 {
		return a.Areas[0].Title
	}
	return ""
}

// jsonLD describes the item as schema.org's NewsArticle.
func jsonLD(doc document.Document, address string) any {
	changed := doc.PublishedAt
	if !doc.ChangedAt.IsZero() {
		changed = doc.ChangedAt
	}
	return map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": doc.Title, "description": doc.Summary,
		"datePublished": swedish(doc.PublishedAt), "dateModified": swedish(changed), "inLanguage": doc.Lang, "mainEntityOfPage": address,
		"publisher": map[string]string{"@type": "Organization", "name": "NUSO", "url": "https://nuso.se"},
	}
}

// swedish writes an instant with the Swedish offset: in UTC a day that began at midnight is the day before.
func swedish(at db.Instant) string { return at.In(clock.Stockholm()).Format(time.RFC3339) }
