package member_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
)

// begun logs somebody in by the link of the shell and returns the token of their session.
func (d *door) begun(email string) (token string) {
	d.t.Helper()
	link, err := d.ShellLink(access.System(d.t.Context()), email)
	if err == nil {
		err = d.EnterLink(d.t.Context(), link, "", d.begin(&token))
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

func (d *door) who(token string) access.Actor {
	d.t.Helper()
	actor, err := d.Who(d.t.Context(), token)
	if err != nil {
		d.t.Fatal(err)
	}
	return actor
}

// What somebody sees comes of their role and of what their organisation takes part in.
func TestWhoAsksSeesWhatTheirRoleDoes(t *testing.T) {
	taking := []access.Audience{access.Open, access.LoggedIn, access.Participants, "delstudie:delstudie-1", "organisation:" + karlstad}
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		if err := organisation.New(database, d.clock.Now).Enter(access.System(t.Context()), karlstad, "delstudie-1-2024", true); err != nil {
			t.Fatal(err)
		}
		for role, want := range map[access.Role][]access.Audience{
			access.Follower: {access.Open, access.LoggedIn, "organisation:" + karlstad},
			access.Member:   taking, access.Contact: taking, access.Regional: taking, access.Researcher: taking,
			access.Editor: nil, access.Admin: nil,
		} {
			d.admit(anna(role, karlstad))
			actor := d.who(d.begun(address))
			sight := actor.Sight()
			if actor.Role != role || actor.Name != "Anna Berg" || sight.All != (want == nil) {
				t.Errorf("%s: %+v sees %+v", role, actor, sight)
			}
			if want != nil {
				want := append(slices.Clone(want), access.Audience("roll:"+string(role)))
				slices.Sort(want)
				slices.Sort(sight.Audiences)
				if diff := cmp.Diff(want, sight.Audiences); diff != "" {
					t.Errorf("%s: %s", role, diff)
				}
			}
		}
	})
}

func TestWhoHasNoRightAnyMoreIsAVisitor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		token := d.begun(address)
		for name, token := range map[string]string{"no token": "", "another's guess": token[1:] + "A", "a hash": "a"} {
			if actor := d.who(token); actor.ID != "" || actor.Role != access.Visitor || len(actor.Keys) > 0 {
				t.Errorf("%s: %+v", name, actor)
			}
		}
		if d.who(token).Role != access.Member {
			t.Error("who has logged in is no member")
		}
		d.admit(anna(access.Follower, karlstad))
		if actor := d.who(token); actor.ID != "" || actor.Role != access.Visitor {
			t.Errorf("after the role was lowered: %+v", actor)
		}
		if d.who(d.begun(address)).Role != access.Follower {
			t.Error("who has logged in anew is no follower")
		}
	})
}

// A browser has one session: who logs in anew leaves the one before, and nobody else's.
func TestWhoLogsInAnewLeavesTheSessionBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		before, elsewhere := d.mailed(address), d.mailed(address)
		link, err := d.ShellLink(access.System(t.Context()), bo)
		if err == nil {
			err = d.EnterLink(t.Context(), link, "", func(tx db.Tx, e member.Entry) error {
				_, err := d.Begin(d.as(before), tx, e, "")
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		if d.who(before).ID != "" || d.who(elsewhere).ID == "" {
			t.Errorf("the session before stands for %+v, another for %+v", d.who(before), d.who(elsewhere))
		}
	})
}
