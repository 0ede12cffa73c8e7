package schedule_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/web/webtest"
)

// odd is what stands at the edge of a day, a month, a list.
func odd() map[string]string {
	return map[string]string{
		"studieomraden/delstudie-1.md": "state: pågår\n",
		"kalender/dagar.md":            "title: Tre dagar\ntype: övrigt\nstart: 2026-03-24\nend: 2026-03-26\n",
		"kalender/natt.md":             "title: Ett internat\ntype: workshop\nstart: 2026-03-24 13:00\nend: 2026-03-26 12:00\nplace: Karlstad\n",
		"kalender/idag.md":             "title: Hela dagen\ntype: sista dag\nstart: 2026-03-25\n",
		"kalender/lang.md":             "title: Sedan februari\ntype: övrigt\nstart: 2026-02-20\nend: 2026-04-10\n",
		"kalender/punkt.md":            "title: Senast klockan tio\ntype: sista dag\nstart: 2026-03-26 10:00\n",
		"kalender/vag.md":              "title: Vag i juni\ntype: publicering\nstart: 2025-06-10\nend: 2025-06-30\nwhen: i juni 2025\n",
		"kalender/vagt.md":             "title: Vag i höst\ntype: publicering\nstart: 2025-09-10\nend: 2025-11-30\nwhen: hösten 2025\n",
		"kalender/av.md":               "title: Det blev inte av\ntype: workshop\nstart: 2026-03-26 13:00\nend: 2026-03-26 15:00\nareas: [delstudie-1]\nchanges:\n  - {date: 2026-03-26, state: inställd, text: För få anmälda}\n",
		"kalender/mandag.md": `title: Måndagsmöte
type: workshop
start: 2025-01-06 09:00
end: 2025-01-06 10:00
repeat: FREQ=WEEKLY;BYDAY=MO
changes:
  - {date: 2025-01-06, state: flyttad, start: 2025-01-08 13:00}
  - {date: 2026-03-30, state: flyttad, start: 2026-04-02 13:00, end: 2026-04-02 14:00, text: Rummet var upptaget}
  - {date: 2026-04-13, state: flyttad, start: 2026-03-24 16:00}
  - {date: 2026-04-20, state: flyttad, start: 2026-04-20 11:00}
`,
		"kalender/manad.md": "title: Varannan vecka\ntype: informationsmöte\nstart: 2026-03-05 10:00\nend: 2026-03-05 11:00\nrepeat: FREQ=WEEKLY;INTERVAL=2\n",
	}
}

func TestTheEdgesOfDaysAndMonths(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	at := func(day, hour, minute, second int) time.Time {
		return clock.At(2026, time.March, day, hour, minute, second)
	}
	p.Run(t, []webtest.Scenario{
		{Name: "several whole days, the first", At: at(24, 23, 59, 59), Address: "/kalender/dagar", Want: []string{"I dag", "24–26 mars 2026"}, NotWant: []string{"24 mars 2026 24–26"}},
		{Name: "the second", At: at(25, 0, 0, 0), Address: "/kalender/dagar", Want: []string{"Pågår nu"}},
		{Name: "the last second", At: at(26, 23, 59, 59), Address: "/kalender", Want: []string{"Tre dagar"}},
		{Name: "then they have been", At: at(27, 0, 0, 0), Address: "/kalender", NotWant: []string{"Tre dagar"}},
		{Name: "and stand among what has", Address: "/kalender?visa=tidigare", Want: []string{"Tre dagar"}},
		{Name: "a meeting over nights tells when it ends", At: at(24, 12, 0, 0), Address: "/kalender/natt", Want: []string{"I dag", "24 mars 2026 kl. 13.00 till 26 mars 2026 kl. 12.00"}},
		{Name: "it goes on through the day between", At: at(25, 12, 0, 0), Address: "/kalender/natt", Want: []string{"Pågår nu"}},
		{Name: "until it ends", At: at(26, 12, 0, 0), Address: "/kalender/natt", Want: []string{">När</h2>"}, NotWant: []string{"Pågår nu"}},
		{Name: "a whole day is today from its midnight", At: at(25, 0, 0, 0), Address: "/kalender/idag", Want: []string{"I dag"}, NotWant: []string{"Pågår nu"}},
		{Name: "to its last second", At: at(25, 23, 59, 59), Address: "/kalender/idag", Want: []string{"I dag"}, NotWant: []string{"Pågår nu"}},
		{Name: "what began in another month and goes on stands in this one", Address: "/kalender", Want: []string{"Sedan februari", `id="m-2026-03"`}, NotWant: []string{`id="m-2026-02"`}},
		{Name: "a point in time is today before it", At: at(26, 9, 59, 59), Address: "/kalender/punkt", Want: []string{"I dag", "26 mars 2026 kl. 10.00"}},
		{Name: "and has been when it comes", At: at(26, 10, 0, 0), Address: "/kalender/punkt", Want: []string{"is-past"}, NotWant: []string{"I dag"}},
		{Name: "one that is off, before", At: at(26, 12, 0, 0), Address: "/studie", Want: []string{"Det blev inte av"}},
		{Name: "one that is off is no longer next when it would have ended", At: at(26, 15, 0, 0), Address: "/studie", Want: []string{"inget"}},
	})
}

