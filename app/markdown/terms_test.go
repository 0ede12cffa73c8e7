package markdown_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"nuso.se/app/markdown"
)

var termButton = regexp.MustCompile(`<button type="button" class="term" popovertarget="term-([a-z-]+)">([^<]*)</button>` +
	`(?:[^<]*</span>)?<span popover="auto" id="term-([a-z-]+)"`)

// marks gives what was marked as "slug: form", in order.
func marks(t *testing.T, output string) []string {
	t.Helper()
	var found []string
	for _, m := range termButton.FindAllStringSubmatch(output, -1) {
		if m[1] != m[3] {
			t.Errorf("%s opens %s", m[1], m[3])
		}
		found = append(found, m[1]+": "+m[2])
	}
	if len(found) != strings.Count(output, "<button") {
		t.Errorf("a button of another shape in %s", output)
	}
	return found
}

func TestTermsAreMarked(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"the first time only", "En orosanmälan och en orosanmälan till.", "orosanmalan: orosanmälan"},
		{"in any form, once for them all", "Fler orosanmälningar än en orosanmälan.", "orosanmalan: orosanmälningar"},
		{"with a capital where a sentence begins", "Orosanmälan görs.", "orosanmalan: Orosanmälan"},
		{"with a capital after a full stop", "Något. Orosanmälan görs.", "orosanmalan: Orosanmälan"},
		{"with a capital after a quotation mark", "Hon sade: ”Orosanmälan görs.”", "orosanmalan: Orosanmälan"},
		{"with a capital in emphasis", "Något. **Orosanmälan** görs.", "orosanmalan: Orosanmälan"},
		{"with a capital in a list", "- Orosanmälan görs.", "orosanmalan: Orosanmälan"},
		{"with a capital in a cell", "|a|\n|-|\n|Orosanmälan|", "orosanmalan: Orosanmälan"},
		{"with a capital that is Ö", "Överenskommelse", "overenskommelse: Överenskommelse"},
		{"not with a capital within a sentence", "En Orosanmälan.", ""},
		{"not in capitals", "OROSANMÄLAN", ""},
		{"not in small letters when an acronym", "en sip och bbic", ""},
		{"as an acronym", "en SIP", "sip: SIP"},
		{"not within a longer word", "minorosanmälan orosanmälanfel", ""},
		{"not when å, ä or ö goes on", "insatsö åinsats", ""},
		{"not in a compound with a hyphen", "BBIC-stöd och mini-BBIC", ""},
		{"with a hyphen of its own", "ett HVB-hem", "hvb-hem: HVB-hem"},
		{"before a genitive's colon", "BBIC:s syfte", "bbic: BBIC"},
		{"before a hyphen that hangs", "BBIC- och SIP-arbete", "bbic: BBIC"},
		{"the longest form wins", "En icke behovsprövad insats och en insats.", "icke-behovsprovad-insats: icke behovsprövad insats|insats: insats"},
		{"the longest form wins where it is known already", "Icke behovsprövad insats, och icke behovsprövad insats.", "icke-behovsprovad-insats: Icke behovsprövad insats"},
		{"a long form broken off", "En icke behovsprövad vård ger insats.", "insats: insats"},
		{"over a line break", "en icke\nbehovsprövad insats", "icke-behovsprovad-insats: icke behovsprövad insats"},
		{"over a line break in a quotation", "> en icke\n> behovsprövad\n> insats här", "icke-behovsprovad-insats: icke behovsprövad insats"},
		{"not over a hard line break", "en icke  \nbehovsprövad vård", ""},
		{"not over a comma", "en icke, behovsprövad insats", "insats: insats"},
		{"not over emphasis", "en icke *behovsprövad* insats", "insats: insats"},
		{"several in a row", "BBIC SIP insats", "bbic: BBIC|sip: SIP|insats: insats"},
		{"not in headings", "## BBIC\n\nBBIC\n---", ""},
		{"not in links", "[BBIC](/om) <https://nuso.se/BBIC>", ""},
		{"not in code", "`BBIC`\n\n    BBIC\n\n```\nBBIC\n```", ""},
		{"not in a callout's title, but in its text", "> [!NOTE] SIP\n> BBIC", "bbic: BBIC"},
		{"not in a table's head", "|BBIC|\n|-|\n|SIP|", "sip: SIP"},
		{"not as the term of a definition", "BBIC\n: SIP", "sip: SIP"},
		{"not in alt text and caption", "![BBIC](karta.png \"SIP\")", ""},
		{"not in charts", "```diagram\ntyp: stapel\ntitel: BBIC\nn: SIP\nperiod: a\nkälla: a\n\nSIP;BBIC\nBBIC;1\n```", ""},
		{"not in films", "```film\ntitel: BBIC\nadress: https://example.org\nlängd: a\nundertexter: a\ntranskript: SIP\n```", ""},
		{"in the text of a footnote", "a[^1]\n\n[^1]: BBIC", "bbic: BBIC"},
		{"between characters that were escaped", `\*BBIC\* &amp; SIP`, "bbic: BBIC|sip: SIP"},
		{"not the term itself", "En omsorg och SIP.", "sip: SIP"},
	}
	r := markdown.New()
	e := env()
	e.Terms = markdown.NewTerms(append(siteTerms(), markdown.Term{Slug: "omsorg", Title: "omsorg"}))
	e.Self = "omsorg"
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := r.Render(test.body, e)
			if err != nil {
				t.Fatal(err)
			}
			checkSafe(t, result.HTML)
			if got := strings.Join(marks(t, result.HTML), "|"); got != test.want {
				t.Errorf("got  %q\nwant %q\nin %s", got, test.want, result.HTML)
			}
		})
	}
}

