package main

import (
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
	"sync/atomic"
	"syscall"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/db"
)

// After a signal the server tells its clients for drainTime to connect elsewhere. Then it lets nobody in for queueTime,
// takes in those who have come meanwhile, and gives requests in flight shutdownTime to end.
const (
	drainTime    = 500 * time.Millisecond
	queueTime    = 50 * time.Millisecond
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
	if h.db.Engine() == db.SQLite || cfg.MeiliURL == "" { // the database or the search index lies in the folder
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
	s, err := h.newServer(ctx)
	if err != nil {
		listener.Close()
		return err
	}
	if !s.site.Built() {
		log.Warn("the assets are not built: run make build", "effect", "pages without styles")
	}
	if !h.members.Passkeys() {
		log.Warn("the base address has an IP address for a host", "effect", "no passkeys", "cure", "a name in NUSO_BASE_URL")
	}
	fmt.Fprintf(out, "Samarbetsrummet svarar på %s (lyssnar på %s)\n", cfg.BaseURL, listener.Addr())
	if has, err := h.members.HasAdmin(ctx); err == nil && !has {
		fmt.Fprintln(out, "Ingen är admin än. Lägg till den första: nuso user add MEJL --name NAMN --role admin, och sedan: nuso user link MEJL")
	}
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
	background.Go(func() { s.keeper.Run(work) })
	background.Go(func() { s.counts.Run(work) })
	failed := make(chan error, 1)
	go func() { failed <- s.app.Listener(&door{TCPListener: listener.(*net.TCPListener)}) }()
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

// door is the server's listener, and drops nobody who has come: a listener that is just closed resets the connections in
// the kernel's queue, and an idle connection that is just closed drops the request that has come on it meanwhile.
type door struct {
	*net.TCPListener
	last []net.Conn // who stood in the queue when it closed
}

// Close makes Accept take in the queue and end.
func (d *door) Close() error { return d.SetDeadline(time.Now()) }

// Accept waits for the next connection; net.ErrClosed is the end.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.TCPListener.Accept()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		d.takeIn()
		err = net.ErrClosed
	}
	if err != nil && len(d.last) > 0 {
		c, d.last, err = d.last[0], d.last[1:], nil
	}
	if err != nil {
		return nil, err
	}
	return &guest{TCPConn: c.(*net.TCPConn)}, nil
}

// takeIn empties the queue and ends the listening at once, before anybody else can come. Who waits in the queue does not
// come anew, so after queueTime hardly anybody does. The system is asked, since Accept would wait when the queue is empty.
func (d *door) takeIn() {
	time.Sleep(queueTime)
	if raw, err := d.SyscallConn(); err == nil {
		_ = raw.Control(func(listener uintptr) {
			for {
				fd, _, err := syscall.Accept(int(listener))
				if err != nil {
					_ = syscall.Shutdown(int(listener), syscall.SHUT_RD)
					return
				}
				f := os.NewFile(uintptr(fd), "")
				if c, err := net.FileConn(f); err == nil {
					d.last = append(d.last, c)
				}
				f.Close()
			}
		})
	}
	_ = d.TCPListener.Close()
}

// guest is a connection through the door.
type guest struct {
	*net.TCPConn
	expected atomic.Bool // a request is waited for, or was read and not answered yet
}

// Read reads what has come.
func (g *guest) Read(b []byte) (int, error) {
	g.expected.Store(true)
	n, err := g.TCPConn.Read(b)
	if n == 0 {
		g.expected.Store(false)
	}
	return n, err
}

// Write answers.
func (g *guest) Write(b []byte) (int, error) {
	g.expected.Store(false)
	return g.TCPConn.Write(b)
}

// Close ends the waiting when a request is waited for: one that has come after all is read and answered first.
func (g *guest) Close() error {
	if g.expected.Load() {
		return g.CloseRead()
	}
	return g.TCPConn.Close()
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
