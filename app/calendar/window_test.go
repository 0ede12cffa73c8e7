package calendar_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
)

// What a window shows is what lies in it of the whole series, gone through from its first date, whatever the rule and
// whatever is moved out of the window or into it.
func TestAWindowShowsWhatLiesInItOfTheWhole(t *testing.T) {
	rules := []string{
		"", "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;INTERVAL=10;COUNT=40", "FREQ=DAILY;BYMONTH=2,9;BYDAY=MO,WE",
		"FREQ=DAILY;INTERVAL=5;BYDAY=FR", "FREQ=DAILY;BYMONTHDAY=-1,13", "FREQ=DAILY;UNTIL=20290309T071500Z",
		"FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,FR,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
		"FREQ=WEEKLY;INTERVAL=5;WKST=WE;BYDAY=MO,TH;BYMONTH=1,6,12", "FREQ=WEEKLY;INTERVAL=3;COUNT=90;BYDAY=MO,SA", "FREQ=WEEKLY;UNTIL=20310101",
		"FREQ=WEEKLY;INTERVAL=1000", "FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
		"FREQ=MONTHLY;BYMONTHDAY=31;COUNT=30", "FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO",
	}
	last := at(t, "2050-01-01")
	for i, text := range rules {
		t.Run(text, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(1, uint64(i)))
			for range 5 {
				s := anySeries(dice, rule(t, text))
				whole := slices.Collect(s.Occurrences(time.Time{}, last))
				s.Overrides = anyOverrides(dice, whole, s.AllDay)
				whole = slices.Collect(s.Occurrences(time.Time{}, last))
				if len(whole) == 0 || !inOrder(whole) {
					t.Fatalf("%d in the whole of %v, in order: %v", len(whole), s, inOrder(whole))
				}
				for range 20 {
					checkWindow(t, dice, s, whole, last)
				}
				checkDates(t, dice, s, whole)
			}
		})
	}
}

// anySeries begins in the twenties and lasts an hour, over nights, or whole days.
func anySeries(dice *rand.Rand, r calendar.Rule) calendar.Series {
	start := clock.At(2020+dice.IntN(8), time.January, 1+dice.IntN(366), dice.IntN(24), 15, 0)
	s := calendar.Series{Start: start, Rule: r, AllDay: dice.IntN(3) == 0}
	if dice.IntN(4) > 0 {
		s.End = start.Add(time.Duration(1+dice.IntN(100)) * time.Hour)
	}
	return s
}

// anyOverrides cancels, restores or moves up to ten of the first two hundred, most of them not far.
func anyOverrides(dice *rand.Rand, whole []calendar.Occurrence, allDay bool) []calendar.Override {
	var overrides []calendar.Override
	seen := map[string]bool{}
	for range min(len(whole), dice.IntN(10)) {
		o := whole[dice.IntN(min(len(whole), 200))]
		if seen[o.Date] {
			continue
		}
		seen[o.Date] = true
		change := calendar.Override{Date: o.Date, Change: []calendar.Change{calendar.Cancelled, calendar.Restored, calendar.Moved, calendar.Moved}[dice.IntN(4)]}
		if change.Change == calendar.Moved {
			change.Start = clock.AddDays(o.Start, dice.IntN(1+dice.IntN(2000))-dice.IntN(1+dice.IntN(2000)))
			if !allDay {
				change.Start = change.Start.Add(time.Duration(dice.IntN(24)) * time.Hour)
			}
		}
		overrides = append(overrides, change)
	}
	return overrides
}

// checkWindow compares a window with what of the whole, which is known until last, lies in it.
func checkWindow(t *testing.T, dice *rand.Rand, s calendar.Series, whole []calendar.Occurrence, last time.Time) {
	t.Helper()
	from := s.Start.Add(time.Duration(dice.IntN(20*366*24)-2*366*24) * time.Hour)
	if dice.IntN(3) == 0 { // exactly at an edge
		o := whole[dice.IntN(len(whole))]
		from = []time.Time{o.Start, o.End, o.End.Add(-time.Nanosecond)}[dice.IntN(3)]
	}
	to := from.Add(time.Duration(1+dice.IntN(800*24)) * time.Hour)
	if to.After(last) {
		to = last
	}
	var want []calendar.Occurrence
	for _, o := range whole {
		if o.Start.Before(to) && (o.End.After(from) || !o.Start.Before(from)) {
			want = append(want, o)
		}
	}
	if got := slices.Collect(s.Occurrences(from, to)); !slices.Equal(got, want) {
		t.Fatalf("%s from %v with %v\nin [%v, %v)\ngot\n%s\nwant\n%s", s.Rule, s.Start, s.Overrides, from, to, lines(got), lines(want))
	}
}

// checkDates asks for single dates that the series has, and for their neighbours.
func checkDates(t *testing.T, dice *rand.Rand, s calendar.Series, whole []calendar.Occurrence) {
	t.Helper()
	byDate := map[string]calendar.Occurrence{}
	for _, o := range whole {
		byDate[o.Date] = o
	}
	for range 10 {
		day := whole[dice.IntN(len(whole))].Original
		for _, n := range []int{-1, 0, 1} {
			date := clock.ISO(clock.AddDays(day, n))
			want, exists := byDate[date]
			if got, ok := s.On(date); ok != exists || got != want {
				t.Fatalf("%s from %v on %s: got %v %v, want %v %v", s.Rule, s.Start, date, got, ok, want, exists)
			}
		}
	}
}

func inOrder(list []calendar.Occurrence) bool {
	return slices.IsSortedFunc(list, func(a, b calendar.Occurrence) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Date, b.Date)
	})
}

func lines(list []calendar.Occurrence) string {
	var out strings.Builder
	for _, o := range list {
		fmt.Fprintln(&out, told(o))
	}
	return out.String()
}

func TestAWindowFarFromTheStartIsFull(t *testing.T) {
	daily := calendar.Series{Start: at(t, "1970-01-01 08:15"), Rule: rule(t, "FREQ=DAILY")}
	got := slices.Collect(daily.Occurrences(at(t, "2190-01-01"), at(t, "9999-01-01")))
	if len(got) != 3652 || got[0].Date != "2190-01-01" || got[len(got)-1].Date != "2199-12-31" {
		t.Errorf("got %d", len(got))
	}
}
