package member_test

import (
	"slices"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
)

// furnished gives somebody one of everything that an account may have, and returns the token of one of their sessions.
func (d *door) furnished(email, next string) (token string) {
	d.t.Helper()
	other := d.mailed(email)
	_, token = d.added(d.mailed(email))
	_, token = d.withApp(token)
	if err := d.AskAddress(d.as(token), next); err != nil {
		d.t.Fatal(err)
	}
	d.ask(email)
	if d.who(other).ID == "" {
		d.t.Fatal("the first browser is logged out")
	}
	return token
}

// No way in to a closed account is kept, and none of anybody else's goes with it.
func TestAClosedAccountTakesItsWaysInWithIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		d.admit(anna(access.Follower, karlstad)) // in place of the first role, which ends now
		before := db.At(d.clock.Now())
		theirs := d.furnished(bo, "bo@ny.example")
		token := d.furnished(address, fresh)
		closed, kept := d.who(token).ID, d.who(theirs).ID
		if err := d.Close(d.as(token)); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"sessions", "logins", "passkeys", "code_apps", "address_changes"} {
			for id, want := range map[string]bool{closed: false, kept: true} {
				var n int64
				if err := database.Read(t.Context()).Table(table).Where("person_id = ?", id).Count(&n).Error; err != nil || (n > 0) != want {
					t.Errorf("%s: %d of who is closed: %t, %v", table, n, id == closed, err)
				}
			}
		}
		var ends []db.Instant
		err := database.Read(t.Context()).Table("memberships").Where("person_id = ?", closed).Order("ended_at").Pluck("ended_at", &ends).Error
		if err != nil || len(ends) != 2 || ends[0] != before || !ends[1].After(before.Time) {
			t.Errorf("the roles end at %v, %v; the first at %v", ends, err, before)
		}
		listed, err := d.List(chief(t.Context()))
		if err != nil || len(listed) != 1 || listed[0].ID != kept {
			t.Errorf("listed: %+v, %v", listed, err)
		}
		if found, n, err := d.People(chief(t.Context()), member.PeopleFilter{Limit: 10}); err != nil || n != 1 || len(found) != 1 || found[0].ID != kept {
			t.Errorf("found: %+v, %d, %v", found, n, err)
		}
		if _, err := d.Person(chief(t.Context()), closed); !fault.Is(err, fault.NotFound) {
			t.Errorf("looked at: %v, want NotFound", err)
		}
	})
}

// What somebody does with their own account is in the log, once and as theirs; and as nobody else's.
func TestWhatOneDoesWithOnesAccountIsInTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		if _, err := d.ShellLink(access.System(t.Context()), address); err != nil {
			t.Fatal(err)
		}
		theirs, token := d.mailed(bo), d.mailed(address)
		person, another := d.who(token).ID, d.who(theirs).ID
		if err := d.Describe(d.as(token), member.Profile{Name: "Anna Berg", Title: "Chef", Version: 1}); err != nil {
			t.Fatal(err)
		}
		code, link := d.moved(token, fresh)
		if err := d.UndoAddress(t.Context(), link, code); err != nil {
			t.Fatal(err)
		}
		k, _ := d.added(d.mailed(address))
		token = d.mailed(address)
		token, err := d.prove(token, k.used(t, d.asked(token)))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Close(d.as(token)); err != nil {
			t.Fatal(err)
		}
		verbs := map[string][]string{}
		for _, id := range []string{person, another} {
			told, err := audit.About(t.Context(), database, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range told {
				if row.Yours == (row.Verb != "member.link") { // which the shell made
					verbs[id] = append(verbs[id], row.Verb)
				}
			}
		}
		want := []string{
			"member.link", "member.login", "member.describe", "member.address", "member.address.undo", "member.login", "member.factor.add",
			"member.login", "member.prove", "member.close",
		}
		if !slices.Equal(verbs[person], want) || !slices.Equal(verbs[another], []string{"member.login"}) {
			t.Errorf("the log tells %v, and of another %v", verbs[person], verbs[another])
		}
	})
}
