package main

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nuso.se/app/contact"
	"nuso.se/app/join"
	"nuso.se/app/mail"
	"nuso.se/app/member"
	"nuso.se/themes"
)

// letterBase is where the links of the letters lead in these tests.
const letterBase = "https://nuso.se"

// letters are all that the site sends, with what they are tried by.
func letters() []mail.Sample {
	var all []mail.Sample
	for _, feature := range []func(base string) []mail.Sample{contact.Letters, join.Letters, member.Letters} {
		all = append(all, feature(letterBase)...)
	}
	return all
}

// A new letter fails here until it has a sample, and then is read as the others are.
func TestEveryLetterIsReadableAsTextAndLoadsAndTellsNothing(t *testing.T) {
	theme, err := fs.Sub(themes.Files, "nuso")
	if err != nil {
		t.Fatal(err)
	}
	var sampled []string
	for _, sample := range letters() {
		sampled = append(sampled, sample.Name)
		t.Run(sample.Name, func(t *testing.T) {
			written, err := mail.NewLetters(theme, sample.Name)
			if err != nil {
				t.Fatal(err)
			}
			m, err := written.Write(sample.Name, "Ämne", sample.View)
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range wrongs(t, m) {
				t.Errorf("%s\n%s\n%s", wrong, m.Text, m.HTML)
			}
		})
	}
	files, err := fs.Glob(theme, "mail/*")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name, _, _ := strings.Cut(strings.TrimPrefix(file, "mail/"), ".")
		if name != "layout" && !slices.Contains(sampled, name) {
			t.Errorf("%s has no sample: put one into its feature's Letters, and the feature into letters()", file)
		}
	}
}

// wrongs are what is wrong with a letter.
func wrongs(t *testing.T, m mail.Message) (all []string) {
	t.Helper()
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	composer, err := mail.NewComposer("NUSO <nuso@nuso.se>", letterBase, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	m.ID, m.To = "0190", "anna@exempel.se"
	composed, err := composer.Compose(m)
	if err != nil {
		say("it cannot be sent: %v", err)
		return all
	}
	var sent strings.Builder
	if _, err := composed.WriteTo(&sent); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"Content-Type: multipart/alternative", "Content-Type: text/plain; charset=UTF-8", "Content-Type: text/html; charset=UTF-8"} {
		if strings.Count(sent.String(), part) != 1 {
			say("no part, or two: %s", part)
		}
	}
	for _, line := range strings.Split(m.Text, "\n") {
		if n := utf8.RuneCountInString(line); n > 78 {
			say("a line of %d characters: %s", n, line)
		}
	}
	for word := range strings.FieldsSeq(m.Text) {
		if strings.Contains(word, "://") && !ours(word) {
			say("the text leads to %s", word)
		}
	}
	links, faults := readHTML(m.HTML)
	for _, link := range links {
		if !slices.Contains(strings.Fields(m.Text), strings.TrimPrefix(link, "mailto:")) {
			say("the text lacks the link %s", link)
		}
	}
	return append(all, faults...)
}

// ours reports whether a link leads to the site or to a letter.
func ours(link string) bool {
	return link == letterBase || strings.HasPrefix(link, letterBase+"/") || strings.HasPrefix(link, "mailto:")
}

// readHTML returns where the links lead, and what could load or send something or is no Swedish.
func readHTML(text string) (links, faults []string) {
	tags := strings.Fields("html head meta title body div p span strong em br hr a h1 h2 ul ol li table tr th td blockquote")
	attributes := strings.Fields("lang charset name content style href scope")
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, []string{err.Error()}
	}
	if !strings.Contains(text, `<html lang="sv">`) {
		faults = append(faults, "it does not say that it is Swedish")
	}
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(tags, node.Data) {
			faults = append(faults, "an element that no letter needs: "+node.Data)
		}
		for _, a := range node.Attr {
			switch {
			case !slices.Contains(attributes, a.Key):
				faults = append(faults, "an attribute that no letter needs: "+a.Key)
			case a.Key == "style" && strings.ContainsAny(a.Val, "(@\\"):
				faults = append(faults, "a style that may load something: "+a.Val)
			case a.Key == "href" && !ours(a.Val):
				faults = append(faults, "a link that leads to "+a.Val)
			case a.Key == "href":
				links = append(links, a.Val)
			}
		}
	}
	return links, faults
}

func TestALetterThatLoadsTellsOrHidesSomethingIsFound(t *testing.T) {
	page := func(body string) string { return `<!doctype html><html lang="sv"><body>` + body + `</body></html>` }
	for name, m := range map[string]mail.Message{
		"an image from elsewhere":      {Text: "Hej", HTML: page(`<img src="https://spår.example/x.gif">`)},
		"an image of the site":         {Text: "Hej", HTML: page(`<img src="https://nuso.se/x.gif">`)},
		"a style that loads":           {Text: "Hej", HTML: page(`<p style="background:url(https://x.example)">Hej</p>`)},
		"a style sheet":                {Text: "Hej", HTML: page(`<link rel="stylesheet" href="https://nuso.se/x.css">`)},
		"a link elsewhere":             {Text: "Hej https://x.example/a", HTML: page(`<a href="https://x.example/a">Hej</a>`)},
		"a link that looks like ours":  {Text: "Hej https://nuso.se.example/a", HTML: page(`<a href="https://nuso.se.example/a">Hej</a>`)},
		"a link elsewhere, as text":    {Text: "Hej https://x.example/a", HTML: page(`Hej`)},
		"a link that the text lacks":   {Text: "Hej", HTML: page(`<a href="https://nuso.se/a">Hej</a>`)},
		"half a link in the text":      {Text: "Hej https://nuso.se/a", HTML: page(`<a href="https://nuso.se/ab">Hej</a>`)},
		"an address that it lacks too": {Text: "Hej", HTML: page(`<a href="mailto:a@nuso.se">Hej</a>`)},
		"a line that is too long":      {Text: strings.Repeat("å", 79), HTML: page(`Hej`)},
		"no HTML":                      {Text: "Hej"},
		"no text":                      {HTML: page(`Hej`)},
		"no language":                  {Text: "Hej", HTML: `<!doctype html><html><body>Hej</body></html>`},
	} {
		m.Subject = "Ämne"
		if len(wrongs(t, m)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	good := mail.Message{Subject: "Ämne", Text: "Hej\nhttps://nuso.se/a\na@nuso.se", HTML: page(`<p style="margin:0">Hej <a href="https://nuso.se/a">dit</a> <a href="mailto:a@nuso.se">brev</a></p>`)}
	if found := wrongs(t, good); len(found) > 0 {
		t.Errorf("a good one: %v", found)
	}
}
