package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/desk"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// rig is a desk with jobs that can be made to fail.
type rig struct {
	*testing.T
	d      *db.DB
	runner *jobs.Runner
	desk   *desk.Service
}

func newRig(t *testing.T, d *db.DB, tasks ...desk.Task) *rig {
	t.Helper()
	r := &rig{T: t, d: d, runner: jobs.New(d, slog.New(slog.DiscardHandler), time.Now)}
	for kind, title := range map[string]string{"mail.send": "Mejl", "search.update": "Sökindex"} {
		r.runner.Handle(kind, title, func(context.Context, []byte) error { return jobs.Permanent(errors.New("no luck")) })
	}
	r.desk = desk.New(desk.Options{DB: d, Now: time.Now, Runner: r.runner, Tasks: tasks})
	return r
}

// fail leaves n dead jobs of the kind, and returns the id of the last.
func (r *rig) fail(kind string, n int) string {
	r.Helper()
	err := r.d.Tx(r.Context(), func(tx db.Tx) (err error) {
		for i := range n {
			err = errors.Join(err, jobs.Add(tx, kind, "hemligt", jobs.About(fmt.Sprint("…@exempel.se ", i))))
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	_ = r.runner.Drain(r.Context())
	dead, err := jobs.ListDead(r.Context(), r.d, 0, 1)
	if err != nil || len(dead) == 0 {
		r.Fatal(dead, err)
	}
	return dead[0].ID
}

func (r *rig) as(role access.Role) context.Context {
	return access.With(r.Context(), access.Actor{ID: "0198-" + string(role), Role: role})
}

func (r *rig) strong(role access.Role) context.Context {
	return access.With(r.Context(), access.Actor{ID: "0198-" + string(role), Role: role, Strong: true})
}

func (r *rig) dead() int64 {
	r.Helper()
	c, err := jobs.Count(r.Context(), r.d, time.Now())
	if err != nil {
		r.Fatal(err)
	}
	return c.Dead
}

// told are the rows of the audit log, as "actor verb kind subject details".
func (r *rig) told() (rows []string) {
	r.Helper()
	err := r.d.Read(r.Context()).Raw(`SELECT actor || ' ' || verb || ' ' || subject_kind || ' ' || subject || ' ' || details FROM audit_log ORDER BY number`).Scan(&rows).Error
	if err != nil {
		r.Fatal(err)
	}
	return rows
}

func each(t *testing.T, test func(r *rig)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newRig(t, d)) })
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(r *rig) {
		id := r.fail("mail.send", 1)
		verbs := map[string]func(ctx context.Context) error{
			"Waiting":    func(ctx context.Context) error { _, err := r.desk.Waiting(ctx); return err },
			"Overview":   func(ctx context.Context) error { _, err := r.desk.Overview(ctx); return err },
			"Failed":     func(ctx context.Context) error { _, err := r.desk.Failed(ctx, 0, 20); return err },
			"FailedByID": func(ctx context.Context) error { _, err := r.desk.FailedByID(ctx, id); return err },
			"Retry":      func(ctx context.Context) error { return r.desk.Retry(ctx, id) },
			"RetryAll":   func(ctx context.Context) error { _, err := r.desk.RetryAll(ctx, "mail.send"); return err },
			"Discard":    func(ctx context.Context) error { return r.desk.Discard(ctx, id) },
		}
		for _, role := range []access.Role{access.Visitor, access.Follower, access.Member, access.Contact, access.Regional, access.Researcher, access.Editor} {
			for name, verb := range verbs {
				err := verb(r.strong(role))
				if name == "Waiting" && role == access.Editor {
					if err != nil {
						r.Errorf("an editor's desk: %v", err)
					}
					continue
				}
				if !fault.Is(err, fault.NotFound) {
					r.Errorf("%q may %s: %v", role, name, err)
				}
			}
		}
		for _, name := range []string{"FailedByID", "Discard"} {
			if err := verbs[name](r.as(access.Admin)); !fault.Is(err, fault.Unauthenticated) {
				r.Errorf("%s without a second factor a short while ago: %v", name, err)
			}
		}
		if r.dead() != 1 || len(r.told()) != 0 {
			r.Fatalf("%d dead, the log tells %q", r.dead(), r.told())
		}
		for _, name := range []string{"Waiting", "Overview", "Failed"} {
			if err := verbs[name](r.as(access.Admin)); err != nil {
				r.Errorf("an admin's %s: %v", name, err)
			}
		}
	})
}

