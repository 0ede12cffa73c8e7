package fallback

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/db"
	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// What a statement looks for at most; the rest is left out.
const (
	maxWants    = 32
	maxSynonyms = 32  // of a want
	maxWords    = 32  // of a phrase
	maxLength   = 100 // characters of a word
	minStem     = 3   // shorter stems begin too many words
)

// expression writes what a want looks for in the full text's own language; empty when it finds nothing. Of the words only
// letters and digits are left, in quotes, so that nothing in them is syntax.
func (q *query) expression(want search.Want, titles bool) string {
	var choices []string
	folded := want.Reading == search.Folded
	words := lexemes(want.Words, folded)
	switch {
	case want.Reading == search.Typo || len(words) == 0:
	case want.Reading == search.Prefix:
		choices = append(choices, q.term(words, true, titles))
	default:
		choices = q.plain(words, titles)
	}
	for _, synonym := range want.Synonyms[:min(len(want.Synonyms), maxSynonyms)] {
		choices = append(choices, q.plain(lexemes(synonym, folded), titles)...)
	}
	switch {
	case q.engine == db.PostgreSQL:
		return strings.Join(choices, " | ")
	case titles && len(choices) > 0:
		return "title : (" + strings.Join(choices, " OR ") + ")"
	}
	return strings.Join(choices, " OR ")
}

// plain writes a phrase, or a word as what begins with its stem.
func (q *query) plain(words []string, titles bool) []string {
	if len(words) == 0 {
		return nil
	}
	var choices []string
	if len(words) == 1 {
		if stem := swedish.Stem(words[0]); utf8.RuneCountInString(stem) >= minStem {
			choices = append(choices, q.term([]string{stem}, true, titles))
			if strings.HasPrefix(words[0], stem) {
				return choices
			}
		}
	}
	return append(choices, q.term(words, false, titles))
}

// term writes words in a row, the last as a beginning when prefix is true.
func (q *query) term(words []string, prefix, titles bool) string {
	if q.engine == db.SQLite {
		term := `"` + strings.Join(words, " ") + `"`
		if prefix {
			term += " *"
		}
		return term
	}
	weight, end := "", ""
	if titles {
		weight, end = ":A", ":A"
	}
	if prefix {
		end = ":*" + strings.TrimPrefix(weight, ":")
	}
	return "'" + strings.Join(words, "'"+weight+" <-> '") + "'" + end
}

// lexemes cuts words where the full text does.
func lexemes(words []string, folded bool) []string {
	var all []string
	for _, word := range words {
		if folded {
			word = swedish.Fold(word)
		}
		for part := range strings.FieldsFuncSeq(word, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
			runes := []rune(part)
			all = append(all, string(runes[:min(len(runes), maxLength)]))
		}
	}
	return all[:min(len(all), maxWords)]
}
