package join

import (
	"log/slog"
	"math"
	"strconv"

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

// Field is what was typed in a field and what was wrong with it; Name is the field's name and id.
type Field struct{ Name, Value, Error string }

// RoleOption is a role to choose, with what it is.
type RoleOption struct {
	Value, Title, About string
	Selected            bool
}

// FormView is the page /ga-med, new or with what was wrong. Problem is a refusal that belongs to no field.
type FormView struct {
	web.Page
	Stamp, Terms                       string
	Email, Name, Organisation, Purpose Field
	Role, Accepted                     Field // Value of Accepted: the version, when it is ticked
	Roles                              []RoleOption
	Municipalities                     []string
	Errors                             []web.FormError
	Problem                            string
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "join/form", View: &FormView{}}, {Name: "join/code", View: &CodeView{}}, {Name: "join/link", View: &LinkView{}},
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
		Email: Field{Name: "email", Value: d.Email}, Name: Field{Name: "name", Value: d.Name},
		Organisation: Field{Name: "organisation", Value: d.Organisation}, Role: Field{Name: "role"},
		Purpose: Field{Name: "purpose", Value: d.Purpose}, Accepted: Field{Name: "terms"},
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
		view.mark(f.Fields)
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
	if f.After > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(f.After.Seconds()))))
	}
	h.log(c, err)
	return h.site.RenderStatus(c, fault.Status(err), "join/form", view)
}

// log notes a refusal; errors here never hold what was typed.
func (h *Handler) log(c *fiber.Ctx, err error) {
	status, level := fault.Status(err), slog.LevelWarn
	if f := fault.Of(err); fault.Is(err, fault.Conflict) && f.Err != nil {
		err = f.Err // what people read may name who was first
	}
	if status >= fiber.StatusInternalServerError {
		level = slog.LevelError
	}
	h.site.Log.Log(c.UserContext(), level, "refused", "request", c.GetRespHeader("X-Request-Id"), "status", status, "err", err)
}

// mark puts each fault beside its field and into the summary.
func (v *FormView) mark(fields []fault.Field) {
	for _, f := range fields {
		for _, field := range []*Field{&v.Email, &v.Name, &v.Organisation, &v.Role, &v.Purpose, &v.Accepted} {
			if field.Name == f.Name {
				field.Error = f.Text
			}
		}
		v.Errors = append(v.Errors, web.FormError{Field: f.Name, Text: f.Text})
	}
}

func page(title, at string) web.Page {
	return web.Page{
		Title: title, Path: at, NoIndex: true, NoStore: true,
		Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Gå med", Path: path}, {Title: title}},
	}
}
