package bleve

import (
	"slices"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// What it is worth, beside a stem in the right inflection, that a word is …
const (
	worthExact    = 1.2 // … exactly as it was written
	worthPart     = 0.5 // … a part of a compound
	worthParts    = 0.3 // … taken apart: the document has all parts of the compound asked for
	worthSynonym  = 0.8 // … another that means the same
	worthBegun    = 0.8 // … longer than asked for
	worthOneSlip  = 0.7
	worthTwoSlips = 0.4
	worthWhole    = 1.5 // … with the others just what the title is
)

// token is one of the tokens by which a word may match, and what it is worth; the best one counts.
type token struct {
	text  string
	worth float32
	title bool // to be looked for in titles only
}

// want returns how well the documents fit what is wanted.
func (f *finder) want(w search.Want) (weights, error) {
	fits, err := f.expression(w.Words, w.Reading)
	if err != nil {
		return nil, err
	}
	for _, synonym := range w.Synonyms {
		if len(synonym) == 0 {
			continue
		}
		others, err := f.expression(synonym, search.Plain)
		if err != nil {
			return nil, err
		}
		fits.raise(others, worthSynonym)
	}
	return fits, nil
}

// expression returns how well the documents fit a word or a phrase.
func (f *finder) expression(words []string, reading search.Reading) (weights, error) {
	if err := f.ctx.Err(); err != nil {
		return nil, err
	}
	if len(words) > 1 {
		return f.phrase(words, reading)
	}
	tokens, err := f.tokens(words[0], reading)
	if err != nil {
		return nil, err
	}
	fits, err := f.any(tokens)
	if err != nil || reading != search.Plain {
		return fits, err
	}
	return fits, f.apart(words[0], fits)
}

// tokens returns how a word may stand in the index by a reading.
func (f *finder) tokens(word string, reading search.Reading) ([]token, error) {
	switch reading {
	case search.Prefix:
		return f.begun(word)
	case search.Folded:
		return f.folded(word)
	case search.Typo:
		return f.slipped(word)
	}
	return plain(word), nil
}

func plain(word string) []token {
	return append(asOne(swedish.Stem(word)), token{asWord + word, worthExact, false})
}

// asOne returns how a stem may stand in the index: as that of a word, as the word itself, as that of a part of a compound.
func asOne(stem string) []token {
	return []token{{asStem + stem, 1, false}, {asWord + stem, 1, false}, {asPart + stem, worthPart, false}}
}

// begun returns the words that begin so.
func (f *finder) begun(word string) ([]token, error) {
	edges := edges(word)
	if edges[len(edges)-1] == word {
		tokens := []token{{asWord + word, 1, false}, {asEdge + word, worthBegun, true}}
		if len(f.fields) == 1 {
			return tokens, nil
		}
		longer, err := f.longer(asWord, word)
		return append(tokens, longer...), err
	}
	return f.longer(asWord, word)
}

// folded returns the words that are the same without rings, and those that begin so.
func (f *finder) folded(word string) ([]token, error) {
	stem := swedish.Fold(swedish.Stem(word))
	tokens := append(asOne(stem), token{asFolded + stem, 1, false}, token{asFoldedPart + stem, worthPart, false})
	word = swedish.Fold(word)
	if len([]rune(word)) < shortestFolded {
		return tokens, nil
	}
	tokens = append(tokens, token{asEdge + word, worthBegun, true}, token{asFoldedEdge + word, worthBegun, true})
	for _, marker := range []string{asFolded, asWord} {
		longer, err := f.longer(marker, word)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, longer...)
	}
	return tokens, nil
}

// shortestFolded is how many letters a beginning without rings has at least.
const shortestFolded = 3

// apart raises fits where a document has all parts of a compound, each by itself or within another: "frånvaro i skolan" when
// "skolfrånvaro" was asked for.
func (f *finder) apart(word string, fits weights) error {
	parts := swedish.Parts(word)
	parts = slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return len(swedish.Parts(part)) > 0 })
	if len(parts) < 2 {
		return nil
	}
	var all weights
	for _, part := range parts {
		some, err := f.any(asOne(part))
		if err != nil {
			return err
		}
		if all == nil {
			all = some
		}
		all.lower(some)
	}
	fits.raise(all, worthParts)
	return nil
}

// any returns how well the documents fit any of the tokens: in each field the best of them counts, and all fields count together.
func (f *finder) any(tokens []token) (weights, error) {
	fits := f.blank()
	for i, p := range f.parts {
		best := make([]float32, len(p.may))
		for _, field := range f.fields {
			var hit []uint64
			for _, t := range tokens {
				if t.title && field.name != fieldTitle {
					continue
				}
				err := p.weigh(field, t, func(doc uint64, fit float32) {
					if best[doc] == 0 {
						hit = append(hit, doc)
					}
					best[doc] = max(best[doc], fit)
				})
				if err != nil {
					return nil, err
				}
			}
			for _, doc := range hit {
				fits[i][doc] += field.weight * best[doc]
				best[doc] = 0
			}
		}
	}
	return fits, nil
}

// weigh calls do for each document that may be found and has the token in the field.
func (p *part) weigh(field textWeight, t token, do func(doc uint64, fit float32)) error {
	postings, err := p.postings(field.name, t.text, true, false)
	if err != nil {
		return err
	}
	posting, err := postings.Next()
	for ; err == nil && posting != nil; posting, err = postings.Next() {
		if doc := posting.Number(); p.may[doc] {
			do(doc, t.worth*field.saturated(float32(posting.Frequency()), float32(posting.Norm())))
		}
	}
	return err
}

// saturated is how much it tells that a word stands so often in a text: the second time less than the first, and less in a long
// text. It is BM25's measure; Bleve's norm is one through the square root of the number of words.
func (w textWeight) saturated(often, norm float32) float32 {
	const soon, length = 1.2, 0.5
	words := 1 / (norm * norm)
	return often * (soon + 1) / (often + soon*(1-length+length*words/w.usual))
}
