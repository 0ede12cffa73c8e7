package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"nuso.se/tools/runner"
	"nuso.se/tools/tally"
)

// afterglow is how long a pipe may stay open after the program that was to
// write to it has ended: a process that a test left behind may hold it.
const afterglow = 5 * time.Second

// stream starts cmd and has read take in what it says. A cmd that fails while
// no test did is a failure of its own.
func stream(ctx context.Context, r *runner.Runner, report *tally.Report, cmd *exec.Cmd, read func(io.Reader) error) error {
	out, in, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe for %s: %w", filepath.Base(cmd.Path), err)
	}
	defer out.Close()
	cmd.Stdout, cmd.Stderr = in, in
	before := report.Failed
	err = r.Guard.Start(cmd, syscall.SIGTERM)
	in.Close()
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		err := r.Guard.Wait(cmd)
		out.SetReadDeadline(time.Now().Add(afterglow))
		ended <- err
	}()
	readErr := read(out)
	err = <-ended
	switch {
	case errors.Is(readErr, os.ErrDeadlineExceeded):
		report.Fail(fmt.Sprintf("%s: a process it started was still there %s after its end", filepath.Base(cmd.Path), afterglow))
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && report.Failed == before:
		report.Fail(fmt.Sprintf("%s: %v (see its message above)", filepath.Base(cmd.Path), err))
	}
	return readErr
}
