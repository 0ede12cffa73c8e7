// Package runner is what every verb of the tool starts from: the project's
// root, a console, a guardian, and a folder for this run alone.
package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"nuso.se/tools/console"
	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
)

// Runner belongs to one run of one verb.
type Runner struct {
	Root    string // the clone
	Out     *console.Console
	Guard   *guardian.Guardian
	Scratch string // removed with the run
}

// New finds the root from the working folder and starts a guardian. Close the
// runner afterwards.
func New(out io.Writer) (*Runner, error) {
	root, err := findRoot()
	if err != nil {
		return nil, err
	}
	guard, err := guardian.Start()
	if err != nil {
		return nil, err
	}
	scratch, err := guard.Folder("", "nuso-run-*")
	if err != nil {
		guard.Close()
		return nil, err
	}
	return &Runner{Root: root, Out: console.New(out), Guard: guard, Scratch: scratch}, nil
}

// Close ends everything the run started and removes what it made.
func (r *Runner) Close() error { return r.Guard.Close() }

// Path returns a path below the root.
func (r *Runner) Path(elem ...string) string {
	return filepath.Join(append([]string{r.Root}, elem...)...)
}

// Command runs a program in the root with a clean environment and returns what
// it said; the error of a failed one carries that text too.
func (r *Runner) Command(ctx context.Context, env []string, name string, args ...string) (string, error) {
	return r.CommandIn(ctx, r.Root, env, name, args...)
}

// CommandIn is Command in another folder.
func (r *Runner) CommandIn(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	cmd := guardian.Command(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = machine.Environ(append([]string{"GOWORK=off", "CGO_ENABLED=0"}, env...)...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := r.Guard.Run(cmd); err != nil {
		return said.String(), fmt.Errorf("%s %v: %w\n%s", filepath.Base(name), args, err, said.String())
	}
	return said.String(), nil
}

// Orphaned calls cancel when the process that started this one is no more, so
// that kill -9 of make ends the run too.
func Orphaned(ctx context.Context, cancel func()) {
	parent := os.Getppid()
	go func() {
		for ctx.Err() == nil {
			if os.Getppid() != parent {
				cancel()
				return
			}
			time.Sleep(500 * time.Millisecond)
		}
	}()
}

// findRoot walks up from the working folder to the product's go.mod.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working folder: %w", err)
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && bytes.HasPrefix(text, []byte("module nuso.se\n")) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("not inside a clone of the project: run this through make in its root")
		}
		dir = up
	}
}
