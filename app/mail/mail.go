// Package mail sends letters: a service adds one in its transaction (Add), and a job hands it to the Sender that main
// chose: mail/smtp in production, mail/folder while developing. go-mail is known to this package and its senders only.
//
// A letter's addresses, subject and headers come in part from strangers: what could add a header of its own is
// refused when the letter is added, and again when it is sent.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// Kind is the jobs that send a letter.
const Kind = "mail.send"

// Message is one letter to one person.
type Message struct {
	ID      string            // of the letter, same at every try; Add makes it
	To      string            // a bare address
	ToName  string            // may be empty
	ReplyTo string            // a bare address, or empty
	Subject string            // one line
	Text    string            // the letter as plain text; always there
	HTML    string            // the same as HTML, or empty
	Headers map[string]string // further ones, such as List-Unsubscribe
}

// Sender delivers a letter, or hands it to whoever does. It returns ErrRefused, wrapped, when trying again is in vain,
// and any other error when it is not. Its errors name no person.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// ErrRefused says that a letter will never be taken: the address does not exist, the content is not accepted.
var ErrRefused = errors.New("refused for good")

var (
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)
	addressIn  = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`)
)

// Add puts a letter in tx, the caller's transaction; it is sent after the commit. An address or a text that cannot be
// sent is Invalid, with a Swedish text.
func Add(tx db.Tx, m Message) error {
	if err := m.Check(); err != nil {
		return err
	}
	m.ID = db.NewID()
	return jobs.Add(tx, Kind, m, about(m))
}

// Register has runner send letters by sender. A letter that is refused for good is not tried again.
func Register(runner *jobs.Runner, sender Sender) {
	runner.Handle(Kind, "Mejl", jobs.Decoded(func(ctx context.Context, m Message) error {
		err := sender.Send(ctx, m)
		if errors.Is(err, ErrRefused) {
			return jobs.Permanent(err)
		}
		return err
	}))
}

// Address tidies and checks what somebody typed as their mail address: one address without a name. The error is
// Invalid with a Swedish text.
func Address(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	refused := fault.New(fault.Invalid, textAddress, nil)
	a, err := mail.ParseAddress(typed)
	if err != nil || a.Name != "" || a.Address != typed || len(typed) > 254 || strings.ContainsFunc(typed, unsafeSign) {
		return "", refused
	}
	local, domain, _ := cutLast(typed, "@")
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(local) > 64 || !strings.Contains(ascii, ".") && ascii != "localhost" {
		return "", refused
	}
	return local + "@" + ascii, nil
}

// Check says whether m can be sent: Invalid with a Swedish text if not.
func (m Message) Check() error {
	if _, err := Address(m.To); err != nil {
		return err
	}
	if m.ReplyTo != "" {
		if _, err := Address(m.ReplyTo); err != nil {
			return err
		}
	}
	lines := []string{m.ToName, m.Subject}
	for name, value := range m.Headers {
		if !headerName.MatchString(name) || slices.Contains(ownHeaders(), strings.ToLower(name)) ||
			strings.HasPrefix(strings.ToLower(name), "content-") {
			return fault.New(fault.Invalid, textHeader, fmt.Errorf("header %q", name))
		}
		lines = append(lines, value)
	}
	if slices.ContainsFunc(lines, func(s string) bool { return strings.ContainsFunc(s, unsafeSign) }) {
		return fault.New(fault.Invalid, textLines, nil)
	}
	if strings.TrimSpace(m.Subject) == "" || strings.TrimSpace(m.Text) == "" {
		return fault.New(fault.Invalid, textEmpty, nil)
	}
	for _, s := range append(lines, m.Text, m.HTML) {
		if !utf8.ValidString(s) {
			return fault.New(fault.Invalid, textEncoding, nil)
		}
	}
	return nil
}

// ownHeaders are those that only this package sets.
func ownHeaders() []string {
	return []string{
		"auto-submitted", "bcc", "cc", "date", "dkim-signature", "from", "message-id", "mime-version", "received",
		"reply-to", "return-path", "sender", "subject", "to",
	}
}

// unsafeSign is a line break or another sign that no line of a header may hold.
func unsafeSign(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// WithoutAddresses takes mail addresses out of a text meant for the log: servers repeat them in their answers.
func WithoutAddresses(text string) string { return addressIn.ReplaceAllString(text, "‹address›") }
