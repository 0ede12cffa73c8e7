package markdown_test

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"nuso.se/app/markdown"
)

// siteTerms are terms of the kinds a glossary has: one word, several, an acronym, one
// form within another.
func siteTerms() []markdown.Term {
	return []markdown.Term{
		{Slug: "orosanmalan", Title: "orosanmälan", Definition: "En anmälan till socialtjänsten om oro för ett barn",
			Forms: []string{"orosanmälan", "orosanmälningar", "orosanmälningarna"}},
		{Slug: "insats", Title: "insats", Definition: "Stöd som ges.", Forms: []string{"insatser", "insatsen"}},
		{Slug: "icke-behovsprovad-insats", Title: "icke behovsprövad insats", Definition: "En insats utan utredning.",
			Forms: []string{"icke behovsprövade insatser"}},
		{Slug: "bbic", Title: "BBIC", Definition: "Barns behov i centrum."},
		{Slug: "sip", Title: "SIP", Definition: "Samordnad individuell plan."},
		{Slug: "overenskommelse", Title: "överenskommelse", Definition: "Ett avtal <mellan> \"parter\" & andra."},
		{Slug: "hvb-hem", Title: "HVB-hem", Definition: "Hem för vård eller boende."},
	}
}

// env is what tests render in unless they say otherwise.
func env() markdown.Env {
	return markdown.Env{BaseURL: "https://nuso.se", Terms: markdown.NewTerms(siteTerms()), Trusted: true, ImagePath: images}
}

// images knows two images.
func images(name string) (path string, width, height int, ok bool) {
	switch name {
	case "karta.png":
		return "/media/karta.png", 640, 480, true
	case "utan-storlek.svg":
		return "/media/utan-storlek.svg", 0, 0, true
	}
	return "", 0, 0, false
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// section makes a text of its own into part of another.
func section(body string) string { return "## Avsnitt\n\n" + body }

// downloads gives the files that links of a result hold.
func downloads(t testing.TB, output, kind string) []string {
	t.Helper()
	var files []string
	z := html.NewTokenizer(strings.NewReader(output))
	for z.Next() != html.ErrorToken {
		for _, a := range z.Token().Attr {
			if content, ok := strings.CutPrefix(a.Val, kind); ok && a.Key == "href" {
				file, err := url.PathUnescape(content)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, file)
			}
		}
	}
	return files
}
