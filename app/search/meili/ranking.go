package meili

import (
	"slices"
	"strings"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// What a query is worth, besides in which field its words stand.
const (
	foundWeight   = .01 // that a document is found at all
	synonymWeight = .8
	partsWeight   = .5 // all parts of a compound
	someWeight    = .3 // one of several wants where one is enough
)

// maxRankings is how many queries may see to the order.
const maxRankings = 12

// rankAll puts documents that have all wants, in the first way, in order: as they are written, in any form, with a synonym or the
// parts of a compound in the place of a word.
func (p place) rankAll(wants []search.Want, first way) []query {
	if len(first.conditions) == 0 {
		return nil // the text that finds them orders them
	}
	written, formed := make([]string, len(wants)), make([]string, len(wants))
	for i, w := range wants {
		written[i], formed[i] = asWritten(w), asFormed(w)
	}
	if len(first.text) > 0 { // forms could have slips that find more
		p.fields = p.written()
		return []query{p.ranking(first, 1, written)}
	}
	ranked := []query{p.ranking(first, 1, written), p.ranking(first, 1, formed)}
	instead := func(i int, weight float64, words ...string) {
		with := slices.Clone(formed)
		with[i] = each(words)
		ranked = append(ranked, p.ranking(first, weight, with))
	}
	for i, w := range wants {
		if parts := simpleParts(w.Words[0]); len(w.Words) == 1 && len(parts) > 1 {
			instead(i, partsWeight, parts...)
		}
		for _, synonym := range w.Synonyms {
			if len(synonym) == 1 {
				instead(i, synonymWeight, swedish.Stem(synonym[0]))
			}
		}
	}
	return ranked
}

// rankAny puts documents with more wants before those with fewer.
func (p place) rankAny(wants []search.Want, first way) []query {
	if len(first.text) > 0 {
		return nil
	}
	formed := make([]string, len(wants))
	for i, w := range wants {
		formed[i] = asFormed(w)
	}
	together := p.ranking(first, 1, formed)
	together.some = true
	ranked := []query{together}
	for _, one := range formed {
		ranked = append(ranked, p.ranking(first, someWeight, []string{one}))
	}
	return ranked
}

// ranking orders some of what is found in the way w by how well the text fits. Bare words come last, and a beginning last of all.
func (p place) ranking(w way, weight float64, text []string) query {
	text = slices.Clone(text)
	slices.SortStableFunc(text, func(a, b string) int { return isBare(a) - isBare(b) })
	return query{conditions: w.conditions, text: strings.Join(text, " "), fields: p.fields, weight: weight}
}

func isBare(text string) int {
	if strings.HasPrefix(text, `"`) {
		return 0
	}
	return 1
}

// asWritten is the want as text, its words as they are typed.
func asWritten(w search.Want) string {
	if len(w.Words) == 1 && (w.Reading == search.Prefix || w.Reading == search.Typo) {
		return w.Words[0]
	}
	return quoted(w.Words...)
}

// asFormed is the want as text, its word in any form.
func asFormed(w search.Want) string {
	switch {
	case len(w.Words) > 1 || w.Reading == search.Prefix || w.Reading == search.Typo || swedish.Stop(w.Words[0]):
		return asWritten(w)
	case w.Reading == search.Folded:
		return quoted(foldedStem(w.Words[0]))
	}
	return quoted(swedish.Stem(w.Words[0]))
}

// each is all of the words, in any order.
func each(words []string) string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = quoted(word)
	}
	return strings.Join(all, " ")
}
