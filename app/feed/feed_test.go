package feed_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
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
	"nuso.se/app/web/webtest"
)

// atom is a feed read back, by namespace.
type atom struct {
	XMLName xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string    `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string    `xml:"http://www.w3.org/2005/Atom id"`
	Title   string    `xml:"http://www.w3.org/2005/Atom title"`
	Updated time.Time `xml:"http://www.w3.org/2005/Atom updated"`
	Author  string    `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []link    `xml:"http://www.w3.org/2005/Atom link"`
	Entries []entry   `xml:"http://www.w3.org/2005/Atom entry"`
}

type link struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type entry struct {
	Lang      string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Updated   time.Time  `xml:"updated"`
	Published time.Time  `xml:"published"`
	Link      link       `xml:"link"`
	Summary   typedText  `xml:"summary"`
	Content   *typedText `xml:"content"`
}

type typedText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func (h *house) atom(path string) atom {
	h.t.Helper()
	res, body := h.Get(h.t, path)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		h.t.Fatalf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
	}
	var f atom
	if err := xml.Unmarshal([]byte(body), &f); err != nil {
		h.t.Fatalf("%s: %v\n%s", path, err, body)
	}
	return f
}

func titles(f atom) []string {
	var out []string
	for _, e := range f.Entries {
		out = append(out, e.Title)
	}
	return out
}

func feedPaths() []string {
	return []string{"/feed.atom", "/nyheter/feed.atom", "/publikationer/feed.atom", "/forskning/feed.atom", "/studieomraden/delstudie-1/feed.atom"}
}

func TestEachFeedHoldsItsDocumentsNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, content(), true)
		for _, row := range []struct {
			path, id, title, page string
			want                  []string
		}{
			{"/feed.atom", "/feed.atom", "NUSO", "/", []string{"Ny", "Team", "Skola", "PM 1", "Delstudie 1", "Rättad", "Gammal"}},
			{"/nyheter/feed.atom", "/nyheter/feed.atom", "Nyheter från NUSO", "/nyheter", []string{"Ny", "Rättad", "Gammal"}},
			{"/publikationer/feed.atom", "/publikationer/feed.atom", "Publikationer från NUSO", "/publikationer", []string{"PM 1"}},
			{"/forskning/feed.atom", "/forskning/feed.atom", "Forskning i NUSO", "/forskning", []string{"Team", "Skola"}},
			{"/studieomraden/delstudie-1/feed.atom", "studieomraden-delstudie-1/feed.atom", "Delstudie 1 – NUSO", "/studieomraden/delstudie-1", []string{"Ny", "Team", "PM 1", "Delstudie 1", "About NUSO"}},
		} {
			f := h.atom(row.path)
			if diff := cmp.Diff(row.want, titles(f)); diff != "" {
				t.Errorf("%s (- want, + got):\n%s", row.path, diff)
			}
			want := atom{
				XMLName: f.XMLName, Lang: "sv", ID: "tag:nuso.se,2025:" + row.id, Title: row.title, Author: "NUSO", Updated: f.Updated, Entries: f.Entries,
				Links: []link{{"self", "application/atom+xml", webtest.BaseURL + row.path}, {"alternate", "text/html", webtest.BaseURL + row.page}},
			}
			if diff := cmp.Diff(want, f); diff != "" {
				t.Errorf("%s (- want, + got):\n%s", row.path, diff)
			}
			newest := slices.MaxFunc(f.Entries, func(a, b entry) int { return a.Updated.Compare(b.Updated) })
			if !f.Updated.Equal(newest.Updated) {
				t.Errorf("%s: updated %v, the newest entry %v", row.path, f.Updated, newest.Updated)
			}
		}
	})
}

func TestAnEntryTellsWhatTheDocumentIs(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), true)
	f := h.atom("/studieomraden/delstudie-1/feed.atom")
	news, english := f.Entries[0], f.Entries[4]
	at := clock.At(2026, time.March, 1, 10, 0, 0)
	if !news.Published.Equal(at) || !news.Updated.Equal(at) {
		t.Errorf("published %v, updated %v: a change without time of the same day is not before %v", news.Published, news.Updated, at)
	}
	if _, body := h.Get(t, "/feed.atom"); !strings.Contains(body, "<published>2026-03-01T10:00:00+01:00</published>") {
		t.Error("times are not in Swedish time with offset")
	}
	news.Published, news.Updated = time.Time{}, time.Time{}
	want := entry{
		ID: "tag:nuso.se,2025:nyheter-ny", Title: "Ny", Link: link{"alternate", "text/html", webtest.BaseURL + "/nyheter/ny"},
		Summary: typedText{"text", "Sammanfattning av ny."}, Content: news.Content,
	}
	if diff := cmp.Diff(want, news); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
	if news.Content == nil || news.Content.Type != "html" || !strings.Contains(news.Content.Text, "<p>Brödtext om ny.</p>") {
		t.Errorf("content = %+v", news.Content)
	}
	if english.Lang != "en" || news.Lang != "" {
		t.Errorf("languages %q and %q, want en, and the feed's own unsaid", english.Lang, news.Lang)
	}
	corrected := h.atom("/nyheter/feed.atom").Entries[1]
	if !corrected.Updated.Equal(clock.At(2026, time.March, 5, 0, 0, 0)) || !corrected.Published.Equal(clock.At(2025, time.May, 1, 0, 0, 0)) {
		t.Errorf("a corrected text: published %v, updated %v", corrected.Published, corrected.Updated)
	}
}

func TestNothingClosedIsInAnyAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, cached := range []bool{true, false} {
			h := newHouse(t, d, content(), cached)
			for _, path := range append(feedPaths(), "/sitemap.xml", "/robots.txt", "/.well-known/security.txt") {
				_, body := h.Get(t, path)
				body = strings.ToLower(body)
				for _, word := range []string{"planterat", "hemlig", "stangt", "intern", "utkast", "kommande", "utgangen", "pm-9"} {
					if strings.Contains(body, word) {
						t.Errorf("%s (cache %v) has %q", path, cached, word)
					}
				}
			}
		}
	})
}

func TestAFeedIsAVisitorsWhoeverAsks(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), false)
	ctx := access.With(t.Context(), access.Actor{Role: access.Editor})
	f, err := h.feeds.Kind(ctx, document.News)
	if err != nil || len(f.Entries) != 3 {
		t.Errorf("an editor's feed has %d entries, want 3 (%v)", len(f.Entries), err)
	}
	pages, err := h.feeds.Sitemap(ctx)
	for _, p := range pages {
		if strings.Contains(p.Address, "utkast") {
			t.Errorf("an editor's sitemap has %s (%v)", p.Address, err)
		}
	}
	if _, err := h.feeds.Area(ctx, "hemlig"); err == nil {
		t.Error("an editor's feed of a closed area exists")
	}
}

func TestAnAreaThatIsNotThereHasNoFeed(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), true)
	for _, slug := range []string{"saknas", "hemlig", "feed.atom", "~x", strings.Repeat("a", 5000)} {
		if res, _ := h.Get(t, "/studieomraden/"+slug+"/feed.atom"); res.StatusCode != http.StatusNotFound {
			t.Errorf("%.20s: %d, want 404", slug, res.StatusCode)
		}
	}
}

func TestADocumentAppearsAndDisappearsAtItsTime(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), with(map[string]string{"nyheter/kort.md": "title: Kort\ndate: 2026-03-10 12:30\nunpublish: 2026-03-10 13:30\n"}), true)
	for _, row := range []struct {
		minutes int
		want    []string
	}{{31, []string{"Kort", "Ny", "Rättad", "Gammal"}}, {61, []string{"Planterat kommande", "Kort", "Ny", "Rättad", "Gammal"}}, {91, []string{"Planterat kommande", "Ny", "Rättad", "Gammal"}}} {
		h.Clock.Set(clock.At(2026, time.March, 10, 12, row.minutes, 0))
		if diff := cmp.Diff(row.want, titles(h.atom("/nyheter/feed.atom"))); diff != "" {
			t.Errorf("at 12:%d (- want, + got):\n%s", row.minutes, diff)
		}
	}
}

func TestARenamedDocumentIsNoNewEntry(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), false)
	before, areaID := h.atom("/nyheter/feed.atom").Entries[0], h.atom("/studieomraden/delstudie-1/feed.atom").ID
	files := content()
	files["nyheter/annat-namn.md"] = "id: nyheter-ny\n" + files["nyheter/ny.md"]
	files["studieomraden/forsta.md"] = "id: studieomraden-delstudie-1\n" + files["studieomraden/delstudie-1.md"]
	delete(files, "nyheter/ny.md")
	delete(files, "studieomraden/delstudie-1.md")
	documenttest.Sync(t, h.docs, files)
	after := h.atom("/nyheter/feed.atom").Entries[0]
	if after.ID != before.ID || after.Link.Href != webtest.BaseURL+"/nyheter/annat-namn" {
		t.Errorf("id %s, was %s; link %s", after.ID, before.ID, after.Link.Href)
	}
	res, _ := h.Get(t, "/studieomraden/delstudie-1/feed.atom")
	if res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != "/studieomraden/forsta/feed.atom" {
		t.Errorf("the area's old feed: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	if got := h.atom("/studieomraden/forsta/feed.atom").ID; got != areaID {
		t.Errorf("the area's feed has the id %s, had %s", got, areaID)
	}
}

