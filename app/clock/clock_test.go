package clock_test

import (
	"sync"
	"testing"
	"time"

	"nuso.se/app/clock"
)

// at reads a Swedish wall-clock time: "2026-03-25 08:15", or with seconds.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if moment, err := time.ParseInLocation(layout, text, clock.Stockholm()); err == nil {
			return moment
		}
	}
	t.Fatalf("not a time: %q", text)
	return time.Time{}
}

func TestClocks(t *testing.T) {
	t.Run("the system's clock tells the machine's time", func(t *testing.T) {
		before := time.Now()
		if now := clock.System().Now(); now.Before(before) || now.After(time.Now()) {
			t.Errorf("Now() = %v", now)
		}
	})
	t.Run("a fixed clock stands still", func(t *testing.T) {
		moment := at(t, "2026-03-25 08:15")
		c := clock.Fixed(moment)
		for range 2 {
			if now := c.Now(); !now.Equal(moment) {
				t.Errorf("Now() = %v, want %v", now, moment)
			}
		}
	})
	t.Run("a fake clock goes where it is sent", func(t *testing.T) {
		fake := clock.NewFake(at(t, "2026-03-25 08:15"))
		var c clock.Clock = fake.Now
		if got := fake.Advance(90 * time.Minute); !got.Equal(at(t, "2026-03-25 09:45")) || !c.Now().Equal(got) {
			t.Errorf("after Advance: %v and %v", got, c.Now())
		}
		fake.Set(at(t, "2026-01-01"))
		if !c.Now().Equal(at(t, "2026-01-01")) {
			t.Errorf("after Set: %v", c.Now())
		}
	})
}

func TestAFakeClockIsSafeForConcurrentUse(t *testing.T) {
	start := at(t, "2026-03-25")
	fake := clock.NewFake(start)
	var done sync.WaitGroup
	for range 50 {
		done.Go(func() {
			fake.Advance(time.Second)
			_ = fake.Now()
		})
	}
	done.Wait()
	if got := fake.Now().Sub(start); got != 50*time.Second {
		t.Errorf("advanced %v, want 50s", got)
	}
}

func TestSoonest(t *testing.T) {
	early, late := at(t, "2026-03-25"), at(t, "2026-03-26")
	for _, row := range []struct {
		name  string
		times []time.Time
		want  time.Time
	}{
		{"nothing never changes", nil, time.Time{}},
		{"unset times do not count", []time.Time{{}, late, {}}, late},
		{"the earliest wins wherever it stands", []time.Time{late, early}, early},
		{"only unset times never change", []time.Time{{}, {}}, time.Time{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := clock.Soonest(row.times...); !got.Equal(row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}
