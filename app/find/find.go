// Package find is the search page. It asks the database for documents that hold every word; search that
// knows Swedish takes this place later, behind the same page.
package find

import (
	"cmp"
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

// Result is a page of what was found, with how many there are of each kind, most first.
type Result struct {
	Items []document.Document
	Total int
	Kinds []Count
	Words []string
}

// Count is a kind and how many of it were found.
type Count struct {
	Kind  string
	Count int
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
	list, err := s.docs.List(ctx, document.Filter{Words: result.Words})
	if err != nil {
		return result, err
	}
	for _, doc := range list.Items {
		i := slices.IndexFunc(result.Kinds, func(c Count) bool { return c.Kind == doc.Kind })
		if i < 0 {
			i, result.Kinds = len(result.Kinds), append(result.Kinds, Count{Kind: doc.Kind})
		}
		result.Kinds[i].Count++
	}
	slices.SortStableFunc(result.Kinds, func(a, b Count) int { return cmp.Or(b.Count-a.Count, strings.Compare(a.Kind, b.Kind)) })
	if q.Kind != "" {
		list.Items = slices.DeleteFunc(list.Items, func(d document.Document) bool { return d.Kind != q.Kind })
	}
	result.Total = len(list.Items)
	first := (q.Page - 1) * web.PageSize
	result.Items = list.Items[min(first, result.Total):min(first+web.PageSize, result.Total)]
	return result, nil
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
