package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Runner works jobs off. The exported fields may be changed before the first Run or Drain.
type Runner struct {
	Workers  int           // jobs at a time
	Lease    time.Duration // after how long a dead runner's jobs are taken over
	Poll     time.Duration // how often to look when nothing nudges; each wait is 75 to 125 % of it
	Attempts int           // after how many failures a job is dead
	Grace    time.Duration // how long Run lets handlers finish after its ctx has ended
	KeepDone time.Duration // how long done jobs are kept, without payload
	KeepDead time.Duration // how long dead ones are

	d        *db.DB
	log      *slog.Logger
	now      func() time.Time
	name     string
	handlers map[string]handler
	periodic []*periodic
	nudge    chan struct{}
	failing  bool // the last look failed: said once
}

// New returns a runner of d's jobs that tells time by now. It does nothing before Run or Drain.
func New(d *db.DB, log *slog.Logger, now func() time.Time) *Runner {
	host, _ := os.Hostname()
	r := &Runner{
		Workers: 4, Lease: 30 * time.Second, Poll: 400 * time.Millisecond, Attempts: 20, Grace: 10 * time.Second,
		KeepDone: 24 * time.Hour, KeepDead: 30 * 24 * time.Hour,
		d: d, log: log, now: now, name: fmt.Sprintf("%s/%d", host, os.Getpid()),
		handlers: map[string]handler{}, nudge: make(chan struct{}, 1),
	}
	r.Every("jobs.sweep", time.Hour, func(ctx context.Context) error {
		return sweep(ctx, d, r.now().Add(-r.KeepDone), r.now().Add(-r.KeepDead))
	})
	return r
}

// handler does the jobs of a kind.
type handler struct {
	title string
	do    func(ctx context.Context, payload []byte) error
}

// Handle says who does jobs of a kind, before Run and Drain; title is what an admin calls such work, in Swedish: "Mejl". Jobs of kinds that nobody handles stay untouched for
// another program. A handler that returns an error or panics is tried again later (see Permanent); its ctx ends
// when the runner has lost the job or must stop.
func (r *Runner) Handle(kind, title string, handle func(ctx context.Context, payload []byte) error) {
	if r.handlers[kind].do != nil {
		panic("jobs: two handlers of " + kind)
	}
	r.handlers[kind] = handler{title: title, do: handle}
}

// Title returns what work of the kind is called; the kind itself when nobody here handles it.
func (r *Runner) Title(kind string) string { return cmp.Or(r.handlers[kind].title, kind) }

// Nudge makes Run look for jobs now. Adding a job in this process does it by itself.
func (r *Runner) Nudge() {
	select {
	case r.nudge <- struct{}{}:
	default:
	}
}

// Run works jobs and periodic work off until ctx ends. Then it begins nothing new, lets what runs finish for Grace,
// ends it, gives back the leases of what was not finished and returns. A database that is away is waited for.
func (r *Runner) Run(ctx context.Context) {
	stop := r.d.Listen(topic, r.Nudge)
	defer stop()
	working, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	var group sync.WaitGroup
	slots := make(chan struct{}, r.Workers)
	for ctx.Err() == nil {
		r.beginPeriodic(working, &group)
		for _, j := range r.look(ctx, r.Workers-len(slots)) {
			slots <- struct{}{}
			group.Go(func() {
				_ = r.work(working, j)
				<-slots
				r.Nudge() // there is room again
			})
		}
		r.pause(ctx)
	}
	r.finish(&group, end)
}

func (r *Runner) pause(ctx context.Context) {
	wait := time.NewTimer(r.Poll*3/4 + rand.N(r.Poll/2+1))
	defer wait.Stop()
	select {
	case <-ctx.Done():
	case <-r.nudge:
	case <-wait.C:
	}
}

// lastWords is how long handlers whose context has ended have to return and their leases to be given back.
const lastWords = 5 * time.Second

// finish waits for the work in hand: for Grace as it is, then with its context ended.
func (r *Runner) finish(group *sync.WaitGroup, end func()) {
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
		return
	case <-time.After(r.Grace):
	}
	end()
	select {
	case <-done:
	case <-time.After(lastWords):
		r.log.Warn("jobs did not stop in time; their leases will run out")
	}
}

// look claims jobs for free workers. A database that is away is told of once, not at every look.
func (r *Runner) look(ctx context.Context, free int) []job {
	claimed, err := r.claim(ctx, free)
	switch {
	case err != nil && ctx.Err() == nil && !r.failing:
		r.failing = true
		r.log.Error("looking for jobs fails", "err", err)
	case err == nil && r.failing:
		r.failing = false
		r.log.Info("looking for jobs works again")
	}
	return claimed
}

func (r *Runner) claim(ctx context.Context, limit int) ([]job, error) {
	if limit <= 0 || len(r.handlers) == 0 {
		return nil, nil
	}
	now, holder := r.now(), r.name+"/"+db.NewID()
	kinds := slices.Sorted(maps.Keys(r.handlers))
	claimed, err := claim(ctx, r.d, holder, now, now.Add(r.Lease), kinds, limit)
	return claimed, fault.Wrap(err, "claiming jobs")
}

// Drain works off all jobs that are due now, and those they add, in the caller's goroutine: for tests and for commands
// without a server. It returns the failures of handlers; those jobs wait for their next time. Jobs that another
// runner has are left to it.
func (r *Runner) Drain(ctx context.Context) error {
	var failures []error
	for ctx.Err() == nil {
		claimed, err := r.claim(ctx, 1)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		if len(claimed) == 0 {
			return errors.Join(failures...)
		}
		if err := r.work(ctx, claimed[0]); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(append(failures, ctx.Err())...)
}
