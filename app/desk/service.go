package desk

import (
	"context"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/member"
)

// Options are what a Service is made of; all but Tasks are required.
type Options struct {
	DB     *db.DB
	Now    clock.Clock
	Runner *jobs.Runner // which knows what work is called
	Tasks  []Task       // of other features, in the order in which they are listed
}

// Service tells the office what waits. All its verbs take the actor from the context.
type Service struct {
	db     *db.DB
	now    clock.Clock
	runner *jobs.Runner
	tasks  []Task
}

// New returns the service. The jobs that have failed are its own task, after the others.
func New(o Options) *Service {
	s := &Service{db: o.DB, now: o.Now, runner: o.Runner}
	s.tasks = append(o.Tasks[:len(o.Tasks):len(o.Tasks)], Task{Title: "Arbeten som har misslyckats", Path: jobsPath, Count: s.countFailed})
	return s
}

// Waiting returns the tasks of which something waits for the actor. Editors and admins may call it; NotFound to others.
func (s *Service) Waiting(ctx context.Context) ([]Waiting, error) {
	if actor := access.From(ctx); !actor.Edits() {
		return nil, fault.Missing("the desk: %q does not edit", actor.Role)
	}
	var waiting []Waiting
	for _, task := range s.tasks {
		n, err := task.Count(ctx)
		switch {
		case fault.Is(err, fault.NotFound): // somebody else's
		case err != nil:
			return nil, fault.Wrap(err, "counting %s", task.Path)
		case n > 0:
			waiting = append(waiting, Waiting{Title: task.Title, Path: task.Path, Count: n})
		}
	}
	return waiting, nil
}

// Overview returns how the program is. Admins may call it; NotFound to others.
func (s *Service) Overview(ctx context.Context) (Overview, error) {
	failed, err := s.countFailed(ctx)
	if err != nil {
		return Overview{}, err
	}
	last, err := audit.Last(ctx, s.db)
	return Overview{Failed: failed, Log: last}, err
}

func (s *Service) countFailed(ctx context.Context) (int, error) {
	if err := mayAdmin(ctx); err != nil {
		return 0, err
	}
	counts, err := jobs.Count(ctx, s.db, s.now())
	return int(counts.Dead), err
}

// Failed returns a page of the jobs that were given up, size of them after those skipped. Admins may call it; NotFound to others.
func (s *Service) Failed(ctx context.Context, skip, size int) (Failed, error) {
	if err := mayAdmin(ctx); err != nil {
		return Failed{}, err
	}
	now := s.now()
	counts, err := jobs.Count(ctx, s.db, now)
	if err != nil {
		return Failed{}, err
	}
	f := Failed{Total: int(counts.Dead), Waiting: counts.Waiting, Running: counts.Running, Oldest: counts.Oldest, At: now}
	if f.Jobs, err = jobs.ListDead(ctx, s.db, skip, size); err != nil {
		return Failed{}, err
	}
	f.Kinds, err = jobs.DeadKinds(ctx, s.db)
	return f, err
}

// FailedByID returns one of them, for the page that asks whether it is to be removed. Admins who have proved a second factor a short while
// ago may call it; NotFound to others, and when it is there no more.
func (s *Service) FailedByID(ctx context.Context, id string) (jobs.Dead, error) {
	if err := mayDiscard(ctx); err != nil {
		return jobs.Dead{}, err
	}
	return jobs.DeadByID(s.db.Read(ctx), id)
}

// Retry has a job that was given up tried again at once. Admins may call it; NotFound to others, and when it was not given up or another
// was faster.
func (s *Service) Retry(ctx context.Context, id string) error {
	return s.change(ctx, "trying a job again", func(tx db.Tx) (audit.Entry, error) {
		was, err := jobs.Retry(tx, s.now(), id)
		return about("desk.retry", was), err
	})
}

// RetryAll does so with all jobs of a kind, and returns how many they were. Admins may call it; NotFound to others, and when there is none.
func (s *Service) RetryAll(ctx context.Context, kind string) (n int64, err error) {
	err = s.change(ctx, "trying all jobs of a kind again", func(tx db.Tx) (audit.Entry, error) {
		if n, err = jobs.RetryAll(tx, s.now(), kind); err == nil && n == 0 {
			err = fault.Missing("no dead job of the kind %q", kind)
		}
		return audit.Entry{Verb: "desk.retry-all", SubjectKind: "jobs", SubjectID: kind, Details: map[string]any{"count": n}}, err
	})
	return n, err
}

// Discard removes a job that was given up: what it was to do is never done. Admins who have proved a second factor a short while ago may
// call it; NotFound to others, and as Retry.
func (s *Service) Discard(ctx context.Context, id string) error {
	if err := mayDiscard(ctx); err != nil {
		return err
	}
	return s.change(ctx, "discarding a job", func(tx db.Tx) (audit.Entry, error) {
		was, err := jobs.Discard(tx, id)
		return about("desk.discard", was), err
	})
}

// change checks the right and runs one transaction, which tells the log what change has done.
func (s *Service) change(ctx context.Context, what string, change func(db.Tx) (audit.Entry, error)) error {
	if err := mayAdmin(ctx); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		done, err := change(tx)
		if err != nil {
			return err
		}
		done.ActorID = access.From(ctx).ID
		return audit.Add(tx, s.now(), done)
	})
	return fault.Wrap(err, "%s", what)
}

// about is what the log is told of a job.
func about(verb string, was jobs.Dead) audit.Entry {
	return audit.Entry{Verb: verb, SubjectKind: "job", SubjectID: was.ID, Details: map[string]any{"kind": was.Kind, "attempts": was.Attempts}}
}

func mayAdmin(ctx context.Context) error {
	if actor := access.From(ctx); actor.Role != access.Admin {
		return fault.Missing("the program's jobs: %q may not", actor.Role)
	}
	return nil
}

func mayDiscard(ctx context.Context) error {
	if err := mayAdmin(ctx); err != nil {
		return err
	}
	return member.Fresh(ctx)
}
