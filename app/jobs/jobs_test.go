package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

// testClock is a clock that runs as the real one and can be moved.
type testClock struct{ ahead atomic.Int64 }

func (c *testClock) now() time.Time       { return time.Now().Add(time.Duration(c.ahead.Load())) }
func (c *testClock) move(d time.Duration) { c.ahead.Add(int64(d)) }

// bench is a database with a runner, a clock and what was logged.
type bench struct {
	*testing.T
	d     *db.DB
	clock *testClock
	log   *safeBuffer
}

type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}
func (b *safeBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.text.String() }

func each(t *testing.T, test func(b *bench)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		test(&bench{T: t, d: d, clock: &testClock{}, log: &safeBuffer{}})
	})
}

func (b *bench) runner() *Runner {
	return New(b.d, slog.New(slog.NewTextHandler(b.log, nil)), b.clock.now)
}

// run starts r and returns what ends it and waits for its end.
func (b *bench) run(r *Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	b.Cleanup(stop)
	return stop
}

func (b *bench) add(kind string, payload any, options ...Option) {
	b.Helper()
	err := b.d.Tx(b.Context(), func(tx db.Tx) error { return Add(tx, kind, payload, options...) })
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) jobs() (all []job) {
	b.Helper()
	if err := b.d.Read(b.Context()).Order("id").Find(&all).Error; err != nil {
		b.Fatal(err)
	}
	return all
}

// soon waits until ok is true.
func (b *bench) soon(what string, ok func() bool) {
	b.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("not within a minute: %s\n%s", what, b.log)
		}
	}
}

func TestRowsAreTheirTables(t *testing.T) {
	each(t, func(b *bench) { dbtest.Parity(b.T, b.d, &job{}, &lease{}) })
}

func TestAJobIsBegunRightAfterTheCommitAndNotBefore(t *testing.T) {
	each(t, func(b *bench) {
		r, begun := b.runner(), make(chan time.Time, 1)
		r.Poll = time.Hour
		r.Handle("a", "Arbete", Decoded(func(_ context.Context, payload map[string]string) error {
			if payload["x"] != "å" {
				b.Errorf("payload %v", payload)
			}
			begun <- time.Now()
			return nil
		}))
		b.run(r)
		time.Sleep(50 * time.Millisecond) // the first look is over
		var committed time.Time
		err := b.d.Tx(b.Context(), func(tx db.Tx) error {
			if err := Add(tx, "a", map[string]string{"x": "å"}); err != nil {
				return err
			}
			time.Sleep(50 * time.Millisecond)
			committed = time.Now()
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		at := <-begun
		if at.Before(committed) || at.Sub(committed) > 5*time.Second {
			b.Errorf("begun %v after the commit", at.Sub(committed))
		}
		b.soon("the job is done", func() bool { j := b.jobs()[0]; return !j.DoneAt.IsZero() && j.Payload == "" })
	})
}

func TestARolledBackTransactionLeavesNoJob(t *testing.T) {
	each(t, func(b *bench) {
		refused := errors.New("refused")
		err := b.d.Tx(b.Context(), func(tx db.Tx) error { return errors.Join(Add(tx, "a", nil), refused) })
		if !errors.Is(err, refused) || len(b.jobs()) != 0 {
			b.Errorf("%v, %d jobs", err, len(b.jobs()))
		}
	})
}

func TestAJobOfAnotherProcessIsFoundByLooking(t *testing.T) {
	each(t, func(b *bench) {
		r, done := b.runner(), make(chan struct{})
		r.Handle("a", "Arbete", func(context.Context, []byte) error { close(done); return nil })
		b.run(r)
		other := *b
		other.d = b.reopen()
		other.add("a", nil)
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			b.Error("not found within ten seconds")
		}
	})
}

// reopen opens the same database as another process would.
func (b *bench) reopen() *db.DB {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: dbtest.URLOf(b.T, b.d)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { d.Close() })
	return d
}

func TestTwoRunnersDoAThousandJobsOnceEach(t *testing.T) {
	const jobs = 1000
	each(t, func(b *bench) {
		err := b.d.Tx(b.Context(), func(tx db.Tx) error {
			for i := range jobs {
				if err := Add(tx, "a", i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		var mu sync.Mutex
		times, shares, total := map[string]int{}, [2]int{}, 0
		var both sync.WaitGroup // the faster runner waits until the other has begun too
		both.Add(2)
		for i := range 2 {
			one := *b
			one.d = b.reopen()
			r := one.runner()
			here := sync.OnceFunc(both.Done)
			r.Handle("a", "Arbete", func(_ context.Context, payload []byte) error {
				here()
				both.Wait()
				mu.Lock()
				defer mu.Unlock()
				times[string(payload)]++
				shares[i]++
				total++
				return nil
			})
			one.run(r)
		}
		b.soon("all done", func() bool {
			c, err := Count(b.Context(), b.d, b.clock.now())
			return err == nil && c.Waiting+c.Running == 0
		})
		mu.Lock()
		defer mu.Unlock()
		if len(times) != jobs || total != jobs || shares[0] == 0 || shares[1] == 0 {
			b.Errorf("%d different jobs, %d runs, shares %v", len(times), total, shares)
		}
	})
}

func TestJobsOfUnknownKindsStayUntouched(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return nil })
		b.add("of a newer program", "x")
		b.add("a", "y")
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		left := b.jobs()[0]
		if left.Attempts != 0 || left.LeasedBy != nil || !left.DoneAt.IsZero() || left.Payload != `"x"` || b.jobs()[1].DoneAt.IsZero() {
			b.Errorf("%+v", b.jobs())
		}
	})
}

