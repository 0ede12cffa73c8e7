package session

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestALabelIsWhatPeopleCallTheBrowser(t *testing.T) {
	for _, c := range []struct{ name, header, want string }{
		{"Firefox on Windows", firefox, "Firefox på Windows"},
		{"Chrome on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome på Windows"},
		{"Edge on Windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge på Windows"},
		{"Opera on Linux", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0", "Opera på Linux"},
		{"Safari on a Mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "Safari på Mac"},
		{"Safari on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari på iPhone"},
		{"Chrome on an iPhone", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1", "Chrome på iPhone"},
		{"Firefox on an iPad", "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15", "Firefox på iPad"},
		{"Samsung's on Android", "Mozilla/5.0 (Linux; Android 15; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet på Android"},
		{"Chrome on a Chromebook", "Mozilla/5.0 (X11; CrOS x86_64 16181.61.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Chrome på Chromebook"},
		{"a browser on no known system", "Mozilla/5.0 (Haiku) Firefox/143.0", "Firefox"},
		{"no known browser on Windows", "Something/1.0 (Windows)", "Okänd webbläsare på Windows"},
		{"none", "", "Okänd webbläsare"},
		{"a program", "curl/8.5.0", "Okänd webbläsare"},
		{"markup and bytes", "<script>alert(1)</script>\x00\xff Firefox/1 på Mars", "Firefox"},
		{"very long", strings.Repeat("x", 100000) + "Edg/", "Edge"},
	} {
		if got := Label(c.header); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNoLabelIsLongerThanALineOfTheList(t *testing.T) {
	for _, browser := range browsers() {
		for _, system := range systems() {
			if got := Label(browser.text + system.text); utf8.RuneCountInString(got) > 60 {
				t.Errorf("%q is too long", got)
			}
		}
	}
}
