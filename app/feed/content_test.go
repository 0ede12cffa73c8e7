package feed

import "testing"

func TestTextsStandAloneInAReader(t *testing.T) {
	for _, row := range []struct{ name, html, want string }{
		{"plain text is copied as it is", `<p class="x">a &amp; b<br>c</p>`, `<p class="x">a &amp; b<br>c</p>`},
		{"a site path becomes an address", `<a href="/om?a=1&amp;b=2#c">x</a>`, `<a href="https://n.se/om?a=1&amp;b=2#c">x</a>`},
		{"an image as well", `<img src="/bilder/h/x.png" alt="&quot;">`, `<img src="https://n.se/bilder/h/x.png" alt="&#34;">`},
		{"a fragment leads to the document's page", `<a href="#fn-1">1</a>`, `<a href="https://n.se/nyheter/x#fn-1">1</a>`},
		{"other sites' addresses stay", `<a href="https://skr.se/">x</a><a href="mailto:a@b.se">y</a>`, `<a href="https://skr.se/">x</a><a href="mailto:a@b.se">y</a>`},
		{"an address without scheme is not the site's", `<a href="//evil.example/">x</a>`, `<a href="//evil.example/">x</a>`},
		{
			"a marked term keeps its words and loses its pop-up",
			`<p>En <button type="button" class="term" popovertarget="term-x">insats</button><span popover="auto" id="term-x">Det <span>är</span> <a href="/ordlista#x">så</a></span> till.</p>`,
			`<p>En insats till.</p>`,
		},
		{"a chart keeps its capital letters", `<svg viewBox="0 0 1 1"><title>A &amp; B</title><path d="M0 0"/></svg>`, `<svg viewBox="0 0 1 1"><title>A &amp; B</title><path d="M0 0"/></svg>`},
		{"broken markup ends", `<p><span popover>aldrig slut`, `<p>`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := forReader(row.html, "https://n.se", "https://n.se/nyheter/x"); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}
