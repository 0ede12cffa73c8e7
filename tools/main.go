// The tool behind the Makefile: tests, checks, figures and faults. Its module
// is its own, so that what it needs moves no version of the product.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"

	"nuso.se/tools/bench"
	"nuso.se/tools/check"
	"nuso.se/tools/faults"
	"nuso.se/tools/front"
	"nuso.se/tools/guardian"
	"nuso.se/tools/lint"
	"nuso.se/tools/load"
	"nuso.se/tools/runner"
	"nuso.se/tools/tally"
)

// verb is one thing the tool can do; a report is printed with its count last.
type verb func(context.Context, *runner.Runner) (*tally.Report, error)

// verbs are what the Makefile may ask for.
func verbs() map[string]verb {
	return map[string]verb{
		"front":  silent(front.Prepare),
		"dev":    silent(front.Dev),
		"test":   check.Test,
		"race":   check.Race,
		"lint":   lint.Run,
		"bench":  bench.Run,
		"load":   load.Run,
		"faults": faults.Run,
	}
}

func main() {
	guardian.Main()
	os.Exit(run(os.Args[1:]))
}

// run does one verb and returns the exit status.
func run(args []string) int {
	if len(args) != 1 || verbs()[args[0]] == nil {
		fmt.Fprintln(os.Stderr, "usage: tools VERB, where VERB is front, dev, test, race, lint, bench, load or faults; see the Makefile")
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	runner.Orphaned(ctx, cancel)
	r, err := runner.New(os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	r.Out.Beat(ctx)
	report, err := verbs()[args[0]](ctx, r)
	interrupted := ctx.Err() != nil
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	return finish(report, err, interrupted)
}

// finish prints what the run came to.
func finish(report *tally.Report, err error, interrupted bool) int {
	switch {
	case interrupted && report != nil:
		report.Fail("interrupted before the end")
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		if report != nil {
			report.Fail("the run itself: " + firstLine(err))
		}
	}
	if report != nil {
		report.Print(os.Stdout)
		err = nil
	}
	var exit *exec.ExitError
	switch {
	case interrupted:
		return 130
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return exit.ExitCode()
	case err != nil || report != nil && report.Failed > 0:
		return 1
	}
	return 0
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// silent is a verb without a report.
func silent(do func(context.Context, *runner.Runner) error) verb {
	return func(ctx context.Context, r *runner.Runner) (*tally.Report, error) { return nil, do(ctx, r) }
}
