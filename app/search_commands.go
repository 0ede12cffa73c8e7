package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/search"
)

const (
	lookEvery    = 100 * time.Millisecond // how often a command looks how far the work is
	lostPatience = time.Minute            // without a sign of life
)

type searchReindex struct{}

// Run makes the search index anew while the old one answers. A server that runs on the data folder does the work.
func (searchReindex) Run(c *console) error {
	p := newProgress(c.out)
	r, err := c.atIndex(search.Reindex, p.show)
	p.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "Klart: %d dokument i sökindexet, på %.1f s\n", r.Done, r.UpdatedAt.Sub(r.CreatedAt.Time).Seconds())
	return nil
}

type searchCheck struct{}

// Run prints how the search index differs from the database, and fails when it does. It mends nothing: the server does that
// by itself.
func (searchCheck) Run(c *console) error {
	r, err := c.atIndex(search.Check, func(search.Run) {})
	if err != nil {
		return err
	}
	drift := r.Result.V.Drift
	for _, part := range []struct {
		name string
		ids  []string
	}{{"saknas", drift.Missing}, {"föråldrat", drift.Outdated}, {"överflödigt", drift.Surplus}} {
		for _, id := range part.ids {
			fmt.Fprintf(c.out, "%-11s  %s\n", part.name, id)
		}
	}
	if drift.Total() > 0 {
		fmt.Fprintf(c.err, "%d saknas, %d är föråldrade och %d överflödiga av %d dokument. Rätta med nuso search reindex\n",
			len(drift.Missing), len(drift.Outdated), len(drift.Surplus), r.Total)
		return errSaid
	}
	fmt.Fprintf(c.out, "Sökindexet stämmer med databasen: %d dokument\n", r.Total)
	return nil
}

// atIndex has a verb of the search index done, by the server that runs on the data folder or else here, shows how far it is,
// and returns what it came to.
func (c *console) atIndex(verb string, show func(search.Run)) (r search.Run, err error) {
	err = c.withHouse(func(h *house) error {
		release, err := db.LockFolder(h.cfg.DataDir)
		served := fault.Is(err, fault.Conflict)
		switch {
		case served: // by who holds it
		case err != nil:
			return err
		default:
			defer release()
			if err := h.prepare(c.ctx); err != nil {
				return err
			}
			if err := h.openSearch(c.ctx); err != nil {
				return err
			}
		}
		id, err := search.Start(c.ctx, h.db, verb, h.now)
		if err != nil {
			return err
		}
		work := h.runner.Drain
		if served {
			work = func(context.Context) error { return nil }
		}
		r, err = h.follow(c.ctx, id, work, show)
		return err
	})
	return r, err
}

// follow shows a run until it has ended, while work goes on beside it.
func (h *house) follow(ctx context.Context, id string, work func(context.Context) error, show func(search.Run)) (search.Run, error) {
	ctx, stop := context.WithCancel(ctx)
	worked := make(chan error, 1)
	ended := make(chan struct{})
	go func() { defer close(ended); worked <- work(ctx) }()
	defer func() { stop(); <-ended }()
	for failed := error(nil); ; {
		r, err := search.RunByID(ctx, h.db, id)
		switch {
		case ctx.Err() != nil:
			return r, errors.New("avbrutet. Arbetet ligger kvar och görs av servern")
		case err != nil:
			return r, err
		case r.State == search.Done:
			show(r)
			return r, nil
		case r.State == search.Failed:
			return r, fmt.Errorf("arbetet med sökindexet misslyckades: %s. Se loggen och försök igen", r.Result.V.Error)
		case failed != nil:
			return r, failed
		case h.now().Sub(r.UpdatedAt.Time) > lostPatience:
			return r, errors.New("servern tar inte hand om sökindexet. Starta om den, eller stoppa den och kör kommandot igen")
		}
		show(r)
		select {
		case failed = <-worked: // what its jobs failed with, maybe others than this; the row is looked at once more
		case <-ctx.Done():
		case <-time.After(lookEvery):
		}
	}
}

// progress shows how far a run is: a bar on a terminal, elsewhere a line for each tenth.
type progress struct {
	out      io.Writer
	terminal bool
	tenth    int64 // the last that was told
	drawn    bool
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// barWidth is that of the bar in characters.
const barWidth = 30

func (p *progress) show(r search.Run) {
	if r.Total == 0 {
		return
	}
	done := min(r.Done, r.Total)
	if p.terminal {
		full := int(done * barWidth / r.Total)
		fmt.Fprintf(p.out, "\r[%s%s] %3d %%  %d av %d", strings.Repeat("█", full), strings.Repeat("·", barWidth-full), done*100/r.Total, done, r.Total)
		p.drawn = true
		return
	}
	if tenth := done * 10 / r.Total; tenth > p.tenth {
		p.tenth = tenth
		fmt.Fprintf(p.out, "%d %%  %d av %d\n", tenth*10, done, r.Total)
	}
}

// end leaves the line of the bar.
func (p *progress) end() {
	if p.drawn {
		fmt.Fprintln(p.out)
	}
}
