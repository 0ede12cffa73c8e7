package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
)

const requestIDKey = "web.request"

// policy is the content security policy of every page: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// enter is the first thing a request meets. It never lets a panic out and logs every request once, the address
// without its query: people search for what is nobody's business.
func (s *Site) enter(c *fiber.Ctx) (err error) {
	began := time.Now()
	id := newRequestID()
	c.Locals(requestIDKey, id)
	s.headers(c, id)
	defer func() {
		if r := recover(); r != nil {
			s.Log.Error("panic", "request", id, "path", c.Path(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = s.Fail(c, fmt.Errorf("panic: %v", r))
		}
		if s.draining.Load() {
			c.Response().SetConnectionClose()
		}
		s.logRequest(c, id, began)
	}()
	if s.live != nil {
		s.readLive(c.UserContext())
	}
	token := Token(c)
	if token == "" && s.serveCached(c) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	actor, err := s.actor(ctx, c, token)
	c.SetUserContext(access.With(ctx, actor))
	if err != nil {
		return s.Fail(c, err)
	}
	if token != "" && actor.Anonymous() && s.serveCached(c) {
		return nil
	}
	if err := canonical(c); err != nil {
		return s.Fail(c, err)
	}
	if err := c.Next(); err != nil {
		return s.Fail(c, err)
	}
	return nil
}

// actor returns who asks. Built files are for everybody: nobody is asked for there.
func (s *Site) actor(ctx context.Context, c *fiber.Ctx, token string) (access.Actor, error) {
	if token == "" || s.who == nil || strings.HasPrefix(c.Path(), AssetPrefix) {
		return access.Actor{}, nil
	}
	return s.who(ctx, token)
}

// readLive takes in what was saved since the last request, while developing: texts and built styles. A file that is just
// being written is taken in at the next.
func (s *Site) readLive(ctx context.Context) {
	if err := s.live(ctx); err != nil {
		s.Log.Warn("reading live content", "err", err)
	}
	fresh, err := readAssets(s.dist)
	if err != nil {
		s.Log.Warn("reading live assets", "err", err)
		return
	}
	s.assets.Store(fresh)
}

func (s *Site) headers(c *fiber.Ctx, id string) {
	h := &c.Response().Header
	h.Set("X-Request-Id", id)
	h.Set(fiber.HeaderContentSecurityPolicy, policy)
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderReferrerPolicy, "same-origin") // no-referrer makes browsers send Origin: null, and forms fail
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()")
	if s.secure {
		h.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000; includeSubDomains")
	}
}

func (s *Site) logRequest(c *fiber.Ctx, id string, began time.Time) {
	s.Log.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("request", id),
		slog.String("method", c.Method()),
		slog.String("path", logged(c)),
		slog.Int("status", c.Response().StatusCode()),
		slog.Int64("us", time.Since(began).Microseconds()))
}

// logged is the address as the log may tell it: of one that holds a token, which opens something, only the pattern.
func logged(c *fiber.Ctx) string {
	if pattern := c.Route().Path; strings.Contains(pattern, ":token") {
		return pattern
	}
	path := string(c.Request().URI().PathOriginal())
	if len(path) > tokenSize {
		path = tokens.ReplaceAllString(path, ":token")
	}
	return clip(path, maxKey)
}

// tokenSize is how many characters rand.Text makes.
const tokenSize = 26

// tokens are told by their form in addresses that reach no pattern: in other case, with a slash too much, or while the database is away.
var tokens = regexp.MustCompile(`(?i)\b[a-z2-7]{26}\b`)

func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return text[:limit] + "…"
}

func newRequestID() string {
	var raw [8]byte
	n := rand.Uint64()
	for i := range raw {
		raw[i] = byte(n >> (8 * i))
	}
	return hex.EncodeToString(raw[:])
}

// canonical holds every address to its one form: lower-case ASCII without trailing slash. A GET in other case or with a
// trailing slash is Moved to it; anything else, such as //, an escape or a dot segment, is no address of this site.
func canonical(c *fiber.Ctx) error {
	path, query, hasQuery := strings.Cut(target(c), "?")
	if path == "/" {
		return nil
	}
	want := strings.Map(lower, path)
	if len(want) > 1 {
		want = strings.TrimSuffix(want, "/")
	}
	if !plainPath(want) {
		return fault.Missing("no address: %q", clip(path, maxKey))
	}
	if want == path {
		return nil
	}
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return fault.Missing("not canonical: %q", clip(path, maxKey))
	}
	if hasQuery {
		want += "?" + query
	}
	return fault.MovedTo(want)
}

// lower knows only A–Z: strings.ToLower would make an address of other letters as well.
func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// target returns the request's target as it was sent, from the path on. Its absolute form, http://host/path, which a
// client may use to any server, names a host that is believed no more than the Host header.
func target(c *fiber.Ctx) string {
	raw := string(c.Request().Header.RequestURI())
	if scheme, rest, ok := strings.Cut(raw, "://"); ok && (scheme == "http" || scheme == "https") {
		_, path, _ := strings.Cut(rest, "/")
		return "/" + path
	}
	return raw
}

// plainPath reports whether path is / and segments of a–z, 0–9 and - . _ ~, none empty and none of dots alone.
func plainPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if segment == "" || strings.Trim(segment, ".") == "" {
			return len(path) == 1
		}
		for i := range len(segment) {
			b := segment[i]
			if !(b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '-' || b == '.' || b == '_' || b == '~') {
				return false
			}
		}
	}
	return true
}

// sameOrigin refuses a write that another site may have caused: it needs Sec-Fetch-Site: same-origin or, from browsers
// that send none, an Origin equal to the base address. Neither: refused.
func (s *Site) sameOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case fiber.MethodGet, fiber.MethodHead, fiber.MethodOptions:
		return c.Next()
	}
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	if site == "same-origin" || (site == "" && origin != "" && origin == s.BaseURL) {
		return unlessViewing(c)
	}
	return fault.New(fault.Forbidden, "Formuläret kom inte från den här webbplatsen.", fmt.Errorf("cross-site %s: site %q, origin %q", c.Method(), site, origin))
}

// unlessViewing refuses what an admin would change while they see as somebody else, but that they stop, or log out.
func unlessViewing(c *fiber.Ctx) error {
	if access.From(c.UserContext()).View.Until.IsZero() || c.Path() == "/mitt-konto/visa-som" || c.Path() == "/logga-ut" {
		return c.Next()
	}
	return fault.New(fault.Forbidden, "Du ser webbplatsen som någon annan. Sluta med det först.", nil)
}

// ClientAddress returns the address of who asks: the peer's or, behind trusted proxies, the last address in
// X-Forwarded-For that is not a trusted proxy's own. A proxy may add a line of its own instead of lengthening the client's.
func (s *Site) ClientAddress(c *fiber.Ctx) string {
	peer, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		return ""
	}
	peer = peer.Unmap()
	lines := bytes.Join(c.Request().Header.PeekAll(fiber.HeaderXForwardedFor), []byte(","))
	forwarded := strings.Split(string(lines), ",")
	for i := len(forwarded) - 1; i >= 0 && s.trusted(peer); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		peer = next.Unmap()
	}
	return peer.String()
}

func (s *Site) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// prefixes reads addresses and networks; config has checked them.
func prefixes(texts []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			out = append(out, p)
		} else if a, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return out
}
