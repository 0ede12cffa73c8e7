// Package web is everything between a handler and the wire: the pages' common base, rendering, forms, errors,
// the page cache and the middleware that every request passes.
//
// A request meets Site.enter first: a request id, the security headers, the canonical form of the address, and the
// page cache. What is not answered there goes to the routes of main; a handler reads, calls its service, builds a view
// struct and hands it to Render, or returns an error, which Site.Fail turns into a page. Nothing here knows a feature.
package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/netip"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/seal"
)

// Options are what a Site is made of; all are required but Nav, Proxies, Source and Banner.
type Options struct {
	BaseURL string
	Secret  []byte // signs form stamps
	Now     clock.Clock
	Log     *slog.Logger
	Theme   fs.FS // layouts, partials and pages
	Dist    fs.FS // built assets
	Samples []Sample
	Nav     []Section
	Proxies []string // whose X-Forwarded-For is believed
	Source  Source   // nil: no page cache and no banner
	NoCache bool     // keep no page all the same; so it is when Live
	Live    func(context.Context) error
	Secure  bool // production: HSTS
	Who     Who  // nil: nobody logs in

	// Banner returns what stands above every page, empty for nothing. It is asked when something has been announced, and not for
	// every page; nil: there is none.
	Banner func(ctx context.Context) (string, error)
}

// Who returns whom the token of a session stands for; a visitor when the session is no more.
type Who func(ctx context.Context, token string) (access.Actor, error)

// Site holds what every handler needs of the web. It is safe for concurrent use.
type Site struct {
	BaseURL string
	Now     clock.Clock
	Log     *slog.Logger
	Nav     []Section

	secret     seal.Key
	templates  *Templates
	draining   atomic.Bool
	dist       fs.FS
	assets     atomic.Pointer[assets]
	cache      *pageCache
	proxies    []netip.Prefix
	live       func(context.Context) error
	secure     bool
	who        Who
	buffers    buffers
	compressor compressor
	renders    chan struct{} // holds a place for each page being rendered; see New
}

// New parses the templates and reads the assets. Half the cores render at a time: rendering waits for nothing, so more at once only share
// the cores and make all wait, and the last one longest. It fails for a template without a view, a view without a template, and a
// damaged manifest.
func New(o Options) (*Site, error) {
	templates, err := ParseTemplates(o.Theme, append(o.Samples, Sample{Name: "error/show", View: &ErrorView{}}), o.Live != nil)
	if err != nil {
		return nil, err
	}
	built, err := readAssets(o.Dist)
	if err != nil {
		return nil, err
	}
	s := &Site{
		BaseURL: o.BaseURL, Now: o.Now, Log: o.Log, Nav: o.Nav, secret: o.Secret,
		templates: templates, dist: o.Dist, proxies: prefixes(o.Proxies), live: o.Live, secure: o.Secure, who: o.Who,
		renders: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2)),
	}
	s.assets.Store(built)
	if o.Source != nil {
		s.cache = &pageCache{now: o.Now, source: o.Source, banner: o.Banner, off: o.NoCache || o.Live != nil}
		s.cache.refresh(context.Background())
	}
	return s, nil
}

// Drain begins the end: every answer from now on asks its client to connect anew, so that nobody's next request meets a
// connection that is just being closed.
func (s *Site) Drain() { s.draining.Store(true) }

// Draining reports whether Drain was called.
func (s *Site) Draining() bool { return s.draining.Load() }

// Built reports whether the assets were built into the binary.
func (s *Site) Built() bool { return s.assets.Load().built }

// Templates returns the parsed templates, for the test that type-checks them.
func (s *Site) Templates() *Templates { return s.templates }

// Watch keeps the page cache in step with the database until ctx ends; nudge makes it look at once.
func (s *Site) Watch(ctx context.Context, nudge <-chan struct{}) {
	if s.cache != nil {
		s.cache.watch(ctx, nudge)
	}
}

// Limits of the server. A request that does not arrive within readTimeout is dropped, so slow senders hold nothing; the
// buffer takes addresses of 9 000 characters and more; the body limit is what a form with a long text needs.
const (
	readTimeout    = 15 * time.Second
	idleTimeout    = 60 * time.Second
	writeTimeout   = 60 * time.Second
	readBuffer     = 32 << 10
	bodyLimit      = 1 << 20
	maxConnections = 16_384
	requestTime    = 15 * time.Second
)

// App returns the Fiber app with the house's limits and middleware; main adds the routes.
func (s *Site) App() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:               "nuso",
		DisableStartupMessage: true,
		Immutable:             true, // kept c.Params strings are overwritten without it
		CaseSensitive:         true,
		StrictRouting:         true,
		UnescapePath:          false,
		ReadBufferSize:        readBuffer,
		BodyLimit:             bodyLimit,
		Concurrency:           maxConnections,
		ReadTimeout:           readTimeout,
		IdleTimeout:           idleTimeout,
		WriteTimeout:          writeTimeout,
		DisableDefaultDate:    false,
		ErrorHandler:          s.Fail,
	})
	app.Use(s.enter, s.sameOrigin)
	server := app.Server()
	server.Handler = knownMethods(server.Handler, server.ErrorHandler)
	return app
}

// knownMethods hands a request with a method that Fiber does not know to the error page; Fiber would answer without
// our headers.
func knownMethods[C interface{ Method() []byte }](next func(C), refuse func(C, error)) func(C) {
	return func(c C) {
		if !slices.Contains(fiber.DefaultMethods, string(c.Method())) {
			refuse(c, errRefused)
			return
		}
		next(c)
	}
}

// Refresh brings the page cache in step with the database and the clock at once, as Watch does four times a second.
func (s *Site) Refresh(ctx context.Context) {
	if s.cache != nil {
		s.cache.refresh(ctx)
	}
}

// AssetAddress returns where a built file is served: "app.css" → "/static/app-HASH.css"; empty when it was not built.
func (s *Site) AssetAddress(name string) string { return s.assets.Load().address(name) }
