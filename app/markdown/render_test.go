package markdown_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"nuso.se/app/markdown"
)

func render(t *testing.T, body string, e markdown.Env) markdown.Result {
	t.Helper()
	result, err := markdown.New().Render(body, e)
	if err != nil {
		t.Fatal(err)
	}
	checkSafe(t, result.HTML)
	return result
}

// Every fault is named by line and cure; the rest of the text is shown all the same.
func TestProblems(t *testing.T) {
	tests := []struct {
		name, body string
		want       []string
	}{
		{"nothing wrong", "## Rubrik\n\n### Under\n\n## Nästa\n\n[PM 1](/publikationer/pm-1)", nil},
		{"an h1", "# Rubrik", []string{"rad 1: Texten har en rubrik på högsta nivån"}},
		{"an h1 by underline", "Text\n\nRubrik\n===", []string{"rad 3: Texten har en rubrik på högsta nivån"}},
		{"the first heading too deep", "### Rubrik", []string{"rad 1: Rubriken på nivå 3 hoppar över en nivå. Använd nivå 2"}},
		{"a skipped level", "## A\n\n#### B", []string{"rad 3: Rubriken på nivå 4 hoppar över en nivå. Använd nivå 3"}},
		{"an empty heading", "## A\n\n##\n", []string{"rad 3: Rubriken är tom."}},
		{"an image without alt text", "text\n![](karta.png)", []string{"rad 2: Bilden ”karta.png” saknar alternativtext."}},
		{"an image that is missing", "![a](b.png)", []string{"rad 1: Bilden ”b.png” finns inte."}},
		{"a remote image", "![a](https://example.org/b.png)", []string{"ligger på en annan webbplats. Ladda upp"}},
		{"a remote image by reference", "![a][b]\n\n[b]: http://example.org/b.png", []string{"rad 1: Bilden ”http://example.org/b.png” ligger"}},
		{"a link without scheme", "a\n\n- b\n- [c](//example.org)", []string{"rad 4: Adressen ”//example.org” börjar med //."}},
		{"a relative link", "[c](pm-1)", []string{"rad 1: Adressen ”pm-1” är inte hel."}},
		{"a script", "[c](javascript:x)", []string{"rad 1: Adressen ”javascript:x” är av ett slag som inte tillåts."}},
		{"an address with spaces", "[c](</a b>)", []string{"rad 1: Länkens adress går inte att använda"}},
		{"a broken address", "[c](https://[x)", []string{"rad 1: Länkens adress går inte att använda"}},
		{"a vague link", "a\n[Klicka  här](/om)!", []string{"rad 2: Länktexten ”Klicka här” säger inte"}},
		{"a vague English link", "[Read more…](/om) [here](/om)", []string{"Länktexten ”here” säger inte"}},
		{"an empty link", "[](/om)", []string{"rad 1: Länken till ”/om” saknar text."}},
		{"no address", "[om]()", []string{"rad 1: Länken saknar adress."}},
		{"a heading that is not there", "[a](#b)\n\n## C", []string{"rad 1: Länken till #b leder ingenstans"}},
		{"an unknown callout", "> [!OBS]\n> a", []string{"rad 1: Rutan ”[!OBS]” finns inte. Använd NOTE, TIP, IMPORTANT eller WARNING."}},
		{"a callout in small letters", "> [!note]\n> a", []string{"rad 1: Rutan ”[!note]” finns inte."}},
		{"a footnote without text", "a[^b]", []string{"rad 1: Fotnoten [^b] har ingen text."}},
		{"a footnote nobody refers to", "a\n\n[^b]: c", []string{"rad 3: Inget hänvisar till fotnoten [^b]."}},
		{"HTML", "a\n\n<div>b</div>", []string{"rad 3: HTML visas som text: <div>.", "rad 3: HTML visas som text: </div>."}},
		{"a comment", "<!-- a -->", []string{"rad 1: HTML visas som text: <!-- a -->."}},
		{"a chart without facts", "a\n\n```diagram\ntyp: stapel\ntitel: b\n\nc;d\ne;1\n```",
			[]string{"rad 4: Diagrammet saknar ”n”.", "rad 4: Diagrammet saknar ”period”.", "rad 4: Diagrammet saknar ”källa”."}},
		{"a chart with a bad figure", "```diagram\ntyp: stapel\ntitel: b\nn: 1\nperiod: 1\nkälla: x\n\nc;d\n\ne;1 st\n```",
			[]string{"rad 10: ”1 st” är inget tal."}},
		{"a film without length", "```film\ntitel: a\nadress: https://example.org\nundertexter: b\ntranskript: c\n```", []string{"rad 2: Filmkortet saknar ”längd”."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result := render(t, test.body, env())
			if len(result.Problems) != len(test.want) {
				t.Fatalf("got %d problems %v, want %d", len(result.Problems), result.Problems, len(test.want))
			}
			for i, p := range result.Problems {
				if !strings.Contains(p.Error(), test.want[i]) || p.Cure == "" {
					t.Errorf("got  %s\nwant %s", p.Error(), test.want[i])
				}
			}
		})
	}
}

