package news_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/fault"
	"nuso.se/app/news"
	"nuso.se/app/publication"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

const notFound = "Sidan finns inte, eller så behöver du logga in eller ha en annan behörighet"

func noon() time.Time { return clock.At(2026, time.March, 4, 12, 0, 0) }

// newPages is /nyheter on a site with the files.
func newPages(t *testing.T, d *db.DB, files map[string]string) (*webtest.Pages, *news.Service) {
	t.Helper()
	fake := clock.NewFake(noon())
	docs := documenttest.New(t, d, fake.Now, []document.Kind{news.Kind(), study.Kind(), publication.Kind()}, files)
	p, service := webtest.New(t, fake, news.Samples()), news.New(docs)
	h := news.NewHandler(p.Site, docs, service)
	p.App.Get("/nyheter", h.List)
	p.App.Get("/nyheter/:slug", h.Show)
	return p, service
}

func each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, test)
}

// files are three areas' news over two years, one more than a page holds.
func files() map[string]string {
	out := map[string]string{
		"studieomraden/delstudie-1.md": "title: Utredningar och insatser\norder: 1\nstate: pågår\n",
		"studieomraden/delstudie-2.md": "title: Insatser utan bistånd\norder: 2\nstate: pågår\n",
		"nyheter/ettan.md":             "title: Om ettan\ndate: 2026-03-03\nareas: [delstudie-1]\n---\n## Rubrik\n\nTexten om ettan.\n",
		"nyheter/ettan-igen.md":        "title: Mer om ettan\ndate: 2025-05-05\nareas: [delstudie-1]\nlabel: Workshop\n",
		"nyheter/bada.md":              "title: Om båda\ndate: 2025-04-04\nareas: [delstudie-1, delstudie-2]\n",
		"nyheter/stangd.md":            "title: Stängd nyhet\nareas: [delstudie-1]\naudience: deltagare\ndate: 2019-01-01\n",
		"nyheter/framtida.md":          "title: Framtida nyhet\nareas: [delstudie-1]\ndate: 2026-03-05 08:00\n",
		"nyheter/utkast.md":            "title: Nyhet i utkast\nareas: [delstudie-1]\ndraft: true\ndate: 2018-01-01\n",
		"publikationer/pm-1.md":        "title: PM ett\nareas: [delstudie-1]\ntype: pm\nstate: utgiven\ndate: 2025-03-03\n",
		"publikationer/pm-2.md":        "title: PM två\nareas: [delstudie-2]\ntype: pm\nstate: utgiven\n",
		"publikationer/pm-3.md":        "title: Stängt PM\nareas: [delstudie-1]\ntype: pm\nstate: utgiven\naudience: inloggad\n",
	}
	for n := range 18 {
		out[fmt.Sprintf("nyheter/n%02d.md", n)] = fmt.Sprintf("title: Nummer %02d\ndate: 2025-01-%02d\n", n, n+1)
	}
	return out
}

func member() access.Actor {
	return access.Actor{ID: "7", Role: access.Member, Keys: []access.Audience{access.Participants}}
}

