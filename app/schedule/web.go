package schedule

import (
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /kalender.
type Handler struct {
	site     *web.Site
	docs     *document.Service
	schedule *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, schedule *Service) *Handler {
	return &Handler{site: site, docs: docs, schedule: schedule}
}

// ListView is the page /kalender, what is coming or what has been.
type ListView struct {
	web.Page
	Filters  web.Filters
	Views    []web.NavEntry
	Months   []Month
	Pager    web.Pager
	Empty    web.Empty
	Calendar string
}

// Month is the occurrences of one month.
type Month struct {
	Title, ID string
	Rows      []web.Occurrence
}

// ShowView is the page of an event with its occurrences.
type ShowView struct {
	web.Page
	Article  web.Article
	Kind     string
	Tint     string
	Repeats  bool
	Next     *web.Occurrence // of an event that happens once, that one, also when it has been
	Facts    []web.Fact
	Coming   []web.Occurrence
	Past     []web.Occurrence
	Calendar string
	Related  []web.Teaser
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "schedule/list", View: &ListView{}}, {Name: "schedule/show", View: &ShowView{}}, {Name: "schedule/occurrence", View: &OccurrenceView{}},
	}
}

const path = "/kalender"

// List serves what is coming, or with ?visa=tidigare what has been, chosen by ?typ= and ?omrade=.
func (h *Handler) List(c *fiber.Ctx) error {
	ctx := c.UserContext()
	page, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	query := web.Known(c, "visa", "typ", "omrade")
	past := query.Get("visa") == "tidigare"
	list := h.schedule.Coming
	if past {
		list = h.schedule.Past
	}
	rows, err := list(ctx, Filter{Area: query.Get("omrade"), Type: query.Get("typ")})
	if err != nil {
		return err
	}
	titles, err := h.docs.Titles(ctx, document.StudyArea)
	if err != nil {
		return err
	}
	events, err := h.docs.List(ctx, document.Filter{Kinds: []string{document.Event}, Counted: true})
	if err != nil {
		return err
	}
	areas := titles.Options(events.Areas)
	for i := range areas {
		areas[i].Count = 0 // of events, and this is a list of occurrences
	}
	view := newList(query, past, len(rows))
	view.Filters.Keep(query, "visa")
	view.Filters.Add(query, "typ", "Typ", typeOptions())
	view.Filters.Add(query, "omrade", "Studieområde", areas)
	if view.Pager, err = web.NewPager(path, query, page, len(rows)); err != nil {
		return err
	}
	view.Part = view.Pager.Part()
	first := (page - 1) * web.PageSize
	rows = rows[first:min(len(rows), first+web.PageSize)]
	views, turns := h.schedule.views(rows)
	view.Turns = turns
	from := clock.Midnight(h.site.Now())
	if past {
		from = time.Time{}
	}
	view.Months = months(rows, views, from)
	return h.site.Render(c, "schedule/list", view)
}

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Kalender", Path: path, Lead: "Frågestunder, möten, workshoppar och sista dagar."}
}

func newList(query url.Values, past bool, count int) *ListView {
	view := &ListView{
		Page:    Section().Page(),
		Filters: web.Filters{Action: path, Count: web.Plural(count, "tillfälle", "tillfällen"), Sorted: "närmast först"},
		Views: []web.NavEntry{
			{Title: "Kommande", Path: web.With(path, query, "visa", ""), Current: !past},
			{Title: "Tidigare", Path: web.With(path, query, "visa", "tidigare"), Current: past},
		},
		Calendar: path + ".ics",
	}
	view.Scripts = []string{"filter"}
	chosen := query.Has("typ") || query.Has("omrade")
	why, way := "Inget är inplanerat.", web.Link{Title: "Tidigare tillfällen", Path: path + "?visa=tidigare"}
	switch {
	case past && chosen:
		why, way = "Inget tidigare tillfälle passar filtren.", web.Link{Title: "Visa hela kalendern", Path: path}
	case past:
		why, way = "Inget tillfälle har varit än.", web.Link{Title: "Kommande tillfällen", Path: path}
	case chosen:
		why, way = "Inget är inplanerat som passar filtren.", web.Link{Title: "Visa hela kalendern", Path: path}
	}
	view.Empty = web.Empty{Why: why, Next: []web.Link{way}}
	if past {
		view.Title, view.Filters.Sorted = "Kalender: tidigare", "senast först"
	}
	return view
}

func typeOptions() []web.Option {
	var options []web.Option
	for _, t := range types() {
		options = append(options, web.Option{Value: t, Title: web.Capital(t)})
	}
	return options
}

// Show serves an event.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx, now := c.UserContext(), h.site.Now()
	entry, err := h.schedule.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	view := &ShowView{
		Page: h.docs.NewPage(entry.Document), Kind: web.Capital(entry.Event.Type), Tint: tint(entry.Event), Repeats: entry.Event.repeats(), Facts: facts(entry),
	}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Kalender", Path: path}, {Title: entry.Title}}
	if view.Article, err = h.docs.Article(ctx, entry.Document); err != nil {
		return err
	}
	related, err := h.docs.Related(ctx, entry.Document, 4, document.News, document.Event, document.Project)
	if err != nil {
		return err
	}
	view.Related = h.docs.Teasers(related)
	if !entry.Event.vague() {
		view.Calendar = h.docs.Address(entry.Document) + ".ics"
	}
	rows := []Occurrence{entry.first()}
	if view.Repeats {
		rows = slices.DeleteFunc(entry.coming(now), func(r Occurrence) bool { return r.ended(now) })
		view.Past, _ = h.dated(entry.past(now))
	}
	if len(rows) > 0 {
		view.JSONLD = h.schedule.jsonLD(rows[0])
		view.Coming, view.Turns = h.dated(rows)
		view.Next, view.Coming = &view.Coming[0], view.Coming[1:]
	}
	return h.site.Render(c, "schedule/show", view)
}

// dated are occurrences as the event's own page lists them: named by their days, since the event is the page; and when
// their words change.
func (h *Handler) dated(rows []Occurrence) ([]web.Occurrence, time.Time) {
	views, turns := h.schedule.views(rows)
	for i, row := range rows {
		views[i].Title, views[i].Summary, views[i].Kind = row.days(), "", ""
		if views[i].Time == views[i].Title {
			views[i].Time = ""
		}
	}
	return views, turns
}
