package meili_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
)

// The texts that are searched: each an id and a title.
func library() []search.Document {
	var docs []search.Document
	for _, line := range []string{
		"oro Ny blankett för orosanmälan",
		"anmalan Så gör du en anmälan om oro",
		"utredning Barnavårdsutredningens tre delar",
		"skola Frånvaron i skolan ökar",
		"skolfranvaro Skolfrånvaro hos små barn",
		"rad Råd till föräldrar",
		"rader En rad frågor",
		"omstallning Omställningen i kommunerna",
		"bou Barn och unga i fokus",
		"unga Unga möter barn",
		"kommun Kommun 1780 och år 2026",
		"stopp Om att vara till",
	} {
		id, title, _ := strings.Cut(line, " ")
		docs = append(docs, doc(id, title))
	}
	return docs
}

func TestWordsAreReadAsTheyAreAsked(t *testing.T) {
	synonyms := func(r search.Request, synonyms ...string) search.Request {
		for _, s := range synonyms {
			r.Wants[0].Synonyms = append(r.Wants[0].Synonyms, strings.Fields(s))
		}
		return r
	}
	any := func(r search.Request) search.Request { r.Any = true; return r }
	mixed := asked(search.Plain, "barn", "skolfrnåvaro")
	mixed.Wants[1].Reading = search.Typo
	rows := []struct {
		name string
		r    search.Request
		want []string
	}{
		{"a word is found in its inflections", asked(search.Plain, "anmälningar"), []string{"anmalan", "oro"}},
		{"a word is found within a compound", asked(search.Plain, "utredning"), []string{"utredning"}},
		{"a compound is found by its parts", asked(search.Plain, "skolfrånvaro"), []string{"skola", "skolfranvaro"}},
		{"all words must be there", asked(search.Plain, "barn", "unga"), []string{"bou", "unga"}},
		{"one word is enough where any will do", any(asked(search.Plain, "råd", "fokus")), []string{"bou", "rad"}},
		{"a word with a ring is not one without", asked(search.Plain, "råd"), []string{"rad"}},
		{"a word without a ring is not one with", asked(search.Plain, "rad"), []string{"rader"}},
		{"without slips nothing is near", asked(search.Plain, "fokos"), nil},
		{"a word is no beginning by itself", asked(search.Plain, "blank"), nil},
		{"a stop word is found as it is written", asked(search.Plain, "till"), []string{"rad", "stopp"}},
		{"a beginning finds the words that begin so", asked(search.Prefix, "frå"), []string{"rader", "skola"}},
		{"a beginning has no slips", asked(search.Prefix, "blamk"), nil},
		{"a beginning comes after a whole word", prefixed("en", "fråg"), []string{"rader"}},
		{"two beginnings are both looked for", asked(search.Prefix, "blank", "oros"), []string{"oro"}},
		{"without rings a word finds those with", asked(search.Folded, "omstallningar"), []string{"omstallning"}},
		{"without rings a beginning finds too", asked(search.Folded, "omstall"), []string{"omstallning"}},
		{"without rings the part of a compound is found", asked(search.Folded, "franvaro"), []string{"skola", "skolfranvaro"}},
		{"a word with rings is itself however it is read", asked(search.Folded, "räd"), nil},
		{"one slip in a word of four letters", asked(search.Typo, "fokos"), []string{"bou"}},
		{"two slips in a word of eight", asked(search.Typo, "blnakettt"), []string{"oro"}},
		{"three slips are too many", asked(search.Typo, "blnakketttx"), nil},
		{"a word of three letters has none", asked(search.Typo, "rax"), nil},
		{"a word with slips is no beginning", asked(search.Typo, "blankt"), nil},
		{"one word has a slip and the other none", mixed, []string{"skolfranvaro"}},
		{"a phrase has its words in their order", asked(search.Plain, "barn och unga"), []string{"bou"}},
		{"a phrase beside a word", asked(search.Plain, "barn och unga", "fokus"), []string{"bou"}},
		{"a phrase in another order is none", asked(search.Plain, "unga och barn"), nil},
		{"a phrase with a slip in each word", asked(search.Typo, "blankettt orosanmälann"), []string{"oro"}},
		{"a synonym finds", synonyms(asked(search.Plain, "xyzzy"), "råd"), []string{"rad"}},
		{"a synonym that is a phrase finds", synonyms(asked(search.Plain, "xyzzy"), "barn och unga"), []string{"bou"}},
		{"synonyms of both sorts find", synonyms(asked(search.Plain, "xyzzy"), "barn och unga", "råd"), []string{"bou", "rad"}},
		{"synonyms are no way around the other words", synonyms(asked(search.Plain, "xyzzy", "fokus"), "barn och unga", "råd"), []string{"bou"}},
		{"a synonym of a word with slips is read plainly", synonyms(asked(search.Typo, "fokos"), "råd"), []string{"bou", "rad"}},
		{"numbers are words", asked(search.Plain, "1780"), []string{"kommun"}},
		{"a want without words is none", search.Request{Sight: access.Actor{}.Sight(), Now: noon(), Limit: 20, Wants: []search.Want{{}, {Words: []string{"fokus"}}}}, []string{"bou"}},
	}
	each(t, func(t *testing.T, index *meili.Index) {
		rebuilt(t, index, library()...)
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				if row.want == nil {
					row.want = []string{}
				}
				equal(t, "found", found(t, index, row.r), row.want)
				row.r.Newest = true
				equal(t, "found, newest first", found(t, index, row.r), row.want)
				row.r.Titles = true
				equal(t, "found in titles", found(t, index, row.r), row.want)
			})
		}
	})
}

