// Package jobs does work outside the request, so that it is neither lost nor done for a change that was undone.
//
// A service puts a job in the transaction that makes the work (Add); a Runner of this process or of another replica
// claims it when that transaction has committed, and tries again later when it fails. A job may be run twice (a
// worker dies after the work and before its note of it), so handlers must bear that.
//
// The words: a kind names what is to be done and which handler does it, like "mail.send"; a lease is a runner's right
// to a job until a certain time, renewed while it works; a job that failed too often, or for good, is dead and waits
// for a person. Payloads may hold personal data: they are never logged and are emptied when the job is done.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// topic is what a transaction with new jobs signals.
const topic = "jobs"

// An Option of Add.
type Option func(*job)

// At makes a job wait until t; without it the job is due at once.
func At(t time.Time) Option { return func(j *job) { j.RunAt = db.At(t) } }

// Key lets only one job of its kind with this key wait at a time: adding a second does nothing while the first has
// not been begun. Once begun, a new one may be added, since the work may already have read what has now changed.
func Key(key string) Option { return func(j *job) { j.UniqueKey = &key } }

// About is what an admin may be told of the payload, which is never shown: the domain that a letter goes to, but nothing that points a
// person out.
func About(text string) Option { return func(j *job) { j.About = text } }

// Add puts a job in tx, the caller's transaction: it is begun within milliseconds after the commit, and never when
// the transaction is undone. payload is kept as JSON and given to the handler of the kind.
func Add(tx db.Tx, kind string, payload any, options ...Option) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("the payload of a %s job: %w", kind, err)
	}
	j := &job{ID: db.NewID(), Kind: kind, Payload: string(text), RunAt: atOnce(), CreatedAt: db.At(time.Now())}
	for _, option := range options {
		option(j)
	}
	if err := insert(tx, j); err != nil {
		return fault.Wrap(err, "adding a %s job", kind)
	}
	db.Signal(tx, topic)
	return nil
}

// atOnce is a time that every clock has passed, also the moved clock of a test.
func atOnce() db.Instant { return db.At(time.Unix(0, 0)) }

// Permanent marks err as one that trying again will not mend: the job is dead at once.
func Permanent(err error) error { return permanent{err} }

type permanent struct{ error }

// Unwrap returns what was marked.
func (p permanent) Unwrap() error { return p.error }

func isPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// Decoded makes a handler of one that takes its payload as a T. A payload that is none is a permanent failure.
func Decoded[T any](handle func(ctx context.Context, payload T) error) func(ctx context.Context, payload []byte) error {
	return func(ctx context.Context, text []byte) error {
		var payload T
		if err := json.Unmarshal(text, &payload); err != nil {
			return Permanent(errors.New("the payload cannot be read")) // json's own error would quote it
		}
		return handle(ctx, payload)
	}
}

// Counts say how much work there is.
type Counts struct {
	Waiting int64      // not begun, or to be tried again
	Running int64      // under a lease
	Dead    int64      // given up
	Oldest  db.Instant // since when the one that has waited longest could have been begun; zero: none can yet
}

// Count counts the jobs of the given kinds, or of all when none is given: for commands that follow the server's
// progress, readiness and doctor.
func Count(ctx context.Context, d *db.DB, now time.Time, kinds ...string) (Counts, error) {
	c, err := count(d.Read(ctx), now, kinds)
	return c, fault.Wrap(db.Error(err), "counting jobs")
}
