package contact

import (
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestTheModelsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, Models()...) })
}

func TestAMessageIsChecked(t *testing.T) {
	good := Message{Name: "Anna Berg", Email: "anna@exempel.se", Text: "Hur tolkar vi tabell 3?"}
	for _, c := range []struct {
		name   string
		change func(*Message)
		field  string // empty: nothing is wrong
		says   string
	}{
		{"a plain message passes", func(*Message) {}, "", ""},
		{"two letters make a name", func(m *Message) { m.Name = "Åö" }, "", ""},
		{"one does not", func(m *Message) { m.Name = "Å" }, "name", "minst två"},
		{"a name is needed", func(m *Message) { m.Name = "" }, "name", "Skriv ditt namn"},
		{"a hundred characters make a name", func(m *Message) { m.Name = strings.Repeat("ö", 100) }, "", ""},
		{"101 do not", func(m *Message) { m.Name = strings.Repeat("ö", 101) }, "name", "högst 100"},
		{"a name of two lines could be a mail's head", func(m *Message) { m.Name = "Anna\nBcc: b@exempel.se" }, "name", "på en rad"},
		{"so could one with another line end", func(m *Message) { m.Name = "Anna\u2028Bcc: b@exempel.se" }, "name", "på en rad"},
		{"a name must not turn the line around", func(m *Message) { m.Name = "Anna \u202egnal" }, "name", "osynliga"},
		{"marks are part of names", func(m *Message) { m.Name = `Anna "Ann" O'Berg <Karlstad>` }, "", ""},

		{"an address is needed", func(m *Message) { m.Email = "" }, "email", "Skriv din e-postadress"},
		{"it needs an @", func(m *Message) { m.Email = "anna.exempel.se" }, "email", "ser inte ut som"},
		{"and one alone", func(m *Message) { m.Email = "anna@berg@exempel.se" }, "email", "ser inte ut som"},
		{"a name does not belong in it", func(m *Message) { m.Email = "Anna <anna@exempel.se>" }, "email", "ser inte ut som"},
		{"nor brackets", func(m *Message) { m.Email = "<anna@exempel.se>" }, "email", "ser inte ut som"},
		{"nor a comment", func(m *Message) { m.Email = "anna@exempel.se (Anna)" }, "email", "ser inte ut som"},
		{"nor a second address", func(m *Message) { m.Email = "anna@exempel.se, bo@exempel.se" }, "email", "ser inte ut som"},
		{"nor a line of a mail's head", func(m *Message) { m.Email = "anna@exempel.se\nBcc: bo@exempel.se" }, "email", "ser inte ut som"},
		{"nor a computer's number", func(m *Message) { m.Email = "anna@[127.0.0.1]" }, "email", "ser inte ut som"},
		{"a domain may have letters of its own", func(m *Message) { m.Email = "anna@växjö.exempel.se" }, "", ""},
		{"few can mail to others before the @", func(m *Message) { m.Email = "åsa@exempel.se" }, "email", "ser inte ut som"},
		{"254 characters are an address", func(m *Message) { m.Email = longAddress(254) }, "", ""},
		{"255 are not", func(m *Message) { m.Email = longAddress(255) }, "email", "ser inte ut som"},

		{"ten characters are a message", func(m *Message) { m.Text = "åäöåäöåäö." }, "", ""},
		{"nine are not", func(m *Message) { m.Text = "åäöåäöåä." }, "message", "minst tio"},
		{"10 000 characters are a message", func(m *Message) { m.Text = strings.Repeat("ö", 10_000) }, "", ""},
		{"10 001 are not", func(m *Message) { m.Text = strings.Repeat("ö", 10_001) }, "message", "högst 10 000"},

		{"an identity number in the message", func(m *Message) { m.Text = "Det gäller 19811218-9876, hon flyttar." }, "message", "personnummer"},
		{"an identity number in the name", func(m *Message) { m.Name = "Anna 811218-9876" }, "name", "personnummer"},
		{"an identity number in the address", func(m *Message) { m.Email = "198112189876@exempel.se" }, "email", "personnummer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := good
			c.change(&m)
			fields := m.Check()
			switch {
			case c.field == "" && len(fields) > 0:
				t.Errorf("found %v", fields)
			case c.field != "" && (len(fields) != 1 || fields[0].Name != c.field || !strings.Contains(fields[0].Text, c.says)):
				t.Errorf("found %v, want %q at %s", fields, c.says, c.field)
			}
		})
	}
}

func TestFaultsComeInTheOrderOfTheForm(t *testing.T) {
	var names []string
	for _, f := range (Message{}).Check() {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "name email message" {
		t.Errorf("got %s", got)
	}
}

func TestAMailboxIsWhatEveryServerTakes(t *testing.T) {
	for typed, want := range map[string]string{
		"anna@exempel.se":           "anna@exempel.se",
		"Anna.Berg+nuso@EXEMPEL.se": "Anna.Berg+nuso@exempel.se",
		"anna@växjö.exempel.se":     "anna@xn--vxj-qla6g.exempel.se",
	} {
		if got := mailbox(typed); got != want {
			t.Errorf("%s: %q, want %q", typed, got, want)
		}
	}
}

// longAddress returns an address of n characters whose parts are no longer than the rules allow.
func longAddress(n int) string {
	address := "anna@" + strings.Repeat(strings.Repeat("a", 49)+".", 4) + "se"
	return address[:5] + strings.Repeat("b", n-len(address)-1) + "." + address[5:]
}
