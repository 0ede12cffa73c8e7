package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// Handler serves /api/v1, /healthz and /readyz.
type Handler struct {
	site  *web.Site
	api   *Service
	ready *Ready
}

// NewHandler returns the handler.
func NewHandler(site *web.Site, api *Service, ready *Ready) *Handler {
	return &Handler{site: site, api: api, ready: ready}
}

// Documents serves /api/v1/documents, chosen by ?kind=, ?limit= and ?offset=.
func (h *Handler) Documents(c *fiber.Ctx) error {
	f, err := readFilter(c, h.api.Kinds())
	if err != nil {
		return err
	}
	documents, err := h.api.Documents(c.UserContext(), f)
	if err != nil {
		return err
	}
	data, err := json.Marshal(documents)
	if err != nil {
		return fault.Wrap(err, "writing documents as JSON")
	}
	return h.site.Shared(c, fiber.MIMEApplicationJSONCharsetUTF8, data, time.Time{})
}

// OpenAPI serves /api/v1/openapi.json.
func (h *Handler) OpenAPI(c *fiber.Ctx) error {
	return h.site.Shared(c, fiber.MIMEApplicationJSONCharsetUTF8, spec, time.Time{})
}

// Health serves /healthz: the process lives and answers, whatever lies beneath.
func (h *Handler) Health(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.SendString("ok\n")
}

// Ready serves /readyz: 200 when requests may be sent here, else 503, each part with its state.
func (h *Handler) Ready(c *fiber.Ctx) error {
	report := h.ready.Report(c.UserContext())
	if !report.Serves() {
		c.Status(fiber.StatusServiceUnavailable)
	}
	for name, part := range report.Parts {
		if part.Err != nil {
			h.site.Log.Warn("not ready", "part", name, "status", part.Status, "err", part.Err)
		}
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(report)
}

// readFilter returns Invalid, which names every parameter to mend. An empty parameter is as good as none.
func readFilter(c *fiber.Ctx, kinds []string) (Filter, error) {
	f := Filter{Kind: c.Query("kind")}
	var wrong []string
	if f.Kind != "" && !slices.Contains(kinds, f.Kind) {
		wrong = append(wrong, "Parametern kind är ingen sort som finns. Skriv en av "+strings.Join(kinds, ", ")+".")
	}
	var ok bool
	if f.Limit, ok = number(c, "limit", defaultLimit); !ok || f.Limit < 1 || f.Limit > maxLimit {
		wrong = append(wrong, fmt.Sprintf("Parametern limit ska vara ett heltal från 1 till %d.", maxLimit))
	}
	if f.Offset, ok = number(c, "offset", 0); !ok || f.Offset < 0 {
		wrong = append(wrong, "Parametern offset ska vara ett heltal, 0 eller mer.")
	}
	if len(wrong) > 0 {
		return Filter{}, fault.New(fault.Invalid, strings.Join(wrong, " "), nil)
	}
	return f, nil
}

func number(c *fiber.Ctx, name string, missing int) (int, bool) {
	text := c.Query(name)
	if text == "" {
		return missing, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
