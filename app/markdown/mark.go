package markdown

import (
	"bytes"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// hit is a form found in a run of text: from start in the source to stop. What stands
// so close that it may not part from the term begins at from and ends at to.
type hit struct {
	from, start, stop, to int
	term                  int
	form                  string
}

// What keeps to the word after it and to the word before it. A browser may break the
// line on either side of a button, whatever stands there. Letters keep to these
// characters by themselves. A backslash may escape the character after it: the two are
// never parted.
const (
	opening = "\\([\"'”’“‘»«\u00a0"
	closing = ".,:;!?)]\"'”’»«…®™/-–\u00a0"
)

// mark replaces the first occurrence of each term in a run of neighbouring text
// nodes by its button and definition. floor is where the block's text begins.
func (s *survey) mark(run []*ast.Text, floor int) {
	if hits := s.hits(run, floor); len(hits) > 0 {
		s.splice(run, hits)
	}
}

func (s *survey) hits(run []*ast.Text, floor int) []hit {
	found := words{list: s.words[:0]}
	for _, node := range run {
		found.read(node.Segment.Value(s.source), node.Segment.Start)
		found.glued = found.glued && !node.HardLineBreak()
	}
	s.words = found.list
	var hits []hit
	end := 0 // of the last hit
	for i := 0; i < len(s.words); {
		term, length := s.termAt(s.words[i:], floor)
		if term < 0 {
			i++
			continue
		}
		if !s.marked[term] && s.env.Terms.list[term].Slug != s.env.Self {
			s.marked[term] = true
			h := s.hit(s.words[i:i+length], term)
			h.widen(s.source, run, end)
			hits, end = append(hits, h), h.to
		}
		i += length
	}
	return hits
}

func (s *survey) termAt(words []word, floor int) (term, length int) {
	term, length = s.env.Terms.find(s.source, words, false)
	if term >= 0 {
		return term, length
	}
	r, _ := utf8.DecodeRune(s.source[words[0].start:])
	if unicode.IsUpper(r) && sentenceStart(s.source, floor, words[0].start) {
		return s.env.Terms.find(s.source, words, true)
	}
	return -1, 0
}

// hit takes the form from its words: between them the source may have a line break
// and the mark of a quotation.
func (s *survey) hit(words []word, term int) hit {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = string(s.source[w.start:w.stop])
	}
	return hit{start: words[0].start, stop: words[len(words)-1].stop, term: term, form: strings.Join(parts, " ")}
}

// widen takes in what may not part from the hit; the hit before ends at floor.
func (h *hit) widen(source []byte, run []*ast.Text, floor int) {
	for _, node := range run {
		at := node.Segment
		if at.Start <= h.start && h.start < at.Stop {
			from := max(at.Start, floor)
			h.from = from + len(bytes.TrimRight(source[from:h.start], opening))
		}
		if at.Start < h.stop && h.stop <= at.Stop {
			h.to = at.Stop - len(bytes.TrimLeft(source[h.stop:at.Stop], closing))
		}
	}
}

// splice puts new nodes in the place of the run's: text up to a hit, the hit's
// markup, text after it. A hit may reach over a line break, into the next node.
func (s *survey) splice(run []*ast.Text, hits []hit) {
	parent := run[0].Parent()
	for _, node := range run {
		at, stop, swallowed := node.Segment.Start, node.Segment.Stop, false
		for len(hits) > 0 && hits[0].from < stop {
			if hits[0].from >= at {
				s.insertText(node, at, hits[0].from)
				s.insertTerm(node, hits[0])
			}
			if swallowed = hits[0].to > stop; swallowed {
				break
			}
			at, hits = hits[0].to, hits[1:]
		}
		if swallowed { // the node's line break lies within the hit
			parent.RemoveChild(parent, node)
			continue
		}
		node.Segment = text.NewSegment(at, stop)
	}
}

func (s *survey) insertText(before ast.Node, from, to int) {
	if from < to {
		parent := before.Parent()
		parent.InsertBefore(parent, before, ast.NewTextSegment(text.NewSegment(from, to)))
	}
}

// insertTerm writes the term's button between what keeps to it, and its definition.
func (s *survey) insertTerm(before ast.Node, h hit) {
	button, definition := s.termMarkup(h)
	if h.from == h.start && h.stop == h.to {
		s.insertMarkup(before, button+definition)
		return
	}
	s.insertMarkup(before, `<span class="nowrap">`)
	s.insertText(before, h.from, h.start)
	s.insertMarkup(before, button)
	s.insertText(before, h.stop, h.to)
	s.insertMarkup(before, `</span>`+definition)
}

func (s *survey) insertMarkup(before ast.Node, markup string) {
	node := ast.NewString([]byte(markup))
	node.SetCode(true)
	before.Parent().InsertBefore(before.Parent(), before, node)
}

// termMarkup is a button that opens its definition, by the popover attribute: tap,
// Enter and Escape work without JavaScript.
func (s *survey) termMarkup(h hit) (button, definition string) {
	term := s.env.Terms.list[h.term]
	slug := html.EscapeString(term.Slug)
	id := html.EscapeString(s.env.Prefix) + "term-" + slug
	text := strings.TrimSpace(term.Definition)
	if text != "" && !strings.HasSuffix(text, ".") {
		text += "."
	}
	return `<button type="button" class="term" popovertarget="` + id + `">` + html.EscapeString(h.form) + `</button>`,
		`<span popover="auto" id="` + id + `" class="definition" role="note">` + html.EscapeString(text) +
			` <a href="/ordlista#` + slug + `">` + s.say.glossary + `</a></span>`
}
