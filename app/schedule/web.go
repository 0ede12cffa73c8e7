package schedule

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/fault"
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
	Next     *web.Occurrence
	Facts    []web.Fact
	Coming   []web.Occurrence
	Past     []web.Occurrence
	Calendar string
	Related  []web.Teaser
}

// OccurrenceView is the page of one occurrence of a repeated event.
type OccurrenceView struct {
	web.Page
	Occurrence web.Occurrence
	Article    web.Article
	Facts      []web.Fact
	Series     web.Link
	Prev, Next web.Link
	Calendar   string
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
	f := Filter{Area: query.Get("omrade"), Type: query.Get("typ")}
	list := h.schedule.Coming
	if past {
		list = h.schedule.Past
	}
	rows, err := list(ctx, f)
	if err != nil {
		return err
	}
	areas, err := h.docs.AreaOptions(ctx, document.Filter{Kinds: []string{document.Event}})
	if err != nil {
		return err
	}
	view := &ListView{
		Page: web.Page{
			Title: "Kalender", Path: path, Lead: "Frågestunder, möten, workshoppar och sista dagar.", Scripts: []string{"filter"},
			Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Kalender"}},
		},
		Filters:  web.Filters{Action: path, Count: web.Plural(len(rows), "tillfälle", "tillfällen"), Sorted: "närmast först"},
		Views:    []web.NavEntry{{Title: "Kommande", Path: path, Current: !past}, {Title: "Tidigare", Path: path + "?visa=tidigare", Current: past}},
		Empty:    web.Empty{Why: "Inget är inplanerat som passar filtren.", Next: []web.Link{{Title: "Visa hela kalendern", Path: path}}},
		Calendar: path + ".ics",
	}
	if past {
		view.Title, view.Filters.Sorted, view.Empty.Why = "Kalender: tidigare", "senast först", "Inget tidigare tillfälle passar filtren."
	}
	view.Filters.Keep(query, "visa")
	view.Filters.Add(query, "typ", "Sort", typeOptions())
	view.Filters.Add(query, "omrade", "Studieområde", areas)
	if view.Pager, err = web.NewPager(path, query, page, len(rows)); err != nil {
		return err
	}
	first := (page - 1) * web.PageSize
	view.Months, view.Turns = h.months(rows[first:min(len(rows), first+web.PageSize)])
	return h.site.Render(c, "schedule/list", view)
}

func typeOptions() []web.Option {
	var options []web.Option
	for _, t := range types() {
		options = append(options, web.Option{Value: t, Title: capital(t)})
	}
	return options
}

// months groups rows that are in order.
func (h *Handler) months(rows []Row) ([]Month, time.Time) {
	var months []Month
	var turns time.Time
	for _, row := range rows {
		view, turn := h.schedule.view(row)
		turns = clock.Soonest(turns, turn)
		id, title := row.Start.In(clock.Stockholm()).Format("2006-01"), capital(clock.Month(row.Start))
		if row.vague() {
			id, title = "utan-dag", "Utan bestämd dag"
		}
		if n := len(months); n == 0 || months[n-1].ID != id {
			months = append(months, Month{Title: title, ID: id})
		}
		last := &months[len(months)-1]
		last.Rows = append(last.Rows, view)
	}
	return months, turns
}

// Show serves an event.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx, now := c.UserContext(), h.site.Now()
	entry, err := h.schedule.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	view := &ShowView{
		Page: h.docs.NewPage(entry.Document), Kind: capital(entry.Event.Type), Tint: tint(entry.Event.Type), Calendar: h.docs.Address(entry.Document) + ".ics",
		Facts: facts(entry),
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
	coming := entry.occurrences(now, now.Add(singleAhead))
	coming = coming[:min(len(coming), perSeries)]
	if len(coming) > 0 {
		next, turns := h.schedule.view(coming[0])
		view.Next, view.Turns, view.JSONLD = &next, clock.Soonest(turns, coming[0].End), h.schedule.jsonLD(coming[0])
		view.Coming = h.dated(coming[1:])
	}
	if entry.vague() {
		view.Calendar = ""
	}
	if entry.Event.Repeat != "" {
		view.Past = h.dated(h.past(entry, now))
	}
	return h.site.Render(c, "schedule/show", view)
}

