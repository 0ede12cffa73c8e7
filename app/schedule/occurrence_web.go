package schedule

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

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

// Occurrence serves one occurrence of a repeated event; the page of an event that happens once is the event's.
func (h *Handler) Occurrence(c *fiber.Ctx) error {
	ctx, now, date := c.UserContext(), h.site.Now(), c.Params("date")
	entry, err := h.schedule.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return beside(err, func(page string) string { return page + "/" + date })
	}
	row, err := entry.on(date, now)
	if err != nil {
		return err
	}
	address := h.docs.Address(entry.Document)
	if !entry.Event.repeats() {
		return fault.MovedTo(address)
	}
	view := &OccurrenceView{
		Page: h.docs.NewPage(entry.Document), Facts: facts(entry), Calendar: address + ".ics", Series: web.Link{Title: "Alla tillfällen", Path: address},
	}
	view.Occurrence, view.Turns = h.schedule.view(row)
	view.Path, view.Title, view.JSONLD = view.Occurrence.Path, entry.Title+" "+row.days(), h.schedule.jsonLD(row)
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Kalender", Path: path}, {Title: entry.Title, Path: address}, {Title: row.days()}}
	if view.Article, err = h.docs.Article(ctx, entry.Document); err != nil {
		return err
	}
	view.NoIndex = row.distant(now)
	view.Prev, view.Next = h.siblings(row, now)
	return h.site.Render(c, "schedule/occurrence", view)
}

// siblings returns the occurrences before and after one, where it is moved to; without Path when there is none. Nothing
// leads to a distant one: who follows links would follow an endless rule from week to week.
func (h *Handler) siblings(row Occurrence, now time.Time) (prev, next web.Link) {
	near := row.occurrences(row.Start.Add(-seriesAhead), row.Start.Add(seriesAhead))
	for i, other := range near {
		if other.Date != row.Date {
			continue
		}
		if i > 0 && !near[i-1].distant(now) {
			prev = h.sibling(near[i-1])
		}
		if i+1 < len(near) && !near[i+1].distant(now) {
			next = h.sibling(near[i+1])
		}
	}
	return prev, next
}

func (h *Handler) sibling(row Occurrence) web.Link {
	return web.Link{Title: row.days(), Path: h.schedule.address(row)}
}
