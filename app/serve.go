package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/db"
)

// After a signal the server tells its clients for drainTime to connect elsewhere, then takes no more and gives requests in
// flight shutdownTime to end.
const (
	drainTime    = 500 * time.Millisecond
	shutdownTime = 20 * time.Second
)

type serveCommand struct{}

// Run serves the site until it is told to stop: by a signal it finishes what it has begun.
func (serveCommand) Run(c *console) error {
	cfg, err := c.config()
	if err != nil {
		return err
	}
	log, flush := newLog(cfg, c.err)
	defer flush()
	return serve(c.ctx, cfg, time.Now, log, c.out)
}

func serve(ctx context.Context, cfg config.Config, now clock.Clock, log *slog.Logger, out io.Writer) error {
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("datamappen %s går inte att skapa: %w", cfg.DataDir, err)
	}
	h, err := openHouse(ctx, cfg, now, log)
	if err != nil {
		return err
	}
	defer h.close()
	if h.db.Engine() == db.SQLite {
		release, err := db.LockFolder(cfg.DataDir)
		if err != nil {
			return err
		}
		defer release()
	}
	listener, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("adressen %s är upptagen eller går inte att använda. Ange en annan i NUSO_ADDR: %w", cfg.Addr, err)
	}
	if err := h.prepare(ctx); err != nil {
		listener.Close()
		return err
	}
	s, err := h.newServer()
	if err != nil {
		listener.Close()
		return err
	}
	if !s.site.Built() {
		log.Warn("the assets are not built: run make build", "effect", "pages without styles")
	}
	fmt.Fprintf(out, "Samarbetsrummet svarar på %s\n", cfg.BaseURL)
	return s.run(ctx, listener)
}

// run serves on the listener and works off jobs until ctx ends, then lets requests in flight finish.
func (s *server) run(ctx context.Context, listener net.Listener) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	nudge := make(chan struct{}, 1)
	defer s.db.Listen(db.Announced, func() {
		select {
		case nudge <- struct{}{}:
		default: // it will look anyway
		}
	})()
	var background sync.WaitGroup
	background.Go(func() { s.site.Watch(work, nudge) })
	background.Go(func() { s.runner.Run(work) })
	failed := make(chan error, 1)
	go func() { failed <- s.app.Listener(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		s.site.Drain()
		time.Sleep(drainTime)
		err = s.app.ShutdownWithTimeout(shutdownTime)
	}
	stop()
	background.Wait()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("servern stannade: %w", err)
	}
	return nil
}

// newApp is the Fiber app with the routes, for the server and for tests.
func (s *server) newApp() *fiber.App {
	app := s.site.App()
	s.routes(app)
	return app
}

// keptSecret reads the development secret, or makes it; two processes that start at once agree on one.
func keptSecret(path string) ([]byte, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.WriteString(base64.StdEncoding.EncodeToString(fresh))
		return fresh, errors.Join(err, f.Close())
	}
	if !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("nyckeln i datamappen går inte att skriva: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("nyckeln i datamappen går inte att läsa: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(raw) < 32 {
		return nil, fmt.Errorf("nyckeln i %s är skadad. Ta bort filen och starta om", path)
	}
	return raw, nil
}

// newLog returns the server's log: JSON in production, written a tenth of a second at a time, since a system call for
// every request costs more than the request; text as it comes in development. Call flush last.
func newLog(cfg config.Config, w io.Writer) (log *slog.Logger, flush func()) {
	if !cfg.Production() {
		return slog.New(slog.NewTextHandler(w, nil)), func() {}
	}
	buffered := &bufferedWriter{out: bufio.NewWriterSize(w, 64<<10)}
	done := make(chan struct{})
	go func() {
		for ticker := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-ticker.C:
				buffered.flush()
			case <-done:
				ticker.Stop()
				return
			}
		}
	}()
	return slog.New(slog.NewJSONHandler(buffered, nil)), func() { close(done); buffered.flush() }
}

// bufferedWriter is a buffer that may be flushed while it is written to.
type bufferedWriter struct {
	mu  sync.Mutex
	out *bufio.Writer
}

// Write puts a line into the buffer.
func (b *bufferedWriter) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(line)
}

func (b *bufferedWriter) flush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.out.Flush() // where could it be told
}
