package glossary_test

import (
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/glossary"
	"nuso.se/app/web/webtest"
)

func files() map[string]string {
	return map[string]string{
		"ordlista/oppenvard.md":   "title: öppenvård\n",
		"ordlista/arende.md":      "title: ärende\n",
		"ordlista/aldersgrupp.md": "title: åldersgrupp\n",
		"ordlista/zon.md":         "title: zon\n",
		"ordlista/anmalan.md":     "title: anmälan\nenglish: report of concern\nvariants: [anmälningar]\nsee: [zon, finns-inte]\n",
		"ordlista/bbic.md":        "title: BBIC\n",
		"ordlista/utkast.md":      "title: utkast\ndraft: true\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, []document.Kind{glossary.Kind()}, files())
	p := webtest.New(t, fake, glossary.Samples())
	p.App.Get("/ordlista", glossary.NewHandler(p.Site, docs).List)
	return p, docs
}

func TestTheGlossaryCostsTwoQueriesHoweverManyWords(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/ordlista", "/ordlista?q=an")
	if n := dbtest.Queries(t, d, func() { p.Get(t, "/ordlista") }); n != 2 {
		t.Errorf("%d queries", n)
	}
}

func TestTheGlossaryIsInSwedishOrderAndFindsWords(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t))
	_, body := p.Get(t, "/ordlista")
	last := 0
	for _, word := range []string{"anmälan", "BBIC", "zon", "åldersgrupp", "ärende", "öppenvård"} {
		at := strings.Index(body, "<dfn>"+word+"</dfn>")
		if at < last {
			t.Errorf("%s stands in the wrong place", word)
		}
		last = at
	}
	p.Run(t, []webtest.Scenario{
		{Name: "all of it", Address: "/ordlista", Want: []string{"6 ord", `id="anmalan"`, `href="#zon"`, "report of concern", `id="bokstav-aa"`, `href="#bokstav-oe"`}, NotWant: []string{"utkast", "finns-inte"}},
		{Name: "by an inflected form", Address: "/ordlista?q=ANM%C3%84LNING", Want: []string{"1 ord", "<dfn>anmälan</dfn>", `href="/ordlista#zon"`}, NotWant: []string{"<dfn>zon</dfn>"}},
		{Name: "by English", Address: "/ordlista?q=concern", Want: []string{"<dfn>anmälan</dfn>"}},
		{Name: "nothing found says what to do", Address: "/ordlista?q=%3Cscript%3E", Want: []string{"Inget ord i listan passar", "&lt;script&gt;"}, NotWant: []string{"<script>"}},
	})
}
