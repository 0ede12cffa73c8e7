// Package smtp sends letters through the server that SMTP_URL names.
package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

// Options say where and as whom to send.
type Options struct {
	URL      string         // smtp://[user:password@]host[:587], encrypted when the server offers it; smtps://…[:465]
	Composer *mail.Composer // writes the letters
	Timeout  time.Duration  // of a whole conversation; 0: 20 seconds
	Roots    *x509.CertPool // whose certificates to trust; nil: the system's
}

// Sender is a mail.Sender. Each letter is a conversation of its own, since they are few.
type Sender struct {
	composer *mail.Composer
	host     string
	timeout  time.Duration
	tls      *tls.Config
	implicit bool
	options  []gomail.Option
}

const textURL = "SMTP_URL går inte att tolka. Skriv smtp://användare:lösenord@värd:587 eller smtps://värd:465."

// New returns a sender. It talks to nobody yet. A bad address is Invalid and never repeated, since it holds a password.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || len(u.Path) > 1 {
		return nil, fault.New(fault.Invalid, textURL, nil)
	}
	implicit := u.Scheme == "smtps"
	port := 587
	if implicit {
		port = 465
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, fault.New(fault.Invalid, textURL, nil)
		}
	}
	if o.Timeout == 0 {
		o.Timeout = 20 * time.Second
	}
	s := &Sender{
		composer: o.Composer, host: u.Hostname(), timeout: o.Timeout, implicit: implicit,
		tls: &tls.Config{ServerName: u.Hostname(), RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
	}
	s.options = []gomail.Option{
		gomail.WithPort(port), gomail.WithHELO(o.Composer.Host()), gomail.WithTimeout(o.Timeout),
		gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithTLSConfig(s.tls),
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password),
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover)) // never a plain password on an open line
	}
	return s, nil
}

// Send delivers m to the server. The server's 5xx about the letter itself is mail.ErrRefused, one about its recipient or after its text a
// *mail.Undeliverable; a 4xx, a server that is
// away or does not let us in, and a broken line are worth another try. Once the server has taken the letter it is
// sent, whatever goes wrong in saying goodbye. A ctx that ends cuts the line.
func (s *Sender) Send(ctx context.Context, m mail.Message) error {
	letter, err := s.composer.Compose(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	client, err := gomail.NewClient(s.host, append(s.options, gomail.WithDialContextFunc(s.dial(ctx)))...)
	if err != nil {
		return outcome(err)
	}
	err = client.DialAndSendWithContext(ctx, letter)
	if letter.IsDelivered() {
		return nil
	}
	return outcome(err)
}

// dial opens a connection that ends with the conversation's ctx: go-mail's own deadline begins anew with each step.
func (s *Sender) dial(conversation context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		var conn net.Conn
		var err error
		if s.implicit {
			conn, err = (&tls.Dialer{Config: s.tls}).DialContext(ctx, network, address)
		} else {
			conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
		}
		if err == nil {
			context.AfterFunc(conversation, func() { conn.Close() })
		}
		return conn, err
	}
}

// outcome sorts go-mail's errors and leaves the addresses out of them.
func outcome(err error) error {
	if err == nil {
		return errors.New("the server was not asked to take the letter")
	}
	text := mail.WithoutAddresses(err.Error())
	var failed *gomail.SendError
	if !errors.As(err, &failed) || !aboutTheLetter(failed.ErrorCode()) {
		return errors.New(text)
	}
	switch failed.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return &mail.Undeliverable{Code: failed.ErrorCode(), Err: errors.New(text)}
	}
	return fmt.Errorf("%w: %s", mail.ErrRefused, text)
}

// aboutTheLetter says whether the server's code is a final no to this letter. Codes about logging in are about our
// settings, and letters wait until those are mended.
func aboutTheLetter(code int) bool {
	switch code {
	case 530, 534, 535, 538:
		return false
	}
	return code >= 500 && code < 600
}
