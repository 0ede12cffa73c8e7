package schedule

import (
	"cmp"
	"slices"
	"time"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// Entry is an event document with its front matter read. Many pages hold the same: nobody changes it.
type Entry struct {
	document.Document
	Event  Event
	Series calendar.Series
}

// Occurrence is one time that an event happens, where it is moved to.
type Occurrence struct {
	*Entry
	calendar.Occurrence
}

// How far ahead lists look, and pages lead: a repeated event would else go on for ever.
const (
	seriesAhead = 400 * 24 * time.Hour
	singleAhead = 10 * 366 * 24 * time.Hour
	perSeries   = 6 // occurrences of one repeated event
)

// ended reports whether the occurrence is over at now, or would have been.
func (r Occurrence) ended(now time.Time) bool { return !r.End.After(now) }

// distant reports whether an occurrence of a repeated event lies further ahead than any list looks.
func (r Occurrence) distant(now time.Time) bool { return r.Start.After(now.Add(seriesAhead)) }

// on returns the occurrence whose day by the rule is date; NotFound when there is none, or it lies further ahead than any
// list looks: an endless rule is not followed to its end for whoever asks.
func (e *Entry) on(date string, now time.Time) (Occurrence, error) {
	day, err := time.Parse(time.DateOnly, date)
	if err == nil && day.Before(now.Add(singleAhead)) {
		if occurrence, ok := e.Series.On(date); ok {
			return Occurrence{Entry: e, Occurrence: occurrence}, nil
		}
	}
	return Occurrence{}, fault.Missing("occurrence of %s on %q", e.ID, date)
}

// first returns the first occurrence by the rule: of an event that happens once, the one there is.
func (e *Entry) first() Occurrence {
	o, _ := e.Series.On(clock.ISO(e.Series.Start)) // Check has found it there
	return Occurrence{Entry: e, Occurrence: o}
}

// occurrences returns the occurrences that touch [from, to), by start.
func (e *Entry) occurrences(from, to time.Time) []Occurrence {
	var rows []Occurrence
	for o := range e.Series.Occurrences(from, to) {
		rows = append(rows, Occurrence{Entry: e, Occurrence: o})
	}
	return rows
}

// coming returns what begins or goes on at from or later, soonest first; of a repeated event the next few.
func (e *Entry) coming(from time.Time) []Occurrence {
	until := from.Add(singleAhead)
	if e.Event.repeats() {
		until = from.Add(seriesAhead)
	}
	var rows []Occurrence
	for o := range e.Series.Occurrences(from, until) {
		if rows = append(rows, Occurrence{Entry: e, Occurrence: o}); len(rows) == perSeries {
			break
		}
	}
	return rows
}

// past returns the last few occurrences that have ended at now, latest first.
func (e *Entry) past(now time.Time) []Occurrence {
	rows := slices.DeleteFunc(e.occurrences(now.Add(-seriesAhead), now), func(r Occurrence) bool { return !r.ended(now) })
	slices.Reverse(rows)
	return rows[:min(len(rows), perSeries)]
}

// vagueLast moves what has no day behind what has, each part in its order.
func vagueLast(rows []Occurrence) []Occurrence {
	slices.SortStableFunc(rows, func(a, b Occurrence) int {
		switch {
		case a.Event.vague() == b.Event.vague():
			return 0
		case a.Event.vague():
			return 1
		}
		return -1
	})
	return rows
}

// inOrder sorts rows by start.
func inOrder(rows []Occurrence) []Occurrence {
	slices.SortStableFunc(rows, func(a, b Occurrence) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID)) })
	return rows
}
