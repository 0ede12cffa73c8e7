package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/pressly/goose/v3/lock"

	"nuso.se/app/fault"
)

const (
	lockName      = "nuso.lock"
	lockPatience  = 5 * time.Minute
	lockInterval  = 50 * time.Millisecond
	lockSQLInSecs = 1
)

// LockFolder takes the data folder for this process, as serve does on SQLite, and makes the folder if it is missing.
// Another holder is a Conflict, at once, with a Swedish text that names it and the cure. It is the kernel's lock on
// an open file, so kill -9 releases it; what is written in the file only tells who holds it. release may be called
// more than once.
func LockFolder(dir string) (release func(), err error) {
	dir, err = filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o750)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, fmt.Sprintf(textFolderLock, dir), err)
	}
	f, err := flock(filepath.Join(dir, lockName))
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fault.New(fault.Conflict, fmt.Sprintf(textHeld, dir, holder(f)), err)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, fmt.Sprintf(textFolderLock, dir), err)
	}
	if err := f.Truncate(0); err == nil {
		fmt.Fprintf(f, "%d\n%s\n", os.Getpid(), time.Now().Format("2006-01-02 15:04:05"))
	}
	return func() { f.Close() }, nil
}

// flock opens path and locks it without waiting. When another holds it, the open file comes back with EWOULDBLOCK,
// so that it can be read; the caller closes it.
func flock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil || err == syscall.EWOULDBLOCK {
		return f, err
	}
	f.Close()
	return nil, err
}

// holder reads who holds a locked file and closes it; empty when it cannot be told.
func holder(f *os.File) string {
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, 200))
	pid, since, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if _, err := strconv.Atoi(pid); err != nil || since == "" {
		return ""
	}
	return fmt.Sprintf(textHolder, pid, since)
}

type lockedKey struct{}

// Locked runs fn while no other process or replica is inside Locked on the same database: what may happen once at a
// time, such as migrating and the first filling. It waits up to five minutes for another's turn (then Unavailable)
// and is released by kill -9. Inside fn, with fn's ctx, Locked and Migrate run at once.
func (d *DB) Locked(ctx context.Context, fn func(ctx context.Context) error) error {
	if ctx.Value(lockedKey{}) == d {
		return fn(ctx)
	}
	take := d.lockRow
	if d.engine == SQLite {
		take = d.lockFile
	}
	release, err := take(ctx)
	if err != nil {
		return err
	}
	defer release()
	return fn(context.WithValue(ctx, lockedKey{}, d))
}

// lockFile takes the flock on a file beside SQLite's own.
func (d *DB) lockFile(ctx context.Context) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		f, err := flock(d.file + ".lock")
		if err == nil {
			return func() { f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.New(fault.Unavailable, fmt.Sprintf(textNoWrite, d.file), err)
		}
		f.Close()
		select {
		case <-ctx.Done():
			return nil, fault.New(fault.Unavailable, textWait, ctx.Err())
		case <-time.After(lockInterval):
		}
	}
}

// lockRow takes PostgreSQL's advisory lock of this database on a connection of its own.
func (d *DB) lockRow(ctx context.Context) (release func(), err error) {
	locker, err := lock.NewPostgresSessionLocker(
		lock.WithLockTimeout(lockSQLInSecs, uint64(lockPatience.Seconds())), lock.WithUnlockTimeout(lockSQLInSecs, 3))
	if err != nil {
		return nil, err
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, Error(err)
	}
	if err := locker.SessionLock(ctx, conn); err != nil {
		conn.Close()
		if _, ok := postgresState(err); ok || connectionLost(err) {
			return nil, Error(err)
		}
		return nil, fault.New(fault.Unavailable, textWait, err)
	}
	return func() {
		if err := locker.SessionUnlock(context.WithoutCancel(ctx), conn); err != nil {
			d.log.Error("releasing the migration lock", "err", err)
		}
		conn.Close()
	}, nil
}
