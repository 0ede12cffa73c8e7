package search

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// updateJob is the work that Put and Remove leave. The others are named by their verbs: see Start.
const updateJob = "search.update"

const (
	mendEvery  = 10 * time.Minute
	againEvery = time.Second     // how often a run asks whether the one before it is over
	settleTime = 2 * time.Second // how long a write may be on its way to the index
)

type idsOf struct {
	IDs []string `json:"ids"`
}

type runOf struct {
	Run string `json:"run"`
}

// Register lets the runner bring the index up to date with each write, look through all of it every ten minutes, and do what
// commands ask for. Main calls it once.
func (k *Keeper) Register(runner *jobs.Runner) {
	runner.Handle(updateJob, "Sökindex", jobs.Decoded(k.update))
	runner.Handle("search."+Reindex, "Nytt sökindex", jobs.Decoded(func(ctx context.Context, p runOf) error { return k.asked(ctx, p.Run, k.rebuild) }))
	runner.Handle("search."+Check, "Kontroll av sökindex", jobs.Decoded(func(ctx context.Context, p runOf) error { return k.asked(ctx, p.Run, k.check) }))
	runner.Every("search.mend", mendEvery, func(ctx context.Context) error {
		if k.Degraded() {
			return nil // Run is at it
		}
		return k.mend(ctx, false)
	})
	runner.Every("search.sweep", 24*time.Hour, func(ctx context.Context) error {
		return k.db.Tx(ctx, func(tx db.Tx) error { return db.Error(deleteOldRuns(tx, clock.AddDays(k.now(), -keepRuns))) })
	})
}

// update brings documents up to date in the index. One that is away or stale is not waited for: its healing ends with a look
// at all documents.
func (k *Keeper) update(ctx context.Context, p idsOf) error {
	if !k.Degraded() {
		if err := k.put(ctx, p.IDs); err == nil || !k.Degraded() {
			return fault.Wrap(err, "indexing %d documents", len(p.IDs))
		}
	}
	k.nudge()
	return nil
}

// asked does what a command asks for, when the run before it is over. Its failure is told in the row; the job is done then.
func (k *Keeper) asked(ctx context.Context, id string, do func(context.Context, *atomic.Int64) (Outcome, error)) error {
	r, err := findRun(k.db.Read(ctx), id)
	if err != nil {
		return fault.Wrap(db.Error(err), "run %s", id)
	}
	for r.State == Waiting || r.State == Running { // else somebody has done it and could not tell
		failure, err := k.work(ctx, &r, do)
		if !fault.Is(err, fault.Conflict) {
			if ctx.Err() != nil {
				return failure
			}
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(againEvery):
		}
		if err := k.note(ctx, func(tx db.Tx) error { return touchRun(tx, id, k.now()) }); err != nil {
			return err
		}
	}
	return nil
}

// rebuild makes the index anew while the old one answers, and then brings in what was written meanwhile.
func (k *Keeper) rebuild(ctx context.Context, done *atomic.Int64) (Outcome, error) {
	begun, failure := k.now(), k.down.Load()
	if err := k.main.Rebuild(ctx, counted(stream(ctx, k.db), done)); err != nil {
		return Outcome{}, fault.Wrap(err, "rebuilding the index")
	}
	drift, _, err := k.drift(ctx)
	if err == nil {
		err = k.put(ctx, drift.ids())
	}
	if err != nil {
		return Outcome{}, fault.Wrap(err, "bringing in what was written meanwhile")
	}
	k.log.Info("the index is made anew", "documents", done.Load(), "ms", k.now().Sub(begun).Milliseconds())
	k.rise(failure)
	debug.FreeOSMemory() // what the work took is not needed at rest
	return Outcome{}, nil
}

// check finds how the index differs from the table. What differs at first may be a write on its way: it is looked at once
// more, and only what still differs is told.
func (k *Keeper) check(ctx context.Context, _ *atomic.Int64) (Outcome, error) {
	first, _, err := k.drift(ctx)
	if err != nil || first.Total() == 0 {
		return Outcome{Drift: first}, fault.Wrap(err, "checking the index")
	}
	select {
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	case <-time.After(settleTime):
	}
	second, _, err := k.drift(ctx)
	return Outcome{Drift: second.within(first)}, fault.Wrap(err, "checking the index")
}
