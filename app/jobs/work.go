package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

const (
	firstWait = 5 * time.Second
	longWait  = 2 * time.Hour
	errorSize = 500 // runes kept of an error
)

var errLost = errors.New("the lease is lost: another runner has the job")

// work runs the handler of a claimed job and notes the outcome. It returns the handler's failure.
func (r *Runner) work(ctx context.Context, j job) error {
	err := r.hold(ctx, r.renewal(j.ID, *j.LeasedBy), func(ctx context.Context) error {
		return r.handlers[j.Kind].do(ctx, []byte(j.Payload))
	})
	if errors.Is(err, errLost) {
		r.log.Warn("a job took longer than its lease could be kept", "kind", j.Kind, "id", j.ID)
		return fmt.Errorf("%s job %s: %w", j.Kind, j.ID, err)
	}
	values := r.outcome(j, err, ctx.Err() != nil)
	r.note(j.Kind, func(ctx context.Context) (bool, error) { return update(ctx, r.d, j.ID, *j.LeasedBy, values) })
	if err != nil {
		return fmt.Errorf("%s job %s: %w", j.Kind, j.ID, err)
	}
	return nil
}

// outcome says what to write: done, to be tried again, dead, or, when the runner was told to stop, given back as if
// never begun.
func (r *Runner) outcome(j job, err error, stopped bool) map[string]any {
	now := r.now()
	values := map[string]any{"leased_by": nil, "leased_until": nil}
	switch {
	case err == nil:
		values["done_at"], values["payload"], values["about"], values["last_error"] = db.At(now), "", "", ""
		return values
	case stopped:
		values["attempts"] = j.Attempts - 1
		return values
	}
	values["last_error"] = told(err)
	if isPermanent(err) || j.Attempts >= r.Attempts {
		values["dead_at"] = db.At(now)
		r.log.Error("a job is dead", "kind", j.Kind, "id", j.ID, "attempts", j.Attempts, "err", shorten(err.Error()))
		return values
	}
	wait := backoff(j.Attempts)
	values["run_at"] = db.At(now.Add(wait))
	r.log.Warn("a job failed", "kind", j.Kind, "id", j.ID, "attempts", j.Attempts, "again_in", wait, "err", shorten(err.Error()))
	return values
}

// backoff is how long to wait after the nth failure: doubling from five seconds to two hours, and spread by a quarter
// each way, so that what failed together does not come back together.
func backoff(attempts int) time.Duration {
	wait := longWait
	if attempts < 12 {
		wait = min(longWait, firstWait<<max(0, attempts-1))
	}
	return wait*3/4 + rand.N(wait/2)
}

// told is what is kept of a failure: its text for people where it has one. The log has the whole.
func told(err error) string {
	if f := fault.Of(err); f != nil && f.Text != "" {
		return shorten(f.Text)
	}
	return shorten(err.Error())
}

func shorten(text string) string {
	if runes := []rune(text); len(runes) > errorSize {
		return string(runes[:errorSize]) + "…"
	}
	return text
}

// hold runs do while it renews a lease, three times in its length. A lease that is lost ends do's context, and hold
// returns errLost. A panic comes back as an error; its stack is logged.
func (r *Runner) hold(ctx context.Context, renew func(context.Context) (bool, error), do func(context.Context) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	finished := make(chan struct{})
	renewing := make(chan struct{})
	go func() {
		defer close(renewing)
		tick := time.NewTicker(r.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-finished:
				return
			case <-tick.C:
			}
			if held, err := renew(context.WithoutCancel(ctx)); err == nil && !held {
				end(errLost)
				return
			}
		}
	}()
	err := r.guarded(ctx, do)
	close(finished)
	<-renewing
	if errors.Is(context.Cause(ctx), errLost) {
		return errLost
	}
	return err
}

func (r *Runner) guarded(ctx context.Context, do func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error("a job panicked", "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do(ctx)
}

func (r *Runner) renewal(id, holder string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		return update(ctx, r.d, id, holder, map[string]any{"leased_until": db.At(r.now().Add(r.Lease))})
	}
}

// note writes an outcome, again and again for a while if the database is away: done work that is not noted would be
// done once more.
func (r *Runner) note(what string, write func(context.Context) (held bool, err error)) {
	ctx, cancel := context.WithTimeout(context.Background(), r.Lease)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		held, err := write(ctx)
		if err == nil && !held {
			r.log.Warn("a job was taken over by another runner before its outcome was noted", "kind", what)
		}
		if err == nil {
			return
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			r.log.Error("the outcome of a job could not be noted", "kind", what, "err", err)
			return
		}
	}
}
