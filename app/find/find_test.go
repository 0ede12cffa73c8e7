package find_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/find"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/fallback"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// house is the search page and its JSON on a site with documents, put together as main does it.
type house struct {
	*webtest.Pages
	t      *testing.T
	docs   *document.Service
	counts *search.Counts
}

func kinds() []document.Kind {
	return append([]document.Kind{news.Kind(), study.Kind(), publication.Kind(), glossary.Kind()}, page.Kinds(nil)...)
}

// newHouse returns a house whose index answers; degraded: whose index is missing, so that the database does.
func newHouse(t *testing.T, d *db.DB, degraded bool, files map[string]string) *house {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	h := &house{t: t, Pages: webtest.New(t, fake, find.Samples()), docs: documenttest.New(t, d, fake.Now, kinds(), files)}
	log := slog.New(slog.DiscardHandler)
	index, err := bleve.Open(t.Context(), filepath.Join(t.TempDir(), "search"), bleve.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	keeper := search.NewKeeper(d, index, fallback.New(d), fake.Now, log)
	t.Cleanup(func() { keeper.Close() })
	if !degraded {
		mend(t, keeper)
	}
	h.counts = search.NewCounts(d, fake.Now, log)
	service := search.New(d, fake.Now, keeper, h.counts, func(ctx context.Context) ([][]string, error) { return glossary.Synonyms(ctx, h.docs) })
	handler := find.NewHandler(h.Site, h.docs, service, find.Words{})
	h.App.Get("/sok", handler.Show)
	v1 := h.App.Group("/api", web.JSON)
	v1.Get("/v1/search", handler.Search)
	v1.Get("/v1/suggest", handler.Suggest)
	return h
}

// mend has the keeper make the index.
func mend(t *testing.T, keeper *search.Keeper) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var work sync.WaitGroup
	work.Go(func() { keeper.Run(ctx) })
	for keeper.Degraded() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	cancel()
	work.Wait()
	if keeper.Degraded() {
		t.Fatal("the index was not made")
	}
}

func files() map[string]string {
	return map[string]string{
		"studieomraden/delstudie-1.md": "title: Utredningar och insatser\norder: 1\nstate: pågår\n",
		"studieomraden/hemligt.md":     "title: Hemligt område\norder: 2\nstate: pågår\naudience: deltagare\n",
		"nyheter/oro.md":               "title: Ökad oro\ndate: 2026-03-24\nareas: [delstudie-1]\nsummary: Fler anmälningar om oro & ängslan.\n---\nÅterkommande SKOLFRÅNVARO, 100 % säkert.\n",
		"nyheter/annat.md":             "title: Något annat\ndate: 2025-03-24\nareas: [hemligt]\n---\nSkolfrånvaro nämns här, och rad efter rad av annat.\n",
		"nyheter/stangd.md":            "title: Stängd\naudience: deltagare\n---\nPlanteratord här.\n",
		"nyheter/utkast.md":            "title: Utkastet\ndraft: true\n---\nPlanteratord här.\n",
		"publikationer/pm-1.md":        "title: PM om familjehem\nnumber: PM 1\ntype: pm\nstate: utgiven\ndate: 2024-02-01\n",
		"sidor/om.md":                  "title: Om oss\n---\nSkolfrånvaro också.\n",
		"hjalp/lista.md":               "title: Om listan\norder: 1\n---\nOm löpnummer <b>i listan</b>.\n",
		"ordlista/lopnummer.md":        "title: löpnummer\nsummary: Ett nummer för ett barn.\nsynonyms: [serienummer]\n",
	}
}

func member() access.Actor {
	return access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}
}

// sok is the address of the page for a text.
func sok(q string, more ...string) string {
	values := url.Values{"q": {q}}
	for i := 0; i < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return "/sok?" + values.Encode()
}

