package member

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// PeopleView is the list of people.
type PeopleView struct {
	web.Page
	Done, Words, Count string
	Rows               []web.Teaser
	Pager              web.Pager
	Empty              web.Empty
}

// PersonView is the page about somebody.
type PersonView struct {
	web.Page
	Done, Problem          string
	Email                  string
	Mine                   bool // it is about who asks
	Roles                  []RoleRow
	Passkeys               int
	HasApp                 bool
	Since                  web.Date
	Choices, Organisations []web.Option
	Reasons                map[string]Reason // of each form: by the membership to end, "ge" and "aterstall"
}

// Reason is the field for why, of one of several forms on a page, with what was typed and what was wrong with it.
type Reason struct{ ID, Typed, Error string }

// AdmitView is the page where somebody new is given a role.
type AdmitView struct {
	web.Page
	Errors                       []web.FormError
	Email, EmailError            string
	Name, NameError              string
	Reason, ReasonError          string
	RoleError, OrganisationError string
	Choices, Organisations       []web.Option
}

// PeoplePath is the list's address.
const PeoplePath = "/admin/personer"

func peopleDone(what string) string {
	return map[string]string{
		"tillagd":    "Personen har fått rollen. Nu går det att logga in med adressen. Vi har inte mejlat om det, så hör av dig till personen.",
		"avslutad":   "Rollen är avslutad och personen utloggad därifrån.",
		"aterstalld": "Passnycklar och kodapp är borttagna. Personen har fått ett mejl om det.",
	}[what]
}

func adminPage(title, path string) web.Page {
	p := page(title, path)
	p.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Administration", Path: "/admin"}, {Title: title}}
	return p
}

// People serves the list of people.
func (h *Handler) People(c *fiber.Ctx) error {
	number, err := web.PageNumber(c)
	if err != nil {
		return err
	}
	f := PeopleFilter{Words: web.Query(c, "q"), Limit: web.PageSize, Offset: (number - 1) * web.PageSize}
	people, total, err := h.members.People(c.UserContext(), f)
	if err != nil {
		return err
	}
	view := &PeopleView{
		Page: adminPage("Personer", PeoplePath), Done: peopleDone(web.Query(c, "gjort")), Words: f.Words, Count: web.Plural(total, "person", "personer"),
		Empty: web.Empty{Why: "Ingen heter så, och ingen adress eller organisation.", Next: []web.Link{{Title: "Visa alla", Path: PeoplePath}}},
	}
	query := url.Values{}
	if f.Words != "" {
		query.Set("q", f.Words)
	}
	if view.Pager, err = web.NewPager(PeoplePath, query, number, total); err != nil {
		return err
	}
	view.Part = view.Pager.Part()
	for _, p := range people {
		var roles []string
		for _, m := range p.Memberships {
			roles = append(roles, m.Role.Title()+" hos "+m.Organisation)
		}
		note := strings.Join(roles, ", ")
		if note == "" {
			note = "har ingen roll"
		}
		view.Rows = append(view.Rows, web.Teaser{Title: p.Name, Path: PeoplePath + "/" + p.ID, Summary: p.Email, Note: web.Capital(note)})
	}
	return h.site.Render(c, "member/people", view)
}

// Person serves the page about somebody.
func (h *Handler) Person(c *fiber.Ctx) error { return h.person(c, fiber.StatusOK, nil) }

func (h *Handler) person(c *fiber.Ctx, status int, refused *fault.Error) error {
	ctx, now := c.UserContext(), h.site.Now()
	k, err := h.members.Person(ctx, c.Params("id"))
	if err != nil {
		return err
	}
	view := &PersonView{
		Page: adminPage(k.Name, PeoplePath+"/"+k.ID), Done: peopleDone(web.Query(c, "gjort")), Email: k.Email,
		Mine: k.ID == access.From(ctx).ID, Passkeys: len(k.Factors.Passkeys), HasApp: !k.Factors.CodeApp.IsZero(), Since: web.DateOf(k.CreatedAt.Time, now),
	}
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Administration", Path: "/admin"}, {Title: "Personer", Path: PeoplePath}, {Title: k.Name}}
	done, typed := web.Field(c, "membership")+web.Field(c, "do"), web.Field(c, "reason")
	view.Reasons = map[string]Reason{"ge": {ID: "reason-ge"}, "aterstall": {ID: "reason-aterstall"}}
	for _, m := range k.Memberships {
		view.Roles = append(view.Roles, RoleRow{ID: m.ID, Role: web.Capital(m.Role.Title()), Organisation: m.Organisation})
		view.Reasons[m.ID] = Reason{ID: "reason-" + m.ID}
	}
	if done == "" {
		done = "ge"
	}
	if view.Choices, view.Organisations, err = h.choices(c); err != nil {
		return err
	}
	wrong := ""
	if refused != nil {
		view.Done, view.Problem = "", refused.Text
		for _, field := range refused.Fields {
			if view.Problem = field.Text; field.Name == "reason" {
				view.Problem, wrong = "", field.Text
			}
		}
	}
	if r, known := view.Reasons[done]; known {
		view.Reasons[done] = Reason{ID: r.ID, Typed: typed, Error: wrong}
	}
	return h.site.RenderStatus(c, status, "member/person", view)
}

