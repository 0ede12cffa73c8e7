package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/calendar"
	"nuso.se/app/clock"
	"nuso.se/app/fault"
)

// openHour is the weekly question hour, Fridays 8.15–9.30.
func openHour(t testing.TB, overrides ...calendar.Override) calendar.Series {
	return calendar.Series{
		Start: at(t, "2026-01-09 08:15"), End: at(t, "2026-01-09 09:30"),
		Rule: rule(t, "FREQ=WEEKLY;BYDAY=FR"), Overrides: overrides,
	}
}

// told writes an occurrence on a line: key, times, change, reason.
func told(o calendar.Occurrence) string {
	const layout = "2006-01-02 15:04 -0700"
	line := o.Date + " = " + o.Start.Format(layout) + " to " + o.End.Format(layout)
	if o.Change != "" || o.Text != "" {
		line += " " + string(o.Change) + ": " + o.Text
	}
	return line
}

func TestOccurrences(t *testing.T) {
	const red = "Röd dag: ingen frågestund om inget annat meddelas"
	for _, row := range []struct {
		name     string
		series   calendar.Series
		from, to string
		want     []string
	}{
		{"wall-clock time stays over the change in spring", openHour(t), "2026-03-20", "2026-04-03", []string{
			"2026-03-20 = 2026-03-20 08:15 +0100 to 2026-03-20 09:30 +0100",
			"2026-03-27 = 2026-03-27 08:15 +0100 to 2026-03-27 09:30 +0100",
		}},
		{"and in autumn", openHour(t), "2026-10-20", "2026-11-03", []string{
			"2026-10-23 = 2026-10-23 08:15 +0200 to 2026-10-23 09:30 +0200",
			"2026-10-30 = 2026-10-30 08:15 +0100 to 2026-10-30 09:30 +0100",
		}},
		{"a red day is off by default", openHour(t), "2026-04-03", "2026-04-11", []string{
			"2026-04-03 = 2026-04-03 08:15 +0200 to 2026-04-03 09:30 +0200 cancelled: " + red,
			"2026-04-10 = 2026-04-10 08:15 +0200 to 2026-04-10 09:30 +0200",
		}},
		{"a red day can be restored", openHour(t, calendar.Override{Date: "2026-05-01", Change: calendar.Restored, Text: "Vi ses ändå."}),
			"2026-05-01", "2026-05-02", []string{
				"2026-05-01 = 2026-05-01 08:15 +0200 to 2026-05-01 09:30 +0200 restored: Vi ses ändå.",
			}},
		{"a red day can be cancelled with words of its own", openHour(t, calendar.Override{Date: "2026-05-01", Change: calendar.Cancelled, Text: "Fira!"}),
			"2026-05-01", "2026-05-02", []string{
				"2026-05-01 = 2026-05-01 08:15 +0200 to 2026-05-01 09:30 +0200 cancelled: Fira!",
			}},
		{"and without words keeps those of the red day", openHour(t, calendar.Override{Date: "2026-05-01", Change: calendar.Cancelled}),
			"2026-05-01", "2026-05-02", []string{
				"2026-05-01 = 2026-05-01 08:15 +0200 to 2026-05-01 09:30 +0200 cancelled: " + red,
			}},
		{"a plain day is cancelled with a reason", openHour(t, calendar.Override{Date: "2026-03-20", Change: calendar.Cancelled, Text: "Sjukdom"}),
			"2026-03-20", "2026-03-21", []string{
				"2026-03-20 = 2026-03-20 08:15 +0100 to 2026-03-20 09:30 +0100 cancelled: Sjukdom",
			}},
		{"a moved one keeps its key and length and stands in its new place", openHour(t, calendar.Override{Date: "2026-03-20", Change: calendar.Moved, Start: at(t, "2026-03-30 10:00"), Text: "Resa"}),
			"2026-03-20", "2026-04-01", []string{
				"2026-03-27 = 2026-03-27 08:15 +0100 to 2026-03-27 09:30 +0100",
				"2026-03-20 = 2026-03-30 10:00 +0200 to 2026-03-30 11:15 +0200 moved: Resa",
			}},
		{"one moved in from far away is found", openHour(t, calendar.Override{Date: "2027-03-19", Change: calendar.Moved, Start: at(t, "2026-03-17 10:00"), End: at(t, "2026-03-17 10:20")}),
			"2026-03-16", "2026-03-18", []string{
				"2027-03-19 = 2026-03-17 10:00 +0100 to 2026-03-17 10:20 +0100 moved: ",
			}},
		{"one moved to a red day takes place", openHour(t, calendar.Override{Date: "2026-04-10", Change: calendar.Moved, Start: at(t, "2026-04-06 10:00")}),
			"2026-04-06", "2026-04-12", []string{
				"2026-04-10 = 2026-04-06 10:00 +0200 to 2026-04-06 11:15 +0200 moved: ",
			}},
		{"one that has begun overlaps", openHour(t), "2026-03-20 09:29", "2026-03-21", []string{
			"2026-03-20 = 2026-03-20 08:15 +0100 to 2026-03-20 09:30 +0100",
		}},
		{"one that has ended does not", openHour(t), "2026-03-20 09:30", "2026-03-21", nil},
		{"one that begins at the end does not", openHour(t), "2026-03-19", "2026-03-20 08:15", nil},
		{"red days can have words of their own", calendar.Series{Start: at(t, "2026-04-03 08:15"), Rule: rule(t, "FREQ=WEEKLY;COUNT=1"), RedDayText: "Ingen workshop."},
			"2026-04-01", "2026-05-01", []string{
				"2026-04-03 = 2026-04-03 08:15 +0200 to 2026-04-03 08:15 +0200 cancelled: Ingen workshop.",
			}},
		{"a single event takes place on a red day", calendar.Series{Start: at(t, "2026-05-01 12:00"), End: at(t, "2026-05-01 13:00")},
			"2026-01-01", "2027-01-01", []string{
				"2026-05-01 = 2026-05-01 12:00 +0200 to 2026-05-01 13:00 +0200",
			}},
		{"a single event can be cancelled", calendar.Series{Start: at(t, "2026-01-22 13:00"), End: at(t, "2026-01-22 14:00"),
			Overrides: []calendar.Override{{Date: "2026-01-22", Change: calendar.Cancelled, Text: "Snö"}}},
			"2026-01-01", "2027-01-01", []string{
				"2026-01-22 = 2026-01-22 13:00 +0100 to 2026-01-22 14:00 +0100 cancelled: Snö",
			}},
		{"an all-day event ends at the midnight after its day", calendar.Series{Start: at(t, "2026-03-29 12:00"), AllDay: true},
			"2026-03-29", "2026-03-30", []string{
				"2026-03-29 = 2026-03-29 00:00 +0100 to 2026-03-30 00:00 +0200",
			}},
		{"days over the change of the clocks", calendar.Series{Start: at(t, "2026-10-24"), End: at(t, "2026-10-26"), AllDay: true},
			"2026-10-26 23:00", "2026-10-28", []string{
				"2026-10-24 = 2026-10-24 00:00 +0200 to 2026-10-27 00:00 +0100",
			}},
		{"days that are moved over it keep their number", calendar.Series{Start: at(t, "2026-03-28"), End: at(t, "2026-03-30"), AllDay: true,
			Overrides: []calendar.Override{{Date: "2026-03-28", Change: calendar.Moved, Start: at(t, "2026-05-04")}}},
			"2026-01-01", "2027-01-01", []string{
				"2026-03-28 = 2026-05-04 00:00 +0200 to 2026-05-07 00:00 +0200 moved: ",
			}},
		{"a repeated all-day event takes place on red days", calendar.Series{Start: at(t, "2026-05-01"), AllDay: true, Rule: rule(t, "FREQ=YEARLY;COUNT=2")},
			"2026-01-01", "2030-01-01", []string{
				"2026-05-01 = 2026-05-01 00:00 +0200 to 2026-05-02 00:00 +0200",
				"2027-05-01 = 2027-05-01 00:00 +0200 to 2027-05-02 00:00 +0200",
			}},
		{"a night over the change of the clocks", calendar.Series{Start: at(t, "2026-03-27 22:00"), End: at(t, "2026-03-28 04:00"), Rule: rule(t, "FREQ=DAILY;COUNT=2")},
			"2026-03-28 12:00", "2026-04-01", []string{
				"2026-03-28 = 2026-03-28 22:00 +0100 to 2026-03-29 04:00 +0200",
			}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for o := range row.series.Occurrences(at(t, row.from), at(t, row.to)) {
				got = append(got, told(o))
			}
			if strings.Join(got, "\n") != strings.Join(row.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(row.want, "\n"))
			}
			if err := row.series.Validate(); err != nil {
				t.Errorf("Validate: %v", err)
			}
		})
	}
}

