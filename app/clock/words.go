package clock

import (
	"strconv"
	"time"
)

// near is how many days before and after today a date is told by weekday ("fre 28 nov"): within it day and
// month cannot be taken for another year's.
const near = 30

// ISO returns the Swedish day of t as 2026-11-28, for <time datetime>, addresses and keys.
func ISO(t time.Time) string { return t.In(Stockholm()).Format(time.DateOnly) }

// Long returns "fredag 28 november 2026".
func Long(t time.Time) string {
	t = t.In(Stockholm())
	return weekday(t) + " " + date(t)
}

// LongTime returns "fredag 28 november 2026 kl. 8.15".
func LongTime(t time.Time) string { return Long(t) + " kl. " + Time(t) }

// Month returns "november 2026".
func Month(t time.Time) string {
	t = t.In(Stockholm())
	return month(t) + " " + strconv.Itoa(t.Year())
}

// Time returns the Swedish time of day as it is read: "8.15".
func Time(t time.Time) string {
	t = t.In(Stockholm())
	return strconv.Itoa(t.Hour()) + t.Format(".04")
}

// Day returns the Swedish day of t as it is said now: "i går", "i dag", "i morgon", "fre 28 nov" within 30 days
// either way, else "28 november 2026".
func Day(t, now time.Time) string {
	t = t.In(Stockholm())
	switch days := DaysBetween(now, t); {
	case days == -1:
		return "i går"
	case days == 0:
		return "i dag"
	case days == 1:
		return "i morgon"
	case -near <= days && days <= near:
		return ShortWeekday(t) + " " + strconv.Itoa(t.Day()) + " " + ShortMonth(t)
	}
	return date(t)
}

// DayTurns returns the Swedish midnight after now at which Day(t, now) says something else; zero when it never
// does.
func DayTurns(t, now time.Time) time.Time {
	days := DaysBetween(now, t)
	switch {
	case days > near:
		return AddDays(t, -near)
	case days > 1:
		return AddDays(t, -1)
	case days >= -1:
		return AddDays(now, 1)
	case days >= -near:
		return AddDays(t, near+1)
	}
	return time.Time{}
}

// DayTime returns Day with the time of day: "i dag 8.15", "fre 28 nov 8.15–9.30", "28 november 2026 kl. 8.15".
// A zero end leaves the end out; an end on another day is told with its day.
func DayTime(start, end, now time.Time) string {
	from := momentWords(start, now)
	switch {
	case end.IsZero() || end.Equal(start):
		return from
	case DaysBetween(start, end) == 0:
		return from + "–" + Time(end)
	}
	return from + " till " + momentWords(end, now)
}

// DayTimeTurns returns the instant after now at which DayTime says something else; zero when it never does.
func DayTimeTurns(start, end, now time.Time) time.Time {
	if end.IsZero() {
		return DayTurns(start, now)
	}
	return Soonest(DayTurns(start, now), DayTurns(end, now))
}

// momentWords puts "kl." between a year and the time, which would else read as one number.
func momentWords(t, now time.Time) string {
	day := Day(t, now)
	if days := DaysBetween(now, t); days < -near || days > near {
		return day + " kl. " + Time(t)
	}
	return day + " " + Time(t)
}

// Range returns the days from start to end, both counted, with what they share told once: "28 november 2026",
// "28–30 november 2026", "28 november–2 december 2026", "28 december 2026–3 januari 2027". An end that is zero
// or before start is left out.
func Range(start, end time.Time) string {
	start, end = start.In(Stockholm()), end.In(Stockholm())
	last := date(end)
	switch {
	case DaysBetween(start, end) <= 0:
		return date(start)
	case start.Year() != end.Year():
		return date(start) + "–" + last
	case start.Month() != end.Month():
		return strconv.Itoa(start.Day()) + " " + month(start) + "–" + last
	}
	return strconv.Itoa(start.Day()) + "–" + last
}

// date returns "28 november 2026" for a t already in Swedish time.
func date(t time.Time) string {
	return strconv.Itoa(t.Day()) + " " + month(t) + " " + strconv.Itoa(t.Year())
}

func weekday(t time.Time) string {
	return [...]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"}[t.Weekday()]
}

// ShortWeekday returns "fre" for a t already in Swedish time.
func ShortWeekday(t time.Time) string {
	return [...]string{"sön", "mån", "tis", "ons", "tors", "fre", "lör"}[t.Weekday()]
}

func month(t time.Time) string {
	return [...]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
		"oktober", "november", "december"}[t.Month()-1]
}

// ShortMonth returns "nov" for a t already in Swedish time.
func ShortMonth(t time.Time) string {
	return [...]string{"jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"}[t.Month()-1]
}
