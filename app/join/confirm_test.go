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
	"nuso.se/app/join"
	"nuso.se/app/member"
)

func TestARequestIsConfirmedByCodeOrLinkAndOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		for name, confirm := range map[string]func(secret, code, link string) error{
			"by the code": func(s, c, _ string) error { return r.ConfirmCode(t.Context(), s, " "+c[:3]+" "+c[3:]+"\n") },
			"by the link": func(s, _, l string) error { return r.ConfirmLink(t.Context(), l, s) },
		} {
			secret, code, link := r.mailed(r.draft())
			for range 2 { // a second press does nothing more
				if err := confirm(secret, code, link); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if got := r.recipients(); got != "bo@desk.example eva@desk.example" {
				t.Errorf("%s: told are %s", name, got)
			}
			if n, err := r.Waiting(r.as("Bo")); n != 1 || err != nil {
				t.Errorf("%s: %d wait, %v", name, n, err)
			}
		}
	})
}

// Each way to confirm that is none. try is made after what was mailed.
func TestNobodyElseConfirms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		other := strings.Repeat("a", 64)
		wrong := func(code string) string { return string('0'+(code[0]-'0'+1)%10) + code[1:] }
		code := func(secret, code string) error { return r.ConfirmCode(t.Context(), secret, code) }
		link := func(link, secret string) error { return r.ConfirmLink(t.Context(), link, secret) }
		for name, try := range map[string]func(secret, code, link string) error{
			"a wrong code":                func(s, c, _ string) error { return code(s, wrong(c)) },
			"no code":                     func(s, _, _ string) error { return code(s, "") },
			"a code with a digit more":    func(s, c, _ string) error { return code(s, c+"0") },
			"the code in another browser": func(_, c, _ string) error { return code(other, c) },
			"the code in none":            func(_, c, _ string) error { return code("", c) },
			"the link in another browser": func(_, _, l string) error { return link(l, other) },
			"the link in none":            func(_, _, l string) error { return link(l, "") },
			"the link altered":            func(s, _, l string) error { return link(l[:25]+"1", s) },
			"no link":                     func(s, _, _ string) error { return link("", s) },
			"the secret as a link":        func(s, _, _ string) error { return link(s, s) },
			"the code after a day":        func(s, c, _ string) error { r.Clock.Advance(24 * time.Hour); return code(s, c) },
			"the link after a day":        func(s, _, l string) error { r.Clock.Advance(24 * time.Hour); return link(l, s) },
			"the code after five wrong ones": func(s, c, _ string) error {
				for range 5 {
					_ = code(s, wrong(c))
				}
				return code(s, c)
			},
		} {
			r.Clock.Advance(25 * time.Hour) // past the limits of the rows before
			want(t, name, try(r.mailed(r.draft())), fault.Invalid)
		}
		if n, _ := r.Waiting(r.as("Bo")); n != 0 || len(r.letters()) > 0 {
			t.Errorf("%d wait, mails %v", n, r.sent)
		}
	})
}

// Nothing typed is no try, and is told as what it is.
func TestWithoutACodeNothingIsTried(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	secret, code, _ := r.mailed(r.draft())
	for range 6 {
		if err := r.ConfirmCode(t.Context(), secret, " "); !fault.Is(err, fault.Invalid) || fault.Of(err).Text != "Skriv koden. Den har sex siffror." {
			t.Error(err)
		}
	}
	r.must(r.ConfirmCode(t.Context(), secret, code))
}

func TestLookingAtALinkSpendsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		secret, _, link := r.mailed(r.draft())
		for name, row := range map[string]struct {
			link, secret string
			here         bool
			kind         fault.Kind
		}{
			"in the browser that asked": {link, secret, true, fault.Unexpected},
			"in that of a mail scanner": {link, "", false, fault.Unexpected},
			"an altered one":            {link[:25] + "1", secret, false, fault.NotFound},
			"none":                      {"", secret, false, fault.NotFound},
		} {
			got, here, err := r.ByLink(t.Context(), row.link, row.secret)
			if here != row.here || (got.Name == "Anna Berg") != row.here || (err == nil) != (row.kind == fault.Unexpected) || err != nil && !fault.Is(err, row.kind) {
				t.Errorf("%s: %+v, %t, %v", name, got, here, err)
			}
		}
		r.must(r.ConfirmLink(t.Context(), link, secret))
		if got, here, err := r.ByLink(t.Context(), link, secret); !here || got.ConfirmedAt.IsZero() || err != nil {
			t.Errorf("a used one, where it was used: %t, %v", here, err)
		}
		_, _, err := r.ByLink(t.Context(), link, "")
		want(t, "a used one, elsewhere", err, fault.NotFound)
	})
}

// Whom a request waits for, and who is mailed.
// Anybody can send the form from as many addresses as they have: the mailboxes of those who decide are not filled by it.
func TestNobodyIsToldOfEveryRequestInAFlood(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		told := 0
		for i := range 25 {
			d := r.draft()
			d.Email, d.Organisation = fmt.Sprintf("a%d@annan.example", i), "Påhittat AB"
			secret, code, _ := r.mailed(d)
			r.must(r.ConfirmCode(t.Context(), secret, code))
			told += len(r.letters())
		}
		if n, err := r.Waiting(r.as("Ed")); told != 20 || n != 25 || err != nil {
			t.Errorf("the editor is told %d times of %d, %v", told, n, err)
		}
		r.Clock.Advance(24 * time.Hour)
		secret, code, _ := r.mailed(r.draft())
		r.must(r.ConfirmCode(t.Context(), secret, code))
		if got := r.recipients(); got != "bo@desk.example eva@desk.example" {
			t.Errorf("of another organisation's are told %q", got)
		}
	})
}

func TestWhoIsToldOfARequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		for _, row := range []struct{ name, email, organisation, told, desk string }{
			{"an address of the organisation", "a@karlstad.example", "Karlstads kommun", "bo@desk.example eva@desk.example", "/min-kommun/"},
			{"one of a part of it", "a@soc.karlstad.example", "Karlstad", "bo@desk.example eva@desk.example", "/min-kommun/"},
			{"one of another organisation", "a@stockholm.example", "Karlstad", "ed@desk.example", "/redaktion/"},
			{"one that only ends alike", "a@annankarlstad.example", "Karlstad", "ed@desk.example", "/redaktion/"},
			{"one that anybody can have", "a@gmail.com", "Karlstad", "ed@desk.example", "/redaktion/"},
			{"one of an organisation without a contact person", "a@habo.example", "Habo", "ed@desk.example", "/redaktion/"},
			{"an organisation that was typed", "b@karlstad.example", "FoU Nord", "ed@desk.example", "/redaktion/"},
		} {
			d := r.draft()
			d.Email, d.Organisation = row.email, row.organisation
			secret, code, _ := r.mailed(d)
			r.must(r.ConfirmCode(t.Context(), secret, code))
			if got := r.recipients(); got != row.told {
				t.Errorf("%s: told are %q, want %q", row.name, got, row.told)
			}
			for _, m := range r.sent {
				link := deskIn.FindStringSubmatch(m.Text)
				if link == nil || !strings.HasPrefix(link[1], row.desk) || !strings.Contains(m.HTML, link[1]) || !strings.Contains(m.Text, "Anna Berg") || strings.Contains(m.Text, "delstudie 1") {
					t.Errorf("%s: the mail:\n%s", row.name, m.Text)
				}
			}
		}
	})
}

func TestANewRequestTakesThePlaceOfTheOlder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		first := r.waiting()
		second := r.waiting(func(d *join.Draft) { d.Organisation, d.Email = "Stockholm", "anna@karlstad.example" })
		rows, total, err := r.List(r.as("Ed"), join.Filter{Limit: 20})
		if err != nil || total != 1 || rows[0].ID != second {
			t.Errorf("%d wait: %+v, %v", total, rows, err)
		}
		rows, total, err = r.List(r.as("Ed"), join.Filter{Decided: true, Limit: 20})
		if err != nil || total != 1 || rows[0].ID != first || rows[0].Outcome != join.Replaced {
			t.Errorf("%d are decided: %+v, %v", total, rows, err)
		}
		want(t, "approving the older", r.Approve(r.as("Bo"), first, join.Grant{Role: access.Member}), fault.Conflict)
	})
}

func TestTwentyAtOnceConfirmOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		secret, _, link := r.mailed(r.draft())
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := r.ConfirmLink(t.Context(), link, secret); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if got := r.recipients(); got != "bo@desk.example eva@desk.example" {
			t.Errorf("told are %q", got)
		}
	})
}

// What contact persons leave for five days, or what has none left to answer it, becomes the editors', who are told once.
func TestWhatIsLeftBecomesTheEditors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id := r.waiting()
		tell := func() string {
			r.must(r.TellEditors(t.Context()))
			return r.recipients()
		}
		for _, row := range []struct {
			name       string
			after      time.Duration
			told       string
			mayEditors bool
		}{
			{"at once", 0, "", false},
			{"a moment before", 5*24*time.Hour - time.Microsecond, "", false},
			{"after five days", time.Microsecond, "ed@desk.example", true},
			{"an hour later", time.Hour, "", true},
		} {
			r.Clock.Advance(row.after)
			if got := tell(); got != row.told {
				t.Errorf("%s: told are %q, want %q", row.name, got, row.told)
			}
			for _, m := range r.sent {
				if !strings.Contains(m.Subject, "fem dagar") || !strings.Contains(m.Text, "/redaktion/ansokningar/"+id) {
					t.Errorf("%s: %s\n%s", row.name, m.Subject, m.Text)
				}
			}
			shown, err := r.ByID(r.as("Ada"), id)
			n, _ := r.Waiting(r.as("Ada"))
			own, _ := r.Waiting(r.as("Bo"))
			if err != nil || shown.Mine != row.mayEditors || (n == 1) != row.mayEditors || own != 1 {
				t.Errorf("%s: theirs %t, %d for the admin, %d for the contact person, %v", row.name, shown.Mine, n, own, err)
			}
		}
	})
}

func TestARequestWithoutContactPersonsLeftIsTheEditorsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		r.waiting()
		for _, name := range []string{"Bo", "Eva"} {
			_, err := r.members.Admit(access.System(t.Context()), member.Admission{Email: strings.ToLower(name) + "@desk.example", Role: access.Member, Organisation: karlstad})
			r.must(err)
		}
		if n, err := r.Waiting(r.as("Ed")); n != 1 || err != nil {
			t.Errorf("%d wait for the editor, %v", n, err)
		}
		r.must(r.TellEditors(t.Context()))
		if got := r.recipients(); got != "ed@desk.example" || strings.Contains(r.sent[0].Subject, "fem dagar") {
			t.Errorf("told are %q: %v", got, r.sent)
		}
	})
}
