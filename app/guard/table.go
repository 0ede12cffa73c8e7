package guard

// findLists looks for lists that look like löpnummer, down the columns of the lines so far and along this line.
// Lines that say nothing (blank, or the rule under a table's head) do not part a list.
func (s *scan) findLists() {
	line := unmarked(trim(s.chars))
	if !says(line) {
		return
	}
	s.lists.row++
	s.followLine(line)
	delimited := false
	for index, rest, more := 0, line, true; more && index < mostColumns; index++ {
		var cell []char
		cell, rest, more = cutCell(rest)
		delimited = delimited || more
		s.followColumn(index, trim(cell), !delimited)
	}
}

// followColumn takes the cell of this row into its column. lone: the line is one cell.
func (s *scan) followColumn(index int, cell []char, lone bool) {
	if index >= len(s.lists.columns) {
		s.lists.columns = append(s.lists.columns, column{})
	}
	c := &s.lists.columns[index]
	head, isHead := headEntry(cell)
	tail, isTail := tailEntry(cell)
	said := noTopic
	if !head.whole {
		said = topicOf(cell)
	}
	if isHead {
		s.followEntry(&c.head, head, c.over(&c.head, said, s.lists.row), lone)
	}
	if isTail {
		s.followEntry(&c.tail, tail, c.over(&c.tail, said, s.lists.row), lone)
	}
	if !head.whole {
		c.topic, c.topicRow = said, s.lists.row
	}
}

// over returns what an entry of the streak is said to be: by its own cell, by the cell over it, or by the streak,
// which hands its heading down.
func (c *column) over(t *streak, said topic, row int) topic {
	switch {
	case said != noTopic:
		return said
	case c.topicRow == row-1 && c.topic != noTopic:
		return c.topic
	case t.n > 0 && t.row >= row-1:
		return t.said
	}
	return noTopic
}

// followLine looks for entries after each other along the line: A-00123, A-00124; 00125 00126.
func (s *scan) followLine(line []char) {
	if len(s.runs) < enough {
		return
	}
	said := topicOf(line)
	if len(s.lists.columns) > 0 {
		said = s.lists.columns[0].over(&streak{}, said, s.lists.row)
	}
	var t streak
	tight, account := false, false // a single space or comma stands before the token; it goes on an IBAN
	for len(line) > 0 {
		token, rest := cutToken(line)
		e, ok := headEntry(trim(token))
		account = account && tight || ok && e.letters == 2 && e.digits == 2 && e.prefix == [2]rune{'S', 'E'}
		// Three digits close after others are the end of one number: 12 500, in English 12,500. An IBAN has fours.
		groups := tight && e.letters == 0 && (e.digits == leastDigits || account && e.digits == 4)
		if ok && e.whole && !groups {
			s.followEntry(&t, e, said, false)
		} else if !isAnd(token) {
			t = streak{}
		}
		line, tight = cutSpace(rest)
	}
}

// followEntry takes an entry into a streak, unless it is too short to be one here.
func (s *scan) followEntry(t *streak, e entry, said topic, lone bool) {
	if e.digits < leastDigits && (said != serialTopic || !e.whole) {
		return
	}
	t.follow(e, Position{s.line, e.column}, s.lists.row, lone, said)
	s.tell(t)
}

// unmarked cuts off what Markdown puts before a line: quotes, headings, bullets, numbers.
func unmarked(line []char) []char {
	for {
		n := 0
		for n < len(line) && n < 3 && isDigit(line[n].r) {
			n++
		}
		switch {
		case n > 0 && n < len(line) && (line[n].r == '.' || line[n].r == ')'),
			n == 0 && len(line) > 0 && (line[0].r == '-' || line[0].r == '+' || line[0].r == '•' || line[0].r == '#'):
			n++
		case n == 0 && len(line) > 0 && line[0].r == '>':
			line = trim(line[1:])
			continue
		default:
			return line
		}
		if line[0].r != '#' && (n >= len(line) || line[n].r != ' ') {
			return line
		}
		line = trim(line[n:])
	}
}

// trim cuts spaces, quotation marks and the brackets of links, pictures and lists off both ends.
func trim(cell []char) []char {
	for len(cell) > 0 && isPadding(cell[0].r) {
		cell = cell[1:]
	}
	for len(cell) > 0 && isPadding(cell[len(cell)-1].r) {
		cell = cell[:len(cell)-1]
	}
	return cell
}

func isPadding(r rune) bool {
	switch r {
	case ' ', '"', '\'', '”', '“', '’', '[', ']', '!':
		return true
	}
	return false
}

// says reports whether the line has a letter or a digit.
func says(line []char) bool {
	for _, c := range line {
		if isDigit(c.r) || isLetter(c.r) {
			return true
		}
	}
	return false
}

// cutCell splits off the first cell of a line, and tells whether there are more.
func cutCell(line []char) (cell, rest []char, more bool) {
	for i, c := range line {
		if c.r == '\t' || c.r == ';' || c.r == '|' {
			return line[:i], line[i+1:], true
		}
	}
	return line, nil, false
}

// cutToken splits off what stands before the next space or separator.
func cutToken(line []char) (token, rest []char) {
	for i, c := range line {
		if isBetween(c.r) {
			return line[:i], line[i:]
		}
	}
	return line, nil
}

// cutSpace cuts off the spaces and separators before the next token, and tells whether they were a single space or
// comma.
func cutSpace(line []char) (rest []char, tight bool) {
	n := 0
	for n < len(line) && isBetween(line[n].r) {
		n++
	}
	return line[n:], n == 1 && (line[0].r == ' ' || line[0].r == ',')
}

func isBetween(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' || r == '|' }

// isAnd reports whether the token joins two entries of a list.
func isAnd(token []char) bool {
	return len(token) == 3 && hasWord(token, "och") || len(token) == 4 && hasWord(token, "samt") ||
		len(token) == 1 && token[0].r == '&'
}
