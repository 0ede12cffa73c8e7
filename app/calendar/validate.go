package calendar

import (
	"time"

	"nuso.se/app/clock"
)

// Validate reports the first thing in the series that cannot be meant, as an Invalid with a Swedish text: no
// start, an end before it, a rule that the start does not fit or that never matches, an override of what is not
// there.
func (s *Series) Validate() error {
	switch year := s.Start.In(clock.Stockholm()).Year(); {
	case s.Start.IsZero():
		return invalid(seriesNoStart)
	case year < firstYear || year > lastYear:
		return invalid(seriesYear, firstYear, lastYear)
	case endsBefore(s.Start, s.End, s.AllDay):
		return invalid(seriesEnd)
	}
	switch first := s.firstDay(time.Time{}); {
	case first.IsZero():
		return invalid(seriesNever, s.Rule)
	case !first.Equal(utcDay(s.Start)):
		return invalid(seriesStart, clock.Long(s.Start), s.Rule, clock.Long(first))
	}
	return s.validateOverrides()
}

func (s *Series) validateOverrides() error {
	seen := map[string]bool{}
	for _, o := range s.Overrides {
		_, exists := s.On(o.Date)
		switch {
		case !exists:
			return invalid(overrideDate, o.Date)
		case seen[o.Date]:
			return invalid(overrideTwice, o.Date)
		case o.Change != Cancelled && o.Change != Moved && o.Change != Restored:
			return invalid(overrideUnknown, o.Date)
		case o.Change == Moved && (o.Start.IsZero() || endsBefore(o.Start, o.End, s.AllDay)):
			return invalid(overrideTime, o.Date)
		}
		seen[o.Date] = true
	}
	return nil
}

// endsBefore reports whether end is set and before start, by day when only days count.
func endsBefore(start, end time.Time, allDay bool) bool {
	if end.IsZero() {
		return false
	}
	if allDay {
		return clock.DaysBetween(start, end) < 0
	}
	return end.Before(start)
}
