package member_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/mail"
	"nuso.se/app/member"
)

// door is where people log in, with the mails it has sent.
type door struct {
	*member.Service
	t      *testing.T
	clock  *clock.Fake
	runner *jobs.Runner
	sent   []mail.Message
}

// Send keeps a letter.
func (d *door) Send(_ context.Context, m mail.Message) error {
	d.sent = append(d.sent, m)
	return nil
}

func newDoor(t *testing.T, database *db.DB, change ...func(*member.Options)) *door {
	t.Helper()
	d := &door{t: t}
	d.Service, d.clock, d.runner = newDesk(t, database, change...)
	mail.Register(d.runner, d)
	d.admit(anna(access.Member, karlstad))
	return d
}

// admit gives somebody a role.
func (d *door) admit(a member.Admission) member.Admitted {
	d.t.Helper()
	admitted, err := d.Admit(access.System(d.t.Context()), a)
	if err != nil {
		d.t.Fatal(err)
	}
	return admitted
}

// work does the jobs: what waits to be mailed is.
func (d *door) work() {
	d.t.Helper()
	if err := d.runner.Drain(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

const address, nobody = "anna.berg@karlstad.example", "ingen@karlstad.example"

var (
	codeIn = regexp.MustCompile(`(?m)^(\d{6})$`)
	linkIn = regexp.MustCompile(`https://nuso\.example/logga-in/([a-z2-7]{26})\b`)
)

// ask asks to log in and returns the browser's secret and what was mailed.
func (d *door) ask(email string) (secret, code, link string) {
	d.t.Helper()
	secret, err := d.Ask(d.t.Context(), email, "/nyheter", "192.0.2.1")
	if err != nil {
		d.t.Fatal(err)
	}
	before := len(d.sent)
	d.work()
	if len(d.sent) == before {
		return secret, "", ""
	}
	letter := d.sent[len(d.sent)-1]
	codes, links := codeIn.FindStringSubmatch(letter.Text), linkIn.FindStringSubmatch(letter.Text)
	if codes == nil || links == nil || letter.To != email || !strings.Contains(letter.HTML, codes[1]) || !strings.Contains(letter.HTML, links[1]) {
		d.t.Fatalf("the mail to %s:\n%s", letter.To, letter.Text)
	}
	return secret, codes[1], links[1]
}

// wrong is another code.
func wrong(code string) string { return string('0'+(code[0]-'0'+1)%10) + code[1:] }

func keep(into *member.Entry) func(db.Tx, member.Entry) error {
	return func(_ db.Tx, e member.Entry) error { *into = e; return nil }
}

func (d *door) byCode(secret, code string) (e member.Entry, err error) {
	err = d.EnterCode(d.t.Context(), secret, code, keep(&e))
	return e, err
}

func (d *door) byLink(link, secret string) (e member.Entry, err error) {
	err = d.EnterLink(d.t.Context(), link, secret, keep(&e))
	return e, err
}

func TestSomebodyLogsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, code, _ := d.ask(address)
		e, err := d.byCode(secret, " "+code[:3]+" "+code[3:]+"\n")
		if err != nil || e.PersonID == "" || e.Strong || e.Next != "/nyheter" {
			t.Errorf("with the code: %+v, %v", e, err)
		}
		secret, _, link := d.ask(address)
		if e, err := d.byLink(link, secret); err != nil || e.PersonID == "" || e.Strong {
			t.Errorf("with the link: %+v, %v", e, err)
		}
		if verdict, err := audit.Verify(t.Context(), database, audit.Mark{}); err != nil || verdict.Last.Number != 3 {
			t.Errorf("the log: %+v, %v, want the admission and two logins", verdict, err)
		}
	})
}

