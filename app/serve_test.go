package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

// running is a site that serves; signal tells it to stop as SIGTERM does, and ended says how it did.
type running struct {
	*server
	address string
	signal  context.CancelFunc
	ended   chan error
}

// startServing serves the whole site and a page that takes longer to make than draining lasts.
func startServing(t *testing.T, change func(*server)) *running {
	t.Helper()
	s := newTestServer(t, testConfig(t), time.Now)
	s.app.Get("/test/slow", func(c *fiber.Ctx) error {
		time.Sleep(2 * drainTime)
		return c.SendString(strings.Repeat("x", 1<<20))
	})
	if change != nil {
		change(s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := &running{server: s, address: listener.Addr().String(), signal: cancel, ended: make(chan error, 1)}
	go func() { r.ended <- s.run(ctx, listener) }()
	return r
}

// stopped waits until the server has ended and returns how long that took since then.
func (r *running) stopped(t *testing.T, since time.Time) time.Duration {
	t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Errorf("the server ended with %v", err)
		}
	case <-time.After(drainTime + shutdownTime + 5*time.Second):
		t.Fatal("the server has not ended within its limit")
	}
	return time.Since(since)
}

// client is a connection on which requests are sent by hand.
type client struct {
	net.Conn
	r *bufio.Reader
}

func (r *running) dial(t *testing.T) *client {
	t.Helper()
	c, err := net.Dial("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	return &client{c, bufio.NewReader(c)}
}

func (c *client) send(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

// answer reads an answer whole.
func (c *client) answer(t *testing.T) (*http.Response, string) {
	t.Helper()
	answer, err := http.ReadResponse(c.r, nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("half an answer: %v", err)
	}
	return answer, string(body)
}

func asking(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n" }

// A request that the server had when it was told to stop is answered, however slow it is.
func TestASlowRequestInFlightAtTheSignalIsAnsweredWhole(t *testing.T) {
	t.Parallel()
	const form = "name=A&message=B"
	for _, row := range []struct {
		name           string
		before, during string // what is sent before the signal, and when draining is over
		status, length int
	}{
		{"its page takes longer to make than draining lasts", asking("/test/slow"), "", http.StatusOK, 1 << 20},
		{"its head is still on its way", "GET /om HTTP/1.1\r\nHost: x\r\nX-", "Half: 1\r\n\r\n", http.StatusOK, 1000},
		{"its body is still on its way", fmt.Sprintf("POST /kontakt HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"+
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form[:4]), form[4:], http.StatusForbidden, 1000},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := startServing(t, nil)
			c := r.dial(t)
			c.send(t, row.before)
			time.Sleep(100 * time.Millisecond)
			told := time.Now()
			r.signal()
			time.Sleep(drainTime + 200*time.Millisecond)
			c.send(t, row.during)
			answer, body := c.answer(t)
			if answer.StatusCode != row.status || len(body) < row.length || !answer.Close {
				t.Errorf("status %d, %d bytes, close announced: %t; want %d, at least %d, true", answer.StatusCode, len(body), answer.Close, row.status, row.length)
			}
			r.stopped(t, told)
		})
	}
}

// While it drains the server answers whoever comes, on old connections and new ones, and tells all to go elsewhere.
func TestADrainingServerAnswersAndSaysThatItStops(t *testing.T) {
	t.Parallel()
	r := startServing(t, nil)
	kept := r.dial(t)
	kept.send(t, asking("/readyz"))
	if answer, body := kept.answer(t); answer.StatusCode != http.StatusOK || answer.Close {
		t.Fatalf("before the signal /readyz answers %d, close announced: %t: %s", answer.StatusCode, answer.Close, body)
	}
	told := time.Now()
	r.signal()
	for !r.site.Draining() {
		time.Sleep(time.Millisecond)
	}
	for _, row := range []struct {
		name, path string
		on         *client
		status     int
		text       string
	}{
		{"a page on a connection that was kept", "/om", kept, http.StatusOK, "NUSO"},
		{"a page on a new connection", "/om", r.dial(t), http.StatusOK, "NUSO"},
		{"the page again, from the cache", "/om", r.dial(t), http.StatusOK, "NUSO"},
		{"no page", "/finns-inte", r.dial(t), http.StatusNotFound, "finns inte"},
		{"readiness", "/readyz", r.dial(t), http.StatusServiceUnavailable, `"draining"`},
		{"life", "/healthz", r.dial(t), http.StatusOK, ""},
	} {
		row.on.send(t, asking(row.path))
		answer, body := row.on.answer(t)
		if answer.StatusCode != row.status || !answer.Close || !strings.Contains(body, row.text) {
			t.Errorf("%s: status %d, close announced: %t; want %d, true: %.200s", row.name, answer.StatusCode, answer.Close, row.status, body)
		}
	}
	r.stopped(t, told)
	if c, err := net.Dial("tcp", r.address); err == nil {
		c.Close()
		t.Error("the server has ended and somebody still listens")
	}
}

// Who holds a connection without asking for anything holds up the end no longer than a request may take to arrive.
func TestTheServerEndsThoughClientsHoldConnections(t *testing.T) {
	t.Parallel()
	const arrive = 2 * time.Second
	for _, row := range []struct {
		name, send string
		kept       bool // a request was answered on it before
	}{
		{"a kept connection without a request", "", true},
		{"a new connection without a byte", "", false},
		{"half a head", "GET /om HTTP/1.1\r\nX-", false},
		{"half a head on a kept connection", "GET /om HTTP/1.1\r\nX-", true},
		{"half a body", "POST /kontakt HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := startServing(t, func(s *server) {
				if s.app.Server().ReadTimeout >= shutdownTime {
					t.Errorf("a request may take %s to arrive, and the server waits %s", s.app.Server().ReadTimeout, shutdownTime)
				}
				s.app.Server().ReadTimeout = arrive
			})
			c := r.dial(t)
			if row.kept {
				c.send(t, asking("/om"))
				c.answer(t)
			}
			c.send(t, row.send)
			time.Sleep(100 * time.Millisecond)
			told := time.Now()
			r.signal()
			if took := r.stopped(t, told); took > drainTime+arrive+2*time.Second {
				t.Errorf("the server ended after %s", took)
			}
		})
	}
}
