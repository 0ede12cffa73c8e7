package glossary

import (
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /ordlista. It reads through document's service: terms have no verbs of their own.
type Handler struct {
	site *web.Site
	docs *document.Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service) *Handler {
	return &Handler{site: site, docs: docs}
}

// ListView is the page /ordlista.
type ListView struct {
	web.Page
	Action  string
	Query   string
	Count   string
	Letters []Letter
	Groups  []Group
	Empty   web.Empty
}

// Letter is an entry of the index; Path is empty when no term begins with it.
type Letter struct{ Letter, Path string }

// Group is the terms of one letter.
type Group struct {
	Letter, ID string
	Terms      []TermView
}

// TermView is a term with its definition and, below it, its text.
type TermView struct {
	ID, Title, English string
	Definition         string
	HTML               template.HTML
	See                []web.Link
}

// Samples are the views with their templates.
func Samples() []web.Sample { return []web.Sample{{Name: "glossary/list", View: &ListView{}}} }

const (
	path     = "/ordlista"
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"
)

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Ordlista", Path: path, Lead: "Ord och förkortningar i NUSO, förklarade med en mening var."}
}

// List serves the glossary in Swedish order, or the terms that ?q= occurs in.
func (h *Handler) List(c *fiber.Ctx) error {
	query := web.Query(c, "q")
	list, err := h.docs.List(c.UserContext(), document.Filter{Kinds: []string{document.Term}})
	if err != nil {
		return err
	}
	terms, err := h.docs.Texts(c.UserContext(), list.Items)
	if err != nil {
		return err
	}
	collator := collate.New(language.Swedish) // keeps scratch space: not for sharing
	slices.SortStableFunc(terms, func(a, b document.Document) int { return collator.CompareString(a.Title, b.Title) })
	view := &ListView{
		Page:   Section().Page(),
		Action: path, Query: query,
		Empty: web.Empty{Why: "Inget ord i listan passar.", Next: []web.Link{{Title: "Visa hela ordlistan", Path: path}, {Title: "Fråga oss om ordet", Path: "/kontakt"}}},
	}
	view.Scripts, view.NoStore, view.NoIndex = []string{"filter"}, query != "", query != ""
	titles := map[string]string{}
	for _, doc := range terms {
		titles[doc.Slug] = doc.Title
	}
	count := 0
	for _, doc := range terms {
		term := doc.Front.(*Term)
		if !matches(doc, term, query) {
			continue
		}
		count++
		entry := termView(doc, term)
		entry.See = see(term, titles, query)
		view.add(entry)
	}
	view.Count = web.Plural(count, "ord", "ord")
	view.index()
	return h.site.Render(c, "glossary/list", view)
}

func matches(doc document.Document, term *Term, query string) bool {
	text := strings.ToLower(doc.Title + " " + term.English + " " + strings.Join(term.Variants, " ") + " " + doc.Summary)
	return strings.Contains(text, strings.ToLower(query))
}

func termView(doc document.Document, term *Term) TermView {
	return TermView{ID: doc.Slug, Title: doc.Title, English: term.English, Definition: doc.Summary, HTML: template.HTML(doc.HTML)} // made and sanitised by markdown
}

// see returns the related terms that the actor may see: on this page or, when only some stand on it, in the whole list.
func see(term *Term, titles map[string]string, query string) []web.Link {
	page := ""
	if query != "" {
		page = path
	}
	var links []web.Link
	for _, slug := range term.See {
		if title := titles[slug]; title != "" {
			links = append(links, web.Link{Title: title, Path: page + "#" + slug})
		}
	}
	return links
}

func (v *ListView) add(term TermView) {
	first, _ := utf8.DecodeRuneInString(strings.ToUpper(term.Title))
	letter := string(first)
	if n := len(v.Groups); n == 0 || v.Groups[n-1].Letter != letter {
		v.Groups = append(v.Groups, Group{Letter: letter, ID: anchor(letter)})
	}
	last := &v.Groups[len(v.Groups)-1]
	last.Terms = append(last.Terms, term)
}

func (v *ListView) index() {
	for _, letter := range alphabet {
		entry := Letter{Letter: string(letter)}
		if slices.ContainsFunc(v.Groups, func(g Group) bool { return g.Letter == entry.Letter }) {
			entry.Path = "#" + anchor(entry.Letter)
		}
		v.Letters = append(v.Letters, entry)
	}
}

func anchor(letter string) string {
	return "bokstav-" + strings.ToLower(strings.NewReplacer("Å", "aa", "Ä", "ae", "Ö", "oe").Replace(letter))
}
