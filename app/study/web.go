package study

import (
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/web"
)

// Handler serves /studieomraden.
type Handler struct {
	site     *web.Site
	docs     *document.Service
	studies  *Service
	schedule Schedule
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, docs *document.Service, studies *Service, schedule Schedule) *Handler {
	return &Handler{site: site, docs: docs, studies: studies, schedule: schedule}
}

// ListView is the page /studieomraden.
type ListView struct {
	web.Page
	Areas        []Card
	Publications []web.Teaser
}

// Card is a study area in the list. State is planned, running or finished.
type Card struct {
	Title, Path, Summary string
	State, StateText     string
	TakesPart            string
}

// ShowView is the page of a study area.
type ShowView struct {
	web.Page
	Article          web.Article
	State, StateText string
	Facts            []web.Fact
	Timeline         []MomentView
	Progress         []web.Progress
	Next             *web.Occurrence
	Questions        []web.Link
	Publications     []web.Teaser
	News             []web.Teaser
	Projects         []web.Teaser
	Terms            []web.Link
	Feed             string
}

// MomentView is an entry of the timeline. State is past, now or coming.
type MomentView struct {
	Date             web.Date
	When, Text       string
	State, StateText string
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{{Name: "study/list", View: &ListView{}}, {Name: "study/show", View: &ShowView{}}}
}

const path = "/studieomraden"

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Studier", Path: path, Lead: "NUSO följer varje steg i den sociala barn- och ungdomsvården i flera delstudier."}
}

// List serves the study areas.
func (h *Handler) List(c *fiber.Ctx) error {
	areas, err := h.studies.List(c.UserContext())
	if err != nil {
		return err
	}
	publications, err := h.docs.List(c.UserContext(), document.Filter{Kinds: []string{document.Publication}, Limit: 3})
	if err != nil {
		return err
	}
	view := &ListView{
		Page:         Section().Page(),
		Publications: h.docs.Teasers(publications.Items),
	}
	for _, doc := range areas {
		area := doc.Front.(*Area)
		card := Card{Title: doc.Title, Path: h.docs.Address(doc), Summary: doc.Summary, TakesPart: area.TakesPart}
		card.State, card.StateText = stateWords(area.State)
		view.Areas = append(view.Areas, card)
	}
	return h.site.Render(c, "study/list", view)
}

// Show serves a study area.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	doc, err := h.studies.BySlug(ctx, c.Params("slug"))
	if err != nil {
		return err
	}
	area := doc.Front.(*Area)
	view := &ShowView{Page: h.docs.NewPage(doc), Feed: h.docs.Address(doc) + "/feed.atom"}
	view.FeedTitle, view.FeedPath = doc.Title, view.Feed
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Studier", Path: path}, {Title: doc.Title}}
	if view.Article, err = h.docs.Article(ctx, doc); err != nil {
		return err
	}
	view.Article.Areas = nil // the page is the area
	if view.Next, view.Turns, err = h.schedule.Next(ctx, doc.Slug); err != nil {
		return err
	}
	about, err := h.studies.About(ctx, doc.Slug)
	if err != nil {
		return err
	}
	h.fill(view, area, about)
	return h.site.Render(c, "study/show", view)
}

func (h *Handler) fill(view *ShowView, area *Area, about map[string][]document.Document) {
	now := h.site.Now()
	view.State, view.StateText = stateWords(area.State)
	view.Facts = []web.Fact{{Label: "Läge", Value: view.StateText}}
	if area.TakesPart != "" {
		view.Facts = append(view.Facts, web.Fact{Label: "Deltar", Value: area.TakesPart})
	}
	view.Facts = append(view.Facts, web.Fact{Label: "Kontakt", Value: "Projektkontoret", Path: "/kontakt"})
	for _, m := range area.Timeline {
		view.Timeline = append(view.Timeline, momentView(m, now))
	}
	view.Progress = progressViews(area.Progress, now)
	view.Publications = h.docs.Teasers(about[document.Publication])
	view.News = h.docs.Teasers(first(about[document.News], 5))
	view.Projects = h.docs.Teasers(about[document.Project])
	for _, doc := range about[document.Help] {
		view.Questions = append(view.Questions, web.Link{Title: doc.Title, Path: h.docs.Address(doc)})
	}
	for _, doc := range first(about[document.Term], 8) {
		view.Terms = append(view.Terms, web.Link{Title: doc.Title, Path: h.docs.Address(doc)})
	}
}

// progressViews puts published counts in words: "73 av 100".
func progressViews(list []Progress, now time.Time) []web.Progress {
	var out []web.Progress
	for _, p := range list {
		date, _ := document.ParseTime(p.Date) // checked when the file was read
		view := web.Progress{Label: p.Label, Words: fmt.Sprint(p.Value), Value: p.Value, Of: p.Of, Date: web.DateOf(date, now), Source: p.Source}
		if p.Of > 0 {
			view.Words, view.Percent = fmt.Sprintf("%d av %d", p.Value, p.Of), p.Value*100/p.Of
		}
		out = append(out, view)
	}
	return out
}

func momentView(m Moment, now time.Time) MomentView {
	from, _ := document.ParseTime(m.From) // checked when the file was read
	to := from
	if m.To != "" {
		to, _ = document.ParseTime(m.To)
	}
	view := MomentView{Date: web.DateOf(from, now), When: clock.Range(from, to), Text: m.Text, State: "past"}
	switch {
	case now.Before(from):
		view.State = "coming"
	case now.Before(clock.AddDays(to, 1)):
		view.State, view.StateText = "now", "Pågår"
		if m.To == "" {
			view.StateText = "I dag"
		}
	}
	return view
}

func stateWords(state string) (name, words string) {
	i := max(0, slices.Index(states(), state))
	return []string{"planned", "running", "finished"}[i], []string{"Planerad", "Pågår", "Avslutad"}[i]
}

func first(docs []document.Document, n int) []document.Document { return docs[:min(n, len(docs))] }
