package swedish

import (
	"html/template"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Wanted is a word that may be marked, or a phrase when there are several, with how it was read (search.Want). A word is marked
// in all its forms and in compounds, a phrase only as it is written. A compound that a text has nowhere is marked in its
// parts when the text has them all.
type Wanted struct {
	Words  []string // as Words gives them
	Prefix bool     // words that begin as the last one does
	Folded bool     // words that are the same without rings
	Typo   bool     // words within Edits; below 8 letters the first must be right
}

// Marked returns the whole text escaped, with what is wanted within <mark>.
func Marked(text string, wanted []Wanted) template.HTML {
	var b strings.Builder
	mark(&b, text, 0, len(text), find(text, wanted, len(text)))
	return template.HTML(b.String()) // #nosec G203 -- mark escapes
}

// mostWanted is how many wants are looked for; nobody types more, and a text is compared with each.
const mostWanted = 32

// hit is a place where a text has what is wanted.
type hit struct {
	start, end int // bytes
	wanted     int // index of what was found
}

// find returns the hits of a text in order, up to the end of the first passage of so many characters that has all that is wanted.
func find(text string, wanted []Wanted, length int) []hit {
	seekers := make([]seeker, min(len(wanted), mostWanted))
	for i := range seekers {
		seekers[i] = newSeeker(wanted[i])
	}
	if len(seekers) == 0 {
		return nil
	}
	r := &reader{text: text}
	hits := look(r, seekers, length)
	if parts := apart(r, seekers, hits); len(parts) > 0 {
		hits = look(r, append(seekers, parts...), len(text))
	}
	return hits
}

// reader reads the words of a text as far as they are asked for.
type reader struct {
	text   string
	tokens []Token
}

// from returns the words from the i-th on, at least n of them if there are so many.
func (r *reader) from(i, n int) []Token {
	for len(r.tokens) < i+n {
		at := 0
		if len(r.tokens) > 0 {
			at = r.tokens[len(r.tokens)-1].End
		}
		token, ok := next(r.text, at)
		if !ok {
			break
		}
		r.tokens = append(r.tokens, token)
	}
	return r.tokens[min(i, len(r.tokens)):]
}

// look returns what the seekers find, up to the end of the first passage of so many characters that has it all. Hits do not overlap:
// of those that begin at the first word the longest is taken.
func look(r *reader, seekers []seeker, length int) []hit {
	var hits []hit
	known, enough, most := field(), len(r.text), 1
	for _, s := range seekers {
		most = max(most, len(s.Words))
	}
	for i := 0; ; {
		tokens := r.from(i, most)
		if len(tokens) == 0 {
			break
		}
		start := tokens[0].Start
		if start > enough && utf8.RuneCountInString(r.text[enough-length:start]) > length {
			break
		}
		words, which, first := 0, 0, known.read(tokens[0].Word)
		for j := range seekers {
			if n := seekers[j].match(tokens, first); n > words {
				words, which = n, j
			}
		}
		if words > 0 {
			hits = append(hits, hit{start, tokens[words-1].End, which})
			if begin := complete(hits, len(seekers), length); begin >= 0 {
				enough = min(enough, begin+length)
			}
		}
		i += max(words, 1)
	}
	return hits
}

// complete returns where the passage of at most length bytes begins that has all that is wanted and ends with the last hit; -1
// when there is none.
func complete(hits []hit, wanted, length int) int {
	var seen uint64
	for _, h := range slices.Backward(hits) {
		if hits[len(hits)-1].end-h.start > length {
			break
		}
		if seen |= 1 << h.wanted; bits.OnesCount64(seen) == wanted {
			return h.start
		}
	}
	return -1
}

// apart returns seekers for the parts of compounds that were not found, if all of them are: "frånvaro i skolan" for skolfrånvaro.
func apart(r *reader, seekers []seeker, hits []hit) []seeker {
	var all []seeker
	for i, s := range seekers {
		if len(s.parts) < 2 || slices.ContainsFunc(hits, func(h hit) bool { return h.wanted == i }) {
			continue
		}
		var parts []seeker
		for _, part := range s.parts {
			if len(Parts(part)) == 0 {
				parts = append(parts, newSeeker(Wanted{Words: []string{part}}))
			}
		}
		missing := func(part seeker) bool { return len(look(r, []seeker{part}, 0)) == 0 }
		if len(parts) > 1 && !slices.ContainsFunc(parts, missing) {
			all = append(all, parts...)
		}
	}
	return all
}

// mark writes the text from one place to another, escaped, with the hits within <mark>.
func mark(b *strings.Builder, text string, from, to int, hits []hit) {
	for _, h := range hits {
		start, end := max(h.start, from), min(h.end, to)
		if start >= end {
			continue
		}
		escape(b, text[from:start])
		b.WriteString("<mark>")
		escape(b, text[start:end])
		b.WriteString("</mark>")
		from = end
	}
	escape(b, text[from:to])
}

func escape(b *strings.Builder, text string) {
	b.WriteString(template.HTMLEscapeString(strings.ToValidUTF8(text, "\uFFFD")))
}

// seeker is a Wanted made ready to be compared with many words.
type seeker struct {
	Wanted
	folded     []string // the words
	reading             // of the word, when there is one
	foldedStem string
}

func newSeeker(w Wanted) seeker {
	s := seeker{Wanted: w}
	for _, word := range w.Words {
		s.folded = append(s.folded, Fold(word))
	}
	if len(w.Words) == 1 {
		s.reading = *field().read(w.Words[0])
		s.foldedStem = Fold(s.stem)
	}
	return s
}

// match returns how many of the first tokens are what is sought, 0 when they are not. The reading is that of the first.
func (s *seeker) match(tokens []Token, first *reading) int {
	if len(s.Words) == 0 || len(tokens) < len(s.Words) {
		return 0
	}
	for i := range s.Words {
		if !s.looks(i, tokens[i].Word) && !s.means(first) {
			return 0
		}
	}
	return len(s.Words)
}

// looks reports whether a word of a text is written as the i-th one sought, as far as the reading minds.
func (s *seeker) looks(i int, word string) bool {
	sought, prefix := s.Words[i], s.Prefix && i == len(s.Words)-1
	switch {
	case sought == "":
		return false
	case word == sought, prefix && strings.HasPrefix(word, sought), s.Folded && foldsTo(word, s.folded[i], prefix):
		return true
	}
	return s.Typo && slipped(sought, word)
}

// slipped reports whether what was typed may be the word with a slip or two.
func slipped(typed, word string) bool {
	edits := Edits(typed)
	if edits == 0 || utf8.RuneCountInString(typed) < 8 && !sameFirst(typed, word) {
		return false
	}
	return Distance(typed, word, edits) <= edits
}

// means reports whether a word of a text is the one sought in another form, or a compound with it, or with all its parts. Words
// of a phrase stand for themselves alone, and so do words that carry nothing.
func (s *seeker) means(r *reading) bool {
	if len(s.Words) > 1 || s.stem == "" || s.stop || r.stop {
		return false
	}
	if r.stem == s.stem || slices.Contains(r.parts, s.stem) || len(s.parts) > 1 && contains(r.parts, s.parts) {
		return true
	}
	same := func(stem string) bool { return foldsTo(stem, s.foldedStem, false) }
	return s.Folded && (same(r.stem) || slices.ContainsFunc(r.parts, same))
}

// contains reports whether all parts are among those of a word.
func contains(all, parts []string) bool {
	for _, part := range parts {
		if !slices.Contains(all, part) {
			return false
		}
	}
	return true
}
