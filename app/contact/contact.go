// Package contact is the form at /kontakt, by which anyone writes to the project office.
//
// The office must not drown in what programs send, and the form must not become a way to mail strangers. So a browser
// with JavaScript works a second for its message (see web.Proven) and the message goes at once. Without that work the
// message waits until its sender presses a button behind a link mailed to the address given; that mail holds
// nothing that anybody typed. A message is kept nowhere but while it waits: what is handed to mail is gone from here.
//
// The words: a Submission is one post of the form; a message waits (contact_messages) or is sent; a form's stamp and a
// mailed link are spent (contact_spent) when they have done their work, so that a second press does nothing more.
package contact

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/mail"
)

// Message is what somebody writes to the office.
type Message struct{ Name, Email, Text string }

// Submission is one post of the form.
type Submission struct {
	Message
	Stamp  string // of the form, checked by the handler; it sends one message
	Proven bool   // a browser has worked for it
	Client string // address it came from
	Trap   bool   // the field that people do not see was filled
}

// Limits of a message, in characters.
const (
	minName, maxName = 2, 100
	minText, maxText = 10, 10_000
)

// How long what, and how often.
const (
	waitTime   = 24 * time.Hour // for a mailed link
	spentTime  = 13 * time.Hour // longer than a stamp lives
	sweepEvery = 10 * time.Minute

	maxPosts      = 10 // of one client
	postsPer      = 10 * time.Minute
	maxMailsTo    = 3 // to one address
	mailsToPer    = 24 * time.Hour
	maxMailsInAll = 200
	mailsInAllPer = time.Hour
)

// Check returns what is wrong with the message, in the order of the form: at most one fault a field.
func (m Message) Check() []fault.Field {
	var fields []fault.Field
	for _, check := range []struct{ name, text, problem string }{
		{"name", m.Name, checkName(m.Name)},
		{"email", m.Email, checkEmail(m.Email)},
		{"message", m.Text, checkText(m.Text)},
	} {
		if check.problem == "" {
			check.problem = guard.Explain(guard.Check(check.text))
		}
		if check.problem != "" {
			fields = append(fields, fault.Field{Name: check.name, Text: check.problem})
		}
	}
	return fields
}

func checkName(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n < minName:
		return textNameShort
	case n > maxName:
		return textNameLong
	case strings.ContainsFunc(name, unfitForLine):
		return textNameLine
	}
	return ""
}

// unfitForLine tells characters that would break a line of a mail's head or turn its direction.
func unfitForLine(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

func checkEmail(address string) string {
	if address == "" {
		return textEmailMissing
	}
	if mailbox(address) == "" {
		return textEmailWrong
	}
	return ""
}

// mailbox returns the address as every mail server takes it, the domain in ASCII; empty when it is none, or has other
// letters than a–z before the @, which few servers can mail to.
func mailbox(typed string) string {
	address, err := mail.Address(typed)
	if err != nil || strings.ContainsFunc(address, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	return address
}

func checkText(text string) string {
	switch n := utf8.RuneCountInString(text); {
	case n < minText:
		return textMessageShort
	case n > maxText:
		return textMessageLong
	}
	return ""
}

// waiting is a message whose sender has not opened the link yet.
type waiting struct {
	TokenHash string `gorm:"primaryKey"`
	Name      string
	Email     string
	Message   string
	CreatedAt db.Instant `gorm:"autoCreateTime:false"`
	ExpiresAt db.Instant
}

// TableName is the table's name.
func (waiting) TableName() string { return "contact_messages" }

// spent is a form's stamp or a mailed link that has done its work.
type spent struct {
	KeyHash     string `gorm:"primaryKey"`
	ContentHash string // of what the form held; empty for a link
	Pending     bool   // the form's message was made to wait
	ExpiresAt   db.Instant
}

// TableName is the table's name.
func (spent) TableName() string { return "contact_spent" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{waiting{}, spent{}} }
