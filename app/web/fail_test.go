package web_test

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

// wantSafe checks the headers that every answer carries.
func wantSafe(t *testing.T, a answer) {
	t.Helper()
	for name, part := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=()",
	} {
		if !strings.Contains(a.Header.Get(name), part) {
			t.Errorf("%s: %q lacks %q", name, a.Header.Get(name), part)
		}
	}
	if !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || strings.Contains(a.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("policy %q", a.Header.Get("Content-Security-Policy"))
	}
	if !requestID.MatchString(a.Header.Get("X-Request-Id")) {
		t.Errorf("X-Request-Id %q", a.Header.Get("X-Request-Id"))
	}
	if a.Header.Get("Set-Cookie") != "" || a.Header.Get("Server") != "" {
		t.Errorf("a cookie or the server's name: %v", a.Header)
	}
}

var requestID = regexp.MustCompile(`^[0-9a-f]{16}$`)

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	f := newNews(t)
	f.app.Get("/trasig", func(*fiber.Ctx) error { panic("trasig") })
	for _, row := range []struct {
		name string
		got  answer
	}{
		{"a page made now", f.get("/nyheter")},
		{"a page from the cache", f.get("/nyheter")},
		{"a page that the reader has", f.get("/nyheter", "If-None-Match", "*")},
		{"a page moved", f.get("/NYHETER")},
		{"a missing page", f.get("/finns-inte")},
		{"an address that is none", f.get("/%00")},
		{"a page that panics", f.get("/trasig")},
		{"a write from elsewhere", f.form("/kontakt", "message=x")},
		{"a method that the page has not", f.ask("DELETE", "/nyheter", "Sec-Fetch-Site", "same-origin")},
		{"a method that nobody knows", f.ask("FOO", "/nyheter")},
		{"OPTIONS", f.ask("OPTIONS", "/nyheter")},
		{"HEAD", f.ask("HEAD", "/nyheter")},
		{"what is no request", f.raw("GET", "rappakalja\r\n\r\n")},
	} {
		t.Run(row.name, func(t *testing.T) { wantSafe(t, row.got) })
	}
	if f.get("/").Header.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS in development")
	}
}

func TestInProductionBrowsersAreToldToStayWithHTTPS(t *testing.T) {
	f := newFixture(t, func(o *web.Options) { o.Secure = true })
	f.get("/").wantHeader(t, "Strict-Transport-Security", "max-age=31536000; includeSubDomains")
}

func TestEachFailureHasItsPage(t *testing.T) {
	f := newFixture(t)
	failures := []struct {
		name       string
		err        error
		status     int
		want       string
		retryAfter string
	}{
		{"missing", fault.Missing("nothing"), 404, notFound, ""},
		{"not allowed shows the same page and not what was looked for", fault.New(fault.NotFound, "hemligt ord", nil), 404, notFound, ""},
		{"invalid says what is wrong", fault.New(fault.Invalid, "Skriv ett namn.", nil), 422, "Skriv ett namn.", ""},
		{"a conflict", fault.New(fault.Conflict, "", nil), 409, "Sidan har ändrats medan du skrev.", ""},
		{"too many says when", fault.Later("För många.", 90*time.Second), 429, "Försök igen om 90 sekunder.", "90"},
		{"too many without a time", fault.New(fault.TooMany, "", nil), 429, "Försök igen om 60 sekunder.", "60"},
		{"one second is one", fault.Later("", 300*time.Millisecond), 429, "Försök igen om 1 sekund.", "1"},
		{"hours", fault.Later("", 3*time.Hour), 429, "Försök igen om 3 timmar.", "10800"},
		{"a part away", fault.New(fault.Unavailable, "", errors.New("dial tcp 10.0.0.1: refused")), 503, "Försök igen om 30 sekunder.", "30"},
		{"a fault of ours", errors.New("index out of range"), 500, "Något gick fel hos oss", ""},
		{"a request that did not arrive in time", fiber.ErrRequestTimeout, 408, "Det tog för lång tid", ""},
	}
	f.app.Get("/:n", func(c *fiber.Ctx) error {
		n, _ := c.ParamsInt("n")
		return fault.Wrap(failures[n].err, "doing it with secret %d", 4711)
	})
	for n, row := range failures {
		t.Run(row.name, func(t *testing.T) {
			got := f.get("/" + string(rune('0'+n/10)) + string(rune('0'+n%10)))
			got.want(t, row.status, row.want)
			got.wantHeader(t, "Retry-After", row.retryAfter)
			got.wantHeader(t, "Cache-Control", "no-store")
			got.wantHeader(t, "Content-Type", "text/html; charset=utf-8")
			for _, secret := range []string{"4711", "10.0.0.1", "index out of range", "hemligt ord", "goroutine"} {
				if strings.Contains(got.Body, secret) {
					t.Errorf("the page shows %q:\n%s", secret, got.Body)
				}
			}
			if id := got.Header.Get("X-Request-Id"); (row.status >= 500) != strings.Contains(got.Body, id) {
				t.Errorf("the request id %s shows on %d: %v", id, row.status, row.status < 500)
			}
		})
	}
}