func TestAMovedOccurrenceIsWhereItIsMovedTo(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	april := func(body string) string { _, rest, _ := strings.Cut(body, `id="m-2026-04"`); return rest }
	_, body := p.Get(t, "/kalender")
	if !strings.Contains(april(body), `/kalender/mandag/2026-03-30"`) || strings.Count(body, `/kalender/mandag/2026-03-30"`) != 1 {
		t.Error("what was moved from March to April does not stand in April alone")
	}
	if strings.Contains(body, `/kalender/mandag/2026-04-13"`) {
		t.Error("what was moved to yesterday is said to come")
	}
	p.Run(t, []webtest.Scenario{
		{Name: "its address is of the day by the rule", Address: "/kalender/mandag/2026-03-30", Want: []string{"Flyttad", "torsdag 2 april 2026", "13.00–14.00", "Flyttad från måndag 30 mars 2026. Rummet var upptaget."}},
		{Name: "on the day it is today, and still tells from where it came", At: clock.At(2026, time.April, 2, 8, 0, 0), Address: "/kalender/mandag/2026-03-30", Want: []string{"I dag", "Flyttad från måndag 30 mars 2026."}},
		{Name: "moved within the day", Address: "/kalender/mandag/2026-04-20", Want: []string{"11.00–12.00", "Flyttad från kl. 9.00."}},
		{Name: "a day beyond what any list shows", Address: "/kalender/mandag/2199-12-30", Status: 404},
		{Name: "the new day is no address", Address: "/kalender/mandag/2026-04-02", Status: 404},
		{Name: "moved to a day that has been", At: clock.At(2026, time.March, 25, 12, 0, 0), Address: "/kalender?visa=tidigare", Want: []string{"/kalender/mandag/2026-04-13"}, NotWant: []string{"/kalender/mandag/2026-03-30"}},
		{Name: "how often is told by the rule, though the first was moved", Address: "/kalender/mandag", Want: []string{"Varje måndag 9.00–10.00", "Inställt om inget annat meddelas"}, NotWant: []string{"frågestund om"}},
		{Name: "every other week is not every week", Address: "/kalender/manad", Want: []string{"Flera tillfällen, 10.00–11.00"}, NotWant: []string{"Varje "}},
		{Name: "a red day of a workshop", Address: "/kalender/mandag/2026-04-06", Want: []string{"Inställd", "Röd dag: inställt om inget annat meddelas"}, NotWant: []string{"frågestund om"}},
	})
}

var (
	idPattern   = regexp.MustCompile(` id="([^"]+)"`)
	pastPattern = regexp.MustCompile(`<h3><a href="/kalender/mandag/([0-9-]+)"`)
)