// What is between brackets keeps to the term between the bars.
func TestWhatStandsCloseKeepsToTheTerm(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing between spaces", "En SIP görs", "En |SIP| görs"},
		{"a full stop", "En SIP.", "En [|SIP|.]"},
		{"a comma", "En SIP, sedan", "En [|SIP|,] sedan"},
		{"a genitive's colon, to which its letters keep by themselves", "BBIC:s syfte", "[|BBIC|:]s syfte"},
		{"a sign and a genitive", "BBIC®:s syfte", "[|BBIC|®:]s syfte"},
		{"a parenthesis that opens", "SKR (BBIC eller", "SKR [(|BBIC|] eller"},
		{"quotation marks and a parenthesis", "(”SIP”). Ja", "[(”|SIP|”).] Ja"},
		{"a hyphen that hangs", "BBIC- och SIP-arbete", "[|BBIC|-] och SIP-arbete"},
		{"each its own, with a slash between", "BBIC/SIP.", "[|BBIC|/][|SIP|.]"},
		{"the first of two that could take it", "BBIC\"SIP", "[|BBIC|&#34;]|SIP|"},
		{"a space that does not break", "3\u00a0insatser\u00a0till", "3[\u00a0|insatser|\u00a0]till"},
		{"a term of several words over a line break", "(icke\nbehovsprövad insats)", "[(|icke behovsprövad insats|)]"},
		{"nothing over a line break", "vi (\nSIP\n) och", "vi (\n|SIP|\n) och"},
		{"an escaped character whole or not at all", `\(SIP\) \*BBIC\*`, `[(|SIP|]) *|BBIC|*`},
		{"no part of an entity", "&lt;SIP&gt; (&amp;BBIC;", "&lt;|SIP|&gt; (&amp;[|BBIC|;]"},
		{"nothing outside emphasis", "(*SIP*).", "(<em>|SIP|</em>)."},
	}
	plain := strings.NewReplacer(`<span class="nowrap">`, "[", "</span>", "]", "<p>", "", "</p>\n", "", "</button>", "|")
	parts := regexp.MustCompile(`<button[^>]*>|<span popover.*?</span>`)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			output := render(t, test.body, env()).HTML
			bare := parts.ReplaceAllStringFunc(output, func(tag string) string {
				if strings.HasPrefix(tag, "<button") {
					return "|"
				}
				return ""
			})
			if got := plain.Replace(bare); got != test.want {
				t.Errorf("got  %s\nwant %s\nin %s", got, test.want, output)
			}
		})
	}
}

func TestMarkingKeepsTheText(t *testing.T) {
	definitions := regexp.MustCompile(`<span popover.*?</span>`)
	for _, body := range []string{
		"En icke\nbehovsprövad\ninsats, SIP\noch *BBIC*.",
		"> BBIC\n> SIP\n> icke\n> behovsprövad insats  \n> slut",
		"BBIC", "(SIP)\nBBIC", `\(BBIC\), &quot;SIP&quot;:s (icke
behovsprövad insats/insats).`,
	} {
		marked := definitions.ReplaceAllString(render(t, body, env()).HTML, "")
		bare := render(t, body, markdown.Env{})
		if plainOf(marked) != plainOf(bare.HTML) || render(t, body, env()).Text != bare.Text {
			t.Errorf("got  %q\nwant %q", plainOf(marked), plainOf(bare.HTML))
		}
	}
}

// plainOf takes tags away, and line breaks in the text as spaces.
func plainOf(output string) string {
	return strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(output, "")), " ")
}

func TestNoTermsInOtherLanguagesAndWithoutGlossary(t *testing.T) {
	english := env()
	english.Lang = "en"
	for _, e := range []markdown.Env{english, {}, {Terms: markdown.NewTerms(nil)}} {
		if got := marks(t, render(t, "BBIC and SIP", e).HTML); got != nil {
			t.Errorf("got %q", got)
		}
	}
}

func TestNewTermsTakesWhatComes(t *testing.T) {
	terms := markdown.NewTerms([]markdown.Term{
		{Slug: "a", Title: "ett ord", Definition: "Definition."},
		{Slug: "b", Title: "ett ord", Definition: "Samma ord."},
		{Slug: "c", Title: ""}, {Slug: "d", Title: "–"}, {Slug: "e", Title: " ord  ett ", Forms: []string{"", "ord,  ett"}},
	})
	got := marks(t, render(t, "Ett ord. Här är ord ett. En – till.", markdown.Env{Terms: terms}).HTML)
	if want := []string{"a: Ett ord", "e: ord ett"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDefinitionsEndWithAFullStopAndALink(t *testing.T) {
	terms := markdown.NewTerms([]markdown.Term{
		{Slug: "a", Title: "aaa", Definition: "Utan punkt"},
		{Slug: "b", Title: "bbb", Definition: "Med punkt. "},
		{Slug: "c", Title: "ccc"},
	})
	got := render(t, "aaa bbb ccc", markdown.Env{Terms: terms}).HTML
	for _, want := range []string{
		`>Utan punkt. <a href="/ordlista#a">Ordlistan</a></span>`,
		`>Med punkt. <a href="/ordlista#b">`,
		`role="note"> <a href="/ordlista#c">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}
