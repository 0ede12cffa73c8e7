package search

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// running is a keeper without an index, for what it does around the work, at a clock of its own.
type running struct {
	*Keeper
	t     *testing.T
	clock *clock.Fake
}

func newRunning(t *testing.T, d *db.DB) running {
	fake := clock.NewFake(noon())
	return running{NewKeeper(d, nil, nil, fake.Now, slog.New(slog.DiscardHandler)), t, fake}
}

func (k running) start(verb string) string {
	k.t.Helper()
	id, err := Start(k.t.Context(), k.db, verb, k.now)
	if err != nil {
		k.t.Fatal(err)
	}
	return id
}

func (k running) run(id string) Run {
	k.t.Helper()
	r, err := RunByID(k.t.Context(), k.db, id)
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

func nothing(context.Context, *atomic.Int64) (Outcome, error) { return Outcome{}, nil }

func TestARunTellsHowFarItIsAndWhatItCameTo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newRunning(t, d)
		put(t, d, Document{ID: "a"}, Document{ID: "b"})
		id := k.start(Check)
		if r := k.run(id); r.State != Waiting || r.Verb != Check {
			t.Errorf("before: %+v", r)
		}
		err := k.asked(t.Context(), id, func(_ context.Context, done *atomic.Int64) (Outcome, error) {
			done.Store(1)
			for k.run(id).Done != 1 {
				time.Sleep(10 * time.Millisecond)
			}
			if r := k.run(id); r.State != Running || r.Total != 2 {
				t.Errorf("meanwhile: %+v", r)
			}
			done.Store(2)
			return Outcome{Drift: Drift{Missing: []string{"a"}}}, nil
		})
		if r := k.run(id); err != nil || r.State != Done || r.Done != 2 || len(r.Result.V.Drift.Missing) != 1 {
			t.Errorf("after: %+v, %v", r, err)
		}
		again := false
		err = k.asked(t.Context(), id, func(context.Context, *atomic.Int64) (Outcome, error) { again = true; return Outcome{}, nil })
		if err != nil || again {
			t.Errorf("what is done was done again: %v", err)
		}
	})
}

func TestAFailureIsToldInTheRowAndTheJobIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newRunning(t, d)
		id := k.start(Reindex)
		err := k.asked(t.Context(), id, func(context.Context, *atomic.Int64) (Outcome, error) { return Outcome{}, errors.New("no luck") })
		if r := k.run(id); err != nil || r.State != Failed || r.Result.V.Error != "no luck" {
			t.Errorf("%+v, %v", r, err)
		}
		if err := k.asked(t.Context(), "unknown", nothing); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown run: %v", err)
		}
	})
}

func TestAStoppedRunWaitsForTheNextProcess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newRunning(t, d)
		id := k.start(Reindex)
		ctx, stop := context.WithCancel(t.Context())
		err := k.asked(ctx, id, func(ctx context.Context, done *atomic.Int64) (Outcome, error) {
			done.Store(1)
			stop()
			return Outcome{}, ctx.Err()
		})
		if r := k.run(id); err == nil || r.State != Waiting {
			t.Errorf("stopped: %+v, %v", r, err)
		}
		if err := k.asked(t.Context(), id, nothing); err != nil || k.run(id).State != Done {
			t.Errorf("taken up again: %v, %+v", err, k.run(id))
		}
	})
}

func TestOneRunOfAVerbGoesOnAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newRunning(t, d)
		first, second := k.start(Reindex), k.start(Reindex)
		var inside, most atomic.Int32
		finished := make(chan error)
		for _, id := range []string{first, second} {
			go func() {
				finished <- k.asked(t.Context(), id, func(context.Context, *atomic.Int64) (Outcome, error) {
					most.Store(max(most.Load(), inside.Add(1)))
					time.Sleep(200 * time.Millisecond)
					inside.Add(-1)
					return Outcome{}, nil
				})
			}()
		}
		if err := errors.Join(<-finished, <-finished); err != nil || most.Load() != 1 {
			t.Errorf("%d at a time, %v", most.Load(), err)
		}
		if k.run(first).State != Done || k.run(second).State != Done {
			t.Error("not both are done")
		}
		err := k.asked(t.Context(), k.start(Reindex), func(ctx context.Context, _ *atomic.Int64) (Outcome, error) {
			r := Run{ID: db.NewID(), Verb: Check, CreatedAt: db.At(k.now())}
			failure, err := k.work(ctx, &r, nothing)
			return Outcome{}, errors.Join(failure, err)
		})
		if err != nil {
			t.Errorf("another verb: %v", err)
		}
	})
}

func TestARunWhoseProcessHasDiedIsTakenOver(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		k := newRunning(t, d)
		dead := Run{ID: k.start(Reindex), Verb: Reindex, CreatedAt: db.At(noon())}
		if err := k.begin(t.Context(), dead); err != nil {
			t.Fatal(err)
		}
		next := Run{ID: db.NewID(), Verb: Reindex, CreatedAt: db.At(noon())}
		if _, err := k.work(t.Context(), &next, nothing); !fault.Is(err, fault.Conflict) {
			t.Errorf("while the first may live: %v", err)
		}
		k.clock.Advance(deadAfter + time.Second)
		if failure, err := k.work(t.Context(), &next, nothing); failure != nil || err != nil {
			t.Errorf("when it gives no sign of life: %v, %v", failure, err)
		}
		if r := k.run(dead.ID); r.State != Failed {
			t.Errorf("the dead one: %+v", r)
		}
	})
}

func TestARunThatWasTakenOverStops(t *testing.T) {
	d := dbtest.Any(t)
	k := newRunning(t, d)
	r := Run{ID: db.NewID(), Verb: Reindex, CreatedAt: db.At(noon())}
	_, err := k.work(t.Context(), &r, func(ctx context.Context, done *atomic.Int64) (Outcome, error) {
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return failSilent(tx, Reindex, noon().Add(time.Hour)) }); err != nil {
			return Outcome{}, err
		}
		done.Add(1)
		<-ctx.Done()
		return Outcome{}, ctx.Err()
	})
	if !errors.Is(err, errTakenOver) || k.run(r.ID).State != Failed {
		t.Errorf("%v, %+v", err, k.run(r.ID))
	}
}

func TestOldRunsAreSweptAway(t *testing.T) {
	d := dbtest.Any(t)
	k := newRunning(t, d)
	id := k.start(Reindex)
	if err := k.asked(t.Context(), id, nothing); err != nil {
		t.Fatal(err)
	}
	k.down.Store(1) // so that nobody looks at the index
	k.clock.Advance(40 * 24 * time.Hour)
	runner := jobs.New(d, slog.New(slog.DiscardHandler), k.clock.Now)
	k.Register(runner)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if _, err := RunByID(ctx, d, id); fault.Is(err, fault.NotFound) {
			return
		}
	}
	t.Error("nobody swept")
}
