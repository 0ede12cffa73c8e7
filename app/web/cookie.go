package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// The cookies. Browsers keep those with this beginning for the host alone, and send them encrypted only; they take
// http://localhost for that too.
const (
	sessionCookie = "__Host-nuso"
	askCookie     = "__Host-nuso-ask"  // of a login under way
	joinCookie    = "__Host-nuso-join" // of a request to join that is to be confirmed
)

// Token returns the token of the session that the request carries; empty when it carries none.
func Token(c *fiber.Ctx) string { return c.Cookies(sessionCookie) }

// SetToken makes the browser carry the session's token until it is closed; empty takes it back.
func SetToken(c *fiber.Ctx, token string) { setCookie(c, sessionCookie, token, 0) }

// AskSecret returns what the browser that has asked to log in carries.
func AskSecret(c *fiber.Ctx) string { return c.Cookies(askCookie) }

// SetAskSecret makes the browser carry it for so long; empty takes it back.
func SetAskSecret(c *fiber.Ctx, secret string, age time.Duration) {
	setCookie(c, askCookie, secret, age)
}

// JoinSecret returns what the browser that has asked to join carries.
func JoinSecret(c *fiber.Ctx) string { return c.Cookies(joinCookie) }

// SetJoinSecret makes the browser carry it for so long; empty takes it back.
func SetJoinSecret(c *fiber.Ctx, secret string, age time.Duration) {
	setCookie(c, joinCookie, secret, age)
}

func setCookie(c *fiber.Ctx, name, value string, age time.Duration) {
	cookie := &fiber.Cookie{Name: name, Value: value, Path: "/", Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, MaxAge: int(age.Seconds())}
	if value == "" {
		cookie.MaxAge, cookie.Expires = 0, time.Unix(1, 0)
	}
	c.Cookie(cookie)
}
