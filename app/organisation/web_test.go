package organisation_test

import (
	"encoding/json"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/organisation"
	"nuso.se/app/web/webtest"
)

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *organisation.Service) {
	t.Helper()
	s, p := newService(t, d), webtest.New(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)), organisation.Samples())
	h := organisation.NewHandler(p.Site, s)
	p.App.Get("/kommuner", h.List)
	p.App.Get("/kommuner/:slug", h.Show)
	p.App.Get("/api/v1/municipalities", h.JSON)
	return p, s
}

func TestMunicipalitiesAreListedAndShown(t *testing.T) {
	p, s := newPages(t, dbtest.Any(t))
	if err := s.Enter(as(t, access.Editor), karlstad, "delstudie-1-2024", true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(as(t, access.Editor), organisation.Draft{Kind: organisation.District, Name: "Farsta", Parent: stockholm}); err != nil {
		t.Fatal(err)
	}
	p.Run(t, []webtest.Scenario{
		{Name: "all", Address: "/kommuner", Want: []string{"290 kommuner", "Värmlands län", "16 kommuner", `href="/kommuner/habo-uppsala-lan"`, "Källor"}},
		{Name: "of a county", Address: "/kommuner?lan=varmlands-lan", Want: []string{"16 kommuner", "Karlstad", "Ta bort filtret", "<title>Kommuner, Värmlands län – NUSO</title>"}, NotWant: []string{"Stockholm</a>"}},
		{Name: "of a group", Address: "/kommuner?grupp=A1", Want: []string{"3 kommuner", "Malmö"}, NotWant: []string{">Karlstad<"}},
		{Name: "by a part of the name", Address: "/kommuner?q=vÄster", Want: []string{"2 kommuner", "Västervik", "Västerås"}, NotWant: []string{">Karlstad<"}},
		{Name: "without rings", Address: "/kommuner?q=hassle", Want: []string{"Hässleholm", "1 kommun<"}},
		{Name: "by what no name has", Address: "/kommuner?q=xyz", Want: []string{"Ingen kommun passar", "Visa alla kommuner", "0 kommuner"}},
		{Name: "by signs alone", Address: "/kommuner?q=%25%27", Want: []string{"0 kommuner"}},
		{Name: "of a county that is none", Address: "/kommuner?lan=skaraborg", Want: []string{"0 kommuner", "skaraborg"}},
		{Name: "one that takes part", Address: "/kommuner/karlstad", Want: []string{"<h1>Karlstad</h1>", "Delstudie 1, första omgången", `href="/studieomraden/delstudie-1"`, "1780", "Värmlands län", "Folkmängd 31 december 2025", "/kommuner/arvika"},
			NotWant: []string{"har inte fört in", "Stadsdelar"}},
		{Name: "one of which nothing is entered", Address: "/kommuner/stockholm", Want: []string{"har inte fört in", "Stadsdelar", "Farsta"}},
		{Name: "none", Address: "/kommuner/ankeborg", Status: 404},
		{Name: "in another case", Address: "/kommuner/Karlstad", Status: 301},
	})
}

func TestMunicipalitiesCostTheSameHoweverManyTakePart(t *testing.T) {
	d := dbtest.Any(t)
	p, s := newPages(t, d)
	for _, address := range []string{"/kommuner", "/kommuner/karlstad", "/api/v1/municipalities"} {
		few := dbtest.Queries(t, d, func() { p.Get(t, address) })
		for _, m := range organisation.Municipalities()[:50] {
			if err := s.Enter(as(t, access.Editor), m.ID(), "delstudie-2-2024", true); err != nil {
				t.Fatal(err)
			}
		}
		if many := dbtest.Queries(t, d, func() { p.Get(t, address) }); many != few || many > 2 {
			t.Errorf("%s: %d queries and then %d", address, few, many)
		}
	}
}

func TestTheJSONHasAllMunicipalities(t *testing.T) {
	p, s := newPages(t, dbtest.Any(t))
	if err := s.Enter(as(t, access.Editor), karlstad, "delstudie-3-2024", true); err != nil {
		t.Fatal(err)
	}
	answer, body := p.Get(t, "/api/v1/municipalities")
	var got struct {
		Items []organisation.Item
		Total int
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || answer.StatusCode != 200 || got.Total != 290 || len(got.Items) != 290 {
		t.Fatalf("%d, %v, %d of %d", answer.StatusCode, err, len(got.Items), got.Total)
	}
	if first := got.Items[0]; first.Code != "0114" || first.Name != "Upplands Väsby" || first.CountyCode != "01" || first.Group != "A2" || first.Participates == nil {
		t.Errorf("first %+v", first)
	}
	for _, item := range got.Items {
		if takesPart := len(item.Participates) == 1 && item.Participates[0] == "delstudie-3"; takesPart != (item.Code == "1780") {
			t.Errorf("%s takes part in %q", item.Name, item.Participates)
		}
	}
}
