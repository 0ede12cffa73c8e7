package find

import (
	"html/template"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /sok.
type Handler struct {
	site *web.Site
	docs *document.Service
	find *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, find *Service) *Handler {
	return &Handler{site: site, docs: docs, find: find}
}

// ShowView is the page /sok.
type ShowView struct {
	web.Page
	Query      string
	Filters    web.Filters
	Hits       []Hit
	Pager      web.Pager
	Asked      bool
	Partial    bool
	Degraded   string
	Suggestion web.Link
	Empty      web.Empty
}

// Hit is something found.
type Hit struct {
	Title, Path, Kind, Tint string
	Snippet                 template.HTML
	Date                    web.Date
}

// Samples are the views with their templates.
func Samples() []web.Sample { return []web.Sample{{Name: "find/show", View: &ShowView{}}} }

const path = "/sok"

// Show serves the search page for ?q=, ?kind= and ?page=. What was searched for is kept nowhere.
func (h *Handler) Show(c *fiber.Ctx) error {
	page, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	query := web.Known(c, "q", "kind")
	q := Query{Text: query.Get("q"), Kind: query.Get("kind"), Page: page}
	result, err := h.find.Search(c.UserContext(), q)
	if err != nil {
		return err
	}
	view := &ShowView{
		Page: web.Page{
			Title: "Sök", Path: path, Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Sök"}}, SearchQuery: q.Text,
			NoStore: true, NoIndex: true, Scripts: []string{"filter"},
		},
		Query: q.Text, Asked: len(result.Words) > 0,
		Filters: web.Filters{Action: path, Count: web.Plural(result.Total, "träff", "träffar")},
	}
	if view.Pager, err = web.NewPager(path, query, page, result.Total); err != nil {
		return err
	}
	view.Part = view.Pager.Part()
	view.Empty = empty(q.Text, view.Asked)
	if q.Kind != "" && len(result.Kinds) > 0 {
		view.Empty = web.Empty{Why: "Alla träffar är av andra sorter.", Next: []web.Link{{Title: "Visa alla träffar", Path: web.With(path, query, "kind", "")}}}
	}
	if view.Asked {
		view.Title = "Sök: " + q.Text
		view.Filters.Add(query, "kind", "Typ", h.kinds(result))
		view.Filters.Clear = ""
	}
	for _, doc := range result.Items {
		t := h.docs.Teaser(doc)
		view.Hits = append(view.Hits, Hit{Title: t.Title, Path: t.Path, Kind: t.Tag, Tint: t.Tint, Snippet: Mark(doc.Summary, result.Words), Date: t.Date})
	}
	return h.site.Render(c, "find/show", view)
}

func (h *Handler) kinds(result Result) []web.Option {
	var options []web.Option
	for _, count := range result.Kinds {
		options = append(options, web.Option{Value: count.Kind, Title: h.docs.Kind(count.Kind).Plural, Count: count.Count})
	}
	return options
}

func empty(text string, asked bool) web.Empty {
	next := []web.Link{{Title: "Nyheter", Path: "/nyheter"}, {Title: "Ordlista", Path: "/ordlista"}, {Title: "Hjälp", Path: "/hjalp"}}
	if !asked {
		return web.Empty{Why: "Skriv ett eller flera ord. Vi visar sidor som har alla orden.", Next: next}
	}
	return web.Empty{
		Why:  "Inget på webbplatsen har alla orden i ”" + text + "”. Pröva färre eller kortare ord.",
		Next: append(next, web.Link{Title: "Fråga oss", Path: "/kontakt"}),
	}
}
