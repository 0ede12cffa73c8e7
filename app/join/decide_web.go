package join

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
	"nuso.se/app/web"
)

// ShowView is a request at the desk. Verdict tells how it was decided, Waits for whom it waits; else it is the reader's to decide.
type ShowView struct {
	web.Page
	ID, Name, Email, Organisation, Wanted string
	Purpose, Terms, Domain, Contacts      string
	Given                                 string // the role, and where
	Asked                                 web.Date
	Verdict, Waits, List                  string
	Mine                                  bool
	Prove                                 string // where a second factor is proved first; empty: it was
	Roles                                 []RoleOption
	NoMember                              string // whose organisation takes part in nothing; empty: it does, or is not known yet
	Choices                               []web.FilterGroup
	Role, Where, Message                  web.Input
	Errors                                []web.FormError
	Problem                               string
}

// Show serves a request.
func (h *Handler) Show(c *fiber.Ctx) error { return h.show(c, Grant{}, nil) }

// show answers with the request, and after a decision that failed with what was chosen and why.
func (h *Handler) show(c *fiber.Ctx, g Grant, failed error) error {
	ctx := c.UserContext()
	r, err := h.requests.ByID(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	actor := access.From(ctx)
	view := h.newShow(r, actor)
	view.Message.Value, view.Where.Value = g.Message, g.Organisation
	if g.Role == "" {
		g.Role = r.suggested()
	}
	view.Roles = roleOptions(r.Roles, g.Role)
	view.choose(r, g.Organisation)
	f := fault.Of(failed)
	if f == nil {
		return h.site.Render(c, "join/show", view)
	}
	if view.Errors = web.Mark(f.Fields, &view.Role, &view.Where, &view.Message); len(f.Fields) == 0 {
		view.Problem = f.Text
	}
	return h.site.Refuse(c, failed, "join/show", view)
}

func (h *Handler) newShow(r Shown, actor access.Actor) *ShowView {
	desk := deskOf(actor)
	view := &ShowView{
		Page: web.PersonalPage("Ansökan från "+r.Name, desk+"/"+r.ID, web.Link{Title: "Ansökningar", Path: desk}), ID: r.ID, List: desk, Mine: r.Mine,
		Name: r.Name, Email: r.Email, Organisation: r.OrganisationName, Wanted: web.Capital(r.Role.Title()), Purpose: r.Purpose, Terms: r.Terms,
		Asked: web.DateOf(r.ConfirmedAt.Time, h.site.Now()), Domain: r.domain(), Contacts: strings.Join(r.Contacts, ", "),
		Role: web.Input{Name: "role"}, Where: web.Input{Name: "organisation"}, Message: web.Input{Name: "message"},
	}
	view.Crumbs[2].Title = r.Name
	switch {
	case !r.DecidedAt.IsZero():
		view.Verdict = r.verdict() + "."
		if r.Outcome != Replaced {
			view.Verdict += " " + textMailed
		}
		if r.Outcome == Approved {
			view.Given = fmt.Sprintf(textGiven, web.Capital(r.Given.Title()), r.Place)
		}
	case !r.Mine:
		view.Waits = fmt.Sprintf(textNotYetOurs, clock.LongTime(r.late()))
	case !actor.Strong:
		view.Prove = member.ProvePath + "?" + url.Values{"next": {view.Path}}.Encode()
	}
	if r.OrganisationID != nil && !r.TakesPart {
		view.NoMember = r.OrganisationName
	}
	if r.OrganisationID != nil && view.Contacts == "" {
		view.Contacts = textNoContact
	}
	return view
}

// domain tells whether the address is the organisation's.
func (r Shown) domain() string {
	switch {
	case r.DomainFits:
		return fmt.Sprintf(textFits, r.OrganisationName)
	case r.OrganisationID != nil:
		return fmt.Sprintf(textFitsNot, r.OrganisationName)
	}
	return textTyped
}

// suggested is the role that the form begins with: the one asked for, or the one with least rights when that cannot be given.
func (r Shown) suggested() access.Role {
	if slices.Contains(r.Roles, r.Role) {
		return r.Role
	}
	return access.Follower
}

// choose offers the organisations that a typed one can be: itself as a new one, unless there is one with the name, which is suggested.
func (v *ShowView) choose(r Shown, chosen string) {
	if r.OrganisationID != nil {
		return
	}
	known := web.FilterGroup{Title: "Finns redan"}
	added := web.Option{Title: "Lägg till " + r.OrganisationName}
	for _, o := range r.Choices {
		same := strings.EqualFold(o.Name, r.OrganisationName)
		if same {
			added.Title = ""
		}
		known.Options = append(known.Options, web.Option{Value: o.ID, Title: o.Name, Selected: o.ID == chosen || chosen == "" && same})
	}
	if added.Title != "" {
		v.Choices = append(v.Choices, web.FilterGroup{Title: "Ny", Options: []web.Option{added}})
	}
	kommuner := web.FilterGroup{Title: "Kommuner"}
	for _, m := range organisation.Municipalities() {
		kommuner.Options = append(kommuner.Options, web.Option{Value: m.ID(), Title: m.Name, Selected: m.ID() == chosen})
	}
	if len(known.Options) > 0 {
		v.Choices = append(v.Choices, known)
	}
	v.Choices = append(v.Choices, kommuner)
}

// Decide approves or declines a request. What is refused comes back as it was chosen.
func (h *Handler) Decide(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	ctx, id := c.UserContext(), c.Params("id")
	g := Grant{Role: access.Role(web.Field(c, "role")), Organisation: web.Field(c, "organisation"), Message: web.Field(c, "message")}
	var err error
	switch web.Field(c, "decision") {
	case "approve":
		err = h.requests.Approve(ctx, id, g)
	case "decline":
		err = h.requests.Decline(ctx, id, g.Message)
	default:
		err = fault.New(fault.Invalid, textDecision, nil)
	}
	switch {
	case err == nil:
		return c.Redirect(deskOf(access.From(ctx))+"/"+id, fiber.StatusSeeOther)
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict):
		return h.show(c, g, err)
	}
	return err
}