func TestTheListOfNews(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		p, _ := newPages(t, d, files())
		p.Run(t, []webtest.Scenario{
			{Name: "the first page, newest first", Address: "/nyheter",
				Want:    []string{"<h1>Nyheter</h1>", ">21 nyheter<", "i går", "Om ettan", "Nummer 01", `href="/nyheter?page=2" rel="next"`, `href="/nyheter/feed.atom"`, `rel="canonical" href="https://nuso.example/nyheter"`},
				NotWant: []string{"Nummer 00", "Stängd nyhet", "Framtida nyhet", "Nyhet i utkast", "PM ett", `rel="prev"`, "Rensa alla"}},
			{Name: "the second page", Address: "/nyheter?page=2", Want: []string{"Nummer 00", `href="/nyheter" rel="prev"`, `aria-current="page"`}, NotWant: []string{"Om ettan"}},
			{Name: "beyond the last page", Address: "/nyheter?page=3", Status: 404, Want: []string{notFound}},
			{Name: "no page number", Address: "/nyheter?page=x", Status: 404},
			{Name: "page nought", Address: "/nyheter?page=0", Status: 404},
			{Name: "a page below it", Address: "/nyheter?page=-1", Status: 404},
			{Name: "a page far away", Address: "/nyheter?page=999999999", Status: 404},
			{Name: "a study area", Address: "/nyheter?omrade=delstudie-1",
				Want:    []string{">3 nyheter<", "Om ettan", "Mer om ettan", "Om båda", `<option value="delstudie-1" selected>Utredningar och insatser (3)</option>`, "Rensa alla"},
				NotWant: []string{"Nummer 17", "Stängd nyhet"}},
			{Name: "another", Address: "/nyheter?omrade=delstudie-2", Want: []string{">1 nyhet<", "Om båda"}, NotWant: []string{"Om ettan"}},
			{Name: "a year", Address: "/nyheter?ar=2026", Want: []string{">1 nyhet<", "Om ettan", `<option value="2025">2025 (20)</option>`}, NotWant: []string{"Mer om ettan", `value="2019"`, `value="2018"`}},
			{Name: "an area and a year", Address: "/nyheter?omrade=delstudie-1&ar=2025",
				Want:    []string{">2 nyheter<", "Mer om ettan", "Om båda", `href="/nyheter?ar=2025"`, `href="/nyheter?omrade=delstudie-1"`},
				NotWant: []string{">Om ettan<"}},
			{Name: "a page of a choice keeps it", Address: "/nyheter?ar=2025&page=1", Want: []string{">20 nyheter<"}, NotWant: []string{`class="pager"`}},
			{Name: "a year without news says what to do", Address: "/nyheter?ar=1999", Want: []string{">0 nyheter<", "Ingen nyhet passar filtren.", "Visa alla nyheter", `<option value="1999" selected>1999</option>`, "Rensa alla"}},
			{Name: "an area without news", Address: "/nyheter?omrade=finns-inte", Want: []string{"Ingen nyhet passar filtren."}},
			{Name: "what is no year", Address: "/nyheter?ar=i+fjol", Want: []string{">0 nyheter<"}},
			{Name: "a year that no number holds", Address: "/nyheter?ar=99999999999999999999999", Want: []string{">0 nyheter<"}},
			{Name: "year nought", Address: "/nyheter?ar=0", Want: []string{">0 nyheter<"}},
			{Name: "a second page of nothing", Address: "/nyheter?ar=1999&page=2", Status: 404},
			{Name: "empty choices are none", Address: "/nyheter?omrade=&ar=", Want: []string{">21 nyheter<"}},
			{Name: "a hostile choice", Address: "/nyheter?omrade=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&ar=%27%00", Want: []string{">0 nyheter<"}, NotWant: []string{"<script>alert"}},
			{Name: "an unknown parameter is left out of links", Address: "/nyheter?ar=2025&omrade=delstudie-1&utm=x", NotWant: []string{"utm"}},
			{Name: "the item's own word is its tag", Address: "/nyheter?omrade=delstudie-1", Want: []string{">Workshop<", ">Utredningar och insatser</span>"}},
			{Name: "news of two areas are just news", Address: "/nyheter?omrade=delstudie-2", Want: []string{">Nyhet</span>"}, NotWant: []string{"bistånd</span>"}},
			{Name: "a member sees what is for participants", Actor: member(), Address: "/nyheter?omrade=delstudie-1", Want: []string{">4 nyheter<", "Stängd nyhet", "Visas för deltagande kommuner"}},
			{Name: "at its instant the coming one is there", At: clock.At(2026, 3, 5, 8, 0, 0), Address: "/nyheter", Want: []string{"Framtida nyhet", ">22 nyheter<"}},
		})
	})
}

func TestANewsItem(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		p, _ := newPages(t, d, files())
		p.Run(t, []webtest.Scenario{
			{Name: "its page", Address: "/nyheter/ettan",
				Want: []string{"<h1>Om ettan</h1>", "Texten om ettan.", "i går", `href="/studieomraden/delstudie-1"`, `<html lang="sv">`,
					`<title>Om ettan – NUSO</title>`, `content="article"`, `href="https://nuso.example/nyheter/ettan"`},
				NotWant: []string{"noindex"}},
			{Name: "what is related to it, and only what a visitor may see", Address: "/nyheter/ettan",
				Want: []string{"Mer om ettan", "Om båda", "PM ett"}, NotWant: []string{"PM två", "Stängt PM", "Stängd nyhet", "Framtida nyhet", "Nyhet i utkast"}},
			{Name: "a member sees more", Actor: member(), Address: "/nyheter/ettan", Want: []string{"PM ett", "Stängt PM"}},
			{Name: "a missing item", Address: "/nyheter/finns-inte", Status: 404, Want: []string{notFound}},
			{Name: "a closed item is as missing", Address: "/nyheter/stangd", Status: 404, Want: []string{notFound}, NotWant: []string{"Stängd nyhet", "Visas för"}},
			{Name: "a member reads it and sees for whom it is", Actor: member(), Address: "/nyheter/stangd", Want: []string{"<h1>Stängd nyhet</h1>", "deltagande kommuner"}},
			{Name: "a coming item", Address: "/nyheter/framtida", Status: 404, Want: []string{notFound}},
			{Name: "a draft", Address: "/nyheter/utkast", Status: 404, Want: []string{notFound}},
			{Name: "a draft for an editor", Actor: access.Actor{Role: access.Editor}, Address: "/nyheter/utkast", Want: []string{"<h1>Nyhet i utkast</h1>"}},
			{Name: "a document of another kind", Address: "/nyheter/pm-1", Status: 404},
			{Name: "at its instant the coming item is there", At: clock.At(2026, 3, 5, 8, 0, 0), Address: "/nyheter/framtida", Want: []string{"<h1>Framtida nyhet</h1>"}},
		})
	})
}

