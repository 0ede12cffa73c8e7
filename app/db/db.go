// Package db is the only door to the database. It opens SQLite or PostgreSQL, migrates, runs transactions and
// turns driver errors into the house's kinds, so that nothing above it knows which engine it speaks to.
//
// The words: a store (a feature's store.go) reads through Read and writes inside Tx; a Tx is a *gorm.DB that
// belongs to one request or one transaction; an Instant is a point in time as both engines keep it.
//
// SQLite has one writer connection and a few that can only read, so a write made by mistake through Read fails
// in every test. A committed write is on the disk: see sqlite.go for the choice.
package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"nuso.se/app/fault"
	"nuso.se/migrations"
)

// Tx is a handle to query with: the read side of Read or the transaction of (*DB).Tx. Stores take it as their
// second argument and never open one themselves.
type Tx = *gorm.DB

// The engines, as (*DB).Engine answers.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// Options say which database to open.
type Options struct {
	URL     string       // empty: SQLite in DataDir; sqlite:PATH; postgres://…
	DataDir string       // folder of nuso.db when URL is empty; made if missing
	Log     *slog.Logger // nil: slog.Default()

	// Migrations replaces the embedded migrations; only tests of migrating itself need it.
	Migrations fs.FS
}

// DB is an open database. It is safe for use from many goroutines; Close it once, last.
type DB struct {
	engine string
	file   string // SQLite's file, absolute
	log    *slog.Logger
	files  fs.FS // the migrations of this engine

	write, read   *gorm.DB
	writer, reads *sql.DB // the same pool on PostgreSQL

	gate chan struct{} // SQLite: who holds it may write
	on   *observer

	signals signals

	versions sync.Mutex
	version  *sql.Conn // kept for DataVersion
	closed   atomic.Bool
}

// Open opens the database that o names and checks that it answers. It changes no schema: call Migrate next.
// A bad address is Invalid and a database that does not answer Unavailable, both with a Swedish text that says
// the cure and never the password.
func Open(ctx context.Context, o Options) (*DB, error) {
	at, err := parseAddress(o.URL, o.DataDir)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Migrations == nil {
		o.Migrations = migrations.FS
	}
	d := &DB{engine: at.engine, file: at.file, log: o.Log, on: &observer{log: o.Log}}
	d.files = engineView{FS: o.Migrations, hide: hidden(at.engine)}
	if at.engine == SQLite {
		if o.URL == "" {
			err = os.MkdirAll(o.DataDir, 0o750) // of a path that somebody wrote, a missing folder is more likely a slip
		}
		if err != nil {
			return nil, fault.New(fault.Unavailable, fmt.Sprintf(textNoWrite, at.file), err)
		}
		err = d.openSQLite(ctx)
	} else {
		err = d.openPostgres(ctx, at.url)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Engine says which engine this is: SQLite or PostgreSQL.
func (d *DB) Engine() string { return d.engine }

// File is the absolute path of SQLite's file, and empty on PostgreSQL.
func (d *DB) File() string { return d.file }

// Read returns a handle for queries under ctx. On SQLite a write through it fails.
func (d *DB) Read(ctx context.Context) Tx { return d.read.WithContext(ctx) }

// Ping asks the database one question that it cannot answer without its data. A failure is Unavailable.
func (d *DB) Ping(ctx context.Context) error {
	question := "SELECT 1"
	if d.engine == SQLite {
		question = "SELECT count(*) FROM sqlite_schema"
	}
	var answer int
	return Error(d.reads.QueryRowContext(ctx, question).Scan(&answer))
}

// Close ends all connections. On SQLite the writer goes last and so folds the log into the file.
func (d *DB) Close() error {
	if d.closed.Swap(true) {
		return nil
	}
	d.versions.Lock()
	defer d.versions.Unlock()
	if d.version != nil {
		d.version.Close()
	}
	var err error
	if d.reads != nil && d.reads != d.writer {
		err = d.reads.Close()
	}
	if d.writer != nil {
		if e := d.writer.Close(); err == nil {
			err = e
		}
	}
	return err
}

// config is how gorm is used everywhere: explicit transactions (it would else wrap each statement in one of its
// own), named columns instead of *, and batches that stay below SQLite's limit of parameters. Prepared statements
// are left to the drivers: pgx keeps its own, and for SQLite's driver a prepared statement is only kept text, so
// gorm's cache costs memory and wins nothing (BenchmarkFirst: 11 % slower there, the same on PostgreSQL).
func (d *DB) config() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard, // see observer
		SkipDefaultTransaction: true,
		QueryFields:            true,
		CreateBatchSize:        200,
		DisableAutomaticPing:   true,
	}
}
