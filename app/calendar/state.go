package calendar

import (
	"time"

	"nuso.se/app/clock"
)

// State is where an occurrence stands at an instant: Upcoming, Today, Ongoing, Ended, Cancelled or Moved. What is
// moved is Moved until its new day, then as any other; Change tells it throughout.
type State string

// The states that are not a Change.
const (
	Upcoming State = "upcoming"
	Today    State = "today"
	Ongoing  State = "ongoing"
	Ended    State = "ended"
)

// State returns the state at now and when it next changes, zero when it is the last one. An all-day occurrence is
// Today on its first day and Ongoing on the others. A cancelled one stays cancelled; its turn, too, is when it
// would have ended, since it then leaves the lists of what comes.
func (o Occurrence) State(now time.Time) (State, time.Time) {
	day, begins := clock.Midnight(o.Start), o.Start
	if o.AllDay {
		begins = clock.AddDays(o.Start, 1)
		if begins.After(o.End) {
			begins = o.End
		}
	}
	switch {
	case o.Change == Cancelled && now.Before(o.End):
		return Cancelled, o.End
	case o.Change == Cancelled:
		return Cancelled, time.Time{}
	case now.Before(day) && o.Change == Moved:
		return Moved, day
	case now.Before(day):
		return Upcoming, day
	case now.Before(begins):
		return Today, begins
	case now.Before(o.End):
		return Ongoing, o.End
	}
	return Ended, time.Time{}
}
