package markdown

import (
	"html"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var calloutMark = regexp.MustCompile(`^\[!([A-Za-zÅÄÖåäö-]{1,30})\][ \t]*(.*?)[ \t]*\n?$`)

// callouts is a paragraph transformer that takes the mark from a quotation's first
// line before it is parsed as text, and keeps it as attributes of the quotation.
type callouts struct{}

// Transform looks at every paragraph as it closes.
func (callouts) Transform(node *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := node.Parent().(*ast.Blockquote)
	if !ok || node.PreviousSibling() != nil || node.Lines().Len() == 0 {
		return
	}
	first := node.Lines().At(0)
	m := calloutMark.FindSubmatch(first.Value(reader.Source()))
	if m == nil {
		return
	}
	quote.SetAttributeString("kind", string(m[1]))
	quote.SetAttributeString("title", string(m[2]))
	if node.Lines().Len() == 1 {
		quote.RemoveChild(quote, node)
		return
	}
	node.Lines().SetSliced(1, node.Lines().Len())
}

// callout gives kind and title of a quotation that is a callout. The kind is one of
// the four, or empty.
func (s *survey) callout(n *ast.Blockquote) (kind, title string, marked bool) {
	written, marked := n.AttributeString("kind")
	if !marked {
		return "", "", false
	}
	kind, title = s.say.callout(written.(string))
	if custom, _ := n.AttributeString("title"); custom != "" {
		title = custom.(string)
	}
	return kind, title, true
}

// quote checks a callout and adds its title to the text.
func (s *survey) quote(n *ast.Blockquote, depth int) {
	kind, title, marked := s.callout(n)
	if marked && kind == "" {
		written, _ := n.AttributeString("kind")
		s.report(n.Pos(), msgUnknownCallout, written)
	}
	if kind != "" {
		s.text.WriteString(title + "\n")
	}
	if kind != "" && n.FirstChild() == nil {
		s.report(n.Pos(), msgEmptyCallout)
	}
	s.children(n, depth)
}

// writeQuote writes the beginning or the end of a quotation or callout.
func (p *page) writeQuote(n *ast.Blockquote, entering bool) {
	kind, title, _ := p.callout(n)
	switch {
	case kind != "" && entering:
		p.put(`<aside class="callout callout-` + kind + `" role="note">` + "\n" +
			`<p class="callout-title">` + html.EscapeString(title) + "</p>\n")
	case kind != "":
		p.put("</aside>\n")
	case entering:
		p.put("<blockquote>\n")
	default:
		p.put("</blockquote>\n")
	}
}
