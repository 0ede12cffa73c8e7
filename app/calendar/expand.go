package calendar

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"nuso.se/app/clock"
)

// Occurrences yields those occurrences, cancelled ones too, of which any part lies in [from, to), by start. A moved one
// counts where it is moved to. It never fails and ends with lastYear: an endless rule is limited by the window, and one
// that never matches gives none. s should have passed Validate.
func (s *Series) Occurrences(from, to time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		moved := s.movedInto(from, to)
		for o := range s.unmoved(from, to) {
			for len(moved) > 0 && byStart(moved[0], o) < 0 {
				if !yield(moved[0]) {
					return
				}
				moved = moved[1:]
			}
			if !yield(o) {
				return
			}
		}
		for _, o := range moved {
			if !yield(o) {
				return
			}
		}
	}
}

// unmoved yields those of the window that are where the rule puts them, in order.
func (s *Series) unmoved(from, to time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		for day := range s.days(utcDay(from).AddDate(0, 0, -s.nights())) {
			o := s.occurrence(day)
			if !o.Original.Before(to) {
				return
			}
			if o.Change != Moved && o.overlaps(from, to) && !yield(o) {
				return
			}
		}
	}
}

// movedInto returns those that are moved into the window, by start: they may come from any date.
func (s *Series) movedInto(from, to time.Time) []Occurrence {
	var found []Occurrence
	for _, change := range s.Overrides {
		if change.Change != Moved {
			continue
		}
		var o Occurrence
		if o.Start, o.End = s.movedTimes(change); !o.overlaps(from, to) {
			continue
		}
		if o, ok := s.On(change.Date); ok {
			found = append(found, o)
		}
	}
	slices.SortFunc(found, byStart)
	return found
}

func byStart(a, b Occurrence) int {
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Date, b.Date))
}

// On returns the occurrence whose key is date, as 2026-05-01, wherever it is moved to, and whether there is one.
func (s *Series) On(date string) (Occurrence, bool) {
	wanted, err := time.Parse(time.DateOnly, date)
	if err != nil || !s.firstDay(wanted).Equal(wanted) {
		return Occurrence{}, false
	}
	return s.occurrence(wanted), true
}

// occurrence makes the occurrence that the rule puts on day, with what is different about it.
func (s *Series) occurrence(day time.Time) Occurrence {
	o := Occurrence{Date: day.Format(time.DateOnly), AllDay: s.AllDay}
	o.Start, o.End = s.times(day)
	o.Original = o.Start
	_, off := clock.RedDay(o.Start)
	off = off && !s.Rule.IsZero() && !s.AllDay
	i := slices.IndexFunc(s.Overrides, func(change Override) bool { return change.Date == o.Date })
	if i < 0 {
		if off {
			o.Change, o.Text = Cancelled, cmp.Or(s.RedDayText, redDayText)
		}
		return o
	}
	override := s.Overrides[i]
	o.Change, o.Text = override.Change, override.Text
	switch {
	case o.Change == Cancelled && o.Text == "" && off:
		o.Text = cmp.Or(s.RedDayText, redDayText)
	case o.Change == Moved:
		o.Start, o.End = s.movedTimes(override)
	}
	return o
}

// times puts the series' wall-clock times on a day.
func (s *Series) times(day time.Time) (start, end time.Time) {
	first, last := s.Start.In(clock.Stockholm()), s.End.In(clock.Stockholm())
	nights := s.nights()
	year, month, date := day.Date()
	if s.AllDay {
		return clock.At(year, month, date, 0, 0, 0), clock.At(year, month, date+nights+1, 0, 0, 0)
	}
	start = clock.At(year, month, date, first.Hour(), first.Minute(), first.Second())
	if s.End.IsZero() {
		return start, start
	}
	end = clock.At(year, month, date+nights, last.Hour(), last.Minute(), last.Second())
	if end.Before(start) {
		end = start
	}
	return start, end
}

// nights returns how many days after its first day an occurrence ends.
func (s *Series) nights() int {
	if s.End.IsZero() {
		return 0
	}
	return max(0, clock.DaysBetween(s.Start, s.End))
}

// movedTimes returns the times of a moved occurrence: the series' own with another start.
func (s *Series) movedTimes(o Override) (start, end time.Time) {
	moved := &Series{Start: o.Start, End: o.End, AllDay: s.AllDay}
	switch {
	case !o.End.IsZero() || s.End.IsZero():
	case s.AllDay:
		moved.End = clock.AddDays(o.Start, clock.DaysBetween(s.Start, s.End))
	default:
		moved.End = o.Start.Add(s.End.Sub(s.Start))
	}
	return moved.times(utcDay(o.Start))
}
