package jobs

import (
	"context"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Dead is a job that was given up and waits for a person. Its payload is never among what is told of it.
type Dead struct {
	ID        string
	Kind      string
	About     string // what may be told of the payload: see the option About
	Attempts  int
	LastError string
	CreatedAt db.Instant
	DeadAt    db.Instant
}

// KindCount is how many dead jobs there are of a kind.
type KindCount struct {
	Kind string
	Dead int
}

// ListDead returns dead jobs, the one that died last first: at most limit, after those skipped. It asks for no right, nor do the other
// verbs on dead jobs: services do.
func ListDead(ctx context.Context, d *db.DB, skip, limit int) ([]Dead, error) {
	all, err := findDead(d.Read(ctx).Order("dead_at DESC, id DESC").Offset(skip).Limit(limit))
	return all, fault.Wrap(db.Error(err), "listing dead jobs")
}

// DeadKinds returns how many dead jobs there are of each kind that has any.
func DeadKinds(ctx context.Context, d *db.DB) ([]KindCount, error) {
	kinds, err := countDead(d.Read(ctx))
	return kinds, fault.Wrap(db.Error(err), "counting dead jobs by kind")
}

// DeadByID returns a dead job; NotFound when there is none with the id.
func DeadByID(tx db.Tx, id string) (Dead, error) {
	all, err := findDead(tx.Where("id = ?", id).Limit(1))
	if err == nil && len(all) == 0 {
		return Dead{}, fault.Missing("no dead job %q", id)
	}
	if err != nil {
		return Dead{}, fault.Wrap(db.Error(err), "reading a dead job")
	}
	return all[0], nil
}

// Retry makes a dead job due at now, within tx, and returns it as it was. Its failures are counted anew. NotFound when there is none
// with the id, or when another was faster.
func Retry(tx db.Tx, now time.Time, id string) (Dead, error) {
	was, err := DeadByID(tx, id)
	if err != nil {
		return Dead{}, err
	}
	n, err := revive(tx.Where("id = ?", id), now)
	if err == nil && n == 0 {
		return Dead{}, fault.Missing("the job %q is no longer dead", id)
	}
	db.Signal(tx, topic)
	return was, fault.Wrap(db.Error(err), "reviving a job")
}

// RetryAll does what Retry does to all dead jobs of a kind, and returns how many they were.
func RetryAll(tx db.Tx, now time.Time, kind string) (int64, error) {
	n, err := revive(tx.Where("kind = ?", kind), now)
	db.Signal(tx, topic)
	return n, fault.Wrap(db.Error(err), "reviving all %s jobs", kind)
}

// Discard removes a dead job with its payload, within tx, and returns it as it was. NotFound as Retry.
func Discard(tx db.Tx, id string) (Dead, error) {
	was, err := DeadByID(tx, id)
	if err != nil {
		return Dead{}, err
	}
	n, err := deleteDead(tx, id)
	if err == nil && n == 0 {
		return Dead{}, fault.Missing("the job %q is no longer dead", id)
	}
	return was, fault.Wrap(db.Error(err), "discarding a job")
}
