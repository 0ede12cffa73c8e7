// Package webtest lets a feature test its handlers through the app as a browser meets it: the house's middleware, the real
// layout and the feature's own templates.
package webtest

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/web"
	"nuso.se/themes"
)

// BaseURL is the public address of every test site.
const BaseURL = "https://nuso.example"

// Pages is a site under test. Actor is who every request comes from; a visitor when not set.
type Pages struct {
	Site  *web.Site
	App   *fiber.App
	Clock *clock.Fake
	Actor access.Actor
}

// New returns a site that has the samples' templates; the test registers its routes on App. What differs from a site
// without page cache, proxies and log is set by change.
func New(t *testing.T, fake *clock.Fake, samples []web.Sample, change ...func(*web.Options)) *Pages {
	t.Helper()
	options := web.Options{
		BaseURL: BaseURL, Secret: bytes.Repeat([]byte("s"), 32), Now: fake.Now, Log: slog.New(slog.DiscardHandler),
		Theme: only(t, samples), Dist: fstest.MapFS{}, Samples: samples,
	}
	for _, c := range change {
		c(&options)
	}
	site, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pages{Site: site, App: site.App(), Clock: fake}
	p.App.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(access.With(c.UserContext(), p.Actor))
		return c.Next()
	})
	return p
}

// only is the theme but for the views of other features.
func only(t *testing.T, samples []web.Sample) fs.FS {
	t.Helper()
	patterns := []string{"layouts/*.html", "partials/*.html", "error/*.html"}
	for _, s := range samples {
		patterns = append(patterns, s.Name+".html")
	}
	whole, out := Theme(t), fstest.MapFS{}
	for _, pattern := range patterns {
		names, err := fs.Glob(whole, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no template %s: %v", pattern, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(whole, name)
			if err != nil {
				t.Fatal(err)
			}
			out[name] = &fstest.MapFile{Data: text}
		}
	}
	return out
}

// Theme is the real one whole, with its mails.
func Theme(t *testing.T) fs.FS {
	t.Helper()
	whole, err := fs.Sub(themes.Files, "nuso")
	if err != nil {
		t.Fatal(err)
	}
	return whole
}

// Do sends a request and returns the answer and its body, unpacked.
func (p *Pages) Do(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	answer, err := p.App.Test(request, -1)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL, err)
	}
	defer answer.Body.Close()
	body := io.Reader(answer.Body)
	if answer.Header.Get("Content-Encoding") == "gzip" && request.Method != http.MethodHead {
		if body, err = gzip.NewReader(body); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// Get asks for an address with the headers, names and values in turn.
func (p *Pages) Get(t *testing.T, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	return p.Do(t, Request(http.MethodGet, address, nil, headers...))
}

// Request is one with the headers, names and values in turn; a later value takes the place of an earlier, and an empty
// one takes the header away.
func Request(method, address string, body io.Reader, headers ...string) *http.Request {
	request := httptest.NewRequest(method, address, body)
	for pair := range slices.Chunk(headers, 2) {
		switch name, value := pair[0], pair[1]; {
		case name == "Host":
			request.Host = value
		case value == "":
			request.Header.Del(name)
		default:
			request.Header.Set(name, value)
		}
	}
	return request
}

// Form is a request that posts the form as a browser does from one of the site's own pages, with the headers besides.
func Form(address string, values url.Values, headers ...string) *http.Request {
	own := []string{"Content-Type", fiber.MIMEApplicationForm, "Sec-Fetch-Site", "same-origin"}
	return Request(http.MethodPost, address, strings.NewReader(values.Encode()), append(own, headers...)...)
}

// Answer is a response that has been read.
type Answer struct {
	*http.Response
	Text string
}

// Visit sends a request and returns the answer, as Do does.
func (p *Pages) Visit(t *testing.T, request *http.Request) Answer {
	t.Helper()
	response, text := p.Do(t, request)
	return Answer{Response: response, Text: text}
}

// Want fails unless the answer has the status and holds each text, and none that begins with "!".
func (a Answer) Want(t *testing.T, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("status %d, want %d", a.StatusCode, status)
	}
	for _, text := range texts {
		text, not := strings.CutPrefix(text, "!")
		if strings.Contains(a.Text, text) == not {
			t.Errorf("the page (%d) holds %q: %v", a.StatusCode, text, !not)
		}
	}
}

// WantRedirect fails unless the answer leads to the address; to one that ends with ? whatever follows it.
func (a Answer) WantRedirect(t *testing.T, to string) {
	t.Helper()
	location := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther || location != to && !(strings.HasSuffix(to, "?") && strings.HasPrefix(location, to)) {
		t.Errorf("status %d to %q, want 303 to %s", a.StatusCode, location, to)
	}
}

// Stamp is that of the page's form.
func (a Answer) Stamp(t *testing.T) string {
	t.Helper()
	_, rest, found := strings.Cut(a.Text, `name="stamp" value="`)
	if !found {
		t.Fatalf("no stamp on the page (%d)", a.StatusCode)
	}
	stamp, _, _ := strings.Cut(rest, `"`)
	return stamp
}

// Scenario is one visit: who asks for what and when, and what must and must not be on the page.
type Scenario struct {
	Name    string
	At      time.Time    // zero: the clock stays
	Actor   access.Actor // zero: a visitor
	Address string
	Status  int    // zero: 200
	To      string // of a redirect
	Want    []string
	NotWant []string
}

// Run plays the scenarios in order. A page that has not one h1 fails too.
func (p *Pages) Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			if !s.At.IsZero() {
				p.Clock.Set(s.At)
			}
			p.Actor = s.Actor
			answer, body := p.Get(t, s.Address)
			if want := max(s.Status, http.StatusOK); answer.StatusCode != want {
				t.Fatalf("%s: status %d, want %d: %.400s", s.Address, answer.StatusCode, want, body)
			}
			if to := answer.Header.Get("Location"); s.To != "" && to != s.To {
				t.Errorf("%s: leads to %q, want %q", s.Address, to, s.To)
			}
			if n := strings.Count(body, "<h1"); n != 1 && strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%s: %d h1, want one", s.Address, n)
			}
			for _, want := range s.Want {
				if !strings.Contains(body, want) {
					t.Errorf("%s: no %q", s.Address, want)
				}
			}
			for _, gone := range s.NotWant {
				if strings.Contains(body, gone) {
					t.Errorf("%s: shows %q", s.Address, gone)
				}
			}
		})
	}
}
