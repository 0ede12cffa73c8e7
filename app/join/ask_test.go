package join_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/join"
)

func TestTypesAndSchemaAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, join.Models()...) })
}

func TestWhatIsWrongIsToldByField(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for _, row := range []struct {
		name, field string
		change      func(*join.Draft)
	}{
		{"no address", "email", func(d *join.Draft) { d.Email = "" }},
		{"half an address", "email", func(d *join.Draft) { d.Email = "anna@" }},
		{"an address with a line of a mail's head", "email", func(d *join.Draft) { d.Email = "anna@karlstad.example\nBcc: b@x.example" }},
		{"no name", "name", func(d *join.Draft) { d.Name = "" }},
		{"a name in two lines", "name", func(d *join.Draft) { d.Name = "Anna\x1bBerg" }},
		{"a name that is an address on the web", "name", func(d *join.Draft) { d.Name = "Klicka på exempel.example nu" }},
		{"an organisation that is one", "organisation", func(d *join.Draft) { d.Organisation = "www.exempel.example" }},
		{"a name that turns the text around", "name", func(d *join.Draft) { d.Name = "Anna \u202egreB" }},
		{"a long name", "name", func(d *join.Draft) { d.Name = strings.Repeat("å", 101) }},
		{"no organisation", "organisation", func(d *join.Draft) { d.Organisation = "" }},
		{"a long organisation", "organisation", func(d *join.Draft) { d.Organisation = strings.Repeat("å", 121) }},
		{"no role", "role", func(d *join.Draft) { d.Role = "" }},
		{"editor", "role", func(d *join.Draft) { d.Role = access.Editor }},
		{"admin", "role", func(d *join.Draft) { d.Role = access.Admin }},
		{"no purpose", "purpose", func(d *join.Draft) { d.Purpose = "" }},
		{"a long purpose", "purpose", func(d *join.Draft) { d.Purpose = strings.Repeat("å", 1001) }},
		{"bytes that are no text", "purpose", func(d *join.Draft) { d.Purpose = "Hej p\uFFFD dig" }},
		{"a personal number in the purpose", "purpose", func(d *join.Draft) { d.Purpose = "Det gäller 19811218-9876." }},
		{"a personal number as a name", "name", func(d *join.Draft) { d.Name = "Anna 811218-9876" }},
		{"a personal number as an organisation", "organisation", func(d *join.Draft) { d.Organisation = "811218-9876" }},
		{"a personal number in the address", "email", func(d *join.Draft) { d.Email = "198112189876@karlstad.example" }},
		{"terms not accepted", "terms", func(d *join.Draft) { d.Terms = "" }},
		{"terms of before", "terms", func(d *join.Draft) { d.Terms = "2020-01-01/1" }},
	} {
		d := r.draft()
		row.change(&d)
		_, err := r.asked(d)
		if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != row.field {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	if n := r.count("join_requests"); n != 0 || len(r.letters()) > 0 {
		t.Errorf("%d requests are kept, mails %v", n, r.sent)
	}
}

func TestThousandCharactersAreNotTooMany(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	d := r.draft()
	d.Name, d.Organisation, d.Purpose = strings.Repeat("å", 100), strings.Repeat("å", 120), strings.Repeat("å", 1000)
	if _, err := r.asked(d); err != nil {
		t.Error(err)
	}
}

// The terms are a page: who has read another text than the one in force is asked again.
func TestTheVersionOfTheTermsIsKept(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	d := r.draft()
	if d.Terms != "2025-09-19/1" {
		t.Errorf("the version is %q", d.Terms)
	}
	r.waiting()
	doc, err := r.docs.BySlug(t.Context(), "page", join.TermsSlug)
	r.must(err)
	_, err = r.docs.Update(access.System(t.Context()), doc.ID, doc.Version, strings.Replace(doc.Source, "---\n\n", "updated: 2026-03-24\n---\n\nEtt villkor till.\n", 1))
	r.must(err)
	if _, err := r.asked(d); !fault.Is(err, fault.Invalid) {
		t.Errorf("the old version: %v", err)
	}
	if now := r.draft().Terms; now != "2026-03-24/2" {
		t.Errorf("the version is %q", now)
	}
	var kept string
	r.must(r.db.Read(t.Context()).Table("join_requests").Select("terms").Take(&kept).Error)
	if kept != "2025-09-19/1" {
		t.Errorf("kept is %q", kept)
	}
}

func TestWhoHasAnAccountIsToldSoAndNothingIsKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		d := r.draft()
		d.Email, d.Name, d.Purpose = "Mia@DESK.example", "Köp billigt", "http://skräp.example"
		secret, err := r.asked(d)
		sent := r.letters()
		if err != nil || len(secret) != 64 || len(sent) != 1 {
			t.Fatalf("%v, a secret of %d, %d mails", err, len(secret), len(sent))
		}
		for _, text := range []string{sent[0].Text, sent[0].HTML} {
			if !strings.Contains(text, "https://nuso.example/logga-in") || strings.Contains(text, "Mia") || strings.Contains(text, "billigt") || codeIn.MatchString(text) {
				t.Errorf("the mail:\n%s", text)
			}
		}
		var rows []map[string]any
		r.must(database.Read(t.Context()).Table("join_requests").Find(&rows).Error)
		for _, typed := range []string{"mia", "DESK", "billigt", "skräp", "Karlstad", karlstad} {
			if kept := fmt.Sprint(rows); strings.Contains(kept, typed) {
				t.Errorf("%q is kept: %s", typed, kept)
			}
		}
		want(t, "a code", r.ConfirmCode(t.Context(), secret, "123456"), fault.Invalid)
	})
}

