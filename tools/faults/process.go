package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/site"
)

// secondServer starts a second server on the data of a first: it is refused
// within five seconds with a reason, and after kill -9 the next one starts.
func (f *faults) secondServer(ctx context.Context) (string, error) {
	s, err := f.serve(ctx, f.folder("second"))
	if err != nil {
		return "", err
	}
	defer s.Kill()
	var said strings.Builder
	limited, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	second := guardian.Command(limited, f.bin, "serve")
	second.Dir = f.Scratch
	second.Env = site.Env(s.Data, "NUSO_ADDR=127.0.0.1:0")
	second.Stdout, second.Stderr = &said, &said
	begun := time.Now()
	err = f.Guard.Run(second)
	if err == nil {
		return "", errors.New("a second server on the same data ended without an error")
	}
	f.sheet.AtMost(5, time.Since(begun).Seconds(), "s", "a second server on the same data: refused after")
	words := len(strings.Fields(said.String()))
	f.sheet.AtLeast(3, float64(words), "words", "a second server on the same data: the reason it gives")
	f.Out.Say("   it says: %s", strings.TrimSpace(said.String()))
	if status, _, err := get(ctx, s, "/"); err != nil || status != http.StatusOK {
		return "", fmt.Errorf("the first server suffered: status %d, %w", status, err)
	}
	s.Kill()
	next, err := f.serve(ctx, s.Data)
	if err != nil {
		return "", fmt.Errorf("starting after kill -9: %w", err)
	}
	f.sheet.AtMost(readyLimit, next.Ready.Seconds(), "s", "a start after kill -9: ready after")
	return "", stopped(next)
}

// The clients that dawdle.
const (
	halfOpen  = 500
	dripping  = 100
	slowLimit = 20.0 // s until the server has let go of them
)

// slowClients opens connections that send half a request, or a letter at a
// time, and sees whether others are served and the slow ones let go.
func (f *faults) slowClients(ctx context.Context) (string, error) {
	s, err := f.serve(ctx, f.folder("slow"))
	if err != nil {
		return "", err
	}
	defer s.Kill()
	begun := time.Now()
	var open atomic.Int64
	var wg sync.WaitGroup
	for i := range halfOpen + dripping {
		c, err := net.Dial("tcp", s.Addr)
		if err != nil {
			return "", fmt.Errorf("opening connection %d: %w", i, err)
		}
		open.Add(1)
		wg.Go(func() {
			defer open.Add(-1)
			dawdle(c, i < dripping)
		})
	}
	slowest, err := f.serveOthers(ctx, s, func() bool { return time.Since(begun) < 3*time.Second })
	if err != nil {
		return "", err
	}
	f.sheet.AtMost(1, slowest, "s", "%d half-open and %d dripping clients: slowest answer to others", halfOpen, dripping)
	for open.Load() > 0 && time.Since(begun) < 90*time.Second && ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
	}
	f.sheet.AtMost(slowLimit, time.Since(begun).Seconds(), "s", "slow clients: until the server has let go of all")
	if mb, err := s.Memory(); err == nil {
		f.sheet.AtMost(120, mb, "MB", "slow clients: memory afterwards")
	}
	err = stopped(s)
	wg.Wait()
	return "", err
}

// dawdle sends half a request, or one letter a second, until the server closes
// the connection or a minute and a half has gone.
func dawdle(c net.Conn, drip bool) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(90 * time.Second))
	fmt.Fprint(c, "GET /nyheter HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	if drip {
		go func() {
			for {
				if _, err := c.Write([]byte("a")); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
	}
	io.Copy(io.Discard, c)
}

// serveOthers asks for pages while more says so and returns the slowest time.
func (f *faults) serveOthers(ctx context.Context, s *site.Site, more func() bool) (slowest float64, err error) {
	for more() {
		begun := time.Now()
		status, _, err := get(ctx, s, "/nyheter")
		if err != nil || status != http.StatusOK {
			return 0, fmt.Errorf("others were not served: status %d, %w", status, err)
		}
		slowest = max(slowest, time.Since(begun).Seconds())
		time.Sleep(20 * time.Millisecond)
	}
	return slowest, nil
}

// errNotYet is what a wait ends with.
var errNotYet = errors.New("it did not happen in time")

// wait asks until done or the time is over, and returns how long it took.
func wait(ctx context.Context, limit time.Duration, done func() bool) (float64, error) {
	begun := time.Now()
	for time.Since(begun) < limit && ctx.Err() == nil {
		if done() {
			return time.Since(begun).Seconds(), nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return 0, errNotYet
}

// mount puts a small file system of its own at dir.
func mount(dir string, megabytes int) error {
	return mountTemporary(dir, fmt.Sprintf("size=%dm", megabytes))
}

// isFull reports whether an error says that a disk is full.
func isFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }
