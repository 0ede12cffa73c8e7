package member

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// ProviderView is the page between this site and the identity provider: with an address on the way there, and else on the way back.
type ProviderView struct {
	web.Page
	Provider           string
	Address            string
	Stamp, State, Code string
}

// providerPath is where logins at the identity provider begin, and BackPath where it sends browsers back.
const (
	providerPath = LinkPath + "/oidc"
	BackPath     = providerPath + "/svar"
	backForm     = "svar"
)

// WithProvider lets requests through where there is an identity provider. It stands before the handlers of logins there.
func (h *Handler) WithProvider(c *fiber.Ctx) error {
	if h.members.Provider() == "" {
		return fault.Missing("there is no identity provider")
	}
	return c.Next()
}

// AskProvider sends the browser to the identity provider. It does so by a page: to a redirect that answers a form, browsers apply
// the form's policy, which lets it lead nowhere else, and it is not known where the provider itself sends them on.
func (h *Handler) AskProvider(c *fiber.Ctx) error {
	next := within(web.Field(c, "next"))
	if err := h.site.CheckStamp(askForm, web.Field(c, "stamp")); err != nil {
		return h.ask(c, fiber.StatusForbidden, AskView{Next: next, Problem: web.TextStale})
	}
	secret, address, err := h.members.AskProvider(c.UserContext(), next, h.site.ClientAddress(c))
	if err != nil {
		return h.refuseProvider(c, err)
	}
	web.SetAskSecret(c, secret, loginAge)
	c.Set("Refresh", "0; url="+address)
	return h.site.Render(c, "member/provider", h.newProvider("Du skickas vidare för att logga in.", ProviderView{Address: address}))
}

func (h *Handler) newProvider(lead string, view ProviderView) *ProviderView {
	view.Provider = h.members.Provider()
	view.Page = web.PersonalPage("Logga in med "+view.Provider, LinkPath)
	view.Lead = lead
	return &view
}

// BackForm serves the page to which the identity provider sends the browser back. It spends nothing and logs nobody in: its button does.
func (h *Handler) BackForm(c *fiber.Ctx) error {
	code, state := web.Query(c, "code"), web.Query(c, "state")
	err := h.members.CanEnterProvider(c.UserContext(), web.AskSecret(c), state)
	if err == nil && code == "" {
		err = h.members.errNotIdentified(fmt.Errorf("the provider answers %.40q", web.Query(c, "error")))
	}
	if err != nil {
		return h.refuseProvider(c, err)
	}
	view := ProviderView{Stamp: h.site.Stamp(backForm), State: state, Code: code}
	return h.site.Render(c, "member/provider", h.newProvider("Det gick bra. Nu är det bara ett tryck kvar.", view))
}

// Back logs in with what the browser has come back with.
func (h *Handler) Back(c *fiber.Ctx) error {
	if err := h.site.CheckStamp(backForm, web.Field(c, "stamp")); err != nil {
		return err
	}
	err := h.enter(c, func(begin func(db.Tx, Entry) error) error {
		return h.members.EnterProvider(c.UserContext(), web.AskSecret(c), web.Field(c, "state"), web.Field(c, "code"), begin)
	})
	if err != nil {
		return h.refuseProvider(c, err)
	}
	return nil
}

// refuseProvider answers for a login at the identity provider that came to nothing with what to do. What has no words of its own is for
// the house's error page.
func (h *Handler) refuseProvider(c *fiber.Ctx, err error) error {
	f, status := fault.Of(err), fault.Status(err)
	title := map[fault.Kind]string{
		fault.Invalid: "Du är inte inloggad", fault.NotFound: "Vi hittar inget konto", fault.Unavailable: "Inloggningen är tillfälligt borta",
	}[fault.KindOf(err)]
	if title == "" || f.Text == "" {
		return err
	}
	view := &web.ErrorView{Page: web.PersonalPage(title, LinkPath), Links: []web.Link{{Title: "Logga in", Path: LinkPath}}}
	view.Lead = f.Text
	if status == fiber.StatusNotFound {
		view.Links = append(view.Links, web.Link{Title: "Be om att gå med", Path: "/ga-med"})
	}
	return h.site.Refuse(c, err, "error/show", view)
}
