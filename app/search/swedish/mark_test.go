package swedish_test

import (
	"html"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"nuso.se/app/search/swedish"
)

// plain wants words and phrases plainly, phrases in quotes: `barn "bistå med råd"`.
func plain(query string) []swedish.Wanted {
	var wanted []swedish.Wanted
	for i, part := range strings.Split(query, `"`) {
		if i%2 == 1 {
			wanted = append(wanted, swedish.Wanted{Words: wordsOf(part)})
			continue
		}
		for _, word := range wordsOf(part) {
			wanted = append(wanted, swedish.Wanted{Words: []string{word}})
		}
	}
	return wanted
}

func like(query string, as swedish.Wanted) []swedish.Wanted {
	wanted := plain(query)
	for i := range wanted {
		wanted[i].Prefix, wanted[i].Folded, wanted[i].Typo = as.Prefix, as.Folded, as.Typo
	}
	return wanted
}

func TestMarked(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		wanted []swedish.Wanted
		want   string // [ and ] for <mark> and </mark>
	}{
		{"a word in all its forms", "Kommunen och kommunernas", plain("kommun"), "[Kommunen] och [kommunernas]"},
		{"a compound with the word", "Orosanmälningar ökar", plain("anmälan"), "[Orosanmälningar] ökar"},
		{"a compound with another", "barnavårdsutredning", plain("barnavård"), "[barnavårdsutredning]"},
		{"a compound with all parts of the one wanted", "kommungruppsindelningen", plain("gruppkommun"), "[kommungruppsindelningen]"},
		{"a compound alone when the text has it", "barnavård: vård av barn", plain("barnavård"), "[barnavård]: vård av barn"},
		{"the parts of a compound when the text has all of them alone", "Frånvaro i skolan", plain("skolfrånvaro"), "[Frånvaro] i [skolan]"},
		{"no parts when one is missing", "barn i skolan", plain("skolfrånvaro"), "barn i skolan"},
		{"one part is less than the word", "skolfrånvaro, skola", plain("skolgång förskola"), "skolfrånvaro, skola"},
		{"a word that only begins alike is another", "barnett kommunicerar", plain("barn kommun"), "barnett kommunicerar"},
		{"rings make another word", "rad och råd", plain("rad"), "[rad] och råd"},
		{"without rings when asked so", "rad, råd, skolfrånvaro", like("rad franvaro", swedish.Wanted{Folded: true}), "[rad], [råd], [skolfrånvaro]"},
		{"beginnings when asked so", "Utredning och ut", like("utr", swedish.Wanted{Prefix: true}), "[Utredning] och ut"},
		{"beginnings without rings", "Öppenvården", like("oppenva", swedish.Wanted{Prefix: true, Folded: true}), "[Öppenvården]"},
		{"slips when asked so", "anmälan, anmälna, manälan", like("anmälan", swedish.Wanted{Typo: true}), "[anmälan], [anmälna], manälan"},
		{"two slips in a long word", "orosanmälan", like("rosanmälna", swedish.Wanted{Typo: true}), "[orosanmälan]"},
		{"no slips in a short word", "bou bur", like("bou", swedish.Wanted{Typo: true}), "[bou] bur"},
		{"a phrase as it is written", "Råd och stöd, stöd och råd", plain(`"råd och stöd"`), "[Råd och stöd], stöd och råd"},
		{"a phrase in another form is none", "råden och stödet", plain(`"råd och stöd"`), "råden och stödet"},
		{"a phrase over signs", "e-post: PM-5", plain(`"e post pm"`), "[e-post: PM]-5"},
		{"a phrase without rings", "råd och stöd", like(`"rad och stod"`, swedish.Wanted{Folded: true}), "[råd och stöd]"},
		{"a phrase with a slip", "barn som far illa", like(`"barn som far ilal"`, swedish.Wanted{Typo: true}), "[barn som far illa]"},
		{"the last word of a phrase may be begun", "barn som far illa", like(`"barn som f"`, swedish.Wanted{Prefix: true}), "[barn som far] illa"},
		{"the longest of two", "råd och stöd", plain(`råd "råd och stöd" stöd`), "[råd och stöd]"},
		{"a stop word is itself alone", "om, omen, att", plain("om"), "[om], omen, att"},
		{"a name", "Upplands-Bro och Malmös, Karlstads", plain("bro malmö karlstad"), "Upplands-[Bro] och [Malmös], [Karlstads]"},
		{"an inflection after a colon", "BUP:s", plain("bup"), "[BUP:s]"},
		{"what is dangerous is escaped", `<b>barn</b> & "råd"`, plain("barn"), `&lt;b&gt;[barn]&lt;/b&gt; &amp; &#34;råd&#34;`},
		{"dangerous signs in a phrase", "barn<script>råd", plain(`"barn script råd"`), "[barn&lt;script&gt;råd]"},
		{"soft hyphens stay", "oros\u00adanmälan", plain("oro"), "[oros\u00adanmälan]"},
		{"NUL and broken bytes", "a\x00\xffb", nil, "a\uFFFD\uFFFDb"},
		{"nothing wanted", "barn", nil, "barn"},
		{"an empty want", "barn", []swedish.Wanted{{}, {Words: []string{""}, Prefix: true}, {Words: []string{"barn", ""}}}, "barn"},
		{"an empty text", "", plain("barn"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.NewReplacer("[", "<mark>", "]", "</mark>").Replace(c.want)
			if got := string(swedish.Marked(c.text, c.wanted)); got != want {
				t.Errorf("%q\nwant %q", got, want)
			}
		})
	}
}

// unmarked is the text that marked HTML shows.
func unmarked(marked string) string {
	return html.UnescapeString(strings.NewReplacer("<mark>", "", "</mark>", "").Replace(marked))
}

func TestMarkingChangesNothingOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := signs().Draw(t, "text")
		wanted := like(signs().Draw(t, "query"), swedish.Wanted{
			Prefix: rapid.Bool().Draw(t, "prefix"), Folded: rapid.Bool().Draw(t, "folded"), Typo: rapid.Bool().Draw(t, "typo"),
		})
		want := strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
		if got := unmarked(string(swedish.Marked(text, wanted))); got != want {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
