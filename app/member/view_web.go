package member

import (
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// ViewAsView is the page where an admin begins to see as somebody else.
type ViewAsView struct {
	web.Page
	Errors                             []web.FormError
	Roles, Organisations               []web.Option
	Reason                             string
	RoleError, PlaceError, ReasonError string
}

// ViewPath is the page's address; EndViewPath is where it is ended.
const (
	ViewPath    = "/admin/visa-som"
	EndViewPath = AccountPath + "/visa-som"
)

// ViewForm serves the page where an admin begins to see as somebody else.
func (h *Handler) ViewForm(c *fiber.Ctx) error { return h.view(c, fiber.StatusOK, nil) }

func (h *Handler) view(c *fiber.Ctx, status int, wrong []fault.Field) error {
	places, err := h.members.Places(c.UserContext())
	if err != nil {
		return err
	}
	view := &ViewAsView{Page: page("Visa som", ViewPath), Reason: web.Field(c, "reason")}
	view.Lead = "Se webbplatsen som någon annan ser den, i en halvtimme. Under tiden går inget att ändra."
	view.Crumbs = []web.Link{{Title: "Start", Path: "/"}, {Title: "Administration", Path: "/admin"}, {Title: view.Title}}
	role, place := web.Field(c, "role"), web.Field(c, "organisation")
	for _, r := range Viewable() {
		title := web.Capital(r.Title())
		if r == access.Visitor {
			title = "Besökare"
		}
		view.Roles = append(view.Roles, web.Option{Value: string(r), Title: title, Selected: string(r) == role})
	}
	for _, p := range places {
		view.Organisations = append(view.Organisations, web.Option{Value: p.ID, Title: p.Name, Selected: p.ID == place})
	}
	for _, field := range wrong {
		view.Errors = append(view.Errors, web.FormError{Field: field.Name, Text: field.Text})
		switch field.Name {
		case "role":
			view.RoleError = field.Text
		case "organisation":
			view.PlaceError = field.Text
		case "reason":
			view.ReasonError = field.Text
		}
	}
	return h.site.RenderStatus(c, status, "member/viewas", view)
}

// View begins to see as somebody else.
func (h *Handler) View(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	err := h.members.View(c.UserContext(), web.Token(c), access.Role(web.Field(c, "role")), web.Field(c, "organisation"), web.Field(c, "reason"))
	if fault.Is(err, fault.Invalid) {
		return h.view(c, fiber.StatusUnprocessableEntity, fault.Of(err).Fields)
	}
	if err != nil {
		return err
	}
	return c.Redirect("/", fiber.StatusSeeOther)
}

// EndView lets an admin see as themselves again.
func (h *Handler) EndView(c *fiber.Ctx) error {
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	if err := h.members.EndView(c.UserContext(), web.Token(c)); err != nil {
		return err
	}
	return c.Redirect(ViewPath, fiber.StatusSeeOther)
}
