package document

import (
	"github.com/gofiber/fiber/v2"
)

// Handler serves what belongs to documents of every kind.
type Handler struct{ docs *Service }

// NewHandler returns the handler.
func NewHandler(docs *Service) *Handler { return &Handler{docs: docs} }

// Image serves a picture of a text for a year: the address holds the hash of its bytes.
func (h *Handler) Image(c *fiber.Ctx) error {
	image, err := h.docs.Image(c.UserContext(), c.Params("hash"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, image.MediaType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return c.Send(image.Data)
}
