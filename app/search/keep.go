package search

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

const (
	glance     = time.Second // how often to look whether the index is as it should be
	firstWait  = time.Second // after a failed mending; doubled
	longWait   = time.Minute
	stubborn   = 3    // failed mendings after which the index is made anew
	smallDrift = 1000 // documents that are always mended one by one
)

// Keeper asks the index, and the database while the index is away or stale; and it keeps the index as the table
// search_documents is. It is safe for concurrent use.
type Keeper struct {
	db       *db.DB
	main     Index
	fallback Index
	now      clock.Clock
	log      *slog.Logger

	falls atomic.Int64 // how often the index has failed
	down  atomic.Int64 // the number of the last failure, if the index has not been mended since; else 0
	wake  chan struct{}
}

// NewKeeper returns the keeper of the index main; fallback answers from the database. Call Register and Run, and Close last.
func NewKeeper(d *db.DB, main, fallback Index, now clock.Clock, log *slog.Logger) *Keeper {
	return &Keeper{db: d, main: main, fallback: fallback, now: now, log: log, wake: make(chan struct{}, 1)}
}

// Find asks the index; while it is away or stale the database, which reads words less well: degraded says so.
func (k *Keeper) Find(ctx context.Context, r Request) (found Found, degraded bool, err error) {
	if !k.Degraded() {
		found, err = k.main.Find(ctx, r)
		if !k.away(ctx, err) {
			return found, false, err
		}
	}
	found, err = k.fallback.Find(ctx, r)
	return found, true, err
}

// Degraded reports that the database answers in the place of the index.
func (k *Keeper) Degraded() bool { return k.down.Load() > 0 || k.main.Stale() }

// Close lets go of the index, when Run has returned and nobody asks any more.
func (k *Keeper) Close() error { return errors.Join(k.main.Close(), k.fallback.Close()) }

// away reports that err is the index's, and not of the one who asks, and has the database answer until mending succeeds.
func (k *Keeper) away(ctx context.Context, err error) bool {
	if !fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return false
	}
	if k.down.Swap(k.falls.Add(1)) == 0 {
		k.log.Warn("the search index does not answer: the database does", "err", err)
	}
	k.nudge()
	return true
}

// rise has the index answer again that had failed when its mending began, unless it has failed since.
func (k *Keeper) rise(failure int64) {
	if failure > 0 && k.down.CompareAndSwap(failure, 0) {
		k.log.Info("the search index answers again")
	}
}

func (k *Keeper) nudge() {
	select {
	case k.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Run looks through the index at once, and mends it whenever it is away, stale or behind, until ctx ends. Each process that
// serves calls it.
func (k *Keeper) Run(ctx context.Context) {
	k.nudge()
	for failures := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		case <-time.After(glance):
			if !k.Degraded() {
				continue
			}
		}
		err := k.mend(ctx, failures >= stubborn && k.Degraded())
		switch {
		case err == nil || ctx.Err() != nil:
			failures = 0
			continue
		case fault.Is(err, fault.Conflict): // somebody else is making it anew
		default:
			if failures++; failures == 1 {
				k.log.Warn("the search index cannot be mended yet", "err", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(firstWait<<min(max(failures-1, 0), 10), longWait)):
		}
		k.nudge()
	}
}

// mend makes the index one that answers and holds what the table holds: of a few documents it brings those up to date; an
// index that is stale or differs much is made anew, and so is any when anew is true. A Conflict when somebody is at that.
func (k *Keeper) mend(ctx context.Context, anew bool) error {
	failure, stale := k.down.Load(), k.main.Stale()
	if !anew && !stale {
		drift, all, err := k.drift(ctx)
		if err != nil {
			return err
		}
		if n := drift.Total(); n <= smallDrift || n <= all/3 {
			return k.mendSome(ctx, drift.ids(), failure)
		}
	}
	r := Run{ID: db.NewID(), Verb: Reindex, CreatedAt: db.At(k.now())}
	failed, err := k.work(ctx, &r, func(ctx context.Context, done *atomic.Int64) (Outcome, error) {
		if stale && !k.main.Stale() {
			return Outcome{}, nil // another process has made it
		}
		return k.rebuild(ctx, done)
	})
	if failed == nil {
		return err
	}
	// It is tried again by itself, so nobody follows this run.
	return errors.Join(failed, err, k.note(ctx, func(tx db.Tx) error { return deleteRun(tx, r.ID) }))
}

// mendSome brings the documents up to date; an index that had failed must answer too.
func (k *Keeper) mendSome(ctx context.Context, ids []string, failure int64) error {
	if len(ids) > 0 {
		k.log.Info("mending the search index", "documents", len(ids))
	}
	if err := k.put(ctx, ids); err != nil {
		return err
	}
	if _, err := k.main.Find(ctx, Request{Sight: access.Actor{}.Sight(), Now: k.now()}); err != nil {
		return err
	}
	k.rise(failure)
	return nil
}
