package markdown

import (
	"bytes"
	"html"
	"slices"

	"github.com/yuin/goldmark/ast"
	goldhtml "github.com/yuin/goldmark/renderer/html"
)

func (s *survey) run(run []*ast.Text) {
	if len(run) == 0 {
		return
	}
	for _, t := range run {
		s.plain(t)
		s.inspect(t)
	}
	if s.quiet == 0 {
		s.mark(run, s.floor)
	}
}

// plain adds a text node to the plain text, its escapes and entities resolved.
func (s *survey) plain(t *ast.Text) {
	value := t.Segment.Value(s.source)
	if bytes.ContainsAny(value, `\&`) {
		var resolved page
		goldhtml.DefaultWriter.Write(&resolved, value)
		s.text.WriteString(html.UnescapeString(resolved.String()))
	} else {
		s.text.Write(value)
	}
	if t.SoftLineBreak() || t.HardLineBreak() {
		s.text.WriteByte(' ')
	}
}

// inspect looks in a text for what its author meant otherwise: tags, and footnotes
// that have no text.
func (s *survey) inspect(t *ast.Text) {
	value := t.Segment.Value(s.source)
	if at := bytes.IndexByte(value, '<'); at >= 0 && len(s.result.Problems) < maxProblems {
		if tag := tagAt(s.source, t.Segment.Start+at); tag != "" {
			s.report(t.Segment.Start+at, msgRawHTML, excerpt(tag))
		}
	}
	if at := bytes.IndexByte(value, '^'); at >= 0 {
		if label := footnoteAt(s.source, t.Segment.Start+at); label != "" {
			s.report(t.Segment.Start+at, msgNoFootnote, excerpt(label))
		}
	}
}

// tagAt gives the tag or comment that begins at a "<" of the source, if one does.
func tagAt(source []byte, at int) string {
	rest := source[at:min(len(source), at+1000)]
	end := bytes.IndexByte(rest, '>')
	if end < 2 || at > 0 && source[at-1] == '\\' {
		return ""
	}
	first := rest[1] | 0x20
	if first >= 'a' && first <= 'z' || rest[1] == '/' || rest[1] == '!' || rest[1] == '?' {
		return string(rest[:end+1])
	}
	return ""
}

// footnoteAt gives the label of the "[^label]" whose "^" stands at a place.
func footnoteAt(source []byte, at int) string {
	if at == 0 || source[at-1] != '[' || at > 1 && source[at-2] == '\\' {
		return ""
	}
	label, _, found := bytes.Cut(source[at+1:min(len(source), at+100)], []byte("]"))
	if !found || bytes.ContainsAny(label, " \n") {
		return ""
	}
	return string(label)
}

func (s *survey) code(n ast.Node) {
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		s.text.Write(line.Value(s.source))
	}
}

func (s *survey) codeSpan(n *ast.CodeSpan) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			s.text.Write(bytes.ReplaceAll(t.Segment.Value(s.source), []byte("\n"), []byte(" ")))
		}
	}
}

// breakLine ends a line of the plain text, once.
func (s *survey) breakLine() {
	if text := s.text.String(); text != "" && text[len(text)-1] != '\n' {
		s.text.WriteByte('\n')
	}
}

// line gives the number of the line in the author's file where a place is.
func (s *survey) line(at int) int {
	if s.newlines == nil {
		s.newlines = []int{}
		for i := 0; i < len(s.source); i++ {
			next := bytes.IndexByte(s.source[i:], '\n')
			if next < 0 {
				break
			}
			i += next
			s.newlines = append(s.newlines, i)
		}
	}
	before, _ := slices.BinarySearch(s.newlines, max(at, 0))
	return s.env.Line + before
}
