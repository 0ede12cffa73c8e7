package guard

// entry is what may be one löpnummer: digits, or up to four letters and digits, as 00123, A-00123, LP0123.
type entry struct {
	letters int  // letters before the digits
	mark    rune // between letters and digits: '-', '.', '/', or 0
	digits  int
	value   int
	zeros   int     // digits 0 that it begins with
	prefix  [2]rune // the first two of the letters
	column  int
	whole   bool // it is all there is in its cell
}

// Limits of an entry. Shorter runs of digits are numbered points and counts, longer ones article numbers.
const (
	mostLetters = 4
	leastDigits = 3 // where no heading says löpnummer
	mostDigits  = 12
)

// sameShape reports whether two entries are written alike.
func (e entry) sameShape(other entry) bool {
	return e.letters == other.letters && e.mark == other.mark && e.digits == other.digits
}

// headEntry finds an entry that cell, which has no spaces around it, is or begins with.
func headEntry(cell []char) (entry, bool) {
	letters := 0
	for letters < len(cell) && letters <= mostLetters && isLetter(cell[letters].r) {
		letters++
	}
	start := letters
	if letters > 0 && letters < len(cell) && isMark(cell[letters].r) {
		start++
	}
	end := start
	for end < len(cell) && isDigit(cell[end].r) {
		end++
	}
	e, ok := newEntry(cell[:letters], cell[letters:start], cell[start:end])
	e.whole = ok && end == len(cell)
	return e, ok && endsHere(cell[end:], letters == 0)
}

// endsHere reports whether a number ends before rest: at the end, or at a sign that no digit follows. After bare
// digits a space and digits make one number of both, as in 651 84 and 12 500.
func endsHere(rest []char, bare bool) bool {
	if len(rest) == 0 {
		return true
	}
	follows := len(rest) > 1 && isDigit(rest[1].r)
	switch rest[0].r {
	case ' ':
		return !follows || !bare
	case ',', ':', '.', ')', ']', '=', '"':
		return !follows
	}
	return false
}

// tailEntry finds an entry that cell, which has no spaces around it, ends with.
func tailEntry(cell []char) (entry, bool) {
	end := len(cell)
	for end > 0 && (cell[end-1].r == '.' || cell[end-1].r == ',' || cell[end-1].r == ')') {
		end--
	}
	start := end
	for start > 0 && isDigit(cell[start-1].r) {
		start--
	}
	mark := start
	if start > 1 && isMark(cell[start-1].r) && isLetter(cell[start-2].r) {
		mark--
	}
	from := mark
	for from > 0 && mark-from <= mostLetters && isLetter(cell[from-1].r) {
		from--
	}
	e, ok := newEntry(cell[from:mark], cell[mark:start], cell[start:end])
	e.whole = ok && from == 0 && end == len(cell)
	return e, ok && beginsHere(cell[:from], from == mark)
}

// beginsHere reports whether a number begins after rest, as endsHere does from the other side.
func beginsHere(rest []char, bare bool) bool {
	if len(rest) == 0 {
		return true
	}
	precedes := len(rest) > 1 && isDigit(rest[len(rest)-2].r)
	switch rest[len(rest)-1].r {
	case ' ':
		return !precedes || !bare
	case ',', ':', '(', '[', '=', '"':
		return !precedes
	}
	return false
}

// newEntry puts an entry together of its parts, and reports whether it is within the limits.
func newEntry(letters, mark, digits []char) (entry, bool) {
	e := entry{letters: len(letters), digits: len(digits)}
	if e.letters > mostLetters || e.digits < 1 || e.digits > mostDigits {
		return entry{}, false
	}
	e.column = digits[0].column
	if e.letters > 0 {
		e.column = letters[0].column
		for i := range min(len(letters), len(e.prefix)) {
			e.prefix[i] = letters[i].r
		}
	}
	if len(mark) > 0 {
		e.mark = mark[0].r
	}
	for _, c := range digits {
		e.value = e.value*10 + int(c.r-'0')
		if e.value == 0 {
			e.zeros++
		}
	}
	return e, true
}

func isMark(r rune) bool { return r == '-' || r == '.' || r == '/' }

// isPublic reports whether the entry is of a sort that people write in columns without harm: years, dates,
// phones, postal codes, municipal codes, organisation numbers, measures of Kolada.
func (e entry) isPublic() bool {
	switch {
	case e.digits == 4 && e.value >= 1900 && e.value < 2100:
		return true
	case e.letters > 0:
		isPostal := e.mark == '-' && e.letters <= 2 && (e.prefix == [2]rune{'S', 'E'} || e.prefix == [2]rune{'S'})
		isMeasure := e.mark == 0 && (e.prefix == [2]rune{'N'} || e.prefix == [2]rune{'U'})
		return e.digits == 5 && (isPostal || isMeasure)
	case e.digits == 4:
		return isMunicipalCode(e.value)
	case e.digits == 6 && e.zeros < 3: // 000618 is rather number 618 than the summer of 2000
		return isDate(2000+e.value/10000, e.value/100%100, e.value%100)
	case e.digits == 8 && e.value >= 19000000 && e.value < 21000000:
		return isDate(e.value/10000, e.value/100%100, e.value%100)
	case e.digits >= 7 && e.zeros == 1, e.digits == 11 && e.value/1e9 == 46:
		return true // a phone
	}
	return e.digits == 10 && isOrganisation(e.value)
}

// isOrganisation reports whether ten digits are an organisation number: the third is 2 at least, so that it is
// never a date, and the last checks the others.
func isOrganisation(value int) bool {
	var digits [10]int
	for i := 9; i >= 0; i-- {
		digits[i] = value % 10
		value /= 10
	}
	return digits[2] >= 2 && luhn(digits[:])
}

// isMunicipalCode reports whether four digits may be the code of a municipality: a county's two and two more, low
// only in those named. Lists of municipalities with their codes are everyday here.
func isMunicipalCode(code int) bool {
	switch county := code / 100; county {
	case 0, 2, 11, 15, 16:
		return false
	default:
		if county > 25 {
			return false
		}
	}
	switch code {
	case 305, 509, 512, 513, 604, 1401, 1402, 1407, 1904, 1907, 2101, 2104, 2303, 2305, 2309, 2313, 2401, 2403, 2404,
		2409, 2505, 2506, 2510, 2513:
		return true
	}
	return code%100 >= 14
}
