// Package calendar knows when things happen: once or again and again by a rule, cancelled, moved, or off because
// the day is red; and it writes them as iCalendar for other programs to follow. It hides the libraries for both.
//
// A Series is what an editor enters: a start, an end, a rule, and what is different on single dates. An Occurrence
// is one time that it happens. Its key is the Swedish day on which the rule puts it, and stays so when it is moved:
// the address /kalender/fragestund/2026-05-01 keeps meaning the same occurrence.
//
// All times are Swedish wall-clock times: a meeting at 8.15 is at 8.15 summer and winter. Occurrences and On are
// for pages and JSON, Write is for feeds; both tell the same.
package calendar

import (
	"time"

	"nuso.se/app/clock"
)

// Series is something that happens once, or again by Rule.
type Series struct {
	// Start is when it first happens. In an all-day series only its Swedish day counts.
	Start time.Time
	// End is when the first ends; zero when that is not known. In an all-day series it is the last day, which
	// counts; zero is the same day.
	End    time.Time
	AllDay bool
	Rule   Rule // zero: once
	// Overrides tell what is different on single dates; at most one for a date.
	Overrides []Override
	// RedDayText is said of a repeated meeting that is off because the day is red; empty: that there is no question
	// hour. A single or an all-day event always takes place: its day was chosen.
	RedDayText string
}

// Change is how an occurrence differs from what the rule says: Cancelled, Moved, Restored, or empty when it does
// not.
type Change string

// The changes. The first two are also a State.
const (
	Cancelled = "cancelled"
	Moved     = "moved"
	Restored  = "restored" // takes place though the day is red
)

// Override changes one occurrence of a series.
type Override struct {
	Date       string // the occurrence's key, as 2026-05-01
	Change     Change
	Text       string    // why, in plain words for readers; may be empty
	Start, End time.Time // Moved: the new time; a zero End keeps the length
}

// Occurrence is one time that a series happens, or would have.
type Occurrence struct {
	Date  string    // key: the Swedish day on which the rule puts it, as 2026-05-01
	Start time.Time // when it happens, in Swedish time
	// End is never before Start. It equals Start when no end is known, and is the midnight after the last day of
	// an all-day occurrence.
	End      time.Time
	AllDay   bool
	Original time.Time // the start by the rule; differs from Start when moved
	Change   Change
	Text     string // why it is changed; may be empty
}

// LastDay returns the midnight that begins the last Swedish day of the occurrence, for clock.Range.
func (o Occurrence) LastDay() time.Time {
	if o.End.Equal(o.Start) {
		return clock.Midnight(o.Start)
	}
	return clock.Midnight(o.End.Add(-time.Nanosecond))
}

// overlaps reports whether any of the occurrence lies in [from, to).
func (o Occurrence) overlaps(from, to time.Time) bool {
	return o.Start.Before(to) && (o.End.After(from) || !o.Start.Before(from))
}