func TestEachChangeIsToldOnceAndByWhom(t *testing.T) {
	each(t, func(r *rig) {
		first := r.fail("mail.send", 1)
		second := r.fail("mail.send", 3)
		other := r.fail("search.update", 1)
		admin := r.strong(access.Admin)
		if err := r.desk.Retry(admin, first); err != nil {
			r.Fatal(err)
		}
		if err := r.desk.Discard(admin, second); err != nil {
			r.Fatal(err)
		}
		if n, err := r.desk.RetryAll(admin, "mail.send"); err != nil || n != 2 {
			r.Fatal(n, err)
		}
		for name, again := range map[string]error{
			"Retry": r.desk.Retry(admin, first), "Discard": r.desk.Discard(admin, second),
			"RetryAll": func() error { _, err := r.desk.RetryAll(admin, "mail.send"); return err }(),
		} {
			if !fault.Is(again, fault.NotFound) {
				r.Errorf("%s twice: %v", name, again)
			}
		}
		want := []string{
			`0198-admin desk.retry job ` + first + ` {"attempts":1,"kind":"mail.send"}`,
			`0198-admin desk.discard job ` + second + ` {"attempts":1,"kind":"mail.send"}`,
			`0198-admin desk.retry-all jobs mail.send {"count":2}`,
		}
		if got := r.told(); fmt.Sprint(got) != fmt.Sprint(want) {
			r.Errorf("the log tells\n%q, want\n%q", got, want)
		}
		if left, err := r.desk.Failed(admin, 0, 20); err != nil || left.Total != 1 || len(left.Jobs) != 1 || left.Jobs[0].ID != other || left.Waiting != 3 || left.Oldest.IsZero() {
			r.Errorf("left: %+v, %v", left, err)
		}
	})
}

func TestWhatCannotBeToldIsNotDone(t *testing.T) {
	each(t, func(r *rig) {
		id := r.fail("mail.send", 1)
		nameless := access.With(r.Context(), access.Actor{ID: "no id, but words", Role: access.Admin, Strong: true})
		for name, err := range map[string]error{
			"Retry": r.desk.Retry(nameless, id), "Discard": r.desk.Discard(nameless, id),
			"RetryAll": func() error { _, err := r.desk.RetryAll(nameless, "mail.send"); return err }(),
		} {
			if err == nil {
				r.Errorf("%s was done", name)
			}
		}
		if r.dead() != 1 {
			r.Errorf("%d dead", r.dead())
		}
	})
}

func TestTheDeskTellsWhatWaitsForWhoeverAsks(t *testing.T) {
	task := func(title string, n int, err error) desk.Task {
		return desk.Task{Title: title, Path: "/" + title, Count: func(context.Context) (int, error) { return n, err }}
	}
	d := dbtest.Any(t)
	r := newRig(t, d, task("ansokningar", 3, nil), task("inget", 0, nil), task("annans", 0, fault.Missing("not for you")), task("fragor", 1, nil))
	titles := func(ctx context.Context) (all string) {
		waiting, err := r.desk.Waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range waiting {
			all += fmt.Sprintf("%s %s %d; ", w.Title, w.Path, w.Count)
		}
		return all
	}
	if got := titles(r.as(access.Editor)); got != "ansokningar /ansokningar 3; fragor /fragor 1; " {
		t.Errorf("an editor: %s", got)
	}
	r.fail("mail.send", 2)
	if got := titles(r.as(access.Editor)); got != "ansokningar /ansokningar 3; fragor /fragor 1; " {
		t.Errorf("an editor sees failed jobs: %s", got)
	}
	if got := titles(r.as(access.Admin)); got != "ansokningar /ansokningar 3; fragor /fragor 1; Arbeten som har misslyckats /admin/jobb 2; " {
		t.Errorf("an admin: %s", got)
	}
	if none, err := newRig(t, d).desk.Waiting(r.as(access.Editor)); err != nil || len(none) != 0 {
		t.Errorf("without tasks: %v, %v", none, err)
	}
	away := newRig(t, d, task("borta", 0, fault.New(fault.Unavailable, "", errors.New("away"))))
	if _, err := away.desk.Waiting(r.as(access.Editor)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a count that fails: %v", err)
	}
}

func TestTheOverviewTellsTheLastRowOfTheLog(t *testing.T) {
	each(t, func(r *rig) {
		if o, err := r.desk.Overview(r.as(access.Admin)); err != nil || o.Failed != 0 || o.Log.Number != 0 {
			r.Errorf("at first: %+v, %v", o, err)
		}
		r.fail("mail.send", 2)
		err := r.d.Tx(r.Context(), func(tx db.Tx) error {
			return errors.Join(audit.Add(tx, time.Now(), audit.Entry{Verb: "test.add"}), audit.Add(tx, time.Now(), audit.Entry{Verb: "test.add"}))
		})
		if err != nil {
			r.Fatal(err)
		}
		o, err := r.desk.Overview(r.as(access.Admin))
		v, err2 := audit.Verify(r.Context(), r.d, audit.Mark{})
		if err != nil || err2 != nil || o.Failed != 2 || o.Log != v.Last || v.Last.Number != 2 {
			r.Errorf("%+v, %+v, %v, %v", o, v, err, err2)
		}
	})
}
