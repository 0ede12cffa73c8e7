package clock_test

import (
	"testing"

	"nuso.se/app/clock"
)

func TestDaysLeft(t *testing.T) {
	for _, row := range []struct{ name, deadline, now, want string }{
		{"days", "2025-10-15", "2025-10-03 09:00", "12 dagar kvar"},
		{"one day", "2025-10-15", "2025-10-14 23:59:59", "1 dag kvar"},
		{"the last day begins at midnight", "2025-10-15", "2025-10-15 00:00", "sista dagen"},
		{"the last second is in time", "2025-10-15", "2025-10-15 23:59:59", "sista dagen"},
		{"a second later it is closed", "2025-10-15", "2025-10-16 00:00:00", "stängd"},
		{"the deadline's own hour does not matter", "2025-10-15 12:00", "2025-10-15 18:00", "sista dagen"},
		{"days with 25 hours count as one", "2026-10-26", "2026-10-25 00:00", "1 dag kvar"},
	} {
		t.Run(row.name, func(t *testing.T) {
			deadline, now := at(t, row.deadline), at(t, row.now)
			if got := clock.DaysLeft(deadline, now); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
			if got := clock.InTime(deadline, now); got != (row.want != "stängd") {
				t.Errorf("InTime = %v", got)
			}
		})
	}
}

func TestAge(t *testing.T) {
	for _, row := range []struct{ name, moment, now, want string }{
		{"today", "2026-03-25 08:15", "2026-03-25 23:59", "i dag"},
		{"a day to come is today", "2026-03-26", "2026-03-25", "i dag"},
		{"yesterday", "2026-03-24 23:59", "2026-03-25 00:00", "i går"},
		{"days", "2026-03-13", "2026-03-25", "för 12 dagar sedan"},
		{"sixty-one days", "2026-01-23", "2026-03-25", "för 61 dagar sedan"},
		{"sixty-two days are two months", "2026-01-22", "2026-03-25", "för 2 månader sedan"},
		{"a month short of two years", "2024-03-26", "2026-03-25", "för 23 månader sedan"},
		{"two years", "2024-03-25", "2026-03-25", "för 2 år sedan"},
		{"a day short of three years", "2023-03-26", "2026-03-25", "för 2 år sedan"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := clock.Age(at(t, row.moment), at(t, row.now)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestAddMonths(t *testing.T) {
	for _, row := range []struct {
		name, moment string
		n            int
		want         string
	}{
		{"a year", "2025-03-25 08:15", 12, "2026-03-25"},
		{"a day the month lacks is the first of the next", "2026-01-31", 1, "2026-03-01"},
		{"a leap day a year later", "2024-02-29", 12, "2025-03-01"},
		{"backwards over the turn of the year", "2026-01-15", -2, "2025-11-15"},
		{"none is midnight of the day", "2026-01-15 12:00", 0, "2026-01-15"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := clock.AddMonths(at(t, row.moment), row.n); !got.Equal(at(t, row.want)) {
				t.Errorf("got %v, want %s", got, row.want)
			}
		})
	}
}
