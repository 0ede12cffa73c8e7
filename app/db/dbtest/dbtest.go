// Package dbtest hands tests real, migrated, empty databases of both engines, fast: SQLite as a copy of a migrated
// file, PostgreSQL as a clone of a migrated template database. Both templates are named by the migrations' contents
// and shared by all test processes, so a whole run migrates each engine once.
//
// NUSO_TEST_POSTGRES is a postgres:// address whose role may create databases; without it the PostgreSQL half is
// skipped and says so. NUSO_TEST_ENGINES (sqlite, postgres, or both with a comma) limits the engines.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/migrations"
)

// Each runs test once per engine, as a subtest named by it, on a fresh migrated database that is closed and removed
// afterwards.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run(db.SQLite, func(t *testing.T) { test(t, New(t)) })
	t.Run(db.PostgreSQL, func(t *testing.T) { test(t, Postgres(t)) })
}

// New returns a fresh migrated SQLite database in the test's own folder. Where NUSO_TEST_ENGINES leaves SQLite out
// the test is skipped.
func New(t testing.TB) *db.DB {
	t.Helper()
	only(t, db.SQLite)
	file := filepath.Join(t.TempDir(), "nuso.db")
	copyFile(t, sqliteTemplate(t), file)
	return open(t, "sqlite:"+file)
}

// Any returns a fresh migrated database of the engine that the run is for: SQLite, or PostgreSQL where NUSO_TEST_ENGINES
// leaves SQLite out. It is for tests whose subject is not the database: make test runs them on the one engine, make race on the other.
func Any(t testing.TB) *db.DB {
	t.Helper()
	if OnlyPostgres() {
		return Postgres(t)
	}
	return New(t)
}

// OnlyPostgres reports whether the run leaves SQLite out.
func OnlyPostgres() bool { return os.Getenv("NUSO_TEST_ENGINES") == db.PostgreSQL }

// EmptyURL returns the address of a database of the engine in which nothing is yet, for tests of migrating and
// starting. It skips the test as New and Postgres do.
func EmptyURL(t testing.TB, engine string) string {
	t.Helper()
	if engine == db.PostgreSQL {
		return clone(t, "template0")
	}
	only(t, db.SQLite)
	return "sqlite:" + filepath.Join(t.TempDir(), "nuso.db")
}

// Queries returns how many statements do sends to d, of all goroutines.
func Queries(t testing.TB, d *db.DB, do func()) int {
	t.Helper()
	var n atomic.Int64
	stop := d.OnQuery(func(string) { n.Add(1) })
	defer stop()
	do()
	return int(n.Load())
}

// only skips the test when the engine is not asked for.
func only(t testing.TB, engine string) {
	t.Helper()
	asked := os.Getenv("NUSO_TEST_ENGINES")
	if asked != "" && !slices.Contains(strings.Split(asked, ","), engine) {
		t.Skipf("NUSO_TEST_ENGINES=%s leaves out %s", asked, engine)
	}
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("opening the test database: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing the test database: %v", err)
		}
	})
	return d
}

// fingerprint names the schema that the embedded migrations make.
func fingerprint(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(migrations.FS, name)
		io.WriteString(h, name+"\x00"+string(text)+"\x00")
		return err
	})
	if err != nil {
		t.Fatalf("reading the migrations: %v", err)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// sqliteTemplate returns the migrated file that tests copy, and makes it if it is missing. Several processes may make
// it at once: each builds its own and the last rename wins, over an equal file.
func sqliteTemplate(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(os.TempDir(), "nuso-dbtest")
	template := filepath.Join(folder, fingerprint(t)+".db")
	if _, err := os.Stat(template); err == nil {
		return template
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	build := filepath.Join(t.TempDir(), "template.db")
	d, err := db.Open(context.Background(), db.Options{URL: "sqlite:" + build, Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = d.Migrate(context.Background())
		d.Close()
	}
	if err != nil {
		t.Fatalf("making the SQLite template: %v", err)
	}
	sweep(folder)
	draft := template + "." + db.NewID()
	copyFile(t, build, draft)
	if err := os.Rename(draft, template); err != nil {
		t.Fatal(err)
	}
	return template
}

// sweep removes what older migrations and broken runs left behind, so that the folder does not grow. What is younger
// than a day may be in use by another process.
func sweep(folder string) {
	old, _ := filepath.Glob(filepath.Join(folder, "*"))
	for _, name := range old {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(name)
		}
	}
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatalf("copying the template: %v", err)
	}
}