// Nobody can tell who has an account: not from what comes of the same form once more when the mail is sent, and not from what a wrong
// code costs.
func TestWhatFollowsIsAlikeForEveryAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		for _, email := range []string{"ny@desk.example", "mia@desk.example"} {
			a := join.Asking{Draft: r.draft(), Stamp: "the form of " + email, Client: "192.0.2.1"}
			a.Email = email
			mails := 0
			for i := range 5 {
				if _, err := r.Ask(t.Context(), a); err != nil {
					t.Errorf("%s, post %d: %v", email, i+1, err)
				}
				mails += len(r.letters())
			}
			if mails != 1 {
				t.Errorf("%s: %d mails, want 1", email, mails)
			}
		}
		confirm := func(email string) func() {
			d := r.draft()
			d.Email = email
			secret, err := r.asked(d)
			r.must(err)
			r.letters()
			return func() { want(t, email, r.ConfirmCode(t.Context(), secret, "000000"), fault.Invalid) }
		}
		known := dbtest.Queries(t, database, confirm("mia@desk.example"))
		if unknown := dbtest.Queries(t, database, confirm("ny@desk.example")); known != unknown {
			t.Errorf("%d statements for an address that somebody has, %d for another", known, unknown)
		}
	})
}

// Nobody can tell from the answer, or from how long it takes, who has an account.
func TestEveryAddressIsAskedForAlike(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		ask := func(email string) func() {
			d := r.draft()
			d.Email = email
			return func() {
				if _, err := r.asked(d); err != nil {
					t.Fatal(err)
				}
			}
		}
		known := dbtest.Queries(t, database, ask("mia@desk.example"))
		if unknown := dbtest.Queries(t, database, ask("ny@desk.example")); known != unknown {
			t.Errorf("%d statements for an address that somebody has, %d for another", known, unknown)
		}
	})
}

func TestTheMailHoldsNothingThatAnybodyTyped(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	d := r.draft()
	d.Name, d.Organisation, d.Purpose = "Köp billigt", "Skräp AB", "http://skräp.example"
	_, err := r.asked(d)
	r.must(err)
	for _, m := range r.letters() {
		for _, typed := range []string{"billigt", "Skräp", "skräp"} {
			if strings.Contains(m.Text+m.HTML+m.Subject+m.ToName, typed) {
				t.Errorf("%q is mailed", typed)
			}
		}
	}
}

