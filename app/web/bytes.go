package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
)

// Shared answers with data of the type that is the same for every visitor until turns (zero: until midnight or the next
// announcement), with ETag, compressed, from the page cache at the next request: feeds, sitemaps, JSON. Nothing that
// was made for anyone but a visitor is kept or may be kept by others.
func (s *Site) Shared(c *fiber.Ctx, contentType string, data []byte, turns time.Time) error {
	c.Set(fiber.HeaderContentType, contentType)
	if !access.From(c.UserContext()).Anonymous() {
		c.Set(fiber.HeaderCacheControl, "no-store")
		return s.sendCompressed(c, data)
	}
	return s.sendShared(c, data, turns)
}
