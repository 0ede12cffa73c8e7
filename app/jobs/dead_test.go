package jobs

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// dying returns a runner whose jobs of the kinds fail for good, as long as they are to.
func (b *bench) dying(fail *bool, kinds ...string) *Runner {
	r := b.runner()
	for _, kind := range kinds {
		r.Handle(kind, "Arbete "+kind, func(context.Context, []byte) error {
			if *fail {
				return Permanent(fmt.Errorf("no luck with %s", kind))
			}
			return nil
		})
	}
	return r
}

func (b *bench) listDead(skip, limit int) []Dead {
	b.Helper()
	dead, err := ListDead(b.Context(), b.d, skip, limit)
	if err != nil {
		b.Fatal(err)
	}
	return dead
}

// change runs a verb in a transaction of its own.
func (b *bench) change(verb func(tx db.Tx) error) error { return b.d.Tx(b.Context(), verb) }

func TestDeadJobsAreListedTheLastFirstAndWithoutTheirPayload(t *testing.T) {
	each(t, func(b *bench) {
		fail := true
		r := b.dying(&fail, "a", "b")
		for i, kind := range []string{"a", "b", "a"} {
			b.add(kind, "hemligt", About(fmt.Sprint("…", i)))
			_ = r.Drain(b.Context())
			b.clock.move(time.Hour)
		}
		b.add("a", "väntar")
		all := b.listDead(0, 10)
		if len(all) != 3 {
			b.Fatalf("%+v", all)
		}
		for i, want := range []Dead{{Kind: "a", About: "…2"}, {Kind: "b", About: "…1"}, {Kind: "a", About: "…0"}} {
			got := all[i]
			if got.Kind != want.Kind || got.About != want.About || got.Attempts != 1 || got.LastError != "no luck with "+want.Kind || got.DeadAt.IsZero() || got.CreatedAt.IsZero() {
				b.Errorf("%d: %+v", i, got)
			}
		}
		if page := b.listDead(1, 1); len(page) != 1 || page[0] != all[1] {
			b.Errorf("the second page of one: %+v", page)
		}
		kinds, err := DeadKinds(b.Context(), b.d)
		if err != nil || len(kinds) != 2 || kinds[0] != (KindCount{"a", 2}) || kinds[1] != (KindCount{"b", 1}) {
			b.Errorf("%+v, %v", kinds, err)
		}
		if r.Title("a") != "Arbete a" || r.Title("av ett nyare program") != "av ett nyare program" {
			b.Errorf("titles %q, %q", r.Title("a"), r.Title("av ett nyare program"))
		}
	})
}

func TestADeadJobIsTriedAgainFromTheBeginning(t *testing.T) {
	each(t, func(b *bench) {
		fail := true
		r := b.dying(&fail, "a", "b")
		b.add("a", "x", About("…"))
		b.add("a", "y")
		b.add("b", "z")
		_ = r.Drain(b.Context())
		b.clock.move(time.Hour)
		one := b.listDead(0, 10)[0]
		retry := func() error {
			return b.change(func(tx db.Tx) error { _, err := Retry(tx, b.clock.now(), one.ID); return err })
		}
		if err := retry(); err != nil {
			b.Fatal(err)
		}
		if err := retry(); !fault.Is(err, fault.NotFound) {
			b.Errorf("twice: %v", err)
		}
		if c, err := Count(b.Context(), b.d, b.clock.now()); err != nil || c.Waiting != 1 || c.Dead != 2 || b.clock.now().Sub(c.Oldest.Time) > time.Minute {
			b.Errorf("%+v, %v: it has not waited since it was made", c, err)
		}
		_ = r.Drain(b.Context())
		if again := b.listDead(0, 10)[0]; again.ID != one.ID || again.Attempts != 1 {
			b.Errorf("it fails again: %+v", again)
		}
		fail = false
		var n int64
		err := b.change(func(tx db.Tx) (err error) { n, err = RetryAll(tx, b.clock.now(), "a"); return err })
		if err != nil || n != 2 {
			b.Fatalf("all of a kind: %d, %v", n, err)
		}
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		if left := b.listDead(0, 10); len(left) != 1 || left[0].Kind != "b" {
			b.Errorf("left: %+v", left)
		}
		for _, j := range b.jobs() {
			if j.Kind == "a" && (j.Payload != "" || j.About != "" || j.DoneAt.IsZero()) {
				b.Errorf("done: %+v", j)
			}
		}
	})
}

func TestARetriedJobIsBegunAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		done := make(chan bool, 1)
		fail := true
		r := b.runner()
		r.Poll = time.Hour
		r.Handle("a", "Arbete", func(context.Context, []byte) error {
			if fail {
				return Permanent(errors.New("no luck"))
			}
			done <- true
			return nil
		})
		b.add("a", nil)
		_ = r.Drain(b.Context())
		fail = false
		b.run(r)
		time.Sleep(50 * time.Millisecond) // the first look is over
		id := b.listDead(0, 1)[0].ID
		if err := b.change(func(tx db.Tx) error { _, err := Retry(tx, b.clock.now(), id); return err }); err != nil {
			b.Fatal(err)
		}
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			b.Error("nobody was told")
		}
	})
}

func TestADeadJobIsDiscardedWithItsPayload(t *testing.T) {
	each(t, func(b *bench) {
		fail := true
		r := b.dying(&fail, "a")
		b.add("a", "hemligt")
		_ = r.Drain(b.Context())
		id := b.listDead(0, 1)[0].ID
		discard := func() error { return b.change(func(tx db.Tx) error { _, err := Discard(tx, id); return err }) }
		if err := discard(); err != nil || len(b.jobs()) != 0 {
			b.Errorf("%v, %+v", err, b.jobs())
		}
		if err := discard(); !fault.Is(err, fault.NotFound) {
			b.Errorf("twice: %v", err)
		}
	})
}

func TestOnlyTheDeadAreRevivedOrDiscarded(t *testing.T) {
	each(t, func(b *bench) {
		fail := false
		r := b.dying(&fail, "a")
		b.add("a", "gjort")
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.add("a", "väntar")
		b.add("a", "pågår")
		if _, err := r.claim(b.Context(), 1); err != nil {
			b.Fatal(err)
		}
		before := b.jobs()
		for _, j := range append(before, job{ID: "finns inte"}, job{ID: "\x00' OR 1=1 --"}) {
			for name, verb := range map[string]func(tx db.Tx) error{
				"revived":   func(tx db.Tx) error { _, err := Retry(tx, b.clock.now(), j.ID); return err },
				"discarded": func(tx db.Tx) error { _, err := Discard(tx, j.ID); return err },
			} {
				if err := b.change(verb); err == nil {
					b.Errorf("%+v was %s", j, name)
				}
			}
		}
		var n int64
		if err := b.change(func(tx db.Tx) (err error) { n, err = RetryAll(tx, b.clock.now(), "a"); return err }); err != nil || n != 0 {
			b.Errorf("all of the kind: %d, %v", n, err)
		}
		for i, j := range b.jobs() {
			if j.DoneAt != before[i].DoneAt || j.Payload != before[i].Payload || (j.LeasedBy == nil) != (before[i].LeasedBy == nil) {
				b.Errorf("%+v, was %+v", j, before[i])
			}
		}
	})
}

func TestTheOldestIsTheOneThatCouldHaveBeenBegunLongestAgo(t *testing.T) {
	each(t, func(b *bench) {
		count := func() Counts {
			c, err := Count(b.Context(), b.d, b.clock.now())
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
		if c := count(); c != (Counts{}) {
			b.Errorf("nothing: %+v", c)
		}
		begun := b.clock.now()
		b.add("a", nil, At(begun.Add(time.Hour)))
		if c := count(); c.Waiting != 1 || !c.Oldest.IsZero() {
			b.Errorf("one for later: %+v", c)
		}
		b.add("a", nil)
		if c := count(); c.Waiting != 2 || c.Oldest.Sub(begun) > time.Minute {
			b.Errorf("one that is due: %+v", c)
		}
		b.clock.move(2 * time.Hour)
		r := b.runner()
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return nil })
		if claimed, err := r.claim(b.Context(), 1); err != nil || len(claimed) != 1 {
			b.Fatal(err)
		}
		if c := count(); c.Running != 1 || c.Waiting != 1 || c.Oldest.Sub(begun.Add(time.Hour)).Abs() > time.Minute {
			b.Errorf("that one has begun, and the other is due since an hour: %+v", c)
		}
	})
}

func TestWhatAFailureSaysToPeopleIsKeptWhereItSaysSomething(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Handle("a", "Arbete", func(context.Context, []byte) error {
			return Permanent(fault.New(fault.Invalid, "Adressen tar inte emot mejl.", errors.New("550 no such user")))
		})
		b.add("a", nil)
		_ = r.Drain(b.Context())
		if got := b.listDead(0, 1)[0].LastError; got != "Adressen tar inte emot mejl." {
			b.Errorf("kept %q", got)
		}
		if log := b.log.String(); log == "" {
			b.Error("the log says nothing")
		}
	})
}
