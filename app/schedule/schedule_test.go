package schedule_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

const hour = `type: frågestund
start: 2026-01-09 08:15
end: 2026-01-09 09:30
repeat: FREQ=WEEKLY;BYDAY=FR
place: Zoom
`

func files() map[string]string {
	return map[string]string{
		"studieomraden/delstudie-1.md": "title: Delstudie ett\nstate: pågår\n",
		"kalender/oppen-fragestund.md": "title: Öppen frågestund\n" + hour + `changes:
  - {date: 2026-04-17, state: flyttad, start: 2026-04-16 13:00, end: 2026-04-16 14:00, text: Vi ses dagen före}
  - {date: 2026-04-24, state: inställd, text: Vi är på konferens}
  - {date: 2026-05-01, state: blir av}
---
Välkommen.
`,
		"kalender/informationsmote.md": "title: Informationsmöte i april\ntype: informationsmöte\nstart: 2026-04-16 13:00\nend: 2026-04-16 14:00\nareas: [delstudie-1]\n",
		"kalender/sista-dag.md":        "title: Sista dagen\ntype: sista dag\nstart: 2026-03-30\n",
		"kalender/plan.md":             "title: En vag plan\ntype: publicering\nstart: 2026-01-01\nend: 2026-12-31\nwhen: under 2026\n",
		"kalender/stangt.md":           "title: Stängt möte\ntype: workshop\nstart: 2026-04-01 09:00\nend: 2026-04-01 12:00\naudience: deltagare\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *schedule.Service) {
	t.Helper()
	p, docs := newPagesWith(t, d, files(), false)
	return p, schedule.New(docs, p.Clock.Now, webtest.BaseURL)
}

// newPagesWith is the calendar at noon on Wednesday 25 March 2026; /studie tells what a study page is told.
func newPagesWith(t *testing.T, d *db.DB, files map[string]string, cached bool) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, []document.Kind{study.Kind(), schedule.Kind()}, files)
	service := schedule.New(docs, fake.Now, webtest.BaseURL)
	var change []func(*web.Options)
	if cached {
		change = append(change, documenttest.Cached(d, docs))
	}
	p := webtest.New(t, fake, schedule.Samples(), change...)
	h := schedule.NewHandler(p.Site, docs, service)
	p.App.Get("/kalender.ics", h.Calendar)
	p.App.Get("/kalender/omrade/:slug.ics", h.AreaCalendar)
	p.App.Get("/kalender/:slug.ics", h.EventCalendar)
	p.App.Get("/api/v1/events", h.Events)
	p.App.Get("/kalender", h.List)
	p.App.Get("/kalender/:slug", h.Show)
	p.App.Get("/kalender/:slug/:date", h.Occurrence)
	p.App.Get("/studie", func(c *fiber.Ctx) error {
		next, _, err := service.Next(c.UserContext(), "delstudie-1")
		if err != nil || next == nil {
			return c.SendString("inget")
		}
		return c.SendString(next.Title)
	})
	return p, docs
}

func member() access.Actor {
	return access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}
}

