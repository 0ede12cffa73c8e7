package clock

import (
	"strconv"
	"time"
)

// Closes returns the first instant that is too late for a deadline: the Swedish midnight after its day. What
// arrives at 23:59:59 Swedish time is in time, a second later it is not; the hour that deadline carries does
// not matter.
func Closes(deadline time.Time) time.Time { return AddDays(deadline, 1) }

// InTime reports whether t is before the deadline closes.
func InTime(deadline, t time.Time) bool { return t.Before(Closes(deadline)) }

// DaysLeft returns "12 dagar kvar", "1 dag kvar", "sista dagen" and, when the deadline has closed, "stängd".
func DaysLeft(deadline, now time.Time) string {
	switch days := DaysBetween(now, deadline); {
	case days < 0:
		return "stängd"
	case days == 0:
		return "sista dagen"
	default:
		return count(days, "dag", "dagar") + " kvar"
	}
}

// DaysLeftTurns returns the Swedish midnight after now at which DaysLeft says something else; zero when the
// deadline has closed.
func DaysLeftTurns(deadline, now time.Time) time.Time {
	if !InTime(deadline, now) {
		return time.Time{}
	}
	return AddDays(now, 1)
}

// Age returns how long ago the Swedish day of t is: "i dag", "i går", "för 12 dagar sedan", from 62 days in whole
// months ("för 3 månader sedan") and from two years in whole years. A day to come is "i dag".
func Age(t, now time.Time) string {
	days, months := DaysBetween(t, now), monthsBetween(t, now)
	switch {
	case days <= 0:
		return "i dag"
	case days == 1:
		return "i går"
	case days < ageInMonths:
		return "för " + count(days, "dag", "dagar") + " sedan"
	case months < ageInYears:
		return "för " + count(months, "månad", "månader") + " sedan"
	}
	return "för " + count(months/12, "år", "år") + " sedan"
}

// Age is told in months from so many days (no two months are longer), and in years from so many months.
const (
	ageInMonths = 62
	ageInYears  = 24
)

// AgeTurns returns the Swedish midnight after now at which Age says something else; never zero.
func AgeTurns(t, now time.Time) time.Time {
	days, months := DaysBetween(t, now), monthsBetween(t, now)
	switch {
	case days < 0:
		return AddDays(t, 1)
	case days < ageInMonths:
		return AddDays(now, 1)
	case months+1 <= ageInYears:
		return AddMonths(t, months+1)
	}
	return AddMonths(t, (months/12+1)*12)
}

// AddMonths returns the Swedish midnight that begins the day n months after that of t, as "äldre än 12 månader"
// counts. A day that the month does not have is the first of the next: a month after 31 January is 1 March.
func AddMonths(t time.Time, n int) time.Time {
	year, month, day := t.In(Stockholm()).Date()
	first := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, Stockholm())
	lengthOfMonth := first.AddDate(0, 1, -1).Day()
	return AddDays(first, min(day, lengthOfMonth+1)-1)
}

// monthsBetween counts the whole months from the Swedish day of t to that of now; 0 when now is earlier.
func monthsBetween(t, now time.Time) int {
	from, to := t.In(Stockholm()), now.In(Stockholm())
	months := max(0, (to.Year()-from.Year())*12+int(to.Month())-int(from.Month()))
	if months > 0 && now.Before(AddMonths(t, months)) {
		months--
	}
	return months
}

// count returns "1 dag", "12 dagar".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
