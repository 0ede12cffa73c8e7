package publication_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/news"
	"nuso.se/app/publication"
	"nuso.se/app/study"
	"nuso.se/app/web/webtest"
)

func files() map[string]string {
	return map[string]string{
		"studieomraden/delstudie-1.md": "title: Delstudie 1\nstate: pågår\n",
		"publikationer/pm-1.md":        "title: PM ett\nnumber: PM 1\ntype: pm\nstate: utgiven\nareas: [delstudie-1]\n",
		"publikationer/pm-2.md":        "title: PM två\nnumber: PM 2\ntype: pm\nstate: utgiven\npublished: 2024-11\nversion: \"2\"\n",
		"publikationer/manus.md":       "title: Ett manus\ntype: artikel\nstate: på gång\n",
		"publikationer/stangd.md":      "title: Stängd PM\ntype: pm\nstate: utgiven\naudience: inloggad\n",
		"nyheter/om.md":                "title: Om PM ett\nareas: [delstudie-1]\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, []document.Kind{publication.Kind(), study.Kind(), news.Kind()}, nil)
	p := webtest.New(t, fake, publication.Samples())
	h := publication.NewHandler(p.Site, docs)
	p.App.Get("/publikationer", h.List)
	p.App.Get("/publikationer/:slug", h.Show)
	return p, docs
}

func TestPublicationsCostTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/publikationer", "/publikationer?omrade=delstudie-1", "/publikationer/pm-1")
}

func TestAPublicationTellsOnlyWhatIsKnown(t *testing.T) {
	p, docs := newPages(t, dbtest.Any(t))
	p.Run(t, []webtest.Scenario{{Name: "no publication at all", Address: "/publikationer", Want: []string{"Här finns inga publikationer än.", "0 publikationer"}, NotWant: []string{"filtren"}}})
	documenttest.Sync(t, docs, files())
	p.Run(t, []webtest.Scenario{
		{Name: "the list", Address: "/publikationer", Want: []string{"PM ett", "På gång", "Artikel", "3 publikationer"}, NotWant: []string{"Stängd PM"}},
		{Name: "of one area", Address: "/publikationer?omrade=delstudie-1", Want: []string{"PM ett", "1 publikation"}, NotWant: []string{"PM två"}},
		{Name: "of no area", Address: "/publikationer?omrade=delstudie-7", Want: []string{"Ingen publikation passar filtren"}},
		{Name: "beyond the end", Address: "/publikationer?page=2", Status: 404},
		{Name: "unknown date and version are said to be unknown", Address: "/publikationer/pm-1", Want: []string{"anges inte i källan", "NUSO (u.å.). PM ett.", "https://nuso.example/publikationer/pm-1", "Om PM ett", `"@type":"Report"`}},
		{Name: "known ones are told", Address: "/publikationer/pm-2", Want: []string{"2024-11", "NUSO (2024). PM två."}},
		{Name: "what is on its way cannot be cited", Address: "/publikationer/manus", Want: []string{"På gång"}, NotWant: []string{"Citera så här", `"@type":"Report"`}},
		{Name: "a closed one", Address: "/publikationer/stangd", Status: 404},
	})
}

func TestFaultsInAPublicationAreNamed(t *testing.T) {
	for name, p := range map[string]publication.Publication{
		"unknown type":  {Type: "bok", State: "utgiven"},
		"unknown state": {Type: "pm", State: "snart"},
		"no date":       {Type: "pm", State: "utgiven", Published: "i höstas"},
		"no such month": {Type: "pm", State: "utgiven", Published: "2024-13"},
		"no such day":   {Type: "pm", State: "utgiven", Published: "2024-02-30"},
	} {
		if len(p.Check()) != 1 {
			t.Errorf("%s: problems %v, want one", name, p.Check())
		}
	}
	for _, published := range []string{"", "2024", "2024-11", "2024-02-29"} {
		if p := (publication.Publication{Type: "pm", State: "utgiven", Published: published}); len(p.Check()) > 0 {
			t.Errorf("%q is refused: %v", published, p.Check())
		}
	}
}
