// Package find is the search page. It asks the database for documents that hold every word; search that
// knows Swedish takes this place later, behind the same page.
package find

import (
	"context"
	"html"
	"html/template"
	"regexp"
	"slices"
	"strings"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Query is what somebody searches for. The zero Query finds nothing.
type Query struct {
	Text string
	Kind string // only this kind; empty: all
	Page int    // from 1
}

// maxText and maxWords bound what is searched for; the rest is left out.
const (
	maxText  = 200
	maxWords = 10
)

// Words returns the words of the query in lower case, quotes and signs at their ends taken away.
func (q Query) Words() []string {
	text := []rune(q.Text)
	text = text[:min(len(text), maxText)]
	var words []string
	for _, word := range strings.Fields(strings.ToLower(string(text))) {
		if word = strings.Trim(word, `"'”“’,.;:!?()*+-~`); word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words[:min(len(words), maxWords)]
}

// Result is a page of what was found, with how many there are of each kind.
type Result struct {
	document.List
	Kinds []document.Count
	Words []string
}

// Service searches on behalf of the actor in the context.
type Service struct{ docs *document.Service }

// New returns the service.
func New(docs *document.Service) *Service { return &Service{docs: docs} }

// Search returns the documents that hold every word of the query and that the actor may see. Anyone may call it.
func (s *Service) Search(ctx context.Context, q Query) (Result, error) {
	result := Result{Words: q.Words()}
	if len(result.Words) == 0 {
		return result, nil
	}
	f := document.Filter{Words: result.Words}
	var err error
	if result.Kinds, err = s.docs.KindCounts(ctx, f); err != nil {
		return result, err
	}
	if q.Kind != "" {
		f.Kinds = []string{q.Kind}
	}
	f.Limit, f.Skip, f.Counted = web.PageSize, (q.Page-1)*web.PageSize, true
	result.List, err = s.docs.List(ctx, f)
	return result, err
}

// Mark returns the text as escaped HTML in which the words, and only they, stand within <mark>.
func Mark(text string, words []string) template.HTML {
	if len(words) == 0 {
		return template.HTML(html.EscapeString(text))
	}
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = regexp.QuoteMeta(word)
	}
	pattern, err := regexp.Compile("(?i)" + strings.Join(quoted, "|"))
	if err != nil {
		return template.HTML(html.EscapeString(text))
	}
	var out strings.Builder
	last := 0
	for _, at := range pattern.FindAllStringIndex(text, -1) {
		out.WriteString(html.EscapeString(text[last:at[0]]))
		out.WriteString("<mark>" + html.EscapeString(text[at[0]:at[1]]) + "</mark>")
		last = at[1]
	}
	out.WriteString(html.EscapeString(text[last:]))
	return template.HTML(out.String()) // escaped above
}
