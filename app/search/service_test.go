package search_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/fallback"
)

// desk is where people search in some documents.
type desk struct {
	*search.Service
	t      *testing.T
	db     *db.DB
	clock  *clock.Fake
	counts *search.Counts
	index  *counted
	groups [][]string // of synonyms
	asked  int        // times the synonyms were read
}

// counted is an index that counts how often it is asked.
type counted struct {
	search.Index
	finds int
}

func (c *counted) Find(ctx context.Context, r search.Request) (search.Found, error) {
	c.finds++
	return c.Index.Find(ctx, r)
}

// newDesk returns a desk with the documents, in the database and in an index that answers; degraded: in one that does not.
func newDesk(t *testing.T, d *db.DB, degraded bool, docs ...search.Document) *desk {
	t.Helper()
	k := &desk{t: t, db: d, clock: clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))}
	log := slog.New(slog.DiscardHandler)
	index, err := bleve.Open(t.Context(), filepath.Join(t.TempDir(), "search"), bleve.Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	k.index = &counted{Index: index}
	second := &counted{Index: fallback.New(d)}
	keeper := search.NewKeeper(d, k.index, second, k.clock.Now, log)
	if degraded {
		k.index = second
	}
	t.Cleanup(func() { keeper.Close() })
	k.counts = search.NewCounts(d, k.clock.Now, log)
	k.Service = search.New(d, k.clock.Now, keeper, k.counts, func(ctx context.Context) ([][]string, error) {
		if access.From(ctx).Role != access.Visitor {
			t.Error("the synonyms are not read as a visitor sees them")
		}
		k.asked++
		return k.groups, nil
	})
	if err := d.Tx(t.Context(), func(tx db.Tx) error { return search.Put(tx, k.filled(docs)...) }); err != nil {
		t.Fatal(err)
	}
	if !degraded {
		if err := index.Rebuild(t.Context(), k.all(docs)); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

// filled gives the documents what they lack: a test tells only what it is about.
func (k *desk) filled(docs []search.Document) []search.Document {
	out := slices.Clone(docs)
	for i := range out {
		d := &out[i]
		d.ID, d.Version, d.Lang = fmt.Sprintf("d%02d", i), 1, "sv"
		if d.Kind == "" {
			d.Kind = "news"
		}
		if d.Audience == "" {
			d.Audience = access.Open
		}
		d.Path = "/" + d.Kind + "/" + d.ID
		if d.From.IsZero() {
			d.From = k.clock.Now().Add(-time.Hour)
		}
		d.Date = d.From.Add(-time.Duration(i) * time.Minute)
	}
	return out
}

func (k *desk) all(docs []search.Document) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for _, d := range k.filled(docs) {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// ask searches as a visitor for as many hits as there are.
func (k *desk) ask(text string) search.Result {
	k.t.Helper()
	return k.askAs(access.Actor{}, search.Query{Text: text})
}

func (k *desk) askAs(who access.Actor, q search.Query) search.Result {
	k.t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	result, err := k.Search(access.With(k.t.Context(), who), q)
	if err != nil {
		k.t.Fatalf("%q: %v", q.Text, err)
	}
	if len(result.Hits) > result.Total {
		k.t.Errorf("%q: %d hits of %d", q.Text, len(result.Hits), result.Total)
	}
	return result
}

func names(result search.Result) []string {
	names := []string{}
	for _, hit := range result.Hits {
		names = append(names, hit.Name)
	}
	slices.Sort(names)
	return names
}

// titled returns documents that have only a title, parted by bars.
func titled(titles string) (docs []search.Document) {
	for title := range strings.SplitSeq(titles, "|") {
		docs = append(docs, search.Document{Title: title})
	}
	return docs
}

func TestAWordIsReadAsItStandsAndElseAsWhatIsLikeIt(t *testing.T) {
	for _, row := range []struct{ name, titles, text, want string }{
		{"as it stands", "Skola|Skolan|Annat", "skola", "Skola|Skolan"},
		{"a plain hit leaves beginnings out", "Kaffe|Kaffedrickare|Annat", "kaffe", "Kaffe"},
		{"rad does not find råd where there is rad", "Rad ett|Råd|Radikal", "rad", "Rad ett"},
		{"rad finds råd where there is none", "Råd och stöd|Annat", "rad", "Råd och stöd"},
		{"and is råd rather than the beginning of a word", "Råd och stöd|Annat", "rad", "Råd och stöd"},
		{"vard finds vård though there is vardag", "Vård|Vardag|Annat", "vard", "Vardag|Vård"},
		{"råd never finds rad", "Rad ett|Annat", "råd", ""},
		{"nor does räd find råd", "Råd|Annat", "räd", ""},
		{"omstallning", "Omställningen|Annat", "omstallning", "Omställningen"},
		{"folded and not typed to its end", "Omställningen|Annat", "omstal", "Omställningen"},
		{"ostra and aldre", "Östra|Äldre|Annat", "aldre", "Äldre"},
		{"the beginning of a word", "Orosanmälan|Annat", "orosa", "Orosanmälan"},
		{"the beginning of a word with a ring", "Välfärdsfrågor|Annat", "välfä", "Välfärdsfrågor"},
		{"only the last word may be a beginning", "Välfärd Värmland|Annat", "välfär värml", "Välfärd Värmland"},
		{"one slip", "Aktualisering|Annat", "aktualisring", "Aktualisering"},
		{"two slips in a long word", "Aktualisering|Annat", "aktualisrign", "Aktualisering"},
		{"two slips in a short word are too many", "Skola|Annat", "kslao", ""},
		{"a slip in a word of three letters is none", "Oro|Annat", "orö", ""},
		{"a slip only when nothing has the word", "Insats|Insatt|Annat", "insats", "Insats"},
		{"the last of some words on its way", "Öppen frågestund|Öppen dag|Annat", "öppen fråg", "Öppen frågestund"},
		{"also where a page has it as it stands, if others have it longer", "Öppen xvrå|Öppen xvråga|Öppna xvrågor|Annat", "öppen xvrå", "Öppen xvrå|Öppen xvråga|Öppna xvrågor"},
		{"but not where none has", "Öppen xvrå|Öppen dag|Annat", "öppen xvrå", "Öppen xvrå"},
		{"nor where some have it", "Öppen xvrå|Öppet om xvrå|Öppna xvrå|Öppen xvråga", "öppen xvrå", "Öppen xvrå|Öppet om xvrå|Öppna xvrå"},
		{"nor a word that is known", "Öppen vård|Öppen vårdag|Annat", "öppen vård", "Öppen vård"},
		{"each word by itself", "Vårdens omställning|Annat", "vardens omställnig", "Vårdens omställning"},
	} {
		t.Run(row.name, func(t *testing.T) {
			k := newDesk(t, dbtest.Any(t), false, titled(row.titles)...)
			want := titles(row.want)
			result := k.ask(row.text)
			if diff := cmp.Diff(want, names(result)); diff != "" || result.Partial || !result.Asked || result.Degraded {
				t.Errorf("%q, %+v; - want, + got:\n%s", row.text, result, diff)
			}
		})
	}
}

func titles(text string) []string {
	if text == "" {
		return []string{}
	}
	list := strings.Split(text, "|")
	slices.Sort(list)
	return list
}

func TestWhenNoDocumentHasAllWordsThoseWithSomeAreFoundAndSaidSo(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, titled("Skola i Sunne|Skola i Arvika|Familjehem i Arvika|Annat")...)
	for _, row := range []struct {
		text, want string
		partial    bool
	}{
		{"skola arvika", "Skola i Arvika", false},
		{"familjehem sunne", "Familjehem i Arvika|Skola i Sunne", true},
		{"familjehem xyzzyx", "Familjehem i Arvika", true},
		{"familjehm sunne", "Familjehem i Arvika|Skola i Sunne", true},
		{"xyzzyx plughx", "", false},
		{`"arvika skola"`, "", false},
	} {
		result := k.ask(row.text)
		if diff := cmp.Diff(titles(row.want), names(result)); diff != "" || result.Partial != row.partial {
			t.Errorf("%s: partial %t; - want, + got:\n%s", row.text, result.Partial, diff)
		}
	}
	if first := k.ask("skola familjehem arvika xyzzyx").Hits[0].Name; first == "Skola i Sunne" {
		t.Errorf("what has fewer of the words comes first: %s", first)
	}
}

func TestAHitShowsThePassageThatHasTheWords(t *testing.T) {
	body := strings.Repeat("Här står något helt annat. ", 40) + "Men löpnumret står i plattformen. " + strings.Repeat("Sedan kommer mer. ", 40)
	k := newDesk(t, dbtest.Any(t), false,
		search.Document{Title: "Manual <för> alla", Summary: "Så gör du.", Body: body},
		search.Document{Title: "Om löpnummer & listor", Summary: "Vad listan <b>är</b>.", Body: "Kort."})
	hits := k.ask("löpnummer").Hits
	if len(hits) != 2 {
		t.Fatalf("%d hits", len(hits))
	}
	title, text := hits[0], hits[1]
	if title.Title != "Om <mark>löpnummer</mark> &amp; listor" || title.Snippet != "Vad listan &lt;b&gt;är&lt;/b&gt;. Kort." || title.Name != "Om löpnummer & listor" {
		t.Errorf("by its title: %q, %q", title.Title, title.Snippet)
	}
	if !strings.Contains(string(text.Snippet), "Men <mark>löpnumret</mark> står i plattformen.") || len([]rune(string(text.Snippet))) > 300 || text.Title != "Manual &lt;för&gt; alla" {
		t.Errorf("by its text: %q, %q", text.Title, text.Snippet)
	}
	if want := k.clock.Now().Add(-time.Hour); !title.Published.Equal(want) || title.Date.After(want) || title.Score <= text.Score || title.Kind != "news" || title.Path != "/news/d01" {
		t.Errorf("%+v", title)
	}
}

func TestTheLinesOfATextAreShownInARow(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, search.Document{Title: "Rad", Summary: "Så gör du", Body: "Löpnummer\nSpara listan.\n”Det går bra.”\nÄr det sant?\nInnehåll:\nlöpnummer\nlista"})
	want := "Så gör du · <mark>Löpnummer</mark> · Spara listan. ”Det går bra.” Är det sant? Innehåll: <mark>löpnummer</mark> · lista"
	if got := string(k.ask("löpnummer").Hits[0].Snippet); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestFacetsAreCountedWithoutTheirOwnChoice(t *testing.T) {
	docs := []search.Document{
		{Title: "Skola 1", Kind: "news", Areas: []string{"ett"}, Year: 2025},
		{Title: "Skola 2", Kind: "news", Areas: []string{"ett", "tva"}, Year: 2026},
		{Title: "Skola 3", Kind: "page", Areas: []string{"tva"}, Year: 2026},
		{Title: "Skola 4", Kind: "page", Challenges: []string{"skolfranvaro"}, County: "17", Group: "C6"},
		{Title: "Annat", Kind: "term", Areas: []string{"tre"}, Year: 1999},
	}
	all := search.Facets()
	type counts = map[string]int
	for _, degraded := range []bool{false, true} {
		k := newDesk(t, dbtest.Any(t), degraded, docs...)
		for _, row := range []struct {
			name   string
			filter search.Filter
			total  int
			want   map[string]counts
		}{
			{"nothing is chosen", search.Filter{}, 4, map[string]counts{
				"kind": {"news": 2, "page": 2}, "area": {"ett": 2, "tva": 2}, "challenge": {"skolfranvaro": 1}, "county": {"17": 1}, "group": {"C6": 1}, "year": {"2025": 1, "2026": 2}}},
			{"a kind", search.Filter{Kinds: []string{"news"}}, 2, map[string]counts{
				"kind": {"news": 2, "page": 2}, "area": {"ett": 2, "tva": 1}, "challenge": {"skolfranvaro": 0}, "county": {"17": 0}, "group": {"C6": 0}, "year": {"2025": 1, "2026": 1}}},
			{"a kind and an area", search.Filter{Kinds: []string{"news"}, Area: "tva"}, 1, map[string]counts{
				"kind": {"news": 1, "page": 1}, "area": {"ett": 2, "tva": 1}, "challenge": {"skolfranvaro": 0}, "county": {"17": 0}, "group": {"C6": 0}, "year": {"2025": 0, "2026": 1}}},
			{"what nothing has", search.Filter{Year: 1999}, 0, map[string]counts{
				"kind": {"news": 0, "page": 0}, "area": {"ett": 0, "tva": 0}, "challenge": {"skolfranvaro": 0}, "county": {"17": 0}, "group": {"C6": 0}, "year": {"2025": 1, "2026": 2}}},
			{"a county", search.Filter{County: "17", Group: "C6", Challenge: "skolfranvaro"}, 1, map[string]counts{
				"kind": {"news": 0, "page": 1}, "area": {"ett": 0, "tva": 0}, "challenge": {"skolfranvaro": 1}, "county": {"17": 1}, "group": {"C6": 1}, "year": {"2025": 0, "2026": 0}}},
		} {
			result := k.askAs(access.Actor{}, search.Query{Text: "skola", Filter: row.filter, Facets: all})
			elsewhere := 0
			if row.total == 0 {
				elsewhere = 4
			}
			if diff := cmp.Diff(row.want, result.Facets); diff != "" || result.Total != row.total || result.Elsewhere != elsewhere || result.Degraded != degraded {
				t.Errorf("%s, degraded %t: total %d, elsewhere %d; - want, + got:\n%s", row.name, degraded, result.Total, result.Elsewhere, diff)
			}
		}
	}
}

func TestPagesAndOrder(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, titled("Skola|Skola och hem|Hem")...)
	q := search.Query{Text: "skola", Newest: true, Limit: 1}
	var got []string
	for q.Offset = 0; q.Offset < 4; q.Offset++ {
		result := k.askAs(access.Actor{}, q)
		got = append(got, strings.Join(names(result), "|"))
		if result.Total != 2 {
			t.Errorf("offset %d: total %d", q.Offset, result.Total)
		}
	}
	if diff := cmp.Diff([]string{"Skola", "Skola och hem", "", ""}, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

func TestWithoutDatabaseSearchIsUnavailable(t *testing.T) {
	k := newDesk(t, dbtest.Any(t), false, titled("Skola")...)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.Search(ctx, search.Query{Text: "skola", Limit: 1}); err == nil {
		t.Error("a search nobody waits for has an answer")
	}
	if err := k.db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Search(t.Context(), search.Query{Text: "skola", Limit: 1}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a database: %v", err)
	}
}
