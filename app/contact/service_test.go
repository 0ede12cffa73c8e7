package contact

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

var anna = Message{Name: "Anna Berg", Email: "anna@exempel.se", Text: "Hej!\n\nHur tolkar vi tabell 3?"}

// send posts a message past the web, with a stamp of its own.
func (r *rig) send(m Message, proven bool) (pending bool, err error) {
	r.t.Helper()
	return r.service.Send(r.t.Context(), Submission{Message: m, Stamp: r.Site.Stamp(form), Proven: proven, Client: db.NewID()})
}

// token returns the token of the last mailed link.
func (r *rig) token() string {
	r.t.Helper()
	mails := r.mails()
	for _, line := range strings.Split(mails[len(mails)-1].Text, "\n") {
		if token, ok := strings.CutPrefix(line, baseURL+confirmPath+"/"); ok {
			return token
		}
	}
	r.t.Fatal("the last mail holds no link")
	return ""
}

func TestAProvenMessageIsMailedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		if pending, err := r.send(anna, true); pending || err != nil {
			t.Fatalf("pending %v, %v", pending, err)
		}
		m := r.wantMails(1)[0]
		if m.To != office || m.ReplyTo != anna.Email || m.Subject != "Kontaktformuläret: Anna Berg" {
			t.Errorf("to %s, reply to %s, subject %q", m.To, m.ReplyTo, m.Subject)
		}
		if !strings.Contains(m.Text, anna.Text) || !strings.Contains(m.Text, "inte kontrollerad") {
			t.Errorf("the text is\n%s", m.Text)
		}
		if n := r.count("contact_messages"); n != 0 {
			t.Errorf("%d messages are kept", n)
		}
	})
}

func TestAnUnprovenMessageWaitsForItsLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		if pending, err := r.send(anna, false); !pending || err != nil {
			t.Fatalf("pending %v, %v", pending, err)
		}
		asked := r.wantMails(1)[0]
		if asked.To != anna.Email || asked.ReplyTo != "" {
			t.Errorf("to %s, reply to %q", asked.To, asked.ReplyTo)
		}
		for _, typed := range []string{"Anna", "Berg", "tabell"} {
			if strings.Contains(asked.Subject+asked.Text+asked.HTML, typed) {
				t.Errorf("a stranger's word %q is mailed", typed)
			}
		}
		token := r.token()
		for range 3 { // looking consumes nothing
			if m, err := r.service.ByToken(t.Context(), token); m != anna || err != nil {
				t.Fatalf("%+v, %v", m, err)
			}
		}
		if err := r.service.Confirm(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		sent := r.wantMails(2)[1]
		if sent.To != office || sent.ReplyTo != anna.Email || !strings.Contains(sent.Text, anna.Text) || strings.Contains(sent.Text, "inte kontrollerad") {
			t.Errorf("to %s, reply to %s:\n%s", sent.To, sent.ReplyTo, sent.Text)
		}
		if n := r.count("contact_messages"); n != 0 {
			t.Errorf("%d messages are kept", n)
		}
	})
}

func TestTheTokenIsNotInTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		if _, err := r.send(anna, false); err != nil {
			t.Fatal(err)
		}
		token := r.token()
		if token != strings.ToLower(token) || len(token) < 26 {
			t.Errorf("token %q", token)
		}
		if found := r.search(token); len(found) > 0 {
			t.Errorf("found in %v", found)
		}
	})
}

func TestALinkThatLeadsNowhereSaysWhy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		links := map[string]string{}
		for _, name := range []string{"used", "old"} {
			if _, err := r.send(anna, false); err != nil {
				t.Fatal(err)
			}
			links[name] = r.token()
		}
		if err := r.service.Confirm(t.Context(), links["used"]); err != nil {
			t.Fatal(err)
		}
		links["altered"] = "a" + links["used"][1:]
		if links["altered"] == links["used"] {
			links["altered"] = "b" + links["used"][1:]
		}
		before := len(r.mails())
		for _, c := range []struct {
			name    string
			later   time.Duration
			says    string
			confirm bool // pressing the button again is no error
		}{
			{"altered", 0, textLinkOld, false},
			{"used", 0, textLinkUsed, true},
			{"used", waitTime - time.Second, textLinkUsed, true},
			{"old", waitTime, textLinkOld, false},
			{"used", waitTime + 30*24*time.Hour, textLinkOld, false},
		} {
			t.Run(fmt.Sprint(c.name, " after ", c.later), func(t *testing.T) {
				began := r.Clock.Now()
				defer r.Clock.Set(began)
				r.Clock.Advance(c.later)
				if c.later > 2*waitTime {
					if _, err := r.service.Sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				_, err := r.service.ByToken(t.Context(), links[c.name])
				if !fault.Is(err, fault.NotFound) || fault.Of(err).Text != c.says {
					t.Errorf("ByToken: %v", err)
				}
				if err := r.service.Confirm(t.Context(), links[c.name]); (err == nil) != c.confirm {
					t.Errorf("Confirm: %v", err)
				}
			})
		}
		r.wantMails(before)
	})
}

func TestTwentyPressesSendOneMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		if _, err := r.send(anna, false); err != nil {
			t.Fatal(err)
		}
		token := r.token()
		r.atOnce(20, func() error { return r.service.Confirm(t.Context(), token) })
		r.wantMails(2)
	})
}

