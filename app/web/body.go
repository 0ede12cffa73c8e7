package web

import (
	"bytes"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/gzip"
)

// body is an answer kept as bytes, ready in each encoding; an encoding that saves nothing is nil.
type body struct {
	plain, gzip, brotli []byte
	contentType, etag   string
}

func (b *body) size() int { return len(b.plain) + len(b.gzip) + len(b.brotli) }

// send answers with the body in the best encoding that the client takes, or 304 when it has it already.
func (b *body) send(c *fiber.Ctx) error {
	header := &c.Response().Header
	header.Set(fiber.HeaderETag, b.etag)
	if b.gzip != nil {
		header.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	}
	if match := c.Request().Header.Peek(fiber.HeaderIfNoneMatch); len(match) > 0 && matches(string(match), b.etag) {
		c.Status(fiber.StatusNotModified)
		return nil
	}
	header.SetContentType(b.contentType)
	data := b.plain
	if b.gzip != nil {
		accept := c.Request().Header.Peek(fiber.HeaderAcceptEncoding)
		switch {
		case b.brotli != nil && accepts(accept, "br"):
			header.Set(fiber.HeaderContentEncoding, "br")
			data = b.brotli
		case accepts(accept, "gzip"):
			header.Set(fiber.HeaderContentEncoding, "gzip")
			data = b.gzip
		}
	}
	c.Response().SetBodyRaw(data)
	return nil
}

// matches reports whether an If-None-Match holds the tag; a proxy may have made it weak.
func matches(header, etag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(candidate), "W/") == etag {
			return true
		}
	}
	return strings.TrimSpace(header) == "*"
}

// accepts reports whether Accept-Encoding names the coding without refusing it by q=0.
func accepts(header []byte, coding string) bool {
	for part := range bytes.SplitSeq(header, []byte(",")) {
		name, quality, _ := bytes.Cut(part, []byte(";"))
		if !bytes.EqualFold(bytes.TrimSpace(name), []byte(coding)) {
			continue
		}
		quality = bytes.TrimSpace(quality)
		return !bytes.Equal(quality, []byte("q=0")) && !bytes.HasPrefix(quality, []byte("q=0.0"))
	}
	return false
}

// level costs a third of what the default does, for pages a twentieth larger; browsers get what is kept as Brotli.
const level = 3

// compressor pools gzip writers: making one costs more than the page.
type compressor struct{ writers sync.Pool }

func (z *compressor) gzip(data []byte) []byte {
	var out bytes.Buffer
	w, ok := z.writers.Get().(*gzip.Writer)
	if !ok {
		w, _ = gzip.NewWriterLevel(&out, level)
	}
	w.Reset(&out)
	_, _ = w.Write(data) // a bytes.Buffer cannot fail
	_ = w.Close()
	z.writers.Put(w)
	return out.Bytes()
}

// minCompressed is below what a compressed answer saves nothing worth its headers.
const minCompressed = 512

// sendCompressed answers with data made for this request alone.
func (s *Site) sendCompressed(c *fiber.Ctx, data []byte) error {
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if len(data) >= minCompressed && accepts(c.Request().Header.Peek(fiber.HeaderAcceptEncoding), "gzip") {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		c.Response().SetBodyRaw(s.compressor.gzip(data))
		return nil
	}
	c.Response().SetBody(data) // copies, as c.Send does not: the caller's buffer is soon another visitor's page
	return nil
}

// sendShared answers with data that is the same for every visitor until turns, and keeps it in the page cache.
func (s *Site) sendShared(c *fiber.Ctx, data []byte, turns time.Time) error {
	c.Set(fiber.HeaderCacheControl, "no-cache")
	b := &body{contentType: string(c.Response().Header.ContentType()), etag: etagOf(data)}
	page, key := cachingFor(c)
	if page == nil {
		c.Set(fiber.HeaderETag, b.etag)
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if match := c.Get(fiber.HeaderIfNoneMatch); match != "" && matches(match, b.etag) {
			c.Status(fiber.StatusNotModified)
			return nil
		}
		return s.sendCompressed(c, data)
	}
	b.plain = bytes.Clone(data)
	if len(data) >= minCompressed {
		b.gzip = s.compressor.gzip(data)
		var out bytes.Buffer
		w := brotli.NewWriterLevel(&out, 5)
		_, _ = w.Write(data) // a bytes.Buffer cannot fail
		_ = w.Close()
		b.brotli = out.Bytes()
	}
	page.put(key, b, turns)
	return b.send(c)
}
