package clock_test

import (
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
)

// The red days of three years, as printed in the Swedish almanac.
func TestRedDaysOfWholeYears(t *testing.T) {
	for year, want := range map[int]string{
		2024: `2024-01-01 nyårsdagen
2024-01-06 trettondedag jul
2024-03-29 långfredagen
2024-03-31 påskdagen
2024-04-01 annandag påsk
2024-05-01 första maj
2024-05-09 Kristi himmelsfärdsdag
2024-05-19 pingstdagen
2024-06-06 nationaldagen
2024-06-21 midsommarafton
2024-06-22 midsommardagen
2024-11-02 alla helgons dag
2024-12-24 julafton
2024-12-25 juldagen
2024-12-26 annandag jul
2024-12-31 nyårsafton`,
		2025: `2025-01-01 nyårsdagen
2025-01-06 trettondedag jul
2025-04-18 långfredagen
2025-04-20 påskdagen
2025-04-21 annandag påsk
2025-05-01 första maj
2025-05-29 Kristi himmelsfärdsdag
2025-06-06 nationaldagen
2025-06-08 pingstdagen
2025-06-20 midsommarafton
2025-06-21 midsommardagen
2025-11-01 alla helgons dag
2025-12-24 julafton
2025-12-25 juldagen
2025-12-26 annandag jul
2025-12-31 nyårsafton`,
		2026: `2026-01-01 nyårsdagen
2026-01-06 trettondedag jul
2026-04-03 långfredagen
2026-04-05 påskdagen
2026-04-06 annandag påsk
2026-05-01 första maj
2026-05-14 Kristi himmelsfärdsdag
2026-05-24 pingstdagen
2026-06-06 nationaldagen
2026-06-19 midsommarafton
2026-06-20 midsommardagen
2026-10-31 alla helgons dag
2026-12-24 julafton
2026-12-25 juldagen
2026-12-26 annandag jul
2026-12-31 nyårsafton`,
	} {
		var got []string
		for day := clock.At(year, time.January, 1, 12, 0, 0); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if name, ok := clock.RedDay(day); ok {
				got = append(got, clock.ISO(day)+" "+name)
			}
		}
		if text := strings.Join(got, "\n"); text != want {
			t.Errorf("%d:\n%s\nwant:\n%s", year, text, want)
		}
	}
}

func TestRedDay(t *testing.T) {
	for _, row := range []struct{ name, moment, want string }{
		{"a plain Friday is not red", "2026-03-27 08:15", ""},
		{"a plain Sunday is not red here", "2026-03-29 08:15", ""},
		{"the earliest Easter of the century before", "1818-03-22 12:00", "påskdagen"},
		{"a late Easter", "2038-04-25 12:00", "påskdagen"},
		{"Good Friday in March", "2027-03-26 08:15", "långfredagen"},
		{"the first minute counts", "2026-12-24 00:00", "julafton"},
		{"the last minute counts", "2026-12-26 23:59", "annandag jul"},
		{"All Saints' at its latest", "2027-11-06 12:00", "alla helgons dag"},
		{"midsummer at its earliest", "2026-06-20 12:00", "midsommardagen"},
		{"midsummer at its latest", "2027-06-26 12:00", "midsommardagen"},
		{"two holidays on a day give the fixed one", "2008-05-01 12:00", "första maj"},
	} {
		t.Run(row.name, func(t *testing.T) {
			name, ok := clock.RedDay(at(t, row.moment))
			if name != row.want || ok != (row.want != "") {
				t.Errorf("got %q %v, want %q", name, ok, row.want)
			}
		})
	}
}

func TestEveryYearHasTheSameSixteenRedDays(t *testing.T) {
	for year := 1900; year <= 2200; year++ {
		days := 0
		for day := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if _, ok := clock.RedDay(day); ok {
				days++
			}
		}
		// Första maj takes Kristi himmelsfärdsdag in, nationaldagen takes pingstdagen in, in few years.
		if days != 16 && days != 15 {
			t.Errorf("%d has %d red days", year, days)
		}
	}
}
