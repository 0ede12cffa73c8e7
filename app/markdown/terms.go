package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Term is one entry of the glossary as texts need it.
type Term struct {
	Slug       string   // its place in the glossary: /ordlista#slug
	Title      string   // as written in running text: "orosanmälan", "BBIC"
	Definition string   // one sentence, plain text
	Forms      []string // every way it is written that shall be marked, Title among them
}

// Terms is a glossary made ready for marking: a tree of words, so that a text is
// read once however many terms there are. It is made by [NewTerms], never changes
// and may be shared.
type Terms struct {
	list []Term
	root *branch
}

// branch stands after some words of a form; term is the index of the form that
// ends here, -1 for none.
type branch struct {
	next map[string]*branch
	term int
}

// NewTerms compiles a glossary. A form that two terms claim belongs to the first.
func NewTerms(list []Term) *Terms {
	t := &Terms{list: list, root: newBranch()}
	for i, term := range list {
		for _, form := range append([]string{term.Title}, term.Forms...) {
			t.add(form, i)
		}
	}
	return t
}

func newBranch() *branch { return &branch{next: map[string]*branch{}, term: -1} }

func (t *Terms) add(form string, term int) {
	at := t.root
	var found words
	found.read([]byte(form), 0)
	for _, w := range found.list {
		if at.next[form[w.start:w.stop]] == nil {
			at.next[form[w.start:w.stop]] = newBranch()
		}
		at = at.next[form[w.start:w.stop]]
	}
	if at != t.root && at.term < 0 {
		at.term = term
	}
}

// words are the words of a run of text in order.
type words struct {
	list  []word
	glued bool // nothing but white space since the last word
}

// word is a word's place in a text; glued says that only white space separates it
// from the word before.
type word struct {
	start, stop int
	glued       bool
}

// read appends the words of text, their places moved by offset. Letters (å, ä, ö
// and all others), digits and combining marks make words; a hyphen inside one
// belongs to it, so that "HVB-hem" is another word than "HVB".
func (w *words) read(text []byte, offset int) {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if !isWordRune(r) {
			w.glued = w.glued && unicode.IsSpace(r)
			at += size
			continue
		}
		stop := wordEnd(text, at)
		w.list = append(w.list, word{start: offset + at, stop: offset + stop, glued: w.glued})
		at, w.glued = stop, true
	}
}

func wordEnd(text []byte, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == '-' {
			if next, _ := utf8.DecodeRune(text[at+1:]); !isWordRune(next) {
				return at
			}
		} else if !isWordRune(r) {
			return at
		}
		at += size
	}
	return at
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError &&
		(unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\u00ad')
}

// find gives the term whose form begins at words[0], the longest one, and the number
// of words in it; term is -1 when there is none. A form matches as it is written;
// capital also tries the first word with a small letter, as where a sentence begins.
func (t *Terms) find(source []byte, words []word, capital bool) (term, length int) {
	first := source[words[0].start:words[0].stop]
	if !capital {
		return t.walk(t.root.next[string(first)], source, words)
	}
	r, size := utf8.DecodeRune(first)
	lower := string(unicode.ToLower(r)) + string(first[size:])
	return t.walk(t.root.next[lower], source, words)
}

func (t *Terms) walk(at *branch, source []byte, words []word) (term, length int) {
	term = -1
	for i := 1; at != nil; i++ {
		if at.term >= 0 {
			term, length = at.term, i
		}
		if i == len(words) || !words[i].glued {
			break
		}
		at = at.next[string(source[words[i].start:words[i].stop])]
	}
	return term, length
}

// sentenceStart tells whether a sentence begins at a place of a block of text that
// begins at floor: nothing before it, or a full stop, with marks and space between.
func sentenceStart(source []byte, floor, at int) bool {
	for at > floor {
		r, size := utf8.DecodeLastRune(source[floor:at])
		switch {
		case strings.ContainsRune(".!?:", r):
			return true
		case unicode.IsSpace(r), strings.ContainsRune("*_~[](){}<>#|\"'”’“»«–—-", r):
			at -= size
		default:
			return false
		}
	}
	return true
}
