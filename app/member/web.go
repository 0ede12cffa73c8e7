package member

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// Handler serves login and logout.
type Handler struct {
	site    *web.Site
	members *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, members *Service) *Handler {
	return &Handler{site: site, members: members}
}

// AskView is the page /logga-in, new or with what was wrong.
type AskView struct {
	web.Page
	Ceremony
	Stamp, Next string
	Email       web.Input
	Done        string // what has just been done
	Problem     string
	Provider    string // empty: there is none
}

// LinkView is the page that a mailed link opens. Here: the link works in this browser; else only the code does, elsewhere.
type LinkView struct {
	web.Page
	Here, Good bool
	Stamp      string
}

// Samples are the views with their templates.
func Samples() []web.Sample {
	return []web.Sample{
		{Name: "member/ask", View: &AskView{}}, {Name: "member/code", View: &web.CodeView{}}, {Name: "member/link", View: &LinkView{}},
		{Name: "member/prove", View: &ProveView{}}, {Name: "member/security", View: &SecurityView{}},
		{Name: "member/account", View: &AccountView{}}, {Name: "member/address", View: &AddressView{}},
		{Name: "member/people", View: &PeopleView{}}, {Name: "member/person", View: &PersonView{}}, {Name: "member/admit", View: &AdmitView{}},
		{Name: "member/viewas", View: &ViewAsView{}}, {Name: "member/undo", View: &UndoView{}}, {Name: "member/close", View: &CloseView{}},
		{Name: "member/passkey", View: &PasskeyView{}}, {Name: "member/codeapp", View: &CodeAppView{}},
		{Name: "member/provider", View: &ProviderView{}},
	}
}

const (
	codePath = LinkPath + "/kod"
	leftPath = LinkPath + "?gjort=utloggad" // after logging out
	askForm  = "logga-in"                   // what the stamps are for
	codeForm = "kod"
	linkForm = "lank"
)

// AskForm serves the form that asks for a code.
func (h *Handler) AskForm(c *fiber.Ctx) error {
	next := within(web.Query(c, "next"))
	if access.From(c.UserContext()).ID != "" {
		return c.Redirect(next, fiber.StatusSeeOther)
	}
	view := AskView{Next: next}
	if web.Query(c, "gjort") == "utloggad" {
		view.Done = "Du är utloggad."
	}
	return h.ask(c, fiber.StatusOK, view)
}

// Ask sends the code. What it answers is the same whoever has the address.
func (h *Handler) Ask(c *fiber.Ctx) error {
	email, next := web.Field(c, "email"), within(web.Field(c, "next"))
	view := AskView{Next: next, Email: web.Input{Value: email}}
	if err := h.site.CheckStamp(askForm, web.Field(c, "stamp")); err != nil {
		view.Problem = web.TextStale
		return h.ask(c, fiber.StatusForbidden, view)
	}
	secret, err := h.members.Ask(c.UserContext(), email, next, h.site.ClientAddress(c))
	if f := fault.Of(err); fault.Is(err, fault.Invalid) && len(f.Fields) > 0 {
		view.Email.Error = f.Fields[0].Text
		return h.ask(c, fiber.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	web.SetAskSecret(c, secret, loginAge)
	return c.Redirect(codePath, fiber.StatusSeeOther)
}

func (h *Handler) ask(c *fiber.Ctx, status int, view AskView) (err error) {
	if view.Ceremony, err = h.members.AskAnyPasskey(); err != nil {
		return err
	}
	view.Page, view.Stamp, view.Email.Name, view.Provider = web.PersonalPage("Logga in", LinkPath), h.site.Stamp(askForm), "email", h.members.Provider()
	view.Lead, view.Scripts = "Vi mejlar dig en kod. Du behöver inget lösenord.", []string{"passkey"}
	return h.site.RenderStatus(c, status, "member/ask", &view)
}

// CodeForm serves the form for the code.
func (h *Handler) CodeForm(c *fiber.Ctx) error {
	if web.AskSecret(c) == "" {
		return c.Redirect(LinkPath, fiber.StatusSeeOther)
	}
	return h.code(c, fiber.StatusOK, "")
}

func (h *Handler) code(c *fiber.Ctx, status int, problem string) error {
	view := h.site.NewCodeView(web.PersonalPage("Skriv koden", codePath), codeForm, problem)
	view.Lead = "Har adressen ett konto har vi mejlat en kod med sex siffror dit. Den gäller i 10 minuter."
	return h.site.RenderStatus(c, status, "member/code", view)
}

// Code logs in with the code.
func (h *Handler) Code(c *fiber.Ctx) error {
	take := func(code string) error {
		return h.enter(c, func(begin func(db.Tx, Entry) error) error {
			return h.members.EnterCode(c.UserContext(), web.AskSecret(c), code, begin)
		})
	}
	return h.site.TakeCode(c, codeForm, take, func(status int, problem string) error { return h.code(c, status, problem) })
}

// LinkForm serves the page that a mailed link opens. It spends nothing: mail programs open links too.
func (h *Handler) LinkForm(c *fiber.Ctx) error {
	here, good, err := h.members.CanEnter(c.UserContext(), c.Params("token"), web.AskSecret(c))
	if err != nil {
		return err
	}
	view := &LinkView{Page: web.PersonalPage("Logga in", LinkPath), Here: here, Good: good, Stamp: h.site.Stamp(linkForm)}
	status := fiber.StatusOK
	if !good {
		status = fiber.StatusNotFound
	}
	return h.site.RenderStatus(c, status, "member/link", view)
}

// Link logs in with the link.
func (h *Handler) Link(c *fiber.Ctx) error {
	if err := h.site.CheckStamp(linkForm, web.Field(c, "stamp")); err != nil {
		return err
	}
	err := h.enter(c, func(begin func(db.Tx, Entry) error) error {
		return h.members.EnterLink(c.UserContext(), c.Params("token"), web.AskSecret(c), begin)
	})
	if fault.Is(err, fault.Invalid) {
		return h.LinkForm(c)
	}
	return err
}

// enter begins the session of a login that ends, and leads to where the person was going.
func (h *Handler) enter(c *fiber.Ctx, end func(begin func(db.Tx, Entry) error) error) error {
	var begun Begun
	ctx, agent := c.UserContext(), c.Get(fiber.HeaderUserAgent)
	err := end(func(tx db.Tx, e Entry) (err error) {
		e.Next = within(e.Next)
		begun, err = h.members.Begin(ctx, tx, e, agent)
		return err
	})
	if err != nil {
		return err
	}
	web.SetToken(c, begun.Token)
	web.SetAskSecret(c, "", 0)
	return c.Redirect(begun.Next, fiber.StatusSeeOther)
}

// Leave logs out.
func (h *Handler) Leave(c *fiber.Ctx) error {
	if web.Token(c) == "" {
		return c.Redirect(leftPath, fiber.StatusSeeOther)
	}
	if err := h.site.CheckForm(c); err != nil {
		return err
	}
	if err := h.members.Leave(c.UserContext()); err != nil {
		return err
	}
	web.SetToken(c, "")
	return c.Redirect(leftPath, fiber.StatusSeeOther)
}

// within returns the address if it is a path on this site, and else the home page's.
func within(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\t\r\n") || len(next) > 500 || strings.HasPrefix(u.Path, LinkPath) || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return next
}