func TestLinesCountFromTheBodysFirstLine(t *testing.T) {
	e := env()
	e.Line = 9
	result := render(t, "a\r\n\r\n[b](/om) ![c](karta.png)\r\n\r\n# d\r\n\r\n```diagram\r\ntyp: x\r\n```", e)
	if result.Links[0].Line != 11 || result.Images[0].Line != 11 ||
		result.Problems[0].Line != 13 || result.Problems[1].Line != 16 {
		t.Errorf("%+v %+v %+v", result.Links, result.Images, result.Problems)
	}
}

func TestRefusedTexts(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"NUL", "a\nb\x00", "rad 6: Texten innehåller ett nolltecken"},
		{"invalid UTF-8", "a\n\n\xff", "rad 7: Texten är inte UTF-8."},
		{"too large", strings.Repeat("a", 1<<20), "Texten är för stor: 1024 kB."},
		{"too many lines", strings.Repeat("a\n", 20_001), "Texten har fler än 20000 rader."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			result, err := markdown.New().Render(test.body, markdown.Env{Line: 5})
			var p *markdown.Problem
			if !errors.As(err, &p) || !strings.Contains(p.Error(), test.want) || p.Cure == "" {
				t.Errorf("got %v, want %s", err, test.want)
			}
			if result.HTML != "" || result.Text != "" {
				t.Errorf("something was rendered: %+v", result)
			}
		})
	}
}

