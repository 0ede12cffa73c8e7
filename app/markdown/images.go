package markdown

import (
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// picture is an image that may be shown.
type picture struct {
	path, alt, caption string
	width, height      int
}

// image vets an image; one that cannot be shown leaves its alternative text behind.
func (s *survey) image(n *ast.Image, depth int) {
	start := s.text.Len()
	s.quietly(n, depth)
	alt := strings.Join(strings.Fields(s.text.String()[start:]), " ")
	caption := strings.TrimSpace(resolve(n.Title))
	if s.expand(n.Pos(), len(n.Destination)+len(n.Title)) {
		return
	}
	name := resolve(n.Destination)
	found, message := s.find(n, name)
	if message == "" && alt == "" {
		message = msgNoAlt
	}
	if message != "" {
		s.report(n.Pos(), message, excerpt(name))
		leave(n, alt, caption)
		return
	}
	if caption != "" {
		s.text.WriteString(" " + caption)
	}
	found.alt, found.caption = alt, caption
	s.pictures[n] = found
}

// leave puts the first of some texts that is not empty in the place of an image. If
// none is, the image goes, and its paragraph if that was all there was.
func leave(n *ast.Image, texts ...string) {
	parent := n.Parent()
	for _, text := range texts {
		if text != "" {
			left := ast.NewString([]byte(text))
			left.SetRaw(true)
			parent.ReplaceChild(parent, n, left)
			return
		}
	}
	parent.RemoveChild(parent, n)
	if parent.Kind() == ast.KindParagraph && !parent.HasChildren() {
		parent.Parent().RemoveChild(parent.Parent(), parent)
	}
}

// find asks the surroundings for an image of the site; nothing else is ever loaded.
func (s *survey) find(n *ast.Image, name string) (picture, string) {
	switch {
	case name == "":
		return picture{}, msgNoImageName
	case strings.HasPrefix(name, "//"), strings.Contains(name, ":"), strings.ContainsAny(name, "\\\x00"):
		return picture{}, msgRemoteImage
	}
	s.result.Images = append(s.result.Images, Image{Name: name, Line: s.line(n.Pos())})
	if s.env.ImagePath == nil {
		return picture{}, msgNoImage
	}
	path, width, height, ok := s.env.ImagePath(name)
	if !ok {
		return picture{}, msgNoImage
	}
	return picture{path: path, width: width, height: height}, ""
}

// figure gives the picture of a paragraph that is nothing but one with a caption.
func (p *page) figure(n ast.Node) (picture, bool) {
	if n.ChildCount() != 1 {
		return picture{}, false
	}
	image, ok := n.FirstChild().(*ast.Image)
	if !ok {
		return picture{}, false
	}
	shown := p.pictures[image]
	return shown, shown.caption != ""
}

func (p *page) writeFigure(shown picture) {
	p.put("<figure class=\"figure\">\n")
	p.writeImage(shown)
	p.put("\n<figcaption>" + html.EscapeString(shown.caption) + "</figcaption>\n</figure>\n")
}

func (p *page) writeImage(shown picture) {
	p.put(`<img src="` + html.EscapeString(shown.path) + `" alt="` + html.EscapeString(shown.alt) + `"`)
	if shown.width > 0 && shown.height > 0 {
		p.put(` width="` + strconv.Itoa(shown.width) + `" height="` + strconv.Itoa(shown.height) + `"`)
	}
	p.put(` loading="lazy" decoding="async">`)
}
