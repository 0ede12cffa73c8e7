package contact

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/web"
	"nuso.se/static"
	"nuso.se/themes"
)

const (
	baseURL = "https://nuso.example"
	office  = "kontoret@nuso.example"
)

var secret = []byte("a secret of thirty-two bytes, ok")

// rig is the contact form with all that is real around it, but for the last step of the mail.
type rig struct {
	t       *testing.T
	db      *db.DB
	clock   *clock.Fake
	service *Service
	runner  *jobs.Runner
	site    *web.Site
	app     *fiber.App
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
	r := &rig{t: t, db: d, clock: clock.NewFake(time.Date(2026, 3, 25, 9, 12, 0, 0, time.UTC)), log: &logged{}}
	log := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	theme := contactTheme(t)
	var err error
	r.service, err = New(Options{
		DB: d, Limiter: limit.New(d, r.clock.Now, secret), Theme: theme, Secret: secret,
		Now: r.clock.Now, Log: log, Office: office, BaseURL: baseURL,
	})
	if err != nil {
		t.Fatal(err)
	}
	dist, err := fs.Sub(static.Dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	r.site, err = web.New(web.Options{
		BaseURL: baseURL, Secret: secret, Now: r.clock.Now, Log: log, Theme: theme, Dist: dist, Samples: Samples(),
		Proxies: []string{"0.0.0.0"}, // where app.Test comes from
	})
	if err != nil {
		t.Fatal(err)
	}
	r.runner = jobs.New(d, log, r.clock.Now)
	r.service.Register(r.runner)
	mail.Register(r.runner, sender)
	r.app = r.site.App()
	h := NewHandler(r.site, r.service)
	r.app.Get("/kontakt", h.Form)
	r.app.Post("/kontakt", h.Send)
	r.app.Get("/kontakt/tack", h.Done)
	r.app.Get("/kontakt/vantar", h.Pending)
	r.app.Get("/kontakt/bekrafta/:token", h.ConfirmForm)
	r.app.Post("/kontakt/bekrafta/:token", h.Confirm)
	return r
}

// contactTheme is the real theme without the pages of other features, which would have no view here.
func contactTheme(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for _, folder := range []string{"layouts", "partials", "contact", "error", "mail"} {
		err := fs.WalkDir(themes.Files, "nuso/"+folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(themes.Files, name)
			files[strings.TrimPrefix(name, "nuso/")] = &fstest.MapFile{Data: data}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
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

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

func (r *rig) do(request *http.Request) answer {
	r.t.Helper()
	response, err := r.app.Test(request, -1)
	if err != nil {
		r.t.Fatalf("%s %s: %v", request.Method, request.URL, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	if cookie := response.Header.Get("Set-Cookie"); cookie != "" {
		r.t.Errorf("%s %s sets the cookie %s", request.Method, request.URL, cookie)
	}
	return answer{response, string(body)}
}

func (r *rig) get(address string) answer {
	r.t.Helper()
	return r.do(httptest.NewRequest(http.MethodGet, address, nil))
}

// post sends a form as a browser does from the site's own pages.
func (r *rig) post(address string, values url.Values, change ...func(*http.Request)) answer {
	r.t.Helper()
	request := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range change {
		c(request)
	}
	return r.do(request)
}

// from makes a request come from the address, through the proxy.
func from(address string) func(*http.Request) {
	return func(request *http.Request) { request.Header.Set("X-Forwarded-For", address) }
}

var stampPattern = regexp.MustCompile(`name="stamp" value="([^"]+)"`)

func (a answer) stamp(t *testing.T) string {
	t.Helper()
	found := stampPattern.FindStringSubmatch(a.body)
	if found == nil {
		t.Fatalf("no stamp on the page (%d)", a.StatusCode)
	}
	return found[1]
}

// filled returns the form of a fresh page with good values, without proof.
func (r *rig) filled() url.Values {
	r.t.Helper()
	return url.Values{
		"name": {"Anna Berg"}, "email": {"anna@exempel.se"}, "message": {"Hej!\r\n\r\nHur tolkar vi tabell 3 i rapporten?"},
		"website": {""}, "stamp": {r.get("/kontakt").stamp(r.t)}, "proof": {""},
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

// want fails unless the answer has the status and holds each text, and none that begins with "!".
func (a answer) want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("status %d, want %d", a.StatusCode, status)
	}
	for _, text := range texts {
		text, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.body, text) == not {
			t.Errorf("the page (%d) holds %q: %v", a.StatusCode, text, !not)
		}
	}
}

func (a answer) wantRedirect(t *testing.T, to string) {
	t.Helper()
	location := a.Header.Get("Location")
	if path, _, _ := strings.Cut(location, "?"); a.StatusCode != http.StatusSeeOther || path != to {
		t.Errorf("status %d to %q, want 303 to %s", a.StatusCode, location, to)
	}
}
