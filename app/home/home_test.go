package home_test

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/home"
	"nuso.se/app/news"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// newPages is the start page with the features that main gives it, at noon on Wednesday 25 March 2026.
func newPages(t *testing.T, d *db.DB, files map[string]string) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	kinds := append(research.Kinds(), news.Kind(), study.Kind(), schedule.Kind())
	docs := documenttest.New(t, d, fake.Now, kinds, files)
	p := webtest.New(t, fake, home.Samples())
	h := home.NewHandler(p.Site, news.New(docs), schedule.New(docs, fake.Now, webtest.BaseURL), research.New(docs, fake.Now), study.New(docs, fake.Now))
	p.App.Get("/", h.Show)
	return p, docs
}

func questionHour() map[string]string {
	return map[string]string{"kalender/oppen.md": "title: Öppen frågestund\ntype: frågestund\nstart: 2026-01-09 08:15\nend: 2026-01-09 09:30\nrepeat: FREQ=WEEKLY;BYDAY=FR\n"}
}

func meetings() map[string]string {
	return map[string]string{
		"kalender/mote.md": "title: Ett möte\ntype: informationsmöte\nstart: 2026-04-16 13:00\nend: 2026-04-16 14:00\n",
		"kalender/vag.md":  "title: En vag plan\ntype: workshop\nstart: 2026-01-01\nend: 2026-12-31\nwhen: under 2026\n",
		"kalender/var.md":  "title: Mötet i går\ntype: workshop\nstart: 2026-03-24\n",
	}
}

func invitations() map[string]string {
	return map[string]string{
		"projekt/nytt.md":   "title: Ett nytt projekt\nthemes: [yngst]\nstage: intresse\ndeadline: 2026-04-06\n",
		"projekt/stangt.md": "title: Ett stängt projekt\nthemes: [yngst]\nstage: intresse\ndeadline: 2026-03-24\n",
	}
}

func progress() map[string]string {
	return map[string]string{
		"studieomraden/ett.md": "title: Delstudie ett\nstate: pågår\nprogress:\n  - {label: Klara kommuner, value: 73, of: 100, date: 2025-09-19, source: Mötet}\n",
		"studieomraden/tva.md": "title: Delstudie två\nstate: pågår\nprogress:\n  - {label: Äldre uppgift, value: 1, date: 2024-09-19, source: Mötet}\n",
	}
}

func closed() map[string]string {
	files := map[string]string{
		"nyheter/utkast.md":  "title: Ett utkast\ndraft: true\n",
		"nyheter/kommer.md":  "title: Den kommer\ndate: 2026-03-26\n",
		"nyheter/utgatt.md":  "title: Den har utgått\nunpublish: 2026-03-25\n",
		"nyheter/inne.md":    "title: Stängd nyhet\ndate: 2026-03-25\n",
		"kalender/inne.md":   "title: Stängt möte\ntype: workshop\nstart: 2026-03-26\n",
		"projekt/inne.md":    "title: Stängd inbjudan\nthemes: [yngst]\nstage: intresse\ndeadline: 2026-03-30\n",
		"studieomraden/x.md": "title: Stängd delstudie\nstate: pågår\nprogress:\n  - {label: Stängd uppgift, value: 3, date: 2026-01-01, source: Mötet}\n",
	}
	for _, path := range []string{"nyheter/inne.md", "kalender/inne.md", "projekt/inne.md", "studieomraden/x.md"} {
		files[path] += "audience: deltagare\n"
	}
	return files
}

func merged(all ...map[string]string) map[string]string {
	files := map[string]string{}
	for _, some := range all {
		maps.Copy(files, some)
	}
	return files
}

// The words of a part that has nothing to show.
const (
	noNews        = "Här finns inga nyheter än."
	noMeetings    = "Inga träffar är inplanerade."
	noInvitations = "Ingen intresseanmälan är öppen."
)

func TestTheStartPageShowsWhatThereIs(t *testing.T) {
	manyNews := documenttest.Many(map[string]string{"nyheter/aldre.md": "title: Äldre nyhet\n"}, 5)
	manyNews["nyheter/ny.md"] = "title: Nyast av alla\ndate: 2026-03-01\n"
	member := access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}
	shut := []string{"Stängd nyhet", "Stängt möte", "Stängd inbjudan", "Stängd uppgift"}
	hidden := []string{"Ett utkast", "Den kommer", "Den har utgått"}
	for _, row := range []struct {
		files map[string]string
		visit webtest.Scenario
	}{
		{nil, webtest.Scenario{Name: "nothing at all", Want: []string{noNews, noMeetings, noInvitations, "/studieomraden", "/om", "/forskning"},
			NotWant: []string{`class="live`, "så långt den redovisats", "Alla nyheter"}}},
		{manyNews, webtest.Scenario{Name: "news", Want: []string{"Nyast av alla", "Äldre nyhet", "Alla nyheter", noMeetings, noInvitations}, NotWant: []string{noNews}}},
		{questionHour(), webtest.Scenario{Name: "a question hour has the card, the later ones the list",
			Want: []string{`class="live"`, "Fre 27 mars 8.15–9.30", "Läs om frågestunden", "/kalender/oppen/2026-04-03", "Inställd", noNews}, NotWant: []string{noMeetings}}},
		{meetings(), webtest.Scenario{Name: "meetings, but none without a day and none that has been",
			Want: []string{"Ett möte", "13.00–14.00", "Hela kalendern"}, NotWant: []string{`class="live`, noMeetings, "En vag plan", "Mötet i går"}}},
		{invitations(), webtest.Scenario{Name: "an invitation, until its last day", Want: []string{"Ett nytt projekt", "12 dagar kvar"}, NotWant: []string{noInvitations, "Ett stängt projekt"}}},
		{progress(), webtest.Scenario{Name: "the newest progress and whose it is", Want: []string{"73 av 100", "Klara kommuner", `href="/studieomraden/ett"`}, NotWant: []string{"Äldre uppgift"}}},
		{closed(), webtest.Scenario{Name: "a visitor sees nothing that is closed", Want: []string{noNews, noMeetings, noInvitations}, NotWant: append(shut, hidden...)}},
		{closed(), webtest.Scenario{Name: "a member does, but no draft", Actor: member, Want: shut, NotWant: hidden}},
		{closed(), webtest.Scenario{Name: "an editor sees drafts too", Actor: access.Actor{Role: access.Editor}, Want: append(shut, "Ett utkast")}},
		{merged(manyNews, questionHour(), meetings(), invitations(), progress()), webtest.Scenario{Name: "all of it",
			Want: []string{"Nyast av alla", "Fre 27 mars", "Ett möte", "Ett nytt projekt", "73 av 100"}, NotWant: []string{noNews, noMeetings, noInvitations}}},
	} {
		p, _ := newPages(t, dbtest.Any(t), row.files)
		row.visit.Address = "/"
		p.Run(t, []webtest.Scenario{row.visit})
	}
}

