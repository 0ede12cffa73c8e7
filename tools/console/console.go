// Package console prints what a runner does so that a log shows life: every
// line at once, and a word about the state when nothing was said for a while.
package console

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// silence is how long nothing may be said before the state is told.
const silence = 20 * time.Second

// Console is a writer of whole lines that several goroutines may share.
type Console struct {
	mu    sync.Mutex
	out   io.Writer
	last  time.Time
	begun time.Time
	state func() string
}

// New returns a console that writes to out.
func New(out io.Writer) *Console {
	now := time.Now()
	return &Console{out: out, last: now, begun: now, state: func() string { return "at work" }}
}

// Say prints one line.
func (c *Console) Say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprintf(c.out, format+"\n", args...)
	c.last = time.Now()
}

// Head prints the heading of a step, with the time since the start.
func (c *Console) Head(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	c.Say("-- %s (%s)", text, time.Since(c.begun).Round(time.Second))
	c.During(func() string { return text })
}

// Write lets other programs' output through as it comes.
func (c *Console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = time.Now()
	return c.out.Write(p)
}

// During sets what is told when nothing else is said, until the next heading.
func (c *Console) During(state func() string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state = state
}

// Beat tells the state whenever nothing was said for a while, until ctx is done.
func (c *Console) Beat(ctx context.Context) {
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			c.mu.Lock()
			quiet, state := time.Since(c.last) >= silence, c.state
			c.mu.Unlock()
			if quiet {
				c.Say("   … %s: %s", time.Since(c.begun).Round(time.Second), state())
			}
		}
	}()
}