func TestThePage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newHouse(t, d, false, files()).Run(t, []webtest.Scenario{
			{Name: "nothing asked", Address: "/sok", Want: []string{"<h1>Sök</h1>", "<title>Sök – NUSO</title>", "Skriv ett eller flera ord", `content="noindex"`}, NotWant: []string{"träff<", "träffar<", "<mark>", "Andra söker på"}},
			{Name: "a word, whatever its case", Address: sok("skolfrÅnvaro"), Want: []string{">3 träffar<", "Ökad oro", "Om oss", "<title>Sök: skolfrÅnvaro – NUSO</title>", `value="skolfrÅnvaro"`, "Sorterat: bäst träff först"}},
			{Name: "a part of a compound", Address: sok("frånvaro"), Want: []string{">3 träffar<"}},
			{Name: "every word must be there", Address: sok("skolfrånvaro ökad"), Want: []string{">1 träff<"}, NotWant: []string{"Om oss", "data-filter"}},
			{Name: "hits are marked in escaped text", Address: sok("oro"), Want: []string{`<a href="/nyheter/oro">Ökad <mark>oro</mark></a>`, "om <mark>oro</mark> &amp; ängslan"}},
			{Name: "the passage that has the words", Address: sok("säkert"), Want: []string{"100 % <mark>säkert</mark>"}},
			{Name: "markup of a text is text", Address: sok("löpnummer"), Want: []string{"<mark>löpnummer</mark>"}, NotWant: []string{"<b>i listan"}},
			{Name: "news and publications have a date", Address: sok("oro"), Want: []string{`<time datetime="2026-03-24"`}},
			{Name: "terms have none", Address: sok("löpnummer", "kind", "term"), Want: []string{`href="/ordlista#lopnummer"`, ">Ord</span>"}, NotWant: []string{"<time"}},
			{Name: "help is found among pages", Address: sok("listan", "kind", "page"), Want: []string{"Om <mark>listan</mark>"}},
			{Name: "a synonym of the glossary", Address: sok("serienummer"), Want: []string{"<mark>löpnummer</mark>"}},
			{Name: "without rings", Address: sok("lopnummer"), Want: []string{"<mark>löpnummer</mark>"}, NotWant: []string{"Menade du", "Vi hittade inget"}},
			{Name: "a slip is said", Address: sok("skolfrånvraro"), Want: []string{">3 träffar<", "Vi hittade inget på ”skolfrånvraro”. Här är träffar på", `<a href="/sok?q=skolfr%C3%A5nvaro">skolfrånvaro</a>`}},
			{Name: "no page has all words", Address: sok("familjehem oro"), Want: []string{">2 träffar<", "Ingen sida har alla orden."}, NotWant: []string{"Menade du"}},
			{Name: "nothing found says what to do", Address: sok("xyzzyx"), Want: []string{">0 träffar<", "Inget på webbplatsen passar ”xyzzyx”", `<a href="/kontakt">Fråga oss</a>`}, NotWant: []string{`class="teasers`, "Andra söker på", "data-filter", "Sorterat"}},
			{Name: "nothing but signs", Address: sok("* ~"), Want: []string{"Det finns inga ord att söka på i ”* ~”"}},
			{Name: "an unknown parameter is left out of links", Address: sok("skolfrånvaro", "kind", "news", "utm", "x"), NotWant: []string{"utm"}},
			{Name: "beyond the end", Address: sok("skolfrånvaro", "page", "2"), Status: 404},
			{Name: "a page of nothing", Address: "/sok?page=2", Status: 404},
			{Name: "no page number", Address: sok("oro", "page", "x"), Status: 404},
			{Name: "a page far away", Address: sok("oro", "page", "1000000"), Status: 404},
		})
	})
}

