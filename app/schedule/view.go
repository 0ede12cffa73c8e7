package schedule

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// vague reports whether the source tells no day: the words of when are shown and no state is claimed while it lasts.
func (r Row) vague() bool { return r.Event.When != "" }

// state returns the occurrence's state as the templates name it, its words, and when they change.
func (r Row) state(now time.Time) (name, words string, turns time.Time) {
	state, turns := r.State(now)
	if r.vague() {
		if state == calendar.Ended {
			return "past", "", turns
		}
		return "", "", turns
	}
	switch state {
	case calendar.Today:
		return "today", "I dag", turns
	case calendar.Ongoing:
		if r.AllDay && clock.DaysBetween(r.Start, r.LastDay()) == 0 {
			return "today", "I dag", turns
		}
		return "now", "Pågår nu", turns
	case calendar.Cancelled:
		return "cancelled", "Inställd", turns
	case calendar.Moved:
		return "moved", "Flyttad", turns
	case calendar.Ended:
		return "past", "", turns
	}
	return "", "", turns
}

// hours returns "8.15–9.30", the words of a vague event, or nothing for a whole day.
func (r Row) hours() string {
	switch {
	case r.vague():
		return r.Event.When
	case r.AllDay && r.LastDay().After(r.Start):
		return clock.Range(r.Start, r.LastDay())
	case r.AllDay:
		return ""
	case r.End.Equal(r.Start):
		return clock.Time(r.Start)
	}
	return clock.Time(r.Start) + "–" + clock.Time(r.End)
}

// address is the occurrence's own address; an event that happens once has its event's.
func (s *Service) address(r Row) string {
	if r.Event.Repeat == "" {
		return s.docs.Address(r.Document)
	}
	return s.docs.Address(r.Document) + "/" + r.Date
}

// view returns the occurrence as lists show it, and when its words change.
func (s *Service) view(r Row) (web.Occurrence, time.Time) {
	now := s.now()
	local := r.Start.In(clock.Stockholm())
	o := web.Occurrence{
		Title: r.Title, Path: s.address(r), Kind: capital(r.Event.Type), Tint: tint(r.Event.Type), Place: r.Event.Place, Summary: r.Summary,
		Day: fmt.Sprint(local.Day()), Month: clock.ShortMonth(local), Weekday: clock.ShortWeekday(local),
		Date: web.DateTimeOf(r.Start, now), Time: r.hours(), Note: r.Text,
	}
	if r.vague() {
		o.Day, o.Month, o.Weekday, o.Date = "", "", fmt.Sprint(local.Year()), web.Date{}
	}
	if r.AllDay && !r.vague() {
		o.Date.ISO = clock.ISO(r.Start)
	}
	var turns time.Time
	o.State, o.StateText, turns = r.state(now)
	return o, turns
}

func (s *Service) views(rows []Row) ([]web.Occurrence, time.Time) {
	var out []web.Occurrence
	var turns time.Time
	for _, row := range rows {
		view, turn := s.view(row)
		out, turns = append(out, view), clock.Soonest(turns, turn)
	}
	return out, turns
}

// Next returns the next meeting that concerns a study area, nil when none is coming, and when the answer changes.
// Anyone may call it.
func (s *Service) Next(ctx context.Context, area string) (*web.Occurrence, time.Time, error) {
	rows, err := s.Coming(ctx, Filter{Area: area})
	if err != nil {
		return nil, time.Time{}, err
	}
	for _, row := range rows {
		if state, _ := row.State(s.now()); state == calendar.Ended || !row.Event.meets() {
			continue
		}
		view, turns := s.view(row)
		return &view, clock.Soonest(turns, row.End), nil
	}
	return nil, time.Time{}, nil
}

// Ahead returns what the start page tells: the next question hour, nil when there is none, the next occurrences
// besides it that have a day and have not ended, at most limit, and when any of it changes. Anyone may call it.
func (s *Service) Ahead(ctx context.Context, limit int) (*web.Live, []web.Occurrence, time.Time, error) {
	rows, err := s.Coming(ctx, Filter{})
	if err != nil {
		return nil, nil, time.Time{}, err
	}
	var live *web.Live
	var chosen []Row
	var turns time.Time
	for _, row := range rows {
		if row.vague() || !row.End.After(s.now()) {
			continue
		}
		turns = clock.Soonest(turns, row.End)
		if row.Event.Type == questionHour && live == nil {
			card, turn := s.live(row)
			live, turns = &card, clock.Soonest(turns, turn)
		} else if len(chosen) < limit {
			chosen = append(chosen, row)
		}
	}
	views, turn := s.views(chosen)
	return live, views, clock.Soonest(turns, turn), nil
}

func (s *Service) live(r Row) (web.Live, time.Time) {
	now := s.now()
	state, _, turns := r.state(now)
	live := web.Live{
		State: state, When: capital(clock.DayTime(r.Start, r.End, now)), Date: web.DateTimeOf(r.Start, now), Title: r.Title,
		Path: s.address(r), Text: r.Summary, Action: web.Link{Title: "Läs om frågestunden", Path: s.docs.Address(r.Document)},
	}
	switch state {
	case "now":
		live.When = "Pågår nu, till " + clock.Time(r.End)
	case "cancelled":
		live.When = "Inställd " + clock.Day(r.Start, now)
		live.Text = sentence(r.Text)
		for _, o := range r.Series.Occurrences(r.End, r.End.Add(seriesAhead)) {
			if o.Change != calendar.Cancelled {
				live.Text += " Nästa gång: " + clock.DayTime(o.Start, o.End, now) + "."
				break
			}
		}
	case "moved":
		live.Text = strings.TrimSpace(sentence(r.Text) + " " + r.Summary)
	}
	return live, turns
}

// tint is the colour of the way in: meetings meet, last days and publications are to be read.
func tint(kind string) string {
	if (Event{Type: kind}).meets() {
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

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// jsonLD describes an occurrence as schema.org's Event; a vague one is none.
func (s *Service) jsonLD(r Row) any {
	if r.vague() || !r.Event.meets() {
		return nil
	}
	status := "https://schema.org/EventScheduled"
	if r.Change == calendar.Cancelled {
		status = "https://schema.org/EventCancelled"
	} else if r.Change == calendar.Moved {
		status = "https://schema.org/EventRescheduled"
	}
	return map[string]any{
		"@context": "https://schema.org", "@type": "Event", "name": r.Title, "description": r.Summary,
		"startDate": r.Start.Format(time.RFC3339), "endDate": r.End.Format(time.RFC3339), "eventStatus": status, "url": s.baseURL + s.address(r),
		"eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
		"organizer":           map[string]string{"@type": "Organization", "name": "NUSO"},
	}
}
