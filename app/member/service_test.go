package member_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
	"nuso.se/app/session"
	"nuso.se/app/web/webtest"
)

const karlstad, stockholm = "kommun-1780", "kommun-0180"

func newService(t *testing.T, d *db.DB) *member.Service {
	t.Helper()
	s, _, _ := newDesk(t, d)
	return s
}

// newDesk returns the service with a clock to be moved, and the jobs that send its mails. What differs is set by change.
func newDesk(t *testing.T, d *db.DB, change ...func(*member.Options)) (*member.Service, *clock.Fake, *jobs.Runner) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	organisations := organisation.New(d, fake.Now)
	if err := organisations.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	secret := []byte("a secret of this test alone, long enough")
	o := member.Options{
		DB: d, Now: fake.Now, Limiter: limit.New(d, fake.Now, secret), Theme: webtest.Theme(t), Secret: secret, BaseURL: "https://nuso.example",
		Sessions: session.New(d, fake.Now, session.DefaultLimits()), Areas: organisations.Areas,
	}
	for _, c := range change {
		c(&o)
	}
	s, err := member.New(o)
	if err != nil {
		t.Fatal(err)
	}
	runner := jobs.New(d, slog.New(slog.DiscardHandler), fake.Now)
	s.Register(runner)
	return s, fake, runner
}

func anna(role access.Role, organisation string) member.Admission {
	return member.Admission{Email: "anna.berg@karlstad.example", Name: "Anna Berg", Role: role, Organisation: organisation, Reason: "Ny kontaktperson"}
}

func boEk(role access.Role, organisation string) member.Admission {
	return member.Admission{Email: bo, Name: "Bo Ek", Role: role, Organisation: organisation}
}

// roles returns what the list says of each person: "anna.berg@karlstad.example: contact Karlstad".
func roles(t *testing.T, s *member.Service) []string {
	t.Helper()
	people, err := s.List(access.System(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range people {
		var is []string
		for _, m := range p.Memberships {
			is = append(is, string(m.Role)+" "+m.Organisation)
		}
		all = append(all, p.Email+": "+strings.Join(is, ", "))
	}
	return all
}

func TestTypesAndSchemaAreOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, member.Models()...) })
}

func TestSomebodyIsAdmitted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), access.System(t.Context())
		rows := 0
		for _, step := range []struct {
			name         string
			admission    member.Admission
			new, changed bool
			want         string
		}{
			{"somebody new", anna(access.Member, karlstad), true, true, "member Karlstad"},
			{"the same again", anna(access.Member, karlstad), false, false, "member Karlstad"},
			{"the address in another case", member.Admission{Email: " Anna.Berg@KARLSTAD.example", Role: access.Member, Organisation: karlstad}, false, false, "member Karlstad"},
			{"another role", anna(access.Contact, karlstad), false, true, "contact Karlstad"},
			{"at another organisation too", anna(access.Follower, stockholm), false, true, "contact Karlstad, follower Stockholm"},
		} {
			got, err := s.Admit(ctx, step.admission)
			if err != nil || got.New != step.new || got.Changed != step.changed || got.Person.Name != "Anna Berg" {
				t.Fatalf("%s: %+v, %v", step.name, got, err)
			}
			if step.changed {
				rows++
			}
			if diff := cmp.Diff([]string{"anna.berg@karlstad.example: " + step.want}, roles(t, s)); diff != "" {
				t.Errorf("%s: - want, + got:\n%s", step.name, diff)
			}
		}
		if verdict, err := audit.Verify(t.Context(), d, audit.Mark{}); err != nil || verdict.Last.Number != int64(rows) {
			t.Errorf("the log: %+v, %v, want %d rows", verdict, err, rows)
		}
	})
}

func TestWhatCannotBeIsRefusedAndLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), access.System(t.Context())
		err := d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec("UPDATE organisations SET ended_at = 1 WHERE id = ?", stockholm).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name   string
			change func(*member.Admission)
		}{
			{"no address", func(a *member.Admission) { a.Email = "anna" }},
			{"an address with a line break", func(a *member.Admission) { a.Email = "anna@x.example\r\nBcc: b@x.example" }},
			{"no name", func(a *member.Admission) { a.Name = " " }},
			{"a name that turns the text around", func(a *member.Admission) { a.Name = "Anna \u202egreB" }},
			{"a name that mail programs make a link of", func(a *member.Admission) { a.Name = "Vinn! HTTPS://x.example" }},
			{"an address for a name", func(a *member.Admission) { a.Name = "anna@x.example" }},
			{"a long name", func(a *member.Admission) { a.Name = strings.Repeat("a", 101) }},
			{"no role", func(a *member.Admission) { a.Role = "" }},
			{"an unknown role", func(a *member.Admission) { a.Role = "root" }},
			{"an organisation that has ended", func(a *member.Admission) { a.Organisation = stockholm }},
			{"an unknown organisation", func(a *member.Admission) { a.Organisation = "kommun-9999" }},
			{"a reason too long for the log", func(a *member.Admission) { a.Reason = strings.Repeat("a", 3000) }},
		} {
			a := anna(access.Member, karlstad)
			row.change(&a)
			if got, err := s.Admit(ctx, a); err == nil {
				t.Errorf("%s: %+v", row.name, got)
			}
			if left := roles(t, s); len(left) > 0 {
				t.Errorf("%s: left %q", row.name, left)
			}
		}
	})
}

func TestOnlyAdminsList(t *testing.T) {
	s := newService(t, dbtest.Any(t))
	for _, role := range append(member.Roles(), access.Visitor) {
		_, err := s.List(access.With(t.Context(), access.Actor{ID: "x", Role: role, Strong: true}))
		if may := role == access.Admin; may != (err == nil) || !may && !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", role, err)
		}
	}
}

// by is somebody who asks for Karlstad, with a second factor just proved.
func by(t *testing.T, role access.Role) context.Context {
	return access.With(t.Context(), access.Actor{ID: "x", Role: role, Strong: true, Keys: []access.Audience{"organisation:" + karlstad}})
}

func TestEachGivesWhatTheyMay(t *testing.T) {
	three := []access.Role{access.Follower, access.Member, access.Contact}
	five := append(slices.Clone(three), access.Regional, access.Researcher)
	for _, row := range []struct {
		by            access.Role
		here, another []access.Role
	}{
		{access.Visitor, nil, nil}, {access.Follower, nil, nil}, {access.Member, nil, nil}, {access.Regional, nil, nil}, {access.Researcher, nil, nil},
		{access.Contact, three, nil}, {access.Editor, five, five}, {access.Admin, member.Roles(), member.Roles()},
	} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			s := newService(t, d)
			for at, may := range map[string][]access.Role{karlstad: row.here, stockholm: row.another} {
				for _, role := range append(member.Roles(), "", "root") {
					_, err := s.Admit(by(t, row.by), member.Admission{Email: string(role) + "@x.example", Name: "Bo Ek", Role: role, Organisation: at})
					switch ok := slices.Contains(may, role); {
					case ok != (err == nil), !ok && len(may) > 0 && !fault.Is(err, fault.Invalid), len(may) == 0 && !fault.Is(err, fault.NotFound):
						t.Errorf("%q gives %q at %s: %v", row.by, role, at, err)
					}
				}
			}
		})
	}
}