func TestWhatHasBeenIsReadInPages(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	var dates []string
	pages := []string{"/kalender?visa=tidigare", "/kalender?page=2&visa=tidigare", "/kalender?page=3&visa=tidigare", "/kalender?page=4&visa=tidigare"}
	for i, address := range pages {
		answer, body := p.Get(t, address)
		if answer.StatusCode != 200 {
			t.Fatalf("%s: %d", address, answer.StatusCode)
		}
		if i+1 < len(pages) && !strings.Contains(body, strings.ReplaceAll(pages[i+1], "&", "&amp;")) {
			t.Errorf("%s does not lead to the next", address)
		}
		ids := idPattern.FindAllString(body, -1)
		if slices.Sort(ids); len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: an id stands twice: %v", address, ids)
		}
		for _, found := range pastPattern.FindAllStringSubmatch(body, -1) {
			dates = append(dates, found[1])
		}
		if vague := strings.Contains(body, "i juni 2025") || strings.Contains(body, "hösten 2025"); vague != (i == len(pages)-1) {
			t.Errorf("%s: what has no day is there: %v", address, vague)
		}
	}
	if first, last := dates[0], dates[len(dates)-1]; first != "2026-04-13" || last != "2025-01-06" || len(dates) != 65 {
		t.Errorf("%d, from %s to %s", len(dates), first, last)
	}
	p.Run(t, []webtest.Scenario{{Name: "beyond the last", Address: "/kalender?page=5&visa=tidigare", Status: 404}})
}

func TestFiltersThatNothingPassesLeadOn(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	none, _ := newPagesWith(t, dbtest.Any(t), map[string]string{"studieomraden/delstudie-1.md": "state: pågår\n"}, false)
	p.Run(t, []webtest.Scenario{
		{Name: "an unknown area", Address: "/kalender?omrade=finns-inte", Want: []string{"0 tillfällen", "Inget är inplanerat som passar filtren.", `<a href="/kalender">Visa hela kalendern</a>`}},
		{Name: "an unknown sort", Address: "/kalender?typ=fest", Want: []string{"0 tillfällen", `<a href="/kalender">Visa hela kalendern</a>`}},
		{Name: "among what has been", Address: "/kalender?omrade=finns-inte&visa=tidigare", Want: []string{"Inget tidigare tillfälle passar filtren.", `<a href="/kalender">Visa hela kalendern</a>`}},
		{Name: "the other view keeps the filters", Address: "/kalender?omrade=delstudie-1&typ=workshop", Want: []string{`href="/kalender?omrade=delstudie-1&amp;typ=workshop&amp;visa=tidigare"`}},
		{Name: "and back", Address: "/kalender?omrade=delstudie-1&visa=tidigare", Want: []string{`href="/kalender?omrade=delstudie-1"`}},
		{Name: "a choice tells no number of events, which is none of occurrences", Address: "/kalender", Want: []string{">Rubrik delstudie-1</option>"}},
	})
	none.Run(t, []webtest.Scenario{
		{Name: "an empty calendar blames no filter", Address: "/kalender", Want: []string{"Inget är inplanerat.", "Tidigare tillfällen"}, NotWant: []string{"filtren"}},
		{Name: "nor does one without a past", Address: "/kalender?visa=tidigare", Want: []string{"Inget tillfälle har varit än.", "Kommande tillfällen"}, NotWant: []string{"filtren"}},
	})
}

