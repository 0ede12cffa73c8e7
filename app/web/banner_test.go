package web_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// banner is what stands above the pages, moved by hand.
type banner struct {
	text  atomic.Value
	asked atomic.Int64
	away  atomic.Bool
}

func (b *banner) read(context.Context) (string, error) {
	b.asked.Add(1)
	if b.away.Load() {
		return "", errors.New("away")
	}
	text, _ := b.text.Load().(string)
	return text, nil
}

func TestABannerStandsAboveEveryPageFromAnAnnouncementToAnother(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(o *web.Options)
	}{
		{"pages are kept", func(*web.Options) {}},
		{"no page is kept", func(o *web.Options) { o.NoCache = true }},
		{"while developing", func(o *web.Options) { o.Live = func(context.Context) error { return nil } }},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := &banner{}
			f := newFixture(t, func(o *web.Options) {
				o.Banner = b.read
				o.Who = func(context.Context, string) (access.Actor, error) {
					return access.Actor{ID: "1", Name: "Anna", Role: access.Member}, nil
				}
				row.change(o)
			})
			f.page("/", func() string { return "ord" })
			want := func(above string) {
				t.Helper()
				for range 2 { // made, and from the cache
					f.get("/").want(t, 200, "<body>"+above+"<h1>")
					f.get("/finns-inte").want(t, 404, "<body>"+above+"<h1>")
					f.get("/", "Cookie", "__Host-nuso=x").want(t, 200, "<body>"+above+"<h1>")
				}
			}
			want("")
			b.text.Store("Det här är en <övning>.")
			want("") // nothing has been announced
			f.announce(again)
			asked := b.asked.Load()
			want("<aside>Det här är en &lt;övning&gt;.</aside>")
			if more := b.asked.Load() - asked; more != 0 {
				t.Errorf("asked %d times for six pages", more)
			}
			b.text.Store("")
			f.announce(again)
			want("")
		})
	}
}

func TestWhatABannerCannotTellLeavesThePagesAsTheyAre(t *testing.T) {
	b := &banner{}
	b.text.Store("Övning")
	f := newFixture(t, func(o *web.Options) { o.Banner = b.read })
	renderings := f.counted("/")
	f.get("/").want(t, 200, "<aside>Övning</aside>")
	f.clock.Set(clock.At(2026, 3, 4, 13, 0, 0))
	b.away.Store(true)
	f.announce(again)
	f.get("/").want(t, 200, "<aside>Övning</aside>")
	if renderings() != 1 {
		t.Errorf("made %d times", renderings())
	}
	b.away.Store(false)
	f.announce(again)
	f.get("/")
	if renderings() != 2 {
		t.Errorf("when it can tell again: made %d times", renderings())
	}
}