func TestAJobWithAKeyWaitsOnce(t *testing.T) {
	each(t, func(b *bench) {
		r, runs := b.runner(), 0
		r.Handle("a", "Arbete", func(context.Context, []byte) error {
			runs++
			if runs == 1 {
				b.add("a", nil, Key("doc 1")) // what has changed while the first was at work
				b.add("a", nil, Key("doc 1"))
			}
			return nil
		})
		b.add("a", nil, Key("doc 1"))
		b.add("a", nil, Key("doc 1"))
		b.add("a", nil, Key("doc 2"))
		b.add("b", nil, Key("doc 1"))
		if n := len(b.jobs()); n != 3 {
			b.Errorf("%d jobs wait, want 3", n)
		}
		if err := r.Drain(b.Context()); err != nil {
			b.Fatal(err)
		}
		if runs != 3 {
			b.Errorf("%d runs, want 3", runs)
		}
	})
}

func TestAJobWaitsForItsTime(t *testing.T) {
	each(t, func(b *bench) {
		r, runs := b.runner(), 0
		r.Handle("a", "Arbete", func(context.Context, []byte) error { runs++; return nil })
		b.add("a", nil, At(b.clock.now().Add(time.Hour)))
		for _, want := range []int{0, 1, 1} {
			if err := r.Drain(b.Context()); err != nil || runs != want {
				b.Errorf("%d runs, want %d (%v)", runs, want, err)
			}
			b.clock.move(time.Hour)
		}
	})
}

func TestAFailingJobIsTriedAgainLaterAndLaterAndThenDead(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Attempts = 4
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return errors.New("no luck") })
		b.add("a", "hemligt")
		for attempt := 1; attempt <= r.Attempts; attempt++ {
			if err := r.Drain(b.Context()); err == nil || !strings.Contains(err.Error(), "no luck") {
				b.Fatalf("attempt %d: %v", attempt, err)
			}
			j := b.jobs()[0]
			if j.Attempts != attempt || j.LeasedBy != nil || j.LastError != "no luck" || j.DeadAt.IsZero() != (attempt < r.Attempts) {
				b.Errorf("after attempt %d: %+v", attempt, j)
			}
			if err := r.Drain(b.Context()); err != nil {
				b.Errorf("tried again at once: %v", err)
			}
			b.clock.move(firstWait << attempt)
		}
		c, err := Count(b.Context(), b.d, b.clock.now(), "a")
		if err != nil || c != (Counts{Dead: 1}) {
			b.Errorf("%+v, %v", c, err)
		}
		if strings.Contains(b.log.String(), "hemligt") || !strings.Contains(b.log.String(), "a job is dead") {
			b.Errorf("log:\n%s", b.log)
		}
	})
}

func TestWhatWillNeverSucceedIsDeadAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Handle("a", "Arbete", func(context.Context, []byte) error {
			return fmt.Errorf("sending: %w", Permanent(errors.New("no such address")))
		})
		r.Handle("b", "Arbete", Decoded(func(context.Context, int) error { return nil }))
		b.add("a", nil)
		b.add("b", "hemligt")
		_ = r.Drain(b.Context())
		for _, j := range b.jobs() {
			if j.DeadAt.IsZero() || j.Attempts != 1 || strings.Contains(j.LastError, "hemligt") {
				b.Errorf("%+v", j)
			}
		}
	})
}

func TestAPanicIsAFailureAndTheRunnerLives(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		var after atomic.Bool
		r.Handle("a", "Arbete", func(context.Context, []byte) error { panic("oj") })
		r.Handle("b", "Arbete", func(context.Context, []byte) error { after.Store(true); return nil })
		b.run(r)
		b.add("a", nil)
		b.soon("the panic is noted", func() bool { return b.jobs()[0].LastError == "panic: oj" })
		b.add("b", nil)
		b.soon("the next job is done", after.Load)
	})
}

func TestDoneAndOldDeadJobsAreSweptAway(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return nil })
		r.Handle("b", "Arbete", func(context.Context, []byte) error { return Permanent(errors.New("no")) })
		b.add("a", nil)
		b.add("b", nil)
		b.add("c", nil)
		_ = r.Drain(b.Context())
		for _, row := range []struct {
			later time.Duration
			want  string
		}{{0, "abc"}, {r.KeepDone + time.Minute, "bc"}, {r.KeepDead, "c"}} {
			b.clock.move(row.later)
			stop := b.run(r)
			b.soon("swept until only "+row.want+" is left", func() bool {
				left := ""
				for _, j := range b.jobs() {
					left += j.Kind
				}
				return left == row.want
			})
			stop()
		}
	})
}

func TestBackoffDoublesWithinItsBounds(t *testing.T) {
	for attempts, middle := range map[int]time.Duration{
		1: 5 * time.Second, 2: 10 * time.Second, 5: 80 * time.Second, 11: 5120 * time.Second, 12: 2 * time.Hour, 500: 2 * time.Hour,
	} {
		for range 100 {
			if got := backoff(attempts); got < middle*3/4 || got > middle*5/4 {
				t.Fatalf("after %d failures %v, want about %v", attempts, got, middle)
			}
		}
	}
}

func TestTwoHandlersOfOneKindAreAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("accepted")
		}
	}()
	r := New(nil, slog.New(slog.DiscardHandler), time.Now)
	for range 2 {
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return nil })
	}
}
