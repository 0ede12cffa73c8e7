package find_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/find"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/web/webtest"
)

func files() map[string]string {
	return map[string]string{
		"nyheter/oro.md":    "title: Ökad oro\nsummary: Fler anmälningar om oro & ängslan.\n---\nÅterkommande SKOLFRÅNVARO, 100 % säkert.\n",
		"nyheter/annat.md":  "title: Något annat\n---\nSkolfrånvaro nämns.\n",
		"nyheter/stangd.md": "title: Stängd\naudience: deltagare\n---\nPlanteratord här.\n",
		"nyheter/utkast.md": "title: Utkast\ndraft: true\n---\nPlanteratord här.\n",
		"sidor/om.md":       "title: Om oss\n---\nSkolfrånvaro också.\n",
	}
}

func newPages(t *testing.T, d *db.DB) (*webtest.Pages, *document.Service) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, append([]document.Kind{news.Kind()}, page.Kinds(nil)...), files())
	p := webtest.New(t, fake, find.Samples())
	p.App.Get("/sok", find.NewHandler(p.Site, docs, find.New(docs)).Show)
	return p, docs
}

func TestSearchFindsWhatHoldsEveryWordAndTheActorMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, _ := newPages(t, d)
		p.Run(t, []webtest.Scenario{
			{Name: "nothing asked", Address: "/sok", Want: []string{"Skriv ett eller flera ord"}},
			{Name: "a word, whatever its case", Address: "/sok?q=skolfr%C3%85nvaro", Want: []string{"3 träffar", "Ökad oro", "Om oss"}},
			{Name: "every word must be there", Address: "/sok?q=skolfr%C3%A5nvaro+%C3%B6kad", Want: []string{"1 träff", "Ökad oro"}, NotWant: []string{"Om oss"}},
			{Name: "hits are marked in escaped text", Address: "/sok?q=oro", Want: []string{"om <mark>oro</mark> &amp; ängslan"}},
			{Name: "of one kind", Address: "/sok?q=skolfr%C3%A5nvaro&kind=page", Want: []string{"1 träff", "Om oss"}, NotWant: []string{"Ökad oro"}},
			{Name: "of a kind that nothing is of", Address: "/sok?q=skolfr%C3%A5nvaro&kind=event", Want: []string{"0 träffar", "Alla träffar är av andra sorter.", `<a href="/sok?q=skolfr%C3%A5nvaro">Visa alla träffar</a>`}},
			{Name: "nothing found says what to do", Address: "/sok?q=xyzzy", Want: []string{"0 träffar", "Fråga oss"}},
			{Name: "a closed word is not found", Address: "/sok?q=planteratord", Want: []string{"0 träffar"}},
			{Name: "but by a member", Actor: access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}, Address: "/sok?q=planteratord", Want: []string{"1 träff", "Stängd"}, NotWant: []string{"Utkast"}},
			{Name: "an editor finds drafts", Actor: access.Actor{Role: access.Editor}, Address: "/sok?q=planteratord", Want: []string{"2 träffar", "Utkast"}},
			{Name: "a per cent sign is no wildcard", Address: "/sok?q=100+%25", Want: []string{"1 träff"}},
			{Name: "nor is an underscore", Address: "/sok?q=_k_lfr", Want: []string{"0 träffar"}},
			{Name: "beyond the end", Address: "/sok?q=skolfr%C3%A5nvaro&page=7", Status: 404},
		})
		for _, q := range []string{"", " ", strings.Repeat("a", 10_000), strings.Repeat("ö ", 2_000), `"'*-~()[]{}\`, "kind:news", "' OR 1=1 --", "\x00", "\xff\xfe", "😀", "\u202e", "%", "<script>alert(1)</script>"} {
			answer, body := p.Get(t, "/sok?q="+url.QueryEscape(q))
			if answer.StatusCode != 200 || strings.Contains(body, "<script>alert") {
				t.Errorf("q=%.40q: status %d", q, answer.StatusCode)
			}
		}
	})
}

func TestASearchCostsTheSameHoweverMuchIsFound(t *testing.T) {
	d := dbtest.Any(t)
	p, docs := newPages(t, d)
	documenttest.SameQueries(t, d, docs, p, files(), "/sok?q=skolfr%C3%A5nvaro", "/sok?q=skolfr%C3%A5nvaro&kind=news")
}

func TestMarkEscapesEverythingButItself(t *testing.T) {
	for text, want := range map[string]string{
		"<b>Oro</b> & oro": "&lt;b&gt;<mark>Oro</mark>&lt;/b&gt; &amp; <mark>oro</mark>",
		"inget":            "inget",
	} {
		if got := string(find.Mark(text, []string{"oro"})); got != want {
			t.Errorf("Mark(%q) = %q, want %q", text, got, want)
		}
	}
	if got := string(find.Mark("a(b", []string{"(", "["})); got != "a<mark>(</mark>b" {
		t.Errorf("signs: %q", got)
	}
}
