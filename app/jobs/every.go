package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"nuso.se/app/db"
)

// periodic is work to be done by one runner among all replicas, once a period.
type periodic struct {
	name    string
	period  time.Duration
	do      func(ctx context.Context) error
	next    time.Time // before this nobody may begin it; the row is not even read
	running atomic.Bool
}

// Every has do called by one runner among all replicas, for the first time at once and then not more often than once
// a period, counted from its beginnings, also when a runner dies over it. An error is logged and the next period is
// the next try. Name it like a kind, "feature.work"; call Every before Run.
func (r *Runner) Every(name string, period time.Duration, do func(ctx context.Context) error) {
	r.periodic = append(r.periodic, &periodic{name: name, period: period, do: do})
}

// beginPeriodic begins what is due and not running here.
func (r *Runner) beginPeriodic(ctx context.Context, group *sync.WaitGroup) {
	for _, p := range r.periodic {
		if p.running.Load() || r.now().Before(p.next) {
			continue
		}
		holder, ok := r.takePeriodic(ctx, p)
		if !ok {
			continue
		}
		p.running.Store(true)
		group.Go(func() {
			defer p.running.Store(false)
			r.workPeriodic(ctx, p, holder)
		})
	}
}

// takePeriodic takes the lease row if the time has come, and else notes when to look again. Failures are left to
// look, which tells of a database that is away.
func (r *Runner) takePeriodic(ctx context.Context, p *periodic) (holder string, ok bool) {
	row, err := begun(ctx, r.d, p.name)
	if err != nil {
		return "", false
	}
	now := r.now()
	if !row.BegunAt.IsZero() {
		p.next = row.BegunAt.Add(p.period)
		if row.LeasedUntil.After(p.next) {
			p.next = row.LeasedUntil.Time
		}
		if now.Before(p.next) {
			return "", false
		}
	}
	holder = r.name + "/" + db.NewID()
	taken, err := take(ctx, r.d, p.name, holder, now, now.Add(r.Lease), p.period)
	return holder, err == nil && taken
}

func (r *Runner) workPeriodic(ctx context.Context, p *periodic, holder string) {
	renew := func(ctx context.Context) (bool, error) {
		return updateLease(ctx, r.d, p.name, holder, map[string]any{"leased_until": db.At(r.now().Add(r.Lease))})
	}
	err := r.hold(ctx, renew, p.do)
	values := map[string]any{"leased_by": nil, "leased_until": nil, "last_error": ""}
	if err != nil {
		values["last_error"] = shorten(err.Error())
		r.log.Warn("periodic work failed", "name", p.name, "err", shorten(err.Error()))
	}
	r.note(p.name, func(ctx context.Context) (bool, error) { return updateLease(ctx, r.d, p.name, holder, values) })
}
