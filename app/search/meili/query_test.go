package meili

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nuso.se/app/search"
)

func TestValuesAreToldApartWhateverTheServerFolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := string(rapid.SliceOf(rapid.Byte()).Draw(t, "a")), string(rapid.SliceOf(rapid.Byte()).Draw(t, "b"))
		if back, ok := unescaped(escaped(a)); !ok || back != a {
			t.Fatalf("%q is %q is %q", a, escaped(a), back)
		}
		v, w := value(a), value(b)
		if (a == b) != strings.EqualFold(strings.TrimSpace(v), strings.TrimSpace(w)) {
			t.Fatalf("%q and %q are %q and %q", a, b, v, w)
		}
		if strings.Trim(v, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || len(v) > longest {
			t.Fatalf("%q is %q", a, v)
		}
		if joined := escaped(a + b); joined != escaped(a)+escaped(b) {
			t.Fatalf("%q and %q together are %q", a, b, joined)
		}
	})
}

func TestWhatIsNoValueIsNotRead(t *testing.T) {
	for _, text := range []string{"_", "_4", "a_", "_zz", "_+1"} {
		if back, ok := unescaped(text); ok {
			t.Errorf("%q is read as %q", text, back)
		}
	}
}

// What a request becomes: each query as its weight, its text, and its conditions.
func TestWantsBecomeQueries(t *testing.T) {
	want := func(reading search.Reading, text string, synonyms ...string) search.Want {
		w := search.Want{Words: strings.Fields(text), Reading: reading}
		for _, s := range synonyms {
			w.Synonyms = append(w.Synonyms, strings.Fields(s))
		}
		return w
	}
	for _, row := range []struct {
		name string
		r    search.Request
		want []string
	}{
		{"nothing is wanted", search.Request{}, []string{`0.01 "alla"`}},
		{"a word is only counted", search.Request{Wants: []search.Want{want(search.Plain, "kommuner")}},
			[]string{`0.01 "alla" | tokens IN ["skommun", "wkommuner"]`}},
		{"a word is ordered as written and by its form", search.Request{Limit: 1, Wants: []search.Want{want(search.Plain, "kommuner")}},
			[]string{`0.01 "alla" | tokens IN ["skommun", "wkommuner"]`, `1 "kommuner" | tokens IN ["skommun", "wkommuner"]`, `1 "kommun" | tokens IN ["skommun", "wkommuner"]`}},
		{"by date there is no other order", search.Request{Limit: 1, Newest: true, Wants: []search.Want{want(search.Plain, "kommuner")}},
			[]string{`0.01 "alla" | tokens IN ["skommun", "wkommuner"]`}},
		{"a beginning is bare and last", search.Request{Limit: 1, Titles: true, Wants: []search.Want{want(search.Prefix, "kom"), want(search.Plain, "råd")}},
			[]string{
				`0.01 "alla" | titleTokens STARTS WITH "wkom" & titleTokens IN ["sr_c3_a5d", "wr_c3_a5d"]`,
				`1 "råd" kom | titleTokens STARTS WITH "wkom" & titleTokens IN ["sr_c3_a5d", "wr_c3_a5d"]`,
				`1 "råd" kom | titleTokens STARTS WITH "wkom" & titleTokens IN ["sr_c3_a5d", "wr_c3_a5d"]`,
			}},
		{"a slip is text", search.Request{Wants: []search.Want{want(search.Typo, "komun")}}, []string{`1 komun "alla"`}},
		{"a phrase is text and words", search.Request{Wants: []search.Want{want(search.Plain, "råd om stöd")}},
			[]string{`1 "råd om stöd" "alla" | tokens = "wr_c3_a5d" & tokens = "wom" & tokens = "wst_c3_b6d"`}},
		{"synonyms are alternatives, phrases by themselves", search.Request{Wants: []search.Want{want(search.Plain, "bou", "barn och unga", "ungdom")}},
			[]string{
				`0.01 "alla" | tokens IN ["sbou", "wbou"] OR tokens IN ["sungdom", "wungdom"]`,
				`0.8 "barn och unga" "alla" | tokens = "wbarn" & tokens = "woch" & tokens = "wunga"`,
			}},
		{"any will do, more are better", search.Request{Any: true, Limit: 1, Wants: []search.Want{want(search.Plain, "kommun"), want(search.Typo, "stödd")}},
			[]string{
				`0.01 "alla" | tokens IN ["skommun", "wkommun"]`, `0.3 stödd "alla"`,
				`1 "kommun" stödd | tokens IN ["skommun", "wkommun"]`, `0.3 "kommun" | tokens IN ["skommun", "wkommun"]`, `0.3 stödd | tokens IN ["skommun", "wkommun"]`,
			}},
	} {
		var got []string
		for _, q := range queries(row.r) {
			got = append(got, strings.TrimSuffix(fmt.Sprintf("%g %s | %s", q.weight, q.text, strings.Join(q.conditions, " & ")), " | "))
		}
		if strings.Join(got, "\n") != strings.Join(row.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", row.name, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
		}
	}
}

// Synonyms multiply the ways, but never beyond what a server bears.
func TestWaysAreBounded(t *testing.T) {
	var wants []search.Want
	for _, word := range strings.Fields("ett två tre fyra fem sex sju åtta nio tio") {
		w := search.Want{Words: []string{word}, Reading: search.Typo}
		for range 50 {
			w.Synonyms = append(w.Synonyms, []string{"barn", "och", word})
		}
		wants = append(wants, w)
	}
	for _, any := range []bool{false, true} {
		if n := len(queries(search.Request{Wants: wants, Limit: 10, Any: any})); n == 0 || n > maxWays+maxRankings {
			t.Errorf("any %v: %d queries", any, n)
		}
	}
}

func TestTheMakeIsAlwaysTheSame(t *testing.T) {
	if a, b := makeOf(), makeOf(); a != b || len(a) != 12 {
		t.Errorf("the make is %q and %q", a, b)
	}
}

func BenchmarkRecord(b *testing.B) {
	words := strings.Fields(sampleText)
	var body []string
	for i := range 250 {
		body = append(body, words[i%len(words)]+strings.Repeat("a", i%7))
	}
	d := search.Document{ID: "id", Title: sampleText[:40], Summary: sampleText, Body: strings.Join(body, " ")}
	for b.Loop() {
		record(d)
	}
}
