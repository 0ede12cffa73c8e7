package organisation

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/markdown"
	"nuso.se/app/web"
)

// Handler serves /kommuner with its JSON, and the organisations at the desk.
type Handler struct {
	site          *web.Site
	organisations *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, organisations *Service) *Handler {
	return &Handler{site: site, organisations: organisations}
}

// ListView is the page /kommuner.
type ListView struct {
	web.Page
	Filters  web.Filters
	Counties []CountyView
	Empty    web.Empty
}

// CountyView is a county with those of its municipalities that pass the filter.
type CountyView struct {
	ID, Name, Count string
	Rows            []Row
}

// Row is a municipality in the list.
type Row struct{ Name, Path, Group, Population string }

// ShowView is the page of a municipality.
type ShowView struct {
	web.Page
	Facts      []web.Fact
	Rounds     []web.Link
	Districts  []string
	County     string
	Neighbours []web.Link // the others of the county
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "organisation/list", View: &ListView{}}, {Name: "organisation/show", View: &ShowView{}}, {Name: "organisation/desk", View: &DeskView{}},
		{Name: "organisation/add", View: &AddView{}}, {Name: "organisation/record", View: &RecordView{}},
	}
}

const path = "/kommuner"

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Kommuner", Path: path, Lead: "Sveriges 290 kommuner, län för län, med det som är känt om deras deltagande i NUSO."}
}

// List serves the municipalities by county, chosen by ?q=, ?lan= and ?grupp=.
func (h *Handler) List(c *fiber.Ctx) error {
	query := web.Known(c, "q", "lan", "grupp")
	chosen := choose(query)
	view := &ListView{
		Page:    Section().Page(),
		Filters: web.Filters{Action: path, Text: "Namn", Query: query.Get("q"), Count: web.Plural(len(chosen), "kommun", "kommuner")},
		Empty:   web.Empty{Why: "Ingen kommun passar filtren.", Next: []web.Link{{Title: "Visa alla kommuner", Path: path}}},
	}
	view.Scripts, view.NoIndex, view.NoStore = []string{"filter"}, len(query) > 0, query.Has("q")
	view.Filters.Add(query, "lan", "Län", counties())
	view.Filters.Add(query, "grupp", "Kommungrupp", groups())
	var parts []string
	for _, chip := range view.Filters.Chips {
		parts = append(parts, chip.Title)
	}
	view.Part = strings.Join(parts, ", ")
	for _, county := range Counties() {
		of := CountyView{ID: county.Slug, Name: county.Name}
		for _, m := range chosen {
			if m.County == county {
				of.Rows = append(of.Rows, Row{Name: m.Name, Path: m.Address(), Group: m.Group.Name, Population: web.Thousands(m.Population) + " invånare"})
			}
		}
		if of.Count = web.Plural(len(of.Rows), "kommun", "kommuner"); len(of.Rows) > 0 {
			view.Counties = append(view.Counties, of)
		}
	}
	return h.site.Render(c, "organisation/list", view)
}

// choose returns the municipalities that pass the filter. Names are compared as addresses are made: å is a.
func choose(query url.Values) []Municipality {
	text := markdown.Slug(query.Get("q"))
	return slices.DeleteFunc(slices.Clone(Municipalities()), func(m Municipality) bool {
		return query.Has("q") && (text == "" || !strings.Contains(markdown.Slug(m.Name), text)) ||
			query.Has("lan") && m.County.Slug != query.Get("lan") || query.Has("grupp") && m.Group.Code != query.Get("grupp")
	})
}

func counties() []web.Option {
	var options []web.Option
	for _, county := range Counties() {
		options = append(options, web.Option{Value: county.Slug, Title: county.Name})
	}
	return options
}

func groups() []web.Option {
	var options []web.Option
	for _, group := range Groups() {
		options = append(options, web.Option{Value: group.Code, Title: group.Title()})
	}
	return options
}

// Show serves a municipality.
func (h *Handler) Show(c *fiber.Ctx) error {
	p, err := h.organisations.BySlug(c.UserContext(), c.Params("slug"))
	if err != nil {
		return err
	}
	view := &ShowView{
		Page: web.Page{
			Title: p.Name, Path: p.Address(), Description: fmt.Sprintf("%s i %s: fakta om kommunen och dess deltagande i NUSO.", p.Name, p.County.Name),
			Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Kommuner", Path: path}, {Title: p.Name}},
		},
		County: p.County.Name,
		Facts: []web.Fact{
			{Label: "Län", Value: p.County.Name, Path: web.With(path, url.Values{}, "lan", p.County.Slug)},
			{Label: "Kommungrupp", Value: p.Group.Title(), Path: web.With(path, url.Values{}, "grupp", p.Group.Code)},
			{Label: fmt.Sprintf("Folkmängd 31 december %d", p.Year), Value: web.Thousands(p.Population)},
			{Label: "Centralort", Value: p.Seat},
			{Label: "Kommunkod", Value: p.Code},
		},
	}
	for _, round := range p.Rounds {
		view.Rounds = append(view.Rounds, web.Link{Title: round.Name, Path: "/studieomraden/" + round.Area})
	}
	for _, district := range p.Districts {
		view.Districts = append(view.Districts, district.Name)
	}
	for _, m := range Municipalities() {
		if m.County == p.County && m.Code != p.Code {
			view.Neighbours = append(view.Neighbours, web.Link{Title: m.Name, Path: m.Address()})
		}
	}
	return h.site.Render(c, "organisation/show", view)
}

// Item is a municipality in JSON. Participates has the study areas, each once.
type Item struct {
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Slug         string   `json:"slug"`
	CountyCode   string   `json:"county_code"`
	County       string   `json:"county"`
	Group        string   `json:"skr_group"`
	Population   int      `json:"population"`
	Participates []string `json:"participates"`
}

// JSON serves /api/v1/municipalities: all of them, by code.
func (h *Handler) JSON(c *fiber.Ctx) error {
	takesPart, err := h.organisations.Participation(c.UserContext())
	if err != nil {
		return err
	}
	items := make([]Item, 0, len(Municipalities()))
	for _, m := range Municipalities() {
		item := Item{
			Code: m.Code, Name: m.Name, Slug: m.Slug, CountyCode: m.County.Code, County: m.County.Name, Group: m.Group.Code, Population: m.Population,
			Participates: append([]string{}, takesPart[m.ID()]...),
		}
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Code, b.Code) })
	data, err := json.Marshal(map[string]any{"items": items, "total": len(items)})
	if err != nil {
		return fault.Wrap(err, "writing municipalities as JSON")
	}
	return h.site.Shared(c, fiber.MIMEApplicationJSONCharsetUTF8, data, time.Time{})
}
