package member_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
)

// chief is an admin who has just proved a second factor.
func chief(ctx context.Context) context.Context {
	return access.With(ctx, access.Actor{ID: "chief", Name: "Chefen", Role: access.Admin, Strong: true})
}

func TestAdminsFindPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		for i, name := range []string{"Åsa Öberg", "Örjan Ek", "Bo 100%_Ek"} {
			a := member.Admission{Email: fmt.Sprintf("p%d@folk.example", i), Name: name, Role: access.Follower, Organisation: "kommun-1880"}
			d.admit(a)
		}
		for words, want := range map[string][]string{
			"": {"Anna Berg", "Bo 100%_Ek", "Åsa Öberg", "Örjan Ek"}, "anna": {"Anna Berg"}, "ANNA berg": {"Anna Berg"}, "åsa": {"Åsa Öberg"}, "öberg": {"Åsa Öberg"},
			"ÖBERG": {"Åsa Öberg"}, "karlstad": {"Anna Berg"}, "örebro": {"Bo 100%_Ek", "Åsa Öberg", "Örjan Ek"}, "p1@folk": {"Örjan Ek"}, "ek örebro": {"Bo 100%_Ek", "Örjan Ek"},
			strings.Repeat("ek ", 3000): {"Bo 100%_Ek", "Örjan Ek"}, "%": {"Bo 100%_Ek"}, "_": {"Bo 100%_Ek"}, `\`: nil, "'; DROP TABLE persons; --": nil, "finns inte": nil,
		} {
			people, total, err := d.People(chief(t.Context()), member.PeopleFilter{Words: words, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, p := range people {
				names = append(names, p.Name)
			}
			slices.Sort(names)
			slices.Sort(want)
			if total != len(want) || !slices.Equal(names, want) {
				t.Errorf("%q: %d, %q, want %q", words, total, names, want)
			}
		}
		people, total, err := d.People(chief(t.Context()), member.PeopleFilter{Limit: 2, Offset: 2})
		if err != nil || total != 4 || len(people) != 2 || len(people[0].Memberships) != 1 {
			t.Errorf("the second page: %d of %d, %v", len(people), total, err)
		}
	})
}

func TestWhatCannotBeAdmittedIsToldByField(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		good := boEk(access.Follower, karlstad)
		for _, row := range []struct {
			name, field string
			change      func(*member.Admission)
		}{
			{"a role that there is not", "role", func(a *member.Admission) { a.Role = "root" }},
			{"an organisation that there is not", "organisation", func(a *member.Admission) { a.Organisation = "kommun-9999" }},
			{"no organisation", "organisation", func(a *member.Admission) { a.Organisation = "" }},
			{"no address", "email", func(a *member.Admission) { a.Email = "bo" }},
			{"a personal number in the address", "email", func(a *member.Admission) { a.Email = "900101-0017@karlstad.example" }},
			{"no name", "name", func(a *member.Admission) { a.Name = " " }},
			{"a personal number for a name", "name", func(a *member.Admission) { a.Name = "Bo 900101-0017" }},
		} {
			a := good
			row.change(&a)
			_, err := d.Admit(chief(t.Context()), a)
			if f := fault.Of(err); !fault.Is(err, fault.Invalid) || len(f.Fields) != 1 || f.Fields[0].Name != row.field {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		if people := roles(t, d.Service); len(people) != 1 {
			t.Errorf("somebody was admitted: %q", people)
		}
	})
}

// What is wrong with a form is told in Swedish beside each field, and nobody lands where the list happens to begin.
func TestFormsAboutPeopleTellOfEveryFieldAtOnce(t *testing.T) {
	p := newPages(t, dbtest.Any(t))
	admitted, err := p.Admit(access.System(t.Context()), anna(access.Follower, stockholm))
	if err != nil {
		t.Fatal(err)
	}
	p.Pages.Actor = access.From(chief(t.Context()))
	h := member.NewHandler(p.Site, p.Service)
	p.App.Get("/admin/personer/ny", h.AdmitForm)
	p.App.Post("/admin/personer/ny", h.Admit)
	p.App.Get("/admin/personer/:id", h.Person)
	p.App.Post("/admin/personer/:id", h.ChangePerson)
	b, about := p.browser(), "/admin/personer/"+admitted.Person.ID
	b.cookies[sessionCookie] = strings.Repeat("a", 43)
	for _, row := range []struct {
		path   string
		values url.Values
		want   []string
	}{
		{"/admin/personer/ny", url.Values{"role": {"follower"}, "organisation": {""}}, []string{`id="email-error"`, `id="name-error"`, `id="organisation-error"`, `id="reason-error"`}},
		{about, url.Values{"role": {"follower"}, "organisation": {karlstad}}, []string{`id="reason-ge-error"`, `value="` + karlstad + `" selected`}},
		{about, url.Values{"role": {"follower"}, "organisation": {""}, "reason": {"Vill följa"}}, []string{"Välj en organisation i listan.", `value="Vill följa"`}},
		{about, url.Values{"do": {"aterstall"}}, []string{`id="reason-aterstall-error"`}},
		{about, url.Values{"membership": {admitted.Membership.ID}}, []string{`id="reason-` + admitted.Membership.ID + `-error"`, "<details open>"}},
	} {
		_, page := b.get(row.path)
		if !strings.Contains(page, `<option value="">Välj organisation</option>`) || strings.Contains(page, "<details open>") {
			t.Errorf("%s as it begins: %s", row.path, page)
		}
		row.values.Set("token", regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page)[1])
		answer, page := b.post(row.path, row.values)
		for _, part := range append(row.want, "novalidate") {
			if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, part) {
				t.Errorf("%s %v: %d without %q", row.path, row.values, answer.StatusCode, part)
			}
		}
	}
}

func TestNobodyElseFindsOrChangesPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		admitted := d.admit(anna(access.Follower, stockholm))
		person, membership := admitted.Person.ID, admitted.Membership.ID
		for _, role := range []access.Role{access.Visitor, access.Follower, access.Member, access.Contact, access.Regional, access.Researcher, access.Editor} {
			ctx := access.With(t.Context(), access.Actor{ID: person, Role: role, Strong: true, Keys: []access.Audience{"organisation:" + stockholm}})
			for what, err := range map[string]error{
				"listing":   func() error { _, _, err := d.People(ctx, member.PeopleFilter{Limit: 20}); return err }(),
				"reading":   func() error { _, err := d.Person(ctx, person); return err }(),
				"ending":    d.Expel(ctx, person, membership, "Slutat"),
				"resetting": d.ResetFactors(ctx, person, "Tappat mobilen"),
			} {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s, %s: %v, want NotFound", role, what, err)
				}
			}
		}
		weak := access.With(t.Context(), access.Actor{ID: "chief", Role: access.Admin})
		for what, err := range map[string]error{
			"ending": d.Expel(weak, person, membership, "Slutat"), "resetting": d.ResetFactors(weak, person, "Tappat mobilen"),
		} {
			if !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s without a factor: %v", what, err)
			}
		}
	})
}

func TestAnAdminEndsARoleAndItIsDeadAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		contact := d.admit(anna(access.Contact, karlstad))
		theirs := d.admit(boEk(access.Member, karlstad))
		token, ctx, person := d.begun(bo), chief(t.Context()), theirs.Person.ID
		for _, row := range []struct {
			name, person, membership, reason string
			want                             fault.Kind
		}{
			{"no reason", person, theirs.Membership.ID, "", fault.Invalid},
			{"a personal number for a reason", person, theirs.Membership.ID, "900101-0017", fault.Invalid},
			{"another's membership", person, contact.Membership.ID, "Slutat", fault.NotFound},
			{"no membership", person, "", "Slutat", fault.NotFound},
			{"the last contact person", contact.Person.ID, contact.Membership.ID, "Slutat", fault.Invalid},
		} {
			if err := d.Expel(ctx, row.person, row.membership, row.reason); !fault.Is(err, row.want) {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		if _, err := d.Admit(ctx, anna(access.Member, karlstad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("lowering the last contact person: %v", err)
		}
		if d.who(token).Role != access.Member {
			t.Fatal("something was done all the same")
		}
		if err := d.Expel(ctx, person, theirs.Membership.ID, "Har slutat"); err != nil {
			t.Fatal(err)
		}
		if d.who(token).ID != "" {
			t.Error("still logged in")
		}
		if err := d.Expel(ctx, person, theirs.Membership.ID, "Har slutat"); !fault.Is(err, fault.NotFound) {
			t.Errorf("twice: %v", err)
		}
		if k, err := d.Person(ctx, person); err != nil || len(k.Memberships) != 0 || k.Name != "Bo Ek" {
			t.Errorf("%+v, %v", k, err)
		}
		log, err := audit.About(t.Context(), database, person)
		if last := log[len(log)-1]; err != nil || last.Verb != "member.expel" || last.Reason != "Har slutat" || last.Organisation != karlstad {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

func TestWhoHasLostTheirFactorsBeginsAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		k, token := d.added(d.mailed(address))
		_, token = d.withApp(token)
		weak := d.mailed(address)
		person := d.who(weak).ID
		d.work()
		sent := len(d.sent)
		if err := d.ResetFactors(chief(t.Context()), person, "Tappat mobilen"); err != nil {
			t.Fatal(err)
		}
		if d.who(token).ID != "" || d.who(weak).ID != "" {
			t.Error("still logged in")
		}
		if err := d.EnterPasskey(t.Context(), k.used(t, d.anybody()), "/", keep(&member.Entry{})); !fault.Is(err, fault.Invalid) {
			t.Errorf("the lost passkey: %v", err)
		}
		d.work()
		if told := d.sent[sent:]; len(told) != 1 || !strings.Contains(told[0].Text, "Projektkontoret har tagit bort") {
			t.Errorf("told %+v", told)
		}
		d.clock.Advance(time.Minute)
		if f, err := d.Factors(d.as(d.mailed(address))); err != nil || !f.None() {
			t.Errorf("%+v, %v", f, err)
		}
	})
}
