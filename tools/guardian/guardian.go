// Package guardian cleans up after a runner, whatever ends it: a normal return,
// a signal, or kill -9.
//
// The runner starts a second copy of its own program in a session of its own
// and keeps the writing end of a pipe to it. Every process group and folder
// that must not outlive the runner is written down the pipe. When the pipe
// closes, because the runner said Close or because it is no more, the second
// copy ends the processes and removes the folders. There is no other clean-up
// path, so the one for disasters is also the one that runs every day.
package guardian

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// flag tells a started copy of the program that it is the guardian.
const flag = "--guard-until-the-pipe-closes"

// Guardian is the runner's end of the pipe.
type Guardian struct {
	mu   sync.Mutex
	pipe *os.File
	cmd  *exec.Cmd
}

// Main must be the first call in main (or TestMain) of a program that uses
// Start. In the copy that guards it never returns.
func Main() {
	if len(os.Args) == 2 && os.Args[1] == flag {
		watch(os.Stdin)
		os.Exit(0)
	}
}

// Start starts the guarding copy of this program.
func Start() (*Guardian, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("finding the runner's own program: %w", err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making the guardian's pipe: %w", err)
	}
	cmd := exec.Command(self, flag)
	cmd.Stdin = r
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the guardian: %w", err)
	}
	r.Close()
	return &Guardian{pipe: w, cmd: cmd}, nil
}

// Close has everything noted ended and removed, and waits until it is done.
func (g *Guardian) Close() error {
	g.mu.Lock()
	g.pipe.Close()
	g.mu.Unlock()
	return g.cmd.Wait()
}

// Folder makes a temporary folder that is removed with the runner. An empty
// parent means the system's folder for temporary files.
func (g *Guardian) Folder(parent, pattern string) (string, error) {
	dir, err := os.MkdirTemp(parent, pattern)
	if err != nil {
		return "", fmt.Errorf("making a temporary folder: %w", err)
	}
	g.tell("folder %s", dir)
	return dir, nil
}

// Mounted has path unmounted with the runner, before any folder is removed.
func (g *Guardian) Mounted(path string) { g.tell("mount %s", path) }

// Command prepares a process in a group of its own, without standard input;
// the whole group is asked to end (SIGTERM) when ctx is done.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	return cmd
}

// Start starts a process made by Command and has its group ended with the
// runner: by stop first, by SIGKILL ten seconds later. Call Wait afterwards.
func (g *Guardian) Start(cmd *exec.Cmd, stop syscall.Signal) error {
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", cmd.Path, err)
	}
	g.tell("process %d %d %s", cmd.Process.Pid, int(stop), born(cmd.Process.Pid))
	return nil
}

// Wait waits for a process started by Start and forgets it.
func (g *Guardian) Wait(cmd *exec.Cmd) error {
	err := cmd.Wait()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	g.tell("forget %d", cmd.Process.Pid)
	return err
}

// Run is Start and Wait.
func (g *Guardian) Run(cmd *exec.Cmd) error {
	if err := g.Start(cmd, syscall.SIGTERM); err != nil {
		return err
	}
	return g.Wait(cmd)
}

// tell writes one line; a guardian that is gone is nobody to tell.
func (g *Guardian) tell(format string, args ...any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, err := fmt.Fprintf(g.pipe, format+"\n", args...)
	if err != nil && !errors.Is(err, os.ErrClosed) {
		fmt.Fprintln(os.Stderr, "the guardian does not answer:", err)
	}
}
