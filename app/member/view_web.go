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
	RoleForm
	Errors []web.FormError
}

const viewPath = "/admin/visa-som"

// ViewForm serves the page where an admin begins to see as somebody else.
func (h *Handler) ViewForm(c *fiber.Ctx) error { return h.view(c, fiber.StatusOK, nil) }

func (h *Handler) view(c *fiber.Ctx, status int, wrong []fault.Field) error {
	form, err := h.roleForm(c, Viewable(), "Den avgör vilka delstudier rollen deltar i.")
	if err != nil {
		return err
	}
	view := &ViewAsView{Page: adminPage("Visa som", viewPath), RoleForm: form}
	view.Lead = "Se webbplatsen som någon annan ser den, i en halvtimme. Under tiden går inget att ändra."
	view.Errors = web.Mark(wrong, &view.Role, &view.Organisation, &view.Reason)
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
	return c.Redirect(viewPath, fiber.StatusSeeOther)
}
