package mail

import (
	htmltemplate "html/template"
	"io/fs"
	"strings"
	"text/template"

	"nuso.se/app/fault"
)

// Letters are a feature's mails, each as text and as HTML; the HTML ones share a layout.
type Letters struct {
	text *template.Template
	html map[string]*htmltemplate.Template
}

// NewLetters parses mail/NAME.txt and mail/NAME.html of the theme for each name. It fails when one is missing or wrong.
func NewLetters(theme fs.FS, names ...string) (*Letters, error) {
	l := &Letters{text: template.New(""), html: map[string]*htmltemplate.Template{}}
	for _, name := range names {
		if _, err := l.text.ParseFS(theme, "mail/"+name+".txt"); err != nil {
			return nil, err
		}
		html, err := htmltemplate.ParseFS(theme, "mail/layout.html", "mail/"+name+".html")
		if err != nil {
			return nil, err
		}
		l.html[name] = html
	}
	return l, nil
}

// Write returns the letter with that name, to be addressed and added.
func (l *Letters) Write(name, subject string, view any) (Message, error) {
	var text, html strings.Builder
	if err := l.text.ExecuteTemplate(&text, name+".txt", view); err != nil {
		return Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	if err := l.html[name].ExecuteTemplate(&html, "layout", view); err != nil {
		return Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	return Message{Subject: subject, Text: text.String(), HTML: html.String()}, nil
}
