package publication

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /publikationer. It reads through document's service: publications have no verbs of their own.
type Handler struct {
	site *web.Site
	docs *document.Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service) *Handler {
	return &Handler{site: site, docs: docs}
}

// ListView is the page /publikationer.
type ListView struct {
	web.Page
	Filters web.Filters
	Items   []Row
	Pager   web.Pager
	Empty   web.Empty
}

// Row is a publication in the list. State is out or coming.
type Row struct {
	Title, Path, Summary string
	Number, Type         string
	State, StateText     string
	Date                 web.Date
}

// ShowView is the page of a publication.
type ShowView struct {
	web.Page
	Article          web.Article
	Number           string
	State, StateText string
	Facts            []web.Fact
	Cite             string
	Files            []File
	Related          []web.Teaser
}

// File is a downloadable form of the publication.
type File struct{ Title, Path, Type, Size string }

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{{Name: "publication/list", View: &ListView{}}, {Name: "publication/show", View: &ShowView{}}}
}

const path = "/publikationer"

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Publikationer", Path: path, Lead: "PM och vetenskapliga artiklar från NUSO, utgivna och på gång."}
}

// List serves the list, chosen by ?omrade= and ?page=.
func (h *Handler) List(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	query := web.Known(c, "omrade")
	list, err := h.docs.List(ctx, document.Filter{
		Kinds: []string{document.Publication}, Area: query.Get("omrade"), Limit: web.PageSize, Skip: (page - 1) * web.PageSize, Counted: true,
	})
	if err != nil {
		return err
	}
	areas, err := h.docs.Titles(ctx, document.StudyArea)
	if err != nil {
		return err
	}
	pager, err := web.NewPager(path, query, page, list.Total)
	if err != nil {
		return err
	}
	view := &ListView{
		Page:    Section().Page(),
		Filters: web.Filters{Action: path, Count: web.Plural(list.Total, "publikation", "publikationer")},
		Pager:   pager,
		Empty:   web.Empty{Why: "Ingen publikation passar filtren.", Next: []web.Link{{Title: "Visa alla publikationer", Path: path}}},
	}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Studier", Path: "/studieomraden"}, {Title: view.Title}}
	view.FeedTitle, view.FeedPath, view.Scripts = "Publikationer från NUSO", path+"/feed.atom", []string{"filter"}
	view.Part = pager.Part()
	view.Filters.Add(query, "omrade", "Studieområde", areas.Options(list.Areas))
	if !query.Has("omrade") {
		view.Empty = web.Empty{Why: "Här finns inga publikationer än.", Next: []web.Link{{Title: "Studieområden", Path: "/studieomraden"}}}
	}
	for _, doc := range list.Items {
		p := doc.Front.(*Publication)
		view.Items = append(view.Items, h.row(doc, p))
	}
	return h.site.Render(c, "publication/list", view)
}

func (h *Handler) row(doc document.Document, p *Publication) Row {
	row := Row{Title: doc.Title, Path: h.docs.Address(doc), Summary: doc.Summary, Number: p.Number, Type: types()[p.Type], State: "out"}
	if p.State == coming {
		row.State, row.StateText = "coming", "På gång"
	}
	return row
}

// Show serves a publication.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.docs.BySlug(ctx, document.Publication, c.Params("slug"))
	if err != nil {
		return err
	}
	p := doc.Front.(*Publication)
	row := h.row(doc, p)
	view := &ShowView{Page: h.docs.NewPage(doc), Number: p.Number, State: row.State, StateText: row.StateText}
	if view.Article, err = h.docs.Article(ctx, doc); err != nil {
		return err
	}
	related, err := h.docs.Related(ctx, doc, 4, document.Publication, document.News, document.Theme, document.Project)
	if err != nil {
		return err
	}
	address := h.site.BaseURL + view.Path
	view.Related = h.docs.Teasers(related)
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Studier", Path: "/studieomraden"}, {Title: "Publikationer", Path: path}, {Title: doc.Title}}
	view.Facts = facts(p, row, address)
	if p.State == issued {
		view.Cite = cite(doc, p, address)
	}
	view.JSONLD = jsonLD(doc, p, address)
	return h.site.Render(c, "publication/show", view)
}

func facts(p *Publication, row Row, address string) []web.Fact {
	out := []web.Fact{{Label: "Typ", Value: row.Type}}
	if p.State == coming {
		return append(out, web.Fact{Label: "Läge", Value: "På gång, inte utgiven enligt källan"}, web.Fact{Label: "Adress", Value: address, Path: address})
	}
	return append(out,
		web.Fact{Label: "Version", Value: orUnknown(p.Version)},
		web.Fact{Label: "Utgiven", Value: orUnknown(p.Published)},
		web.Fact{Label: "Adress", Value: address, Path: address})
}

func orUnknown(value string) string {
	if value == "" {
		return "anges inte i källan"
	}
	return value
}

func cite(doc document.Document, p *Publication, address string) string {
	year := "u.å."
	if len(p.Published) >= 4 {
		year = p.Published[:4]
	}
	return fmt.Sprintf("NUSO (%s). %s. SKR och Karlstads universitet/FoU Välfärd Värmland. %s", year, doc.Title, address)
}

// jsonLD describes an issued publication as schema.org's Report; one on its way is an ordinary page.
func jsonLD(doc document.Document, p *Publication, address string) any {
	if p.State != issued {
		return nil
	}
	data := map[string]any{
		"@context": "https://schema.org", "@type": "Report", "name": doc.Title, "description": doc.Summary, "url": address,
		"inLanguage": doc.Lang, "publisher": map[string]string{"@type": "Organization", "name": "NUSO"},
	}
	if p.Published != "" {
		data["datePublished"] = p.Published
	}
	if p.Number != "" {
		data["reportNumber"] = p.Number
	}
	return data
}
