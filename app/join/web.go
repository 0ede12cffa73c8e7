package join

import (
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
	"nuso.se/app/web"
)

// Handler serves /ga-med, what follows on it, and the desks where requests are decided.
type Handler struct {
	site     *web.Site
	requests *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, requests *Service) *Handler {
	return &Handler{site: site, requests: requests}
}

// RoleOption is a role to choose, with what it is.
type RoleOption struct {
	Value, Title, About string
	Selected            bool
}

// FormView is the page /ga-med, new or with what was wrong. Problem is a refusal that belongs to no field.
type FormView struct {
	web.Page
	Stamp, Terms                       string
	Email, Name, Organisation, Purpose web.Input
	Role, Accepted                     web.Input // Value of Accepted: the version, when it is ticked
	Roles                              []RoleOption
	Municipalities                     []string
	Errors                             []web.FormError
	Problem                            string
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "join/form", View: &FormView{}}, {Name: "join/code", View: &web.CodeView{}}, {Name: "join/link", View: &LinkView{}},
		{Name: "join/done", View: &DoneView{}}, {Name: "join/list", View: &ListView{}}, {Name: "join/show", View: &ShowView{}},
	}
}

// The addresses, and what the stamps are for.
const (
	path        = "/ga-med"
	codePath    = path + "/kod"
	donePath    = path + "/tack"
	confirmPath = path + "/bekrafta"

	ownDesk = "/min-kommun/ansokningar" // of contact persons
	allDesk = "/redaktion/ansokningar"  // of editors and admins

	askForm  = "ga-med"
	codeForm = "ga-med-kod"
	linkForm = "ga-med-lank"
)

// Section is the part of the site that this package serves.
func Section() web.Section {
	return web.Section{Title: "Gå med", Path: path, Lead: "Ansök om ett konto i Samarbetsrummet. Du kan gå med även om din kommun inte deltar i NUSO."}
}

// Form serves the empty form.
func (h *Handler) Form(c *fiber.Ctx) error {
	terms, err := h.requests.Terms(c.UserContext())
	if err != nil {
		return err
	}
	return h.site.Render(c, "join/form", h.newForm(Draft{}, terms))
}

// Ask takes the form. What is refused comes back as it was typed; else the answer is the same whoever has the address.
func (h *Handler) Ask(c *fiber.Ctx) error {
	a := Asking{
		Draft: Draft{
			Email: web.Field(c, "email"), Name: web.Field(c, "name"), Organisation: web.Field(c, "organisation"),
			Role: access.Role(web.Field(c, "role")), Purpose: web.Field(c, "purpose"), Terms: web.Field(c, "terms"),
		},
		Stamp: web.Field(c, "stamp"), Client: h.site.ClientAddress(c), Trap: web.Field(c, "website") != "",
	}
	secret, err := "", h.site.CheckStamp(askForm, a.Stamp)
	if err == nil {
		secret, err = h.requests.Ask(c.UserContext(), a)
	}
	if err != nil {
		return h.refuse(c, a, err)
	}
	web.SetJoinSecret(c, secret, askAge)
	return c.Redirect(codePath, fiber.StatusSeeOther)
}

func (h *Handler) newForm(d Draft, terms string) *FormView {
	view := &FormView{
		Page: Section().Page(), Stamp: h.site.Stamp(askForm), Terms: terms,
		Email: web.Input{Name: "email", Value: d.Email}, Name: web.Input{Name: "name", Value: d.Name},
		Organisation: web.Input{Name: "organisation", Value: d.Organisation}, Role: web.Input{Name: "role"},
		Purpose: web.Input{Name: "purpose", Value: d.Purpose}, Accepted: web.Input{Name: "terms"},
		Roles: roleOptions(Roles(), d.Role),
	}
	view.Title, view.NoStore = "Gå med i Samarbetsrummet", true
	if d.Terms == terms {
		view.Accepted.Value = terms
	}
	for _, m := range organisation.Municipalities() {
		view.Municipalities = append(view.Municipalities, m.Name)
	}
	return view
}

func roleOptions(roles []access.Role, chosen access.Role) []RoleOption {
	var options []RoleOption
	for _, role := range roles {
		options = append(options, RoleOption{Value: string(role), Title: web.Capital(role.Title()), About: about(role), Selected: role == chosen})
	}
	return options
}

// refuse answers with the form as it was typed and what to do. Errors of other kinds are for the house's error page.
func (h *Handler) refuse(c *fiber.Ctx, a Asking, err error) error {
	terms, termsErr := h.requests.Terms(c.UserContext())
	if termsErr != nil {
		terms = a.Terms // the database is away: what was ticked stays so
	}
	f, view := fault.Of(err), h.newForm(a.Draft, terms)
	switch fault.KindOf(err) {
	case fault.Invalid:
		view.Errors = web.Mark(f.Fields, &view.Email, &view.Name, &view.Organisation, &view.Role, &view.Purpose, &view.Accepted)
	case fault.Forbidden:
		view.Problem = textStale
	case fault.TooMany:
		view.Problem = f.Text
	case fault.Unavailable:
		view.Problem = textAway
		view.Stamp = a.Stamp // if the request was taken after all, the same stamp does not take it twice
	default:
		return err
	}
	return h.site.Refuse(c, err, "join/form", view)
}

func page(title, at string) web.Page {
	return web.PersonalPage(title, at, web.Link{Title: "Gå med", Path: path})
}
