package guard

import (
	"slices"
	"unicode"
)

// reach is how many characters from a number a word may stand to be near it.
const reach = 40

// words remembers where a line speaks of identity numbers.
type words struct {
	at     []int // where a word begins, rising
	before bool  // the line before had such a word, as a heading has
}

// look moves on to the next line. An empty line leaves the line before it in force.
func (w *words) look(chars []char) {
	if len(chars) == 0 {
		return
	}
	w.before, w.at = len(w.at) > 0, w.at[:0]
	for i := range chars {
		if speaksOfPerson(chars, i) {
			w.at = append(w.at, i)
		}
	}
}

// have reports whether a word stands near chars[from:to] or on the line before.
func (w *words) have(from, to int) bool {
	next, _ := slices.BinarySearch(w.at, from-reach) // the first word that is not too early
	return w.before || next < len(w.at) && w.at[next] <= to+reach
}

// speaksOfPerson reports whether a word for an identity number begins at i. The short ones must begin a word:
// löpnr ends with pnr.
func speaksOfPerson(chars []char, i int) bool {
	switch lower(chars[i].r) {
	case 'p', 'f', 's':
	default:
		return false
	}
	return hasAny(chars[i:], "personn", "person-n", "person n", "personbet", "persnr", "pers.nr", "samordningsn") ||
		(i == 0 || !isLetter(chars[i-1].r)) && hasAny(chars[i:], "pnr", "p-nr", "p.nr", "född", "fodd", "födel", "fodel", "f. ", "samnr", "ssn")
}

// hasAny reports whether chars begin with one of the words, which are in lower case and begin with letters of ASCII.
func hasAny(chars []char, words ...string) bool {
	first := lower(chars[0].r)
	for _, word := range words {
		if rune(word[0]) == first && hasWord(chars, word) {
			return true
		}
	}
	return false
}

// hasWord reports whether chars begin with the word, which is in lower case.
func hasWord(chars []char, word string) bool {
	i := 0
	for _, r := range word {
		if i >= len(chars) || lower(chars[i].r) != r {
			return false
		}
		i++
	}
	return true
}

func lower(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(r)
}
