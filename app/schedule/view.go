package schedule

import (
	"fmt"
	"strings"
	"time"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// state returns the occurrence's state as the templates name it, its words, and when they change.
func (r Occurrence) state(now time.Time) (name, words string, turns time.Time) {
	state, turns := r.State(now)
	switch {
	case state == calendar.Ended:
		return "past", "", turns
	case state == calendar.Cancelled:
		return "cancelled", "Inställd", turns
	case r.Event.vague():
		return "", "", turns
	case state == calendar.Today:
		return "today", "I dag", turns
	case state == calendar.Ongoing:
		return "now", "Pågår nu", turns
	case state == calendar.Moved:
		return "moved", "Flyttad", turns
	}
	return "", "", turns
}

// hours returns "8.15–9.30", "13.00 till 26 mars 2026 kl. 12.00" over nights, the days of several whole ones, the words
// of a vague event, or nothing for a whole day.
func (r Occurrence) hours() string {
	over := r.LastDay().After(r.Start)
	switch {
	case r.Event.vague():
		return r.Event.When
	case r.AllDay && over:
		return r.days()
	case r.AllDay:
		return ""
	case r.End.Equal(r.Start):
		return clock.Time(r.Start)
	case over:
		return clock.Time(r.Start) + " till " + clock.Range(r.LastDay(), r.LastDay()) + " kl. " + clock.Time(r.End)
	}
	return clock.Time(r.Start) + "–" + clock.Time(r.End)
}

// days returns "26 mars 2026", or all of them: "24–26 mars 2026"; the words of a vague event.
func (r Occurrence) days() string {
	if r.Event.vague() {
		return r.Event.When
	}
	return clock.Range(r.Start, r.LastDay())
}

// date returns the start for <time>: of whole days without a time, of a vague event nothing.
func (r Occurrence) date(now time.Time) web.Date {
	switch {
	case r.Event.vague():
		return web.Date{}
	case r.AllDay:
		return web.DateOf(r.Start, now)
	}
	return web.DateTimeOf(r.Start, now)
}

// note says why the occurrence differs from the rule and, of a moved one, from when it was moved.
func (r Occurrence) note() string {
	from := "Flyttad från " + clock.Long(r.Original) + ". "
	switch {
	case r.Change != calendar.Moved:
		return r.Text
	case clock.DaysBetween(r.Original, r.Start) == 0:
		from = "Flyttad från kl. " + clock.Time(r.Original) + ". "
	}
	return strings.TrimSpace(from + sentence(r.Text))
}

// address is the occurrence's own address; an event that happens once has its event's.
func (s *Service) address(r Occurrence) string {
	if !r.Event.repeats() {
		return s.docs.Address(r.Document)
	}
	return s.docs.Address(r.Document) + "/" + r.Date
}

// view returns the occurrence as lists show it, and when its words change.
func (s *Service) view(r Occurrence) (web.Occurrence, time.Time) {
	now, local := s.now(), r.Start.In(clock.Stockholm())
	o := web.Occurrence{
		Title: r.Title, Path: s.address(r), Kind: web.Capital(r.Event.Type), Tint: tint(r.Event), Place: r.Event.Place, Summary: r.Summary,
		Day: fmt.Sprint(local.Day()), Month: clock.ShortMonth(local), Weekday: clock.ShortWeekday(local),
		Date: r.date(now), Time: r.hours(), Note: r.note(),
	}
	if r.Event.vague() {
		o.Day, o.Month, o.Weekday = "", "", fmt.Sprint(local.Year())
	}
	var turns time.Time
	o.State, o.StateText, turns = r.state(now)
	return o, turns
}

func (s *Service) views(rows []Occurrence) ([]web.Occurrence, time.Time) {
	var out []web.Occurrence
	var turns time.Time
	for _, row := range rows {
		view, turn := s.view(row)
		out, turns = append(out, view), clock.Soonest(turns, turn)
	}
	return out, turns
}

// months groups rows that are in order, with their views. What began before from and goes on stands in from's month.
func months(rows []Occurrence, views []web.Occurrence, from time.Time) []Month {
	var months []Month
	for i, row := range rows {
		at := row.Start
		if at.Before(from) {
			at = from
		}
		id, title := at.In(clock.Stockholm()).Format("2006-01"), web.Capital(clock.Month(at))
		if row.Event.vague() {
			id, title = "utan-dag", "Utan bestämd dag"
		}
		if n := len(months); n == 0 || months[n-1].ID != id {
			months = append(months, Month{Title: title, ID: id})
		}
		last := &months[len(months)-1]
		last.Rows = append(last.Rows, views[i])
	}
	return months
}

// jsonLD describes a meeting as schema.org's Event, with what is known; other events are none.
func (s *Service) jsonLD(r Occurrence) any {
	if r.Event.vague() || !r.Event.meets() {
		return nil
	}
	data := map[string]any{
		"@context": "https://schema.org", "@type": "Event", "name": r.Title, "description": r.Summary, "url": s.baseURL + s.address(r),
		"startDate": r.date(r.Start).ISO, "eventStatus": "https://schema.org/EventScheduled",
		"organizer": map[string]string{"@type": "Organization", "name": "NUSO"},
	}
	switch {
	case r.AllDay:
		data["endDate"] = clock.ISO(r.LastDay())
	case r.End.After(r.Start):
		data["endDate"] = r.End.Format(time.RFC3339)
	}
	switch r.Change {
	case calendar.Cancelled:
		data["eventStatus"] = "https://schema.org/EventCancelled"
	case calendar.Moved:
		data["eventStatus"], data["previousStartDate"] = "https://schema.org/EventRescheduled", r.Original.Format(time.RFC3339)
	}
	switch {
	case strings.EqualFold(r.Event.Place, "Zoom"):
		data["eventAttendanceMode"] = "https://schema.org/OnlineEventAttendanceMode"
		data["location"] = map[string]string{"@type": "VirtualLocation", "name": r.Event.Place}
	case r.Event.Place != "":
		data["location"] = map[string]string{"@type": "Place", "name": r.Event.Place}
	}
	return data
}

// tint is the colour of the way in: meetings meet, last days and publications are to be read.
func tint(e Event) string {
	if e.meets() {
		return "meet"
	}
	return "read"
}

func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}
