package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"time"

	"github.com/glebarez/sqlite"
	"gorm.io/gorm"

	"nuso.se/app/fault"
)

const (
	busyWait    = 5 * time.Second  // how long SQLite waits for another process's write
	gateWait    = 10 * time.Second // how long a write waits for the other writes of this process
	openPatient = 15 * time.Second // how long Open waits for a file that another start prepares
)

// writerPragmas are those of the one connection that writes.
//
// synchronous(full): with NORMAL a commit survives kill -9 but not a power cut, with FULL it survives both, for one
// fsync a transaction. Writes are few here and mostly one transaction a form, so "sparat" means on the disk.
func writerPragmas() []string {
	return []string{
		fmt.Sprintf("busy_timeout(%d)", busyWait.Milliseconds()),
		"journal_mode(wal)", "synchronous(full)", "foreign_keys(on)",
		"temp_store(memory)", "cache_size(-4000)", "trusted_schema(off)",
	}
}

// readerPragmas are those of each connection that only reads: 2 MB of pages each keeps an idle process small,
// and the operating system's cache holds the rest.
func readerPragmas() []string {
	return []string{
		fmt.Sprintf("busy_timeout(%d)", busyWait.Milliseconds()),
		"query_only(on)", "temp_store(memory)", "cache_size(-2000)", "trusted_schema(off)",
	}
}

func (d *DB) openSQLite(ctx context.Context) (err error) {
	if err := makeFile(d.file); err != nil {
		return fault.New(fault.Unavailable, fmt.Sprintf(textNoWrite, d.file), err)
	}
	d.gate = make(chan struct{}, 1)
	if d.writer, err = pool(sqliteDSN(d.file, "rw", "immediate", writerPragmas()), 1); err != nil {
		return err
	}
	if err := d.awaitFile(ctx); err != nil {
		return err
	}
	readers := min(max(4, runtime.NumCPU()), 8) + 1 // one is kept by DataVersion
	if d.reads, err = pool(sqliteDSN(d.file, "ro", "deferred", readerPragmas()), readers); err != nil {
		return err
	}
	if d.write, err = d.gormSQLite(d.writer); err != nil {
		return err
	}
	d.read, err = d.gormSQLite(d.reads)
	return err
}

func (d *DB) gormSQLite(pool *sql.DB) (*gorm.DB, error) {
	g, err := gorm.Open(sqlite.Dialector{Conn: pool}, d.config())
	if err != nil {
		return nil, Error(err)
	}
	return d.on.watch(g), nil
}

// makeFile makes an empty file that only its owner can read; SQLite gives its log the same rights.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// sqliteDSN writes the address as a URI, so that a path may hold ? and %.
func sqliteDSN(file, mode, lock string, pragmas []string) string {
	q := url.Values{"mode": {mode}, "_txlock": {lock}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: file, RawQuery: q.Encode()}).String()
}

func pool(dsn string, size int) (*sql.DB, error) {
	p, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return nil, Error(err)
	}
	p.SetMaxOpenConns(size)
	p.SetMaxIdleConns(size)
	return p, nil
}

// awaitFile makes the first connection. Turning the log on needs the file alone and then fails at once instead of
// waiting, so two first starts at the same moment meet here and the later one tries again.
func (d *DB) awaitFile(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openPatient)
	defer cancel()
	for {
		err := d.writer.PingContext(ctx)
		if err == nil {
			return nil
		}
		if code, ok := sqliteCode(err); !ok || code&0xff != sqliteBusy {
			return openFault(d.file, err)
		}
		select {
		case <-ctx.Done():
			return Error(err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func openFault(file string, err error) error {
	if f := new(fault.Error); errors.As(Error(err), &f) && f.Text == textBroken {
		return f
	}
	return fault.New(fault.Unavailable, fmt.Sprintf(textNoWrite, file), err)
}

// enter waits for the right to write. One transaction at a time reaches the writer connection, in order of
// arrival, and a request that waits too long gets an answer instead of a place in an endless queue. A write begun
// inside another write of the same call chain would wait for itself: it fails here after the same time.
func (d *DB) enter(ctx context.Context) error {
	if d.gate == nil {
		return nil
	}
	select {
	case d.gate <- struct{}{}:
		return nil
	default:
	}
	t := time.NewTimer(gateWait)
	defer t.Stop()
	select {
	case d.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return unavailable(textBusy, errGate)
	}
}

func (d *DB) leave() {
	if d.gate != nil {
		<-d.gate
	}
}

// DataVersion returns a number that changes when anyone else than this very method's connection has committed to
// the SQLite file: this process or a command beside it. It reads no page of the file and so is cheap enough to ask
// several times a second. On PostgreSQL it is always 0.
func (d *DB) DataVersion(ctx context.Context) (version int64, err error) {
	if d.engine != SQLite {
		return 0, nil
	}
	d.versions.Lock()
	defer d.versions.Unlock()
	if d.version == nil {
		if d.version, err = d.reads.Conn(ctx); err != nil {
			return 0, Error(err)
		}
	}
	return version, Error(d.version.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version))
}
