package mail_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

func letter(change func(m *mail.Message)) mail.Message {
	m := mail.Message{ID: "0190", To: "asa@exempel.se", Subject: "Öppet hus", Text: "Hej Åsa!\n"}
	if change != nil {
		change(&m)
	}
	return m
}

func TestAddressTakesOneAddressAndNothingElse(t *testing.T) {
	for _, row := range []struct{ name, typed, want string }{
		{"plain", "asa@exempel.se", "asa@exempel.se"},
		{"with room around it", "  asa@exempel.se \t", "asa@exempel.se"},
		{"with a tag", "asa+nuso@exempel.se", "asa+nuso@exempel.se"},
		{"a domain with å", "info@malmö.se", "info@xn--malm-8qa.se"},
		{"a local part with å", "åsa@exempel.se", "åsa@exempel.se"},
		{"capitals in the domain", "Asa@Exempel.SE", "Asa@exempel.se"},
		{"this machine", "nuso@localhost", "nuso@localhost"},
		{"empty", " ", ""},
		{"no at", "asa.exempel.se", ""},
		{"no domain", "asa@", ""},
		{"no dot in the domain", "asa@exempel", ""},
		{"a space in it", "asa @exempel.se", ""},
		{"with a name", "Åsa <asa@exempel.se>", ""},
		{"in brackets", "<asa@exempel.se>", ""},
		{"two", "a@exempel.se, b@exempel.se", ""},
		{"a header in it", "asa@exempel.se\r\nBcc: b@exempel.se", ""},
		{"a folded header in it", "asa@exempel.se\r\n b@exempel.se", ""},
		{"a NUL in it", "asa@exempel.se\x00", ""},
		{"too long", strings.Repeat("a", 250) + "@exempel.se", ""},
		{"too long before the at", strings.Repeat("a", 65) + "@exempel.se", ""},
		{"two ats", "asa@b@exempel.se", ""},
		{"bytes that are no text", "as\xffa@exempel.se", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := mail.Address(row.typed)
			if got != row.want || (err == nil) != (row.want != "") || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("got %q, %v, want %q", got, err, row.want)
			}
		})
	}
}

func TestCheckRefusesWhatCouldBecomeAHeader(t *testing.T) {
	const inject = "Hej\r\nBcc: b@exempel.se"
	for _, row := range []struct {
		name   string
		change func(m *mail.Message)
		ok     bool
	}{
		{"nothing wrong", nil, true},
		{"everything there", func(m *mail.Message) {
			m.ToName, m.ReplyTo, m.HTML = `Åsa "Å" <Ek>`, "b@exempel.se", "<p>Hej"
			m.Headers = map[string]string{"List-Unsubscribe": "<https://nuso.se/avregistrera/x>"}
		}, true},
		{"subject with a line break", func(m *mail.Message) { m.Subject = inject }, false},
		{"subject with a lone line feed", func(m *mail.Message) { m.Subject = "a\nb" }, false},
		{"subject with a lone carriage return", func(m *mail.Message) { m.Subject = "a\rb" }, false},
		{"subject with a line separator", func(m *mail.Message) { m.Subject = "a\u2028b" }, false},
		{"subject with NUL", func(m *mail.Message) { m.Subject = "a\x00b" }, false},
		{"name with a line break", func(m *mail.Message) { m.ToName = inject }, false},
		{"recipient with a line break", func(m *mail.Message) { m.To = "a@exempel.se\nBcc: b@exempel.se" }, false},
		{"answer address with a line break", func(m *mail.Message) { m.ReplyTo = "a@exempel.se\nBcc: b@exempel.se" }, false},
		{"answer address that is none", func(m *mail.Message) { m.ReplyTo = "hej" }, false},
		{"header value with a line break", func(m *mail.Message) { m.Headers = map[string]string{"X-A": inject} }, false},
		{"header name with a colon", func(m *mail.Message) { m.Headers = map[string]string{"X-A: b\r\nBcc": "c"} }, false},
		{"header name of ours", func(m *mail.Message) { m.Headers = map[string]string{"bCC": "b@exempel.se"} }, false},
		{"header name of the content", func(m *mail.Message) { m.Headers = map[string]string{"Content-Type": "text/html"} }, false},
		{"no recipient", func(m *mail.Message) { m.To = "" }, false},
		{"no subject", func(m *mail.Message) { m.Subject = " " }, false},
		{"no text", func(m *mail.Message) { m.Text, m.HTML = " ", "<p>Hej" }, false},
		{"bytes that are no text", func(m *mail.Message) { m.Text = "a\xff" }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := letter(row.change).Check()
			if (err == nil) != row.ok || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, want ok %v", err, row.ok)
			}
		})
	}
}

func TestAddLeavesOneJobOrNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add := func(m mail.Message) error {
			return d.Tx(t.Context(), func(tx db.Tx) error { return mail.Add(tx, m) })
		}
		if err := add(letter(func(m *mail.Message) { m.Subject = "a\nb" })); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v", err)
		}
		if err := add(letter(func(m *mail.Message) { m.ID = "mine" })); err != nil {
			t.Fatal(err)
		}
		var rows []struct{ Kind, Payload string }
		if err := d.Read(context.Background()).Table("jobs").Find(&rows).Error; err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		var m mail.Message
		if err := json.Unmarshal([]byte(rows[0].Payload), &m); err != nil || rows[0].Kind != mail.Kind {
			t.Fatal(rows, err)
		}
		if len(m.ID) != 36 || m.Text != "Hej Åsa!\n" {
			t.Errorf("%+v", m)
		}
	})
}

func TestAddressesAreTakenOutOfWhatIsLogged(t *testing.T) {
	got := mail.WithoutAddresses("550 5.1.1 <asa.ek@exempel.se>: unknown; tried (b@c), åsa@malmö.se")
	if want := "550 5.1.1 <‹address›>: unknown; tried (‹address›), ‹address›"; got != want {
		t.Errorf("got %q", got)
	}
}
