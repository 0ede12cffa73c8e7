package search

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// The verbs of long work on the index.
const (
	Reindex = "reindex"
	Check   = "check"
)

// The states of a run.
const (
	Waiting = "waiting" // nobody has begun it, or who had was stopped
	Running = "running"
	Done    = "done"
	Failed  = "failed"
)

const (
	beatEvery = 500 * time.Millisecond // how often progress is written
	idleBeat  = 5 * time.Second        // how often a sign of life is, without progress
	deadAfter = 20 * time.Second       // without a sign of life
	keepRuns  = 30                     // days
)

// Outcome is what a run came to.
type Outcome struct {
	Drift Drift  `json:"drift"`           // of Check
	Error string `json:"error,omitempty"` // of a run that failed, for operators
}

// Start leaves a run of the verb to whoever handles the jobs of search, and returns its id. Commands call it.
func Start(ctx context.Context, d *db.DB, verb string, now clock.Clock) (id string, err error) {
	r := Run{ID: db.NewID(), Verb: verb, State: Waiting, CreatedAt: db.At(now()), UpdatedAt: db.At(now())}
	err = d.Tx(ctx, func(tx db.Tx) error {
		if err := upsertRun(tx, r); err != nil {
			return err
		}
		return jobs.Add(tx, "search."+verb, runOf{Run: r.ID})
	})
	return r.ID, fault.Wrap(err, "leaving a %s of the index", verb)
}

// RunByID returns a run, to follow it. NotFound when there is none. Commands call it.
func RunByID(ctx context.Context, d *db.DB, id string) (Run, error) {
	r, err := findRun(d.Read(ctx), id)
	return r, fault.Wrap(db.Error(err), "run %s of the index", id)
}

var errTakenOver = errors.New("another process has taken the run over")

// work does a run's work while it writes progress down, and then what it came to. One run of a verb goes on at a time among
// all processes; work of another is a Conflict. failure is that of do, which stands in the row too.
func (k *Keeper) work(ctx context.Context, r *Run, do func(ctx context.Context, done *atomic.Int64) (Outcome, error)) (failure, err error) {
	if err := k.begin(ctx, *r); err != nil {
		return nil, err
	}
	working, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var done atomic.Int64
	finished, still := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(still)
		k.beat(working, r.ID, &done, finished, stop)
	}()
	result, failure := do(working, &done)
	close(finished)
	<-still
	if errors.Is(context.Cause(working), errTakenOver) {
		return failure, errTakenOver
	}
	r.State, r.Result = Done, db.AsJSON(result)
	switch {
	case failure != nil && ctx.Err() != nil:
		r.State = Waiting
	case failure != nil:
		r.State, r.Result.V.Error = Failed, failure.Error()
	}
	return failure, k.note(ctx, func(tx db.Tx) error { return endRun(tx, *r, done.Load(), k.now()) })
}

// begin makes the run the one that goes on.
func (k *Keeper) begin(ctx context.Context, r Run) error {
	return k.db.Tx(ctx, func(tx db.Tx) (err error) {
		now := k.now()
		if err := failSilent(tx, r.Verb, now.Add(-deadAfter)); err != nil {
			return err
		}
		r.State, r.Done, r.UpdatedAt = Running, 0, db.At(now)
		if r.Total, err = countRows(tx); err != nil {
			return err
		}
		return upsertRun(tx, r)
	})
}

// beat writes progress down, or that there is none yet, until finished. A run that is no longer ours is stopped.
func (k *Keeper) beat(ctx context.Context, id string, done *atomic.Int64, finished <-chan struct{}, stop context.CancelCauseFunc) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	written, quiet := int64(0), time.Duration(0)
	for {
		select {
		case <-finished:
			return
		case <-tick.C:
		}
		n := done.Load()
		if quiet += beatEvery; n == written && quiet < idleBeat {
			continue
		}
		ours := true
		err := k.db.Tx(context.WithoutCancel(ctx), func(tx db.Tx) (err error) {
			ours, err = updateProgress(tx, id, n, k.now())
			return err
		})
		if err == nil && !ours {
			stop(errTakenOver)
			return
		}
		if err == nil {
			written, quiet = n, 0
		}
	}
}

// note writes what a run came to, also when ctx has ended.
func (k *Keeper) note(ctx context.Context, write func(tx db.Tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), idleBeat)
	defer cancel()
	return k.db.Tx(ctx, write)
}
