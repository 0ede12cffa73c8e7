package member_test

import (
	"context"
	"io/fs"
	"log/slog"
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
	"nuso.se/themes"
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
	theme, err := fs.Sub(themes.Files, "nuso")
	if err != nil {
		t.Fatal(err)
	}
	o := member.Options{
		DB: d, Now: fake.Now, Limiter: limit.New(d, fake.Now, secret), Theme: theme, Secret: secret, BaseURL: "https://nuso.example",
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
		for _, row := range []struct {
			name   string
			change func(*member.Admission)
		}{
			{"no address", func(a *member.Admission) { a.Email = "anna" }},
			{"an address with a line break", func(a *member.Admission) { a.Email = "anna@x.example\r\nBcc: b@x.example" }},
			{"no name", func(a *member.Admission) { a.Name = " " }},
			{"a name that turns the text around", func(a *member.Admission) { a.Name = "Anna \u202egreB" }},
			{"a long name", func(a *member.Admission) { a.Name = strings.Repeat("a", 101) }},
			{"no role", func(a *member.Admission) { a.Role = "" }},
			{"an unknown role", func(a *member.Admission) { a.Role = "root" }},
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

func TestOnlyAdminsAdmitAndList(t *testing.T) {
	s := newService(t, dbtest.Any(t))
	for _, role := range append(member.Roles(), access.Visitor) {
		ctx := access.With(t.Context(), access.Actor{ID: "x", Role: role})
		_, admitting := s.Admit(ctx, anna(access.Admin, karlstad))
		_, listing := s.List(ctx)
		for verb, err := range map[string]error{"Admit": admitting, "List": listing} {
			if may := role == access.Admin; may != (err == nil) || !may && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by %q: %v", verb, role, err)
			}
		}
	}
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
