package calendar

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"nuso.se/app/clock"
)

// Most is how many occurrences Occurrences returns at most.
const Most = 1000

// The years in which things happen: an occurrence is before lastYear ends, however endless its rule.
const (
	firstYear = 1970
	lastYear  = 2199
)

// Occurrences returns those occurrences, cancelled ones too, of which any part lies in [from, to), by start: at
// most the Most first. A moved one counts where it is moved to. It never fails and takes bounded time: a rule
// that never matches gives none. s should have passed Validate.
func (s Series) Occurrences(from, to time.Time) []Occurrence {
	return s.collect(to, Most, func(o Occurrence) bool { return o.overlaps(from, to) })
}

// Next returns the first occurrence that has not ended at now, cancelled or not, and whether there is one.
func (s Series) Next(now time.Time) (Occurrence, bool) {
	found := s.collect(endOfTime(), 1, func(o Occurrence) bool { return o.End.After(now) })
	if len(found) == 0 {
		return Occurrence{}, false
	}
	return found[0], true
}

// On returns the occurrence whose key is date, as 2026-05-01, wherever it is moved to, and whether there is one.
func (s Series) On(date string) (Occurrence, bool) {
	for day := range s.days(endOfTime()) {
		switch key := day.Format(time.DateOnly); {
		case key == date:
			return s.occurrence(day), true
		case key > date:
			return Occurrence{}, false
		}
	}
	return Occurrence{}, false
}

// collect returns the first occurrences that are wanted, none of which starts at to or later, limit at most.
func (s Series) collect(to time.Time, limit int, wanted func(Occurrence) bool) []Occurrence {
	var found []Occurrence
	lastOverride := ""
	for _, o := range s.Overrides {
		lastOverride = max(lastOverride, o.Date)
	}
	for day := range s.days(endOfTime()) {
		o := s.occurrence(day)
		if wanted(o) {
			found = append(found, o)
		}
		// What is moved may come from any date; the others come in order.
		if o.Date > lastOverride && (len(found) >= limit || !o.Original.Before(to)) {
			break
		}
	}
	slices.SortStableFunc(found, func(a, b Occurrence) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Date, b.Date)
	})
	return found[:min(len(found), limit)]
}

// occurrence makes the occurrence that the rule puts on day, with what is different about it.
func (s Series) occurrence(day time.Time) Occurrence {
	o := Occurrence{Date: day.Format(time.DateOnly), AllDay: s.AllDay}
	o.Start, o.End = s.times(day)
	o.Original = o.Start
	o.RedDay, _ = clock.RedDay(o.Start)
	off := o.RedDay != "" && !s.Rule.IsZero() && !s.AllDay && !s.KeepRedDays
	i := slices.IndexFunc(s.Overrides, func(change Override) bool { return change.Date == o.Date })
	if i < 0 {
		if off {
			o.Change, o.Text = Cancelled, s.redDayText()
		}
		return o
	}
	override := s.Overrides[i]
	o.Change, o.Text = override.Change, override.Text
	switch {
	case o.Change == Cancelled && o.Text == "" && off:
		o.Text = s.redDayText()
	case o.Change == Moved:
		o.Start, o.End = s.movedTimes(override)
	}
	return o
}

func (s Series) redDayText() string {
	if s.RedDayText != "" {
		return s.RedDayText
	}
	return RedDayText
}

// times puts the series' wall-clock times on a day.
func (s Series) times(day time.Time) (start, end time.Time) {
	first, last := s.Start.In(clock.Stockholm()), s.End.In(clock.Stockholm())
	length := 0
	if !s.End.IsZero() {
		length = max(0, clock.DaysBetween(first, last))
	}
	year, month, date := day.Date()
	if s.AllDay {
		return clock.At(year, month, date, 0, 0, 0), clock.At(year, month, date+length+1, 0, 0, 0)
	}
	start = clock.At(year, month, date, first.Hour(), first.Minute(), first.Second())
	if s.End.IsZero() {
		return start, start
	}
	end = clock.At(year, month, date+length, last.Hour(), last.Minute(), last.Second())
	if end.Before(start) {
		end = start
	}
	return start, end
}

// movedTimes returns the times of a moved occurrence: the series' own with another start.
func (s Series) movedTimes(o Override) (start, end time.Time) {
	moved := Series{Start: o.Start, End: o.End, AllDay: s.AllDay}
	switch {
	case !o.End.IsZero() || s.End.IsZero():
	case s.AllDay:
		moved.End = clock.AddDays(o.Start, clock.DaysBetween(s.Start, s.End))
	default:
		moved.End = o.Start.Add(s.End.Sub(s.Start))
	}
	return moved.times(utcDay(o.Start))
}

// days yields the days on which the rule puts an occurrence, in order, from the start to last: midnights in UTC,
// so that no change of the clocks gets in the way.
func (s Series) days(last time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		if s.Rule.IsZero() {
			yield(utcDay(s.Start))
			return
		}
		until := utcDay(last)
		if end := s.Rule.until; !end.IsZero() && utcDay(end).Before(until) {
			until = utcDay(end)
		}
		for day := range expand(s.Rule.option, utcDay(s.Start), until) {
			start, _ := s.times(day)
			if end := s.Rule.until; !end.IsZero() && start.After(end) || !yield(day) {
				return
			}
		}
	}
}

// expand yields the days of a rule from start to until.
//
// The library looks for the next match up to the year 9999 whatever until is, a third of a second for a rule
// that never matches. The calendar repeats itself every 400 years, weekdays too, so the rule is worked out in the
// years before 9999, where at most 500 are left to look through, and the days are carried back.
func expand(option rrule.ROption, start, until time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		const cycle = 400
		years := (rrule.MAXYEAR - 100 - start.Year()) / cycle * cycle
		option.Dtstart, option.Until = start.AddDate(years, 0, 0), until.AddDate(years, 0, 0)
		rule, err := rrule.NewRRule(option)
		if err != nil {
			return // ParseRule lets nothing through that the library refuses
		}
		next := rule.Iterator()
		for day, ok := next(); ok; day, ok = next() {
			if !yield(day.AddDate(-years, 0, 0)) {
				return
			}
		}
	}
}

// utcDay returns midnight UTC of the Swedish day of t.
func utcDay(t time.Time) time.Time {
	year, month, day := t.In(clock.Stockholm()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// endOfTime is when the last occurrence of an endless rule has been.
func endOfTime() time.Time { return clock.At(lastYear, time.December, 31, 23, 59, 59) }
