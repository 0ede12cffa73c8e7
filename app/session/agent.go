package session

import "strings"

// Label returns what people call the browser that sends the header: "Firefox på Windows". It is put together of words of
// our own, so that nothing of what was sent is kept.
func Label(userAgent string) string {
	browser, system := first(userAgent, browsers()), first(userAgent, systems())
	if browser == "" {
		browser = "Okänd webbläsare"
	}
	if system == "" {
		return browser
	}
	return browser + " på " + system
}

// mark is a text in the header and what it tells.
type mark struct{ text, name string }

// browsers stand with those before others whose marks they carry too: all say Safari, most say Chrome.
func browsers() []mark {
	return []mark{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"},
		{"OPR/", "Opera"}, {"OPT/", "Opera"},
		{"Vivaldi/", "Vivaldi"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
}

// systems stand likewise: an iPhone says Mac OS X, Android says Linux.
func systems() []mark {
	return []mark{
		{"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Android", "Android"},
		{"Windows", "Windows"},
		{"CrOS", "Chromebook"},
		{"Macintosh", "Mac"},
		{"Linux", "Linux"},
	}
}

func first(text string, marks []mark) string {
	for _, m := range marks {
		if strings.Contains(text, m.text) {
			return m.name
		}
	}
	return ""
}
