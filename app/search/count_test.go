package search

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

func member() context.Context {
	return access.With(context.Background(), access.Actor{ID: "1", Role: access.Member})
}

func editor() context.Context {
	return access.With(context.Background(), access.Actor{ID: "2", Role: access.Editor})
}

// counting is a set of counts at a clock of its own.
type counting struct {
	*Counts
	t     *testing.T
	clock *clock.Fake
}

func newCounting(t *testing.T, d *db.DB) counting {
	fake := clock.NewFake(noon())
	return counting{NewCounts(d, fake.Now, slog.New(slog.DiscardHandler)), t, fake}
}

func (c counting) add(ctx context.Context, text string, hits, times int) {
	for range times {
		c.Add(ctx, text, hits)
	}
}

func (c counting) flush() {
	c.t.Helper()
	if err := c.Flush(context.Background()); err != nil {
		c.t.Fatal(err)
	}
}

func (c counting) wantPopular(name, want string) {
	c.t.Helper()
	c.clock.Advance(popularEvery)
	got, err := c.Popular(context.Background(), 10)
	if strings.Join(got, ", ") != want || err != nil {
		c.t.Errorf("%s: popular are %q, %v; want %s", name, got, err, want)
	}
}

func (c counting) wantMissed(name, want string) {
	c.t.Helper()
	missed, err := c.Missed(editor(), 10)
	var got []string
	for _, m := range missed {
		got = append(got, fmt.Sprint(m.Words, " ", m.Count))
	}
	if strings.Join(got, ", ") != want || err != nil {
		c.t.Errorf("%s: missed are %q, %v; want %s", name, got, err, want)
	}
}

func TestSearchesAreCountedWithoutPerson(t *testing.T) {
	visitor := context.Background()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounting(t, d)
		c.add(visitor, "  Skolfrånvaro,  BoU ", 4, 2)
		c.add(visitor, "skolfrånvaro bou", 4, 1)
		c.add(visitor, "orosanmälan", 4, 4)
		c.add(visitor, "för få", 4, 2)
		c.add(visitor, "finns inte", 0, 3)
		c.add(member(), "stängt", 4, 5)
		c.add(member(), "saknas", 0, 2)
		c.add(editor(), "redaktörens prov", 0, 9)
		c.wantPopular("before they are written", "")
		c.flush()
		c.flush()
		c.wantPopular("only visitors' that found something, three times", "orosanmälan, skolfrånvaro bou")
		c.wantMissed("of all but editors", "finns inte 3, saknas 2")
		if some, err := c.Popular(visitor, 1); len(some) != 1 || err != nil {
			t.Errorf("one of them: %v, %v", some, err)
		}

		c.clock.Advance(24 * time.Hour)
		c.add(visitor, "för få", 4, 1)
		c.add(visitor, "finns inte", 0, 1)
		c.add(visitor, "saknas", 1, 1)
		c.flush()
		c.wantPopular("days are added", "orosanmälan, för få, skolfrånvaro bou")
		c.wantMissed("what is found now is missed no longer", "finns inte 4")

		c.clock.Advance(30 * 24 * time.Hour)
		c.wantPopular("a month later", "")
		c.wantMissed("a month later", "finns inte 1")
	})
}

func TestPersonalDataIsNotCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounting(t, d)
		for _, text := range []string{
			"", " ?! ", "20121212-1212 oro", "Kalle 121212-1212", "121212*1212", strings.Repeat("lång ", 30), strings.Repeat("å", 10_000), "\x00\xff\"",
		} {
			c.add(context.Background(), text, 0, 1)
		}
		c.flush()
		c.wantMissed("nothing", "")
	})
}

func TestCountsAreBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounting(t, d)
		for round := range 4 {
			for i := range maxBuffered + 100 {
				c.add(context.Background(), fmt.Sprint("ord ", round, " nummer ", i), 1, 1)
			}
			if n := len(c.waiting); n != maxBuffered {
				t.Errorf("%d wait", n)
			}
			c.flush()
		}
		var n int64
		if err := d.Read(t.Context()).Model(&tally{}).Count(&n).Error; err != nil || n != maxADay {
			t.Errorf("%d rows, want %d: %v", n, maxADay, err)
		}
		c.add(context.Background(), "ord 0 nummer 1", 1, 2)
		c.add(context.Background(), "ytterligare ett", 1, 3)
		c.flush()
		c.wantPopular("what is there already is still counted", "ord 0 nummer 1")
	})
}

func TestWhatCannotBeWrittenIsKept(t *testing.T) {
	d := dbtest.Any(t)
	c := newCounting(t, d)
	c.add(context.Background(), "ord", 1, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Flush(ctx); err == nil {
		t.Fatal("a flush whose context has ended succeeded")
	}
	c.add(context.Background(), "ord", 1, 1)
	c.flush()
	c.wantPopular("all three", "ord")
}

func TestCountsAreWrittenAtTheEnd(t *testing.T) {
	d := dbtest.Any(t)
	c := newCounting(t, d)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); c.Run(ctx) }()
	c.add(ctx, "ord", 1, 3)
	stop()
	<-done
	c.wantPopular("after the end", "ord")
}

func TestOldCountsAreForgotten(t *testing.T) {
	d := dbtest.Any(t)
	c := newCounting(t, d)
	c.add(context.Background(), "ord", 1, 3)
	c.flush()
	c.clock.Advance(32 * 24 * time.Hour)
	runner := jobs.New(d, slog.New(slog.DiscardHandler), c.clock.Now)
	c.Register(runner)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); runner.Run(ctx) }()
	defer func() { stop(); <-done }()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var n int64
		if err := d.Read(ctx).Model(&tally{}).Count(&n).Error; err == nil && n == 0 {
			return
		}
	}
	t.Error("nobody forgot")
}

func TestOnlyEditorsSeeWhatIsMissed(t *testing.T) {
	c := newCounting(t, dbtest.Any(t))
	for _, ctx := range []context.Context{context.Background(), member()} {
		if _, err := c.Missed(ctx, 10); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want NotFound", err)
		}
	}
}
