// Package find is the search page and the search JSON. What is found, and by whom, lies in search; here are the words of
// the page: the names of facets, and what to do when nothing was found.
package find

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/document"
	"nuso.se/app/search"
	"nuso.se/app/web"
)

// Handler serves /sok and its JSON.
type Handler struct {
	site   *web.Site
	docs   *document.Service
	search *search.Service
	kinds  []document.Kind // all that is found, in the order of the site
	titles map[string]map[string]string
}

// Words are what people call things that are found and are no documents.
type Words struct {
	Kinds  []document.Kind              // of which Name, Title, Plural and Tint matter
	Titles map[string]map[string]string // facet → value → title
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, search *search.Service, words Words) *Handler {
	return &Handler{site: site, docs: docs, search: search, kinds: slices.Concat(docs.Kinds(), words.Kinds), titles: words.Titles}
}

func (h *Handler) kind(name string) document.Kind {
	if i := slices.IndexFunc(h.kinds, func(k document.Kind) bool { return k.Name == name }); i >= 0 {
		return h.kinds[i]
	}
	return document.Kind{}
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
	Corrected  bool // the hits are those of the suggestion
	Empty      web.Empty
	Popular    []web.Link
}

// Hit is something found. Only news and publications have a date: of other pages it says nothing that a reader asks for.
type Hit struct {
	Path, Kind, Tint string
	Title, Snippet   template.HTML
	Date             web.Date
	Note             string // who sees it, when not everybody does
}

// Samples are the views with their templates.
func Samples() []web.Sample { return []web.Sample{{Name: "find/show", View: &ShowView{}}} }

const (
	path        = "/sok"
	maxQuery    = 200 // characters: what search reads of a text
	maxTitle    = 60  // characters of a text in the window's title
	maxPopular  = 8
	newestFirst = "nyast"
)

// Show serves the search page for ?q=, the facets' parameters, ?ordning= and ?page=. Who searched is kept nowhere.
func (h *Handler) Show(c *fiber.Ctx) error {
	page, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	names := []string{"q", "ordning"}
	for _, f := range facets() {
		names = append(names, f.parameter)
	}
	query := web.Known(c, names...)
	if text := []rune(query.Get("q")); len(text) > maxQuery {
		query.Set("q", string(text[:maxQuery]))
	}
	result, err := h.search.Search(c.UserContext(), newQuery(query, page))
	if err != nil {
		return err
	}
	view, err := h.newView(query, page, result)
	if err != nil {
		return err
	}
	if result.Asked && (result.Total > 1 || narrows(query)) {
		if err := h.addFilters(c.UserContext(), view, query, result); err != nil {
			return err
		}
	}
	if result.Total == 0 {
		if err := h.help(c.UserContext(), view, query, result); err != nil {
			return err
		}
	}
	return h.site.Render(c, "find/show", view)
}

// newQuery reads the address; a year that is none finds nothing.
func newQuery(query url.Values, page int) search.Query {
	q := search.Query{
		Text: query.Get("q"), Newest: query.Get("ordning") == newestFirst, Limit: web.PageSize, Offset: (page - 1) * web.PageSize,
		Filter: search.Filter{Area: query.Get("omrade"), Challenge: query.Get("utmaning"), County: query.Get("lan"), Group: query.Get("grupp")},
		Facets: names(),
	}
	if kind := query.Get("kind"); kind != "" {
		q.Kinds = []string{kind}
	}
	if year := query.Get("ar"); year != "" {
		q.Year, _ = strconv.Atoi(year)
		q.Year = cmp.Or(q.Year, -1)
	}
	return q
}

func (h *Handler) newView(query url.Values, page int, result search.Result) (*ShowView, error) {
	text := query.Get("q")
	view := &ShowView{
		Page: web.Page{
			Title: "Sök", Path: path, Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Sök"}}, SearchQuery: text,
			NoStore: true, NoIndex: true, Scripts: []string{"filter"},
		},
		Query: text, Asked: result.Asked, Partial: result.Partial, Corrected: result.Corrected,
		Filters: web.Filters{Action: path, Count: web.Plural(result.Total, "träff", "träffar")},
	}
	var err error
	if view.Pager, err = web.NewPager(path, query, page, result.Total); err != nil {
		return nil, err
	}
	view.Part = view.Pager.Part()
	if result.Asked {
		view.Title = "Sök: " + clip(text, maxTitle)
	}
	if result.Degraded {
		view.Degraded = "Sökningen fungerar just nu sämre än vanligt. Den hittar hela ord och början av ord, men inte felstavade ord eller delar av sammansatta ord."
	}
	if result.Suggestion != "" {
		view.Suggestion = web.Link{Title: result.Suggestion, Path: web.With(path, url.Values{}, "q", result.Suggestion)}
	}
	for _, hit := range result.Hits {
		view.Hits = append(view.Hits, h.newHit(hit))
	}
	return view, nil
}

func (h *Handler) newHit(hit search.Hit) Hit {
	kind := h.kind(hit.Kind)
	out := Hit{Path: hit.Path, Kind: kind.Title, Tint: kind.Tint, Title: hit.Title, Snippet: hit.Snippet}
	if slices.Contains([]string{document.News, document.Publication}, hit.Kind) {
		out.Date = web.DateOf(hit.Published, h.site.Now())
	}
	if label := hit.Audience.Label(); label != "" {
		out.Note = "Visas för " + label
	}
	if hit.Draft {
		out.Note = "Utkast"
	}
	return out
}

// clip shortens a text to so many characters, the last of them dots when something is left out.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most-1]) + "…"
}

// help tells somebody who found nothing what to do next.
func (h *Handler) help(ctx context.Context, view *ShowView, query url.Values, result search.Result) error {
	view.Empty = empty(query.Get("q"), result)
	if result.Elsewhere > 0 {
		return nil
	}
	popular, err := h.search.Popular(ctx, maxPopular)
	for _, text := range popular {
		view.Popular = append(view.Popular, web.Link{Title: text, Path: web.With(path, url.Values{}, "q", text)})
	}
	return err
}

func empty(text string, result search.Result) web.Empty {
	next := []web.Link{{Title: "Nyheter", Path: "/nyheter"}, {Title: "Ordlista", Path: "/ordlista"}, {Title: "Hjälp", Path: "/hjalp"}}
	ask := web.Link{Title: "Fråga oss", Path: "/kontakt"}
	switch {
	case result.Elsewhere > 0:
		return web.Empty{
			Why:  "Ingen träff på ”" + text + "” passar filtren.",
			Next: []web.Link{{Title: "Visa " + all(result.Elsewhere), Path: web.With(path, url.Values{}, "q", text)}},
		}
	case result.Asked:
		return web.Empty{Why: "Inget på webbplatsen passar ”" + text + "”. Pröva ett annat ord eller färre ord.", Next: append(next, ask)}
	case text != "":
		return web.Empty{Why: "Det finns inga ord att söka på i ”" + text + "”. Skriv ett eller flera ord.", Next: append(next, ask)}
	}
	return web.Empty{Why: "Skriv ett eller flera ord. Hela fraser skriver du inom citattecken.", Next: next}
}

func all(n int) string {
	if n == 1 {
		return "den träff som finns utan filter"
	}
	return "alla " + web.Plural(n, "träff", "träffar")
}
