package markdown

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// What attributes may hold; see newPolicy.
var (
	allowedHref  = regexp.MustCompile(`^(?:(?:https?://|mailto:|#)[^\s<>"\\]*|tel:\+?[0-9-]+|/(?:[^/\s<>"\\][^\s<>"\\]*)?)$`)
	allowedPath  = regexp.MustCompile(`^/[^/\s<>"\\][^\s<>"\\]*$`)
	allowedID    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)
	allowedClass = regexp.MustCompile(`^[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*)*$`)
	allowedRel   = regexp.MustCompile(`^noopener(?: nofollow ugc)?$`)
	allowedRole  = regexp.MustCompile(`^(?:note|group|doc-noteref|doc-backlink|doc-endnotes)$`)
	digits       = regexp.MustCompile(`^[0-9]{1,9}$`)
)

// newPolicy allows the elements and attributes this package makes, and no other. It is
// the second wall: what the first lets through by mistake ends here.
func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote", "ul", "ol", "li",
		"h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td",
		"figure", "figcaption", "div")
	p.AllowAttrs("id").Matching(allowedID).OnElements("h2", "h3", "h4", "h5", "h6", "li", "sup", "span")
	p.AllowAttrs("class").Matching(allowedClass).
		OnElements("a", "aside", "button", "div", "figure", "p", "section", "span", "td", "th")
	p.AllowAttrs("role").Matching(allowedRole).OnElements("a", "aside", "div", "section", "span")
	p.AllowAttrs("aria-label").OnElements("a", "div", "section")
	p.AllowAttrs("href").Matching(allowedHref).OnElements("a")
	p.AllowAttrs("rel").Matching(allowedRel).OnElements("a")
	p.AllowAttrs("title").OnElements("a")
	p.AllowAttrs("src").Matching(allowedPath).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("width", "height").Matching(digits).OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.AllowAttrs("decoding").Matching(regexp.MustCompile(`^async$`)).OnElements("img")
	p.AllowAttrs("start").Matching(digits).OnElements("ol")
	p.AllowAttrs("scope").Matching(regexp.MustCompile(`^col$`)).OnElements("th")
	p.AllowAttrs("tabindex").Matching(regexp.MustCompile(`^0$`)).OnElements("div")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^button$`)).OnElements("button")
	p.AllowAttrs("popovertarget").Matching(allowedID).OnElements("button")
	p.AllowAttrs("popover").Matching(regexp.MustCompile(`^auto$`)).OnElements("span")
	p.AllowAttrs("n").Matching(digits).OnElements("nuso-slot")
	return p
}
