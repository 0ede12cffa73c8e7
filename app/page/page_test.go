package page_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/page"
	"nuso.se/app/web/webtest"
)

func files() map[string]string {
	return map[string]string{
		"sidor/om.md":     "title: Om NUSO\nresponsible: Kontoret\nreview: 2026-11-21\n---\n## Ett\n\nText.\n\n## Två\n\nText.\n",
		"sidor/en.md":     "title: About NUSO\nlang: en\n",
		"hjalp/forsta.md": "title: Först\norder: 1\n",
		"hjalp/andra.md":  "title: Sedan\norder: 2\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.November, 22, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, page.Kinds([]string{"nyheter"}), files())
	p := webtest.New(t, fake, page.Samples())
	h := page.NewHandler(p.Site, docs)
	p.App.Get("/hjalp", h.Topics)
	p.App.Get("/hjalp/:slug", h.Topic)
	p.App.Get("/:slug", h.Show)
	return p, docs
}

func TestHelpCostsTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/hjalp", "/hjalp/andra", "/om")
}

func TestStandingPagesAndHelp(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t))
	p.Run(t, []webtest.Scenario{
		{Name: "a page past its review says so", Address: "/om", Want: []string{`<html lang="sv">`, "Kontoret", "äldre än 14 månader", `href="#ett"`}},
		{Name: "on the day of review it does not", At: clock.At(2026, time.November, 21, 23, 0, 0), Address: "/om", NotWant: []string{"äldre än"}},
		{Name: "the English page is in English", Address: "/en", Want: []string{`<html lang="en">`, "Skip to content", "Home"}},
		{Name: "help in its order", Address: "/hjalp", Want: []string{"Först", "Sedan"}},
		{Name: "a help page with the others beside it", Address: "/hjalp/andra", Want: []string{`aria-current="page">Sedan`, "Först"}},
		{Name: "no such page", Address: "/finns-inte", Status: 404, Want: []string{"Sidan finns inte, eller så behöver du logga in eller ha en annan behörighet."}},
		{Name: "a help page is no page at the top", Address: "/andra", Status: 404},
	})
}
