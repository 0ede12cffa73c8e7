// Package guard keeps personal data out of the room. It looks through a text that someone is about to save or
// send for Swedish personal identity numbers (personnummer, samordningsnummer) and for lists that look like
// löpnummer, the serial numbers that stand for children in the studies.
//
// Every write path calls Check on the server, on each field and on file names, before anything is stored,
// logged, indexed or mailed. When it finds something a form is refused with Explain and a file by its findings, and
// the text goes nowhere. A Finding tells where, never what: it is safe to log and to show. So is a name after Mask.
//
// The guard is made for mistakes, not for people who want to smuggle. An identity number is told by a real date
// and its check digit, so about one in 140 random numbers of ten digits is refused without being one. A list is
// told by evidence that it is not a column of statistics, see list.go.
package guard

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind says what was found.
type Kind string

// The kinds, in Swedish as they are told.
const (
	Personnummer      Kind = "personnummer"
	Samordningsnummer Kind = "samordningsnummer"
	Serials           Kind = "löpnummer"
)

// Position is a place in a text. Line and column count from 1, columns in characters (runes), hidden ones too.
type Position struct{ Line, Column int }

// Finding is one thing that must not be saved. Nothing in it repeats the number.
type Finding struct {
	Kind  Kind
	Where Position // of an identity number its first digit, of a list its first entry
	Text  string   // what it looks like, in Swedish: "ett personnummer", "en lista med löpnummer"
}

// Most is how many findings Check returns at most; it stops reading there.
const Most = 50

// Check returns what text holds that must not be saved, in the order it stands; nil when there is nothing. It
// takes time in proportion to the length of the text and never fails, whatever bytes the text is made of.
func Check(text string) []Finding {
	s := scan{lists: lists{toldRow: -1}} // before all rows, which count from 1
	for len(text) > 0 && len(s.found) < Most {
		var line string
		line, text = cutLine(text)
		s.line++
		s.read(line)
		s.findPersons()
		s.findLists()
	}
	// A list is known at its fifth entry and stands where its first does.
	slices.SortStableFunc(s.found, func(a, b Finding) int {
		return cmp.Or(a.Where.Line-b.Where.Line, a.Where.Column-b.Where.Column)
	})
	return s.found
}

// cutLine splits off the first line; lines end with LF, CRLF or CR.
func cutLine(text string) (line, rest string) {
	end := strings.IndexAny(text, "\r\n")
	if end < 0 {
		return text, ""
	}
	rest = text[end+1:]
	if text[end] == '\r' {
		rest = strings.TrimPrefix(rest, "\n")
	}
	return text[:end], rest
}

// scan is the state of one Check. Its slices are reused from line to line.
type scan struct {
	found []Finding
	line  int
	chars []char
	runs  []run
	near  words
	lists lists
}

// char is one character of the line that counts, with the column it stands in.
type char struct {
	r      rune
	column int
}

// run is a run of digits: chars[from:to].
type run struct{ from, to int }

// Mask returns text with a dot for every digit of any script. It is for what must be named although the guard refuses
// it, such as a file: the rest of the name tells which one it is.
func Mask(text string) string {
	return strings.Map(func(r rune) rune {
		if isDigit(plain(r)) {
			return '•'
		}
		return r
	}, text)
}

// read takes in the next line: hidden characters are left out, digits, dashes and spaces of all scripts become
// ASCII ones.
func (s *scan) read(line string) {
	s.chars, s.runs = s.chars[:0], s.runs[:0]
	column := 0
	for len(line) > 0 {
		r, size := utf8.DecodeRuneInString(line)
		where, width := column+1, 1
		if r == '&' {
			r, size = reference(line)
			width = size
		}
		line = line[size:]
		column += width
		if r = plain(r); r == hidden {
			continue
		}
		s.chars = append(s.chars, char{r, where})
		if !isDigit(r) {
			continue
		}
		end := len(s.chars)
		if last := len(s.runs) - 1; last >= 0 && s.runs[last].to == end-1 {
			s.runs[last].to = end
		} else {
			s.runs = append(s.runs, run{end - 1, end})
		}
	}
	s.near.look(s.chars)
}

// add notes a finding at a character of the line.
func (s *scan) add(kind Kind, where Position) {
	if len(s.found) < Most {
		s.found = append(s.found, Finding{Kind: kind, Where: where, Text: look(kind)})
	}
}
