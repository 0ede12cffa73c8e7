package fallback_test

import (
	"fmt"
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
	"nuso.se/app/search/fallback"
	"nuso.se/app/search/searchtest"
)

func noon() time.Time { return clock.At(2026, time.March, 25, 12, 0, 0) }

func put(t *testing.T, d *db.DB, docs ...search.Document) {
	t.Helper()
	for i := range docs {
		if docs[i].Audience == "" {
			docs[i].Audience = access.Open
		}
	}
	if err := d.Tx(t.Context(), func(tx db.Tx) error { return search.Put(tx, docs...) }); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, d *db.DB, r search.Request) search.Found {
	t.Helper()
	if r.Sight.Audiences == nil {
		r.Sight = access.Actor{}.Sight()
	}
	if r.Limit == 0 {
		r.Limit = 50
	}
	r.Now = noon()
	found, err := fallback.New(d).Find(t.Context(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r.Wants, err)
	}
	return found
}

func ids(found search.Found) string {
	var ids []string
	for _, m := range found.Matches {
		ids = append(ids, m.ID)
	}
	return strings.Join(ids, " ")
}

func TestEverybodyFindsWhatTheyMaySee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, searchtest.Planted()...)
		searchtest.Rights(t, fallback.New(d))
	})
}

// texts are documents whose ids say what is to be found in them; the later ones are older.
func texts() []search.Document {
	docs := []search.Document{
		{ID: "body", Title: "Annat", Summary: "Annat", Body: "Skolfrånvaron ökar/minskar bland <barn>. Kommunens råd om e-post: PM-5 (BUP:s). Återkommande ÖREBRO."},
		{ID: "summary", Title: "Annat", Summary: "Om skolfrånvaro", Body: "Barn som far illa av ett rad."},
		{ID: "title", Title: "Skolfrånvaro i Örebro", Summary: "Annat", Body: "Se nuso.se/barn. En idé."},
		{ID: "other", Title: "Öst om ost", Summary: "Helt annat", Body: "Orosanmälan far illa fram. \u201cCitat\u201d–streck. Barn\u00advård."},
	}
	for i := range docs {
		docs[i].Date = noon().Add(-time.Duration(i) * time.Hour)
	}
	return docs
}

