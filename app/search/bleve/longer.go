package bleve

import (
	"cmp"
	"slices"
	"unicode/utf8"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// How many words one that is not typed to its end, or mistyped, may stand for, and how many are looked at to choose them.
const (
	mostLonger  = 200
	mostSlipped = 50
	mostLooked  = 20_000
)

// longestWord is how many characters a word may have to be looked for with slips: package swedish reads no more.
const longestWord = 64

// freeFirst is from how many letters also the first letter may be mistyped.
const freeFirst = 8

// automata makes automata that know the words at so many edits.
type automata = *levenshtein.LevenshteinAutomatonBuilder

func newAutomata() (all [2]automata, err error) {
	for i := range all {
		if all[i], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true); err != nil {
			return all, err
		}
	}
	return all, nil
}

// longer returns the tokens that begin so, the most frequent when there are many.
func (f *finder) longer(marker, beginning string) ([]token, error) {
	found, err := f.dictionary(nil, marker+beginning)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.documents, a.documents), cmp.Compare(a.text, b.text))
	})
	var tokens []token
	for _, c := range found[:min(len(found), mostLonger)] {
		tokens = append(tokens, token{c.text, worthBegun, false})
	}
	return tokens, nil
}

// slipped returns the words that are a slip or two away, the nearest first.
func (f *finder) slipped(word string) ([]token, error) {
	edits := swedish.Edits(word)
	if edits == 0 || utf8.RuneCountInString(word) > longestWord {
		return []token{{asWord + word, 1, false}}, nil
	}
	near := []token{{asWord + word, 1, false}}
	automaton, err := f.slips[edits-1].BuildDfa(asWord+word, uint8(edits))
	if err != nil {
		return nil, err
	}
	beginning := asWord
	if letters := []rune(word); len(letters) < freeFirst {
		beginning += string(letters[:1])
	}
	found, err := f.dictionary(automaton, beginning)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].slips = swedish.Distance(word, found[i].text[1:], edits)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.slips, b.slips), cmp.Compare(b.documents, a.documents), cmp.Compare(a.text, b.text))
	})
	for _, c := range found[:min(len(found), mostSlipped)] {
		if 0 < c.slips && c.slips <= edits {
			near = append(near, token{c.text, []float32{1, worthOneSlip, worthTwoSlips}[c.slips], false})
		}
	}
	return near, nil
}

// candidate is a token of the index that may be what was meant.
type candidate struct {
	text      string
	documents uint64 // about how many have it
	slips     int
}

// dictionary returns the index's tokens that begin so and that the automaton, if any, knows.
func (f *finder) dictionary(automaton segment.Automaton, beginning string) ([]candidate, error) {
	seen := map[string]uint64{}
	for _, p := range f.parts {
		for _, field := range f.fields {
			dict, err := p.dict(field.name)
			if err != nil {
				return nil, err
			}
			looked := 0
			tokens := dict.AutomatonIterator(automaton, []byte(beginning), []byte(beginning+"\xff"))
			entry, err := tokens.Next()
			for ; err == nil && entry != nil && looked < mostLooked; entry, err = tokens.Next() {
				seen[entry.Term] += entry.Count
				looked++
			}
			if err != nil {
				return nil, err
			}
		}
	}
	found := make([]candidate, 0, len(seen))
	for text, documents := range seen {
		found = append(found, candidate{text: text, documents: documents})
	}
	return found, nil
}

// places returns, for each word of a phrase, the tokens that may stand there.
func (f *finder) places(words []string, reading search.Reading) ([][]string, error) {
	places := make([][]string, len(words))
	for i, word := range words {
		places[i] = []string{asWord + word}
		var more []token
		var err error
		switch {
		case reading == search.Prefix && i == len(words)-1:
			more, err = f.longer(asWord, word)
		case reading == search.Folded:
			more = []token{{text: asWord + swedish.Fold(word)}, {text: asFolded + swedish.Fold(swedish.Stem(word))}}
		case reading == search.Typo:
			more, err = f.slipped(word)
		}
		if err != nil {
			return nil, err
		}
		for _, t := range more {
			places[i] = append(places[i], t.text)
		}
		places[i] = distinct(places[i])
	}
	return places, nil
}
