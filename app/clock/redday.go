package clock

import "time"

// RedDay returns the Swedish name of the holiday that the Swedish day of t is, and whether it is one. Red are
// the holidays by law (1989:253) as it stands since 2005, and midsummer's, Christmas and New Year's eve, on
// which offices are closed as well. An ordinary Sunday is not red here. When two fall on one day, as första
// maj and Kristi himmelsfärdsdag did in 2008, the fixed date gives the name.
func RedDay(t time.Time) (name string, ok bool) {
	t = t.In(Stockholm())
	name = fixedRedDay(t.Month(), t.Day())
	if name == "" {
		name = saturdayRedDay(t)
	}
	if name == "" {
		name = easterRedDay(t)
	}
	return name, name != ""
}

// fixedRedDay names the holidays with a date of their own.
func fixedRedDay(month time.Month, day int) string {
	switch int(month)*100 + day {
	case 101:
		return "nyårsdagen"
	case 106:
		return "trettondedag jul"
	case 501:
		return "första maj"
	case 606:
		return "nationaldagen"
	case 1224:
		return "julafton"
	case 1225:
		return "juldagen"
	case 1226:
		return "annandag jul"
	case 1231:
		return "nyårsafton"
	}
	return ""
}

// saturdayRedDay names midsummer (the Saturday of 20–26 June and its eve) and All Saints' (the Saturday of
// 31 October–6 November).
func saturdayRedDay(t time.Time) string {
	month, day := t.Month(), t.Day()
	switch t.Weekday() {
	case time.Friday:
		if month == time.June && day >= 19 && day <= 25 {
			return "midsommarafton"
		}
	case time.Saturday:
		if month == time.June && day >= 20 && day <= 26 {
			return "midsommardagen"
		}
		if month == time.October && day == 31 || month == time.November && day <= 6 {
			return "alla helgons dag"
		}
	}
	return ""
}

// easterRedDay names the holidays that follow Easter.
func easterRedDay(t time.Time) string {
	month, day := easter(t.Year())
	switch t.YearDay() - time.Date(t.Year(), month, day, 0, 0, 0, 0, time.UTC).YearDay() {
	case -2:
		return "långfredagen"
	case 0:
		return "påskdagen"
	case 1:
		return "annandag påsk"
	case 39:
		return "Kristi himmelsfärdsdag"
	case 49:
		return "pingstdagen"
	}
	return ""
}

// easter returns Easter Sunday of a Gregorian year by the anonymous computus (Meeus, Jones, Butcher).
func easter(year int) (time.Month, int) {
	golden, century, rest := year%19, year/100, year%100
	skipped := century / 4
	moon := (19*golden + century - skipped - (century-(century+8)/25+1)/3 + 15) % 30
	sunday := (32 + 2*(century%4) + 2*(rest/4) - moon - rest%4) % 7
	late := (golden + 11*moon + 22*sunday) / 451
	n := moon + sunday - 7*late + 114
	return time.Month(n / 31), n%31 + 1
}
