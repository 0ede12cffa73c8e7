package mail_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

func composer(t testing.TB) *mail.Composer {
	t.Helper()
	at := time.Date(2026, 8, 21, 8, 15, 0, 0, time.FixedZone("CEST", 7200))
	c, err := mail.NewComposer("NUSO på <nuso@exempel.se>", "https://nuso.se:8443/x", func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// written composes m and reads it back as a mail program would.
func written(t rapid.TB, c *mail.Composer, m mail.Message) *netmail.Message {
	t.Helper()
	out, err := c.Compose(m)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if _, err := out.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	back, err := netmail.ReadMessage(&text)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func decoded(t rapid.TB, header string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestALetterHasTextAndHTMLInUTF8(t *testing.T) {
	long := "https://nuso.se/logga-in/" + strings.Repeat("a", 200)
	m := letter(func(m *mail.Message) {
		m.ToName, m.ReplyTo = `Åsa "Å" Ek`, "kund@exempel.se"
		m.Text, m.HTML = "Hej Åsa! 😀\n.\nFrom mig\n"+long+"\n", "<p>Hej Åsa! 😀</p>"
		m.Headers = map[string]string{"List-Unsubscribe": "<https://nuso.se/avregistrera/x>"}
	})
	got := written(t, composer(t), m)
	for name, want := range map[string]string{
		"Subject": "Öppet hus", "Message-ID": "<0190@nuso.se>", "Date": "Fri, 21 Aug 2026 08:15:00 +0200", "MIME-Version": "1.0",
		"Reply-To": "<kund@exempel.se>", "Auto-Submitted": "auto-generated", "List-Unsubscribe": "<https://nuso.se/avregistrera/x>",
		"X-Mailer": "", "User-Agent": "",
	} {
		if text := decoded(t, got.Header.Get(name)); text != want {
			t.Errorf("%s: %q, want %q", name, text, want)
		}
	}
	for name, want := range map[string]netmail.Address{
		"From": {Name: "NUSO på", Address: "nuso@exempel.se"}, "To": {Name: `Åsa "Å" Ek`, Address: "asa@exempel.se"},
	} {
		list, err := got.Header.AddressList(name)
		if err != nil || len(list) != 1 || *list[0] != want {
			t.Errorf("%s: %v, %v", name, list, err)
		}
	}
	kind, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range [][2]string{{"text/plain; charset=UTF-8", m.Text}, {"text/html; charset=UTF-8", m.HTML}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		text := strings.ReplaceAll(string(body), "\r\n", "\n")
		if err != nil || part.Header.Get("Content-Type") != want[0] || strings.TrimSpace(text) != strings.TrimSpace(want[1]) {
			t.Errorf("part %v: %q (%v)", part.Header, text, err)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("more parts: %v", err)
	}
}

func TestALetterWithoutHTMLIsPlain(t *testing.T) {
	got := written(t, composer(t), letter(nil))
	if kind := got.Header.Get("Content-Type"); kind != "text/plain; charset=UTF-8" {
		t.Errorf("Content-Type %q", kind)
	}
}

func TestNoTextOfStrangersBecomesAHeader(t *testing.T) {
	c := composer(t)
	plain := len(written(t, c, letter(func(m *mail.Message) { m.ToName = "x" })).Header)
	rapid.Check(t, func(r *rapid.T) {
		m := letter(func(m *mail.Message) {
			m.Subject = rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zå:\r\n ]{1,90}`)).Draw(r, "subject")
			m.ToName = rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-zå"<>@,;\\\r\n ]{0,90}`)).Draw(r, "name")
		})
		if m.Check() != nil {
			if _, err := c.Compose(m); !errors.Is(err, mail.ErrRefused) {
				r.Fatalf("composed all the same: %v", err)
			}
			return
		}
		got := written(r, c, m)
		to, err := got.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != m.To || len(got.Header) != plain {
			r.Fatalf("%v, %v, %v", to, err, got.Header)
		}
		if strings.Join(strings.Fields(decoded(r, got.Header.Get("Subject"))), " ") != strings.Join(strings.Fields(m.Subject), " ") {
			r.Fatalf("subject %q came out as %q", m.Subject, decoded(r, got.Header.Get("Subject")))
		}
	})
}

func TestABadSenderIsNamedBySetting(t *testing.T) {
	for from, rest := range map[string][2]string{
		"nuso":             {"https://nuso.se", "MAIL_FROM"},
		"a@b.se, c@d.se":   {"https://nuso.se", "MAIL_FROM"},
		"nuso@exempel.se":  {"nuso.se", "NUSO_BASE_URL"},
		"nuso2@exempel.se": {"http://%zz", "NUSO_BASE_URL"},
	} {
		_, err := mail.NewComposer(from, rest[0], time.Now)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), rest[1]) {
			t.Errorf("%s, %s: %v", from, rest[0], err)
		}
	}
}
