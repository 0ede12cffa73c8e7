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
