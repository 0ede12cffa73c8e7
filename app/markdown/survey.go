package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// survey is one walk over a parsed text, before it is rendered. It changes the tree
// where something is refused or marked, and collects what Result tells.
type survey struct {
	source   []byte
	env      *Env
	say      phrases
	ids      *ids
	route    router
	result   Result
	refused  *Problem
	text     strings.Builder
	newlines []int // where lines end, made when first asked for

	floor     int  // where the text of the block at hand begins
	quiet     int  // above 0: within what takes no terms
	inLink    bool // within a link's text
	nested    bool // a footnote was found there
	level     int  // of the last heading
	links     int  // and images
	expansion int  // bytes of their addresses and titles
	marked    []bool
	words     []word
	fragments []Link // links within the text, checked when all headings are known
	notes     map[string]bool
	pictures  map[*ast.Image]picture
	prepared  map[ast.Node]string // the HTML of fenced blocks that are more than code
	charts    int                 // and film cards
	slots     []string            // the charts that can be shown, in order
}

func newSurvey(source []byte, env *Env, ids *ids) *survey {
	s := &survey{source: source, env: env, ids: ids, say: phrasesIn(env.Lang), route: newRouter(env),
		notes: map[string]bool{}, pictures: map[*ast.Image]picture{}, prepared: map[ast.Node]string{}, level: 1}
	if env.Terms != nil && (env.Lang == "" || env.Lang == "sv") {
		s.marked = make([]bool, len(env.Terms.list))
	} else {
		s.quiet = 1
	}
	s.text.Grow(len(source))
	s.words = make([]word, 0, 64)
	return s
}

// document walks the whole tree and completes the result.
func (s *survey) document(tree ast.Node, defined []footnote) {
	s.walk(tree, 0)
	for _, link := range s.fragments {
		if !s.ids.used[link.Path] {
			s.reportLine(link.Line, msgNoFragment, excerpt(link.Path))
		}
	}
	for _, note := range defined {
		if !s.notes[note.label] {
			s.report(note.at, msgUnusedFootnote, excerpt(note.label))
		}
	}
	s.result.Text = strings.TrimSpace(string(dropControls([]byte(s.text.String()))))
	sortProblems(s.result.Problems)
}

func (s *survey) walk(n ast.Node, depth int) {
	if depth > maxTree {
		s.refuse(n.Pos(), msgTooDeep)
	}
	if s.refused != nil {
		return
	}
	if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
		s.floor = n.Lines().At(0).Start
	}
	switch n := n.(type) {
	case *ast.Heading:
		s.heading(n, depth)
	case *ast.Blockquote:
		s.quote(n, depth)
	case *ast.FencedCodeBlock:
		s.fence(n)
	case *ast.CodeBlock:
		s.code(n)
	case *ast.CodeSpan:
		s.codeSpan(n)
	case *ast.Link:
		s.link(n, depth)
	case *ast.AutoLink:
		s.autoLink(n)
	case *ast.Image:
		s.image(n, depth)
	case *extast.DefinitionTerm, *extast.TableHeader:
		s.quietly(n, depth)
	case *extast.FootnoteLink:
		s.nested = s.inLink
	case *extast.Footnote:
		s.notes[string(n.Ref)] = true
		s.children(n, depth)
	default:
		s.children(n, depth)
	}
	if n.Type() == ast.TypeBlock {
		s.breakLine()
	}
}

// children walks the children of a node; runs of text are looked at as one.
func (s *survey) children(n ast.Node, depth int) {
	var run []*ast.Text
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling() // c may be replaced
		if t, ok := c.(*ast.Text); ok {
			run = append(run, t)
		} else {
			s.run(run)
			run = run[:0]
			s.walk(c, depth+1)
		}
		c = next
	}
	s.run(run)
}

func (s *survey) quietly(n ast.Node, depth int) {
	s.quiet++
	s.children(n, depth)
	s.quiet--
}

// heading gives a heading its level and id, and enters it in the outline.
func (s *survey) heading(n *ast.Heading, depth int) {
	start := s.text.Len()
	s.quietly(n, depth)
	title := strings.TrimSpace(s.text.String()[start:])
	if n.Level == 1 {
		s.report(n.Pos(), msgTopHeading)
		n.Level = 2
	}
	if title == "" {
		s.report(n.Pos(), msgEmptyHeading)
		n.Parent().RemoveChild(n.Parent(), n)
		return
	}
	if n.Level > s.level+1 {
		s.report(n.Pos(), msgSkippedLevel, n.Level, s.level+1)
	}
	s.level = n.Level
	id := s.env.Prefix + string(s.ids.Generate([]byte(title), n.Kind()))
	n.SetAttributeString("id", []byte(id))
	if n.Level <= 3 {
		s.result.Outline = append(s.result.Outline, Heading{ID: id, Title: title, Level: n.Level})
	}
}

func (s *survey) report(at int, message string, args ...any) {
	s.reportLine(s.line(at), message, args...)
}

func (s *survey) reportLine(line int, message string, args ...any) {
	s.reportProblem(newProblem(line, message, args...))
}

func (s *survey) reportProblem(p *Problem) {
	if len(s.result.Problems) < maxProblems {
		s.result.Problems = append(s.result.Problems, *p)
	}
}

func (s *survey) refuse(at int, message string) {
	if s.refused == nil {
		s.refused = newProblem(s.line(at), message)
	}
}
