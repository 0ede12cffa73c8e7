package publication_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/news"
	"nuso.se/app/publication"
	"nuso.se/app/study"
	"nuso.se/app/web/webtest"
)

func TestAPublicationTellsOnlyWhatIsKnown(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	docs := documenttest.New(t, dbtest.New(t), fake.Now, []document.Kind{publication.Kind(), study.Kind(), news.Kind()}, map[string]string{
		"studieomraden/delstudie-1.md": "title: Delstudie 1\nstate: pågår\n",
		"publikationer/pm-1.md":        "title: PM ett\nnumber: PM 1\ntype: pm\nstate: utgiven\nareas: [delstudie-1]\n",
		"publikationer/pm-2.md":        "title: PM två\nnumber: PM 2\ntype: pm\nstate: utgiven\npublished: 2024-11\nversion: \"2\"\n",
		"publikationer/manus.md":       "title: Ett manus\ntype: artikel\nstate: på gång\n",
		"publikationer/stangd.md":      "title: Stängd PM\ntype: pm\nstate: utgiven\naudience: inloggad\n",
		"nyheter/om.md":                "title: Om PM ett\nareas: [delstudie-1]\n",
	})
	p := webtest.New(t, fake, publication.Samples())
	h := publication.NewHandler(p.Site, docs)
	p.App.Get("/publikationer", h.List)
	p.App.Get("/publikationer/:slug", h.Show)
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
	} {
		if len(p.Check()) != 1 {
			t.Errorf("%s: problems %v, want one", name, p.Check())
		}
	}
}
