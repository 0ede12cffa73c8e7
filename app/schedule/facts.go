package schedule

import (
	"slices"
	"strings"

	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// facts are the lines of the fact box.
func facts(e *Entry) []web.Fact {
	out := []web.Fact{{Label: "När", Value: e.when()}}
	if e.Event.repeats() && !e.Series.AllDay {
		words := "Inställt om inget annat meddelas"
		if e.Event.Type == questionHour {
			words = "Ingen frågestund om inget annat meddelas"
		}
		out = append(out, web.Fact{Label: "Röda dagar", Value: words})
	}
	if e.Event.Place != "" {
		out = append(out, web.Fact{Label: "Plats", Value: e.Event.Place})
	}
	return out
}

// when tells when the event happens or, of a repeated one, how often by its rule; what differs on single dates is told there.
func (e *Entry) when() string {
	row := e.first()
	if e.Event.repeats() {
		plain := *e // others hold e
		plain.Series.Overrides = nil
		row = plain.first()
	}
	day, _, _ := strings.Cut(clock.Long(row.Start), " ")
	switch {
	case e.Event.vague():
		return e.Event.When
	case e.weekly():
		return strings.TrimSpace("Varje " + day + " " + row.hours())
	case e.Event.repeats() && e.Series.AllDay:
		return "Flera tillfällen"
	case e.Event.repeats():
		return "Flera tillfällen, " + row.hours()
	case e.Series.AllDay:
		return row.days()
	}
	return clock.Range(row.Start, row.Start) + " kl. " + row.hours()
}

// weekly reports whether the event is one day of every week.
func (e *Entry) weekly() bool {
	parts := strings.Split(e.Series.Rule.String(), ";")
	return slices.Contains(parts, "FREQ=WEEKLY") && !slices.ContainsFunc(parts, func(part string) bool {
		return strings.HasPrefix(part, "INTERVAL=") || strings.HasPrefix(part, "BYMONTH=") || strings.HasPrefix(part, "BYDAY=") && strings.Contains(part, ",")
	})
}
