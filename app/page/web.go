package page

import (
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves the standing texts. It reads through document's service: pages have no verbs of their own.
type Handler struct {
	site *web.Site
	docs *document.Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service) *Handler {
	return &Handler{site: site, docs: docs}
}

// ShowView is a standing page.
type ShowView struct {
	web.Page
	Article web.Article
}

// HelpView is both the list of help pages (Topics) and a help page (Article); Entries is the menu beside it.
type HelpView struct {
	web.Page
	Article web.Article
	Topics  []web.Teaser
	Entries []web.NavEntry
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{{Name: "page/show", View: &ShowView{}}, {Name: "page/help", View: &HelpView{}}}
}

const help = "/hjalp"

// Show serves a standing page at its slug.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.docs.BySlug(ctx, document.Page, c.Params("slug"))
	if err != nil {
		return err
	}
	article, err := h.docs.Article(ctx, doc)
	if err != nil {
		return err
	}
	view := &ShowView{Page: h.docs.NewPage(doc), Article: article}
	start := "Start"
	if doc.Lang == "en" {
		start = "Home"
	}
	view.Crumbs = []web.Link{{Title: start, Path: "/"}, {Title: doc.Title}}
	return h.site.Render(c, "page/show", view)
}

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Hjälp", Path: help, Lead: "Svar på vanliga frågor om NUSO och om hur webbplatsen fungerar."}
}

// Topics serves the list of help pages.
func (h *Handler) Topics(c *fiber.Ctx) error {
	list, err := h.docs.List(c.UserContext(), document.Filter{Kinds: []string{document.Help}})
	if err != nil {
		return err
	}
	view := &HelpView{Page: Section().Page()}
	for _, doc := range list.Items {
		view.Topics = append(view.Topics, web.Teaser{Title: doc.Title, Path: h.docs.Address(doc), Summary: doc.Summary})
	}
	return h.site.Render(c, "page/help", view)
}

// Topic serves a help page.
func (h *Handler) Topic(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.docs.BySlug(ctx, document.Help, c.Params("slug"))
	if err != nil {
		return err
	}
	article, err := h.docs.Article(ctx, doc)
	if err != nil {
		return err
	}
	all, err := h.docs.Titles(ctx, document.Help)
	if err != nil {
		return err
	}
	view := &HelpView{Page: h.docs.NewPage(doc), Article: article}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Hjälp", Path: help}, {Title: doc.Title}}
	for _, topic := range all {
		view.Entries = append(view.Entries, web.NavEntry{Title: topic.Title, Path: h.docs.Address(topic), Current: topic.ID == doc.ID})
	}
	return h.site.Render(c, "page/help", view)
}
