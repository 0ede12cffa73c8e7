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

// at reads a Swedish wall-clock time, "2026-05-08 08:15" or "2026-05-08"; empty is the zero time.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if moment, err := time.ParseInLocation(layout, text, clock.Stockholm()); err == nil {
			return moment
		}
	}
	t.Fatalf("not a time: %q", text)
	return time.Time{}
}

// rule parses a rule that must be right; empty is the zero Rule.
func rule(t testing.TB, text string) calendar.Rule {
	t.Helper()
	if text == "" {
		return calendar.Rule{}
	}
	r, err := calendar.ParseRule(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

// dates returns the keys of the first n occurrences from start.
func dates(s calendar.Series, n int) string {
	var keys []string
	for o := range s.Occurrences(s.Start, s.Start.AddDate(100, 0, 0)) {
		if keys = append(keys, o.Date); len(keys) == n {
			break
		}
	}
	return strings.Join(keys, " ")
}

func TestRulesGiveTheirDates(t *testing.T) {
	for _, row := range []struct{ name, rule, start, want string }{
		{"every Friday", "FREQ=WEEKLY;BYDAY=FR", "2026-03-13", "2026-03-13 2026-03-20 2026-03-27 2026-04-03"},
		{"the weekday of the start when none is named", "FREQ=WEEKLY", "2026-03-12", "2026-03-12 2026-03-19 2026-03-26 2026-04-02"},
		{"every other week on two days", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH", "2026-03-10", "2026-03-10 2026-03-12 2026-03-24 2026-03-26"},
		{"weeks that begin on Sunday", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU", "2026-03-10", "2026-03-10 2026-03-22 2026-03-24 2026-04-05"},
		{"every other day", "FREQ=DAILY;INTERVAL=2", "2026-03-27", "2026-03-27 2026-03-29 2026-03-31 2026-04-02"},
		{"workdays of a month", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;BYMONTH=5", "2026-05-28", "2026-05-28 2026-05-29 2027-05-03 2027-05-04"},
		{"three times", "FREQ=WEEKLY;COUNT=3", "2026-12-18", "2026-12-18 2026-12-25 2027-01-01"},
		{"until a day, which counts", "FREQ=WEEKLY;UNTIL=20260327", "2026-03-13", "2026-03-13 2026-03-20 2026-03-27"},
		{"until the instant of a start, which counts", "FREQ=WEEKLY;UNTIL=20260327T071500Z", "2026-03-13 08:15", "2026-03-13 2026-03-20 2026-03-27"},
		{"until a second before a start", "FREQ=WEEKLY;UNTIL=20260327T071459Z", "2026-03-13 08:15", "2026-03-13 2026-03-20"},
		{"until a Swedish time", "FREQ=WEEKLY;UNTIL=20260403T081500", "2026-03-13 08:15", "2026-03-13 2026-03-20 2026-03-27 2026-04-03"},
		{"the same date each month skips months without it", "FREQ=MONTHLY", "2026-01-31", "2026-01-31 2026-03-31 2026-05-31 2026-07-31"},
		{"the last day of each month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31 2026-02-28 2026-03-31 2026-04-30"},
		{"the last Friday of each month", "FREQ=MONTHLY;BYDAY=-1FR", "2026-03-27", "2026-03-27 2026-04-24 2026-05-29 2026-06-26"},
		{"the fifth Friday of the months that have it", "FREQ=MONTHLY;BYDAY=5FR", "2026-01-30", "2026-01-30 2026-05-29 2026-07-31 2026-10-30"},
		{"the last workday of each month", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-30", "2026-01-30 2026-02-27 2026-03-31 2026-04-30"},
		{"each year", "FREQ=YEARLY", "2026-11-15", "2026-11-15 2027-11-15 2028-11-15 2029-11-15"},
		{"each leap day, not in 2100", "FREQ=YEARLY", "2092-02-29", "2092-02-29 2096-02-29 2104-02-29 2108-02-29"},
		{"the second Tuesday of September", "FREQ=YEARLY;BYMONTH=9;BYDAY=2TU", "2026-09-08", "2026-09-08 2027-09-14 2028-09-12 2029-09-11"},
		{"the fifty-third Thursday of the years that have it", "FREQ=YEARLY;BYDAY=53TH", "2026-12-31", "2026-12-31 2032-12-30 2037-12-31 2043-12-31"},
		{"Monday of week 20", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2026-05-11", "2026-05-11 2027-05-17 2028-05-15 2029-05-14"},
		{"the hundredth day", "FREQ=YEARLY;BYYEARDAY=100", "2026-04-10", "2026-04-10 2027-04-10 2028-04-09 2029-04-10"},
		{"small letters and the name before", " rrule:freq=weekly;byday=fr ", "2026-03-13", "2026-03-13 2026-03-20 2026-03-27 2026-04-03"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := calendar.Series{Start: at(t, row.start), Rule: rule(t, row.rule)}
			if got := dates(s, 4); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			if err := s.Validate(); err != nil {
				t.Errorf("Validate: %v", err)
			}
			again := rule(t, s.Rule.String())
			if again.String() != s.Rule.String() || s.Rule.IsZero() {
				t.Errorf("%q reads back as %q", s.Rule, again)
			}
		})
	}
}

func TestBadRulesSayWhatIsWrongInSwedish(t *testing.T) {
	for _, row := range []struct{ name, rule, want string }{
		{"nothing", "", "tom"},
		{"only the name", "RRULE:", "tom"},
		{"without end", "FREQ=DAILY" + strings.Repeat(";X=1", 200), "för lång"},
		{"a part without a value", "FREQ=WEEKLY;BYDAY", `"BYDAY"`},
		{"an empty value", "FREQ=WEEKLY;BYDAY=", `"BYDAY="`},
		{"a trailing semicolon", "FREQ=WEEKLY;", `""`},
		{"a part twice", "FREQ=WEEKLY;BYDAY=FR;BYDAY=MO", "BYDAY två gånger"},
		{"a part that does not exist", "FREQ=WEEKLY;BYEASTER=1", "BYEASTER"},
		{"a start of its own", "DTSTART=20260101;FREQ=WEEKLY", "DTSTART"},
		{"no frequency", "BYDAY=FR", "saknar FREQ"},
		{"an unknown frequency", "FREQ=FORTNIGHTLY", "FREQ=FORTNIGHTLY"},
		{"several times a day", "FREQ=HOURLY", "FREQ=HOURLY"},
		{"a time of day", "FREQ=DAILY;BYHOUR=8", "BYHOUR"},
		{"an interval of none", "FREQ=DAILY;INTERVAL=0", "INTERVAL"},
		{"an interval beyond reason", "FREQ=DAILY;INTERVAL=9223372036854775807", "INTERVAL"},
		{"a count below none", "FREQ=DAILY;COUNT=-1", "COUNT"},
		{"a count that is no number", "FREQ=DAILY;COUNT=tre", "COUNT"},
		{"two ends", "FREQ=DAILY;COUNT=3;UNTIL=20261231", "både COUNT och UNTIL"},
		{"an end that is no day", "FREQ=DAILY;UNTIL=20260230", "UNTIL=20260230"},
		{"an unknown day", "FREQ=WEEKLY;BYDAY=FRE", "dagen"},
		{"a Swedish day", "FREQ=WEEKLY;BYDAY=LÖ", "dagen"},
		{"half a day", "FREQ=WEEKLY;BYDAY=F", `"F"`},
		{"an unknown first day", "FREQ=WEEKLY;WKST=XX", "WKST"},
		{"a numbered day of a week", "FREQ=WEEKLY;BYDAY=1FR", "tal framför dagen"},
		{"a sixth Friday of a month", "FREQ=MONTHLY;BYDAY=6FR", "1 till 5"},
		{"a sixth last Friday of a named month", "FREQ=YEARLY;BYMONTH=5;BYDAY=-6FR", "1 till 5"},
		{"a Friday number none", "FREQ=MONTHLY;BYDAY=0FR", "för stort"},
		{"a Friday number beyond the year", "FREQ=YEARLY;BYDAY=54FR", "1 till 53"},
		{"numbered and plain days", "FREQ=MONTHLY;BYDAY=1MO,FR", "blandar"},
		{"a numbered day of a week number", "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", "utan BYWEEKNO"},
		{"a thirteenth month", "FREQ=YEARLY;BYMONTH=13", "BYMONTH"},
		{"a month from the end", "FREQ=YEARLY;BYMONTH=-1", "BYMONTH"},
		{"a day number none", "FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"},
		{"a date in a weekly rule", "FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY"},
		{"a day of the year in a month", "FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY"},
		{"a week number without a day", "FREQ=YEARLY;BYWEEKNO=20", "BYWEEKNO"},
		{"a position of nothing", "FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS"},
		{"a position in a week", "FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", "BYSETPOS"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := calendar.ParseRule(row.rule)
			if !fault.Is(err, fault.Invalid) || !got.IsZero() || got.String() != "" {
				t.Fatalf("got %q and %v, want an Invalid", got, err)
			}
			if text := fault.Of(err).Text; !strings.Contains(text, row.want) || !strings.HasSuffix(text, ".") {
				t.Errorf("%q does not say %q", text, row.want)
			}
		})
	}
}

// No rule makes the program loop or panic, whatever it is made of.
func FuzzParseRule(f *testing.F) {
	for _, text := range []string{
		"FREQ=WEEKLY;BYDAY=FR", "FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1", "FREQ=YEARLY;BYWEEKNO=53,-53,1;BYDAY=MO;WKST=SU",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=366,-366;INTERVAL=7", "FREQ=YEARLY;BYDAY=53TH,-53FR",
		"FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "FREQ=WEEKLY;UNTIL=99991231", "FREQ=YEARLY;BYMONTH=1,2,12;BYDAY=5MO,-5SU",
	} {
		f.Add(text, 2026, 180)
	}
	f.Fuzz(func(t *testing.T, text string, year, day int) {
		r, err := calendar.ParseRule(text)
		if err != nil {
			return
		}
		start := clock.At(1970+(year%200+200)%200, time.January, 1+(day%366+366)%366, 8, 15, 0)
		s := calendar.Series{Start: start, End: start.Add(time.Hour), Rule: r}
		_ = s.Validate()
		from := time.Now()
		found := slices.Collect(s.Occurrences(start.AddDate(1, 0, 0), start.AddDate(90, 0, 0)))
		if took := time.Since(from); took > 10*time.Second {
			t.Fatalf("%s took %v", text, took)
		}
		for i, o := range found {
			if i > 0 && !found[i-1].Start.Before(o.Start) || o.Start.Hour() != 8 || o.End.Sub(o.Start) != time.Hour {
				t.Fatalf("%s gives %v after %v", text, o, found[max(0, i-1)])
			}
		}
	})
}
