package jobs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestTheJobsOfADeadRunnerAreTakenOverWhenTheLeaseIsOut(t *testing.T) {
	each(t, func(b *bench) {
		r, runs := b.runner(), 0
		r.Handle("a", "Arbete", func(context.Context, []byte) error { runs++; return nil })
		b.add("a", nil)
		claimed, err := r.claim(b.Context(), 1) // and then it dies
		if err != nil || len(claimed) != 1 {
			b.Fatal(claimed, err)
		}
		for _, row := range []struct {
			later time.Duration
			want  int
		}{{0, 0}, {r.Lease / 2, 0}, {r.Lease, 1}} {
			b.clock.move(row.later)
			if err := r.Drain(b.Context()); err != nil || runs != row.want {
				b.Errorf("%v later: %d runs, want %d (%v)", row.later, runs, row.want, err)
			}
		}
		if j := b.jobs()[0]; j.Attempts != 2 || j.DoneAt.IsZero() {
			b.Errorf("%+v", j)
		}
	})
}

// TestAsAnotherProcess is no test of its own: another one starts this binary again with it, and kills it.
func TestAsAnotherProcess(t *testing.T) {
	url := os.Getenv("NUSO_TEST_PROCESS")
	if url == "" {
		return
	}
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, d: d, clock: &testClock{}, log: &safeBuffer{}}
	r := b.runner()
	r.Handle("a", "Arbete", func(context.Context, []byte) error { fmt.Println("begun"); select {} })
	r.Run(context.Background())
}

func TestAKilledProcessLosesNoJob(t *testing.T) {
	each(t, func(b *bench) {
		url := dbtest.URLOf(b.T, b.d)
		b.add("a", nil)
		other := exec.Command(os.Args[0], "-test.run=^TestAsAnotherProcess$")
		other.Env = append(os.Environ(), "NUSO_TEST_PROCESS="+url)
		if err := other.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
		b.soon("the other process has it", func() bool { return b.jobs()[0].LeasedBy != nil })
		if err := other.Process.Kill(); err != nil {
			b.Fatal(err)
		}
		_ = other.Wait()
		r, runs := b.runner(), 0
		r.Handle("a", "Arbete", func(context.Context, []byte) error { runs++; return nil })
		if err := r.Drain(b.Context()); err != nil || runs != 0 {
			b.Errorf("taken over before the lease was out: %d, %v", runs, err)
		}
		b.clock.move(2 * r.Lease)
		if err := r.Drain(b.Context()); err != nil || runs != 1 {
			b.Errorf("%d runs after the lease, want 1 (%v)", runs, err)
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	each(t, func(b *bench) {
		var runs atomic.Int32
		for range 2 {
			r := b.runner()
			r.Lease, r.Poll = 2*time.Second, 20*time.Millisecond
			r.Handle("a", "Arbete", func(ctx context.Context, _ []byte) error {
				runs.Add(1)
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(3 * time.Second):
					return nil
				}
			})
			b.run(r)
		}
		b.add("a", nil)
		b.soon("done", func() bool { return !b.jobs()[0].DoneAt.IsZero() })
		if runs.Load() != 1 || b.jobs()[0].Attempts != 1 {
			b.Errorf("%d runs", runs.Load())
		}
	})
}

func TestARunnerThatLostItsJobIsStoppedAndNotesNothing(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Lease = 60 * time.Millisecond
		r.Handle("a", "Arbete", func(ctx context.Context, _ []byte) error {
			err := b.d.Tx(b.Context(), func(tx db.Tx) error { return tx.Exec("UPDATE jobs SET leased_by = 'somebody else'").Error })
			if err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		})
		b.add("a", nil)
		if err := r.Drain(b.Context()); !errors.Is(err, errLost) {
			b.Errorf("got %v, want that the lease is lost", err)
		}
		if j := b.jobs()[0]; *j.LeasedBy != "somebody else" || !j.DoneAt.IsZero() || j.LastError != "" {
			b.Errorf("%+v", j)
		}
	})
}

func TestStopLetsWorkFinish(t *testing.T) {
	each(t, func(b *bench) {
		r, begun := b.runner(), make(chan struct{})
		r.Handle("a", "Arbete", func(ctx context.Context, _ []byte) error {
			close(begun)
			time.Sleep(200 * time.Millisecond)
			return ctx.Err()
		})
		stop := b.run(r)
		b.add("a", nil)
		<-begun
		stop()
		if j := b.jobs()[0]; j.DoneAt.IsZero() {
			b.Errorf("%+v", j)
		}
	})
}

