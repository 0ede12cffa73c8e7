package main

import (
	"context"

	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/contact"
	"nuso.se/app/db"
	"nuso.se/app/demo"
	"nuso.se/app/desk"
	"nuso.se/app/document"
	"nuso.se/app/find"
	"nuso.se/app/glossary"
	"nuso.se/app/home"
	"nuso.se/app/jobs"
	"nuso.se/app/join"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/member"
	"nuso.se/app/news"
	"nuso.se/app/oidc"
	"nuso.se/app/organisation"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/search"
	"nuso.se/app/session"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/content"
	"nuso.se/static"
	"nuso.se/themes"
)

// house is the program put together: what commands and the server work with.
type house struct {
	cfg    config.Config
	now    clock.Clock
	log    *slog.Logger
	db     *db.DB
	docs   *document.Service
	runner *jobs.Runner

	organisations *organisation.Service
	members       *member.Service
	limiter       *limit.Limiter
	sessions      *session.Keeper
	bounces       *mail.Bounces
	demo          *demo.Service

	// The server's alone: see openSearch.
	keeper *search.Keeper
	counts *search.Counts
	search *search.Service
}

// sections are the parts of the site that are found, beside the documents.
func sections() []web.Section {
	return []web.Section{
		news.Section(), study.Section(), publication.Section(), research.Section(), schedule.Section(), glossary.Section(), page.Section(),
		organisation.Section(), contact.Section(), join.Section(),
	}
}

// addresses are the site's public ones that are not documents: links in texts may lead there.
func addresses() []string {
	all := []string{"/", "/sok", "/logga-in", "/mitt-konto", "/feed.atom", "/nyheter/feed.atom", "/publikationer/feed.atom", "/forskning/feed.atom", "/kalender.ics"}
	for _, s := range sections() {
		all = append(all, s.Path)
	}
	for _, m := range organisation.Municipalities() {
		all = append(all, m.Address())
	}
	return all
}

// words are what the search page calls municipalities and what they are found by.
func words() find.Words {
	w := find.Words{
		Kinds:  []document.Kind{{Name: organisation.SearchKind, Title: "Kommun", Plural: "Kommuner", Tint: "meet"}},
		Titles: map[string]map[string]string{search.FacetCounty: {}, search.FacetGroup: {}},
	}
	for _, county := range organisation.Counties() {
		w.Titles[search.FacetCounty][county.Code] = county.Name
	}
	for _, group := range organisation.Groups() {
		w.Titles[search.FacetGroup][group.Code] = group.Title()
	}
	return w
}

// reserved are the first parts of addresses that belong to sections, also of those still to come.
func reserved() []string {
	return []string{
		"nyheter", "studieomraden", "publikationer", "forskning", "exempel", "kalender", "kommuner", "lan", "utmaningar", "fragor", "sok",
		"ordlista", "filmer", "hjalp", "kontakt", "analysstod", "ga-med", "logga-in", "logga-ut", "inbjudan", "avregistrera", "mitt-konto",
		"var-kommun", "min-kommun", "matcha", "grupper", "notiser", "redaktion", "admin", "api", "static", "bilder", "healthz", "readyz",
		"ny", "projekt", "personlig", "omrade",
	}
}

func kinds() []document.Kind {
	all := []document.Kind{news.Kind(), study.Kind(), publication.Kind()}
	all = append(all, research.Kinds()...)
	all = append(all, schedule.Kind(), glossary.Kind())
	return append(all, page.Kinds(reserved())...)
}

func newDocuments(d *db.DB, cfg config.Config, now clock.Clock) *document.Service {
	return document.New(d, now, cfg.BaseURL, kinds(), sections(), addresses())
}

// openHouse opens the database and puts the services together; it changes nothing yet.
func openHouse(ctx context.Context, cfg config.Config, now clock.Clock, log *slog.Logger) (*house, error) {
	d, err := db.Open(ctx, db.Options{URL: cfg.DatabaseURL, DataDir: cfg.DataDir, Log: log})
	if err != nil {
		return nil, err
	}
	h := &house{cfg: cfg, now: now, log: log, db: d, docs: newDocuments(d, cfg, now), runner: jobs.New(d, log, now)}
	h.organisations = organisation.New(d, now)
	if err := h.openMembers(); err != nil {
		_ = d.Close()
		return nil, err
	}
	h.demo = demo.New(d, now, h.organisations, h.members, h.docs)
	h.docs.Register(h.runner)
	return h, nil
}

// openMembers makes the people's service, and the limits that it and the contact form count by.
func (h *house) openMembers() error {
	secret, err := h.secret()
	if err != nil {
		return err
	}
	theme, err := h.theme()
	if err != nil {
		return err
	}
	h.limiter, h.sessions = limit.New(h.db, h.now, secret), session.New(h.db, h.now, session.DefaultLimits())
	h.bounces = mail.NewBounces(h.db, h.now, secret)
	h.members, err = member.New(member.Options{
		DB: h.db, Now: h.now, Limiter: h.limiter, Theme: theme, Secret: secret, BaseURL: h.cfg.BaseURL, Sessions: h.sessions, Areas: h.organisations.Areas,
		Provider: h.provider(),
	})
	return err
}

// provider returns the identity provider by which people may log in; nil when none is set.
func (h *house) provider() *oidc.Provider {
	if h.cfg.OIDCIssuer == "" {
		return nil
	}
	return oidc.New(oidc.Config{
		Issuer: h.cfg.OIDCIssuer, ClientID: h.cfg.OIDCClientID, ClientSecret: h.cfg.OIDCClientSecret,
		RedirectURL: h.cfg.BaseURL + member.BackPath, Now: h.now,
	})
}

