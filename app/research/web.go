package research

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /forskning.
type Handler struct {
	site     *web.Site
	docs     *document.Service
	research *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, research *Service) *Handler {
	return &Handler{site: site, docs: docs, research: research}
}

// ListView is the page /forskning.
type ListView struct {
	web.Page
	Article     web.Article
	Themes      []Card
	Invitations []web.Invitation
	Empty       web.Empty
}

// Card is a theme in the list.
type Card struct {
	Title, Path, Question, Summary string
	Projects                       []web.Link
}

// ThemeView is the page of a theme.
type ThemeView struct {
	web.Page
	Article      web.Article
	Question     string
	Projects     []Row
	News         []web.Teaser
	Publications []web.Teaser
}

// Row is a project on its theme's page.
type Row struct {
	Title, Path, Summary string
	Stage, Lead          string
	DeadlineText         string
}

// ProjectView is the page of a project.
type ProjectView struct {
	web.Page
	Article      web.Article
	Theme        web.Link
	Stages       []StageView
	Facts        []web.Fact
	DeadlineText string
	Open         bool
	Related      []web.Teaser
}

// StageView is a step in a project's life. State is done, current or coming.
type StageView struct{ Title, State string }

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "research/list", View: &ListView{}}, {Name: "research/theme", View: &ThemeView{}}, {Name: "research/project", View: &ProjectView{}},
	}
}

const path = "/forskning"

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Forskning", Path: path, Lead: "Forskare och kommuner samlas kring teman där behovet av kunskap är stort."}
}

// List serves the themes with their projects.
func (h *Handler) List(c *fiber.Ctx) error {
	network, err := h.research.List(c.UserContext())
	if err != nil {
		return err
	}
	view := &ListView{
		Page:  Section().Page(),
		Empty: web.Empty{Why: "Ingen intresseanmälan är öppen. När en öppnar står den här, med sista dag.", Next: []web.Link{{Title: "Så går en intresseanmälan till", Path: "/hjalp/anmal-intresse-for-forskning"}}},
	}
	view.FeedTitle, view.FeedPath = "Forskning i NUSO", path+"/feed.atom"
	if view.Invitations, view.Turns, err = h.research.invitations(network); err != nil {
		return err
	}
	for _, doc := range network.Themes {
		t := doc.Front.(*Theme)
		card := Card{Title: doc.Title, Path: h.docs.Address(doc), Question: t.Question, Summary: doc.Summary}
		for _, project := range network.Of(doc.Slug) {
			card.Projects = append(card.Projects, web.Link{Title: project.Title, Path: h.docs.Address(project)})
		}
		view.Themes = append(view.Themes, card)
	}
	return h.site.Render(c, "research/list", view)
}

// Theme serves a theme.
func (h *Handler) Theme(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.research.BySlug(ctx, document.Theme, c.Params("slug"))
	if err != nil {
		return err
	}
	t := doc.Front.(*Theme)
	view := &ThemeView{Page: h.docs.NewPage(doc), Question: t.Question}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Forskning", Path: path}, {Title: doc.Title}}
	if view.Article, err = h.docs.Article(ctx, doc); err != nil {
		return err
	}
	about, err := h.docs.List(ctx, document.Filter{Kinds: []string{document.Project, document.News, document.Publication}, Theme: doc.Slug})
	if err != nil {
		return err
	}
	for _, d := range about.Items {
		switch d.Kind {
		case document.News:
			view.News = append(view.News, h.docs.Teaser(d))
		case document.Publication:
			view.Publications = append(view.Publications, h.docs.Teaser(d))
		default:
			view.Projects = append(view.Projects, h.row(d))
		}
	}
	view.News = view.News[:min(5, len(view.News))]
	return h.site.Render(c, "research/theme", view)
}

func (h *Handler) row(doc document.Document) Row {
	p := doc.Front.(*Project)
	return Row{
		Title: doc.Title, Path: h.docs.Address(doc), Summary: doc.Summary, Stage: web.Capital(p.Stage), Lead: p.Lead,
		DeadlineText: deadlineText(p, h.site.Now()),
	}
}

// Project serves a project.
func (h *Handler) Project(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.research.BySlug(ctx, document.Project, c.Params("slug"))
	if err != nil {
		return err
	}
	p := doc.Front.(*Project)
	view := &ProjectView{Page: h.docs.NewPage(doc), DeadlineText: deadlineText(p, h.site.Now()), Facts: facts(p)}
	if view.Article, err = h.docs.Article(ctx, doc); err != nil {
		return err
	}
	related, err := h.docs.Related(ctx, doc, 4, document.News, document.Project, document.Event, document.Publication)
	if err != nil {
		return err
	}
	view.Related = h.docs.Teasers(related)
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Forskning", Path: path}}
	if len(view.Article.Themes) > 0 {
		view.Theme = view.Article.Themes[0]
		view.Crumbs = append(view.Crumbs, view.Theme)
	}
	view.Crumbs = append(view.Crumbs, web.Link{Title: doc.Title})
	if deadline, err := document.ParseTime(p.Deadline); err == nil {
		view.Open = clock.InTime(deadline, h.site.Now())
	}
	view.Stages = stageViews(p.Stage)
	return h.site.Render(c, "research/project", view)
}

func facts(p *Project) []web.Fact {
	var out []web.Fact
	for _, f := range []web.Fact{
		{Label: "Leds av", Value: p.Lead},
		{Label: "Tillsammans med", Value: strings.Join(p.Partners, ", ")},
		{Label: "Finansiering", Value: strings.Join(p.Funding, ", ")},
		{Label: "Söker", Value: p.Wanted},
	} {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

func deadlineText(p *Project, now time.Time) string {
	deadline, err := document.ParseTime(p.Deadline)
	if err != nil {
		return ""
	}
	if clock.InTime(deadline, now) {
		return "Sista dag att anmäla intresse: " + clock.Long(deadline) + " (" + clock.DaysLeft(deadline, now) + ")."
	}
	return "Sista dag att anmäla intresse var " + clock.Long(deadline) + "."
}

func stageViews(stage string) []StageView {
	current := slices.Index(stages(), stage)
	var out []StageView
	for i, title := range stages() {
		state := "coming"
		switch {
		case i < current:
			state = "done"
		case i == current:
			state = "current"
		}
		out = append(out, StageView{Title: web.Capital(title), State: state})
	}
	return out
}
