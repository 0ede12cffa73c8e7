package guard

// A löpnummer list and a column of statistics are both numbers of one length under each other. What tells them
// apart, in five entries of one shape in a row:
//
//   - a heading or a line that says löpnummer: any numbers;
//   - letters before the digits (A-00123, LP0123);
//   - zeros before the number (00123): no statistics are written so;
//   - numbers that rise or fall by three at most each time (10023, 10024, 10026): counts do not;
//   - lines that are nothing but a number of four digits or more: statistics have labels.
//
// A heading or line about sums, codes or phones lets all pass, and so does a list that is mostly years, dates and
// the like.

// enough is how many entries make a list.
const enough = 5

// mostColumns is how many cells of a line are followed downwards; the others only along their line.
const mostColumns = 100

// topic is what words around numbers say that they are.
type topic int

const (
	noTopic     topic = iota
	serialTopic       // löpnummer
	otherTopic        // something that is told by numbers
)

// streak is a row of entries of one shape, downwards in a column or along a line.
type streak struct {
	row     int // of the entry seen last
	first   Position
	start   int // row of the first
	last    entry
	n       int  // entries so far
	close   int  // entries so far, each close to the one before
	padded  bool // one begins with zeros
	rounded int  // how many are whole hundreds
	public  int  // how many are years, dates and the like
	lone    bool // all are alone on their lines
	said    topic
	told    bool // already found
}

// column follows one column downwards, by what its cells begin and end with.
type column struct {
	head, tail streak
	topic      topic // of the words in the cell seen last, when it was more than an entry
	topicRow   int
}

// lists is the state that findLists keeps from line to line.
type lists struct {
	row     int // lines so far that say anything
	columns []column
	toldRow int // the last row that belongs to a list found
}

// follow adds the entry of a row to the streak, or begins a new one with it. Under löpnummer numbers of any shape
// belong together.
func (t *streak) follow(e entry, where Position, row int, lone bool, said topic) {
	step := e.value - t.last.value
	if t.n == 0 || t.row < row-1 || step == 0 || said != t.said || said != serialTopic && !e.sameShape(t.last) {
		*t = streak{first: where, start: row, lone: true, said: said}
	}
	t.row, t.last = row, e
	t.n++
	if t.n > 1 && -3 <= step && step <= 3 {
		t.close++
	} else {
		t.close = 1
	}
	if e.value%100 == 0 {
		t.rounded++
	}
	if e.isPublic() {
		t.public++
	}
	t.padded = t.padded || e.zeros > 1 || e.zeros == 1 && e.digits > 4
	t.lone = t.lone && lone && e.whole
}

// isList weighs the evidence.
func (t *streak) isList() bool {
	switch {
	case t.n < enough || t.said == otherTopic:
		return false
	case t.said == serialTopic:
		return true
	case t.n-t.public < enough && t.public*2 >= t.n:
		return false
	case t.last.letters > 0:
		return t.last.digits > leastDigits || t.last.zeros > 0 || t.padded
	case t.padded:
		return true
	case t.last.digits == leastDigits:
		return false
	}
	return t.close >= enough || t.lone && t.rounded*2 < t.n
}

// tell adds a finding when the streak has become a list. One that touches rows of a list found before is the
// same list seen in another way.
func (s *scan) tell(t *streak) {
	if !t.told && !t.isList() {
		return
	}
	if !t.told && s.lists.toldRow < t.start-1 {
		s.add(Serials, t.first)
	}
	t.told, s.lists.toldRow = true, s.lists.row
}

// topicOf finds what the words of a cell say about numbers near them; löpnummer wins.
func topicOf(cell []char) topic {
	found := noTopic
	for i := range cell {
		if i > 0 && isLetter(cell[i-1].r) || !isLetter(cell[i].r) {
			continue // words begin here
		}
		switch wordTopic(cell[i:]) {
		case serialTopic:
			return serialTopic
		case otherTopic:
			found = otherTopic
		}
	}
	return found
}

// wordTopic tells the topic of the word that chars begin with.
func wordTopic(chars []char) topic {
	switch {
	case hasAny(chars, "löpn", "lopn", "löp-n", "serien", "serie-n"):
		return serialTopic
	case hasAny(chars, "sekr", "summary"): // sekretess, and a key of front matter
		return noTopic
	case hasAny(chars,
		"andel", "antal", "befolkning", "belopp", "diarie", "dnr", "folkmängd", "invånar", "isbn", "issn", "kolada",
		"kommunkod", "kostnad", "kpi", "kronor", "länskod", "nyckeltal", "organisationsn", "org.", "orgn", "postn",
		"riktn", "sek", "summa", "telefon", "tel", "tfn", "totalt"):
		return otherTopic
	}
	return noTopic
}
