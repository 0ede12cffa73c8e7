package web_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/web"
)

func TestAnswersOfDifferentVisitorsNeverMix(t *testing.T) {
	f := newFixture(t, uncached)
	f.app.Get("/:name", func(c *fiber.Ctx) error {
		text := strings.Repeat(c.Params("name")+" ", 2000)
		return f.site.Render(c, "test/show", &testView{Page: web.Page{Title: c.Params("name"), Path: "/", NoStore: true}, Text: text})
	})
	var visitors sync.WaitGroup
	for visitor := range 8 {
		visitors.Go(func() {
			for round := range 60 {
				name := fmt.Sprintf("besokare-%d-%d", visitor, round)
				if got := strings.Count(f.get("/"+name).Body, name); got != 2002 {
					t.Errorf("%s got %d of 2002 own words", name, got)
					return
				}
			}
		})
	}
	visitors.Wait()
}

func TestEveryPageIsFilledInTheSameWay(t *testing.T) {
	f := newFixture(t, func(o *web.Options) {
		o.Nav = []web.Section{{Title: "Nyheter", Path: "/nyheter"}, {Title: "Studier", Path: "/studieomraden", Also: []string{"/publikationer"}}}
	})
	f.app.Get("/*", func(c *fiber.Ctx) error {
		return f.site.Render(c, "test/show", &testView{Page: web.Page{Path: c.Path()}})
	})
	for _, row := range []struct{ name, path, want, not string }{
		{"the section's own page", "/nyheter", `<a href="/nyheter" aria-current="true">`, `studieomraden" aria`},
		{"a page below it", "/nyheter/a", `<a href="/nyheter" aria-current="true">`, `studieomraden" aria`},
		{"a page that belongs to it", "/publikationer/pm-1", `<a href="/studieomraden" aria-current="true">`, `nyheter" aria`},
		{"a page that begins as the section", "/nyheterna", `<a href="/nyheter">`, "aria-current"},
		{"the language", "/om", `<html lang="sv">`, "aria-current"},
		{"the canonical address", "/om", `href="https://nuso.example/om"`, "aria-current"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := f.get(row.path)
			got.want(t, 200, row.want)
			if strings.Contains(got.Body, row.not) {
				t.Errorf("the page has %q:\n%s", row.not, got.Body)
			}
		})
	}
}

func TestWhatPeopleWriteIsEscapedInPages(t *testing.T) {
	f := newFixture(t)
	hostile := `"><script>alert(1)</script>'&`
	f.page("/", func() string { return hostile }, func(v *testView) { v.Title, v.Lead = hostile, hostile })
	got := f.get("/")
	if strings.Contains(got.Body, "<script>") || strings.Count(got.Body, "&lt;script&gt;") != 4 {
		t.Errorf("not escaped:\n%s", got.Body)
	}
}

func TestWhileDevelopingEverythingIsReadAnew(t *testing.T) {
	theme, read := tinyTheme(), 0
	f := newFixture(t, func(o *web.Options) {
		o.Theme, o.Live = theme, func(context.Context) error { read++; return nil }
	})
	f.page("/", func() string { return "ord" })
	f.get("/").want(t, 200, "<main>ord</main>")
	theme["test/show.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}<em>{{.Text}}</em>{{end}}`)}
	f.get("/").want(t, 200, "<em>ord</em>")
	theme["test/show.html"] = &fstest.MapFile{Data: []byte(`{{define "content"}}{{.Nothing}}{{end}}`)}
	f.get("/").want(t, 500, "Något gick fel hos oss")
	if read != 3 {
		t.Errorf("content was read %d times, want 3", read)
	}
}

func TestDatesHaveWordsAndMachineForms(t *testing.T) {
	for _, row := range []struct {
		name string
		got  web.Date
		want web.Date
	}{
		{"no date", web.DateOf(time.Time{}, noon()), web.Date{}},
		{"today", web.DateOf(noon(), noon()), web.Date{ISO: "2026-03-04", Words: "i dag", Full: clock.Long(noon())}},
		{"late in the evening is the Swedish day", web.DateOf(time.Date(2026, 3, 3, 23, 30, 0, 0, time.UTC), noon()), web.Date{ISO: "2026-03-04", Words: "i dag", Full: clock.Long(noon())}},
		{"no moment", web.MomentOf(time.Time{}, noon()), web.Date{}},
		{"a moment", web.MomentOf(noon(), noon()), web.Date{ISO: "2026-03-04T12:00:00+01:00", Words: "i dag 12.00", Full: clock.LongTime(noon())}},
		{"with a time", web.DateTimeOf(noon(), noon()), web.Date{ISO: "2026-03-04T12:00:00+01:00", Words: "i dag", Full: clock.Long(noon())}},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %+v, want %+v", row.name, row.got, row.want)
		}
	}
}