func TestAnEventsPageTurnsWhenAnyOfItsOccurrencesDoes(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), map[string]string{"kalender/dubbel.md": `type: workshop
start: 2026-03-25 09:00
end: 2026-03-25 15:00
repeat: FREQ=WEEKLY
changes:
  - {date: 2026-04-01, state: flyttad, start: 2026-03-25 13:00, end: 2026-03-25 14:00}
`}, true)
	for _, row := range []struct{ hour, going, today int }{{8, 0, 2}, {9, 1, 1}, {12, 1, 1}, {13, 2, 0}, {14, 1, 0}, {15, 0, 0}} {
		p.Clock.Set(clock.At(2026, time.March, 25, row.hour, 0, 0))
		_, body := p.Get(t, "/kalender/dubbel")
		if going, today := strings.Count(body, "Pågår nu"), strings.Count(body, "I dag"); going != row.going || today != row.today {
			t.Errorf("at %d.00 %d go on and %d are today, want %d and %d", row.hour, going, today, row.going, row.today)
		}
	}
}

func TestARenamedEventTakesItsFeedAndItsDaysAlong(t *testing.T) {
	p, docs := newPagesWith(t, dbtest.Any(t), odd(), false)
	files := odd()
	files["kalender/veckomote.md"] = "id: kalender-mandag\n" + files["kalender/mandag.md"]
	files["studieomraden/forsta.md"] = "id: studieomraden-delstudie-1\n" + files["studieomraden/delstudie-1.md"]
	files["kalender/av.md"] = strings.Replace(files["kalender/av.md"], "delstudie-1", "forsta", 1)
	delete(files, "kalender/mandag.md")
	delete(files, "studieomraden/delstudie-1.md")
	documenttest.Sync(t, docs, files)
	p.Run(t, []webtest.Scenario{
		{Name: "the page", Address: "/kalender/mandag", Status: 301, To: "/kalender/veckomote"},
		{Name: "its calendar", Address: "/kalender/mandag.ics", Status: 301, To: "/kalender/veckomote.ics"},
		{Name: "one occurrence", Address: "/kalender/mandag/2026-03-30", Status: 301, To: "/kalender/veckomote/2026-03-30"},
		{Name: "the calendar of an area", Address: "/kalender/omrade/delstudie-1.ics", Status: 301, To: "/kalender/omrade/forsta.ics"},
		{Name: "what was never there", Address: "/kalender/annat.ics", Status: 404},
	})
}

func TestSearchEnginesAreToldOnlyWhatIsKnown(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	p.Run(t, []webtest.Scenario{
		{Name: "a place", Address: "/kalender/natt", Want: []string{`"startDate":"2026-03-24T13:00:00+01:00"`, `"endDate":"2026-03-26T12:00:00+01:00"`, `"location":{"@type":"Place","name":"Karlstad"}`}, NotWant: []string{"OnlineEventAttendanceMode"}},
		{Name: "no place", Address: "/kalender/manad", Want: []string{`"@type":"Event"`}, NotWant: []string{"location", "AttendanceMode"}},
		{Name: "off", Address: "/kalender/av", Want: []string{"EventCancelled"}},
		{Name: "moved", Address: "/kalender/mandag/2026-03-30", Want: []string{"EventRescheduled", `"previousStartDate":"2026-03-30T09:00:00+02:00"`}},
		{Name: "a last day is nothing to come to", Address: "/kalender/idag", NotWant: []string{"application/ld+json"}},
	})
}

func TestTheFeedReachesToTheEndOfNextYearInSweden(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), odd(), false)
	p.Run(t, []webtest.Scenario{
		{Name: "in the last hour of the year", At: clock.At(2026, time.December, 31, 23, 59, 59), Address: "/kalender/mandag.ics", Want: []string{"20270329"}, NotWant: []string{"20280417"}},
		{Name: "in the first of the next, which is still the old one in Greenwich", At: clock.At(2027, time.January, 1, 0, 0, 0).UTC(), Address: "/kalender/mandag.ics", Want: []string{"20280417"}},
	})
}

func TestTheCalendarCostsTheSameHoweverMuchThereIs(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPagesWith(t, d, odd(), false)
	documenttest.SameQueries(t, d, docs, p, odd(), "/kalender", "/kalender?visa=tidigare&omrade=delstudie-1", "/kalender.ics", "/api/v1/events", "/kalender/mandag", "/kalender/mandag/2026-03-30")
}
