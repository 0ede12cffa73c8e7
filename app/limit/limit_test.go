package limit

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

var noon = time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)

func newLimiter(d *db.DB) (*Limiter, *clock.Fake) {
	fake := clock.NewFake(noon)
	return New(d, fake.Now, []byte("a secret of thirty-two bytes, ok")), fake
}

func allow(t *testing.T, l *Limiter, key string, maximum int, per time.Duration) time.Duration {
	t.Helper()
	wait, err := l.Allow(t.Context(), key, maximum, per)
	if err != nil {
		t.Fatalf("Allow(%q): %v", key, err)
	}
	return wait
}

func TestTheModelsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, Models()...) })
}

func TestAttemptsBeyondTheMaximumWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, fake := newLimiter(d)
		for i := range 3 {
			if wait := allow(t, l, "post:a", 3, 10*time.Minute); wait != 0 {
				t.Fatalf("attempt %d waits %v", i+1, wait)
			}
			fake.Advance(time.Minute)
		}
		steps := []struct {
			name string
			move time.Duration
			key  string
			want time.Duration
		}{
			{"the fourth waits until the first is ten minutes old", 0, "post:a", 7 * time.Minute},
			{"a refused attempt does not count", time.Minute, "post:a", 6 * time.Minute},
			{"another key has a count of its own", 0, "post:b", 0},
			{"a microsecond too early is too early", 6*time.Minute - time.Microsecond, "post:a", time.Microsecond},
			{"the first has left, one more fits", time.Microsecond, "post:a", 0},
			{"but not two", 0, "post:a", time.Minute},
			{"after the whole period all is forgotten", time.Hour, "post:a", 0},
		}
		for _, step := range steps {
			fake.Advance(step.move)
			if got := allow(t, l, step.key, 3, 10*time.Minute); got != step.want {
				t.Errorf("%s: wait %v, want %v", step.name, got, step.want)
			}
		}
	})
}

func TestNoPeriodHoldsMoreThanTheMaximum(t *testing.T) {
	d := dbtest.Any(t)
	rapid.Check(t, func(r *rapid.T) {
		l, fake := newLimiter(d)
		key, maximum := db.NewID(), rapid.IntRange(1, 4).Draw(r, "maximum")
		const per = 10 * time.Second
		var allowed []time.Time
		for range rapid.IntRange(1, 20).Draw(r, "attempts") {
			fake.Advance(time.Duration(rapid.IntRange(0, 6000).Draw(r, "ms")) * time.Millisecond)
			wait, err := l.Allow(context.Background(), key, maximum, per)
			if err != nil {
				r.Fatal(err)
			}
			now := fake.Now()
			recent := slices.DeleteFunc(slices.Clone(allowed), func(at time.Time) bool { return !at.After(now.Add(-per)) })
			if (wait == 0) != (len(recent) < maximum) {
				r.Fatalf("%d of %d in the last %v, wait %v", len(recent), maximum, per, wait)
			}
			if wait == 0 {
				allowed = append(allowed, now)
			}
		}
	})
}

func TestManyAtOnceShareOneCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := newLimiter(d)
		other, _ := newLimiter(d) // another replica
		var allowed atomic.Int64
		var group sync.WaitGroup
		for i := range 40 {
			group.Go(func() {
				wait, err := []*Limiter{l, other}[i%2].Allow(t.Context(), "mail", 7, time.Hour)
				if err != nil {
					t.Error(err)
				}
				if wait == 0 {
					allowed.Add(1)
				}
			})
		}
		group.Wait()
		if n := allowed.Load(); n != 7 {
			t.Errorf("%d of 40 were allowed, want 7", n)
		}
	})
}

func TestAnAttemptThatIsUndoneWasNeverMade(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, _ := newLimiter(d)
		undone := errors.New("undone")
		for range 5 {
			err := d.Tx(t.Context(), func(tx db.Tx) error {
				if wait, err := l.AllowIn(tx, "mail", 1, time.Hour); err != nil || wait != 0 {
					t.Errorf("AllowIn: wait %v, %v", wait, err)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Fatal(err)
			}
		}
		if wait := allow(t, l, "mail", 1, time.Hour); wait != 0 {
			t.Errorf("waits %v after undone attempts", wait)
		}
	})
}

func TestTheTableTellsNobodyWhoDidWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, fake := newLimiter(d)
		allow(t, l, "mail:anna@exempel.se", 3, time.Hour)
		var rows []window
		if err := d.Read(t.Context()).Find(&rows).Error; err != nil || len(rows) != 1 {
			t.Fatalf("%d rows, %v", len(rows), err)
		}
		if strings.Contains(rows[0].KeyHash, "anna") || len(rows[0].KeyHash) != 32 {
			t.Errorf("the key is kept as %q", rows[0].KeyHash)
		}
		if New(d, fake.Now, []byte("another secret")).hash("mail:anna@exempel.se") == rows[0].KeyHash {
			t.Error("the hash does not depend on the secret")
		}
	})
}

func TestOldCountsAreSwept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, fake := newLimiter(d)
		allow(t, l, "short", 1, time.Minute)
		allow(t, l, "long", 1, time.Hour)
		fake.Advance(time.Minute)
		if n, err := l.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("swept %d, %v; want the short one", n, err)
		}
		if wait := allow(t, l, "long", 1, time.Hour); wait != 59*time.Minute {
			t.Errorf("the long one waits %v, want 59 minutes", wait)
		}
	})
}

func TestTheSweepIsPeriodicWork(t *testing.T) {
	d := dbtest.Any(t)
	l, fake := newLimiter(d)
	allow(t, l, "short", 1, time.Minute)
	fake.Advance(time.Hour)
	log := slog.New(slog.DiscardHandler)
	runner := jobs.New(d, log, fake.Now)
	l.Register(runner, log)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var n int64
		if err := d.Read(ctx).Model(&window{}).Count(&n).Error; err == nil && n == 0 {
			return
		}
	}
	t.Error("nobody swept")
}

func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	d := dbtest.Any(t)
	l, _ := newLimiter(d)
	d.Close()
	if _, err := l.Allow(t.Context(), "post", 1, time.Hour); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Allow: %v, want Unavailable", err)
	}
}

func TestNetworkStandsForOneClient(t *testing.T) {
	for _, c := range []struct{ name, address, want string }{
		{"an IPv4 address is itself", "192.0.2.1", "192.0.2.1"},
		{"so is one written as IPv6", "::ffff:192.0.2.1", "::ffff:192.0.2.1"},
		{"an IPv6 address is its first half", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"with its zone left out", "fe80::1%eth0", "fe80::/64"},
		{"what is no address is itself", "", ""},
	} {
		if got := Network(c.address); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
