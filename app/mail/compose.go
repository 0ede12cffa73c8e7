package mail

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"nuso.se/app/fault"
)

// Composer writes letters out. It is shared by the senders.
type Composer struct {
	from *mail.Address
	host string
	now  func() time.Time
}

// NewComposer returns a composer of letters from the sender's address (MAIL_FROM, "NUSO <nuso@localhost>"), with ids
// under the host of the site's address (NUSO_BASE_URL) and dates by now. Errors are Invalid and name the setting.
func NewComposer(from, baseURL string, now func() time.Time) (*Composer, error) {
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fault.New(fault.Invalid, textFrom, nil)
	}
	base, err := url.Parse(baseURL)
	if err != nil || base.Hostname() == "" {
		return nil, fault.New(fault.Invalid, textBase, nil)
	}
	return &Composer{from: sender, host: base.Hostname(), now: now}, nil
}

// Host is the site's host, as which a sender introduces itself.
func (c *Composer) Host() string { return c.host }

// Compose writes m out: UTF-8, plain text, and HTML beside it when there is some. The error is ErrRefused, wrapped.
func (c *Composer) Compose(m Message) (*gomail.Msg, error) {
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(c.from)
	to, _ := Address(m.To)
	// The standard library leaves a backslash bare in an encoded name, which no program can read back.
	out.ToMailAddress(&mail.Address{Name: strings.ReplaceAll(m.ToName, `\`, ""), Address: to})
	if m.ReplyTo != "" {
		reply, _ := Address(m.ReplyTo)
		out.ReplyToMailAddress(&mail.Address{Address: reply})
	}
	out.Subject(m.Subject)
	out.SetDateWithValue(c.now())
	out.SetMessageIDWithValue(m.ID + "@" + c.host)
	out.SetGenHeader("Auto-Submitted", "auto-generated") // so that answering machines keep still
	for name, value := range m.Headers {
		out.SetGenHeader(gomail.Header(name), value)
	}
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return out, nil
}
