// Package site builds the product and serves it as a process of its own, on a
// random port of the loopback, with data in the run's own folder.
package site

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
)

// Options say how to serve.
type Options struct {
	Bin  string
	Data string   // the data folder; made if need be
	Env  []string // settings besides the address and the data folder
	Log  string   // file for what the server prints; empty: DATA.log
}

// Site is a running server.
type Site struct {
	URL   string // http://localhost:PORT
	Addr  string // 127.0.0.1:PORT
	Data  string
	Log   string
	Ready time.Duration // from start to ready
	cmd   *exec.Cmd
	bin   string
	guard *guardian.Guardian
	gone  chan struct{}
	err   error // how it ended; read after gone is closed
}

// errPort says that the port was taken by somebody else in between.
var errPort = errors.New("the port was taken")

// Build builds the product's binary into the run's folder.
func Build(ctx context.Context, r *runner.Runner) (string, error) {
	bin := filepath.Join(r.Scratch, "nuso")
	if _, err := r.Command(ctx, nil, "go", "build", "-buildvcs=false", "-trimpath", "-o", bin, "./app"); err != nil {
		return "", fmt.Errorf("building the site: %w", err)
	}
	return bin, nil
}

// Production returns the settings of a production server on the loopback: the
// base URL, the secret and the mail server are made up.
func Production() []string {
	secret := make([]byte, 32)
	rand.Read(secret)
	return []string{"NUSO_ENV=production", "NUSO_BASE_URL=https://nuso.example",
		"NUSO_SECRET=" + base64.StdEncoding.EncodeToString(secret), "SMTP_URL=smtp://user:pass@127.0.0.1:9"}
}

// Start starts a server and waits until it is ready, for at most a minute.
func Start(ctx context.Context, r *runner.Runner, o Options) (*Site, error) {
	var err error
	for range 5 {
		var s *Site
		if s, err = launch(r, o); err != nil {
			return nil, err
		}
		if err = s.waitReady(ctx, time.Minute); err == nil {
			return s, nil
		}
		s.Kill()
		if !errors.Is(err, errPort) {
			break
		}
	}
	return nil, err
}

// launch starts the process without waiting for it.
func launch(r *runner.Runner, o Options) (*Site, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	s := &Site{URL: "http://localhost:" + port, Addr: "127.0.0.1:" + port, Data: o.Data, Log: o.Log,
		bin: o.Bin, guard: r.Guard, gone: make(chan struct{})}
	if s.Log == "" {
		s.Log = o.Data + ".log"
	}
	log, err := os.OpenFile(s.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the server's log: %w", err)
	}
	defer log.Close()
	s.cmd = guardian.Command(context.Background(), o.Bin, "serve")
	s.cmd.Dir = r.Scratch // no .env here
	s.cmd.Env = Env(o.Data, append([]string{"NUSO_ADDR=" + s.Addr, "NUSO_BASE_URL=" + s.URL}, o.Env...)...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	if err := s.guard.Start(s.cmd, syscall.SIGTERM); err != nil {
		return nil, err
	}
	go func() {
		s.err = s.guard.Wait(s.cmd)
		close(s.gone)
	}()
	return s, nil
}

// Nuso runs a command of the binary beside the server, with its settings, and
// returns what it prints.
func (s *Site) Nuso(ctx context.Context, r *runner.Runner, args ...string) (string, error) {
	return r.CommandIn(ctx, r.Scratch, s.cmd.Env, s.bin, args...)
}

// Env is a clean environment for the binary on the given data folder.
func Env(data string, settings ...string) []string {
	return machine.Environ(append([]string{"NUSO_DATA_DIR=" + data}, settings...)...)
}

// waitReady asks /readyz every few milliseconds.
func (s *Site) waitReady(ctx context.Context, limit time.Duration) error {
	begun := time.Now()
	client := http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for time.Since(begun) < limit {
		select {
		case <-s.gone:
			if strings.Contains(s.Said(), "address already in use") {
				return errPort
			}
			return fmt.Errorf("the server ended before it was ready: %v; it said:\n%s", s.err, s.Said())
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		if answer, err := client.Get("http://" + s.Addr + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				s.Ready = time.Since(begun)
				return nil
			}
		}
		time.Sleep(3 * time.Millisecond)
	}
	return fmt.Errorf("the server was not ready within %s; it said:\n%s", limit, s.Said())
}

// PID is the server's process number.
func (s *Site) PID() int { return s.cmd.Process.Pid }

// Said returns the last of what the server printed.
func (s *Site) Said() string {
	text, _ := os.ReadFile(s.Log)
	return string(text[max(0, len(text)-6000):])
}

// Stop asks the server to end (SIGTERM) and returns how it ended.
func (s *Site) Stop() error {
	syscall.Kill(s.PID(), syscall.SIGTERM)
	select {
	case <-s.gone:
		return s.err
	case <-time.After(30 * time.Second):
		s.Kill()
		return errors.New("the server had not ended 30 s after SIGTERM")
	}
}

// Kill ends the server as a power cut would.
func (s *Site) Kill() {
	syscall.Kill(s.PID(), syscall.SIGKILL)
	<-s.gone
}

// Gone is closed when the server has ended.
func (s *Site) Gone() <-chan struct{} { return s.gone }

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("asking for a free port: %w", err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