// Each way to get in that is none. enter is tried after prepare, with what was mailed last.
func TestNobodyElseLogsIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		other := "another browser's secret, as long as this one is"
		for name, try := range map[string]func(secret, code, link string) error{
			"a wrong code":                    func(s, c, _ string) error { _, err := d.byCode(s, wrong(c)); return err },
			"no code":                         func(s, _, _ string) error { _, err := d.byCode(s, ""); return err },
			"a code with a digit more":        func(s, c, _ string) error { _, err := d.byCode(s, c+"0"); return err },
			"the code in another browser":     func(_, c, _ string) error { _, err := d.byCode(other, c); return err },
			"the code in none":                func(_, c, _ string) error { _, err := d.byCode("", c); return err },
			"the link in another browser":     func(_, _, l string) error { _, err := d.byLink(l, other); return err },
			"the link in none":                func(_, _, l string) error { _, err := d.byLink(l, ""); return err },
			"the link altered":                func(s, _, l string) error { _, err := d.byLink(l[:25]+"1", s); return err },
			"no link":                         func(s, _, _ string) error { _, err := d.byLink("", s); return err },
			"the secret as a link":            func(s, _, _ string) error { _, err := d.byLink(s, s); return err },
			"the code after ten minutes":      func(s, c, _ string) error { d.clock.Advance(10 * time.Minute); _, err := d.byCode(s, c); return err },
			"the link after ten minutes":      func(s, _, l string) error { d.clock.Advance(10 * time.Minute); _, err := d.byLink(l, s); return err },
			"a code older than a newer one":   func(s, c, _ string) error { d.ask(address); _, err := d.byCode(s, c); return err },
			"a link older than a newer one":   func(s, _, l string) error { d.ask(address); _, err := d.byLink(l, s); return err },
			"the code a second time":          func(s, c, _ string) error { _, _ = d.byCode(s, c); _, err := d.byCode(s, c); return err },
			"the link after the code":         func(s, c, l string) error { _, _ = d.byCode(s, c); _, err := d.byLink(l, s); return err },
			"the code after five wrong ones":  func(s, c, _ string) error { d.guess(s, wrong(c), 5); _, err := d.byCode(s, c); return err },
			"the link of what failed halfway": func(s, _, _ string) error { _, err := d.byLink(strings.Repeat("a", 26), s); return err },
		} {
			d.clock.Advance(2 * time.Hour) // past the limits of the rows before
			if err := try(d.ask(address)); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
		}
	})
}

func (d *door) guess(secret, code string, times int) {
	for range times {
		_, _ = d.byCode(secret, code)
	}
}

func TestFourWrongCodesAreForgiven(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	secret, code, _ := d.ask(address)
	d.guess(secret, "", 4)
	if _, err := d.byCode(secret, code); err != nil {
		t.Error(err)
	}
}

// Nothing typed is no try, and is told as what it is.
func TestWithoutACodeNothingIsTried(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	secret, code, _ := d.ask(address)
	for _, typed := range []string{"", " ", "-", "koden", "", ""} {
		if _, err := d.byCode(secret, typed); !fault.Is(err, fault.Invalid) || fault.Of(err).Text != "Skriv koden. Den har sex siffror." {
			t.Errorf("%q: %v", typed, err)
		}
	}
	if _, err := d.byCode(secret, code); err != nil {
		t.Error(err)
	}
}

// What begins with a login is done with it or not at all.
func TestALoginThatCannotBeginIsNotSpent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, _, link := d.ask(address)
		broken := fault.New(fault.Unavailable, "", nil)
		if err := d.EnterLink(t.Context(), link, secret, func(db.Tx, member.Entry) error { return broken }); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want Unavailable", err)
		}
		if _, err := d.byLink(link, secret); err != nil {
			t.Errorf("once more: %v", err)
		}
	})
}

func TestTwentyAtOnceLogInOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, _, link := d.ask(address)
		var in atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := d.EnterLink(context.Background(), link, secret, func(db.Tx, member.Entry) error { return nil }); err == nil {
					in.Add(1)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d of 20 are in", in.Load())
		}
	})
}

func TestLookingAtALinkSpendsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, _, link := d.ask(address)
		for _, row := range []struct {
			name, link, secret string
			here, good         bool
		}{
			{"in the browser that asked", link, secret, true, true},
			{"in that of a mail scanner", link, "", false, true},
			{"an altered one", link[:25] + "1", secret, false, false},
		} {
			here, good, err := d.CanEnter(t.Context(), row.link, row.secret)
			if here != row.here || good != row.good || err != nil {
				t.Errorf("%s: %t, %t, %v", row.name, here, good, err)
			}
		}
		if _, err := d.byLink(link, secret); err != nil {
			t.Error(err)
		}
		if here, good, err := d.CanEnter(t.Context(), link, secret); here || good || err != nil {
			t.Errorf("a used one: %t, %t, %v", here, good, err)
		}
	})
}

