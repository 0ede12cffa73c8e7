package member_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/jobs"
)

const refused = "refused"

// mailedTo posts the form for an address and returns whom a letter went to; refused: it is no address.
func (b *browser) mailedTo(email string) (to string) {
	b.door.t.Helper()
	b.door.clock.Advance(2 * time.Hour) // past the limits of what was before
	before := len(b.sent)
	answer, _ := b.post("/logga-in", b.stamped("logga-in", url.Values{"email": {email}}))
	if answer.StatusCode == http.StatusUnprocessableEntity {
		return refused
	}
	if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/logga-in/kod" {
		b.door.t.Errorf("%q: %d to %q", email, answer.StatusCode, answer.Header.Get("Location"))
	}
	b.work()
	for _, letter := range b.sent[before:] {
		to += letter.To
	}
	return to
}

// Whatever is typed, a letter goes to the address that the account has, and to no other.
func TestALetterGoesToTheAccountsOwnAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		for _, email := range []string{"Åsa.Ek@göteborg.example", "kim@karlstad.example"} {
			admission := anna(access.Member, karlstad)
			admission.Email = email
			p.admit(admission)
		}
		for _, row := range []struct{ name, typed, to string }{
			{"as it is", address, address},
			{"in other case", "ANNA.BERG@Karlstad.EXAMPLE", address},
			{"with blanks around", "  " + address + "\t", address},
			{"without the dot", "annaberg@karlstad.example", ""},
			{"with a dot more", "anna..berg@karlstad.example", refused},
			{"with a tag", "anna.berg+nuso@karlstad.example", ""},
			{"with a letter that looks alike", "аnna.berg@karlstad.example", ""},
			{"with a wide letter", "ａnna.berg@karlstad.example", ""},
			{"with an invisible sign", "anna.berg\u200b@karlstad.example", ""},
			{"with a domain that looks alike", "anna.berg@kаrlstad.example", ""},
			{"with that domain in ASCII", "anna.berg@xn--krlstad-3fg.example", ""},
			{"at a domain below", "anna.berg@mejl.karlstad.example", ""},
			{"at a domain that ends the same", "anna.berg@nykarlstad.example", ""},
			{"letters of Swedish in other case", "åSA.EK@GÖTEBORG.example", "Åsa.Ek@göteborg.example"},
			{"their domain in ASCII", "åsa.ek@xn--gteborg-90a.example", "Åsa.Ek@göteborg.example"},
			{"with a sign that is a letter in lower case", "\u212aim@karlstad.example", ""},
			{"with a letter that loses its dot in lower case", "k\u0130m@karlstad.example", ""},
			{"without their rings", "asa.ek@göteborg.example", ""},
			{"a letter and its ring apart", "a\u030asa.ek@göteborg.example", ""},
		} {
			if to := p.browser().mailedTo(row.typed); to != row.to {
				t.Errorf("%s: a letter to %q, want %q", row.name, to, row.to)
			}
		}
	})
}

