package meili_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
	"nuso.se/app/search/searchtest"
)

func TestEverybodyFindsWhatTheyMaySee(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) { searchtest.Rights(t, index) })
}

// sent is what a search on its way to the server must have.
type sent struct {
	Queries []struct {
		Filter               []string
		AttributesToRetrieve []string
		IndexUID             string
		Facets               []string
	}
}

// Whatever is asked for, each query that leaves carries what the sight allows, word for word.
func TestNoQueryLeavesWithoutTheRights(t *testing.T) {
	index, server, _ := onStub(t)
	ways := map[string]search.Request{
		"a word": asked(search.Plain, "skola"), "a compound": asked(search.Plain, "skolfrånvaro"), "a beginning": asked(search.Prefix, "sko"),
		"a folded word": asked(search.Folded, "omstallning"), "a slip": asked(search.Typo, "skolfrnåvaro"), "a phrase": asked(search.Plain, "barn och unga"),
		"everything": asked(search.Plain), "many words": asked(search.Plain, "skola", "barn och unga", "oro", "utredning"),
		"syntax": asked(search.Plain, `skola"`, `x"] OR draft = true`, "-skola", `\`),
	}
	bou := asked(search.Plain, "bou", "ifo")
	bou.Wants[0].Synonyms, bou.Wants[1].Synonyms = [][]string{{"barn", "och", "unga"}, {"ungdom"}}, [][]string{{"individ", "och", "familj"}}
	ways["synonyms"] = bou
	sights := map[string]struct {
		sight access.Sight
		want  []string
	}{
		"a visitor": {access.Actor{}.Sight(), []string{`audience IN ["_c3_b6ppen"]`}},
		"a member":  {access.Actor{Role: access.Member, Keys: []access.Audience{`grupp:a" OR "b`}}.Sight(), []string{`audience IN ["_c3_b6ppen", "inloggad", "roll_3amember", "grupp_3aa_22_20_4f_52_20_22b"]`}},
		"an editor": {access.Actor{Role: access.Editor}.Sight(), nil},
	}
	for who, row := range sights {
		want := row.want
		if want != nil {
			now := noon().UnixMicro()
			want = append(want, "draft = false", fmt.Sprintf("from <= %d", now), fmt.Sprintf("until > %d", now))
		}
		for way, r := range ways {
			for _, change := range []func(*search.Request){
				func(*search.Request) {}, func(r *search.Request) { r.Any = true }, func(r *search.Request) { r.Newest = true },
				func(r *search.Request) { r.Titles = true }, func(r *search.Request) { r.Limit = 0; r.Facets = []string{"kind"} },
				func(r *search.Request) { r.Filter = search.Filter{Area: `a" OR draft = true`, Kinds: []string{"news"}} },
			} {
				r.Sight = row.sight
				change(&r)
				if _, err := index.Find(t.Context(), r); err != nil {
					t.Fatalf("%s, %s: %v", who, way, err)
				}
				for _, request := range server.Requests() {
					checkSent(t, who+", "+way, request.Path, request.Body, want)
				}
			}
		}
	}
}

func checkSent(t *testing.T, name, path string, body []byte, want []string) {
	t.Helper()
	if path != "/multi-search" {
		t.Errorf("%s: a request to %s", name, path)
		return
	}
	var s sent
	if err := json.Unmarshal(body, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Queries) == 0 || len(s.Queries) > 50 {
		t.Errorf("%s: %d queries", name, len(s.Queries))
	}
	for _, q := range s.Queries {
		if len(q.Filter) < len(want) || !slices.Equal(q.Filter[:len(want)], want) {
			t.Errorf("%s: the filter is %q, want %q first", name, q.Filter, want)
		}
		equal(t, name+": retrieved", q.AttributesToRetrieve, []string{"key"})
	}
}

func TestNobodyWithoutAudiencesAsksAtAll(t *testing.T) {
	index, server, _ := onStub(t)
	updated(t, index, doc("a", "Ord"))
	server.Requests()
	r := asked(search.Plain, "ord")
	r.Sight = access.Sight{}
	equal(t, "found", found(t, index, r), []string{})
	equal(t, "requests", len(server.Requests()), 0)
}

func TestTimesAreKeptToTheMicrosecond(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		at, tick := noon(), time.Microsecond
		from := func(id string, from, until time.Time) search.Document {
			d := doc(id, "Ord")
			d.From, d.Until = from, until
			return d
		}
		rebuilt(t, index,
			from("now", at, time.Time{}), from("soon", at.Add(tick), time.Time{}), from("always", time.Time{}, time.Time{}),
			from("ends", at.Add(-time.Hour), at), from("ending", at.Add(-time.Hour), at.Add(tick)), from("far", at, at.AddDate(5000, 0, 0)))
		equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"always", "ending", "far", "now"})
	})
}

// Values that the server's own comparison would take for one another, or for syntax.
func TestAudiencesAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		audiences := []access.Audience{
			"öppen", "Öppen", "o\u0308ppen", "oppen", "grupp:a", "grupp:A", "grupp:a ", "grupp:\"a\"", `grupp:\"`, "grupp:a' OR audience != 'x",
			"grupp:\x00", "grupp:\xff", "grupp:ﬁ", "grupp:fi", "1e3", "1000", access.Audience("grupp:" + strings.Repeat("å", 300)), access.Audience("grupp:" + strings.Repeat("å", 301)),
		}
		var docs []search.Document
		for i, a := range audiences {
			d := doc(fmt.Sprintf("nr %d/å", i), "Ord")
			d.Audience = a
			docs = append(docs, d)
		}
		rebuilt(t, index, docs...)
		for i, a := range audiences {
			r := asked(search.Plain, "ord")
			r.Sight = access.Sight{Audiences: []access.Audience{a}}
			equal(t, fmt.Sprintf("%q", a), found(t, index, r), []string{docs[i].ID})
		}
	})
}

// Whatever stands in a word, the server is asked in a way that it understands, and soon.
func TestNoWordIsSyntax(t *testing.T) {
	each(t, func(t *testing.T, index *meili.Index) {
		rebuilt(t, index, doc("a", "Ord"))
		for _, word := range []string{
			"", " ", "*", "-", "~", `"`, `""`, `\`, `\"`, "'", "(", "ord)", "ord\"", "-ord", "kind:news", "AND", "OR NOT", "STARTS WITH", "audience != x", "[", "]", "IN [",
			"\x00", "ord\x00", "😀", "\u202eord", "\xff\xfe", "_geoRadius(1,2,3)", "_geoPoint(1,2)", "1e999", "NaN", strings.Repeat("å", 10_000), strings.Repeat("ord ", 500), "國家",
		} {
			for reading := search.Plain; reading <= search.Typo; reading++ {
				alone := asked(reading)
				alone.Wants = []search.Want{{Words: []string{word}, Reading: reading}}
				for _, id := range found(t, index, alone) {
					if !strings.Contains(strings.ToLower(word), "ord") {
						t.Errorf("%.40q read as %d finds %s", word, reading, id)
					}
				}
				r := asked(reading)
				r.Wants = []search.Want{{Words: []string{word}, Reading: reading}, {Words: []string{"ord"}, Synonyms: [][]string{{word}, {word, word}, {}}}}
				for _, r.Any = range []bool{false, true} {
					if _, err := index.Find(t.Context(), r); err != nil {
						t.Errorf("%.40q read as %d: %v", word, reading, err)
					}
				}
			}
		}
	})
}