func TestTheCalendarTellsEachOccurrenceAsItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, _ := newPages(t, d)
		p.Run(t, []webtest.Scenario{
			{Name: "coming, with what has no day last", Address: "/kalender", Want: []string{"Öppen frågestund", "Informationsmöte i april", "Utan bestämd dag", "under 2026", "Flyttad", "Vi ses dagen före", "Vi är på konferens"}, NotWant: []string{"Stängt möte", "Pågår nu"}},
			{Name: "Good Friday is off by itself", Address: "/kalender/oppen-fragestund/2026-04-03", Want: []string{"Inställd", "Röd dag: ingen frågestund om inget annat meddelas"}},
			{Name: "a red day that is restored takes place", Address: "/kalender/oppen-fragestund/2026-05-01", NotWant: []string{"Inställd", "Röd dag: ingen"}},
			{Name: "a moved one keeps its address and tells its new time", Address: "/kalender/oppen-fragestund/2026-04-17", Want: []string{"Flyttad", "13.00–14.00", "Vi ses dagen före"}},
			{Name: "a day on which nothing happens", Address: "/kalender/oppen-fragestund/2026-04-18", Status: 404},
			{Name: "no date", Address: "/kalender/oppen-fragestund/i-morgon", Status: 404},
			{Name: "an event that happens once has one page", Address: "/kalender/informationsmote/2026-04-16", Status: 301, To: "/kalender/informationsmote"},
			{Name: "only one sort", Address: "/kalender?typ=sista+dag", Want: []string{"Sista dagen", "1 tillfälle"}, NotWant: []string{"<h3><a href=\"/kalender/informationsmote"}},
			{Name: "only one area", Address: "/kalender?omrade=delstudie-1", Want: []string{"Informationsmöte i april"}, NotWant: []string{"Sista dagen</a>"}},
			{Name: "what has been", Address: "/kalender?visa=tidigare", Want: []string{"Öppen frågestund"}, NotWant: []string{"Informationsmöte i april"}},
			{Name: "a closed event is no page", Address: "/kalender/stangt", Status: 404},
			{Name: "but is one for a member", Address: "/kalender/stangt", Actor: member(), Want: []string{"Stängt möte", "Visas för: deltagande kommuner"}},
			{Name: "and stands in a member's list", Address: "/kalender", Actor: member(), Want: []string{"Stängt möte"}},
			{Name: "and in nobody else's after that", Address: "/kalender", Want: []string{"Sista dagen"}, NotWant: []string{"Stängt möte"}},
			{Name: "today", At: clock.At(2026, time.March, 27, 7, 0, 0), Address: "/kalender/oppen-fragestund", Want: []string{"I dag"}},
			{Name: "going on", At: clock.At(2026, time.March, 27, 8, 15, 0), Address: "/kalender/oppen-fragestund", Want: []string{"Pågår nu"}},
			{Name: "over", At: clock.At(2026, time.March, 27, 9, 30, 0), Address: "/kalender/oppen-fragestund", Want: []string{"Inställd"}, NotWant: []string{"Pågår nu"}},
			{Name: "beyond the last page", Address: "/kalender?page=9", Status: 404},
		})
	})
}

func TestFeedsAndJSONHoldWhatTheActorMaySee(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t))
	p.Run(t, []webtest.Scenario{
		{Name: "the public feed", Address: "/kalender.ics", Want: []string{"BEGIN:VCALENDAR", "SUMMARY:Informationsmöte i april", "RRULE:FREQ=WEEKLY", "STATUS:CANCELLED"}, NotWant: []string{"Stängt möte", "En vag plan"}},
		{Name: "an area's feed", Address: "/kalender/omrade/delstudie-1.ics", Want: []string{"Informationsmöte i april"}, NotWant: []string{"frågestund"}},
		{Name: "an unknown area", Address: "/kalender/omrade/delstudie-9.ics", Status: 404},
		{Name: "one event's feed", Address: "/kalender/sista-dag.ics", Want: []string{"DTSTART;VALUE=DATE:20260330"}},
		{Name: "a vague event has no feed", Address: "/kalender/plan.ics", Status: 404},
		{Name: "a closed event has no feed", Address: "/kalender/stangt.ics", Status: 404},
		{Name: "JSON, an item an occurrence", Address: "/api/v1/events?from=2026-04-01&to=2026-05-02",
			Want:    []string{`"start":"2026-04-03T08:15:00+02:00"`, `"cancelled":true`, `"url":"https://nuso.example/kalender/oppen-fragestund/2026-04-10"`, `"kind":"informationsmöte"`},
			NotWant: []string{"Stängt möte", "En vag plan"}},
		{Name: "JSON before summer time", Address: "/api/v1/events?from=2026-01-09&to=2026-01-10", Want: []string{`"start":"2026-01-09T08:15:00+01:00"`}},
		{Name: "JSON for a member", Actor: member(), Address: "/api/v1/events?from=2026-04-01&to=2026-04-02", Want: []string{"Stängt möte", `"audience":"deltagare"`}},
		{Name: "no date", Address: "/api/v1/events?from=snart", Status: 422, Want: []string{`"status":422`, "from och to"}},
		{Name: "backwards", Address: "/api/v1/events?from=2026-05-01&to=2026-04-01", Status: 422},
		{Name: "for ever", Address: "/api/v1/events?from=1900-01-01&to=2999-01-01", Status: 422},
	})
}

