package member_test

import (
	"sync"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/member"
)

// rounds is how often two people meet: on PostgreSQL, where transactions run beside each other, a few times are enough to see what is
// not held.
const rounds = 12

// both does two things at once.
func both(a, b func()) {
	var all sync.WaitGroup
	all.Go(a)
	all.Go(b)
	all.Wait()
}

// empty removes all rows of a table that the condition leaves.
func empty(t *testing.T, database *db.DB, table, where string) {
	t.Helper()
	if err := database.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("DELETE FROM " + table + " WHERE " + where).Error }); err != nil {
		t.Fatal(err)
	}
}

func TestTwoAdminsWhoLeaveAtOnceAreNotBothGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		for range rounds {
			d.clock.Advance(time.Hour)
			sys := access.System(t.Context())
			for email, at := range map[string]string{address: karlstad, bo: stockholm} {
				if _, err := d.Admit(sys, member.Admission{Email: email, Name: "Kim Ek", Role: access.Admin, Organisation: at}); err != nil {
					t.Fatal(err)
				}
			}
			empty(t, database, "passkeys", "1 = 1")
			_, first := d.added(d.mailed(address))
			one := d.as(first)
			_, second := d.added(d.mailed(bo))
			other := d.as(second)
			both(func() { _ = d.Close(one) }, func() { _ = d.Close(other) })
			if has, err := d.HasAdmin(t.Context()); !has || err != nil {
				t.Fatalf("no admin is left: %v", err)
			}
		}
	})
}

func TestTwoFactorsRemovedAtOnceAreNotBothGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(anna(access.Admin, karlstad))
		for range rounds {
			_, token := d.added(d.mailed(address))
			_, token = d.withApp(token)
			ctx := d.as(token)
			f, err := d.Factors(ctx)
			if err != nil {
				t.Fatal(err)
			}
			both(func() { _ = d.RemoveFactor(ctx, f.Passkeys[0].ID) }, func() { _ = d.RemoveFactor(ctx, "kodapp") })
			if f, err := d.Factors(ctx); err != nil || f.None() {
				t.Fatalf("nothing is left: %v", err)
			}
			empty(t, database, "passkeys", "1 = 1")
			empty(t, database, "code_apps", "1 = 1")
		}
	})
}

func TestWhoClosesTheAccountWhileARoleIsGivenHasNone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		for range 2 * rounds {
			d.admit(anna(access.Member, karlstad))
			ctx := d.as(d.mailed(address))
			both(func() { _ = d.Close(ctx) }, func() { _, _ = d.Admit(access.System(t.Context()), anna(access.Follower, stockholm)) })
			var n int64
			err := database.Read(t.Context()).Table("memberships m").Joins("JOIN persons p ON p.id = m.person_id").
				Where("p.closed_at IS NOT NULL AND m.ended_at IS NULL").Count(&n).Error
			if n != 0 || err != nil {
				t.Fatalf("%d roles of closed accounts, %v", n, err)
			}
		}
	})
}
