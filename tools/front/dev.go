package front

import (
	"context"
	"errors"
	"os"
	"syscall"

	"nuso.se/tools/guardian"
	"nuso.se/tools/runner"
)

// Dev serves the site from the files on disk and builds style sheets and
// modules again whenever one is saved, until ctx is done. The caller's
// settings apply.
func Dev(ctx context.Context, r *runner.Runner) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := guardian.Command(ctx, "node", "static/build.mjs", "--watch")
	serve := guardian.Command(ctx, r.Path("bin", "nuso"), "serve")
	serve.Env = append(os.Environ(), "NUSO_LIVE=.")
	watch.Dir, serve.Dir = r.Root, r.Root
	watch.Stdout, watch.Stderr = os.Stderr, os.Stderr
	serve.Stdout, serve.Stderr = os.Stdout, os.Stderr
	if err := r.Guard.Start(watch, syscall.SIGTERM); err != nil {
		return err
	}
	if err := r.Guard.Start(serve, syscall.SIGTERM); err != nil {
		return err
	}
	go func() {
		if r.Guard.Wait(watch) != nil && ctx.Err() == nil {
			r.Out.Say("the front end is no longer built on saving: see the message above, mend it, and run make dev again")
		}
	}()
	err := r.Guard.Wait(serve)
	if errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	return err
}
