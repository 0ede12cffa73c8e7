package feed_test

import (
	"encoding/xml"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/web/webtest"
)

func allPaths() []string {
	return append(feedPaths(), "/sitemap.xml", "/robots.txt", "/.well-known/security.txt")
}

func TestAnAnswerIsTheSameUntilSomethingChanges(t *testing.T) {
	for _, cached := range []bool{true, false} {
		h := newHouse(t, dbtest.Any(t), content(), cached)
		for _, path := range allPaths() {
			first, body := h.Get(t, path)
			h.Clock.Advance(time.Minute)
			again, same := h.Get(t, path, "Accept-Encoding", "gzip")
			if first.StatusCode != http.StatusOK || body != same || first.Header.Get("ETag") != again.Header.Get("ETag") {
				t.Errorf("%s (cache %v): two answers, %d and %d", path, cached, first.StatusCode, again.StatusCode)
			}
			if first.Header.Get("Cache-Control") != "no-cache" || first.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: Cache-Control %q, a cookie %q", path, first.Header.Get("Cache-Control"), first.Header.Get("Set-Cookie"))
			}
			if len(body) > 512 && again.Header.Get("Content-Encoding") != "gzip" {
				t.Errorf("%s (cache %v) is not compressed", path, cached)
			}
			known, rest := h.Get(t, path, "If-None-Match", first.Header.Get("ETag"))
			if known.StatusCode != http.StatusNotModified || rest != "" {
				t.Errorf("%s (cache %v): %d with the tag known, want 304", path, cached, known.StatusCode)
			}
		}
	}
}

func TestAChangedDocumentChangesTheFeed(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), false)
	first, _ := h.Get(t, "/feed.atom")
	documenttest.Sync(t, h.docs, with(map[string]string{"nyheter/ny.md": "title: Nyare\ndate: 2026-03-01 10:00\nupdated: 2026-03-09\n" + area}))
	res, body := h.Get(t, "/feed.atom", "If-None-Match", first.Header.Get("ETag"))
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "Nyare") {
		t.Errorf("%d after a change", res.StatusCode)
	}
	if f := h.atom("/feed.atom"); !f.Updated.Equal(clock.At(2026, time.March, 9, 0, 0, 0)) {
		t.Errorf("updated %v", f.Updated)
	}
}

func TestForgedHostsChangeNothing(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), false)
	for _, path := range allPaths() {
		_, honest := h.Get(t, path)
		_, forged := h.Get(t, path, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "gopher", "Forwarded", "host=evil.example", "X-Original-Url", "/evil")
		if forged != honest || strings.Contains(forged, "evil") {
			t.Errorf("%s follows a forged host:\n%s", path, forged)
		}
		for _, address := range regexp.MustCompile(`(?:https?|gopher)://[a-z0-9.]+`).FindAllString(honest, -1) {
			if address != webtest.BaseURL && address != "http://www.w3.org" && address != "http://www.sitemaps.org" {
				t.Errorf("%s names %s", path, address)
			}
		}
	}
}

func TestSitemapListsWhatAVisitorCanRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, content(), true)
		res, body := h.Get(t, "/sitemap.xml")
		if got := res.Header.Get("Content-Type"); got != "application/xml; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
		var set struct {
			XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
			URLs    []struct {
				Loc     string `xml:"loc"`
				LastMod string `xml:"lastmod"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal([]byte(body), &set); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range set.URLs {
			got = append(got, strings.TrimSpace(strings.TrimPrefix(u.Loc, webtest.BaseURL)+" "+u.LastMod))
		}
		want := []string{
			"/ 2026-03-05T00:00:00+01:00",
			"/en 2025-01-02T00:00:00+01:00",
			"/forskning 2026-02-10T00:00:00+01:00",
			"/forskning/projekt/team 2026-02-10T00:00:00+01:00",
			"/forskning/skola 2026-02-01T00:00:00+01:00",
			"/hjalp 2025-03-03T00:00:00+01:00",
			"/hjalp/floden 2025-03-03T00:00:00+01:00",
			"/kontakt",
			"/nyheter 2026-03-05T00:00:00+01:00",
			"/nyheter/gammal 2024-04-15T00:00:00+02:00",
			"/nyheter/ny 2026-03-01T10:00:00+01:00",
			"/nyheter/rattad 2026-03-05T00:00:00+01:00",
			"/om 2025-01-01T00:00:00+01:00",
			"/ordlista 2025-09-19T00:00:00+02:00",
			"/publikationer 2025-11-01T00:00:00+01:00",
			"/publikationer/pm-1 2025-11-01T00:00:00+01:00",
			"/studieomraden 2025-09-19T00:00:00+02:00",
			"/studieomraden/delstudie-1 2025-09-19T00:00:00+02:00",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
	})
}

func TestRobotsTxtLeadsToTheSitemap(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), true)
	res, body := h.Get(t, "/robots.txt")
	want := "User-agent: *\nAllow: /\nDisallow: /api/\nDisallow: /sok\n\nSitemap: " + webtest.BaseURL + "/sitemap.xml\n"
	if body != want || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%s\n%q", res.Header.Get("Content-Type"), body)
	}
}

func TestSecurityTxtIsValidForTenMonthsAndTurnsWithTheMonth(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), true)
	for _, row := range []struct {
		name string
		now  time.Time
		want string
	}{
		{"in the month", clock.At(2026, time.March, 10, 12, 0, 0), "2027-02-01T00:00:00+01:00"},
		{"on its last second, in Sweden", clock.At(2026, time.March, 31, 23, 59, 59), "2027-02-01T00:00:00+01:00"},
		{"on the next month's first", clock.At(2026, time.April, 1, 0, 0, 0), "2027-03-01T00:00:00+01:00"},
		{"over the turn of the year", clock.At(2026, time.December, 31, 23, 0, 0), "2027-11-01T00:00:00+01:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h.Clock.Set(row.now)
			want := "Contact: " + webtest.BaseURL + "/kontakt\nExpires: " + row.want + "\nPreferred-Languages: sv, en\nCanonical: " + webtest.BaseURL + "/.well-known/security.txt\n"
			res, body := h.Get(t, "/.well-known/security.txt")
			if body != want || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("%s\n%s", res.Header.Get("Content-Type"), body)
			}
			expires, err := time.Parse(time.RFC3339, row.want)
			if err != nil || expires.Before(row.now.AddDate(0, 9, 0)) || !expires.Before(row.now.AddDate(1, 0, 0)) {
				t.Errorf("expires %v, seen %v (%v)", expires, row.now, err)
			}
		})
	}
}