func TestNarrowingDown(t *testing.T) {
	newHouse(t, dbtest.Any(t), false, files()).Run(t, []webtest.Scenario{
		{Name: "what there is to choose", Address: sok("skolfrånvaro"),
			Want: []string{
				`<option value="" selected>Alla</option>`, `<option value="news">Nyheter (2)</option>`, `<option value="page">Sidor (1)</option>`,
				`<option value="delstudie-1">Utredningar och insatser (1)</option>`, `<option value="2026">2026 (1)</option>`,
			},
			NotWant: []string{`value="publication"`, "emligt", "Län", "Kommungrupp", "Utmaning", "chip"}},
		{Name: "a kind", Address: sok("skolfrånvaro", "kind", "page"),
			Want:    []string{">1 träff<", "Om oss", `<option value="page" selected>Sidor (1)</option>`, `<option value="news">Nyheter (2)</option>`, `value="delstudie-1">Utredningar och insatser (0)<`, `<a class="chip" href="/sok?q=skolfr%C3%A5nvaro">`, ">Rensa alla<"},
			NotWant: []string{"Ökad oro"}},
		{Name: "an area and a year", Address: sok("skolfrånvaro", "omrade", "delstudie-1", "ar", "2026"),
			Want: []string{">1 träff<", "Ökad oro", `<a class="chip" href="/sok?ar=2026&amp;q=skolfr%C3%A5nvaro">`, `href="/sok?omrade=delstudie-1&amp;q=skolfr%C3%A5nvaro"`, `<a class="chip-clear" href="/sok?q=skolfr%C3%A5nvaro">`}},
		{Name: "nothing passes the filters", Address: sok("skolfrånvaro", "kind", "term"),
			Want: []string{">0 träffar<", "Ingen träff på ”skolfrånvaro” passar filtren.", `<a href="/sok?q=skolfr%C3%A5nvaro">Visa alla 3 träffar</a>`, `<option value="term" selected>term (0)</option>`}, NotWant: []string{"Andra söker på"}},
		{Name: "the only one does not", Address: sok("ökad oro", "kind", "term"), Want: []string{"Visa den träff som finns utan filter"}},
		{Name: "a year that is none", Address: sok("skolfrånvaro", "ar", "i fjol"), Want: []string{">0 träffar<", "passar filtren"}},
		{Name: "a year that no number holds", Address: sok("skolfrånvaro", "ar", "99999999999999999999"), Want: []string{">0 träffar<"}},
		{Name: "year nought", Address: sok("skolfrånvaro", "ar", "0"), Want: []string{">0 träffar<"}},
		{Name: "an area that may not be seen", Address: sok("skolfrånvaro", "omrade", "hemligt"), NotWant: []string{"Hemligt område"}},
		{Name: "a hostile choice", Address: sok("skolfrånvaro", "kind", `"><script>alert(1)</script>`, "lan", "' OR 1=1", "grupp", "\x00"), Want: []string{">0 träffar<"}, NotWant: []string{"<script>alert"}},
		{Name: "newest first", Address: sok("skolfrånvaro", "ordning", "nyast"), Want: []string{"Sorterat: nyast först", `<option value="nyast" selected>Nyast först</option>`}},
		{Name: "an order that there is not", Address: sok("skolfrånvaro", "ordning", "x"), Want: []string{"Sorterat: bäst träff först"}},
	})
}

func TestManyHitsHavePages(t *testing.T) {
	many := map[string]string{}
	for i := range 45 {
		many[fmt.Sprintf("nyheter/n%02d.md", i)] = fmt.Sprintf("title: Skola %02d\ndate: 2025-01-01 %02d:%02d\n", i, i/60, i%60)
	}
	newHouse(t, dbtest.Any(t), false, many).Run(t, []webtest.Scenario{
		{Name: "the first", Address: sok("skola", "ordning", "nyast"), Want: []string{">45 träffar<", "<mark>Skola</mark> 44", `href="/sok?ordning=nyast&amp;page=2&amp;q=skola" rel="next"`}, NotWant: []string{"</mark> 24<"}},
		{Name: "the last", Address: sok("skola", "ordning", "nyast", "page", "3"), Want: []string{"</mark> 04<", "<title>Sök: skola, sida 3 – NUSO</title>"}, NotWant: []string{"</mark> 05<"}},
		{Name: "beyond it", Address: sok("skola", "page", "4"), Status: 404},
	})
}

func TestWhoFindsWhat(t *testing.T) {
	for _, degraded := range []bool{false, true} {
		newHouse(t, dbtest.Any(t), degraded, files()).Run(t, []webtest.Scenario{
			{Name: "a closed word is not found", Address: sok("planteratord"), Want: []string{">0 träffar<"}, NotWant: []string{"Menade du"}},
			{Name: "nor a slip away from it", Address: sok("planteratorb"), Want: []string{">0 träffar<"}, NotWant: []string{"Menade du"}},
			{Name: "but by a member", Actor: member(), Address: sok("planteratord"), Want: []string{">1 träff<", "Stängd", "Visas för deltagande kommuner"}, NotWant: []string{"Utkast"}},
			{Name: "an editor finds drafts", Actor: access.Actor{Role: access.Editor}, Address: sok("planteratord"), Want: []string{">2 träffar<", "Utkastet", `<p class="note">Utkast</p>`}},
			{Name: "a closed area is named to those who see it", Actor: member(), Address: sok("skolfrånvaro"), Want: []string{"Hemligt område (1)"}},
		})
	}
}

func TestWithoutIndexTheDatabaseAnswersAndThePageSaysSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newHouse(t, d, true, files()).Run(t, []webtest.Scenario{
			{Name: "a word", Address: sok("skolfrånvaro"), Want: []string{">3 träffar<", "Sökningen fungerar just nu sämre än vanligt.", "Nyheter (2)"}},
			{Name: "nothing found", Address: sok("xyzzyx"), Want: []string{">0 träffar<", "Sökningen fungerar just nu sämre än vanligt."}},
			{Name: "nothing asked", Address: "/sok", NotWant: []string{"Sökningen fungerar"}},
		})
	})
}