func TestHTML(t *testing.T) {
	plain := markdown.Env{BaseURL: "http://localhost:3000"}
	trusted, prefixed := plain, plain
	trusted.Trusted = true
	prefixed.Prefix, prefixed.Terms = "svar-7-", markdown.NewTerms(siteTerms())
	tests := []struct {
		name, body string
		env        markdown.Env
		want       string
	}{
		{"links of members carry no weight", "[a b](https://example.org)", plain, `rel="noopener nofollow ugc"`},
		{"links of editors do", "[a b](https://example.org)", trusted, `rel="noopener"`},
		{"the own host is the site", "[a b](http://localhost:3000/om#x)", plain, `<p><a href="/om#x">a b</a></p>`},
		{"the own host and another port are not", "[a b](http://localhost:3001/om)", trusted, `class="external"`},
		{"a scheme in capitals", "[a b](HTTPS://Example.org/A)", trusted, `href="https://Example.org/A"`},
		{"ids are prefixed", "## A", prefixed, `<h2 id="svar-7-a">`},
		{"links to them too", "[b c](#a)\n\n## A", prefixed, `<a href="#svar-7-a">`},
		{"footnotes too", "a[^1]\n\n[^1]: b", prefixed, `<sup id="svar-7-fnref-1"><a href="#svar-7-fn-1"`},
		{"terms too", "En SIP", prefixed, `popovertarget="svar-7-term-sip"`},
		{"control characters fall away", "a\x01b&#2;c\x7f\x0bd\ufffee", plain, "<p>abcde</p>"},
		{"null references become a replacement", "a&#0;b", plain, "<p>a\ufffdb</p>"},
		{"an image that is found but empty of name", "![a]( )", plain, "<p>a</p>"},
		{"nothing", "", plain, ""},
		{"white space", " \n\n\t\n", plain, ""},
		{"task lists are no forms", "- [ ] a", plain, "<li>[ ] a</li>"},
		{"an unclosed fence", "```\na", plain, "<pre><code>a\n</code></pre>"},
		{"a fence in a list", "- ```\n  a\n  ```", plain, "<pre><code>a\n</code></pre>"},
		{"a reserved id", "## Term SIP\n\n## Sök", plain, `<h2 id="avsnitt-term-sip">Term SIP</h2>` + "\n" + `<h2 id="avsnitt-sok">`},
		{"a title without letters", "## !\n\n## ?", plain, `<h2 id="avsnitt">!</h2>` + "\n" + `<h2 id="avsnitt-2">`},
		{"a title that looks numbered", "## A\n\n## A 2\n\n## A", plain, `<h2 id="a-2">A 2</h2>` + "\n" + `<h2 id="a-3">`},
		{"decomposed letters", "## A\u030alder", plain, `<h2 id="alder">`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := render(t, test.body, test.env).HTML; !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestLinksAreThePathsOfTheSite(t *testing.T) {
	result := render(t, "[a b](/x?y=1#z) <https://nuso.se/å> [b c](https://example.org/x) [c d](#e) "+
		"![f](karta.png) [![g](karta.png)](/h \"i\")\n\n## e", env())
	var paths []string
	for _, link := range result.Links {
		paths = append(paths, link.Path)
	}
	if want := []string{"/x?y=1#z", "/å", "/h"}; !slices.Equal(paths, want) {
		t.Errorf("got %q, want %q", paths, want)
	}
}

func TestManyRenderingsAtOnce(t *testing.T) {
	r, body := markdown.New(), twoKilobytes(t)
	want, err := r.Render(body, env())
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for range 20 {
				e := env()
				if i%2 == 1 {
					e.Prefix = "x-"
				}
				got, err := r.Render(body, e)
				if err != nil || i%2 == 0 && got.HTML != want.HTML || i%2 == 1 && got.HTML == want.HTML {
					t.Errorf("another result: %v", err)
					return
				}
			}
		})
	}
	wait.Wait()
}

// The checker that the other tests trust finds what must not come out.
func TestFaultsAreFound(t *testing.T) {
	for _, output := range []string{
		"<script>x</script>", `<p onclick="x">a</p>`, `<p style="x">a</p>`, "<!-- a -->", `<svg onload="x"></svg>`,
		`<a href="javascript:x">a</a>`, `<a href="//x">a</a>`, `<a href="data:text/html,x" download="x">a</a>`,
		`<a href="data:text/csv;charset=utf-8,x">a</a>`, `<img src="https://x/y" alt="a">`, `<img src="/x" alt="">`,
		"<p>a", "a</p>", "<em><p>a</em></p>", "<iframe></iframe>", "<form></form>", `<meta charset="x">`,
		`<p class="a"><a href="/a"><a href="/b">a</a></a></p>`, `<li id="a"></li><li id="a"></li>`,
		`<button popovertarget="a">a</button>`,
	} {
		if len(faults(output)) == 0 {
			t.Errorf("nothing found in %s", output)
		}
	}
}

// Rendering builds neither goldmark nor the policy anew: that alone would be thousands
// of allocations.
func TestRenderingIsFrugal(t *testing.T) {
	r, body, e := markdown.New(), twoKilobytes(t), env()
	allocations := testing.AllocsPerRun(20, func() {
		if _, err := r.Render(body, e); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 2500 {
		t.Errorf("%v allocations for %d bytes", allocations, len(body))
	}
}

func TestAnEmptyCornerOfATableHeadsNothing(t *testing.T) {
	result, err := markdown.New().Render("|  | Antal |\n|---|---|\n| Klara | 73 |\n", markdown.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(result.HTML, "<td></td>") || !strings.Contains(result.HTML, `<th scope="col">Antal</th>`) {
		t.Errorf("got %s", result.HTML)
	}
}
