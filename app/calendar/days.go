package calendar

import (
	"iter"
	"time"

	"github.com/teambition/rrule-go"

	"nuso.se/app/clock"
)

// The years in which things happen: an occurrence is before lastYear ends, however endless its rule.
const (
	firstYear = 1970
	lastYear  = 2199
)

// days yields the days on which the rule puts an occurrence, in order and none before from: midnights in UTC, so that
// no change of the clocks gets in the way.
func (s *Series) days(from time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		start := utcDay(s.Start)
		if s.Rule.IsZero() {
			if !start.Before(from) {
				yield(start)
			}
			return
		}
		end, until := s.Rule.until, utcDay(endOfTime())
		if !end.IsZero() && utcDay(end).Before(until) {
			until = utcDay(end)
		}
		for day := range expand(s.Rule.option, s.Rule.near(start, from), until) {
			if day.Before(from) {
				continue
			}
			if !end.IsZero() {
				if begins, _ := s.times(day); begins.After(end) {
					return
				}
			}
			if !yield(day) {
				return
			}
		}
	}
}

// firstDay returns the first of days, zero when there is none.
func (s *Series) firstDay(from time.Time) time.Time {
	var first time.Time
	for first = range s.days(from) {
		break
	}
	return first
}

// near returns a day, not after from unless start is, from which the rule goes on as it does from start: a whole number
// of its intervals later, so that what lies between need not be gone through. A month or a year has no one length, and
// COUNT counts from the first: such rules begin at start, but have few days to go through.
func (r Rule) near(start, from time.Time) time.Time {
	step := max(1, r.option.Interval)
	switch {
	case r.option.Count > 0 || r.option.Freq != rrule.DAILY && r.option.Freq != rrule.WEEKLY || from.Before(start):
		return start
	case r.option.Freq == rrule.WEEKLY:
		step *= 7
	}
	passed := int(from.Sub(start) / (24 * time.Hour))
	return start.AddDate(0, 0, passed/step*step)
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
