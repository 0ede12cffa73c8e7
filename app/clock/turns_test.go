package clock_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
)

// Each word function with its companion.
type worded struct {
	name  string
	words func(now time.Time) string
	turns func(now time.Time) time.Time
}

func wordsAbout(moment time.Time) []worded {
	end := moment.Add(26 * time.Hour)
	return []worded{
		{"Day",
			func(now time.Time) string { return clock.Day(moment, now) },
			func(now time.Time) time.Time { return clock.DayTurns(moment, now) }},
		{"DayTime",
			func(now time.Time) string { return clock.DayTime(moment, end, now) },
			func(now time.Time) time.Time { return clock.DayTimeTurns(moment, end, now) }},
		{"DayTime without an end",
			func(now time.Time) string { return clock.DayTime(moment, time.Time{}, now) },
			func(now time.Time) time.Time { return clock.DayTimeTurns(moment, time.Time{}, now) }},
		{"DaysLeft",
			func(now time.Time) string { return clock.DaysLeft(moment, now) },
			func(now time.Time) time.Time { return clock.DaysLeftTurns(moment, now) }},
		{"Age",
			func(now time.Time) string { return clock.Age(moment, now) },
			func(now time.Time) time.Time { return clock.AgeTurns(moment, now) }},
	}
}

// Between now and the turn the words stay, at the turn they are others: walked in steps of eleven hours over
// five years, past every change of the clocks.
func TestWordsTurnExactlyWhenTheirCompanionSays(t *testing.T) {
	for _, moment := range []time.Time{at(t, "2026-03-29 08:15"), at(t, "2024-02-29 23:30"), at(t, "2026-10-31 00:00")} {
		for _, w := range wordsAbout(moment) {
			t.Run(w.name+" of "+clock.ISO(moment), func(t *testing.T) {
				for now := moment.AddDate(-1, 0, 0); now.Before(moment.AddDate(4, 0, 0)); now = now.Add(11 * time.Hour) {
					checkTurn(t, w, now)
				}
			})
		}
	}
}

func checkTurn(t *testing.T, w worded, now time.Time) {
	t.Helper()
	words, turn := w.words(now), w.turns(now)
	if turn.IsZero() {
		if later := w.words(now.AddDate(50, 0, 0)); later != words {
			t.Fatalf("at %v %q is said to stay but becomes %q", now, words, later)
		}
		return
	}
	if !turn.After(now) {
		t.Fatalf("at %v the turn is %v", now, turn)
	}
	middle := now.Add(turn.Sub(now) / 2)
	if w.words(middle) != words || w.words(turn.Add(-time.Nanosecond)) != words {
		t.Fatalf("%q of %v changes before %v", words, now, turn)
	}
	if w.words(turn) == words {
		t.Fatalf("%q of %v is still said at %v", words, now, turn)
	}
}

func TestADeadlineClosesAtTheSwedishMidnightAfterItsDay(t *testing.T) {
	deadline := at(t, "2025-10-15 09:00")
	if got := clock.Closes(deadline); !got.Equal(at(t, "2025-10-16 00:00")) {
		t.Errorf("Closes = %v", got)
	}
	if !clock.InTime(deadline, at(t, "2025-10-16").Add(-time.Nanosecond)) || clock.InTime(deadline, at(t, "2025-10-16")) {
		t.Error("the border is not at midnight")
	}
}
