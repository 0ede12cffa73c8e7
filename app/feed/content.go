package feed

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// forReader makes a document's HTML fit to stand alone in a feed reader: addresses become absolute, page being the
// document's own, and what only works on the site goes, which is the pop-ups of the glossary; their words stay. Everything
// else is copied byte for byte.
func forReader(source, baseURL, page string) string {
	var out strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(source))
	for {
		switch tokens.Next() {
		case html.ErrorToken: // the end: a string cannot fail
			return out.String()
		case html.StartTagToken, html.SelfClosingTagToken:
			raw := string(tokens.Raw()) // Token takes it
			token := tokens.Token()
			switch {
			case hasAttr(token, "popover"), token.Data == "script":
				skip(tokens, token)
			case token.Data == "button":
			case absolute(&token, baseURL, page):
				out.WriteString(token.String())
			default:
				out.WriteString(raw)
			}
		case html.EndTagToken:
			raw := string(tokens.Raw())
			if tokens.Token().Data != "button" {
				out.WriteString(raw)
			}
		default:
			out.Write(tokens.Raw())
		}
	}
}

// skip reads on past the element's end.
func skip(tokens *html.Tokenizer, begun html.Token) {
	if begun.Type == html.SelfClosingTagToken {
		return
	}
	for depth := 1; depth > 0; {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if tokens.Token().Data == begun.Data {
				depth++
			}
		case html.EndTagToken:
			if tokens.Token().Data == begun.Data {
				depth--
			}
		}
	}
}

func hasAttr(token html.Token, key string) bool {
	return slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// absolute makes the addresses of an element absolute; false when it has none to make so.
func absolute(token *html.Token, baseURL, page string) bool {
	changed := false
	for i, a := range token.Attr {
		if a.Key != "href" && a.Key != "src" {
			continue
		}
		switch {
		case strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//"):
			token.Attr[i].Val, changed = baseURL+a.Val, true
		case strings.HasPrefix(a.Val, "#"):
			token.Attr[i].Val, changed = page+a.Val, true
		}
	}
	return changed
}
