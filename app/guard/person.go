package guard

// findPersons looks for identity numbers among the line's runs of digits. Every run is tried as the first of a
// number, whatever stands before or after, so no neighbour hides one.
func (s *scan) findPersons() {
	for i := range s.runs {
		if kind, ok := s.personAt(i); ok {
			s.add(kind, Position{s.line, s.chars[s.runs[i].from].column})
		}
	}
}

// personAt tells whether a number begins with run i: ten or twelve digits together, the date and the last four
// apart, or the date itself in parts.
func (s *scan) personAt(i int) (Kind, bool) {
	switch s.length(i) {
	case 10, 12:
		return s.judge(i, i, s.isPhone(i) || s.isDecimal(i) || s.isReference(i))
	case 6, 8:
		if s.length(i+1) == 4 && s.gap(i) != noGap {
			return s.judge(i, i+1, false)
		}
	case 4, 2:
		if s.inParts(i) {
			return s.judge(i, i+3, s.mayBeTime(i+3))
		}
	}
	return "", false
}

// judge decides on the digits of the runs first to last. A doubtful number counts only when a word such as
// personnummer stands near.
func (s *scan) judge(first, last int, doubtful bool) (Kind, bool) {
	var digits [12]int
	n := 0
	for i := first; i <= last; i++ {
		for _, c := range s.chars[s.runs[i].from:s.runs[i].to] {
			digits[n] = int(c.r - '0')
			n++
		}
	}
	kind, ok := identity(digits[:n])
	if ok && doubtful && !s.near.have(s.runs[first].from, s.runs[last].to) {
		return "", false
	}
	return kind, ok
}

// identity tells which identity number the ten or twelve digits are: a date that exists (in a samordningsnummer
// with 60 added to the day) and a right check digit.
func identity(digits []int) (Kind, bool) {
	year, short := 2000, digits
	if len(digits) == 12 {
		year, short = digits[0]*1000+digits[1]*100, digits[2:]
	}
	if year < 1800 || year > 2000 || !luhn(short) {
		return "", false
	}
	year += short[0]*10 + short[1]
	month, day := short[2]*10+short[3], short[4]*10+short[5]
	kind := Personnummer
	if day > 60 {
		kind, day = Samordningsnummer, day-60
	}
	return kind, isDate(year, month, day)
}

// isDate reports whether the date exists. A year of two digits comes as 20yy, which is a leap year whenever any
// century's is.
func isDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	length := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		length = 29
	}
	return day <= length
}

// luhn checks the last of ten digits against the others.
func luhn(digits []int) bool {
	sum := 0
	for i, digit := range digits {
		if i%2 == 0 {
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}

// inParts reports whether run i begins a number whose date is written in parts: 1981-01-01-0000, 1981.01.01-0000,
// 1981 01 01-0000 or 81-01-01-0000. Without a dash before the last four it is a date and a time of day; when they are a
// year and a month and a day follow, it is two dates.
func (s *scan) inParts(i int) bool {
	if s.length(i+1) != 2 || s.length(i+2) != 2 || s.length(i+3) != 4 || s.gap(i+2) != dashGap || s.isDate(i+3) {
		return false
	}
	mark := s.single(i)
	if mark == 0 || mark != s.single(i+1) {
		return false
	}
	return mark == '-' || s.length(i) == 4 && (mark == '.' || mark == '/' || mark == ' ')
}

// isDate reports whether run i begins a date of these times: 1990-12-31.
func (s *scan) isDate(i int) bool {
	if s.length(i+1) != 2 || s.length(i+2) != 2 || s.single(i) != '-' || s.single(i+1) != '-' {
		return false
	}
	from := s.runs[i].from
	return hasWord(s.chars[from:], "19") || hasWord(s.chars[from:], "20")
}

// mayBeTime reports whether run i could be a time of day, as in protokoll-2025-11-28-1302.
func (s *scan) mayBeTime(i int) bool {
	d := s.chars[s.runs[i].from:s.runs[i].to]
	hour, minute := (d[0].r-'0')*10+d[1].r-'0', (d[2].r-'0')*10+d[3].r-'0'
	return hour < 24 && minute < 60
}

// length returns the number of digits of run i, 0 when there is none.
func (s *scan) length(i int) int {
	if i >= len(s.runs) {
		return 0
	}
	return s.runs[i].to - s.runs[i].from
}

// gap is what stands between two runs of digits.
type gap int

const (
	noGap    gap = iota // something that parts two numbers
	spaceGap            // one to five spaces
	dashGap             // a dash or plus among spaces, five characters in all
)

// gap classifies what follows run i.
func (s *scan) gap(i int) gap {
	if i+1 >= len(s.runs) {
		return noGap
	}
	between := s.chars[s.runs[i].to:s.runs[i+1].from]
	if len(between) > 5 {
		return noGap
	}
	kind := spaceGap
	for _, c := range between {
		switch {
		case c.r == '-' || c.r == '+':
			kind = dashGap
		case c.r != ' ':
			return noGap
		}
	}
	return kind
}

// single returns the one character that follows run i before the next run, 0 when it is not one.
func (s *scan) single(i int) rune {
	if i+1 < len(s.runs) && s.runs[i+1].from == s.runs[i].to+1 {
		return s.chars[s.runs[i].to].r
	}
	return 0
}