func TestNothingFoundShowsWhatOthersSearchFor(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), false, files())
	for range 3 {
		h.Get(t, sok("Löpnummer"))
		h.Get(t, sok("familjehm"))
	}
	if err := h.counts.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(time.Hour)
	popular := []string{"Andra söker på", `<a href="/sok?q=l%C3%B6pnummer">löpnummer</a>`, `<a href="/sok?q=familjehem">familjehem</a>`}
	h.Run(t, []webtest.Scenario{
		{Name: "when nothing is asked", Address: "/sok", Want: popular},
		{Name: "when nothing is found", Address: sok("xyzzyx"), Want: popular},
		{Name: "with the nearest spelling", Address: sok("löpnxmreyr"), Want: []string{">0 träffar<", "Menade du", `<a href="/sok?q=l%C3%B6pnummer">löpnummer</a>?`}},
		{Name: "not beside hits", Address: sok("oro"), NotWant: popular[:1]},
	})
}

// hostile is what search has to bear with.
func hostile() []string {
	return []string{
		"", " ", "\t\n", strings.Repeat("a", 10_000), strings.Repeat("ö ", 2_000), strings.Repeat(`"`, 10_000), strings.Repeat("skolfrånvraro ", 700),
		`"`, `"""`, `"oro`, "”oro“", `"'*-~()[]{}\`, "+ - && || ! ( ) { } [ ] ^ ~ * ? : / = >", "*", "-", "~", "oro*", "-oro", "oro~2", "?ro",
		"kind:news", "kind:news AND audience:*", `audience = "inloggad" OR draft = true`, "_geoRadius(1,1,1)", "/o.o/", "(a+)+$", "^(?:.*)*$",
		"' OR 1=1 --", "oro' UNION SELECT 1", "oro & !x | <-> y:*", "NEAR(oro ängslan)", "title: oro", "{title summary}: oro", "oro^5", "100 %", "_ro", "%",
		"😀", "👩‍👩‍👧 oro", "\x00", "oro\x00", "\xff\xfe", "\u202eoro\u202c", "\u200b", "\ufeff", "a\u0301\u0308", strings.Repeat("\u0301", 5_000)[:9_000],
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "{{.}}", "javascript:alert(1)", "../../etc/passwd", "ﷺ", "ﬁ", "İ", "ß", "０１２",
		strings.Repeat("skola barn ", 18),
	}
}

// slow is how long a search may take. The contract's 300 ms hold on a machine that does nothing else.
const slow = 3 * time.Second

func TestAnyTextGivesAPageSoon(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, degraded := range []bool{false, true} {
			h := newHouse(t, d, degraded, files())
			for _, q := range hostile() {
				for _, address := range []string{"/sok", "/api/v1/search", "/api/v1/suggest"} {
					begun := time.Now()
					answer, body := h.Get(t, address+"?q="+url.QueryEscape(q))
					if took := time.Since(begun); answer.StatusCode != 200 || took > slow {
						t.Errorf("degraded %t: %s with %.40q: status %d in %s", degraded, address, q, answer.StatusCode, took)
					}
					if strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") {
						t.Errorf("%s with %.40q: markup of the text is markup of the page", address, q)
					}
				}
			}
		}
	})
}

func TestALongTextIsCutWhereSearchStopsReading(t *testing.T) {
	_, body := newHouse(t, dbtest.Any(t), false, files()).Get(t, sok(strings.Repeat("öl ", 4_000)))
	if title, _, _ := strings.Cut(body[strings.Index(body, "<title>"):], "</title>"); len([]rune(title)) > 100 || len(body) > 40_000 {
		t.Errorf("%d bytes, %s", len(body), title)
	}
}

func TestASearchCostsTheSameHoweverMuchIsFound(t *testing.T) {
	d := dbtest.Any(t)
	h := newHouse(t, d, true, files())
	addresses := []string{sok("skolfrånvaro"), sok("skolfrånvaro", "kind", "news"), "/api/v1/search?q=oro", "/api/v1/suggest?q=oro"}
	var counts [2][]int
	for i, set := range []map[string]string{files(), documenttest.Many(files(), 29)} {
		documenttest.Sync(t, h.docs, set)
		for _, address := range addresses {
			h.Get(t, address) // what is read once for all
			counts[i] = append(counts[i], dbtest.Queries(t, d, func() { h.Get(t, address) }))
		}
	}
	for i, address := range addresses {
		if few, many := counts[0][i], counts[1][i]; few == 0 || few != many {
			t.Errorf("%s: %d queries for one of each, %d for thirty", address, few, many)
		}
	}
}
