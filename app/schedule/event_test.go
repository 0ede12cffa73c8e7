package schedule_test

import (
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/web/webtest"
)

const noIndex = `<meta name="robots" content="noindex">`

func TestAnEventsPageTellsWhenItIsOrWas(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), map[string]string{
		"kalender/mote.md":     "title: Ett möte\ntype: informationsmöte\nstart: 2024-04-16 13:00\nend: 2024-04-16 14:00\n",
		"kalender/dagar.md":    "title: Tre dagar\ntype: övrigt\nstart: 2025-03-24\nend: 2025-03-26\n",
		"kalender/vag.md":      "title: En rapport\ntype: publicering\nstart: 2025-06-01\nend: 2025-06-30\nwhen: i juni 2025\n",
		"kalender/installt.md": "title: Det blev inte av\ntype: workshop\nstart: 2026-01-20 09:00\nchanges:\n  - {date: 2026-01-20, state: inställd, text: Snö}\n",
		"kalender/flyttat.md":  "title: Flyttat\ntype: workshop\nstart: 2026-01-20 09:00\nchanges:\n  - {date: 2026-01-20, state: flyttad, start: 2026-02-03 10:00}\n",
		"kalender/langt.md":    "title: Om länge\ntype: övrigt\nstart: 2040-05-02\n",
		"kalender/kommer.md":   "title: Snart\ntype: workshop\nstart: 2026-04-08 09:00\nend: 2026-04-08 12:00\nplace: Karlstad\n",
		"kalender/slut.md":     "title: Tre gånger\ntype: workshop\nstart: 2026-01-13 09:00\nend: 2026-01-13 10:00\nrepeat: FREQ=WEEKLY;COUNT=3\n",
	}, false)
	gone := []string{"Nästa gång", "Inget nytt tillfälle", "I dag", "Pågår nu"}
	p.Run(t, []webtest.Scenario{
		{Name: "a meeting that has been", Address: "/kalender/mote", Want: []string{">När</h2>", "is-past", ">16 april 2024</a>", "13.00–14.00"}, NotWant: gone},
		{Name: "days that have been, told once", Address: "/kalender/dagar", Want: []string{">När</h2>", ">24–26 mars 2025</a>"}, NotWant: append(gone, `class="time">24–26`)},
		{Name: "what had no day, in its own words", Address: "/kalender/vag", Want: []string{">När</h2>", ">i juni 2025</a>"}, NotWant: append(gone, "1–30 juni")},
		{Name: "one that was off", Address: "/kalender/installt", Want: []string{">När</h2>", "Inställd", "Snö", ">20 januari 2026</a>"}, NotWant: gone},
		{Name: "one that was moved, where it was moved to", Address: "/kalender/flyttat", Want: []string{">3 februari 2026</a>", "Flyttad från tisdag 20 januari 2026."}, NotWant: gone},
		{Name: "one further ahead than lists look", Address: "/kalender/langt", Want: []string{">2 maj 2040</a>"}, NotWant: gone},
		{Name: "one that comes has no next time", Address: "/kalender/kommer", Want: []string{">När</h2>", ">8 april 2026</a>", "9.00–12.00", "Karlstad"}, NotWant: append(gone, "is-past")},
		{Name: "a repeated one with nothing coming says so, and when it was", Address: "/kalender/slut", Want: []string{">Nästa gång</h2>", "Inget nytt tillfälle är inplanerat.", "Tidigare tillfällen", ">27 januari 2026</a>"}, NotWant: []string{">När</h2>"}},
		{Name: "and before its last time, that", At: clock.At(2026, time.January, 27, 9, 59, 59), Address: "/kalender/slut", Want: []string{">Nästa gång</h2>", "Pågår nu", ">27 januari 2026</a>"}, NotWant: []string{"Inget nytt"}},
	})
}

func TestNothingLeadsOnThroughTheDecades(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), map[string]string{"kalender/fragestund.md": "title: Frågestund\n" + hour}, false)
	prev, next := `rel="prev"`, `rel="next"`
	p.Run(t, []webtest.Scenario{
		{Name: "the first has none before", Address: "/kalender/fragestund/2026-01-09", Want: []string{next}, NotWant: []string{prev, noIndex}},
		{Name: "nor is there any", Address: "/kalender/fragestund/2026-01-02", Status: 404},
		{Name: "one between leads both ways", Address: "/kalender/fragestund/2026-03-27", Want: []string{`rel="prev" href="/kalender/fragestund/2026-03-20"`, `rel="next" href="/kalender/fragestund/2026-04-03"`}, NotWant: []string{noIndex}},
		{Name: "the last that lists reach leads no further", Address: "/kalender/fragestund/2027-04-23", Want: []string{prev}, NotWant: []string{next, noIndex}},
		{Name: "one beyond is for whoever has its address", Address: "/kalender/fragestund/2027-04-30", Want: []string{noIndex, `rel="prev" href="/kalender/fragestund/2027-04-23"`, "Alla tillfällen"}, NotWant: []string{next}},
		{Name: "and leads to none of its like", Address: "/kalender/fragestund/2031-05-02", Want: []string{noIndex, "Alla tillfällen"}, NotWant: []string{prev, next}},
		{Name: "a week later it is within reach", At: clock.At(2026, time.April, 1, 12, 0, 0), Address: "/kalender/fragestund/2027-04-30", NotWant: []string{noIndex}},
	})
}

func TestWhatHasBeenForYearsShowsTheLatest(t *testing.T) {
	p, _ := newPagesWith(t, dbtest.Any(t), map[string]string{"kalender/varje.md": "title: Varje dag\ntype: workshop\nstart: 2019-01-01 09:00\nend: 2019-01-01 10:00\nrepeat: FREQ=DAILY\n"}, false)
	p.Run(t, []webtest.Scenario{
		{Name: "in the list of what has been", Address: "/kalender?visa=tidigare", Want: []string{"2640 tillfällen", "/kalender/varje/2026-03-24"}},
		{Name: "and what comes begins today", Address: "/kalender", Want: []string{"6 tillfällen", "/kalender/varje/2026-03-25", "/kalender/varje/2026-03-30"}},
	})
}

func TestListsTellANewTextAtOnce(t *testing.T) {
	p, docs := newPagesWith(t, dbtest.Any(t), files(), false)
	read := webtest.Scenario{Name: "as it was read", Address: "/kalender", Want: []string{"Sista dagen", "/kalender/sista-dag"}}
	p.Run(t, []webtest.Scenario{read, read})
	changed := files()
	changed["kalender/sista-dag.md"] = "title: En dag till\ntype: sista dag\nstart: 2026-03-31\n"
	changed["kalender/informationsmote.md"] += "audience: deltagare\n"
	delete(changed, "kalender/plan.md")
	documenttest.Sync(t, docs, changed)
	p.Run(t, []webtest.Scenario{
		{Name: "another title and day", Address: "/kalender", Want: []string{"En dag till", "31 mars 2026"}, NotWant: []string{"Sista dagen"}},
		{Name: "closed since, and gone since", Address: "/kalender", NotWant: []string{"Informationsmöte i april", "En vag plan"}},
		{Name: "closed, but not to a member", Address: "/kalender", Actor: member(), Want: []string{"Informationsmöte i april"}},
	})
}