func TestStopGivesBackWhatDoesNotFinish(t *testing.T) {
	each(t, func(b *bench) {
		r, begun := b.runner(), make(chan struct{}, 1)
		r.Grace = 50 * time.Millisecond
		r.Handle("a", "Arbete", func(ctx context.Context, _ []byte) error {
			begun <- struct{}{}
			<-ctx.Done()
			return fmt.Errorf("stopped: %w", ctx.Err())
		})
		stop := b.run(r)
		b.add("a", "kept")
		<-begun
		start := time.Now()
		stop()
		if took := time.Since(start); took > r.Grace+lastWords+time.Second {
			b.Errorf("stopping took %v", took)
		}
		j := b.jobs()[0]
		if j.LeasedBy != nil || j.Attempts != 0 || j.LastError != "" || j.Payload != `"kept"` {
			b.Errorf("%+v", j)
		}
		if c, err := Count(b.Context(), b.d, b.clock.now()); err != nil || c.Waiting != 1 || c.Running+c.Dead != 0 {
			b.Errorf("%+v, %v", c, err)
		}
	})
}

func TestADatabaseThatIsAwayIsToldOfOnce(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Poll = 5 * time.Millisecond
		r.Handle("a", "Arbete", func(context.Context, []byte) error { return nil })
		if err := b.d.Close(); err != nil {
			b.Fatal(err)
		}
		stop := b.run(r)
		b.soon("told", func() bool { return strings.Contains(b.log.String(), "looking for jobs fails") })
		time.Sleep(100 * time.Millisecond)
		stop()
		if n := strings.Count(b.log.String(), "looking for jobs fails"); n != 1 {
			b.Errorf("told %d times:\n%s", n, b.log)
		}
		if err := r.Drain(b.Context()); err == nil {
			b.Error("Drain says that all is done")
		}
	})
}

func TestPeriodicWorkIsDoneByOneRunnerOnceAPeriod(t *testing.T) {
	each(t, func(b *bench) {
		var runs, inside atomic.Int32
		for range 3 {
			r := b.runner()
			r.Poll = 5 * time.Millisecond
			r.Every("x.count", time.Hour, func(context.Context) error {
				if inside.Add(1) != 1 {
					b.Error("two do it at once")
				}
				time.Sleep(20 * time.Millisecond)
				inside.Add(-1)
				runs.Add(1)
				return errors.New("not today")
			})
			b.run(r)
		}
		for want := int32(1); want <= 3; want++ {
			b.soon(fmt.Sprint("run ", want), func() bool { return runs.Load() == want })
			time.Sleep(100 * time.Millisecond)
			if runs.Load() != want {
				b.Fatalf("%d runs in a period", runs.Load()-want+1)
			}
			b.clock.move(time.Hour)
		}
		b.soon("the failure is noted", func() bool {
			l, err := begun(b.Context(), b.d, "x.count")
			return err == nil && l.LastError == "not today" && l.LeasedBy == nil
		})
	})
}

func TestPeriodicWorkOfADeadRunnerWaitsForPeriodAndLease(t *testing.T) {
	each(t, func(b *bench) {
		ctx, runs := b.Context(), atomic.Int32{}
		dead := b.clock.now()
		if ok, err := take(ctx, b.d, "x", "dead", dead, dead.Add(30*time.Second), 10*time.Second); !ok || err != nil {
			b.Fatal(ok, err)
		}
		r := b.runner()
		r.Poll = 5 * time.Millisecond
		r.Every("x", 10*time.Second, func(context.Context) error { runs.Add(1); return nil })
		b.run(r)
		time.Sleep(50 * time.Millisecond)
		b.clock.move(15 * time.Second) // the period is over, the lease not
		time.Sleep(50 * time.Millisecond)
		if runs.Load() != 0 {
			b.Error("done while the lease of another lasted")
		}
		b.clock.move(20 * time.Second)
		b.soon("taken over", func() bool { return runs.Load() == 1 })
	})
}

func TestPeriodicPanicsAreNotedToo(t *testing.T) {
	each(t, func(b *bench) {
		r := b.runner()
		r.Every("x", time.Hour, func(context.Context) error { panic("oj") })
		b.run(r)
		b.soon("noted", func() bool {
			l, err := begun(b.Context(), b.d, "x")
			return err == nil && l.LastError == "panic: oj"
		})
	})
}

func TestPeriodicWorkThatAnotherHasTakenOverIsStoppedAndNotesNothing(t *testing.T) {
	each(t, func(b *bench) {
		r, stopped := b.runner(), make(chan struct{})
		r.Lease = 60 * time.Millisecond
		r.Every("x", time.Hour, func(ctx context.Context) error {
			defer close(stopped)
			err := b.d.Tx(b.Context(), func(tx db.Tx) error { return tx.Exec("UPDATE jobs_leases SET leased_by = 'somebody else'").Error })
			if err != nil {
				return err
			}
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Second):
				b.Error("not stopped")
			}
			return ctx.Err()
		})
		end := b.run(r)
		<-stopped
		end()
		if l, err := begun(b.Context(), b.d, "x"); err != nil || l.LeasedBy == nil || *l.LeasedBy != "somebody else" || l.LastError != "" {
			b.Errorf("%+v, %v", l, err)
		}
	})
}
