package schedule

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// Calendar serves /kalender.ics: every event that has a day.
func (h *Handler) Calendar(c *fiber.Ctx) error {
	entries, err := h.schedule.entries(c.UserContext(), Filter{})
	if err != nil {
		return err
	}
	return h.writeFeed(c, "NUSO", entries)
}

// AreaCalendar serves the events of a study area; NotFound for one that the actor may not see.
func (h *Handler) AreaCalendar(c *fiber.Ctx) error {
	area, err := h.docs.BySlug(c.UserContext(), document.StudyArea, c.Params("slug"))
	if err != nil {
		return beside(err, func(page string) string { return path + "/omrade" + page[strings.LastIndexByte(page, '/'):] + ".ics" })
	}
	entries, err := h.schedule.entries(c.UserContext(), Filter{Area: area.Slug})
	if err != nil {
		return err
	}
	return h.writeFeed(c, "NUSO: "+area.Title, entries)
}

// EventCalendar serves one event.
func (h *Handler) EventCalendar(c *fiber.Ctx) error {
	entry, err := h.schedule.BySlug(c.UserContext(), c.Params("slug"))
	if err != nil {
		return beside(err, func(page string) string { return page + ".ics" })
	}
	if entry.Event.vague() {
		return fault.Missing("event %s has no day", entry.ID)
	}
	return h.writeFeed(c, entry.Title, []*Entry{entry})
}

// beside makes the way to a renamed document's page lead to what belongs to the page: its calendar, one of its days.
func beside(err error, address func(page string) string) error {
	if fault.Is(err, fault.Moved) {
		return fault.MovedTo(address(fault.Of(err).To))
	}
	return err
}

// writeFeed tells cancelled red days to the end of the next year, so that the bytes change once a year.
func (h *Handler) writeFeed(c *fiber.Ctx, name string, entries []*Entry) error {
	year := h.site.Now().In(clock.Stockholm()).Year()
	feed := calendar.Feed{Name: name, Prodid: "-//NUSO//Samarbetsrummet//SV", Through: clock.At(year+2, time.January, 1, 0, 0, 0)}
	for _, e := range entries {
		if e.Event.vague() {
			continue
		}
		feed.Events = append(feed.Events, calendar.Event{
			UID: e.ID + "@nuso.se", Series: e.Series, Summary: e.Title, Description: e.Summary, Location: e.Event.Place,
			URL: h.site.BaseURL + h.docs.Address(e.Document), Updated: e.UpdatedAt.Time, Sequence: int(e.Version - 1),
		})
	}
	var out bytes.Buffer
	if err := calendar.Write(&out, feed); err != nil {
		return err
	}
	return h.site.Shared(c, calendar.ContentType, out.Bytes(), time.Time{})
}

// Item is an occurrence in JSON. The end of whole days is the midnight after the last.
type Item struct {
	Slug      string    `json:"slug"`
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	Start     time.Time `json:"start"`
	End       time.Time `json:"end"`
	URL       string    `json:"url"`
	Audience  string    `json:"audience"`
	Cancelled bool      `json:"cancelled"`
}

// mostDays is the longest span that Events answers for.
const mostDays = 800

// Events serves GET /api/v1/events: the occurrences from ?from= to ?to=, dates or instants, the quarter from today when
// not given. Events whose source tells no day are left out.
func (h *Handler) Events(c *fiber.Ctx) error {
	from, fromErr := readInstant(c.Query("from"), clock.Midnight(h.site.Now()))
	to, toErr := readInstant(c.Query("to"), clock.AddDays(from, 91))
	switch {
	case fromErr != nil || toErr != nil:
		return fault.New(fault.Invalid, "Skriv from och to som 2026-01-31 eller 2026-01-31T08:15:00+01:00.", nil)
	case !from.Before(to) || to.Sub(from) > mostDays*24*time.Hour:
		return fault.New(fault.Invalid, "Tiden from ska komma före to, och högst 800 dagar får skilja dem åt.", nil)
	}
	rows, err := h.schedule.Between(c.UserContext(), from, to)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r Occurrence) bool { return r.Event.vague() })
	items := make([]Item, 0, len(rows))
	for _, r := range rows {
		items = append(items, Item{
			Slug: r.Slug, Kind: r.Event.Type, Title: r.Title, Start: r.Start, End: r.End, URL: h.site.BaseURL + h.schedule.address(r),
			Audience: string(r.Audience), Cancelled: r.Change == calendar.Cancelled,
		})
	}
	data, err := json.Marshal(map[string]any{"items": items})
	if err != nil {
		return err
	}
	return h.site.Shared(c, fiber.MIMEApplicationJSONCharsetUTF8, data, time.Time{})
}

func readInstant(text string, otherwise time.Time) (time.Time, error) {
	if text == "" {
		return otherwise, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.ParseInLocation(time.DateOnly, text, clock.Stockholm())
}
