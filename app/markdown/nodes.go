package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	goldhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// page is what goldmark renders into. It carries the survey, which is how the node
// functions, shared by all renderings, reach what belongs to this one.
type page struct {
	bytes.Buffer
	*survey
}

// Buffered and Flush complete goldmark's util.BufWriter.
func (p *page) Buffered() int { return p.Len() }

// Flush does nothing: the buffer is the end.
func (p *page) Flush() error { return nil }

// put writes HTML as it is.
func (p *page) put(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

// writeText writes Markdown text as HTML, its escapes and entities resolved.
func (p *page) writeText(source []byte) { goldhtml.DefaultWriter.Write(p, source) }

// nodes are our own node functions; goldmark's own render the rest.
type nodes struct{}

func newNodeRenderer() renderer.Renderer {
	return renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(nodes{}, 100), // the lowest number has the last word
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
		util.Prioritized(goldhtml.NewRenderer(), 1000),
	))
}

// RegisterFuncs names the node functions.
func (n nodes) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindParagraph, n.paragraph)
	register.Register(ast.KindBlockquote, n.quote)
	register.Register(ast.KindFencedCodeBlock, n.fence)
	register.Register(ast.KindLink, n.link)
	register.Register(ast.KindImage, n.image)
	register.Register(extast.KindTable, n.table)
	register.Register(extast.KindTableHeader, n.tableHead)
	register.Register(extast.KindTableRow, n.tableRow)
	register.Register(extast.KindTableCell, n.tableCell)
	register.Register(extast.KindFootnoteLink, n.footnoteLink)
	register.Register(extast.KindFootnoteBacklink, n.footnoteBacklink)
	register.Register(extast.KindFootnoteList, n.footnoteList)
	register.Register(extast.KindFootnote, n.footnote)
}

func (nodes) paragraph(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	p := w.(*page)
	shown, isFigure := p.figure(n)
	switch {
	case isFigure && entering:
		p.writeFigure(shown)
		return ast.WalkSkipChildren, nil
	case isFigure:
	case entering:
		p.put("<p>")
	default:
		p.put("</p>\n")
	}
	return ast.WalkContinue, nil
}

func (nodes) quote(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	w.(*page).writeQuote(n.(*ast.Blockquote), entering)
	return ast.WalkContinue, nil
}

// fence writes what the survey prepared for a fenced block, or plain code.
func (nodes) fence(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	p := w.(*page)
	if prepared, ok := p.prepared[n]; ok {
		p.put(prepared)
		return ast.WalkContinue, nil
	}
	p.put("<pre><code>")
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		goldhtml.DefaultWriter.RawWrite(p, line.Value(source))
	}
	p.put("</code></pre>\n")
	return ast.WalkContinue, nil
}

func (nodes) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	p, n := w.(*page), node.(*ast.Link)
	if entering {
		p.openLink(string(n.Destination), n.Title)
	} else {
		p.closeLink(string(n.Destination))
	}
	return ast.WalkContinue, nil
}

func (nodes) image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if p := w.(*page); entering {
		p.writeImage(p.pictures[node.(*ast.Image)])
	}
	return ast.WalkSkipChildren, nil
}

// table stands in a box that scrolls on a narrow screen, reachable by keyboard.
func (nodes) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	p := w.(*page)
	if entering {
		p.put(openTable(p.say), "\n")
	} else {
		p.put("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func openTable(say phrases) string {
	return `<div class="table-scroll" role="group" aria-label="` + say.table + `" tabindex="0"><table>`
}

func (nodes) tableHead(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	p := w.(*page)
	if entering {
		p.put("<thead>\n<tr>\n")
		return ast.WalkContinue, nil
	}
	p.put("</tr>\n</thead>\n")
	if n.NextSibling() != nil {
		p.put("<tbody>\n")
	}
	return ast.WalkContinue, nil
}

func (nodes) tableRow(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	p := w.(*page)
	if entering {
		p.put("<tr>\n")
		return ast.WalkContinue, nil
	}
	p.put("</tr>\n")
	if n.NextSibling() == nil {
		p.put("</tbody>\n")
	}
	return ast.WalkContinue, nil
}

// tableCell aligns by class: the align attribute is obsolete, a style attribute
// forbidden by the content security policy.
func (nodes) tableCell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	p, n := w.(*page), node.(*extast.TableCell)
	tag := "td"
	if n.Parent().Kind() == extast.KindTableHeader && n.HasChildren() { // an empty corner heads nothing
		tag = "th"
	}
	if !entering {
		p.put("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	p.put("<" + tag)
	if tag == "th" {
		p.put(` scope="col"`)
	}
	if n.Alignment == extast.AlignRight || n.Alignment == extast.AlignCenter {
		p.put(` class="align-` + n.Alignment.String() + `"`)
	}
	p.WriteByte('>')
	return ast.WalkContinue, nil
}
