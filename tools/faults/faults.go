// Package faults does to a served site what goes wrong in life: kill -9 while
// people write, commands cut short, a database that goes away, clients that
// dawdle, a full disk; and sees what is left of it.
package faults

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"nuso.se/tools/bench"
	"nuso.se/tools/figures"
	"nuso.se/tools/front"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
	"nuso.se/tools/site"
	"nuso.se/tools/tally"
)

// readyLimit is how many seconds a restart may take.
const readyLimit = 10.0

// faults is one run.
type faults struct {
	*runner.Runner
	sheet  *figures.Sheet
	bin    string
	rounds int
}

// scenario is one thing that goes wrong. A reason says why it could not be
// tried on this machine.
type scenario struct {
	name string
	try  func(*faults, context.Context) (reason string, err error)
}

func scenarios() []scenario {
	return []scenario{
		{"kill -9 while people write", (*faults).killServer},
		{"kill -9 while people log in and out", (*faults).killLogins},
		{"kill -9 of nuso content sync", (*faults).killSync},
		{"a second server on the same data", (*faults).secondServer},
		{"SIGTERM with requests in flight", (*faults).terminate},
		{"slow and half-open clients", (*faults).slowClients},
		{"the database goes away and comes back", (*faults).databaseAway},
		{"the disk is full", (*faults).fullDisk},
	}
}

// Run tries every scenario, or those whose names hold FAULT_ONLY; FAULT_ROUNDS
// (20) says how often what is random is repeated. The report counts a figure
// that meets its target as passed.
func Run(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	if err := machine.Need(ctx, r.Out, machine.PostgreSQL()); err != nil {
		return report, err
	}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	r.Out.Head("building the site")
	bin, err := site.Build(ctx, r)
	if err != nil {
		return report, err
	}
	f := &faults{Runner: r, sheet: figures.New(ctx, r.Root), bin: bin, rounds: 20}
	if n, err := strconv.Atoi(os.Getenv("FAULT_ROUNDS")); err == nil && n > 0 {
		f.rounds = n
	}
	for _, s := range scenarios() {
		if !strings.Contains(s.name, os.Getenv("FAULT_ONLY")) {
			continue
		}
		r.Out.Head("%s", s.name)
		reason, err := s.try(f, ctx)
		switch {
		case ctx.Err() != nil:
			return report, ctx.Err()
		case err != nil:
			r.Out.Say("%v", err)
			f.sheet.Missing(s.name, "it went wrong; see above")
		case reason != "":
			report.Skip(s.name, reason)
		}
	}
	return report, bench.Finish(r, f.sheet, "faults", report)
}

// serve starts a server that believes in the forwarded addresses that the
// writers make up, so that the limit for one client does not stop them.
func (f *faults) serve(ctx context.Context, data string, settings ...string) (*site.Site, error) {
	return site.Start(ctx, f.Runner, site.Options{Bin: f.bin, Data: data,
		Env: append([]string{"NUSO_TRUSTED_PROXIES=127.0.0.1,::1"}, settings...)})
}

// folder returns a new data folder's path.
func (f *faults) folder(name string) string { return filepath.Join(f.Scratch, "data-"+name) }

// stopped ends a server in the orderly way and says so if it would not.
func stopped(s *site.Site) error {
	if err := s.Stop(); err != nil {
		return fmt.Errorf("ending the server: %w; it said:\n%s", err, s.Said())
	}
	return nil
}
