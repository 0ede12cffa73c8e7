package web_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/web"
)

const notFound = "Sidan finns inte, eller så behöver du logga in eller ha en annan behörighet"

func newNews(t *testing.T) *fixture {
	f := newFixture(t)
	f.page("/", func() string { return "början" })
	f.page("/nyheter", func() string { return "listan" })
	f.app.Get("/nyheter/:slug", func(c *fiber.Ctx) error {
		return f.site.Render(c, "test/show", &testView{Page: web.Page{Title: "Nyhet", Path: "/nyheter/" + c.Params("slug")}})
	})
	f.app.Post("/kontakt", func(c *fiber.Ctx) error { return c.SendString("mottaget") })
	return f
}

func TestEveryAddressHasOneForm(t *testing.T) {
	f := newNews(t)
	for _, row := range []struct {
		name, method, target string
		status               int
		to                   string
	}{
		{"the start page", "GET", "/", 200, ""},
		{"a list", "GET", "/nyheter", 200, ""},
		{"an empty query", "GET", "/nyheter?", 200, ""},
		{"an item", "GET", "/nyheter/73-kommuner-klara", 200, ""},
		{"other case is moved", "GET", "/NYHETER", 301, "/nyheter"},
		{"other case with query is moved with it", "GET", "/Nyheter?Page=2&x=%C3%A5", 301, "/nyheter?Page=2&x=%C3%A5"},
		{"HEAD of other case is moved as well", "HEAD", "/NYHETER", 301, "/nyheter"},
		{"a trailing slash is moved", "GET", "/nyheter/", 301, "/nyheter"},
		{"a trailing slash and other case is moved in one step", "GET", "/Nyheter/A-B/", 301, "/nyheter/a-b"},
		{"two leading slashes", "GET", "//nyheter", 404, ""},
		{"two leading slashes before a host", "GET", "//evil.example/nyheter", 404, ""},
		{"two leading slashes before a host and a trailing one", "GET", "//evil.example/", 404, ""},
		{"a backslash before a host", "GET", `/\evil.example/`, 404, ""},
		{"two trailing slashes", "GET", "/nyheter//", 404, ""},
		{"a slash twice within", "GET", "/nyheter//a", 404, ""},
		{"a slash too many", "GET", "//", 301, "/"},
		{"NUL as an escape", "GET", "/nyheter/%00", 404, ""},
		{"parameters behind a semicolon", "GET", "/nyheter;x=1", 404, ""},
		{"a dot as an escape", "GET", "/%2e", 404, ""},
		{"dots as escapes", "GET", "/nyheter/%2e%2e/nyheter", 404, ""},
		{"a slash as an escape", "GET", "/nyheter%2fa", 404, ""},
		{"a letter as an escape", "GET", "/%6eyheter", 404, ""},
		{"a broken escape", "GET", "/nyheter/%zz", 404, ""},
		{"a dot segment", "GET", "/./nyheter", 404, ""},
		{"two dots", "GET", "/nyheter/../nyheter", 404, ""},
		{"two dots last", "GET", "/nyheter/..", 404, ""},
		{"three dots", "GET", "/nyheter/...", 404, ""},
		{"a letter of Swedish as an escape", "GET", "/nyheter/%C3%A5", 404, ""},
		{"a letter of Swedish as bytes", "GET", "/nyheter/å", 404, ""},
		{"bytes that are no UTF-8", "GET", "/nyheter/\xff\xfe", 404, ""},
		{"a letter that grows in lower case", "GET", "/nyheter/\u0130", 404, ""},
		{"an address of 9 000 characters", "GET", "/nyheter/" + strings.Repeat("a", 9000), 200, ""},
		{"an address of 9 000 signs", "GET", "/nyheter/" + strings.Repeat("%00", 3000), 404, ""},
		{"a whole address as target", "GET", "http://nuso.example/nyheter", 200, ""},
		{"a whole address in other case", "GET", "http://nuso.example/NYHETER", 301, "/nyheter"},
		{"a whole address of the start page", "GET", "http://nuso.example/", 200, ""},
		{"a whole address without a path", "GET", "http://nuso.example", 200, ""},
		{"a whole address of another scheme", "GET", "ftp://nuso.example/nyheter", 404, ""},
		{"what is nowhere", "GET", "/finns-inte", 404, ""},
		{"a fragment in the target", "GET", "/nyheter#x", 404, ""},
		{"a POST in other case is not moved", "POST", "/KONTAKT", 404, ""},
		{"a POST with a trailing slash is not moved", "POST", "/kontakt/", 404, ""},
		{"a POST in the one form", "POST", "/kontakt", 200, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := f.ask(row.method, row.target, "Sec-Fetch-Site", "same-origin")
			got.want(t, row.status)
			got.wantHeader(t, "Location", row.to)
			if row.status == 404 && !strings.Contains(got.Body, notFound) {
				t.Errorf("the page of a missing address lacks its words:\n%s", got.Body)
			}
		})
	}
}

func TestAnAddressThatIsTooLongGetsThePage(t *testing.T) {
	f := newNews(t)
	got := f.get("/nyheter?" + strings.Repeat("a", 40_000))
	got.want(t, 431, "<h1>Adressen är för lång</h1>", "Korta adressen")
	wantSafe(t, got)
	f.get("/nyheter").want(t, 200, "listan")
}