// Somebody who was logged out while a form lay open loses nothing that they typed, and comes back to the form.
func TestAFormOfWhoIsLoggedOutKeepsWhatWasTyped(t *testing.T) {
	f := newFixture(t)
	f.app.Post("/mitt-konto/roll", web.For(), func(*fiber.Ctx) error { return nil })
	for _, row := range []struct {
		name, form, from string
		status           int
		want             []string
		location         string
	}{
		{"typed", "token=x&title=Utvecklingsledare+%3Cb%3E", "/mitt-konto?gjort=sparat", 401, []string{
			"Vi behöver veta att det är du", "Logga in för att gå vidare.", "Vad du arbetar med", "Utvecklingsledare &lt;b&gt;", "/logga-in?next=%2Fmitt-konto\"",
		}, ""},
		{"nothing typed", "token=x", "/mitt-konto?gjort=sparat", 303, nil, "/logga-in?next=%2Fmitt-konto"},
		{"nobody knows from where", "token=x", "", 303, nil, "/logga-in?next=%2Fmitt-konto%2Froll"},
	} {
		t.Run(row.name, func(t *testing.T) {
			headers := []string{"Sec-Fetch-Site", "same-origin"}
			if row.from != "" {
				headers = append(headers, "Referer", base+row.from)
			}
			got := f.form("/mitt-konto/roll", row.form, headers...)
			got.want(t, row.status, row.want...)
			got.wantHeader(t, "Location", row.location)
		})
	}
}

func TestAFailureLeavesNothingOfTheAnswerThatWasBegun(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/fil", func(c *fiber.Ctx) error {
		c.Set("Content-Encoding", "br")
		c.Set("ETag", `"x"`)
		c.Set("Cache-Control", "public, max-age=31536000, immutable")
		c.Set("Content-Disposition", "attachment")
		c.Set("Content-Type", "image/png")
		_ = c.SendString("halv")
		return errors.New("the rest cannot be read")
	})
	got := f.get("/fil")
	got.want(t, 500, "Något gick fel hos oss")
	for name, want := range map[string]string{
		"Content-Encoding": "", "ETag": "", "Content-Disposition": "", "Cache-Control": "no-store", "Content-Type": "text/html; charset=utf-8",
	} {
		got.wantHeader(t, name, want)
	}
	if strings.Contains(got.Body, "halv") {
		t.Error("half an answer")
	}
}

func TestAPanicIsAPageAndTheProcessLives(t *testing.T) {
	f := newNews(t)
	f.app.Get("/trasig", func(c *fiber.Ctx) error {
		var nobody *testView
		return c.SendString(nobody.Title)
	})
	got := f.get("/trasig?q=hemligt")
	got.want(t, 500, "Något gick fel hos oss", "<code>"+got.Header.Get("X-Request-Id")+"</code>")
	if strings.Contains(got.Body, "goroutine") || strings.Contains(got.Body, "nil pointer") {
		t.Errorf("the page shows the panic:\n%s", got.Body)
	}
	log := f.log.String()
	for _, part := range []string{"msg=panic", "request=" + got.Header.Get("X-Request-Id"), "nil pointer", "fail_test.go", "status=500"} {
		if !strings.Contains(log, part) {
			t.Errorf("the log lacks %q:\n%s", part, log)
		}
	}
	f.get("/nyheter").want(t, 200, "listan")
}

