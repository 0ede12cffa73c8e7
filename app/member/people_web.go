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
	Done, Problem string
	Email         string
	Mine          bool // it is about who asks
	Roles         []RoleRow
	Passkeys      int
	HasApp        bool
	Since         web.Date
	Give          RoleForm
	Reasons       map[string]web.Input // of the other forms: by the membership to end, and "aterstall"
}

// RoleForm is the part of a form that says which role somebody is to have, where, and why. Hint tells what the organisation is for.
type RoleForm struct {
	Role, Organisation, Reason web.Input
	Roles, Organisations       []web.Option
	Hint                       string
}

// AdmitView is the page where somebody new is given a role.
type AdmitView struct {
	web.Page
	RoleForm
	Errors      []web.FormError
	Email, Name web.Input
}

// peoplePath is the list's address.
const peoplePath = "/admin/personer"

func peopleDone(what string) string {
	return map[string]string{
		"tillagd":    "Personen har fått rollen. Nu går det att logga in med adressen. Vi har inte mejlat om det, så hör av dig till personen.",
		"avslutad":   "Rollen är avslutad och personen utloggad därifrån.",
		"aterstalld": "Passnycklar och kodapp är borttagna. Personen har fått ett mejl om det.",
	}[what]
}

func adminPage(title, path string, above ...web.Link) web.Page {
	return web.PersonalPage(title, path, append([]web.Link{{Title: "Administration", Path: "/admin"}}, above...)...)
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
		Page: adminPage("Personer", peoplePath), Done: peopleDone(web.Query(c, "gjort")), Words: f.Words, Count: web.Plural(total, "person", "personer"),
		Empty: web.Empty{Why: "Ingen heter så, och ingen adress eller organisation.", Next: []web.Link{{Title: "Visa alla", Path: peoplePath}}},
	}
	query := url.Values{}
	if f.Words != "" {
		query.Set("q", f.Words)
	}
	if view.Pager, err = web.NewPager(peoplePath, query, number, total); err != nil {
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
		view.Rows = append(view.Rows, web.Teaser{Title: p.Name, Path: peoplePath + "/" + p.ID, Summary: p.Email, Note: web.Capital(note)})
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
		Page: adminPage(k.Name, peoplePath+"/"+k.ID, web.Link{Title: "Personer", Path: peoplePath}), Done: peopleDone(web.Query(c, "gjort")), Email: k.Email,
		Mine: k.ID == access.From(ctx).ID, Passkeys: len(k.Factors.Passkeys), HasApp: !k.Factors.CodeApp.IsZero(), Since: web.DateOf(k.CreatedAt.Time, now),
	}
	if view.Give, err = h.roleForm(c, Roles(), "Har personen redan en roll där byts den ut."); err != nil {
		return err
	}
	view.Give.Reason.Name = "reason-ge"
	done, typed := web.Field(c, "membership")+web.Field(c, "do"), view.Give.Reason.Value
	if done != "" {
		view.Give.Reason.Value = ""
	}
	view.Reasons = map[string]web.Input{"aterstall": {Name: "reason-aterstall"}}
	for _, m := range k.Memberships {
		view.Roles = append(view.Roles, RoleRow{ID: m.ID, Role: web.Capital(m.Role.Title()), Organisation: m.Organisation})
		view.Reasons[m.ID] = web.Input{Name: "reason-" + m.ID}
	}
	if r, known := view.Reasons[done]; known {
		view.Reasons[done] = web.Input{Name: r.Name, Value: typed}
	}
	if refused != nil {
		view.refuse(done, refused)
	}
	return h.site.RenderStatus(c, status, "member/person", view)
}

// refuse tells what was wrong: with a field of the form that was sent beside it, and else above them all.
func (v *PersonView) refuse(form string, refused *fault.Error) {
	reason := v.Reasons[form]
	v.Done, v.Problem = "", refused.Text
	for _, f := range refused.Fields {
		switch v.Problem = ""; {
		case f.Name != "reason":
			web.Mark(refused.Fields, &v.Give.Role, &v.Give.Organisation)
		case form == "":
			v.Give.Reason.Error = f.Text
		default:
			reason.Error = f.Text
			v.Reasons[form] = reason
		}
	}
}

// roleForm offers the roles and all organisations, with what was chosen and typed.
func (h *Handler) roleForm(c *fiber.Ctx, roles []access.Role, hint string) (RoleForm, error) {
	places, err := h.members.Places(c.UserContext())
	form := RoleForm{
		Role: web.Input{Name: "role", Value: web.Field(c, "role")}, Organisation: web.Input{Name: "organisation", Value: web.Field(c, "organisation")},
		Reason: web.Input{Name: "reason", Value: web.Field(c, "reason")}, Hint: hint, Organisations: []web.Option{{Title: "Välj organisation"}},
	}
	for _, r := range roles {
		title := r.Title()
		if r == access.Visitor {
			title = "besökare"
		}
		form.Roles = append(form.Roles, web.Option{Value: string(r), Title: web.Capital(title), Selected: string(r) == form.Role.Value})
	}
	for _, p := range places {
		form.Organisations = append(form.Organisations, web.Option{Value: p.ID, Title: p.Name, Selected: p.ID == form.Organisation.Value})
	}
	return form, err
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
		_, err = h.give(c, k.Email, "")
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return h.person(c, fault.Status(err), fault.Of(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(peoplePath+"/"+id+"?gjort="+what, fiber.StatusSeeOther)
}

// give gives whoever has the address the role that the form says.
func (h *Handler) give(c *fiber.Ctx, email, name string) (Admitted, error) {
	a := Admission{
		Email: email, Name: name, Role: access.Role(web.Field(c, "role")), Organisation: web.Field(c, "organisation"), Reason: web.Field(c, "reason"),
	}
	if err := checkReason(a.Reason); err != nil {
		return Admitted{}, err
	}
	return h.members.Admit(c.UserContext(), a)
}

// AdmitForm serves the page where somebody new is given a role.
func (h *Handler) AdmitForm(c *fiber.Ctx) error { return h.admit(c, fiber.StatusOK, nil) }

func (h *Handler) admit(c *fiber.Ctx, status int, wrong []fault.Field) error {
	form, err := h.roleForm(c, Roles(), "")
	if err != nil {
		return err
	}
	view := &AdmitView{
		Page: adminPage("Lägg till en person", peoplePath+"/ny"), RoleForm: form,
		Email: web.Input{Name: "email", Value: web.Field(c, "email")}, Name: web.Input{Name: "name", Value: web.Field(c, "name")},
	}
	view.Errors = web.Mark(wrong, &view.Email, &view.Name, &view.Role, &view.Organisation, &view.Reason)
	return h.site.RenderStatus(c, status, "member/admit", view)
}

// Admit gives somebody new a role.
func (h *Handler) Admit(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	admitted, err := Admitted{}, checkFilled(web.Field(c, "email"), web.Field(c, "name"), web.Field(c, "organisation"), web.Field(c, "reason"))
	if err == nil {
		admitted, err = h.give(c, web.Field(c, "email"), web.Field(c, "name"))
	}
	if fault.Is(err, fault.Invalid) {
		return h.admit(c, fiber.StatusUnprocessableEntity, fault.Of(err).Fields)
	}
	if err != nil {
		return err
	}
	return c.Redirect(peoplePath+"/"+admitted.Person.ID+"?gjort=tillagd", fiber.StatusSeeOther)
}
