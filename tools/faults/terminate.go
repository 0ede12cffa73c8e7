package faults

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"nuso.se/tools/site"
)

// habits are the clients that ask for searches while the server is told to end:
// how many, whether they keep their connections, and how long they pause at most.
func habits() []habit {
	return []habit{
		{clients: 8, keeps: true},
		{clients: 40, keeps: true, pause: 400 * time.Millisecond},
		{clients: 4},
		{clients: 8, pause: 40 * time.Millisecond},
	}
}

type habit struct {
	clients int
	keeps   bool
	pause   time.Duration
}

// A kept connection may be closed at any time, and every client of HTTP must
// expect that this crosses its next request. It is told apart from a failure:
// for draining after the signal the server must not do it at all, and then the
// request was sent at most crossing before the end was seen, and not one byte
// of an answer came.
const (
	draining = 400 * time.Millisecond
	crossing = 20 * time.Millisecond
)

// errUnread is a connection's end before the first byte of an answer.
var errUnread = errors.New("closed without an answer")

// volley is one restart: what became of the requests around the signal.
type volley struct {
	site *site.Site
	told atomic.Int64 // when the signal was sent, in ns; 0: not yet

	before, after, failed, crossed atomic.Int64
}

// terminate sends SIGTERM under load, on kept connections and on new ones:
// every request that reaches the server is answered in full.
func (f *faults) terminate(ctx context.Context) (string, error) {
	var before, after, failed, crossed int64
	slowest := 0.0
	rounds := max(5, f.rounds/2)
	for range rounds {
		s, err := f.serve(ctx, f.folder("terminate"), "NUSO_PAGE_CACHE=off")
		if err != nil {
			return "", err
		}
		v := volley{site: s}
		took, err := v.fire(f)
		if err != nil {
			return "", err
		}
		slowest = max(slowest, took)
		before, after = before+v.before.Load(), after+v.after.Load()
		failed, crossed = failed+v.failed.Load(), crossed+v.crossed.Load()
	}
	held, err := f.terminateHeld(ctx)
	if err != nil {
		return "", err
	}
	f.sheet.AtLeast(float64(20*rounds), float64(after), "", "SIGTERM under load, %d times: requests sent after it and answered", rounds)
	f.sheet.AtMost(0, float64(failed), "", "SIGTERM: requests that failed, of %d", before+after+failed+crossed)
	f.sheet.Record(float64(crossed), "", "SIGTERM: requests that crossed the end of an idle connection")
	f.sheet.AtMost(25, slowest, "s", "SIGTERM under load: until the server has ended")
	f.sheet.AtMost(25, held, "s", "SIGTERM with half-open clients: until the server has ended")
	return "", nil
}

// fire ends the server in the midst of the load and returns after how many
// seconds it had ended.
func (v *volley) fire(f *faults) (float64, error) {
	var wg sync.WaitGroup
	for _, h := range habits() {
		for range h.clients {
			wg.Go(func() {
				for v.visit(f, h) {
				}
			})
		}
	}
	time.Sleep(400 * time.Millisecond)
	begun := time.Now()
	v.told.Store(begun.UnixNano())
	err := stopped(v.site)
	took := time.Since(begun).Seconds()
	wg.Wait()
	return took, err
}

// visit is a client's time on one connection. It reports whether somebody still
// listens.
func (v *volley) visit(f *faults, h habit) bool {
	c, err := net.Dial("tcp", v.site.Addr)
	if err != nil {
		if v.told.Load() == 0 {
			v.failed.Add(1)
		}
		return false
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for kept := false; ; kept = true {
		sent := time.Now()
		c.SetDeadline(sent.Add(25 * time.Second))
		last, err := v.ask(c, r)
		v.count(f, sent, kept, err)
		if !open(c, r, h.pause) || last || err != nil || !h.keeps {
			return true
		}
	}
}

// open waits for a client's pause and reports whether the server has left the
// connection open.
func open(c net.Conn, r *bufio.Reader, pause time.Duration) bool {
	if pause == 0 {
		return true
	}
	c.SetReadDeadline(time.Now().Add(rand.N(pause)))
	_, err := r.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// count puts a request where it belongs.
func (v *volley) count(f *faults, sent time.Time, kept bool, err error) {
	told := v.told.Load()
	since := time.Duration(sent.UnixNano() - told)
	switch {
	case err == nil && (told == 0 || since < 0):
		v.before.Add(1)
	case err == nil:
		v.after.Add(1)
	case kept && told != 0 && since > draining && errors.Is(err, errUnread) && time.Since(sent) < crossing:
		v.crossed.Add(1)
	default:
		if v.failed.Add(1) <= 5 {
			f.Out.Say("   sent %s after the signal, on a connection that was kept: %t: %v", since.Round(time.Millisecond/10), kept, err)
		}
	}
}

// ask sends a request and reads its answer whole; last says that the server
// closes the connection after it.
func (v *volley) ask(c net.Conn, r *bufio.Reader) (last bool, err error) {
	if _, err := fmt.Fprintf(c, "GET /sok?q=barn HTTP/1.1\r\nHost: %s\r\n\r\n", v.site.Addr); err != nil {
		return false, fmt.Errorf("%w: %w", errUnread, err)
	}
	if _, err := r.Peek(1); err != nil {
		return false, fmt.Errorf("%w: %w", errUnread, err)
	}
	answer, err := http.ReadResponse(r, nil)
	if err != nil {
		return false, err
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return false, err
	}
	if answer.StatusCode != http.StatusOK {
		return false, errors.New(answer.Status)
	}
	return answer.Close, nil
}

// terminateHeld sends SIGTERM while clients hold connections on which they have
// sent nothing, or half a request.
func (f *faults) terminateHeld(ctx context.Context) (seconds float64, err error) {
	s, err := f.serve(ctx, f.folder("terminate"))
	if err != nil {
		return 0, err
	}
	for i := range 20 {
		c, err := net.Dial("tcp", s.Addr)
		if err != nil {
			return 0, fmt.Errorf("opening connection %d: %w", i, err)
		}
		defer c.Close()
		if i%2 == 0 {
			fmt.Fprint(c, "GET /nyheter HTTP/1.1\r\nHost: x\r\nX-Half: ")
		}
	}
	begun := time.Now()
	err = stopped(s)
	return time.Since(begun).Seconds(), err
}
