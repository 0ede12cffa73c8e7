package main

import (
	"fmt"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/member"
)

// However much there is to list, a page of somebody who is logged in asks the database as often.
func TestPagesOfWhoIsLoggedInAskTheDatabaseAsOften(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newTestServer(t, testConfig(t), fake.Now)
	ctx := access.System(t.Context())
	crowd := s.crowd(t, "")
	fill := func(from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			source := fmt.Sprintf("---\nid: nyhet-fyll-%d\ntitle: Fyllning %d\ndate: 2026-03-20\nsummary: Fyllning.\nareas: [delstudie-1]\naudience: deltagare\n---\n\nText.\n", i, i)
			if _, err := s.docs.Create(ctx, document.News, fmt.Sprintf("fyll-%d", i), source); err != nil {
				t.Fatal(err)
			}
			if _, err := s.members.Admit(ctx, member.Admission{
				Email: fmt.Sprintf("fyll%d@example.org", i), Name: "Fyllning", Role: access.Member, Organisation: "kommun-1780",
			}); err != nil {
				t.Fatal(err)
			}
		}
		s.site.Refresh(ctx)
	}
	pages := map[string]string{
		"/": "member", "/nyheter": "member", "/nyheter/fyll-0": "member", "/studieomraden/delstudie-1": "member", "/feed.atom": "member", "/mitt-konto": "member",
		"/mitt-konto/sakerhet": "member", "/admin/personer": "admin", "/redaktion": "editor", "/redaktion/ansokningar": "editor", "/min-kommun/ansokningar": "contact",
	}
	count := func() map[string]int {
		counts := map[string]int{}
		for page, who := range pages {
			s.read(t, crowd[who], page) // once for what is read but once
			counts[page] = dbtest.Queries(t, s.db, func() {
				if status, _ := s.read(t, crowd[who], page); status != 200 {
					t.Errorf("%s for %s: %d", page, who, status)
				}
			})
		}
		return counts
	}
	fill(0, 2)
	few := count()
	fill(2, 15)
	for page, n := range count() {
		t.Logf("%s: %d", page, n)
		if n != few[page] {
			t.Errorf("%s asks %d times with few rows and %d with many", page, few[page], n)
		}
	}
}
