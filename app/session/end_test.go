package session

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// count returns how many rows there are, dead or alive.
func (f fixture) count() (n int64) {
	f.t.Helper()
	if err := f.d.Read(f.t.Context()).Model(&row{}).Count(&n).Error; err != nil {
		f.t.Fatal(err)
	}
	return n
}

func (f fixture) ids(person string) (ids []string) {
	f.t.Helper()
	all, err := f.List(f.t.Context(), person)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return ids
}

func TestAPersonEndsTheirOwnSessionsAlone(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, s := f.start(anna, "", false)
		kept, _ := f.start(anna, "", false)
		for _, c := range []struct{ name, person, id string }{
			{"another person", bo, s.ID},
			{"nobody", "", s.ID},
			{"one that is not there", anna, db.NewID()},
			{"no id", anna, ""},
			{"a token for an id", anna, token},
			{"a NUL", anna, "a\x00"},
			{"no UTF-8", anna, "\xff"},
		} {
			f.refused(c.name, func(tx db.Tx) error { return f.End(tx, c.person, c.id) })
		}
		f.find(token)
		f.tx(func(tx db.Tx) error { return f.End(tx, anna, s.ID) })
		f.dead(token, "ended")
		f.refused("ended twice", func(tx db.Tx) error { return f.End(tx, anna, s.ID) })
		f.find(kept)
	})
}

func TestEndAllSparesTheOneNamedAndOtherPeople(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		one, _ := f.start(anna, "", false)
		two, s := f.start(anna, annaMember, false)
		bos, _ := f.start(bo, "", false)
		f.tx(func(tx db.Tx) error { return f.EndAll(tx, anna, s.ID) })
		f.dead(one, "the other one")
		f.find(two)
		f.tx(func(tx db.Tx) error { return f.EndAll(tx, anna, "") })
		f.dead(two, "all")
		f.tx(func(tx db.Tx) error { return f.EndAll(tx, anna, "") }) // none left is no error
		f.find(bos)
	})
}

func TestEndedRightsEndTheSessionsThatActByThem(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		member, _ := f.start(anna, annaMember, false)
		editor, _ := f.start(anna, annaEditor, false)
		none, _ := f.start(anna, "", false)
		f.tx(func(tx db.Tx) error { return f.EndMembership(tx, annaEditor) })
		f.dead(editor, "the membership's")
		f.find(member)
		f.find(none)
		f.tx(func(tx db.Tx) error { // and if nobody says so
			return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE id = ?", annaMember).Error
		})
		f.dead(member, "acting by what has ended")
		f.refused("switched away from it", func(tx db.Tx) error { return f.Switch(tx, member, annaEditor) })
		bos, _ := f.start(bo, boMember, false)
		f.tx(func(tx db.Tx) error {
			return tx.Exec("UPDATE sessions SET membership_id = ? WHERE person_id = ?", annaEditor, bo).Error
		})
		f.dead(bos, "acting by another's membership, however it came about")
		if ids := f.ids(anna); len(ids) != 1 {
			t.Errorf("listed %v, want the one without a membership", ids)
		}
	})
}

func TestAnEndIsSeenByEveryReplicaAtOnce(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		d, err := db.Open(t.Context(), db.Options{URL: dbtest.URLOf(t, f.d), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		other := New(d, f.Now, DefaultLimits())
		for range 20 {
			token, s := f.start(anna, annaMember, false)
			if _, err := other.Find(t.Context(), token); err != nil {
				t.Fatal(err)
			}
			f.tx(func(tx db.Tx) error { return f.End(tx, anna, s.ID) })
			if _, err := other.Find(t.Context(), token); !fault.Is(err, fault.NotFound) {
				t.Fatalf("the other replica: %v, want NotFound", err)
			}
		}
	})
}

func TestManyUseAndEndOneSession(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, s := f.start(anna, annaMember, false)
		f.Advance(2 * time.Minute) // so that its use is noted meanwhile
		var ended atomic.Int64
		var over atomic.Bool
		var group sync.WaitGroup
		for i := range 50 {
			group.Go(func() {
				for range 5 {
					before := over.Load()
					if _, err := f.Find(t.Context(), token); err == nil && before || err != nil && !fault.Is(err, fault.NotFound) {
						t.Errorf("found: %v, ended before: %v", err, before)
					}
				}
				if i%5 != 0 {
					return
				}
				err := f.d.Tx(t.Context(), func(tx db.Tx) error { return f.End(tx, anna, s.ID) })
				switch {
				case err == nil:
					ended.Add(1)
					over.Store(true)
				case !fault.Is(err, fault.NotFound):
					t.Error(err)
				}
			})
		}
		group.Wait()
		if ended.Load() != 1 || f.count() != 0 {
			t.Errorf("ended %d times, %d rows left", ended.Load(), f.count())
		}
	})
}

func TestOfManyRotationsAtOnceOneSucceeds(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, s := f.start(anna, "", false)
		var won atomic.Int64
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				var next string
				err := f.d.Tx(t.Context(), func(tx db.Tx) (err error) { next, err = f.Rotate(tx, token); return err })
				if fault.Is(err, fault.NotFound) {
					return
				}
				if got, findErr := f.Find(t.Context(), next); err != nil || findErr != nil || got.ID != s.ID {
					t.Errorf("%v, %v", err, findErr)
				}
				won.Add(1)
			})
		}
		group.Wait()
		if won.Load() != 1 || f.count() != 1 {
			t.Errorf("%d rotations succeeded, %d rows", won.Load(), f.count())
		}
	})
}

func TestTheListHasTheLivingOnesLastUsedFirst(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.start(anna, "", false) // will be idle too long
		f.Advance(5 * time.Hour)
		token, first := f.start(anna, annaMember, false)
		f.Advance(time.Hour)
		_, second := f.start(anna, "", true)
		f.start(bo, boMember, false)
		f.Advance(2 * time.Hour)
		if got := f.ids(anna); len(got) != 2 || got[0] != second.ID || got[1] != first.ID {
			t.Errorf("%v, want %v", got, []string{second.ID, first.ID})
		}
		f.find(token)
		if got := f.ids(anna); len(got) != 2 || got[0] != first.ID {
			t.Errorf("after using it the first is not first: %v", got)
		}
		if got := f.ids("person-none"); len(got) != 0 {
			t.Errorf("nobody has %v", got)
		}
	})
}

func TestDeadSessionsAreSwept(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		f.start(anna, "", false)
		f.Advance(8 * time.Hour)
		living, _ := f.start(anna, annaMember, false)
		f.start(bo, boMember, false)
		f.tx(func(tx db.Tx) error {
			return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE id = ?", boMember).Error
		})
		if n, err := f.Sweep(t.Context()); n != 2 || err != nil {
			t.Errorf("swept %d, %v; want the idle one and the one whose membership has ended", n, err)
		}
		f.find(living)
	})
}

func TestTheSweepIsPeriodicWork(t *testing.T) {
	f := newFixture(t, dbtest.Any(t))
	f.start(anna, "", false)
	f.Advance(24 * time.Hour)
	log := slog.New(slog.DiscardHandler)
	runner := jobs.New(f.d, log, f.Now)
	f.Register(runner, log)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if f.count() == 0 {
			return
		}
	}
	t.Error("nobody swept")
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	f := newFixture(t, dbtest.Any(t))
	token, _ := f.start(anna, "", false)
	f.d.Close()
	if _, err := f.Find(t.Context(), token); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Find: %v, want Unavailable", err)
	}
	if _, err := f.List(t.Context(), anna); !fault.Is(err, fault.Unavailable) {
		t.Errorf("List: %v, want Unavailable", err)
	}
}
