package contact

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"nuso.se/app/db/dbtest"
	"nuso.se/app/mail"
	"nuso.se/app/mail/smtp"
)

// From the form to the mail server and back through the link, with nothing between that is not real.
func TestAMessageReachesTheOfficeBySMTP(t *testing.T) {
	office := &postOffice{}
	r := newRigWith(t, dbtest.Any(t), office.open(t))
	values := r.filled()
	values.Set("name", `Åsa "Ås" Öberg`)
	r.post("/kontakt", values).WantRedirect(t, "/kontakt/vantar?")
	r.deliver()

	asked := office.letter(t, 0)
	if asked.to != "anna@exempel.se" || !strings.Contains(asked.html, confirmPath) {
		t.Fatalf("to %s:\n%s", asked.to, asked.html)
	}
	_, link, _ := strings.Cut(asked.text, baseURL)
	link, _, _ = strings.Cut(link, "\n")
	link = strings.TrimSpace(link)
	r.get(link).Want(t, 200, "Åsa &#34;Ås&#34; Öberg")
	r.post(link, nil).WantRedirect(t, "/kontakt/tack")
	r.deliver()

	sent := office.letter(t, 1)
	if sent.to != "kontoret@nuso.example" || sent.header.Get("Reply-To") != "<anna@exempel.se>" {
		t.Errorf("to %s, reply to %s", sent.to, sent.header.Get("Reply-To"))
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(sent.header.Get("Subject"))
	if err != nil || subject != `Kontaktformuläret: Åsa "Ås" Öberg` {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, part := range map[string]string{"text": sent.text, "HTML": sent.html} {
		if !strings.Contains(part, "Hur tolkar vi tabell 3 i rapporten?") {
			t.Errorf("the %s part is\n%s", name, part)
		}
	}
	if from := sent.header.Get("From"); !strings.Contains(from, "nuso@nuso.example") {
		t.Errorf("from %s: only our own address passes the checks of other servers", from)
	}
	if n := office.count(); n != 2 {
		t.Errorf("%d letters came, want 2", n)
	}
}

func (r *rig) deliver() {
	r.t.Helper()
	if err := r.runner.Drain(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
}

// letter is one that came by SMTP, read as a mail program reads it.
type letter struct {
	to, text, html string
	header         netmail.Header
}

// postOffice is a mail server on this machine.
type postOffice struct {
	mu  sync.Mutex
	to  []string
	raw [][]byte
}

func (p *postOffice) open(t *testing.T) mail.Sender {
	t.Helper()
	line, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := server.NewServer(server.BackendFunc(func(*server.Conn) (server.Session, error) { return &counter{office: p}, nil }))
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(line) }()
	t.Cleanup(func() { srv.Close(); <-done })
	composer, err := mail.NewComposer("NUSO <nuso@nuso.example>", baseURL, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := smtp.New(smtp.Options{URL: "smtp://" + line.Addr().String(), Composer: composer})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func (p *postOffice) count() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.raw) }

func (p *postOffice) letter(t *testing.T, n int) letter {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if n >= len(p.raw) {
		t.Fatalf("%d letters came", len(p.raw))
	}
	m, err := netmail.ReadMessage(bytes.NewReader(p.raw[n]))
	if err != nil {
		t.Fatal(err)
	}
	l := letter{to: p.to[n], header: m.Header}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("it is %s, %v", kind, err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, into := range []*string{&l.text, &l.html} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		*into = string(text)
	}
	return l
}

// counter is one conversation.
type counter struct {
	office *postOffice
	to     string
}

// Mail takes any sender.
func (c *counter) Mail(string, *server.MailOptions) error { return nil }

// Rcpt notes the recipient.
func (c *counter) Rcpt(to string, _ *server.RcptOptions) error { c.to = to; return nil }

// Data keeps the letter.
func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.to, c.office.raw = append(c.office.to, c.to), append(c.office.raw, raw)
	return err
}

// Reset forgets nothing that matters.
func (c *counter) Reset() {}

// Logout ends the conversation.
func (c *counter) Logout() error { return nil }
