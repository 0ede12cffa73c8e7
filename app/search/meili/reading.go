package meili

import (
	"slices"
	"strings"
	"unicode/utf8"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// way is one way for a document to have what is wanted: conditions on its values, all to be met, and text that the server must
// find besides, all of it.
type way struct {
	conditions []string
	text       []string // as in a query: words and phrases in quotes, and bare words, which may have slips
	weight     float64
}

// maxWays is how many ways of having all that is wanted are tried.
const maxWays = 30

// place is where a document is looked through.
type place struct {
	tokens string   // the field with the tokens
	fields []string // those with the texts
}

func placeOf(titles bool) place {
	if titles {
		return place{titleTokensField, []string{titleField, titleFormsField}}
	}
	return place{tokensField, textFields()}
}

// written are the fields of the place with words as they are written.
func (p place) written() []string {
	return slices.DeleteFunc(slices.Clone(p.fields), func(field string) bool {
		return field == titleFormsField || field == summaryFormsField || field == bodyFormsField
	})
}

// all returns the ways of having every want. Synonyms that are phrases multiply them: beyond maxWays the words of such a phrase may
// stand anywhere, and if that does not help, the last ways are not tried.
func (p place) all(wants []search.Want) []way {
	ways, many := p.combined(wants, false)
	if many {
		ways, _ = p.combined(wants, true)
	}
	return ways
}

// combined returns the first maxWays ways of having every want, and whether there were more.
func (p place) combined(wants []search.Want, loose bool) (ways []way, many bool) {
	ways = []way{{weight: 1}}
	for _, w := range wants {
		ways = product(ways, p.want(w, loose))
		many = many || len(ways) > maxWays
		ways = ways[:min(len(ways), maxWays)]
	}
	return ways, many
}

// any returns the ways of having one of the wants.
func (p place) any(wants []search.Want) []way {
	var ways []way
	for _, w := range wants {
		ways = append(ways, p.want(w, false)...)
	}
	ways = either(ways)
	return ways[:min(len(ways), maxWays)]
}

// want returns the ways of having a want, as it is typed first.
func (p place) want(w search.Want, loose bool) []way {
	ways := []way{p.read(w.Words, w.Reading)}
	for _, synonym := range w.Synonyms {
		s := p.read(synonym, search.Plain)
		if loose {
			s.text = nil
		}
		s.weight = synonymWeight
		ways = append(ways, s)
	}
	return either(ways)
}

func (p place) read(words []string, reading search.Reading) way {
	if len(words) == 1 {
		return p.word(words[0], reading)
	}
	w := way{weight: 1}
	for _, word := range words {
		switch reading {
		case search.Folded, search.Typo:
			one := p.word(word, reading)
			w.conditions, w.text = append(w.conditions, one.conditions...), append(w.text, one.text...)
		default:
			w.conditions = append(w.conditions, is(p.tokens, asWord+value(word)))
		}
	}
	if reading == search.Plain || reading == search.Prefix {
		w.text = []string{quoted(words...)}
	}
	return w
}

// word reads a word. One typed with rings is itself alone, however it is read.
func (p place) word(word string, reading search.Reading) way {
	switch {
	case reading == search.Prefix:
		return having(begins(p.tokens, asWord+value(word)))
	case reading == search.Folded && !swedish.HasRing(word):
		stem := foldedStem(word)
		folded := oneOf(p.tokens, asFolded+value(stem), asStem+value(stem))
		if utf8.RuneCountInString(word) >= shortestFolded {
			folded = "(" + folded + " OR " + begins(p.tokens, asFoldedWord+value(word)) + " OR " + begins(p.tokens, asWord+value(word)) + ")"
		}
		return having(folded)
	case reading == search.Typo && swedish.Edits(word) > 0:
		return way{text: []string{word}, weight: 1}
	}
	return having(p.plain(word))
}

// plain is the condition that a document has the word in any form, within a compound, or all parts of it when it is one.
func (p place) plain(word string) string {
	stem := oneOf(p.tokens, asStem+value(swedish.Stem(word)), asWord+value(word))
	parts := simpleParts(word)
	if len(parts) < 2 {
		return stem
	}
	conditions := make([]string, len(parts))
	for i, part := range parts {
		conditions[i] = is(p.tokens, asStem+value(part))
	}
	return "(" + stem + " OR " + strings.Join(conditions, " AND ") + ")"
}

// simpleParts returns the stems of those parts of a compound that are no compounds themselves.
func simpleParts(word string) []string {
	return slices.DeleteFunc(slices.Clone(swedish.Parts(word)), func(part string) bool { return len(swedish.Parts(part)) > 0 })
}

// shortestFolded is how many letters a beginning without rings has at least.
const shortestFolded = 3

func having(condition string) way { return way{conditions: []string{condition}, weight: 1} }

// either makes one way of those that need no text, and puts it first.
func either(ways []way) []way {
	var alternatives []string
	var others []way
	for _, w := range ways {
		switch {
		case len(w.text) > 0:
			others = append(others, w)
		case len(w.conditions) == 1:
			alternatives = append(alternatives, w.conditions[0])
		case len(w.conditions) > 1:
			alternatives = append(alternatives, "("+strings.Join(w.conditions, " AND ")+")")
		}
	}
	if len(alternatives) == 0 {
		return others
	}
	return append([]way{having(strings.Join(alternatives, " OR "))}, others...)
}

// product returns the ways of having both.
func product(a, b []way) []way {
	var both []way
	for _, x := range a {
		for _, y := range b {
			both = append(both, way{
				conditions: slices.Concat(x.conditions, y.conditions), text: slices.Concat(x.text, y.text), weight: min(x.weight, y.weight),
			})
		}
	}
	return both
}

// The conditions that the server knows. A value comes from value and has nothing in it that needs escaping.

func is(field, value string) string { return field + ` = "` + value + `"` }

func begins(field, value string) string { return field + ` STARTS WITH "` + value + `"` }

func oneOf(field string, values ...string) string {
	return field + ` IN ["` + strings.Join(values, `", "`) + `"]`
}

// quoted is a phrase that the server finds as it is.
func quoted(words ...string) string { return `"` + strings.Join(words, " ") + `"` }
