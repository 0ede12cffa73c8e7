package feed

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// Handler serves the feeds and the files for crawlers.
type Handler struct {
	site  *web.Site
	feeds *Service
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, feeds *Service) *Handler { return &Handler{site: site, feeds: feeds} }

// Site serves /feed.atom.
func (h *Handler) Site(c *fiber.Ctx) error {
	f, err := h.feeds.Site(c.UserContext())
	return h.send(c, f, err)
}

// Kind returns the handler of the feed of a list, which shows documents of the kinds: /nyheter/feed.atom,
// /publikationer/feed.atom, /forskning/feed.atom.
func (h *Handler) Kind(kinds ...string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f, err := h.feeds.Kind(c.UserContext(), kinds...)
		return h.send(c, f, err)
	}
}

// Area serves /studieomraden/:slug/feed.atom.
func (h *Handler) Area(c *fiber.Ctx) error {
	f, err := h.feeds.Area(c.UserContext(), c.Params("slug"))
	return h.send(c, f, err)
}

// Sitemap serves /sitemap.xml.
func (h *Handler) Sitemap(c *fiber.Ctx) error {
	pages, err := h.feeds.Sitemap(c.UserContext())
	if err != nil {
		return err
	}
	data, err := sitemapXML(pages)
	if err != nil {
		return fault.Wrap(err, "writing the sitemap")
	}
	return h.site.Shared(c, "application/xml; charset=utf-8", data, time.Time{})
}

// Robots serves /robots.txt.
func (h *Handler) Robots(c *fiber.Ctx) error {
	return h.site.Shared(c, plainText, []byte(robotsText(h.site.BaseURL)), time.Time{})
}

// Security serves /.well-known/security.txt.
func (h *Handler) Security(c *fiber.Ctx) error {
	now := h.site.Now()
	return h.site.Shared(c, plainText, []byte(securityText(h.site.BaseURL, now)), nextMonth(now))
}

const plainText = "text/plain; charset=utf-8"

func (h *Handler) send(c *fiber.Ctx, f Feed, err error) error {
	if err != nil {
		return err
	}
	data, err := atomXML(f, h.site.BaseURL+"/")
	if err != nil {
		return fault.Wrap(err, "writing the feed %s", f.ID)
	}
	return h.site.Shared(c, atomType+"; charset=utf-8", data, time.Time{})
}
