package feed_test

import (
	"maps"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/feed"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// house is the site with the feeds as main puts it together.
type house struct {
	*webtest.Pages
	t     *testing.T
	docs  *document.Service
	feeds *feed.Service
}

func kinds() []document.Kind {
	all := append([]document.Kind{news.Kind(), study.Kind(), publication.Kind()}, research.Kinds()...)
	return append(append(all, glossary.Kind()), page.Kinds(nil)...)
}

func newHouse(t *testing.T, d *db.DB, files map[string]string, cached bool) *house {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 10, 12, 0, 0))
	pages := []string{"/", "/nyheter", "/studieomraden", "/publikationer", "/forskning", "/ordlista", "/hjalp", "/sok", "/kontakt", "/feed.atom"}
	docs := documenttest.New(t, d, fake.Now, kinds(), files)
	var change []func(*web.Options)
	if cached {
		change = append(change, documenttest.Cached(d, docs))
	}
	h := &house{t: t, Pages: webtest.New(t, fake, nil, change...), docs: docs, feeds: feed.New(docs, webtest.BaseURL, pages)}
	handler := feed.NewHandler(h.Site, h.feeds)
	h.App.Get("/feed.atom", handler.Site)
	h.App.Get("/nyheter/feed.atom", handler.Kind(document.News))
	h.App.Get("/publikationer/feed.atom", handler.Kind(document.Publication))
	h.App.Get("/forskning/feed.atom", handler.Kind(document.Theme, document.Project))
	h.App.Get("/studieomraden/:slug/feed.atom", handler.Area)
	h.App.Get("/sitemap.xml", handler.Sitemap)
	h.App.Get("/robots.txt", handler.Robots)
	h.App.Get("/.well-known/security.txt", handler.Security)
	return h
}

const area = "areas: [delstudie-1]\n"

// content is one of everything that a visitor may see, and one of everything that a visitor may not, the word planterat in each.
func content() map[string]string {
	files := map[string]string{
		"nyheter/ny.md":                "title: Ny\ndate: 2026-03-01 10:00\nupdated: 2026-03-01\n" + area + "---\nBrödtext om ny.\n",
		"nyheter/rattad.md":            "title: Rättad\ndate: 2025-05-01\nupdated: 2026-03-05\n",
		"nyheter/gammal.md":            "title: Gammal\ndate: 2024-04-15\n",
		"nyheter/kommande.md":          "title: Planterat kommande\ndate: 2026-03-10 13:00\nsummary: Planterat.\n" + area,
		"studieomraden/delstudie-1.md": "title: Delstudie 1\norder: 1\nstate: pågår\n" + area,
		"publikationer/pm-1.md":        "title: PM 1\ndate: 2025-11-01\nnumber: PM 1\ntype: pm\nstate: utgiven\n" + area,
		"teman/skola.md":               "title: Skola\ndate: 2026-02-01\norder: 1\nquestion: Hur?\n",
		"projekt/team.md":              "title: Team\ndate: 2026-02-10\nthemes: [skola]\norder: 1\nstage: idé\n" + area,
		"ordlista/insats.md":           "title: insats\n" + area,
		"sidor/om.md":                  "title: Om NUSO\ndate: 2025-01-01\n",
		"sidor/en.md":                  "title: About NUSO\ndate: 2025-01-02\nlang: en\n" + area,
		"hjalp/floden.md":              "title: Flöden\ndate: 2025-03-03\norder: 1\n",
	}
	for path, head := range map[string]string{
		"nyheter/inloggad.md":     "audience: inloggad\n",
		"nyheter/deltagare.md":    "audience: deltagare\n",
		"nyheter/utkast.md":       "draft: true\n",
		"nyheter/utgangen.md":     "unpublish: 2026-02-01\n",
		"studieomraden/hemlig.md": "audience: deltagare\norder: 2\nstate: pågår\n",
		"publikationer/pm-9.md":   "audience: deltagare\nnumber: PM 9\ntype: pm\nstate: utgiven\n",
		"teman/stangt.md":         "draft: true\norder: 2\nquestion: Hur?\n",
		"projekt/stangt.md":       "audience: deltagare\nthemes: [skola]\norder: 2\nstage: idé\n",
		"ordlista/hemlig.md":      "audience: inloggad\n",
		"sidor/intern.md":         "audience: inloggad\n",
	} {
		files[path] = "title: Planterat " + path + "\ndate: 2026-01-02\nsummary: Planterat.\n" + area + head + "---\nPlanterat.\n"
	}
	return files
}

// with is the content with some files added or others in their place.
func with(files map[string]string) map[string]string {
	all := content()
	maps.Copy(all, files)
	return all
}
