// Package clock is time as people in Sweden mean it: which instant it is, which Swedish day that is, whether
// the day is red, and the words a page uses for it.
//
// Anything that decides by time takes a Clock in its constructor; nothing else calls time.Now. All days are
// days in Europe/Stockholm, whatever zone a time.Time carries, and some of them have 23 or 25 hours, so days
// are counted with AddDays and DaysBetween, never with durations.
//
// Pages are kept until their words change. Each function that gives words relative to now therefore has a
// companion whose name ends in Turns: the first instant after now at which the words are others, or the zero
// time when they stay. Soonest puts many of them together.
package clock

import "time"

// Clock tells the time. The zero Clock is a fault in the program and panics when asked.
type Clock func() time.Time

// Now returns the present instant.
func (c Clock) Now() time.Time { return c() }

// System returns the machine's clock.
func System() Clock { return time.Now }

// Fixed returns a clock that stands still at t, for tests and previews.
func Fixed(t time.Time) Clock { return func() time.Time { return t } }

// Soonest returns the earliest of the times that are set, and the zero time when none is: the instant at
// which something made of several parts changes first.
func Soonest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
