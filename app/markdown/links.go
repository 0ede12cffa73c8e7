package markdown

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// link vets a link; one that is refused leaves its text behind.
func (s *survey) link(n *ast.Link, depth int) {
	start := s.text.Len()
	outer := s.inLink // an image's alternative text may hold a link within a link
	s.inLink, s.nested = true, false
	s.quietly(n, depth)
	s.inLink = outer
	label := s.text.String()[start:]
	if s.expand(n.Pos(), len(n.Destination)+len(n.Title)) {
		return
	}
	address := resolve(n.Destination)
	to, message := s.route.to(address)
	switch {
	case message != "":
	case strings.TrimSpace(label) == "":
		message = msgEmptyLink
	case s.nested:
		message = msgNestedLink
	}
	if message != "" {
		s.report(n.Pos(), message, excerpt(address))
		unwrap(n)
		return
	}
	if vague(label) {
		s.report(n.Pos(), msgVagueLink, excerpt(label))
	}
	s.follow(n.Pos(), to)
	n.Destination = []byte(to.href)
}

// autoLink makes a bare address into a link like any other, or into text.
func (s *survey) autoLink(n *ast.AutoLink) {
	label := n.Label(s.source)
	s.text.Write(label)
	if s.expand(n.Pos(), len(label)) {
		return
	}
	address := string(n.URL(s.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(address), "mailto:") {
		address = "mailto:" + address
	}
	text := ast.NewString(label)
	text.SetRaw(true)
	to, message := s.route.to(address)
	if message != "" {
		s.report(n.Pos(), message, excerpt(address))
	}
	if message != "" || s.inLink {
		n.Parent().ReplaceChild(n.Parent(), n, text)
		return
	}
	s.follow(n.Pos(), to)
	link := ast.NewLink()
	link.Destination = []byte(to.href)
	link.AppendChild(link, text)
	n.Parent().ReplaceChild(n.Parent(), n, link)
}

// follow notes a link into the site or into the text itself.
func (s *survey) follow(at int, to target) {
	switch {
	case to.path != "":
		s.result.Links = append(s.result.Links, Link{Path: to.path, Line: s.line(at)})
	case to.fragment != "":
		s.fragments = append(s.fragments, Link{Path: to.fragment, Line: s.line(at)})
	}
}

// expand counts a link or an image and what it adds to the output, and refuses a text
// of too many, or of one long address used again and again.
func (s *survey) expand(at, size int) (refused bool) {
	s.links++
	s.expansion += size
	switch {
	case s.links > maxLinks:
		s.refuse(at, msgTooManyLinks)
	case s.expansion > maxExpansion:
		s.refuse(at, msgTooMuchExpansion)
	}
	return s.refused != nil
}

// unwrap puts a node's children in its place.
func unwrap(n ast.Node) {
	parent := n.Parent()
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		parent.InsertBefore(parent, n, c)
		c = next
	}
	parent.RemoveChild(parent, n)
}

// vague tells whether a link's text says nothing about where it leads.
func vague(label string) bool {
	switch strings.ToLower(strings.Trim(strings.Join(strings.Fields(label), " "), " .,:;!?»›→>")) {
	case "klicka här", "klicka", "här", "tryck här", "länk", "denna länk", "den här länken", "länken",
		"följ länken", "läs mer", "läs mer här", "mer", "mer information",
		"click here", "here", "link", "this link", "read more", "more":
		return true
	}
	return false
}

// openLink writes a link's beginning. One that leaves the site is marked and gives
// the other side no handle on our window.
func (p *page) openLink(href string, title []byte) {
	p.put(`<a href="`)
	p.put(html.EscapeString(string(util.URLEscape([]byte(href), false))))
	p.WriteByte('"')
	if external(href) {
		p.put(` class="external" rel="noopener`)
		if !p.env.Trusted {
			p.put(` nofollow ugc`)
		}
		p.WriteByte('"')
	}
	if len(bytes.TrimSpace(title)) > 0 {
		p.put(` title="`)
		p.writeText(title)
		p.WriteByte('"')
	}
	p.WriteByte('>')
}

func (p *page) closeLink(href string) {
	if external(href) {
		p.put(`<span class="visually-hidden"> (` + p.say.external + `)</span>`)
	}
	p.put(`</a>`)
}

// external tells of a vetted address whether it leaves the site.
func external(href string) bool { return strings.HasPrefix(href, "http") }
