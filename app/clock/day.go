package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // the zone is in the binary: a bare container has no zoneinfo
)

// stockholm is read once: reading it parses the zone file, and a page asks for it a hundred times.
var stockholm = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Stockholm")
	if err != nil {
		panic("clock: the embedded time zones lack Europe/Stockholm: " + err.Error())
	}
	return zone
})

// Stockholm returns the zone Europe/Stockholm, the same pointer each time.
func Stockholm() *time.Location { return stockholm() }

// At returns the instant when Swedish clocks show the date and time. Out-of-range values are carried over as
// time.Date does. A time that the spring change skips is the same time by the offset before it (2.30 is
// 3.30), and of a time that the autumn change repeats it is the first, both as RFC 5545 has it.
func At(year int, month time.Month, day, hour, minute, second int) time.Time {
	t := time.Date(year, month, day, hour, minute, second, 0, Stockholm())
	// time.Date chooses the second of two; the first is an hour before and shows the same.
	if earlier := t.Add(-time.Hour); earlier.Hour() == t.Hour() {
		return earlier
	}
	return t
}

// Midnight returns the instant at which the Swedish day of t began.
func Midnight(t time.Time) time.Time { return AddDays(t, 0) }

// AddDays returns the midnight that begins the Swedish day n days after that of t; n may be negative.
func AddDays(t time.Time, n int) time.Time {
	year, month, day := t.In(Stockholm()).Date()
	return time.Date(year, month, day+n, 0, 0, 0, 0, Stockholm())
}

// DaysBetween returns how many Swedish midnights lie between from and to: 0 on the same day, negative when to
// is an earlier day.
func DaysBetween(from, to time.Time) int { return dayNumber(to) - dayNumber(from) }

// dayNumber counts days since 1970 as if they all had 24 hours.
func dayNumber(t time.Time) int {
	year, month, day := t.In(Stockholm()).Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}
