package clock_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
)

func TestDay(t *testing.T) {
	for _, row := range []struct{ name, moment, now, want string }{
		{"today", "2026-03-25 08:15", "2026-03-25 23:59:59", "i dag"},
		{"tomorrow a minute before midnight", "2026-03-26 00:00", "2026-03-25 23:59:59", "i morgon"},
		{"yesterday", "2026-03-24 23:59:59", "2026-03-25 00:00", "i går"},
		{"tomorrow over the night without an hour", "2026-03-29 23:30", "2026-03-28 00:30", "i morgon"},
		{"yesterday over the night with an hour too many", "2026-10-25 00:10", "2026-10-26 23:50", "i går"},
		{"the day after tomorrow has its weekday", "2026-11-28", "2026-11-26", "lör 28 nov"},
		{"a month ahead is near", "2026-04-24", "2026-03-25", "fre 24 apr"},
		{"a month and a day ahead is far", "2026-04-25", "2026-03-25", "25 april 2026"},
		{"a month back is near", "2026-02-23", "2026-03-25", "mån 23 feb"},
		{"a month and a day back is far", "2026-02-22", "2026-03-25", "22 februari 2026"},
		{"near over the turn of the year", "2027-01-05", "2026-12-20", "tis 5 jan"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := clock.Day(at(t, row.moment), at(t, row.now)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestDayTime(t *testing.T) {
	for _, row := range []struct{ name, start, end, now, want string }{
		{"a start today", "2026-03-25 08:15", "", "2026-03-25 07:00", "i dag 8.15"},
		{"from and to today", "2026-03-25 08:15", "2026-03-25 09:30", "2026-03-25 07:00", "i dag 8.15–9.30"},
		{"from and to near", "2025-11-28 08:15", "2025-11-28 09:30", "2025-11-20 07:00", "fre 28 nov 8.15–9.30"},
		{"from and to far", "2026-04-16 13:00", "2026-04-16 14:00", "2026-01-22 07:00", "16 april 2026 kl. 13.00–14.00"},
		{"an end equal to the start is none", "2026-03-25 08:15", "2026-03-25 08:15", "2026-03-25 07:00", "i dag 8.15"},
		{"an end the day after", "2026-03-25 22:00", "2026-03-26 01:05", "2026-03-25 07:00", "i dag 22.00 till i morgon 1.05"},
		{"midnight is 0.00", "2026-03-25 00:00", "", "2026-03-25 07:00", "i dag 0.00"},
		{"over the hour that comes twice", "2026-10-25 01:30", "2026-10-25 03:30", "2026-10-25 00:00", "i dag 1.30–3.30"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var end time.Time
			if row.end != "" {
				end = at(t, row.end)
			}
			if got := clock.DayTime(at(t, row.start), end, at(t, row.now)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestDatesThatDoNotDependOnNow(t *testing.T) {
	moment := at(t, "2026-11-28 08:15")
	for _, row := range []struct{ name, got, want string }{
		{"long", clock.Long(moment), "lördag 28 november 2026"},
		{"long with time", clock.LongTime(moment), "lördag 28 november 2026 kl. 8.15"},
		{"month", clock.Month(moment), "november 2026"},
		{"time", clock.Time(moment), "8.15"},
		{"iso", clock.ISO(moment), "2026-11-28"},
		{"one day", clock.Range(moment, moment.Add(time.Hour)), "28 november 2026"},
		{"one day without an end", clock.Range(moment, time.Time{}), "28 november 2026"},
		{"days of a month", clock.Range(moment, at(t, "2026-11-30")), "28–30 november 2026"},
		{"days of a year", clock.Range(moment, at(t, "2026-12-02")), "28 november–2 december 2026"},
		{"days of two years", clock.Range(moment, at(t, "2027-01-03")), "28 november 2026–3 januari 2027"},
		{"an end before the start is left out", clock.Range(moment, at(t, "2026-11-01")), "28 november 2026"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.got != row.want {
				t.Errorf("got %q, want %q", row.got, row.want)
			}
		})
	}
}

func TestNamesOfAllDaysAndMonths(t *testing.T) {
	want := []string{
		"tors 1 jan", "sön 1 feb", "sön 1 mars", "ons 1 apr", "fre 1 maj", "mån 1 juni",
		"ons 1 juli", "lör 1 aug", "tis 1 sep", "tors 1 okt", "sön 1 nov", "tis 1 dec",
	}
	long := []string{
		"torsdag 1 januari 2026", "söndag 1 februari 2026", "söndag 1 mars 2026", "onsdag 1 april 2026",
		"fredag 1 maj 2026", "måndag 1 juni 2026", "onsdag 1 juli 2026", "lördag 1 augusti 2026",
		"tisdag 1 september 2026", "torsdag 1 oktober 2026", "söndag 1 november 2026", "tisdag 1 december 2026",
	}
	for i := range want {
		first := clock.At(2026, time.Month(i+1), 1, 12, 0, 0)
		if got := clock.Day(first, first.AddDate(0, 0, -5)); got != want[i] {
			t.Errorf("short: got %q, want %q", got, want[i])
		}
		if got := clock.Long(first); got != long[i] {
			t.Errorf("long: got %q, want %q", got, long[i])
		}
	}
}