func TestTheNewestFourAreShown(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t), merged(documenttest.Many(map[string]string{"nyheter/n.md": "title: Nyhet\n"}, 6),
		documenttest.Many(map[string]string{"kalender/m.md": "title: Möte\ntype: workshop\nstart: 2026-04-01\n"}, 6)))
	_, body := p.Get(t, "/")
	if news, meetings := strings.Count(body, `<a href="/nyheter/n`), strings.Count(body, `<a href="/kalender/m`); news != 4 || meetings != 4 {
		t.Errorf("%d news and %d meetings, want four of each", news, meetings)
	}
}

func TestTheSiteIsDescribedForSearchEngines(t *testing.T) {
	p, _ := newPages(t, dbtest.Any(t), nil)
	_, body := p.Get(t, "/")
	_, data, _ := strings.Cut(body, `<script type="application/ld+json">`)
	data, _, _ = strings.Cut(data, "</script>")
	var got map[string]string
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	want := map[string]string{"@context": "https://schema.org", "@type": "WebSite", "name": "NUSO – Samarbetsrummet", "url": webtest.BaseURL + "/", "inLanguage": "sv"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	for _, tag := range []string{`<link rel="canonical" href="https://nuso.example/">`, `href="/feed.atom" title="Allt nytt från NUSO"`} {
		if !strings.Contains(body, tag) {
			t.Errorf("no %s", tag)
		}
	}
}

// parts answer that they change at a given instant, and count how often they are asked.
type parts struct {
	ahead, invited time.Time
	asked          int
}

// Ahead tells of no meeting.
func (p *parts) Ahead(context.Context, int) (*web.Live, []web.Occurrence, time.Time, error) {
	p.asked++
	return nil, nil, p.ahead, nil
}

// Invitations tells of none.
func (p *parts) Invitations(context.Context) ([]web.Invitation, time.Time, error) {
	return nil, p.invited, nil
}

// Latest tells of no progress.
func (p *parts) Latest(context.Context) ([]web.Progress, web.Link, error) {
	return nil, web.Link{}, nil
}

func TestThePageIsMadeAnewWhenTheFirstOfItsPartsChanges(t *testing.T) {
	noon := clock.At(2026, time.March, 25, 12, 0, 0)
	one, two := noon.Add(time.Hour), noon.Add(2*time.Hour)
	midnight := clock.At(2026, time.March, 26, 0, 0, 0)
	for name, row := range map[string]struct{ ahead, invited, turns time.Time }{
		"the calendar first":       {one, two, one},
		"the invitations first":    {two, one, one},
		"the calendar alone":       {one, time.Time{}, one},
		"the invitations alone":    {time.Time{}, two, two},
		"nothing before midnight":  {time.Time{}, time.Time{}, midnight},
		"both on some day to come": {midnight.Add(time.Hour), midnight.Add(2 * time.Hour), midnight},
	} {
		t.Run(name, func(t *testing.T) {
			fake, d, asked := clock.NewFake(noon), dbtest.Any(t), &parts{ahead: row.ahead, invited: row.invited}
			docs := documenttest.New(t, d, fake.Now, []document.Kind{news.Kind()}, nil)
			p := webtest.New(t, fake, home.Samples(), documenttest.Cached(d, docs))
			p.App.Get("/", home.NewHandler(p.Site, news.New(docs), asked, asked, asked).Show)
			for i, at := range []time.Time{noon, row.turns.Add(-time.Microsecond), row.turns} {
				fake.Set(at)
				p.Get(t, "/")
				if want := max(i, 1); asked.asked != want {
					t.Errorf("at %v the page was made %d times, want %d", at, asked.asked, want)
				}
			}
		})
	}
}

func TestTheStartPageCostsTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d, nil)
	documenttest.SameQueries(t, d, docs, p, merged(map[string]string{"nyheter/n.md": ""}, questionHour(), meetings(), invitations(), progress()), "/")
}