func prefixed(whole, beginning string) search.Request {
	r := asked(search.Plain, whole, beginning)
	r.Wants[1].Reading = search.Prefix
	return r
}

// Ten words with phrases as synonyms are more ways than are tried: what is left is found, and nothing else.
func TestManySynonymsStillFind(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		words := strings.Fields("ett två tre fyra fem sex sju åtta nio tio")
		rebuilt(t, index, doc("alla", strings.Join(words, " ")), doc("en", "ett två tre"), doc("synonym", strings.Join(words[1:], " ")+" det första talet"))
		r := asked(search.Plain, words...)
		for i := range r.Wants {
			r.Wants[i].Synonyms = [][]string{{"inte", "detta"}, {"ej", "detta"}}
		}
		r.Wants[0].Synonyms = append(r.Wants[0].Synonyms, []string{"första", "talet"})
		equal(t, "found", found(t, index, r), []string{"alla", "synonym"})
	})
}

func TestTextsAreLookedThroughOrTitlesOnly(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		title, summary, body := doc("title", "Samverkan"), doc("summary", "Annat"), doc("body", "Annat")
		summary.Summary, body.Body = "Om samverkan", "Här finns\n\nsamverkan, till sist."
		rebuilt(t, index, title, summary, body)
		for _, word := range []string{"samverkan", "finns samverkan"} {
			r := asked(search.Plain, word)
			want := map[string][]string{"samverkan": {"body", "summary", "title"}, "finns samverkan": {"body"}}[word]
			equal(t, word, found(t, index, r), want)
		}
		r := asked(search.Plain, "samverkan")
		r.Titles = true
		equal(t, "titles", found(t, index, r), []string{"title"})
	})
}

func TestWhatIsFoundIsOrderedAndPaged(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		var docs []search.Document
		for i := range 30 {
			d := doc(fmt.Sprintf("d%02d", i), "Samma ord")
			d.Date = noon().Add(-time.Duration(i) * time.Hour)
			docs = append(docs, d)
		}
		rebuilt(t, index, docs...)
		page := func(newest bool, limit, offset int, words ...string) []string {
			r := asked(search.Plain, words...)
			r.Newest, r.Limit, r.Offset = newest, limit, offset
			all, err := index.Find(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "total", all.Total, 30)
			var ids []string
			for _, m := range all.Matches {
				ids = append(ids, m.ID)
			}
			return ids
		}
		equal(t, "the newest", page(true, 3, 0, "ord"), []string{"d00", "d01", "d02"})
		equal(t, "of equal fit, fresh before old", page(false, 3, 0, "ord"), []string{"d00", "d01", "d02"})
		equal(t, "everything, fresh before old", page(false, 3, 0), []string{"d00", "d01", "d02"})
		equal(t, "a later page", page(true, 3, 27, "ord"), []string{"d27", "d28", "d29"})
		equal(t, "after the last", page(true, 3, 30, "ord"), []string(nil))
		equal(t, "far after the last", page(true, 3, 1<<40, "ord"), []string(nil))
		equal(t, "before the first", page(true, 3, -5, "ord"), []string{"d00", "d01", "d02"})
		equal(t, "only counted", page(true, 0, 0, "ord"), []string(nil))
	})
}

func TestFiltersNarrowAndFacetsCount(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		a, b, c := doc("a", "Ord"), doc("b", "Ord"), doc("c", "Ord")
		a.Kind, a.Areas, a.Challenges, a.County, a.Group, a.Year = "news", []string{"barn", "skola", "barn"}, []string{"x"}, "01", "A1", 2025
		b.Kind, b.Areas, b.County, b.Group, b.Year = "study", []string{"barn"}, "14", "a1", 2026
		c.Kind = "page"
		rebuilt(t, index, a, b, c)
		for name, row := range map[string]struct {
			filter search.Filter
			want   []string
		}{
			"one kind":                   {search.Filter{Kinds: []string{"news"}}, []string{"a"}},
			"any of two kinds":           {search.Filter{Kinds: []string{"news", "page"}}, []string{"a", "c"}},
			"an area":                    {search.Filter{Area: "barn"}, []string{"a", "b"}},
			"a challenge":                {search.Filter{Challenge: "x"}, []string{"a"}},
			"a county":                   {search.Filter{County: "14"}, []string{"b"}},
			"a group, big letters apart": {search.Filter{Group: "A1"}, []string{"a"}},
			"a year":                     {search.Filter{Year: 2026}, []string{"b"}},
			"all at once":                {search.Filter{Kinds: []string{"study"}, Area: "barn", County: "14", Year: 2026}, []string{"b"}},
			"nothing is so":              {search.Filter{Area: `barn" OR area = "skola`}, []string{}},
		} {
			r := asked(search.Plain, "ord")
			r.Filter = row.filter
			equal(t, name, found(t, index, r), row.want)
		}
		r := asked(search.Plain, "ord")
		r.Facets = append(search.Facets(), "secret")
		all, err := index.Find(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "facets", all.Facets, map[string]map[string]int{
			"kind": {"news": 1, "study": 1, "page": 1}, "area": {"barn": 2, "skola": 1}, "challenge": {"x": 1}, "county": {"01": 1, "14": 1},
			"group": {"A1": 1, "a1": 1}, "year": {"2025": 1, "2026": 1},
		})
	})
}