func TestWordsAreReadAsAsked(t *testing.T) {
	word := func(word string, reading search.Reading) search.Request {
		return search.Request{Wants: []search.Want{{Words: []string{word}, Reading: reading}}}
	}
	phrase := func(reading search.Reading, words ...string) search.Request {
		return search.Request{Wants: []search.Want{{Words: words, Reading: reading}}}
	}
	both := func(any bool, words ...string) search.Request {
		r := search.Request{Any: any}
		for _, w := range words {
			r.Wants = append(r.Wants, search.Want{Words: []string{w}})
		}
		return r
	}
	titles := func(r search.Request) search.Request { r.Titles = true; return r }
	newest := func(r search.Request) search.Request { r.Newest = true; return r }
	synonym := search.Request{Wants: []search.Want{{Words: []string{"xyzzy"}, Synonyms: [][]string{{"far", "illa"}, {"råd"}}}}}
	guess := search.Request{Wants: []search.Want{{Words: []string{"skolfrånvaor"}, Reading: search.Typo, Synonyms: [][]string{{"råd"}}}}}
	rows := []struct {
		name string
		r    search.Request
		want string
	}{
		{"any inflection, title over summary over body", word("skolfrånvaron", search.Plain), "title summary body"},
		{"by date when asked", newest(word("skolfrånvaro", search.Plain)), "body summary title"},
		{"a compound by its beginning", word("barn", search.Plain), "body summary other title"},
		{"capitals outside ASCII", word("återkommande", search.Plain), "body"},
		{"a word with a ring is itself", word("råd", search.Plain), "body"},
		{"a word without one too", word("rad", search.Plain), "summary"},
		{"read without accents it is both", word("rad", search.Folded), "body summary"},
		{"folded titles come first", word("orebro", search.Folded), "title body"},
		{"an accent that is no ring", word("ide", search.Folded), "title"},
		{"a beginning", word("oros", search.Prefix), "other"},
		{"the middle is none", word("frånvaro", search.Prefix), ""},
		{"slips are not guessed", word("skolfrånvaor", search.Typo), ""},
		{"but their synonyms are read", guess, "body"},
		{"words on each side of a slash", word("minskar", search.Plain), "body"},
		{"words in angles", both(false, "barn", "råd"), "body"},
		{"words of an address", word("nuso", search.Plain), "title"},
		{"a word with a hyphen", word("pm-5", search.Plain), "body"},
		{"its parts", word("post", search.Plain), "body"},
		{"before a colon", word("bup", search.Plain), "body"},
		{"within typographic quotes", word("citat", search.Plain), "other"},
		{"after a dash", word("streck", search.Plain), "other"},
		{"over a soft hyphen", word("barnvård", search.Plain), "other"},
		{"a phrase is in a row", phrase(search.Plain, "far", "illa"), "summary other"},
		{"and in order", phrase(search.Plain, "illa", "far"), ""},
		{"over a hyphen", phrase(search.Plain, "e", "post"), "body"},
		{"with the last word begun", phrase(search.Prefix, "far", "il"), "summary other"},
		{"a folded phrase", phrase(search.Folded, "kommunens", "rad"), "body"},
		{"all words", both(false, "skolfrånvaro", "råd"), "body"},
		{"all words in different places", both(false, "annat", "örebro"), "title body"},
		{"any words, more is better", both(true, "skolfrånvaro", "råd"), "body title summary"},
		{"any words, one unknown", both(true, "xyzzy", "råd"), "body"},
		{"all words, one unknown", both(false, "xyzzy", "råd"), ""},
		{"in titles only", titles(word("skolfrånvaro", search.Plain)), "title"},
		{"the beginning of a title's word", titles(word("öre", search.Prefix)), "title"},
		{"a phrase in titles", titles(phrase(search.Plain, "far", "illa")), ""},
		{"a folded word in titles", titles(word("orebr", search.Folded)), "title"},
		{"synonyms", synonym, "body other summary"},
		{"no words: all, newest first", search.Request{}, "body summary title other"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, texts()...)
		for _, row := range rows {
			got := find(t, d, row.r)
			if set, want := sorted(ids(got)), sorted(row.want); set != want || got.Total != len(got.Matches) {
				t.Errorf("%s: found %q (%d), want %q", row.name, ids(got), got.Total, row.want)
			} else if strings.HasPrefix(row.want, "title") || row.r.Newest || row.r.Any || len(row.r.Wants) == 0 {
				if ids(got) != row.want {
					t.Errorf("%s: the order is %q, want %q", row.name, ids(got), row.want)
				}
			}
		}
	})
}

func sorted(ids string) string {
	fields := strings.Fields(ids)
	slices.Sort(fields)
	return strings.Join(fields, " ")
}

func TestEqualMatchesAreFreshestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 3 {
			put(t, d, search.Document{ID: fmt.Sprint("y", 1-i), Title: "Lika", Body: "likadan text", Date: noon().AddDate(i-3, 0, 0)})
		}
		put(t, d, search.Document{ID: "undated", Title: "Lika", Body: "likadan text"})
		if got := ids(find(t, d, search.Request{Wants: []search.Want{{Words: []string{"likadan"}}}})); got != "y-1 y0 y1 undated" {
			t.Errorf("the order is %s", got)
		}
	})
}