func TestWritesAreForThisSitesOwnPages(t *testing.T) {
	f := newNews(t)
	for _, row := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"same-origin", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"same-origin with the origin", []string{"Sec-Fetch-Site", "same-origin", "Origin", base}, 200},
		{"an older browser with the origin", []string{"Origin", base}, 200},
		{"cross-site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		{"cross-site that names our origin", []string{"Sec-Fetch-Site", "cross-site", "Origin", base}, 403},
		{"same-site", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"typed in", []string{"Sec-Fetch-Site", "none"}, 403},
		{"neither header", nil, 403},
		{"another origin", []string{"Origin", "https://evil.example"}, 403},
		{"our host by another scheme", []string{"Origin", "http://nuso.example"}, 403},
		{"an origin that begins as ours", []string{"Origin", base + ".evil.example"}, 403},
		{"no origin to tell", []string{"Origin", "null"}, 403},
		{"an empty origin", []string{"Origin", ""}, 403},
		{"a forged host with its origin", []string{"Host", "evil.example", "Origin", "https://evil.example"}, 403},
		{"only a referrer", []string{"Referer", base + "/kontakt"}, 403},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := f.form("/kontakt", "name=Ada&message=Hej+%3Cb%3E&stamp=abc&website=", row.headers...)
			got.want(t, row.status)
			if row.status == 403 {
				got.want(t, 403, "Formuläret kom inte från den här webbplatsen.", "<dt>Namn</dt><dd>Ada</dd>", "<dd>Hej &lt;b&gt;</dd>")
				if strings.Contains(got.Body, "abc") {
					t.Error("the page shows what the program put in the form itself")
				}
			}
		})
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "CONNECT"} {
		if got := f.ask(method, "/kontakt"); got.Status < 400 || got.Status >= 500 {
			t.Errorf("%s: %d", method, got.Status)
		}
	}
	f.get("/nyheter", "Sec-Fetch-Site", "cross-site").want(t, 200)
}

func TestJSONFailsInJSON(t *testing.T) {
	f := newFixture(t)
	v1 := f.app.Group("/api", web.JSON)
	v1.Get("/v1/x", func(*fiber.Ctx) error { return fault.Later("För många.", time.Minute) })
	v1.Get("/v1/panik", func(*fiber.Ctx) error { panic("trasig") })
	for target, want := range map[string]string{
		"/api/v1/x":     `"detail":"För många."`,
		"/api/v1/panik": `"status":500`,
		"/api/v1/nej":   `"title":"Sidan finns inte"`,
	} {
		got := f.get(target)
		got.want(t, got.Status, want, `"type":"about:blank"`, `"instance":"urn:nuso:request:`+got.Header.Get("X-Request-Id")+`"`)
		got.wantHeader(t, "Content-Type", "application/problem+json")
		got.wantHeader(t, "Cache-Control", "no-store")
	}
}

func TestEveryRequestBeginsAsAVisitorWithADeadline(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/", func(c *fiber.Ctx) error {
		ends, ok := c.UserContext().Deadline()
		if !ok || time.Until(ends) > 15*time.Second || access.From(c.UserContext()).Role != access.Visitor {
			t.Errorf("deadline %v %v, actor %v", ends, ok, access.From(c.UserContext()))
		}
		c.SetUserContext(access.With(c.UserContext(), access.Actor{Role: access.Admin}))
		return nil
	})
	f.get("/").want(t, 200)
	f.get("/").want(t, 200)
}

func TestWhatTakesTooLongIsA503(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/", func(c *fiber.Ctx) error {
		ctx, stop := context.WithDeadline(c.UserContext(), time.Now())
		defer stop()
		<-ctx.Done()
		return fault.Wrap(ctx.Err(), "waiting")
	})
	f.get("/").want(t, 503, "Försök igen")
}
