package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
)

// The ways in: to log in, for who has logged in to prove a second factor, and to learn what else there is.
const (
	loginPath = "/logga-in"
	provePath = "/logga-in/bekrafta"
	helpPath  = "/hjalp/konto-och-tillgang"
)

// wayIn is the address where whoever asks proves who they are, and from which they come back: to the page they asked for, or the one
// with the form that they sent. Its query stays behind, for it can tell of something done.
func wayIn(c *fiber.Ctx) string {
	way, back := loginPath, c.Path()
	if access.From(c.UserContext()).ID != "" {
		way = provePath
	}
	if c.Method() == fiber.MethodGet {
		back = target(c)
	} else if from, err := url.Parse(c.Get(fiber.HeaderReferer)); err == nil && from.Path != "" {
		back = from.EscapedPath()
	}
	return way + "?" + url.Values{"next": {back}}.Encode()
}

// For lets in who has one of the roles; without roles, everybody who is logged in. Visitors are sent to log in, and who has yet to prove
// a second factor to do so; to others there is nothing there. It stands before a group of routes.
func For(roles ...access.Role) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if at := c.Route().Path; strings.HasPrefix(c.Path(), at) && c.Path() != at && c.Path()[len(at)] != '/' {
			return c.Next() // a longer word that only begins as the group does
		}
		actor := access.From(c.UserContext())
		switch {
		case actor.ID == "" || actor.Unproved != "" && slices.Contains(roles, actor.Unproved):
			return fault.New(fault.Unauthenticated, "Logga in för att gå vidare.", nil)
		case len(roles) > 0 && !slices.Contains(roles, actor.Role):
			return fault.Missing("%s is not for %q", c.Path(), actor.Role)
		}
		return c.Next()
	}
}