func TestADoubleSubmitMakesOneRequestAndOneMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		a := join.Asking{Draft: r.draft(), Stamp: "one form", Client: "192.0.2.1"}
		secrets := make([]string, 5)
		var all sync.WaitGroup
		for i := range secrets {
			all.Go(func() {
				var err error
				if secrets[i], err = r.Ask(t.Context(), a); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, secret := range secrets {
			if secret != secrets[0] {
				t.Error("the browser has another secret")
			}
		}
		if n := r.count("join_requests"); n != 1 || len(r.letters()) != 1 {
			t.Errorf("%d requests, %d mails", n, len(r.sent))
		}
		a.Purpose = "En annan text."
		if other, err := r.Ask(t.Context(), a); err != nil || other == secrets[0] {
			t.Errorf("with other words: %v", err)
		}
	})
}

func TestATrappedFormMakesNothing(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	secret, err := r.Ask(t.Context(), join.Asking{Draft: r.draft(), Stamp: "x", Client: "192.0.2.1", Trap: true})
	if err != nil || len(secret) != 64 || r.count("join_requests") != 0 || len(r.letters()) > 0 {
		t.Errorf("%v, a secret of %d, mails %v", err, len(secret), r.sent)
	}
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		for range 3 {
			if _, err := r.asked(r.draft()); err != nil {
				t.Fatal(err)
			}
		}
		d := r.draft()
		d.Email = "ANNA@karlstad.example"
		_, err := r.asked(d)
		want(t, "a fourth mail to one address", err, fault.TooMany)
		if n := r.count("join_requests"); n != 3 {
			t.Errorf("%d requests are kept, want 3", n)
		}
		r.Clock.Advance(24 * time.Hour)
		if _, err := r.asked(d); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

func TestANetworkThatAsksTooOftenWaits(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	ask := func() error {
		d := r.draft()
		d.Email = "a" + db.NewID() + "@karlstad.example"
		_, err := r.Ask(t.Context(), join.Asking{Draft: d, Stamp: db.NewID(), Client: "192.0.2.1"})
		return err
	}
	for range 30 {
		r.must(ask())
	}
	want(t, "one more", ask(), fault.TooMany)
	r.Clock.Advance(time.Hour)
	r.must(ask())
}

func TestWhatIsNotConfirmedIsRemovedAfterADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		_, _, link := r.mailed(r.draft())
		r.waiting(func(d *join.Draft) { d.Email = "ny@karlstad.example" })
		for _, row := range []struct {
			name  string
			after time.Duration
			want  join.Swept
		}{
			{"a second before", 24*time.Hour - time.Second, join.Swept{}},
			{"after a day", time.Second, join.Swept{Unconfirmed: 1}},
			{"again", time.Hour, join.Swept{}},
		} {
			r.Clock.Advance(row.after)
			if got, err := r.Sweep(t.Context()); err != nil || got != row.want {
				t.Errorf("%s: %+v, %v", row.name, got, err)
			}
		}
		if _, _, err := r.ByLink(t.Context(), link, ""); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
		if n := r.count("join_requests"); n != 1 {
			t.Errorf("%d requests are kept, want the confirmed one", n)
		}
	})
}

// The job that writes to who has asked may run again when its end was not noted, or late: nobody is written to twice, nor of what
// has become too old.
func TestALetterIsWrittenOnceAndInTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		again := func() {
			t.Helper()
			var id string
			r.must(database.Read(t.Context()).Table("join_requests").Select("id").Take(&id).Error)
			r.must(database.Tx(t.Context(), func(tx db.Tx) error { return jobs.Add(tx, "join.letter", id) }))
		}
		secret, code, _ := r.mailed(r.draft())
		again()
		if to := r.recipients(); to != "" {
			t.Errorf("written again to %q", to)
		}
		r.must(r.ConfirmCode(t.Context(), secret, code))
		r.letters()
		again()
		if to := r.recipients(); to != "" {
			t.Errorf("written again when it was confirmed, to %q", to)
		}
		r.must(database.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("DELETE FROM join_requests").Error }))
		_, err := r.asked(r.draft())
		r.must(err)
		r.Clock.Advance(24 * time.Hour)
		if to := r.recipients(); to != "" {
			t.Errorf("written too late to %q", to)
		}
	})
}
