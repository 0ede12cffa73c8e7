package stub

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// term is a phrase, or a bare word, which may have slips and when it is the last may be a beginning.
type term struct {
	words []string
	bare  bool
	last  bool
}

// maxTerms is how many terms of a query the server reads.
const maxTerms = 10

func terms(q string) []term {
	var all []term
	for i, part := range strings.Split(q, `"`) {
		words := strings.Fields(strings.ToLower(part))
		if i%2 == 1 && len(words) > 0 {
			all = append(all, term{words: words})
			continue
		}
		for _, word := range words {
			all = append(all, term{words: []string{word}, bare: true})
		}
	}
	if n := len(all); n > 0 && all[n-1].bare && !strings.HasSuffix(q, " ") {
		all[n-1].last = true
	}
	return all[:min(len(all), maxTerms)]
}

// matches reports that the document has the terms in the fields: all of them, or some where the strategy may leave out.
func (q query) matches(d document, s settings) bool {
	all := terms(q.Q)
	n := 0
	for _, t := range all {
		if slices.ContainsFunc(q.AttributesToSearchOn, func(field string) bool { return t.in(d[field], s) }) {
			n++
		}
	}
	return n == len(all) || q.MatchingStrategy != "all" && n > 0
}

func (t term) in(text any, s settings) bool {
	written, _ := text.(string)
	words := strings.Fields(strings.ToLower(written))
	for i := range len(words) - len(t.words) + 1 {
		if slices.EqualFunc(words[i:i+len(t.words)], t.words, func(has, want string) bool { return t.fits(has, want, s) }) {
			return true
		}
	}
	return false
}

func (t term) fits(has, want string, s settings) bool {
	if has == want || t.last && strings.HasPrefix(has, want) {
		return true
	}
	if !t.bare || !s.TypoTolerance.Enabled {
		return false
	}
	slips, length := 0, utf8.RuneCountInString(want)
	if length >= s.TypoTolerance.MinWordSizeForTypos.TwoTypos {
		slips = 2
	} else if length >= s.TypoTolerance.MinWordSizeForTypos.OneTypo {
		slips = 1
	}
	a, b := []rune(has), []rune(want)
	if len(a) > 0 && len(b) > 0 && a[0] != b[0] {
		slips--
	}
	return slips > 0 && distance(a, b) <= slips
}

// distance is the number of edits between two words, where two neighbours that change places are one.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j], d[i][j-1], d[i-1][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
