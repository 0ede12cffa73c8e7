// Package check runs the project's tests: everything from a clean checkout to
// a count, on both databases and in a browser.
package check

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"nuso.se/tools/front"
	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
	"nuso.se/tools/pg"
	"nuso.se/tools/runner"
	"nuso.se/tools/tally"
)

// Test runs the Go tests on SQLite and PostgreSQL, the tools' own tests, and
// the browser tests against the built binary. The report is returned even
// with an error, which says why the run could not be finished.
func Test(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	needs := []machine.Program{machine.PostgreSQL()}
	if browserFiles(r) != nil {
		needs = append(needs, machine.Chromium())
	}
	if err := machine.Need(ctx, r.Out, needs...); err != nil {
		return report, err
	}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	database, err := startPostgres(ctx, r)
	if err != nil {
		return report, err
	}
	r.Out.Head("Go tests on SQLite and PostgreSQL")
	if err := goTests(ctx, r, report, r.Root, []string{"CGO_ENABLED=0", "NUSO_TEST_POSTGRES=" + database.URL}); err != nil {
		return report, err
	}
	r.Out.Head("tests of the tools")
	if err := goTests(ctx, r, report, r.Path("tools"), []string{"CGO_ENABLED=0"}); err != nil {
		return report, err
	}
	return report, browserTests(ctx, r, report)
}

// Race runs the Go tests with the race detector, on PostgreSQL: the pure-Go
// SQLite crawls under it.
func Race(ctx context.Context, r *runner.Runner) (*tally.Report, error) {
	report := &tally.Report{}
	if err := machine.Need(ctx, r.Out, machine.PostgreSQL(), machine.Compiler()); err != nil {
		return report, err
	}
	if err := front.Prepare(ctx, r); err != nil {
		return report, err
	}
	database, err := startPostgres(ctx, r)
	if err != nil {
		return report, err
	}
	r.Out.Head("Go tests with the race detector on PostgreSQL")
	return report, goTests(ctx, r, report, r.Root, []string{"CGO_ENABLED=1", "NUSO_TEST_ENGINES=postgres",
		"NUSO_TEST_POSTGRES=" + database.URL}, "-race")
}

func startPostgres(ctx context.Context, r *runner.Runner) (*pg.Server, error) {
	database, err := pg.Start(ctx, r.Guard)
	if err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	r.Out.Head("PostgreSQL %s on port %d, in a folder of its own that goes with this run", database.Version, database.Port)
	return database, nil
}

// goTests runs the tests of the module in dir.
func goTests(ctx context.Context, r *runner.Runner, report *tally.Report, dir string, env []string, flags ...string) error {
	args := append([]string{"test", "-json", "-shuffle=on", "-timeout=25m"}, flags...)
	cmd := guardian.Command(ctx, "go", append(args, "./...")...)
	cmd.Dir = dir
	cmd.Env = machine.Environ(append(env, "GOWORK=off", "TMPDIR="+r.Scratch)...)
	busy := &packages{busy: map[string]time.Time{}}
	r.Out.During(busy.String)
	return stream(ctx, r, report, cmd, func(out io.Reader) error {
		return tally.GoTests(out, r.Out, report, busy.watch)
	})
}

// packages are those whose tests run just now.
type packages struct {
	mu   sync.Mutex
	busy map[string]time.Time
	done int
}

func (p *packages) watch(name string, running bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if running {
		p.busy[name] = time.Now()
		return
	}
	delete(p.busy, name)
	p.done++
}

// String is the state in a few words.
func (p *packages) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.busy) == 0 {
		return fmt.Sprintf("building; %d packages done", p.done)
	}
	var names []string
	for name, since := range p.busy {
		names = append(names, fmt.Sprintf("%s since %s", name, time.Since(since).Round(time.Second)))
	}
	return fmt.Sprintf("%d packages done, at work: %s", p.done, strings.Join(names, ", "))
}