func TestOnePerDate(t *testing.T) {
	s := openHour(t,
		calendar.Override{Date: "2026-03-20", Change: calendar.Moved, Start: at(t, "2026-03-30 10:00")},
		calendar.Override{Date: "2026-03-27", Change: calendar.Cancelled})
	if o, ok := s.On("2026-03-20"); !ok || !o.Start.Equal(at(t, "2026-03-30 10:00")) || !o.Original.Equal(at(t, "2026-03-20 08:15")) {
		t.Errorf("On a moved date: %v %v", o, ok)
	}
	for _, key := range []string{"2026-03-21", "2026-03-30", "2026-01-02", "2025-12-26", "2200-01-03", "9999-12-31", "", "x", "2026-3-20", "9999-99-99"} {
		if o, ok := s.On(key); ok {
			t.Errorf("On(%q) = %v", key, o)
		}
	}
}

func TestTheStateTurnsExactlyWhenItSays(t *testing.T) {
	hour := openHour(t,
		calendar.Override{Date: "2026-03-20", Change: calendar.Moved, Start: at(t, "2026-03-30 10:00")},
		calendar.Override{Date: "2026-03-27", Change: calendar.Cancelled})
	days := calendar.Series{Start: at(t, "2026-10-24"), End: at(t, "2026-10-26"), AllDay: true}
	day := calendar.Series{Start: at(t, "2026-10-15"), AllDay: true}
	short := calendar.Series{Start: at(t, "2025-09-22 10:00")}
	midnight := calendar.Series{Start: at(t, "2025-09-22 00:00"), End: at(t, "2025-09-22 01:00")}
	for _, row := range []struct {
		name   string
		series calendar.Series
		date   string
		want   string // each state and when it turns
	}{
		{"a meeting", hour, "2026-03-13", "upcoming 2026-03-13 00:00 today 2026-03-13 08:15 ongoing 2026-03-13 09:30 ended"},
		{"a moved meeting", hour, "2026-03-20", "moved 2026-03-30 00:00 today 2026-03-30 10:00 ongoing 2026-03-30 11:15 ended"},
		{"a cancelled meeting", hour, "2026-03-27", "cancelled 2026-03-27 09:30 cancelled"},
		{"an all-day event", day, "2026-10-15", "upcoming 2026-10-15 00:00 today 2026-10-16 00:00 ended"},
		{"several days", days, "2026-10-24", "upcoming 2026-10-24 00:00 today 2026-10-25 00:00 ongoing 2026-10-27 00:00 ended"},
		{"a time without an end", short, "2025-09-22", "upcoming 2025-09-22 00:00 today 2025-09-22 10:00 ended"},
		{"a meeting at midnight", midnight, "2025-09-22", "upcoming 2025-09-22 00:00 ongoing 2025-09-22 01:00 ended"},
	} {
		t.Run(row.name, func(t *testing.T) {
			o, ok := row.series.On(row.date)
			if !ok {
				t.Fatal("no such occurrence")
			}
			var got []string
			now := o.Start.AddDate(-1, 0, 0)
			for {
				state, turn := o.State(now)
				got = append(got, string(state))
				if turn.IsZero() {
					break
				}
				got = append(got, turn.Format("2006-01-02 15:04"))
				if before, same := o.State(turn.Add(-time.Nanosecond)); before != state || !same.Equal(turn) {
					t.Errorf("a moment before %v it is %s", turn, before)
				}
				now = turn
			}
			if text := strings.Join(got, " "); text != row.want {
				t.Errorf("got  %s\nwant %s", text, row.want)
			}
		})
	}
}

