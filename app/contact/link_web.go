package contact

import (
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// ConfirmView is the page behind the mailed link.
type ConfirmView struct {
	web.Page
	Action, Token        string
	Name, Email, Message string
}

// ConfirmForm serves the waiting message with its button. Opening the link consumes nothing: mail scanners do it too.
func (h *Handler) ConfirmForm(c *fiber.Ctx) error {
	token := c.Params("token")
	m, err := h.contact.ByToken(c.UserContext(), token)
	if err != nil {
		return h.refuseLink(c, err)
	}
	return h.site.Render(c, "contact/confirm", &ConfirmView{
		Page: web.Page{
			Title: "Skicka ditt meddelande", Lead: "Ett tryck återstår.", Path: path, NoIndex: true, NoStore: true, Crumbs: crumbs("Bekräfta"),
		},
		Action: confirmPath + "/" + token, Token: token, Name: m.Name, Email: m.Email, Message: m.Text,
	})
}

// Confirm sends the waiting message.
func (h *Handler) Confirm(c *fiber.Ctx) error {
	if err := h.contact.Confirm(c.UserContext(), c.Params("token")); err != nil {
		return h.refuseLink(c, err)
	}
	return c.Redirect(donePath, fiber.StatusSeeOther)
}

// refuseLink answers for a link that leads to no message with what happened to it and what to do.
func (h *Handler) refuseLink(c *fiber.Ctx, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	return h.site.Refuse(c, err, "error/show", &web.ErrorView{
		Page:  web.Page{Title: "Länken går inte att använda", Lead: fault.Of(err).Text, Path: path, NoIndex: true, NoStore: true},
		Links: []web.Link{{Title: "Skriv ett nytt meddelande", Path: path}, {Title: "Till startsidan", Path: "/"}},
	})
}
