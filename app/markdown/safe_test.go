package markdown_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed is what output may consist of: a list of its own, so that a mistake in the
// policy is not repeated here.
func allowed() map[string]string {
	return map[string]string{
		"p": "class", "br": "", "hr": "", "em": "", "strong": "", "del": "", "code": "", "pre": "", "blockquote": "",
		"ul": "", "ol": "start", "li": "id", "h2": "id", "h3": "id", "h4": "id", "h5": "id", "h6": "id", "dl": "", "dt": "", "dd": "",
		"table": "", "caption": "", "thead": "", "tbody": "", "tr": "", "th": "class scope", "td": "class",
		"div": "class role aria-label tabindex", "figure": "class", "figcaption": "", "aside": "class role",
		"section": "class role aria-label", "sup": "id", "button": "type class popovertarget",
		"span": "class id role popover", "img": "src alt width height loading decoding",
		"a":      "href class rel title role aria-label download",
		"script": "type", "details": "class", "summary": "", "title": "id", "desc": "id", "g": "class stroke stroke-width stroke-opacity stroke-dasharray",
		"svg":    "class width height fill role aria-labelledby aria-describedby",
		"rect":   "class x y width height fill-opacity",
		"line":   "x1 y1 x2 y2",
		"circle": "cx cy r",
		"text":   "x y dx text-anchor font-weight",
	}
}

var (
	safeHref = regexp.MustCompile(`^(https?://[^\s\\]+|mailto:[^\s\\]+|tel:\+?[0-9-]+|#\S*|/|/[^/\s\\][^\s\\]*)$`)
	safeData = regexp.MustCompile(`^data:(text/csv|image/svg\+xml);charset=utf-8,[A-Za-z0-9%;,:=/._()!*'~-]*$`)
	safePath = regexp.MustCompile(`^/[^/\s\\][^\s\\]*$`)
)

// checkSafe demands of output that it is well formed, and made of nothing but what the
// package makes.
func checkSafe(t *testing.T, output string) {
	t.Helper()
	for _, fault := range faults(output) {
		t.Error(fault)
	}
	if t.Failed() {
		t.Logf("in the output:\n%.4000s", output)
	}
}

// faults reads output tag by tag.
func faults(output string) []string {
	c := checker{elements: allowed(), ids: map[string]bool{}}
	z := html.NewTokenizer(strings.NewReader(output))
	for len(c.found) < 10 {
		switch z.Next() {
		case html.ErrorToken:
			c.finish()
			return c.found
		case html.StartTagToken:
			c.open(z.Token(), false)
		case html.SelfClosingTagToken:
			c.open(z.Token(), true)
		case html.EndTagToken:
			c.close(z.Token().Data)
		case html.CommentToken, html.DoctypeToken:
			c.fail("%s", z.Token())
		}
	}
	return c.found
}

type checker struct {
	elements map[string]string
	stack    []string
	ids      map[string]bool
	targets  []string
	found    []string
}

func (c *checker) fail(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) open(tag html.Token, closed bool) {
	attributes, ok := c.elements[tag.Data]
	if !ok {
		c.fail("element <%s>", tag.Data)
	}
	if tag.Data == "script" && !slices.Contains(tag.Attr, html.Attribute{Key: "type", Val: "application/ld+json"}) {
		c.fail("%s", tag)
	}
	for _, a := range tag.Attr {
		if !slices.Contains(strings.Fields(attributes), a.Key) {
			c.fail("attribute %s on <%s>", a.Key, tag.Data)
		}
		c.value(tag, a.Key, a.Val)
	}
	for _, interactive := range []string{"a", "button"} {
		if tag.Data == interactive && (slices.Contains(c.stack, "a") || slices.Contains(c.stack, "button")) {
			c.fail("<%s> within %v", tag.Data, c.stack)
		}
	}
	if !closed && !slices.Contains([]string{"br", "hr", "img"}, tag.Data) {
		c.stack = append(c.stack, tag.Data)
	}
}

func (c *checker) value(tag html.Token, key, value string) {
	switch key {
	case "href":
		if strings.HasPrefix(value, "data:") {
			if !safeData.MatchString(value) || !slices.ContainsFunc(tag.Attr, func(a html.Attribute) bool { return a.Key == "download" }) {
				c.fail("data address %.80s", value)
			}
		} else if !safeHref.MatchString(value) {
			c.fail("href %q", value)
		}
	case "src":
		if !safePath.MatchString(value) {
			c.fail("src %q", value)
		}
	case "id":
		if c.ids[value] {
			c.fail("id %q twice", value)
		}
		c.ids[value] = true
	case "popovertarget", "aria-labelledby", "aria-describedby":
		c.targets = append(c.targets, value)
	case "alt":
		if value == "" {
			c.fail("empty alt")
		}
	}
}

func (c *checker) close(name string) {
	if len(c.stack) == 0 || c.stack[len(c.stack)-1] != name {
		c.fail("</%s> within %v", name, c.stack)
		return
	}
	c.stack = c.stack[:len(c.stack)-1]
}

func (c *checker) finish() {
	if len(c.stack) > 0 {
		c.fail("never closed: %v", c.stack)
	}
	for _, id := range c.targets {
		if !c.ids[id] {
			c.fail("nothing has the id %q", id)
		}
	}
}
