package markdown

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// hit is a form found in a run of text: from start in the source to stop.
type hit struct {
	start, stop, term int
	form              string
}

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
	for i := 0; i < len(s.words); {
		term, length := s.termAt(s.words[i:], floor)
		if term < 0 {
			i++
			continue
		}
		if !s.marked[term] && s.env.Terms.list[term].Slug != s.env.Self {
			s.marked[term] = true
			hits = append(hits, s.hit(s.words[i:i+length], term))
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
	return hit{words[0].start, words[len(words)-1].stop, term, strings.Join(parts, " ")}
}

// splice puts new nodes in the place of the run's: text up to a hit, the hit's
// markup, text after it. A hit may reach over a line break, into the next node.
func (s *survey) splice(run []*ast.Text, hits []hit) {
	parent := run[0].Parent()
	for _, node := range run {
		at, stop, swallowed := node.Segment.Start, node.Segment.Stop, false
		for len(hits) > 0 && hits[0].start < stop {
			if hits[0].start >= at {
				s.insertText(node, at, hits[0].start)
				parent.InsertBefore(parent, node, s.termNode(hits[0]))
			}
			if swallowed = hits[0].stop > stop; swallowed {
				break
			}
			at, hits = hits[0].stop, hits[1:]
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

// termNode is a button that opens its definition, by the popover attribute: tap,
// Enter and Escape work without JavaScript.
func (s *survey) termNode(h hit) ast.Node {
	term := s.env.Terms.list[h.term]
	slug := html.EscapeString(term.Slug)
	id := html.EscapeString(s.env.Prefix) + "term-" + slug
	definition := strings.TrimSpace(term.Definition)
	if definition != "" && !strings.HasSuffix(definition, ".") {
		definition += "."
	}
	node := ast.NewString([]byte(`<button type="button" class="term" popovertarget="` + id + `">` +
		html.EscapeString(h.form) + `</button>` +
		`<span popover="auto" id="` + id + `" class="definition" role="note">` + html.EscapeString(definition) +
		` <a href="/ordlista#` + slug + `">` + s.say.glossary + `</a></span>`))
	node.SetCode(true)
	return node
}
