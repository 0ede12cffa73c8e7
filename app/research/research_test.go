package research_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/news"
	"nuso.se/app/research"
	"nuso.se/app/web/webtest"
)

func files() map[string]string {
	return map[string]string{
		"teman/yngst.md":     "title: De yngsta\nquestion: Hur når vi fler?\n",
		"projekt/fokus.md":   "title: Fokus\nthemes: [yngst]\nstage: intresse\nlead: Karlstads universitet\npartners: [Malmö stad]\ndeadline: 2025-10-15\nwanted: 20 kommuner\n",
		"projekt/modell.md":  "title: Modell\nthemes: [annat]\nstage: planering\n",
		"projekt/hemligt.md": "title: Hemligt\nthemes: [yngst]\nstage: idé\ndeadline: 2025-10-10\naudience: roll:researcher\n",
		"nyheter/om.md":      "title: Om temat\nthemes: [yngst]\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2025, time.October, 3, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, append(research.Kinds(), news.Kind()), files())
	p := webtest.New(t, fake, research.Samples())
	h := research.NewHandler(p.Site, docs, research.New(docs, fake.Now))
	p.App.Get("/forskning", h.List)
	p.App.Get("/forskning/projekt/:slug", h.Project)
	p.App.Get("/forskning/:slug", h.Theme)
	return p, docs
}

func TestThemesAndProjectsCostTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/forskning", "/forskning/yngst", "/forskning/projekt/fokus")
}

func TestInterestIsOpenToTheLastSecondOfItsDay(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t))
	p.Run(t, []webtest.Scenario{
		{Name: "themes, projects and open invitations", Address: "/forskning", Want: []string{"De yngsta", "Hur når vi fler?", "Fokus", "12 dagar kvar"}, NotWant: []string{"Hemligt"}},
		{Name: "a theme with its projects and news", Address: "/forskning/yngst", Want: []string{"Fokus", "Om temat", "12 dagar kvar"}, NotWant: []string{"Modell", "Hemligt"}},
		{Name: "a project", Address: "/forskning/projekt/fokus", Want: []string{"Karlstads universitet", "Malmö stad", "20 kommuner", `aria-current="step"`, "De yngsta"}},
		{Name: "a project without a deadline invites nobody", Address: "/forskning/projekt/modell", NotWant: []string{"Sista dag att anmäla"}},
		{Name: "a closed project", Address: "/forskning/projekt/hemligt", Status: 404},
		{Name: "the last day", At: clock.At(2025, time.October, 15, 23, 59, 59), Address: "/forskning", Want: []string{"sista dagen"}},
		{Name: "a second later", At: clock.At(2025, time.October, 16, 0, 0, 0), Address: "/forskning", Want: []string{"Ingen intresseanmälan är öppen"}},
		{Name: "and the project says it as it was", Address: "/forskning/projekt/fokus", Want: []string{"Sista dag att anmäla intresse var onsdag 15 oktober 2025."}},
	})
}

func TestFaultsInThemesAndProjectsAreNamed(t *testing.T) {
	if len((&research.Theme{}).Check()) != 1 {
		t.Error("a theme without question passes")
	}
	themed := func(p research.Project) *research.Project { p.Themes = []string{"yngst"}; return &p }
	for name, p := range map[string]*research.Project{
		"unknown stage":     themed(research.Project{Stage: "paus"}),
		"without theme":     {Stage: "idé"},
		"a deadline of air": themed(research.Project{Stage: "idé", Deadline: "snart"}),
	} {
		if len(p.Check()) != 1 {
			t.Errorf("%s: problems %v, want one", name, p.Check())
		}
	}
}
