package markdown

import (
	"html"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

func (nodes) footnoteLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if p, n := w.(*page), node.(*extast.FootnoteLink); entering {
		number := strconv.Itoa(n.Index)
		p.put(`<sup id="`, p.referenceID(n.Index, n.RefIndex), `"><a href="#`, p.footnoteID(n.Index),
			`" class="footnote-ref" role="doc-noteref" aria-label="`, p.say.footnote, ` `, number, `">`, number, `</a></sup>`)
	}
	return ast.WalkContinue, nil
}

func (nodes) footnoteBacklink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if p, n := w.(*page), node.(*extast.FootnoteBacklink); entering {
		label := p.say.back
		if n.RefIndex > 0 {
			label += ", " + itoa(n.RefIndex+1)
		}
		p.put(` <a href="#`, p.referenceID(n.Index, n.RefIndex),
			`" class="footnote-backref" role="doc-backlink" aria-label="`, label, `">↩`, "\ufe0e", `</a>`)
	}
	return ast.WalkContinue, nil
}

func (nodes) footnoteList(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if p := w.(*page); entering {
		p.put(`<section class="footnotes" role="doc-endnotes" aria-label="` + p.say.footnotes + "\">\n<ol>\n")
	} else {
		p.put("</ol>\n</section>\n")
	}
	return ast.WalkContinue, nil
}

func (nodes) footnote(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if p := w.(*page); entering {
		p.put(`<li id="` + p.footnoteID(node.(*extast.Footnote).Index) + "\">\n")
	} else {
		p.put("</li>\n")
	}
	return ast.WalkContinue, nil
}

func (s *survey) footnoteID(index int) string {
	return html.EscapeString(s.env.Prefix) + "fn-" + strconv.Itoa(index)
}

func (s *survey) referenceID(index, reference int) string {
	id := html.EscapeString(s.env.Prefix) + "fnref-" + strconv.Itoa(index)
	if reference > 0 {
		id += "-" + strconv.Itoa(reference+1)
	}
	return id
}