func TestTheLastDayIsOneThatCounts(t *testing.T) {
	for _, row := range []struct {
		name   string
		series calendar.Series
		want   string
	}{
		{"of days", calendar.Series{Start: at(t, "2026-10-24"), End: at(t, "2026-10-26"), AllDay: true}, "2026-10-26"},
		{"of a day", calendar.Series{Start: at(t, "2026-10-24"), AllDay: true}, "2026-10-24"},
		{"of a meeting", calendar.Series{Start: at(t, "2026-10-24 13:00"), End: at(t, "2026-10-24 14:00")}, "2026-10-24"},
		{"of a time without an end at midnight", calendar.Series{Start: at(t, "2026-10-24 00:00")}, "2026-10-24"},
		{"of a meeting that ends at midnight", calendar.Series{Start: at(t, "2026-10-24 23:00"), End: at(t, "2026-10-25 00:00")}, "2026-10-24"},
	} {
		t.Run(row.name, func(t *testing.T) {
			for o := range row.series.Occurrences(row.series.Start, row.series.Start.AddDate(0, 0, 1)) {
				if !o.LastDay().Equal(at(t, row.want)) {
					t.Errorf("got %v", o.LastDay())
				}
			}
		})
	}
}

func TestValidateSaysWhatCannotBeMeant(t *testing.T) {
	start := at(t, "2026-01-09 08:15")
	weekly := rule(t, "FREQ=WEEKLY;BYDAY=FR")
	with := func(overrides ...calendar.Override) calendar.Series {
		return calendar.Series{Start: start, Rule: weekly, Overrides: overrides}
	}
	for _, row := range []struct {
		name   string
		series calendar.Series
		want   string
	}{
		{"no start", calendar.Series{}, "saknar start"},
		{"a start in the Middle Ages", calendar.Series{Start: at(t, "1250-01-01")}, "mellan år 1970 och 2199"},
		{"a start beyond the end of time", calendar.Series{Start: at(t, "2200-01-01")}, "mellan år 1970 och 2199"},
		{"an end before the start", calendar.Series{Start: start, End: start.Add(-time.Second)}, "slut ligger före"},
		{"a last day before the first", calendar.Series{Start: start, End: at(t, "2026-01-08 23:59"), AllDay: true}, "slut ligger före"},
		{"a start that the rule does not have", calendar.Series{Start: at(t, "2026-01-08 08:15"), Rule: weekly},
			"Starten torsdag 8 januari 2026 hör inte till upprepningen FREQ=WEEKLY;BYDAY=FR. Det första tillfället är fredag 9 januari 2026."},
		{"a rule that never matches", calendar.Series{Start: start, Rule: rule(t, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")}, "inget tillfälle"},
		{"a rule that has ended", calendar.Series{Start: start, Rule: rule(t, "FREQ=WEEKLY;UNTIL=20251231")}, "inget tillfälle"},
		{"an override of another date", with(calendar.Override{Date: "2026-01-10", Change: calendar.Cancelled}), `"2026-01-10"`},
		{"an override of no date", with(calendar.Override{Change: calendar.Cancelled}), `""`},
		{"two overrides of a date", with(calendar.Override{Date: "2026-01-09", Change: calendar.Cancelled}, calendar.Override{Date: "2026-01-09", Change: calendar.Restored}), "två ändringar för 2026-01-09"},
		{"an unknown change", with(calendar.Override{Date: "2026-01-09", Change: "x"}), "varken"},
		{"moved to no time", with(calendar.Override{Date: "2026-01-09", Change: calendar.Moved}), "ingen ny tid"},
		{"moved to an end before its start", with(calendar.Override{Date: "2026-01-09", Change: calendar.Moved, Start: start, End: start.Add(-time.Hour)}), "slut före sin start"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := row.series.Validate()
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Text, row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
	same := calendar.Series{Start: start, End: at(t, "2026-01-09"), AllDay: true}
	if err := same.Validate(); err != nil {
		t.Errorf("a last day that is the first: %v", err)
	}
}

func TestWorkIsBounded(t *testing.T) {
	daily := calendar.Series{Start: at(t, "1970-01-01 08:15"), Rule: rule(t, "FREQ=DAILY")}
	for _, row := range []struct {
		name   string
		series calendar.Series
		want   int
	}{
		{"an endless rule ends with the year 2199", daily, clock.DaysBetween(at(t, "1971-01-01"), at(t, "2200-01-01"))},
		{"a rule that never matches gives none", calendar.Series{Start: at(t, "2026-01-01"), Rule: rule(t, "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")}, 0},
		{"nor one that only its interval makes impossible", calendar.Series{Start: at(t, "2026-01-06 12:00"), Rule: rule(t, "FREQ=DAILY;INTERVAL=7;BYDAY=MO")}, 0},
		{"nor week 53 in May", calendar.Series{Start: at(t, "2026-01-01"), Rule: rule(t, "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=5")}, 0},
		{"a series without a start gives nothing it could not", calendar.Series{}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			begun := time.Now()
			got := slices.Collect(row.series.Occurrences(at(t, "1971-01-01"), at(t, "9999-01-01")))
			if len(got) != row.want {
				t.Errorf("got %d, want %d", len(got), row.want)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
