package study_test

import (
	"context"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// calendar answers with a fixed meeting for one area.
type calendar struct{}

// Next returns the meeting.
func (calendar) Next(_ context.Context, area string) (*web.Occurrence, time.Time, error) {
	if area != "delstudie-1" {
		return nil, time.Time{}, nil
	}
	return &web.Occurrence{Title: "Workshop i april", Path: "/kalender/workshop"}, time.Time{}, nil
}

func files() map[string]string {
	return map[string]string{
		"studieomraden/delstudie-1.md": `title: Delstudie 1
order: 1
state: pågår
takes_part: 91 kommuner
timeline:
  - {from: 2024-04-15, to: 2024-06-30, text: Insamling i webbenkät}
  - {from: 2026-03-25, text: En dag}
  - {from: 2026-03-01, to: 2026-04-30, text: Uppföljning}
  - {from: 2027-01-01, text: Nästa steg}
progress:
  - {label: Klara kommuner, value: 73, of: 100, date: 2025-09-19, source: Informationsmötet}
  - {label: Kontrollerade, value: 30, date: 2025-09-19, source: Informationsmötet}
---
## Syfte

Att följa.

## Mer

Text.
`,
		"studieomraden/delstudie-2.md": "title: Delstudie 2\norder: 2\nstate: avslutad\nprogress:\n  - {label: Äldre, value: 1, date: 2024-01-01, source: Sidan}\n",
		"nyheter/om-ettan.md":          "title: Nytt om ettan\nareas: [delstudie-1]\n",
		"nyheter/om-tvaan.md":          "title: Nytt om tvåan\nareas: [delstudie-2]\n",
		"nyheter/stangd.md":            "title: Stängd nyhet\nareas: [delstudie-1]\naudience: deltagare\n",
		"publikationer/pm-1.md":        "title: PM ett\nareas: [delstudie-1]\ntype: pm\nstate: utgiven\n",
		"projekt/yngst.md":             "title: De yngsta, ett projekt\nareas: [delstudie-1]\nthemes: [yngst]\nstage: idé\n",
		"hjalp/fraga.md":               "title: Hur gör vi?\nareas: [delstudie-1]\n",
		"ordlista/lopnummer.md":        "title: löpnummer\nareas: [delstudie-1]\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service, *study.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	kinds := append([]document.Kind{study.Kind(), news.Kind(), publication.Kind(), glossary.Kind()}, append(research.Kinds(), page.Kinds(nil)...)...)
	docs := documenttest.New(t, d, fake.Now, kinds, files())
	studies := study.New(docs, fake.Now)
	p := webtest.New(t, fake, study.Samples())
	h := study.NewHandler(p.Site, docs, studies, calendar{})
	p.App.Get("/studieomraden", h.List)
	p.App.Get("/studieomraden/:slug", h.Show)
	return p, docs, studies
}

func TestAStudyAreaIsBuiltFromWhatCarriesItsTag(t *testing.T) {
	p, docs, studies := newPages(t, dbtest.Any(t))
	p.Run(t, []webtest.Scenario{
		{Name: "the list tells state and who takes part", Address: "/studieomraden", Want: []string{"Delstudie 1", "Pågår", "Avslutad", "Deltar: 91 kommuner", "PM ett"}},
		{Name: "the page shows everything with the tag", Address: "/studieomraden/delstudie-1",
			Want:    []string{"Nytt om ettan", "PM ett", "De yngsta, ett projekt", "Hur gör vi?", "/ordlista#lopnummer", "Workshop i april", "73 av 100", "Kontrollerade", "/studieomraden/delstudie-1/feed.atom"},
			NotWant: []string{"Nytt om tvåan", "Stängd nyhet"}},
		{Name: "a member sees the closed too", Actor: access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}, Address: "/studieomraden/delstudie-1", Want: []string{"Stängd nyhet"}},
		{Name: "the timeline knows the day", Address: "/studieomraden/delstudie-1", Want: []string{`class="is-past"`, `class="is-now"`, `class="is-coming"`, "I dag", "15 april–30 juni 2024"}},
		{Name: "nothing is coming, and the page says so", Address: "/studieomraden/delstudie-2", Want: []string{"Ingen träff är inplanerad"}},
		{Name: "an unknown area", Address: "/studieomraden/delstudie-9", Status: 404},
	})
	progress, of, err := studies.Latest(t.Context())
	if err != nil || len(progress) != 2 || progress[0].Words != "73 av 100" || progress[0].Percent != 73 || progress[1].Words != "30" || of.Title != "Delstudie 1" {
		t.Errorf("Latest = %+v, %+v, %v", progress, of, err)
	}
	later := files()
	later["studieomraden/delstudie-2.md"] += "  - {label: Nyare, value: 2, date: 2026-01-01, source: Sidan}\n"
	documenttest.Sync(t, docs, later)
	if progress, of, err = studies.Latest(t.Context()); err != nil || len(progress) != 2 || of.Title != "Delstudie 2" {
		t.Errorf("when another area's second line is newer, Latest = %+v, %+v, %v", progress, of, err)
	}
}

func TestStudyAreasCostTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs, _ := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/studieomraden", "/studieomraden/delstudie-1")
}

func TestFaultsInAStudyAreaAreNamed(t *testing.T) {
	for name, area := range map[string]study.Area{
		"unknown state":          {State: "vilar"},
		"a moment without date":  {State: "pågår", Timeline: []study.Moment{{Text: "Någon gång"}}},
		"a moment without text":  {State: "pågår", Timeline: []study.Moment{{From: "2024-01-01"}}},
		"a count without source": {State: "pågår", Progress: []study.Progress{{Label: "Klara", Value: 1, Date: "2024-01-01"}}},
		"a count without date":   {State: "pågår", Progress: []study.Progress{{Label: "Klara", Value: 1, Source: "Sidan"}}},
		"more than the whole":    {State: "pågår", Progress: []study.Progress{{Label: "Klara", Value: 101, Of: 100, Date: "2024-01-01", Source: "Sidan"}}},
	} {
		if len(area.Check()) != 1 {
			t.Errorf("%s: problems %v, want one", name, area.Check())
		}
	}
	sound := study.Area{State: "planerad", Progress: []study.Progress{{Label: "Klara", Value: 100, Of: 100, Date: "2024-01-01", Source: "Sidan"}}}
	if problems := sound.Check(); len(problems) > 0 {
		t.Errorf("a sound one has %v", problems)
	}
}