func TestAForgedHostIsInNothingThatTheLoginTells(t *testing.T) {
	forged := []string{"Host", "annan.example", "X-Forwarded-Host", "annan.example", "X-Forwarded-Proto", "http", "Forwarded", "host=annan.example"}
	p := newPages(t, dbtest.Any(t))
	told := func(name string, answer *http.Response, body string) {
		if text := fmt.Sprint(answer.Header) + body; strings.Contains(text, "annan.example") {
			t.Errorf("%s tells the forged host: %.300s", name, text)
		}
	}
	for _, by := range []string{"code", "link"} {
		p.door.clock.Advance(2 * time.Hour)
		b := p.browser()
		answer, body := b.get("/logga-in?next=/nyheter", forged...)
		told("the form", answer, body)
		answer, body = b.post("/logga-in", p.stamped("logga-in", url.Values{"email": {address}, "next": {"/nyheter"}}), forged...)
		told("asking", answer, body)
		p.work()
		letter := p.sent[len(p.sent)-1]
		code, link := codeIn.FindStringSubmatch(letter.Text), linkIn.FindStringSubmatch(letter.Text)
		if strings.Contains(letter.Text+letter.HTML+letter.Subject, "annan.example") || code == nil || link == nil {
			t.Fatalf("the letter: %s", letter.Text)
		}
		answer, body = b.get("/logga-in/kod", forged...)
		told("the form for the code", answer, body)
		answer, body = b.get("/logga-in/"+link[1], forged...)
		told("the form of the link", answer, body)
		if by == "code" {
			answer, body = b.post("/logga-in/kod", p.stamped("kod", url.Values{"code": {code[1]}}), forged...)
		} else {
			answer, body = b.post("/logga-in/"+link[1], p.stamped("lank", url.Values{}), forged...)
		}
		told("the "+by, answer, body)
		if answer.Header.Get("Location") != "/nyheter" || b.actor().Name != "Anna Berg" {
			t.Errorf("by %s: %d to %q", by, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
}

// What a form has besides its own fields is nobody's business.
func TestFieldsThatTheFormsDoNotHaveChangeNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		more := url.Values{
			"role": {"admin"}, "organisation": {stockholm}, "person": {"0"}, "person_id": {"0"}, "name": {"Bo"}, "strong": {"true"}, "shell": {"1"},
			"membership": {"0"}, "id": {"0"}, "tries": {"-100"}, "code_hash": {""}, "expires_at": {"9999999999999999"},
		}
		with := func(form string, own url.Values) url.Values {
			all := p.stamped(form, own)
			maps.Copy(all, more)
			return all
		}
		before := roles(t, p.Service)
		b := p.browser()
		b.post("/logga-in", with("logga-in", url.Values{"email": {address}}))
		p.work()
		code := codeIn.FindStringSubmatch(p.sent[len(p.sent)-1].Text)[1]
		for range 5 {
			b.post("/logga-in/kod", with("kod", url.Values{"code": {"0"}}))
		}
		if b.post("/logga-in/kod", with("kod", url.Values{"code": {code}})); b.actor().ID != "" {
			t.Error("a sixth code is looked at")
		}
		b.door.clock.Advance(2 * time.Hour)
		b.post("/logga-in", with("logga-in", url.Values{"email": {address}}))
		p.work()
		b.post("/logga-in/kod", with("kod", url.Values{"code": {codeIn.FindStringSubmatch(p.sent[len(p.sent)-1].Text)[1]}}))
		if actor := b.actor(); actor.Role != "member" || actor.Strong || actor.Name != "Anna Berg" {
			t.Errorf("logged in as %+v", actor)
		}
		if diff := cmp.Diff(before, roles(t, p.Service)); diff != "" {
			t.Errorf("- before, + after:\n%s", diff)
		}
	})
}

func TestOneCodePostedTwentyTimesAtOnceIsOneSession(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		b := p.browser()
		b.post("/logga-in", p.stamped("logga-in", url.Values{"email": {address}}))
		p.work()
		values := p.stamped("kod", url.Values{"code": {codeIn.FindStringSubmatch(p.sent[0].Text)[1]}})
		var all sync.WaitGroup
		tokens := make(chan string, 20)
		for range cap(tokens) {
			all.Go(func() {
				one := &browser{p, maps.Clone(b.cookies)}
				one.post("/logga-in/kod", values)
				tokens <- one.cookies[sessionCookie]
			})
		}
		all.Wait()
		close(tokens)
		in := 0
		for token := range tokens {
			if token != "" {
				in++
			}
		}
		if n := p.count(database, "sessions"); in != 1 || n != 1 {
			t.Errorf("%d are in, %d sessions", in, n)
		}
	})
}

// The job that mails a code may run again when its end was not noted, or late: nobody is mailed twice, nor what is too old.
func TestACodeIsMailedOnceAndInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, code, _ := d.ask(address)
		err := database.Tx(t.Context(), func(tx db.Tx) error {
			var id string
			if err := tx.Table("logins").Select("id").Take(&id).Error; err != nil {
				return err
			}
			return jobs.Add(tx, "member.login", id)
		})
		if err != nil {
			t.Fatal(err)
		}
		if d.work(); len(d.sent) != 1 {
			t.Errorf("%d letters, want one", len(d.sent))
		}
		if _, err := d.byCode(secret, code); err != nil {
			t.Errorf("the code that was mailed: %v", err)
		}
		if _, err := d.Ask(t.Context(), address, "/", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		d.clock.Advance(10 * time.Minute)
		if d.work(); len(d.sent) != 1 {
			t.Error("a code that is too old is mailed")
		}
		if _, err := d.Ask(t.Context(), address, "/", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		d.begun(address) // which spends whatever else was asked for
		if d.work(); len(d.sent) != 1 {
			t.Error("a code is mailed to who is in already")
		}
	})
}
