package mail

import (
	htmltemplate "html/template"
	"io/fs"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/fault"
)

// Sample is a letter's template, by its name, with a view as it is written from. Features list theirs; a test holds templates and samples
// together, and reads every letter.
type Sample struct {
	Name string
	View any
}

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

// Write returns the letter with that name, to be addressed and added. Its text is broken into lines that every mail program shows whole.
func (l *Letters) Write(name, subject string, view any) (Message, error) {
	var text, html strings.Builder
	if err := l.text.ExecuteTemplate(&text, name+".txt", view); err != nil {
		return Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	if err := l.html[name].ExecuteTemplate(&html, "layout", view); err != nil {
		return Message{}, fault.Wrap(err, "writing the mail %s", name)
	}
	return Message{Subject: subject, Text: broken(text.String()), HTML: html.String()}, nil
}

// lineWidth is how many characters a line of text has at most, but for a word that is longer.
const lineWidth = 78

// broken breaks lines that are too long between two words; what a line begins with, such as "> ", begins what follows of it too.
func broken(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if utf8.RuneCountInString(line) <= lineWidth {
			continue
		}
		lead := line[:len(line)-len(strings.TrimLeft(line, "> \t"))]
		out, room := lead, lineWidth-utf8.RuneCountInString(lead)
		for _, word := range strings.FieldsFunc(line[len(lead):], breaks) {
			size := utf8.RuneCountInString(word)
			switch {
			case out == lead:
			case room > size:
				out, room = out+" ", room-1
			default:
				out, room = out+"\n"+lead, lineWidth-utf8.RuneCountInString(lead)
			}
			out, room = out+word, room-size
		}
		lines[i] = out
	}
	return strings.Join(lines, "\n")
}

// breaks reports whether a line may be broken at the sign: a space, but none that holds words together.
func breaks(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }
