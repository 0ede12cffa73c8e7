package contact

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

const (
	baseURL = webtest.BaseURL
	office  = "kontoret@nuso.example"
)

var secret = []byte("a secret of thirty-two bytes, ok")

// rig is the contact form with all that is real around it, but for the last step of the mail.
type rig struct {
	*webtest.Pages
	t       *testing.T
	db      *db.DB
	service *Service
	runner  *jobs.Runner
	inbox   *inbox
	log     *logged
}

func newRig(t *testing.T, d *db.DB) *rig {
	t.Helper()
	kept := &inbox{}
	r := newRigWith(t, d, kept)
	r.inbox = kept
	return r
}

func newRigWith(t *testing.T, d *db.DB, sender mail.Sender) *rig {
	t.Helper()
	r := &rig{t: t, db: d, log: &logged{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	fake := clock.NewFake(time.Date(2026, 3, 25, 9, 12, 0, 0, time.UTC))
	var err error
	r.service, err = New(Options{
		DB: d, Limiter: limit.New(d, fake.Now, secret), Theme: webtest.Theme(t), Secret: secret,
		Now: fake.Now, Log: log, Office: office, BaseURL: baseURL,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Pages = webtest.New(t, fake, Samples(), func(o *web.Options) {
		o.Log, o.Proxies = log, []string{"0.0.0.0"} // where a test's requests come from
	})
	r.runner = jobs.New(d, log, fake.Now)
	r.service.Register(r.runner)
	mail.Register(r.runner, sender)
	h := NewHandler(r.Site, r.service)
	r.App.Get("/kontakt", h.Form)
	r.App.Post("/kontakt", h.Send)
	r.App.Get("/kontakt/tack", h.Done)
	r.App.Get("/kontakt/vantar", h.Pending)
	r.App.Get("/kontakt/bekrafta/:token", h.ConfirmForm)
	r.App.Post("/kontakt/bekrafta/:token", h.Confirm)
	return r
}

// inbox keeps what was sent.
type inbox struct {
	mu       sync.Mutex
	messages []mail.Message
}

// Send keeps the message.
func (i *inbox) Send(_ context.Context, m mail.Message) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.messages = append(i.messages, m)
	return nil
}

// mails works off the jobs and returns all that has been sent so far.
func (r *rig) mails() []mail.Message {
	r.t.Helper()
	if err := r.runner.Drain(r.t.Context()); err != nil {
		r.t.Fatalf("sending: %v", err)
	}
	r.inbox.mu.Lock()
	defer r.inbox.mu.Unlock()
	return slices.Clone(r.inbox.messages)
}

func (r *rig) wantMails(n int) []mail.Message {
	r.t.Helper()
	mails := r.mails()
	if len(mails) != n {
		r.t.Fatalf("%d mails were sent, want %d", len(mails), n)
	}
	return mails
}

func (r *rig) count(table string) (n int64) {
	r.t.Helper()
	if err := r.db.Read(r.t.Context()).Table(table).Count(&n).Error; err != nil {
		r.t.Fatal(err)
	}
	return n
}

// logged keeps the log.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write keeps a line.
func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// String returns all of it.
func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// do sends a request; no answer sets a cookie.
func (r *rig) do(request *http.Request) webtest.Answer {
	r.t.Helper()
	answer := r.Visit(r.t, request)
	if cookie := answer.Header.Get("Set-Cookie"); cookie != "" {
		r.t.Errorf("%s %s sets the cookie %s", request.Method, request.URL, cookie)
	}
	return answer
}

func (r *rig) get(address string) webtest.Answer {
	r.t.Helper()
	return r.do(webtest.Request(http.MethodGet, address, nil))
}

// post sends a form as a browser does from the site's own pages.
func (r *rig) post(address string, values url.Values, headers ...string) webtest.Answer {
	r.t.Helper()
	return r.do(webtest.Form(address, values, headers...))
}

// from makes a request come from the address, through the proxy.
func from(address string) []string { return []string{"X-Forwarded-For", address} }

// filled returns the form of a fresh page with good values, without proof.
func (r *rig) filled() url.Values {
	r.t.Helper()
	return url.Values{
		"name": {"Anna Berg"}, "email": {"anna@exempel.se"}, "message": {"Hej!\r\n\r\nHur tolkar vi tabell 3 i rapporten?"},
		"website": {""}, "stamp": {r.get("/kontakt").Stamp(r.t)}, "proof": {""},
	}
}

// proven returns the filled form with the work done.
func (r *rig) proven() url.Values {
	r.t.Helper()
	values := r.filled()
	values.Set("proof", prove(values.Get("stamp")))
	return values
}

// prove does what the page's module does.
func prove(stamp string) string {
	for n := 0; ; n++ {
		if proof := strconv.Itoa(n); web.Proven(stamp, proof) {
			return proof
		}
	}
}
