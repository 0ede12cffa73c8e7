package member_test

import (
	"slices"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/organisation"
)

// An admin sees what the role at the organisation sees, for half an hour, and can do nothing meanwhile.
func TestAnAdminSeesAsSomebodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		if err := organisation.New(database, d.clock.Now).Enter(access.System(t.Context()), stockholm, "delstudie-1-2024", true); err != nil {
			t.Fatal(err)
		}
		d.admit(anna(access.Admin, karlstad))
		_, token := d.added(d.mailed(address))
		for _, row := range []struct {
			name, organisation, reason string
			role                       access.Role
			field                      string
		}{
			{"no reason", stockholm, " ", access.Member, "reason"},
			{"a personal number for a reason", stockholm, "Hjälper 900101-0017", access.Member, "reason"},
			{"another admin", stockholm, "Felsökning", access.Admin, "role"},
			{"no such role", stockholm, "Felsökning", "king", "role"},
			{"no such organisation", "kommun-9999", "Felsökning", access.Member, "organisation"},
		} {
			err := d.View(d.as(token), token, row.role, row.organisation, row.reason)
			if f := fault.Of(err); !fault.Is(err, fault.Invalid) || len(f.Fields) != 1 || f.Fields[0].Name != row.field {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		if err := d.View(d.as(token), token, access.Contact, stockholm, "Felsökning"); err != nil {
			t.Fatal(err)
		}
		actor := d.who(token)
		if actor.Role != access.Contact || actor.Strong || actor.Unproved != "" || actor.Name != "Anna Berg" || actor.View.At != "Stockholm" || actor.View.Until.IsZero() ||
			!slices.Contains(actor.Keys, "delstudie:delstudie-1") || !slices.Contains(actor.Keys, "organisation:"+stockholm) {
			t.Errorf("%+v", actor)
		}
		if err := d.View(d.as(token), token, access.Editor, stockholm, "Mer"); !fault.Is(err, fault.NotFound) {
			t.Errorf("from there: %v, want NotFound", err)
		}
		if err := d.EndView(d.as(token), token); err != nil || d.who(token).Role != access.Admin {
			t.Errorf("ended: %v, %+v", err, d.who(token))
		}
		if err := d.View(d.as(token), token, access.Visitor, stockholm, "Felsökning"); err != nil {
			t.Fatal(err)
		}
		if actor := d.who(token); actor.Role != access.Visitor || len(actor.Keys) > 0 || actor.Anonymous() {
			t.Errorf("as a visitor: %+v", actor)
		}
		d.clock.Advance(30 * time.Minute)
		if d.who(token).Role != access.Admin {
			t.Error("it does not end by itself")
		}
		if err := d.View(d.as(token), token, access.Member, stockholm, "Felsökning"); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("with a factor proved long ago: %v", err)
		}
		log, err := audit.About(t.Context(), database, d.who(token).ID)
		told := slices.DeleteFunc(log, func(row audit.Told) bool { return row.Verb != "member.view" })
		if err != nil || len(told) != 2 || told[0].Reason != "Felsökning" || told[0].Organisation != stockholm {
			t.Errorf("%+v, %v", told, err)
		}
	})
}

func TestNobodyElseSeesAsSomebodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		for _, role := range []access.Role{access.Follower, access.Member, access.Contact, access.Regional, access.Researcher, access.Editor} {
			d.admit(anna(role, karlstad))
			token := d.begun(address)
			if err := d.View(d.as(token), token, access.Member, stockholm, "Felsökning"); !fault.Is(err, fault.NotFound) || d.who(token).Role != role {
				t.Errorf("%s: %v", role, err)
			}
			if places, err := d.Places(d.as(token)); !fault.Is(err, fault.NotFound) || places != nil {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}

// Seeing as somebody else ends with the role that may: who acts by another is nothing but that.
func TestSeeingAsSomebodyElseIsTheAdminsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(anna(access.Admin, karlstad))
		follower := d.admit(anna(access.Follower, stockholm))
		_, token := d.added(d.mailed(address))
		if err := d.View(d.as(token), token, access.Contact, stockholm, "Felsökning"); err != nil {
			t.Fatal(err)
		}
		if actor := d.who(token); actor.Role != access.Contact {
			t.Fatalf("%+v", actor)
		}
		token, err := d.Switch(d.as(token), token, follower.Membership.ID)
		if err != nil {
			t.Fatal(err)
		}
		if actor := d.who(token); actor.Role != access.Follower || !actor.View.Until.IsZero() {
			t.Errorf("%+v", actor)
		}
	})
}
