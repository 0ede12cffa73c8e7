package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/document"
)

// object is a line of testdata/rights.txt: a news item of an audience and a state, with who reads it.
type object struct {
	audience, state string
	reads           []bool // by column
	slug, title     string
}

func readObjects(t *testing.T) []object {
	t.Helper()
	var all []object
	for i, parts := range readTable(t, "testdata/rights.txt") {
		o := object{audience: parts[0], state: parts[1], slug: fmt.Sprintf("matris-%02d", i), title: fmt.Sprintf("Matrisord nummer %02d", i)}
		for _, mark := range parts[2:] {
			if mark != "r" && mark != "-" {
				t.Fatalf("rights.txt: %q is neither r nor -", mark)
			}
			o.reads = append(o.reads, mark == "r")
		}
		if len(o.reads) != len(columns()) {
			t.Fatalf("rights.txt: %q does not tell of everybody", parts)
		}
		all = append(all, o)
	}
	return all
}

// plant makes the objects, and for each another slug that it once had.
func (s *server) plant(t *testing.T, objects []object) {
	t.Helper()
	ctx := access.System(t.Context())
	for i, o := range objects {
		date, draft := "2026-03-24", ""
		switch o.state {
		case "draft":
			draft = "draft: true\n"
		case "scheduled":
			date = "2026-03-26"
		}
		doc, err := s.docs.Create(ctx, document.News, o.slug, fmt.Sprintf(
			"---\nid: matris-%d\ntitle: %s\ndate: %s\nsummary: Matrisord i sammanfattningen.\nareas: [delstudie-1]\naudience: %s\n%s---\n\nMatrisord i texten.\n",
			i, o.title, date, o.audience, draft))
		if err == nil && o.state == "archived" {
			_, err = s.docs.Archive(ctx, doc.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.site.Refresh(ctx)
}

// doors are where an object may come out beside its own address. Those that show all are to show what may be read.
func doors() map[string]bool {
	return map[string]bool{
		"/nyheter": true, "/nyheter?q=matrisord": true, "/api/v1/documents?kind=news&limit=200": true, "/api/v1/search?q=matrisord&limit=200": true,
		"/nyheter/feed.atom": false, "/feed.atom": false, "/sitemap.xml": false, "/": false, "/sok?q=matrisord": false, "/api/v1/suggest?q=matrisord": false,
		"/studieomraden/delstudie-1": false, "/studieomraden/delstudie-1/feed.atom": false, "/nyheter/73-kommuner-klara-med-datainsamlingen": false,
		"/nyheter?ar=2026": false, "/kalender.ics": false, "/api/v1/events": false,
	}
}

func (s *server) read(t *testing.T, token, address string) (int, string) {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, address, nil)
	if token != "" {
		request.Header.Set("Cookie", "__Host-nuso="+token)
	}
	answer, err := s.app.Test(request, -1)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// withSearch works the search index until the test ends, and waits for it to be made.
func (s *server) withSearch(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); s.keeper.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	for end := time.Now().Add(time.Minute); s.keeper.Degraded(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("there is no index")
		}
	}
}

// Everybody reads what the file says, at its address and behind every side door.
func TestEverybodyReadsWhatTheFileSays(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newTestServer(t, testConfig(t), fake.Now)
	objects := readObjects(t)
	s.plant(t, objects)
	if err := s.house.organisations.Enter(access.System(t.Context()), "kommun-1780", "delstudie-1-2024", true); err != nil {
		t.Fatal(err)
	}
	s.withSearch(t)
	crowd := s.crowd(t, "")
	_, missing := s.read(t, "", "/nyheter/finns-inte")
	for column, who := range columns() {
		t.Run(who, func(t *testing.T) {
			for _, o := range objects {
				status, body := s.read(t, crowd[who], "/nyheter/"+o.slug)
				if reads := status == 200 && strings.Contains(body, o.title); reads != o.reads[column] || !reads && status != 404 {
					t.Errorf("%s, %s: %d", o.audience, o.state, status)
				}
				if who == "visitor" && !o.reads[column] && body != strings.ReplaceAll(missing, "finns-inte", o.slug) {
					t.Errorf("%s, %s: not the page of what is missing", o.audience, o.state)
				}
			}
			reads := 0
			for _, o := range objects {
				if o.reads[column] {
					reads++
				}
			}
			_, counted := s.read(t, crowd[who], "/api/v1/search?q=matrisord&limit=1")
			if !strings.Contains(counted, fmt.Sprintf(`"total":%d,`, reads)) || !strings.Contains(counted, fmt.Sprintf(`{"value":"news","count":%d}`, reads)) {
				t.Errorf("numbers tell of another than %d: %s", reads, counted)
			}
			for door, all := range doors() {
				status, body := s.read(t, crowd[who], door)
				if status != 200 {
					t.Errorf("%s: %d", door, status)
				}
				for _, o := range objects {
					found := strings.Contains(body, o.title) || strings.Contains(body, o.slug)
					if found && !o.reads[column] || all && !found && o.reads[column] {
						t.Errorf("%s: %s, %s: found %v", door, o.audience, o.state, found)
					}
				}
			}
		})
	}
}
