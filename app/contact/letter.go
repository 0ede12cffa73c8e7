package contact

import (
	htmltemplate "html/template"
	"io/fs"
	"strings"
	"text/template"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

// letters are the mails, each as text and as HTML; the HTML ones share a layout.
type letters struct {
	text *template.Template
	html map[string]*htmltemplate.Template
}

const (
	officeLetter  = "contact-office"
	confirmLetter = "contact-confirm"
)

func parseLetters(theme fs.FS) (*letters, error) {
	l := &letters{html: map[string]*htmltemplate.Template{}}
	var err error
	if l.text, err = template.ParseFS(theme, "mail/"+officeLetter+".txt", "mail/"+confirmLetter+".txt"); err != nil {
		return nil, err
	}
	for _, name := range []string{officeLetter, confirmLetter} {
		if l.html[name], err = htmltemplate.ParseFS(theme, "mail/layout.html", "mail/"+name+".html"); err != nil {
			return nil, err
		}
	}
	return l, nil
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

func (l *letters) office(m Message, now time.Time, verified bool) (mail.Message, error) {
	subject := strings.Replace(textOfficeSubject, "%s", m.Name, 1)
	return l.write(officeLetter, subject, officeView{
		Subject: subject, Name: m.Name, Email: m.Email, Text: m.Text, Lines: strings.Split(m.Text, "\n"), When: clock.LongTime(now), Verified: verified,
	})
}

func (l *letters) confirm(link string) (mail.Message, error) {
	return l.write(confirmLetter, textConfirmSubject, confirmView{Subject: textConfirmSubject, Link: link})
}

func (l *letters) write(name, subject string, view any) (mail.Message, error) {
	var text, html strings.Builder
	if err := l.text.ExecuteTemplate(&text, name+".txt", view); err != nil {
		return mail.Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	if err := l.html[name].ExecuteTemplate(&html, "layout", view); err != nil {
		return mail.Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	return mail.Message{Subject: subject, Text: text.String(), HTML: html.String()}, nil
}
