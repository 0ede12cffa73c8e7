package join

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// ListView is the desk: the requests that somebody may see.
type ListView struct {
	web.Page
	Views []web.NavEntry
	Count string
	Rows  []web.Teaser
	Pager web.Pager
	Empty web.Empty
}

// deskOf is where the actor finds requests.
func deskOf(actor access.Actor) string {
	if actor.Edits() {
		return allDesk
	}
	return ownDesk
}

// List serves the desk: what waits, or with ?visa=avgjorda what was decided.
func (h *Handler) List(c *fiber.Ctx) error {
	page, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	desk, query := deskOf(access.From(c.UserContext())), web.Known(c, "visa")
	f := Filter{Decided: query.Get("visa") == "avgjorda", Limit: web.PageSize, Offset: (page - 1) * web.PageSize}
	rows, total, err := h.requests.List(c.UserContext(), f)
	if err != nil {
		return err
	}
	view := &ListView{
		Page: web.PersonalPage("Ansökningar om att gå med", desk), Count: web.Plural(total, "ansökan", "ansökningar"),
		Views: []web.NavEntry{
			{Title: "Väntar", Path: desk, Current: !f.Decided}, {Title: "Avgjorda", Path: web.With(desk, url.Values{}, "visa", "avgjorda"), Current: f.Decided},
		},
		Empty: web.Empty{Why: "Ingen ansökan väntar på svar. Du får ett mejl när det kommer en."},
	}
	view.Crumbs[1].Title = "Ansökningar"
	if f.Decided {
		view.Empty.Why = "Ingen ansökan är avgjord än."
	}
	if view.Pager, err = web.NewPager(desk, query, page, total); err != nil {
		return err
	}
	view.Part = view.Pager.Part()
	for _, r := range rows {
		view.Rows = append(view.Rows, h.teaser(r, desk))
	}
	return h.site.Render(c, "join/list", view)
}

func (h *Handler) teaser(r Listed, desk string) web.Teaser {
	t := web.Teaser{
		Title: r.Name, Path: desk + "/" + r.ID, Summary: r.OrganisationName, Tag: web.Capital(r.Role.Title()), Tint: "share",
		Date: web.DateOf(r.ConfirmedAt.Time, h.site.Now()),
	}
	switch {
	case !r.DecidedAt.IsZero():
		t.Note = r.verdict() + "."
	case desk == allDesk && r.ContactsFirst:
		t.Note = fmt.Sprintf(textNotYetOurs, clock.LongTime(r.late()))
	}
	return t
}