func TestAnAddressThatNobodyHasIsAskedForAlike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, code, _ := d.ask(nobody)
		if len(secret) != 26 || code != "" || len(d.sent) > 0 {
			t.Errorf("a secret of %d characters, mails %v", len(secret), d.sent)
		}
		if _, err := d.byCode(secret, "000000"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v, want Invalid", err)
		}
		known := dbtest.Queries(t, database, func() { _, _ = d.Ask(t.Context(), address, "/", "192.0.2.2") })
		if unknown := dbtest.Queries(t, database, func() { _, _ = d.Ask(t.Context(), nobody, "/", "192.0.2.3") }); known != unknown {
			t.Errorf("%d statements for an address that somebody has, %d for another", known, unknown)
		}
		if _, err := d.Ask(t.Context(), "ingen", "/", "192.0.2.1"); !fault.Is(err, fault.Invalid) {
			t.Errorf("no address: %v, want Invalid", err)
		}
	})
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	for range 5 {
		d.ask(address)
	}
	waits := func(name string, err error) {
		if f := fault.Of(err); !fault.Is(err, fault.TooMany) || f.After <= 0 || f.After > time.Hour {
			t.Errorf("%s: %v, want TooMany", name, err)
		}
	}
	_, err := d.Ask(t.Context(), strings.ToUpper(address), "/", "192.0.2.1")
	waits("a sixth from one network", err)
	for i := range 15 {
		if _, err := d.Ask(t.Context(), address, "/", fmt.Sprintf("192.0.2.%d", 2+i)); err != nil {
			t.Errorf("from another: %v", err)
		}
	}
	_, err = d.Ask(t.Context(), address, "/", "192.0.2.99")
	waits("one more from anywhere", err)
	d.clock.Advance(time.Hour)
	d.ask(address)
}

func TestALinkFromTheShell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		link, err := d.ShellLink(access.System(t.Context()), address)
		if err != nil {
			t.Fatal(err)
		}
		if here, good, err := d.CanEnter(t.Context(), link, ""); !here || !good || err != nil {
			t.Errorf("in any browser: %t, %t, %v", here, good, err)
		}
		if e, err := d.byLink(link, ""); err != nil || !e.Strong || e.Next != "/mitt-konto" {
			t.Errorf("%+v, %v", e, err)
		}
		if _, err := d.byLink(link, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("a second time: %v, want Invalid", err)
		}
		if _, err := d.ShellLink(access.System(t.Context()), nobody); !fault.Is(err, fault.NotFound) {
			t.Errorf("for nobody: %v, want NotFound", err)
		}
		for _, role := range member.Roles() {
			if _, err := d.ShellLink(access.With(t.Context(), access.Actor{ID: "x", Role: role}), address); !fault.Is(err, fault.NotFound) {
				t.Errorf("by %q who has logged in: %v, want NotFound", role, err)
			}
		}
	})
}

// ended ends every role of whoever has the address, as an admin does.
func (d *door) ended(database *db.DB, email string) {
	d.t.Helper()
	err := database.Tx(d.t.Context(), func(tx db.Tx) error {
		return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE person_id = (SELECT id FROM persons WHERE email = ?)", email).Error
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// An account whose roles have all ended is written to as little as one that never was.
func TestWhoHasNoRoleAnyMoreIsMailedNoCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		d.ended(database, address)
		if _, code, link := d.ask(address); code+link != "" {
			t.Error("a letter to somebody who has no role")
		}
		if _, code, _ := d.ask(bo); code == "" {
			t.Error("no letter to somebody who has one")
		}
	})
}

func TestOneNetworkAsksForAHundredAddressesAnHour(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	ask := func(i int, client string) error {
		_, err := d.Ask(t.Context(), fmt.Sprintf("nummer%d@karlstad.example", i), "/", client)
		return err
	}
	for i := range 100 {
		if err := ask(i, fmt.Sprintf("2001:db8::%x", i)); err != nil {
			t.Fatalf("number %d: %v", i+1, err)
		}
	}
	if err := ask(100, "2001:db8::ffff"); !fault.Is(err, fault.TooMany) {
		t.Errorf("one more: %v, want TooMany", err)
	}
	if err := ask(100, "2001:db8:0:1::1"); err != nil {
		t.Errorf("from another network: %v", err)
	}
	d.clock.Advance(time.Hour)
	if err := ask(101, "2001:db8::1"); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}