func TestFacetsAreCountedAmongAllThatIsFound(t *testing.T) {
	docs := []search.Document{
		{ID: "1", Kind: "news", Areas: []string{"skola", "hem", "skola"}, Challenges: []string{"tid"}, County: "18", Group: "a", Year: 2025},
		{ID: "2", Kind: "news", Areas: []string{"skola"}, County: "18", Year: 2026},
		{ID: "3", Kind: "page", Group: "a"},
		{ID: "4", Kind: "page", Areas: []string{"skola"}, Challenges: []string{"tid"}, Audience: access.Participants, Year: 2026},
	}
	for i := range docs {
		docs[i].Title, docs[i].Date = "Ord", noon().Add(time.Duration(i)*time.Second)
	}
	all := search.Facets()
	whole := map[string]map[string]int{
		"kind": {"news": 2, "page": 1}, "area": {"skola": 2, "hem": 1}, "challenge": {"tid": 1}, "county": {"18": 2},
		"group": {"a": 2}, "year": {"2025": 1, "2026": 1},
	}
	word := []search.Want{{Words: []string{"ord"}}}
	rows := []struct {
		name   string
		r      search.Request
		ids    string
		total  int
		facets map[string]map[string]int
	}{
		{"without words", search.Request{Facets: all}, "3 2 1", 3, whole},
		{"with a word", search.Request{Wants: word, Facets: all}, "3 2 1", 3, whole},
		{"a page of them", search.Request{Wants: word, Facets: all, Limit: 1, Offset: 1}, "2", 3, whole},
		{"beyond the end", search.Request{Wants: word, Facets: all, Offset: 7}, "", 3, whole},
		{"only counted", search.Request{Wants: word, Facets: all, Limit: -1}, "", 3, whole},
		{"none asked for", search.Request{Wants: word}, "3 2 1", 3, map[string]map[string]int{}},
		{"of nothing", search.Request{Wants: []search.Want{{Words: []string{"xyzzy"}}}, Facets: []string{"kind"}}, "", 0, map[string]map[string]int{"kind": {}}},
		{"one that there is not", search.Request{Facets: []string{"x'; --"}}, "3 2 1", 3, map[string]map[string]int{"x'; --": {}}},
		{"asked for twice", search.Request{Facets: []string{"year", "year"}}, "3 2 1", 3, map[string]map[string]int{"year": whole["year"]}},
		{"for an editor", search.Request{Wants: word, Facets: []string{"kind"}, Sight: access.Sight{All: true, Audiences: []access.Audience{}}}, "4 3 2 1", 4, map[string]map[string]int{"kind": {"news": 2, "page": 2}}},
		{"kinds", search.Request{Filter: search.Filter{Kinds: []string{"page", "x"}}, Facets: []string{"area"}}, "3", 1, map[string]map[string]int{"area": {}}},
		{"area", search.Request{Wants: word, Filter: search.Filter{Area: "skola"}, Facets: []string{"area"}}, "2 1", 2, map[string]map[string]int{"area": {"skola": 2, "hem": 1}}},
		{"challenge", search.Request{Filter: search.Filter{Challenge: "tid"}}, "1", 1, map[string]map[string]int{}},
		{"county and group", search.Request{Filter: search.Filter{County: "18", Group: "a"}}, "1", 1, map[string]map[string]int{}},
		{"year", search.Request{Filter: search.Filter{Year: 2026}}, "2", 1, map[string]map[string]int{}},
		{"a filter that is no value", search.Request{Filter: search.Filter{Area: `skola" OR 1=1 --`, County: "'"}}, "", 0, map[string]map[string]int{}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, docs...)
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				var found search.Found
				if n := dbtest.Queries(t, d, func() { found = find(t, d, row.r) }); n > 1 {
					t.Errorf("%d statements: counts and matches could differ", n)
				}
				if ids(found) != row.ids || found.Total != row.total {
					t.Errorf("found %q of %d, want %q of %d", ids(found), found.Total, row.ids, row.total)
				}
				if diff := cmp.Diff(row.facets, found.Facets); diff != "" {
					t.Errorf("- want, + got:\n%s", diff)
				}
			})
		}
	})
}

