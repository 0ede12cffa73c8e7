package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// What one text may cost. Markdown has several constructs whose work grows with the
// square of the text (emphasis that never closes, brackets within brackets,
// footnotes) or whose result is far larger than the text (a wide table with empty
// rows, a long address referred to a thousand times). Each is counted while it is
// parsed; the first that runs out stops the parser and the text is refused. All
// are many times what a long report needs.
const (
	maxLines     = 20_000
	maxDepth     = 24         // blocks within blocks; a list within a list counts two
	maxTree      = 100        // nodes within nodes, emphasis and links included
	maxBlocks    = 10_000     // lists and quotations
	maxMarks     = 100_000    // characters that may mean something: * _ ~ ` [ ] ! <
	maxWork      = 50_000_000 // bytes that each of those could make the parser look at
	maxCells     = 20_000     // table cells
	maxPipes     = 500        // escaped pipes in tables
	maxFootnotes = 500
	maxExpansion = 1 << 20 // bytes of addresses and titles, each counted wherever it is used
	maxLinks     = 5000
	maxCharts    = 50 // and film cards
	maxProblems  = 100
)

// state is a parse context that also counts.
type state struct {
	parser.Context
	blocks, marks, work, cells, pipes int
	footnotes                         []footnote
	spent                             string // the message about the limit that ran out
	at                                int    // where in the source
}

// footnote is one that was defined, used or not.
type footnote struct {
	label string
	at    int
}

func newState(ids parser.IDs) *state {
	return &state{Context: parser.NewContext(parser.WithIDs(ids))}
}

// spend notes the first limit that is passed.
func (s *state) spend(message string, at int) {
	if s.spent == "" {
		s.spent, s.at = message, at
	}
}

// container is a block parser for blocks that hold blocks, kept within bounds.
type container struct{ parser.BlockParser }

// Open refuses to open another block when there are too many, or too many within
// each other.
func (c container) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	s := pc.(*state)
	if s.spent != "" {
		return nil, parser.NoChildren
	}
	line, at := reader.Position()
	node, result := c.BlockParser.Open(parent, reader, pc)
	if node == nil {
		return nil, result
	}
	s.blocks++
	switch {
	case deep(parent):
		s.spend(msgTooDeep, at.Start)
	case s.blocks > maxBlocks:
		s.spend(msgTooManyBlocks, at.Start)
	default:
		return node, result
	}
	reader.SetPosition(line, at)
	return nil, parser.NoChildren
}

func deep(n ast.Node) bool {
	for range maxDepth {
		if n = n.Parent(); n == nil {
			return false
		}
	}
	return true
}

// footnotes is goldmark's block parser for footnotes, counted.
type footnotes struct{ container }

// Open notes each footnote: those that nothing refers to vanish from the tree.
func (f footnotes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	_, at := reader.Position()
	node, result := f.container.Open(parent, reader, pc)
	note, ok := node.(*extast.Footnote)
	if !ok {
		return nil, result
	}
	s := pc.(*state)
	s.footnotes = append(s.footnotes, footnote{string(note.Ref), at.Start})
	if len(s.footnotes) > maxFootnotes {
		s.spend(msgTooManyFootnotes, at.Start)
	}
	return node, result
}

// fuse is an inline parser that parses nothing: it stands before the others at every
// character that can set them to work, counts what they could cost, and takes the rest
// of the block as nothing once a limit is passed.
type fuse struct{}

// Trigger names the characters.
func (fuse) Trigger() []byte { return []byte("*_~`[]!<") }

// Parse counts one character in its block.
func (fuse) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	s := pc.(*state)
	if lines := parent.Lines(); s.spent == "" && lines.Len() > 0 {
		first, last := lines.At(0), lines.At(lines.Len()-1)
		s.marks++
		s.work += last.Stop - first.Start + 64*lines.Len()
		if s.marks > maxMarks || s.work > maxWork {
			s.spend(msgTooTangled, first.Start)
		}
	}
	if s.spent == "" {
		return nil
	}
	for line, _ := block.PeekLine(); line != nil; line, _ = block.PeekLine() {
		block.AdvanceLine()
	}
	return ast.NewTextSegment(text.NewSegment(0, 0))
}

// references is goldmark's transformer for link references, counted: it copies the
// rest of the paragraph for each one it takes out.
type references struct{ inner parser.ParagraphTransformer }

// Transform takes the references out of a paragraph.
func (r references) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	s, lines := pc.(*state), node.Lines()
	first := lines.At(0)
	if bytes.HasPrefix(bytes.TrimLeft(first.Value(reader.Source()), " "), []byte("[")) {
		work := lines.Len() * lines.Len()
		if s.work+work > maxWork {
			s.spend(msgTooTangled, first.Start)
		} else {
			s.work += work
		}
	}
	if s.spent == "" {
		r.inner.Transform(node, reader, pc)
	}
}

// tables is goldmark's table transformer, counted before it makes the cells: every
// row gets as many as the head has, however short it is.
type tables struct{ inner parser.ParagraphTransformer }

// Transform makes a table of a paragraph that is one.
func (t tables) Transform(node *ast.Paragraph, reader text.Reader, pc parser.Context) {
	s := pc.(*state)
	source, lines := reader.Source(), node.Lines()
	if columns := delimiters(source, lines); columns > 0 {
		first, last := lines.At(0), lines.At(lines.Len()-1)
		s.cells += columns * lines.Len()
		s.pipes += bytes.Count(source[first.Start:last.Stop], []byte(`\|`))
		if s.cells > maxCells || s.pipes > maxPipes {
			s.spend(msgTooManyCells, first.Start)
		}
	}
	if s.spent == "" {
		t.inner.Transform(node, reader, pc)
	}
}

// delimiters counts the columns of the lines that can stand under a table's head.
func delimiters(source []byte, lines *text.Segments) int {
	columns := 0
	for i := 1; i < lines.Len(); i++ {
		row := lines.At(i)
		if value := row.Value(source); len(bytes.Trim(value, "-:| \t\r\n")) == 0 {
			columns += bytes.Count(value, []byte("|")) + 1
		}
	}
	return columns
}
