package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/api"
	"nuso.se/app/config"
	"nuso.se/app/contact"
	"nuso.se/app/desk"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/feed"
	"nuso.se/app/find"
	"nuso.se/app/glossary"
	"nuso.se/app/home"
	"nuso.se/app/jobs"
	"nuso.se/app/join"
	"nuso.se/app/mail"
	"nuso.se/app/mail/folder"
	"nuso.se/app/mail/smtp"
	"nuso.se/app/member"
	"nuso.se/app/news"
	"nuso.se/app/organisation"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
)

// newServer gives every handler what it works with. A part that is missing or broken fails here and not at a request.
func (h *house) newServer(ctx context.Context) (*server, error) {
	if err := h.openSearch(ctx); err != nil {
		return nil, err
	}
	site, err := h.newSite()
	if err != nil {
		return nil, err
	}
	s := &server{house: h, site: site}
	items, studies, themes := news.New(h.docs), study.New(h.docs, h.now), research.New(h.docs, h.now)
	events := schedule.New(h.docs, h.now, h.cfg.BaseURL)
	s.documents = document.NewHandler(h.docs)
	s.home = home.NewHandler(site, items, events, themes, studies)
	s.news = news.NewHandler(site, h.docs, items)
	s.studies = study.NewHandler(site, h.docs, studies, events)
	s.publications = publication.NewHandler(site, h.docs)
	s.research = research.NewHandler(site, h.docs, themes)
	s.schedule = schedule.NewHandler(site, h.docs, events)
	s.glossary = glossary.NewHandler(site, h.docs)
	s.people = member.NewHandler(site, h.members)
	s.organisations = organisation.NewHandler(site, h.organisations)
	s.pages = page.NewHandler(site, h.docs)
	s.find = find.NewHandler(site, h.docs, h.search, words())
	s.feeds = feed.NewHandler(site, feed.New(h.docs, h.cfg.BaseURL, addresses()))
	if err := s.addForms(); err != nil {
		return nil, err
	}
	s.desk = desk.NewHandler(site, desk.New(desk.Options{DB: h.db, Now: h.now, Runner: h.runner, Tasks: s.tasks}))
	s.addAPI()
	s.app = s.newApp()
	return s, nil
}

// newApp is the Fiber app with the routes, for the server and for tests.
func (s *server) newApp() *fiber.App {
	app := s.site.App()
	s.routes(app)
	return app
}

// addForms makes the forms that anyone may send, with the mails that they cause.
func (s *server) addForms() error {
	s.limiter.Register(s.runner, s.log)
	s.members.Register(s.runner)
	s.sessions.Register(s.runner, s.log)
	sender, err := s.sender()
	if err != nil {
		return err
	}
	mail.Register(s.runner, s.bounces.Watch(sender))
	s.bounces.Register(s.runner)
	secret, err := s.secret()
	if err != nil {
		return err
	}
	theme, err := s.theme()
	if err != nil {
		return err
	}
	if err := s.addContact(theme, secret); err != nil {
		return err
	}
	return s.addJoin(theme, secret)
}

func (s *server) addContact(theme fs.FS, secret []byte) error {
	service, err := contact.New(contact.Options{
		DB: s.db, Limiter: s.limiter, Theme: theme, Secret: secret, Now: s.now, Log: s.log,
		Office: s.cfg.Contact(), BaseURL: s.cfg.BaseURL,
	})
	if err != nil {
		return err
	}
	service.Register(s.runner)
	s.contact = contact.NewHandler(s.site, service)
	return nil
}

func (s *server) addJoin(theme fs.FS, secret []byte) error {
	service, err := join.New(join.Options{
		DB: s.db, Now: s.now, Log: s.log, Limiter: s.limiter, Theme: theme, Secret: secret, BaseURL: s.cfg.BaseURL,
		Documents: s.docs, Members: s.members, Organisations: s.house.organisations,
	})
	if err != nil {
		return err
	}
	service.Register(s.runner)
	s.join = join.NewHandler(s.site, service)
	s.members.Keep("join_requests", func(ctx context.Context, person string) (any, error) { return service.Of(ctx, person) })
	s.tasks = append(s.tasks, desk.Task{Title: "Ansökningar om att gå med", Path: "/redaktion/ansokningar", Count: service.Waiting})
	return nil
}

// sender sends mail by SMTP, or without a server writes it to the data folder.
func (s *server) sender() (mail.Sender, error) {
	composer, err := mail.NewComposer(s.cfg.MailFrom, s.cfg.BaseURL, s.now)
	if err != nil {
		return nil, err
	}
	if s.cfg.SMTPURL == "" {
		return folder.New(filepath.Join(s.cfg.DataDir, "mail"), composer, s.log)
	}
	return smtp.New(smtp.Options{URL: s.cfg.SMTPURL, Composer: composer})
}

func (s *server) addAPI() {
	ready := api.NewReady([]api.Check{
		{Name: "database", Required: true, Check: s.db.Ping},
		{Name: "assets", Check: func(context.Context) error {
			if s.site.Built() {
				return nil
			}
			return fault.New(fault.Unavailable, "Stilmallarna är inte byggda. Kör make build.", nil)
		}},
		{Name: "search", Check: s.searchWorks},
		{Name: "mail", Check: func(ctx context.Context) error { return s.stuck(ctx, mail.Kind) }},
		{Name: "jobs", Check: func(ctx context.Context) error { return s.stuck(ctx) }},
	}, s.site.Draining)
	s.api = api.NewHandler(s.site, api.New(s.docs, s.cfg.BaseURL), ready)
}

// stuck is an error when jobs of the kinds were given up, of any kind when none is named.
func (s *server) stuck(ctx context.Context, kinds ...string) error {
	counts, err := jobs.Count(ctx, s.db, s.now(), kinds...)
	if err == nil && counts.Dead > 0 {
		return fault.New(fault.Unavailable, fmt.Sprintf("%d arbeten har getts upp. Se /admin/jobb.", counts.Dead), nil)
	}
	return err
}

// newLog returns the server's log: JSON in production, written a tenth of a second at a time, since a system call for
// every request costs more than the request; text as it comes in development. Call flush last.
func newLog(cfg config.Config, w io.Writer) (log *slog.Logger, flush func()) {
	if !cfg.Production() {
		return slog.New(slog.NewTextHandler(w, nil)), func() {}
	}
	buffered := &bufferedWriter{out: bufio.NewWriterSize(w, 64<<10)}
	done := make(chan struct{})
	go func() {
		for ticker := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				buffered.flush()
			case <-done:
				ticker.Stop()
				return
			}
		}
	}()
	return slog.New(slog.NewJSONHandler(buffered, nil)), func() { close(done); buffered.flush() }
}

// bufferedWriter is a buffer that may be flushed while it is written to.
type bufferedWriter struct {
	mu  sync.Mutex
	out *bufio.Writer
}

// Write puts a line into the buffer.
func (b *bufferedWriter) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(line)
}

func (b *bufferedWriter) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.out.Flush() // where could it be told
}