func TestAFeedHasTheFiftyNewestOfAllKinds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := content()
		for i := range 60 {
			day := clock.AddDays(clock.At(2025, time.November, 2, 0, 0, 0), i)
			files[fmt.Sprintf("nyheter/rad-%02d.md", i)] = fmt.Sprintf("title: rad-%02d\ndate: %s\n", i, clock.ISO(day))
		}
		h := newHouse(t, d, files, false)
		f := h.atom("/feed.atom")
		if len(f.Entries) != 50 || !slices.Equal(titles(f)[:3], []string{"Ny", "Team", "Skola"}) || f.Entries[3].Title != "rad-59" || f.Entries[49].Title != "rad-13" {
			t.Errorf("%d entries: %v", len(f.Entries), titles(f))
		}
		many := dbtest.Queries(t, d, func() { h.Get(t, "/feed.atom") })
		documenttest.Sync(t, h.docs, content())
		h.Get(t, "/feed.atom")
		if few := dbtest.Queries(t, d, func() { h.Get(t, "/feed.atom") }); few != many || few != 2 {
			t.Errorf("%d queries for 50 entries, %d for 7, want 2", many, few)
		}
	})
}

func TestAFeedWithoutEntriesIsAFeed(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), map[string]string{"sidor/om.md": ""}, true)
	if f := h.atom("/nyheter/feed.atom"); len(f.Entries) != 0 || f.Updated.IsZero() {
		t.Errorf("%d entries, updated %v", len(f.Entries), f.Updated)
	}
}

func TestTheWholeTextComesAlongUnlessItIsLong(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), map[string]string{
		"ordlista/insats.md":    "title: insats\nsummary: Hjälp och stöd.\n",
		"nyheter/med-lankar.md": "date: 2026-01-02\n---\nEn insats, se [om](/om) och en not.[^1]\n\n[^1]: Noten.\n",
		"nyheter/lang.md":       "date: 2026-01-01\n---\n" + strings.Repeat("Ett stycke text.\n\n", 3000),
		"sidor/om.md":           "",
	}, true)
	f := h.atom("/nyheter/feed.atom")
	if f.Entries[1].Content != nil || f.Entries[1].Summary.Text == "" {
		t.Error("the long text is not left out, or its summary is")
	}
	if _, body := h.Get(t, "/nyheter/feed.atom"); len(body) > 10_000 {
		t.Errorf("the feed has %d bytes", len(body))
	}
	content := f.Entries[0].Content.Text
	for _, want := range []string{`En <span class="nowrap">insats,</span> se`, `href="` + webtest.BaseURL + `/om"`, `href="` + webtest.BaseURL + `/nyheter/med-lankar#fn`} {
		if !strings.Contains(content, want) {
			t.Errorf("content lacks %s:\n%s", want, content)
		}
	}
	for _, bad := range []string{"<button", "popover", `href="/`, `href="#`, "Hjälp och stöd"} {
		if strings.Contains(content, bad) {
			t.Errorf("content has %s:\n%s", bad, content)
		}
	}
}

func TestHostileTextArrivesAsText(t *testing.T) {
	corpus := []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `]]><x>`, `<!--`, `--><b>`, `&lt;b&gt; &amp; &#60;`, `&undefined; &`, `Å, ä & ö – "citat"`,
		`<?xml version="1.0"?>`, `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;`, "\u202eomvänt", "👩‍👩‍👧", `javascript:alert(1)`, `{{.Title}}`, "klocka\a",
	}
	want := slices.Clone(corpus)
	want[len(want)-1] = "klocka\uFFFD" // XML cannot hold it
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := map[string]string{}
		for i, hostile := range corpus {
			files[fmt.Sprintf("nyheter/%03d.md", i)] = fmt.Sprintf("title: %q\nsummary: %[1]q\n---\n%[1]s\n", hostile)
		}
		h := newHouse(t, d, files, true)
		f := h.atom("/feed.atom")
		if diff := cmp.Diff(want, titles(f)); diff != "" {
			t.Errorf("titles (- want, + got):\n%s", diff)
		}
		for i, e := range f.Entries {
			if e.Summary.Text != want[i] {
				t.Errorf("summary %q, want %q", e.Summary.Text, want[i])
			}
			for _, bad := range []string{"<script", "<img", "<!", "<?"} {
				if strings.Contains(e.Content.Text, bad) {
					t.Errorf("content of %q has %s", corpus[i], bad)
				}
			}
		}
		if _, body := h.Get(t, "/feed.atom"); strings.Contains(body, "<script") || strings.Contains(body, "<!") {
			t.Error("markup leaked into the XML")
		}
	})
}
