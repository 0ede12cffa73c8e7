package mail_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/mail"
)

func TestRowsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, mail.Models()...) })
}

func TestTheTextOfALetterIsBrokenIntoLinesThatAreShownWhole(t *testing.T) {
	theme := fstest.MapFS{
		"mail/layout.html": {Data: []byte(`{{define "layout"}}{{template "content" .}}{{end}}`)},
		"mail/x.html":      {Data: []byte(`{{define "content"}}{{.}}{{end}}`)},
		"mail/x.txt":       {Data: []byte(`{{.}}`)},
	}
	letters, err := mail.NewLetters(theme, "x")
	if err != nil {
		t.Fatal(err)
	}
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("ååå ", n)) }
	link := "https://nuso.se/logga-in/" + strings.Repeat("a", 80)
	for _, row := range []struct{ name, text, want string }{
		{"a short line stays, with its blanks", "  a  b \n\n- c", "  a  b \n\n- c"},
		{"a line of 78 stays", words(19) + " åå", words(19) + " åå"},
		{"one of 79 is broken", words(20), words(19) + "\nååå"},
		{"one that is very long is broken often", words(60), words(19) + "\n" + words(19) + "\n" + words(19) + "\nååå ååå ååå"},
		{"an indented one is indented", "  " + words(21), "  " + words(19) + "\n  ååå ååå"},
		{"a quoted one is quoted", "> > " + words(21), "> > " + words(18) + "\n> > ååå ååå ååå"},
		{"a word that is longer stands alone", "Öppna " + link + " i dag", "Öppna\n" + link + "\ni dag"},
		{"words that belong together stay so", words(19) + " 98\u00a0123", words(19) + "\n98\u00a0123"},
		{"a line of blanks alone", strings.Repeat(" ", 90), strings.Repeat(" ", 90)},
		{"the last line end stays", words(20) + "\n", words(19) + "\nååå\n"},
	} {
		m, err := letters.Write("x", "Ämne", row.text)
		if err != nil || m.Text != row.want {
			t.Errorf("%s: %v\n%q, want\n%q", row.name, err, m.Text, row.want)
		}
		if m.HTML != strings.ReplaceAll(row.text, ">", "&gt;") {
			t.Errorf("%s: the HTML is %q", row.name, m.HTML)
		}
		if joined := strings.Join(strings.Fields(m.Text), ""); utf8.RuneCountInString(joined) < utf8.RuneCountInString(strings.Join(strings.Fields(row.text), "")) {
			t.Errorf("%s: something is lost: %q", row.name, m.Text)
		}
	}
}
