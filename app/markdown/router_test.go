package markdown

import (
	"testing"
)

func TestRouter(t *testing.T) {
	site := target{}
	inside := func(path string) target { return target{href: path, path: path} }
	outside := func(href string) target { return target{href: href} }
	tests := []struct {
		name, address string
		want          target
		message       string
	}{
		{"a page", "/om", inside("/om"), ""},
		{"the start page", "/", inside("/"), ""},
		{"query and fragment", "/sok?q=a&b=c#d", inside("/sok?q=a&b=c#d"), ""},
		{"letters that are not ASCII", "/å", inside("/å"), ""},
		{"the own host", "https://nuso.se/om", inside("/om"), ""},
		{"the own host in capitals", "https://NUSO.SE/Om", inside("/Om"), ""},
		{"the own host by http", "http://nuso.se/om", inside("/om"), ""},
		{"the own host alone", "https://nuso.se", inside("/"), ""},
		{"the own host and a query", "https://nuso.se?a=b", inside("/?a=b"), ""},
		{"the own host and a fragment", "https://nuso.se#a", inside("/#a"), ""},
		{"a fragment", "#a", target{href: "#x-a", fragment: "a"}, ""},
		{"the top of the page", "#", target{href: "#x-"}, ""},
		{"another site", "https://example.org/a?b#c", outside("https://example.org/a?b#c"), ""},
		{"another site by http", "http://example.org", outside("http://example.org"), ""},
		{"another port of the own host", "https://nuso.se:8443/", outside("https://nuso.se:8443/"), ""},
		{"a host that begins like the own", "https://nuso.se.example.org/", outside("https://nuso.se.example.org/"), ""},
		{"a scheme in capitals", "HTTPS://example.org", outside("https://example.org"), ""},
		{"mail", "mailto:a.b+c@nuso.se", outside("mailto:a.b+c@nuso.se"), ""},
		{"mail with a subject", "mailto:a@nuso.se?subject=Hej", outside("mailto:a@nuso.se?subject=Hej"), ""},
		{"a telephone", "tel:+46-54-123", outside("tel:+46-54-123"), ""},

		{"nothing", "", site, msgNoAddress},
		{"two slashes", "//example.org", site, msgNoScheme},
		{"two slashes after the own host", "https://nuso.se//example.org", site, msgNoScheme},
		{"a backslash", `/\example.org`, site, msgBadAddress},
		{"a tab", "/\t/example.org", site, msgBadAddress},
		{"a line break", "java\nscript:a", site, msgBadAddress},
		{"a space", "/a b", site, msgBadAddress},
		{"a control character", "\x01javascript:a", site, msgBadAddress},
		{"a broken escape", "/%zz", site, msgBadAddress},
		{"a broken host", "https://[a", site, msgBadAddress},
		{"no host", "https:///a", site, msgBadAddress},
		{"one slash", "https:/example.org", site, msgBadAddress},
		{"no slash", "https:example.org", site, msgBadAddress},
		{"a user", "https://nuso.se@example.org", site, msgBadAddress},
		{"a relative path", "om", site, msgRelative},
		{"dots", "../om", site, msgRelative},
		{"a query alone", "?a=b", site, msgRelative},
		{"a script", "javascript:a", site, msgBadScheme},
		{"data", "data:text/html,a", site, msgBadScheme},
		{"a file", "file:///a", site, msgBadScheme},
		{"mail to several", "mailto:a@b.se,c@d.se", site, msgBadAddress},
		{"mail with hidden copies", "mailto:a@b.se?subject=a&bcc=c@d.se", site, msgBadAddress},
		{"a telephone with letters", "tel:0700-HEJ", site, msgBadAddress},
	}
	r := newRouter(&Env{BaseURL: "https://nuso.se", Prefix: "x-"})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, message := r.to(test.address)
			if got != test.want || message != test.message {
				t.Errorf("%q: got %+v, %q", test.address, got, message)
			}
		})
	}
}

// Without an address of its own the site takes no absolute link for its own.
func TestRouterWithoutBaseURL(t *testing.T) {
	for _, base := range []string{"", "://", "%zz"} {
		r := newRouter(&Env{BaseURL: base})
		if got, message := r.to("https://nuso.se/om"); got.path != "" || message != "" {
			t.Errorf("%q: got %+v, %q", base, got, message)
		}
	}
}

func TestVague(t *testing.T) {
	for _, label := range []string{"här", "Här", " Klicka här! ", "läs mer »", "LÄS  MER", "länk.", "Read more ›"} {
		if !vague(label) {
			t.Errorf("%q says where it leads", label)
		}
	}
	for _, label := range []string{"här finns rapporten", "PM 1", "läs mer om delstudie 1", "Härnösand", "", "https://nuso.se"} {
		if vague(label) {
			t.Errorf("%q is vague", label)
		}
	}
}