func TestTwentyPostsOfOneFormMakeOneMessage(t *testing.T) {
	for _, proven := range []bool{true, false} {
		t.Run(fmt.Sprintf("proven %v", proven), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				r := newRig(t, d)
				stamp := r.Site.Stamp(form)
				var pending atomic.Int64
				r.atOnce(20, func() error {
					waits, err := r.service.Send(t.Context(), Submission{Message: anna, Stamp: stamp, Proven: proven, Client: db.NewID()})
					if waits {
						pending.Add(1)
					}
					return err
				})
				r.wantMails(1)
				if want := map[bool]int64{true: 0, false: 20}[proven]; pending.Load() != want {
					t.Errorf("%d of 20 were told to wait, want %d", pending.Load(), want)
				}
			})
		})
	}
}

func TestAFormThatWasSentBeforeWithOtherWordsIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		sub := Submission{Message: anna, Stamp: r.Site.Stamp(form), Proven: true}
		if _, err := r.service.Send(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
		sub.Text += " Och tabell 4?"
		if _, err := r.service.Send(t.Context(), sub); !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v, want Conflict: thanks would be a lie", err)
		}
		r.wantMails(1)
	})
}

func TestPersonalNumbersGoNowhere(t *testing.T) {
	const number = "19811218-9876"
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name string
			m    Message
		}{
			{"in the message", Message{anna.Name, anna.Email, "Det gäller " + number + " som flyttar."}},
			{"in the name", Message{"Anna " + number, anna.Email, anna.Text}},
			{"in the address", Message{anna.Name, "anna." + number + "@exempel.se", anna.Text}},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := newRig(t, d)
				for _, proven := range []bool{true, false} {
					if _, err := r.send(c.m, proven); !fault.Is(err, fault.Invalid) {
						t.Fatalf("got %v, want Invalid", err)
					}
				}
				r.wantMails(0)
				if found := r.search(number); len(found) > 0 {
					t.Errorf("the number is kept in %v", found)
				}
				if strings.Contains(r.log.String(), number) {
					t.Error("the number is in the log")
				}
			})
		}
	})
}

func TestUnconfirmedMessagesAreRemovedAndCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		for range 2 {
			if _, err := r.send(anna, false); err != nil {
				t.Fatal(err)
			}
		}
		r.Clock.Advance(time.Hour)
		if _, err := r.send(anna, false); err != nil {
			t.Fatal(err)
		}
		r.Clock.Advance(waitTime - time.Hour)
		if n, err := r.service.Sweep(t.Context()); n != 2 || err != nil {
			t.Errorf("removed %d, %v; want 2", n, err)
		}
		if n := r.count("contact_messages"); n != 1 {
			t.Errorf("%d messages wait, want the younger one", n)
		}
		if n := r.count("contact_spent"); n != 0 {
			t.Errorf("%d spent stamps are kept", n)
		}
		if log := r.log.String(); !strings.Contains(log, "count=2") || strings.Contains(log, "nna") {
			t.Errorf("the log is\n%s", log)
		}
	})
}

func TestTheRemovalIsPeriodicWork(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	if _, err := r.send(anna, false); err != nil {
		t.Fatal(err)
	}
	r.Clock.Advance(waitTime)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(20 * time.Second); r.count("contact_messages") > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody removed the message")
		}
	}
}

func TestNothingStaysAfterTheMailIsSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		for _, proven := range []bool{true, false} {
			if _, err := r.send(anna, proven); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.service.Confirm(t.Context(), r.token()); err != nil {
			t.Fatal(err)
		}
		r.wantMails(3)
		for _, typed := range []string{anna.Name, anna.Email, "tabell"} {
			if found := r.search(typed); len(found) > 0 {
				t.Errorf("%q is kept in %v", typed, found)
			}
		}
	})
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	d := dbtest.Any(t)
	r := newRig(t, d)
	d.Close()
	for name, do := range map[string]func() error{
		"Send":    func() error { _, err := r.send(anna, true); return err },
		"ByToken": func() error { _, err := r.service.ByToken(t.Context(), "x"); return err },
		"Confirm": func() error { return r.service.Confirm(t.Context(), "x") },
		"Sweep":   func() error { _, err := r.service.Sweep(t.Context()); return err },
	} {
		if err := do(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v, want Unavailable", name, err)
		}
	}
}

// atOnce runs do n times at once; no run may fail.
func (r *rig) atOnce(n int, do func() error) {
	r.t.Helper()
	var group sync.WaitGroup
	start := make(chan struct{})
	for range n {
		group.Go(func() {
			<-start
			if err := do(); err != nil {
				r.t.Error(err)
			}
		})
	}
	close(start)
	group.Wait()
}

// search returns the tables that hold the text in any column.
func (r *rig) search(text string) (found []string) {
	r.t.Helper()
	for _, table := range dbtest.Tables(r.t, r.db) {
		var rows []map[string]any
		if err := r.db.Read(r.t.Context()).Table(table).Find(&rows).Error; err != nil {
			r.t.Fatal(err)
		}
		for _, row := range rows {
			if strings.Contains(fmt.Sprint(row), text) {
				found = append(found, table)
				break
			}
		}
	}
	return found
}
