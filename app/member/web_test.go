package member_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/member"
	"nuso.se/app/oidc"
	"nuso.se/app/oidc/oidctest"
	"nuso.se/app/web/webtest"
)

// pages are the login as browsers meet it, with an identity provider.
type pages struct {
	*door
	*webtest.Pages
	there *oidctest.Provider
}

func newPages(t *testing.T, database *db.DB, change ...func(*member.Options)) *pages {
	t.Helper()
	p := &pages{}
	p.door = newDoor(t, database, append([]func(*member.Options){p.provide(t)}, change...)...)
	p.Pages = webtest.New(t, p.door.clock, member.Samples())
	h := member.NewHandler(p.Site, p.Service)
	p.App.Get("/logga-in", h.AskForm)
	p.App.Post("/logga-in", h.Ask)
	p.App.Get("/logga-in/kod", h.CodeForm)
	p.App.Post("/logga-in/kod", h.Code)
	p.App.Post("/logga-in/oidc", h.WithProvider, h.AskProvider)
	p.App.Get("/logga-in/oidc/svar", h.WithProvider, h.BackForm)
	p.App.Post("/logga-in/oidc/svar", h.WithProvider, h.Back)
	p.App.Get("/logga-in/:token", h.LinkForm)
	p.App.Post("/logga-in/:token", h.Link)
	return p
}

// provide sets the identity provider, where Anna has an account.
func (p *pages) provide(t *testing.T) func(*member.Options) {
	return func(o *member.Options) {
		p.there = oidctest.New(t, o.Now, o.BaseURL+member.BackPath)
		p.there.Person = map[string]any{"sub": "anna", "email": address, "email_verified": true}
		o.Provider = oidc.New(oidc.Config{
			Issuer: p.there.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: o.BaseURL + member.BackPath,
			Now: o.Now, Timeout: 2 * time.Second,
		})
	}
}

// browser is somebody's, with its cookies.
type browser struct {
	*pages
	cookies map[string]string
}

func (p *pages) browser() *browser { return &browser{p, map[string]string{}} }

const sessionCookie, askCookie = "__Host-nuso", "__Host-nuso-ask"

// do sends the request with the cookies and takes in those of the answer.
func (b *browser) do(request *http.Request) (*http.Response, string) {
	b.door.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(b.cookies)) {
		request.AddCookie(&http.Cookie{Name: name, Value: b.cookies[name]})
	}
	answer, body := b.Do(b.door.t, request)
	for _, c := range answer.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer, body
}

func (b *browser) get(path string, headers ...string) (*http.Response, string) {
	b.door.t.Helper()
	return b.do(webtest.Request(http.MethodGet, path, nil, headers...))
}

func (b *browser) post(path string, values url.Values, headers ...string) (*http.Response, string) {
	b.door.t.Helper()
	return b.do(webtest.Form(path, values, headers...))
}

// actor is whom the browser is logged in as.
func (b *browser) actor() access.Actor {
	b.door.t.Helper()
	return b.who(b.cookies[sessionCookie])
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)

// stamped are the values with a stamp for the form.
func (p *pages) stamped(form string, values url.Values) url.Values {
	out := maps.Clone(values)
	out.Set("stamp", p.Site.Stamp(form))
	return out
}

// begin begins a login at the provider and returns where it sends the browser back.
func (b *browser) begin(next string, headers ...string) (back *url.URL) {
	b.door.t.Helper()
	answer, body := b.post("/logga-in/oidc", b.stamped("logga-in", url.Values{"next": {next}}), headers...)
	_, address, found := strings.Cut(answer.Header.Get("Refresh"), "url=")
	if answer.StatusCode != http.StatusOK || !found || b.cookies[askCookie] == "" {
		b.door.t.Fatalf("beginning: %d %q %.300s", answer.StatusCode, answer.Header.Get("Refresh"), body)
	}
	return oidctest.Visit(b.door.t, address)
}

// end does what the browser does that has come back: it opens the page and presses its button.
func (b *browser) end(back *url.URL) (answer *http.Response, body string) {
	b.door.t.Helper()
	if answer, body = b.get(back.RequestURI()); answer.StatusCode != http.StatusOK {
		return answer, body
	}
	values := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(body, -1) {
		values.Set(field[1], field[2])
	}
	return b.post("/logga-in/oidc/svar", values)
}