func TestTheStartPageLeavesOutWhatIsOverAndWhatIsVague(t *testing.T) {
	p, service := newPages(t, dbtest.Any(t))
	live, rows, turns, err := service.Ahead(t.Context(), 3)
	if err != nil || len(rows) != 3 || live == nil || live.When != "Fre 27 mars 8.15–9.30" {
		t.Fatalf("%v, %v", rows, err)
	}
	for i, want := range []string{"Sista dagen", "Öppen frågestund", "Informationsmöte i april"} {
		if rows[i].Title != want {
			t.Errorf("row %d is %q, want %q: the first question hour is the card's, and a series is listed once", i, rows[i].Title, want)
		}
	}
	if rows[1].State != "cancelled" {
		t.Errorf("Good Friday is %q", rows[1].State)
	}
	if want := clock.At(2026, time.March, 27, 0, 0, 0); !turns.Equal(want) {
		t.Errorf("turns at %v, want %v: then the card's question hour is today", turns, want)
	}
	next, _, err := service.Next(t.Context(), "delstudie-1")
	if err != nil || next == nil || next.Title != "Informationsmöte i april" {
		t.Errorf("next of the area: %v, %v", next, err)
	}
	p.Clock.Set(clock.At(2026, time.April, 16, 14, 0, 0))
	if next, _, err = service.Next(t.Context(), "delstudie-1"); err != nil || next != nil {
		t.Errorf("after it, next is %v, %v", next, err)
	}
}

func TestFaultsInAnEventAreNamed(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"unknown type":             {"type: fest\nstart: 2026-01-01\n", "type"},
		"no start":                 {"type: workshop\n", "start"},
		"end before start":         {"type: workshop\nstart: 2026-01-02\nend: 2026-01-01\n", "end"},
		"a time in one end only":   {"type: workshop\nstart: 2026-01-02 08:00\nend: 2026-01-02\n", "end"},
		"a rule that is none":      {"type: workshop\nstart: 2026-01-02 08:00\nrepeat: varje fredag\n", "repeat"},
		"an unknown change":        {hour + "changes:\n  - {date: 2026-01-16, state: kanske}\n", "changes"},
		"moved without a new time": {hour + "changes:\n  - {date: 2026-01-16, state: flyttad}\n", "changes"},
		"moved to an end of air":   {hour + "changes:\n  - {date: 2026-01-16, state: flyttad, start: 2026-01-15 08:15, end: \"09:30\"}\n", "changes"},
		"moved to no time of day":  {hour + "changes:\n  - {date: 2026-01-16, state: flyttad, start: 2026-01-15}\n", "changes"},
		"a whole day moved to one": {"type: workshop\nstart: 2026-01-02\nchanges:\n  - {date: 2026-01-02, state: flyttad, start: 2026-01-05 08:00}\n", "changes"},
		"a change on no occasion":  {hour + "changes:\n  - {date: 2026-01-17, state: inställd}\n", "start"},
	} {
		t.Run(name, func(t *testing.T) {
			docs := document.New(nil, time.Now, webtest.BaseURL, []document.Kind{schedule.Kind()}, nil, nil)
			file := &fstest.MapFile{Data: []byte(documenttest.Source("kalender/x.md", row.text))}
			_, problems, err := docs.Check(fstest.MapFS{"kalender/x.md": file})
			if err != nil || len(problems) == 0 || !strings.Contains(problems[0].Text, row.want) || problems[0].Cure == "" {
				t.Errorf("problems %v, %v; want one with %q", problems, err, row.want)
			}
		})
	}
}