func (h *house) close() {
	if h.keeper != nil {
		_ = h.keeper.Close()
	}
	_ = h.db.Close()
}

// prepare brings the schema and the built-in content up to date.
func (h *house) prepare(ctx context.Context) error {
	if err := h.db.Migrate(ctx); err != nil {
		return err
	}
	if err := h.organisations.Boot(ctx); err != nil {
		return err
	}
	report, err := h.docs.Boot(ctx, content.Files)
	if err != nil {
		return err
	}
	for _, p := range report.Problems {
		h.log.Warn("content", "problem", p.Error())
	}
	for _, path := range report.Conflicts {
		h.log.Warn("content edited in the site and in its file: the site's text stays", "path", path)
	}
	if report.Followed {
		h.log.Warn("other texts were imported after those of this program: they stay", "cure", "nuso content sync takes this program's in")
	}
	if report.Changed() {
		h.log.Info("content imported", "report", report.Line())
	}
	return nil
}

// schemaIsCurrent is an error when a migration waits.
func (h *house) schemaIsCurrent(ctx context.Context) error {
	list, err := h.db.MigrateStatus(ctx)
	for _, m := range list {
		if !m.Applied {
			return fmt.Errorf("migreringen %s väntar. Kör nuso migrate up", m.Name)
		}
	}
	return err
}

// withHouse opens the house for a command and closes it.
func (c *console) withHouse(do func(*house) error) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("datamappen %s går inte att skapa: %w", cfg.DataDir, err)
	}
	h, err := openHouse(c.ctx, cfg, time.Now, quiet())
	if err != nil {
		return err
	}
	defer h.close()
	return do(h)
}

// quiet is a command's log: only what went wrong.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// newSite parses the templates and reads the assets, from disk when developing.
func (h *house) newSite() (*web.Site, error) {
	secret, err := h.secret()
	if err != nil {
		return nil, err
	}
	o := web.Options{
		BaseURL: h.cfg.BaseURL, Secret: secret, Now: h.now, Log: h.log, Nav: menu(), Samples: samples(),
		Proxies: h.cfg.TrustedProxies, Secure: h.cfg.Production(), Who: h.members.Who,
		Source: source{h}, NoCache: h.cfg.PageCache != "on", Banner: h.demo.Banner,
	}
	dist := fs.FS(static.Dist)
	if h.cfg.Live != "" {
		dist = os.DirFS(filepath.Join(h.cfg.Live, "static"))
		o.Live = h.liveContent()
	}
	if o.Theme, err = h.theme(); err != nil {
		return nil, err
	}
	if o.Dist, err = fs.Sub(dist, "dist"); err != nil {
		return nil, err
	}
	return web.New(o)
}

// theme returns the skin's folder: layouts, partials, pages and mails.
func (h *house) theme() (fs.FS, error) {
	files := fs.FS(themes.Files)
	if h.cfg.Live != "" {
		files = os.DirFS(filepath.Join(h.cfg.Live, "themes"))
	}
	return fs.Sub(files, "nuso")
}

// liveContent returns what runs before each request while developing: a changed file is read in.
func (h *house) liveContent() func(context.Context) error {
	files, last, lock := os.DirFS(filepath.Join(h.cfg.Live, "content")), time.Time{}, sync.Mutex{}
	return func(ctx context.Context) error {
		lock.Lock()
		defer lock.Unlock()
		newest := time.Time{}
		err := fs.WalkDir(files, ".", func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
			return err
		})
		if err != nil || !newest.After(last) {
			return err
		}
		last = newest
		report, err := h.docs.Sync(access.System(ctx), files, false)
		for _, p := range report.Problems {
			h.log.Warn("content", "problem", p.Error())
		}
		return err
	}
}

// source tells the page cache when pages become old.
type source struct{ h *house }

// Announcement returns the number of the last announcement.
func (s source) Announcement(ctx context.Context) (int64, error) { return s.h.db.Announcement(ctx) }

// NextTurn returns when a document next appears or disappears.
func (s source) NextTurn(ctx context.Context) (time.Time, error) { return s.h.docs.NextTurn(ctx) }

// secret returns the setting, or in development one that is made once and kept in the data folder.
func (h *house) secret() ([]byte, error) {
	if raw := h.cfg.SecretBytes(); len(raw) > 0 {
		return raw, nil
	}
	return keptSecret(filepath.Join(h.cfg.DataDir, "secret"))
}

func samples() []web.Sample {
	var all []web.Sample
	for _, s := range [][]web.Sample{
		home.Samples(), news.Samples(), study.Samples(), publication.Samples(), research.Samples(), schedule.Samples(), glossary.Samples(),
		page.Samples(), find.Samples(), contact.Samples(), join.Samples(), organisation.Samples(), member.Samples(), desk.Samples(),
	} {
		all = append(all, s...)
	}
	return all
}

// menu is the main menu; an entry appears when its section exists.
func menu() []web.Section {
	return []web.Section{
		{Title: "Nyheter", Path: "/nyheter"},
		{Title: "Studier", Path: "/studieomraden", Also: []string{"/publikationer"}},
		{Title: "Forskning", Path: "/forskning"},
		{Title: "Mötas", Path: "/kalender", Also: []string{"/kommuner"}},
	}
}