func TestMissingAndClosedAreTheSameAnswer(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t), files())
	answer := func(slug string) string {
		got, body := p.Get(t, "/nyheter/"+slug)
		header := got.Header.Clone()
		header.Del("X-Request-Id")
		header.Del("Date")
		return fmt.Sprint(got.StatusCode, header, body)
	}
	for _, slug := range []string{"stangd", "framtida", "utkast"} {
		if answer(slug) != answer("finns-inte") {
			t.Errorf("%s is told from what is missing:\n%s\n%s", slug, answer(slug), answer("finns-inte"))
		}
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	for n, hostile := range []string{
		`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `<!--<script>`, `{{.BaseURL}}`, "\u2028alert(1)\u2029", `&lt;script&gt;`, `javascript:alert(1)`, `]]></script>`,
	} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			quoted, err := json.Marshal(hostile) // YAML reads it as it is
			if err != nil {
				t.Fatal(err)
			}
			p, _ := newPages(t, dbtest.Any(t), map[string]string{
				"nyheter/a.md": fmt.Sprintf("title: %s\nsummary: %s\nresponsible: %s\nlabel: %s\nareas: [b]\n---\n%s\n", quoted, quoted, quoted, quoted, "Ord."),
				"nyheter/b.md": fmt.Sprintf("title: %s\nareas: [b]\n", quoted),
			})
			_, list := p.Get(t, "/nyheter")
			_, item := p.Get(t, "/nyheter/a")
			data, rest := jsonLD(item)
			for _, bad := range []string{"<script>alert", "<img src=x", "' onmouseover", "<!--"} {
				if strings.Contains(list, bad) || strings.Contains(rest, bad) {
					t.Errorf("a page holds %q", bad)
				}
			}
			var described struct{ Headline, Description string }
			if err := json.Unmarshal([]byte(data), &described); err != nil || described.Headline != hostile || described.Description != hostile || strings.Contains(data, "<") {
				t.Errorf("JSON-LD %q: %v", data, err)
			}
		})
	}
}

// jsonLD returns what a page tells machines, and the page without it.
func jsonLD(body string) (data, rest string) {
	before, data, _ := strings.Cut(body, `<script type="application/ld+json">`)
	data, after, _ := strings.Cut(data, "</script>")
	return data, before + after
}

func TestNewsIsDescribedForMachines(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t), map[string]string{"nyheter/a.md": "title: Om ä\ndate: 2025-09-19 10:00\nupdated: 2025-10-01\n"})
	_, body := p.Get(t, "/nyheter/a")
	data, _ := jsonLD(body)
	var got map[string]any
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"@type": "NewsArticle", "headline": "Om ä", "datePublished": "2025-09-19T10:00:00+02:00", "dateModified": "2025-10-01T00:00:00+02:00",
		"mainEntityOfPage": "https://nuso.example/nyheter/a", "inLanguage": "sv",
	} {
		if got[key] != want {
			t.Errorf("%s: %v, want %s", key, got[key], want)
		}
	}
}

func TestTheService(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		_, service := newPages(t, d, files())
		latest, err := service.Latest(t.Context(), 3)
		if err != nil || len(latest) != 3 || latest[0].Path != "/nyheter/ettan" || latest[0].Tag != "Utredningar och insatser" || latest[1].Tag != "Workshop" || latest[2].Tag != "Nyhet" {
			t.Errorf("latest %v %v", latest, err)
		}
		all, err := service.List(t.Context(), news.Filter{})
		if err != nil || all.Total != 21 || len(all.Items) != web.PageSize || len(all.Areas) != 2 || len(all.Years) != 2 {
			t.Errorf("the zero filter: %d of %d, %v %v, %v", len(all.Items), all.Total, all.Areas, all.Years, err)
		}
		if _, err := service.BySlug(t.Context(), "pm-1"); !fault.Is(err, fault.NotFound) {
			t.Errorf("another kind: %v", err)
		}
		if few := dbtest.Queries(t, d, func() { _, _ = service.List(t.Context(), news.Filter{Page: 1}) }); few != 1 {
			t.Errorf("a list takes %d queries", few)
		}
	})
}

func TestARenamedItemIsMoved(t *testing.T) {
	d := dbtest.Any(t)
	p, _ := newPages(t, d, map[string]string{"nyheter/gammal.md": "id: nyhet-a\n", "nyheter/b.md": ""})
	documenttest.New(t, d, clock.Fixed(noon()), []document.Kind{news.Kind()}, map[string]string{"nyheter/ny.md": "id: nyhet-a\ntitle: Rubrik gammal\nsummary: x\n", "nyheter/b.md": ""})
	p.Run(t, []webtest.Scenario{
		{Name: "the old address leads to the new", Address: "/nyheter/gammal", Status: http.StatusMovedPermanently, To: "/nyheter/ny"},
		{Name: "the new address", Address: "/nyheter/ny", Want: []string{"Rubrik gammal"}},
	})
}
