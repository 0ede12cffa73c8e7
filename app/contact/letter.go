package contact

import (
	"io/fs"
	"strings"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/mail"
)

// letters are the mails.
type letters struct{ *mail.Letters }

const (
	officeLetter  = "contact-office"
	confirmLetter = "contact-confirm"
)

func parseLetters(theme fs.FS) (letters, error) {
	l, err := mail.NewLetters(theme, officeLetter, confirmLetter)
	return letters{l}, err
}

// Letters are the mails with what they are tried by, their links below base.
func Letters(base string) []mail.Sample {
	text := "Hej!\n\n" + strings.Repeat("Hur tolkar vi tabell 3 i rapporten, och vad betyder ett snedstreck i den? ", 4) + "\n\nHälsningar Anna"
	return []mail.Sample{
		{Name: officeLetter, View: officeView{
			Subject: "Kontaktformuläret: Anna Berg", Name: "Anna Berg", Email: "anna.maria.berg-lindstrom@socialforvaltningen.exempel.se",
			Text: text, Lines: strings.Split(text, "\n"), When: "onsdag 25 mars 2026 kl. 10.12",
		}},
		{Name: confirmLetter, View: confirmView{Subject: textConfirmSubject, Link: base + confirmPath + "/abcdefghijklmnopqrstuvwxyz"}},
	}
}

// officeView is what the mail to the office shows.
type officeView struct {
	Subject           string
	Name, Email, Text string
	Lines             []string // the text for HTML: not every mail program keeps line ends
	When              string
	Verified          bool // the sender has opened a link mailed to the address
}

// confirmView is what the mail with the link shows.
type confirmView struct{ Subject, Link string }

func (l letters) office(m Message, now time.Time, verified bool) (mail.Message, error) {
	subject := strings.Replace(textOfficeSubject, "%s", m.Name, 1)
	return l.Write(officeLetter, subject, officeView{
		Subject: subject, Name: m.Name, Email: m.Email, Text: m.Text, Lines: strings.Split(m.Text, "\n"), When: clock.LongTime(now), Verified: verified,
	})
}

func (l letters) confirm(link string) (mail.Message, error) {
	return l.Write(confirmLetter, textConfirmSubject, confirmView{Subject: textConfirmSubject, Link: link})
}
