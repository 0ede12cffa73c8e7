package join

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// LinkView is the page that a mailed link opens. Here: it is opened where it was asked for; else only the code does, there.
type LinkView struct {
	web.Page
	Here, Good         bool
	Stamp              string
	Name, Email        string
	Organisation, Role string
	Purpose            string
}

// DoneView is the page that says that the request was sent.
type DoneView struct{ web.Page }

// pressedTwice is how long after a press another of the same is taken for it.
const pressedTwice = 10 * time.Minute

// CodeForm serves the form for the code.
func (h *Handler) CodeForm(c *fiber.Ctx) error {
	if web.JoinSecret(c) == "" {
		return c.Redirect(path, fiber.StatusSeeOther)
	}
	return h.code(c, fiber.StatusOK, "")
}

func (h *Handler) code(c *fiber.Ctx, status int, problem string) error {
	view := h.site.NewCodeView(page("Skriv koden", codePath), codeForm, problem)
	view.Lead = "Ett steg återstår. Vi har mejlat dig. I mejlet finns en kod med sex siffror."
	return h.site.RenderStatus(c, status, "join/code", view)
}

// Code confirms the request with the code.
func (h *Handler) Code(c *fiber.Ctx) error {
	take := func(code string) error {
		return h.confirmed(c, h.requests.ConfirmCode(c.UserContext(), web.JoinSecret(c), code))
	}
	return h.site.TakeCode(c, codeForm, take, func(status int, problem string) error { return h.code(c, status, problem) })
}

// LinkForm serves what was typed, with the button that sends it. It spends nothing: mail programs open links too.
func (h *Handler) LinkForm(c *fiber.Ctx) error {
	r, here, err := h.requests.ByLink(c.UserContext(), c.Params("token"), web.JoinSecret(c))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if here && !r.ConfirmedAt.IsZero() {
		return c.Redirect(donePath, fiber.StatusSeeOther)
	}
	view := &LinkView{
		Page: page("Skicka din ansökan", path), Here: here, Good: err == nil, Stamp: h.site.Stamp(linkForm),
		Name: r.Name, Email: r.Email, Organisation: r.OrganisationName, Role: web.Capital(r.Role.Title()), Purpose: strings.TrimSpace(r.Purpose),
	}
	status := fiber.StatusOK
	if err != nil {
		view.Title, status = "Länken går inte att använda", fiber.StatusNotFound
	}
	return h.site.RenderStatus(c, status, "join/link", view)
}

// Link confirms the request with the link.
func (h *Handler) Link(c *fiber.Ctx) error {
	if err := h.site.CheckStamp(linkForm, web.Field(c, "stamp")); err != nil {
		return err
	}
	err := h.requests.ConfirmLink(c.UserContext(), c.Params("token"), web.JoinSecret(c))
	if fault.Is(err, fault.Invalid) {
		return h.LinkForm(c)
	}
	return h.confirmed(c, err)
}

// confirmed leads on when there was no error. The browser keeps its secret a little while: a second press must meet none either.
func (h *Handler) confirmed(c *fiber.Ctx, err error) error {
	if err != nil {
		return err
	}
	web.SetJoinSecret(c, web.JoinSecret(c), pressedTwice)
	return c.Redirect(donePath, fiber.StatusSeeOther)
}

// Done serves the thanks. A reload sends nothing.
func (h *Handler) Done(c *fiber.Ctx) error {
	return h.site.Render(c, "join/done", &DoneView{Page: web.Page{
		Title: "Tack, din ansökan är skickad", Path: donePath, NoIndex: true,
		Crumbs: []web.Link{{Title: "Start", Path: "/"}, {Title: "Gå med", Path: path}, {Title: "Tack"}},
	}})
}
