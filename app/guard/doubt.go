package guard

// isPhone tells a mobile number from an identity number: ten digits from 07 with nothing, seen or hidden, after
// the sixth.
func (s *scan) isPhone(i int) bool {
	digits := s.chars[s.runs[i].from:s.runs[i].to]
	return len(digits) == 10 && digits[0].r == '0' && digits[1].r == '7' && digits[6].column == digits[5].column+1
}

// isDecimal reports whether the run stands right after a decimal point.
func (s *scan) isDecimal(i int) bool {
	from := s.runs[i].from
	return from >= 2 && s.chars[from-1].r == '.' && isDigit(s.chars[from-2].r)
}

// isReference reports whether the run is part of what machines number: a hash in hexadecimal, a DOI, a Zoom meeting.
func (s *scan) isReference(i int) bool {
	const leastHash = 32 // digits and letters, as in MD5
	from, to := s.runs[i].from, s.runs[i].to
	first, last := from, to
	for first > 0 && from-first < leastHash && isHex(s.chars[first-1].r) {
		first--
	}
	for last < len(s.chars) && last-to < leastHash && isHex(s.chars[last].r) {
		last++
	}
	return last-first >= leastHash || s.isDOI(from) || from >= 3 && hasWord(s.chars[from-3:from], "/j/")
}

func isHex(r rune) bool { return isDigit(r) || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F' }

// isDOI reports whether the word goes on at from as a DOI: it holds 10. and some digits and a slash before.
func (s *scan) isDOI(from int) bool {
	const longest = 60
	for i := from - 1; i >= max(3, from-longest) && !isBetween(s.chars[i].r); i-- {
		if s.chars[i].r != '/' {
			continue
		}
		start := i
		for start > 0 && isDigit(s.chars[start-1].r) {
			start--
		}
		if start < i && start >= 3 && hasWord(s.chars[start-3:], "10.") {
			return true
		}
	}
	return false
}
