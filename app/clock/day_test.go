package clock_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
)

func TestAtKeepsWallClockTime(t *testing.T) {
	for _, row := range []struct {
		name                     string
		year, month, day, hr, mi int
		want                     string // UTC
	}{
		{"a winter morning is an hour ahead", 2026, 1, 16, 8, 15, "2026-01-16T07:15:00Z"},
		{"a summer morning is two hours ahead", 2026, 7, 17, 8, 15, "2026-07-17T06:15:00Z"},
		{"half past two does not exist in spring and is half past three", 2026, 3, 29, 2, 30, "2026-03-29T01:30:00Z"},
		{"half past two comes twice in autumn and is the first", 2026, 10, 25, 2, 30, "2026-10-25T00:30:00Z"},
		{"three in autumn comes once", 2026, 10, 25, 3, 0, "2026-10-25T02:00:00Z"},
		{"a day too many is carried over", 2026, 2, 29, 12, 0, "2026-03-01T11:00:00Z"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := clock.At(row.year, time.Month(row.month), row.day, row.hr, row.mi, 0)
			if text := got.UTC().Format(time.RFC3339); text != row.want {
				t.Errorf("got %s, want %s", text, row.want)
			}
			if got.Location() != clock.Stockholm() {
				t.Errorf("zone %v", got.Location())
			}
		})
	}
}

func TestDaysAreSwedishAndHaveTheirOwnLength(t *testing.T) {
	for _, row := range []struct {
		name   string
		moment string
		length time.Duration
	}{
		{"an ordinary day", "2026-03-25 12:00", 24 * time.Hour},
		{"the day of 23 hours", "2026-03-29 23:59", 23 * time.Hour},
		{"the day of 25 hours", "2026-10-25 00:00", 25 * time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			moment := at(t, row.moment)
			start, end := clock.Midnight(moment), clock.AddDays(moment, 1)
			if start.Hour() != 0 || end.Hour() != 0 || end.Sub(start) != row.length {
				t.Errorf("%v to %v is %v, want %v", start, end, end.Sub(start), row.length)
			}
			if clock.DaysBetween(start, moment) != 0 || clock.DaysBetween(start, end) != 1 {
				t.Errorf("days counted %d and %d", clock.DaysBetween(start, moment), clock.DaysBetween(start, end))
			}
		})
	}
}

func TestTheDayIsTheSwedishOneWhateverTheZone(t *testing.T) {
	utc := time.Date(2026, 3, 24, 23, 30, 0, 0, time.UTC) // half past midnight in Sweden
	if got := clock.ISO(utc); got != "2026-03-25" {
		t.Errorf("ISO = %s", got)
	}
	if got := clock.DaysBetween(utc, at(t, "2026-03-24 23:59")); got != -1 {
		t.Errorf("DaysBetween = %d, want -1", got)
	}
	if got := clock.AddDays(utc, -400); clock.ISO(got) != "2025-02-18" || clock.DaysBetween(utc, got) != -400 {
		t.Errorf("400 days before is %v", got)
	}
}

func TestStockholmIsOnePointer(t *testing.T) {
	first, second := clock.Stockholm(), clock.Stockholm()
	if first != second || first.String() != "Europe/Stockholm" {
		t.Errorf("Stockholm() = %v, then %v", first, second)
	}
}