func TestABodyThatIsTooLargeGetsThePage(t *testing.T) {
	f := newNews(t)
	got := f.form("/kontakt", "message="+strings.Repeat("a", 2<<20), "Sec-Fetch-Site", "same-origin")
	got.want(t, 413, "<h1>Det du skickade är för stort</h1>")
	wantSafe(t, got)
}

func TestAForgedHostChangesNoLink(t *testing.T) {
	f := newNews(t)
	for _, row := range []struct {
		name    string
		headers []string
	}{
		{"Host", []string{"Host", "evil.example"}},
		{"X-Forwarded-Host", []string{"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "ftp"}},
		{"Forwarded", []string{"Forwarded", "host=evil.example;proto=ftp", "X-Original-URL", "/evil.example", "X-Rewrite-URL", "/evil.example"}},
	} {
		for _, target := range []string{"/nyheter", "/NYHETER", "/finns-inte", "http://evil.example/nyheter", "http://evil.example/NYHETER"} {
			t.Run(row.name+" of "+target, func(t *testing.T) {
				got := f.get(target, row.headers...)
				if strings.Contains(got.Body+got.Header.Get("Location"), "evil") {
					t.Errorf("the forged host shows: %v %s", got.Header, got.Body)
				}
				if got.Status == 200 && !strings.Contains(got.Body, `href="https://nuso.example/nyheter"`) {
					t.Errorf("no canonical address: %s", got.Body)
				}
			})
		}
	}
}

func TestPageNumbers(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/lista", func(c *fiber.Ctx) error {
		n, err := web.PageNumber(c)
		if err != nil {
			return err
		}
		p, err := web.NewPager("/lista", web.Known(c, "ar"), n, 45)
		if err != nil {
			return err
		}
		return c.JSON(p)
	})
	for _, row := range []struct {
		query  string
		status int
	}{
		{"", 200}, {"?page=", 200}, {"?page=1", 200}, {"?page=3", 200}, {"?page=4", 404}, {"?page=0", 404}, {"?page=-1", 404}, {"?page=x", 404},
		{"?page=1.5", 404}, {"?page=999999999", 404}, {"?page=99999999999999999999999", 404}, {"?page=%00", 404}, {"?page=%ff", 404}, {"?page=1%00", 404},
	} {
		t.Run(row.query, func(t *testing.T) { f.get("/lista"+row.query).want(t, row.status) })
	}
}

func TestTheLogHoldsNoQuestions(t *testing.T) {
	f := newNews(t)
	secret := "hemlig-fraga"
	f.get("/nyheter?q=" + secret)
	f.get("/NYHETER?q=" + secret)
	f.get("/finns-inte?q=" + secret)
	f.get("//nyheter?q=" + secret)
	f.form("/kontakt?q="+secret, "message="+secret)
	f.raw("GET", "GET /nyheter?q="+secret+" HTTP/1.1\r\nbro ken: "+secret+"\r\n\r\n").want(t, 400)
	f.raw("GET", "GET/nyheter?q="+secret+"\r\n\r\n").want(t, 400)
	f.get("/nyheter?q=" + secret + strings.Repeat("a", 40_000))
	log := f.log.String()
	if strings.Contains(log, secret) {
		t.Errorf("the log holds what was asked:\n%s", log)
	}
	for _, part := range []string{"path=/nyheter ", "path=/NYHETER ", "path=/finns-inte ", "status=404", "status=301", "method=POST"} {
		if !strings.Contains(log, part) {
			t.Errorf("the log lacks %q:\n%s", part, log)
		}
	}
}

// A token in an address opens something, also in an address that is not quite right or that was answered before any route.
func TestTheLogHoldsNoTokens(t *testing.T) {
	f := newNews(t)
	token := "abcdefghijklmnopqrstuvwxyz"
	for _, path := range []string{
		"/logga-in/" + token, "/logga-in/" + token + "/", "/LOGGA-IN/" + strings.ToUpper(token), "/logga-in/angra/" + token + "//x", "/x/" + token + "?y", "//" + token,
	} {
		f.get(path)
	}
	for line := range strings.Lines(strings.ToLower(f.log.String())) {
		if strings.Contains(line, "level=info") && (strings.Contains(line, token) || !strings.Contains(line, ":token")) {
			t.Errorf("the log holds the token, or not where it stood: %s", line)
		}
	}
}

func TestTemplatesAndViewsBelongTogether(t *testing.T) {
	for _, row := range []struct {
		name  string
		theme fs.FS
		want  string
	}{
		{"a view without a template", without(tinyTheme(), "test/show.html"), "test/show"},
		{"a template without a view", with(tinyTheme(), "test/list.html", `{{define "content"}}{{end}}`), "template test/list has no view"},
		{"no page for errors", without(tinyTheme(), "error/show.html"), "error/show"},
		{"no layout", without(tinyTheme(), "layouts/base.html"), "layouts/base.html"},
		{"a template that does not parse", with(tinyTheme(), "test/show.html", `{{define "content"}}{{if}}{{end}}`), "test/show"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := web.ParseTemplates(row.theme, append(samples(), web.Sample{Name: "error/show", View: &web.ErrorView{}}), false)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want an error about %q", err, row.want)
			}
		})
	}
}