// choices are the roles and the organisations to choose, with what was chosen.
func (h *Handler) choices(c *fiber.Ctx) (roles, organisations []web.Option, err error) {
	places, err := h.members.Places(c.UserContext())
	organisations = []web.Option{{Title: "Välj organisation"}}
	for _, r := range Roles() {
		roles = append(roles, web.Option{Value: string(r), Title: web.Capital(r.Title()), Selected: string(r) == web.Field(c, "role")})
	}
	for _, p := range places {
		organisations = append(organisations, web.Option{Value: p.ID, Title: p.Name, Selected: p.ID == web.Field(c, "organisation")})
	}
	return roles, organisations, err
}

// ChangePerson ends a role, gives one, or removes the second factors.
func (h *Handler) ChangePerson(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	ctx, id, reason, what := c.UserContext(), c.Params("id"), web.Field(c, "reason"), ""
	k, err := h.members.Person(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case web.Field(c, "membership") != "":
		what, err = "avslutad", h.members.Expel(ctx, id, web.Field(c, "membership"), reason)
	case web.Field(c, "do") == "aterstall":
		what, err = "aterstalld", h.members.ResetFactors(ctx, id, reason)
	default:
		what = "tillagd"
		if err = checkReason(reason); err == nil {
			_, err = h.members.Admit(ctx, Admission{
				Email: k.Email, Role: access.Role(web.Field(c, "role")), Organisation: web.Field(c, "organisation"), Reason: reason,
			})
		}
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return h.person(c, fault.Status(err), fault.Of(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(PeoplePath+"/"+id+"?gjort="+what, fiber.StatusSeeOther)
}

// AdmitForm serves the page where somebody new is given a role.
func (h *Handler) AdmitForm(c *fiber.Ctx) error { return h.admit(c, fiber.StatusOK, nil) }

func (h *Handler) admit(c *fiber.Ctx, status int, refused *fault.Error) error {
	view := &AdmitView{
		Page: adminPage("Lägg till en person", PeoplePath+"/ny"), Email: web.Field(c, "email"), Name: web.Field(c, "name"), Reason: web.Field(c, "reason"),
	}
	var err error
	if view.Choices, view.Organisations, err = h.choices(c); err != nil {
		return err
	}
	if refused != nil {
		texts := map[string]*string{
			"email": &view.EmailError, "name": &view.NameError, "role": &view.RoleError, "organisation": &view.OrganisationError, "reason": &view.ReasonError,
		}
		for _, field := range refused.Fields {
			view.Errors = append(view.Errors, web.FormError{Field: field.Name, Text: field.Text})
			if text := texts[field.Name]; text != nil {
				*text = field.Text
			}
		}
	}
	return h.site.RenderStatus(c, status, "member/admit", view)
}

// Admit gives somebody new a role.
func (h *Handler) Admit(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	a := Admission{
		Email: web.Field(c, "email"), Name: web.Field(c, "name"), Role: access.Role(web.Field(c, "role")), Organisation: web.Field(c, "organisation"), Reason: web.Field(c, "reason"),
	}
	var admitted Admitted
	err := checkFilled(a)
	if err == nil {
		admitted, err = h.members.Admit(c.UserContext(), a)
	}
	if fault.Is(err, fault.Invalid) {
		return h.admit(c, fiber.StatusUnprocessableEntity, fault.Of(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(PeoplePath+"/"+admitted.Person.ID+"?gjort=tillagd", fiber.StatusSeeOther)
}