func TestNobodyGivesWithoutAFactorOrTakesWhatTheyCannotGive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		for _, role := range []access.Role{access.Contact, access.Editor, access.Admin} {
			actor := access.From(by(t, role))
			actor.Strong = false
			if _, err := s.Admit(access.With(t.Context(), actor), anna(access.Follower, karlstad)); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s without a factor: %v", role, err)
			}
		}
		if _, err := s.Admit(by(t, access.Admin), anna(access.Researcher, karlstad)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Admit(by(t, access.Contact), anna(access.Follower, karlstad)); !fault.Is(err, fault.Conflict) {
			t.Errorf("a contact person makes a researcher a follower: %v", err)
		}
		if diff := cmp.Diff([]string{"anna.berg@karlstad.example: researcher Karlstad"}, roles(t, s)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhoIsKnownAndWhoIsToldOfThings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := newService(t, d), access.System(t.Context())
		told := func() (names []string) {
			contacts, err := s.Contacts(d.Read(ctx), karlstad)
			editors, err2 := s.Editors(d.Read(ctx))
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			for _, p := range append(contacts, editors...) {
				names = append(names, p.Name)
			}
			return names
		}
		admitted := map[string]member.Admitted{}
		for _, row := range []struct {
			name string
			role access.Role
			at   string
			want string
		}{
			{"Mia", access.Member, karlstad, ""}, {"Siv", access.Contact, stockholm, ""}, {"Bo", access.Contact, karlstad, "Bo"}, {"Ada", access.Admin, stockholm, "Bo Ada"},
			{"Eva", access.Editor, stockholm, "Bo Eva"}, {"Eva", access.Editor, karlstad, "Bo Eva"}, {"Per", access.Contact, karlstad, "Bo Per Eva"},
		} {
			var err error
			if admitted[row.name], err = s.Admit(ctx, member.Admission{Email: row.name + "@x.example", Name: row.name, Role: row.role, Organisation: row.at}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(told(), " "); got != row.want {
				t.Errorf("with %s: %q, want %q", row.name, got, row.want)
			}
		}
		for address, want := range map[string]bool{"bo@x.example": true, "ingen@x.example": false} {
			if known, err := s.Known(d.Read(ctx), address); known != want || err != nil {
				t.Errorf("%s is known: %t, %v", address, known, err)
			}
		}
		err := d.Tx(ctx, func(tx db.Tx) error {
			return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE id = ?", admitted["Bo"].Membership.ID).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if known, err := s.Known(d.Read(ctx), "bo@x.example"); known || err != nil {
			t.Errorf("without a membership in force: %t, %v", known, err)
		}
		if got := strings.Join(told(), " "); got != "Per Eva" {
			t.Errorf("told is %q", got)
		}
	})
}

func TestLookAlikeAddressesAreOtherPeople(t *testing.T) {
	for _, row := range []struct {
		name, a, b string
		same       bool
	}{
		{"case", "Anna@Karlstad.example", "anna@karlstad.EXAMPLE", true},
		{"a domain in letters and in ASCII", "anna@göteborg.example", "anna@xn--gteborg-90a.example", true},
		{"blanks around", " anna@karlstad.example ", "anna@karlstad.example", true},
		{"dots", "an.na@karlstad.example", "anna@karlstad.example", false},
		{"a tag", "anna+nuso@karlstad.example", "anna@karlstad.example", false},
		{"a letter that looks alike", "аnna@karlstad.example", "anna@karlstad.example", false},
		{"a sign that is a letter in lower case", "\u212aim@karlstad.example", "kim@karlstad.example", false},
		{"a letter that loses its dot in lower case", "k\u0130m@karlstad.example", "kim@karlstad.example", false},
		{"letters of Swedish in other case", "ÅSA@karlstad.example", "åsa@karlstad.example", true},
		{"a domain that looks alike", "anna@kаrlstad.example", "anna@karlstad.example", false},
		{"rings", "åsa@karlstad.example", "asa@karlstad.example", false},
	} {
		a, err := member.Key(row.a)
		b, err2 := member.Key(row.b)
		if err != nil || err2 != nil || (a == b) != row.same {
			t.Errorf("%s: %q and %q, %v, %v", row.name, a, b, err, err2)
		}
	}
}

func TestManyAtOnceMakeOneOfSomebody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, _ = s.Admit(access.System(context.WithoutCancel(t.Context())), anna(access.Member, karlstad))
			})
		}
		all.Wait()
		if diff := cmp.Diff([]string{"anna.berg@karlstad.example: member Karlstad"}, roles(t, s)); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		if has, err := s.HasAdmin(t.Context()); has || err != nil {
			t.Errorf("there is an admin: %t, %v", has, err)
		}
	})
}
