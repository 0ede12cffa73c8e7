package web

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
)

// The page cache keeps anonymous pages as bytes. It is a series of generations: what one announcement of the database
// brought. A new announcement, Swedish midnight (near words such as "i dag" change) and the instant when a document
// appears or disappears each begin a new generation, and the old one's pages go with it. A request keeps the
// generation it began with, so a page that was rendered from old data can never enter a new one.

// maxCached bounds the bytes of a generation, all encodings counted; beyond it new pages are simply not kept. Anybody can
// make up queries, so addresses that have one stop at a quarter and leave room for the pages themselves.
const maxCached = 32 << 20

// maxKey is the longest address that is kept.
const maxKey = 200

// cached is a page with the instant when its own words next change.
type cached struct {
	body  *body
	turns time.Time // zero: with the generation
}

type generation struct {
	number int64
	until  time.Time
	banner string
	mu     sync.RWMutex
	pages  map[string]cached
	bytes  int
}

func (g *generation) get(key []byte, now time.Time) *body {
	g.mu.RLock()
	page, ok := g.pages[string(key)]
	g.mu.RUnlock()
	if !ok || !now.Before(g.until) || (!page.turns.IsZero() && !now.Before(page.turns)) {
		return nil
	}
	return page.body
}

func (g *generation) put(key string, b *body, turns time.Time) {
	limit := maxCached
	if strings.Contains(key, "?") {
		limit /= 4
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	bytes := g.bytes + b.size() + len(key)
	if old, again := g.pages[key]; again {
		bytes -= old.body.size() + len(key)
	}
	if bytes > limit {
		return
	}
	g.bytes = bytes
	g.pages[key] = cached{body: b, turns: turns}
}

// Source tells the cache when its pages become old: the number of the last announcement, and when a document next
// appears or disappears by its dates.
type Source interface {
	Announcement(ctx context.Context) (int64, error)
	NextTurn(ctx context.Context) (time.Time, error)
}

// pageCache is nil in a Site without a source. One that is off keeps no page, but follows the announcements.
type pageCache struct {
	now     clock.Clock
	source  Source
	banner  func(ctx context.Context) (string, error) // nil: there is none
	off     bool
	current atomic.Pointer[generation]
	renew   sync.Mutex
}

// watch follows the announcements until ctx ends: every replica sees one within a quarter of a second. While the
// database is away the cache goes on serving what it has.
func (p *pageCache) watch(ctx context.Context, nudge <-chan struct{}) {
	ticker := time.NewTicker(250 * time.Millisecond)
	defer ticker.Stop()
	for {
		p.refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-nudge:
		}
	}
}

// refresh begins a new generation when there is a reason to.
func (p *pageCache) refresh(ctx context.Context) {
	p.renew.Lock()
	defer p.renew.Unlock()
	number, err := p.source.Announcement(ctx)
	if err != nil {
		return
	}
	now, current := p.now(), p.current.Load()
	if current != nil && current.number == number && now.Before(current.until) {
		return
	}
	until := clock.AddDays(now, 1)
	turn, err := p.source.NextTurn(ctx)
	if err != nil {
		return
	}
	if !turn.IsZero() && turn.Before(until) {
		until = turn
	}
	banner := ""
	if p.banner != nil {
		if banner, err = p.banner(ctx); err != nil {
			return
		}
	}
	p.current.Store(&generation{number: number, until: until, banner: banner, pages: map[string]cached{}})
}

// above returns what stands above every page now.
func (p *pageCache) above() string {
	if p == nil || p.current.Load() == nil {
		return ""
	}
	return p.current.Load().banner
}

const generationKey = "web.generation"

// serveCached answers from the cache; false when the page must be made.
func (s *Site) serveCached(c *fiber.Ctx) bool {
	if s.cache == nil || s.cache.off || !(c.Method() == fiber.MethodGet || c.Method() == fiber.MethodHead) {
		return false
	}
	g := s.cache.current.Load()
	if g == nil {
		return false
	}
	if b := g.get(c.Request().Header.RequestURI(), s.Now()); b != nil {
		c.Response().Header.Set(fiber.HeaderCacheControl, "no-cache")
		_ = b.send(c) // writes to memory
		return true
	}
	c.Locals(generationKey, g)
	return false
}

// cachingFor returns where this request's page may be kept, and its key; nil when it may not be.
func cachingFor(c *fiber.Ctx) (*generation, string) {
	g, _ := c.Locals(generationKey).(*generation)
	key := c.Request().Header.RequestURI()
	if g == nil || len(key) > maxKey {
		return nil, ""
	}
	return g, string(key)
}