// Whatever stands in a want, it is looked for as words or not at all, and never read as syntax.
func TestNoWordIsSyntax(t *testing.T) {
	hostile := []string{
		"", " ", `"`, `""`, `"skola`, "'", "''", `\`, `\'`, "*", "sk*", "-", "-skola", "NEAR", "near(skola, 2)", "AND", "OR", "NOT", "and", "or", "not",
		"title:skola", "title :", "search_words:x", "^", "^skola", "{title}", "{}", "(", ")", "((", "&", "|", "!", "<->", "<2>", ":*", ":A", "skola:*", "+", "~",
		"%", "_", "?", "@p", "@@", "$1", ";", "--", "/*", "\x00", "sk\x00ola", "\xff\xfe", "😀", "a😀b", "\u202e", "\u00ad", "a\u0301", "𞤀", "ﬀ", "１２", "x'; DROP TABLE documents; --",
		strings.Repeat("a", 10_000), strings.Repeat("å", 10_000), strings.Repeat("ö-", 5_000), strings.Repeat(`"`, 10_000), strings.Repeat("😀", 10_000),
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, search.Document{ID: "1", Title: "Hemlighet", Body: "and or not near title"})
		for _, text := range hostile {
			for _, reading := range []search.Reading{search.Plain, search.Prefix, search.Folded, search.Typo} {
				for _, words := range [][]string{{text}, {"hemlighet", text}, {text, text}, strings.Split(text, "-")} {
					for _, any := range []bool{false, true} {
						want := search.Want{Words: words, Reading: reading, Synonyms: [][]string{{text}, {text, "x"}}}
						r := search.Request{Wants: []search.Want{want, {Words: []string{text}}}, Any: any, Titles: len(words) == 1, Filter: search.Filter{Area: "\x00" + text}}
						if found := find(t, d, r); found.Total != 0 {
							t.Errorf("%.20q: found %d of another area", text, found.Total)
						}
						r.Filter = search.Filter{}
						find(t, d, r)
					}
				}
			}
		}
		many := search.Request{Any: true}
		for i := range 1000 {
			many.Wants = append(many.Wants, search.Want{Words: slices.Repeat([]string{fmt.Sprint("ord", i)}, 100), Synonyms: slices.Repeat([][]string{{"x"}}, 100)})
		}
		find(t, d, many)
	})
}

func TestWordsOfOperatorsAreWords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, search.Document{ID: "1", Title: "AND", Body: "NEAR"}, search.Document{ID: "2", Title: "Annat", Body: "near and"})
		for _, word := range []string{"and", "near"} {
			if got := sorted(ids(find(t, d, search.Request{Wants: []search.Want{{Words: []string{word}}}}))); got != "1 2" {
				t.Errorf("%s finds %q", word, got)
			}
		}
	})
}

func TestAnIndexThatIsTheTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, search.Document{ID: "1", Version: 7, Title: "Gammalt"}, search.Document{ID: "2", Version: 1, Title: "Gammalt"})
		put(t, d, search.Document{ID: "1", Version: 8, Title: "Färskt"})
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return search.Remove(tx, "2", "3") }); err != nil {
			t.Fatal(err)
		}
		i := fallback.New(d)
		held, err := i.Versions(t.Context())
		if diff := cmp.Diff(map[string]int64{"1": 8}, held); diff != "" || err != nil || i.Stale() || i.Close() != nil {
			t.Errorf("%v %s", err, diff)
		}
		for word, want := range map[string]string{"gammalt": "", "färskt": "1"} {
			for _, reading := range []search.Reading{search.Plain, search.Folded} {
				if got := ids(find(t, d, search.Request{Wants: []search.Want{{Words: []string{word}, Reading: reading}}})); got != want {
					t.Errorf("%s finds %q, want %q", word, got, want)
				}
			}
		}
	})
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	d := dbtest.Any(t)
	d.Close()
	if _, err := fallback.New(d).Find(t.Context(), search.Request{Limit: 1}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
}
