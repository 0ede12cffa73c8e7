// Package home is the start page. It owns nothing: what it shows it asks of the features through the interfaces
// here, which main hands over.
package home

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// News is what the start page asks of the news: the newest items, at most limit.
type News interface {
	Latest(ctx context.Context, limit int) ([]web.Teaser, error)
}

// Schedule is what the start page asks of the calendar: the next question hour, the next other meetings, and when the
// answer changes.
type Schedule interface {
	Ahead(ctx context.Context, limit int) (*web.Live, []web.Occurrence, time.Time, error)
}

// Research is what the start page asks of the research network.
type Research interface {
	Invitations(ctx context.Context) ([]web.Invitation, time.Time, error)
}

// Studies is what the start page asks of the study areas: the newest progress and whose it is.
type Studies interface {
	Latest(ctx context.Context) ([]web.Progress, web.Link, error)
}

// Handler serves /.
type Handler struct {
	site     *web.Site
	news     News
	schedule Schedule
	research Research
	studies  Studies
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, news News, schedule Schedule, research Research, studies Studies) *Handler {
	return &Handler{site: site, news: news, schedule: schedule, research: research, studies: studies}
}

// ShowView is the start page.
type ShowView struct {
	web.Page
	Live        *web.Live
	News        []web.Teaser
	Meetings    []web.Occurrence
	Invitations []web.Invitation
	Progress    []web.Progress
	ProgressOf  web.Link
}

// Samples are the views with their templates.
func Samples() []web.Sample { return []web.Sample{{Name: "home/show", View: &ShowView{}}} }

// Show serves the start page.
func (h *Handler) Show(c *fiber.Ctx) error {
	ctx := c.UserContext()
	view := &ShowView{Page: web.Page{
		Title: "Vi följer socialtjänstens omställning tillsammans", Path: "/", Home: true,
		Lead: "NUSO är en nationell uppföljning av socialtjänstens omställning. Den börjar med den sociala barn- och ungdomsvården. " +
			"Här delar kommuner och forskare kunskap, exempel och frågor.",
		FeedTitle: "Allt nytt från NUSO", FeedPath: "/feed.atom",
	}}
	var ahead, invited time.Time
	var err error
	if view.News, err = h.news.Latest(ctx, 4); err != nil {
		return err
	}
	if view.Live, view.Meetings, ahead, err = h.schedule.Ahead(ctx, 4); err != nil {
		return err
	}
	if view.Invitations, invited, err = h.research.Invitations(ctx); err != nil {
		return err
	}
	if view.Progress, view.ProgressOf, err = h.studies.Latest(ctx); err != nil {
		return err
	}
	view.Turns = clock.Soonest(ahead, invited)
	view.JSONLD = map[string]string{"@context": "https://schema.org", "@type": "WebSite", "name": "NUSO – Samarbetsrummet", "url": h.site.BaseURL + "/", "inLanguage": "sv"}
	return h.site.Render(c, "home/show", view)
}