// dated are occurrences as the event's own page lists them: named by their day, since the event is the page.
func (h *Handler) dated(rows []Row) []web.Occurrence {
	views, _ := h.schedule.views(rows)
	for i, row := range rows {
		views[i].Title, views[i].Summary, views[i].Kind = clock.Range(row.Start, row.LastDay()), "", ""
	}
	return views
}

func (e Entry) vague() bool { return e.Event.When != "" }

// past returns the last few occurrences that have ended, latest first.
func (h *Handler) past(entry Entry, now time.Time) []Row {
	var out []Row
	rows := entry.occurrences(now.Add(-seriesAhead), now)
	if entry.Event.Repeat == "" {
		rows = entry.occurrences(now.Add(-singleAhead), now)
	}
	for i := len(rows) - 1; i >= 0 && len(out) < perSeries; i-- {
		if !rows[i].End.After(now) {
			out = append(out, rows[i])
		}
	}
	return out
}

// Occurrence serves one occurrence of a repeated event; the page of an event that happens once is the event's.
func (h *Handler) Occurrence(c *fiber.Ctx) error {
	ctx := c.UserContext()
	entry, err := h.schedule.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	row, err := entry.On(c.Params("date"))
	if err != nil {
		return err
	}
	if entry.Event.Repeat == "" {
		return fault.MovedTo(h.docs.Address(entry.Document))
	}
	view := &OccurrenceView{
		Page: h.docs.NewPage(entry.Document), Facts: facts(entry), Calendar: h.docs.Address(entry.Document) + ".ics",
		Series: web.Link{Title: "Alla tillfällen", Path: h.docs.Address(entry.Document)},
	}
	view.Occurrence, view.Turns = h.schedule.view(row)
	view.Path, view.Title = view.Occurrence.Path, entry.Title+" "+clock.Range(row.Start, row.Start)
	view.JSONLD = h.schedule.jsonLD(row)
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Kalender", Path: path}, {Title: entry.Title, Path: h.docs.Address(entry.Document)}, {Title: clock.Range(row.Start, row.Start)}}
	if view.Article, err = h.docs.Article(ctx, entry.Document); err != nil {
		return err
	}
	near := entry.occurrences(row.Start.Add(-40*24*time.Hour), row.Start.Add(40*24*time.Hour))
	for i, other := range near {
		if other.Date != row.Date {
			continue
		}
		if i > 0 {
			view.Prev = h.sibling(near[i-1])
		}
		if i+1 < len(near) {
			view.Next = h.sibling(near[i+1])
		}
	}
	return h.site.Render(c, "schedule/occurrence", view)
}

func (h *Handler) sibling(row Row) web.Link {
	return web.Link{Title: clock.Range(row.Start, row.Start), Path: h.schedule.address(row)}
}

func facts(entry Entry) []web.Fact {
	e := entry.Event
	first := entry.occurrences(entry.Series.Start.Add(-time.Hour), entry.Series.Start.Add(singleAhead))
	var out []web.Fact
	switch {
	case entry.vague():
		out = append(out, web.Fact{Label: "När", Value: e.When})
	case strings.Contains(e.Repeat, "FREQ=WEEKLY") && len(first) > 0:
		out = append(out, web.Fact{Label: "När", Value: "Varje vecka, " + clock.ShortWeekday(first[0].Start) + " " + first[0].hours()},
			web.Fact{Label: "Röda dagar", Value: "Ingen frågestund om inget annat meddelas"})
	case len(first) > 0 && first[0].hours() != "":
		out = append(out, web.Fact{Label: "När", Value: clock.Range(first[0].Start, first[0].Start) + " " + first[0].hours()})
	case len(first) > 0:
		out = append(out, web.Fact{Label: "När", Value: clock.Range(first[0].Start, first[0].Start)})
	}
	if e.Place != "" {
		out = append(out, web.Fact{Label: "Plats", Value: e.Place})
	}
	return out
}
