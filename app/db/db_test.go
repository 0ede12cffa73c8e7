package db_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

// thing is a row of the table that the tests of this package make for themselves.
type thing struct {
	ID      string `gorm:"primaryKey"`
	Name    string
	OwnerID *string
	MadeAt  db.Instant
	Extra   db.JSON[map[string]int]
	On      bool
}

const thingTable = `CREATE TABLE things (
	id TEXT NOT NULL, name TEXT NOT NULL, owner_id TEXT, made_at BIGINT, extra TEXT, "on" BOOLEAN NOT NULL DEFAULT FALSE,
	CONSTRAINT things_pk PRIMARY KEY (id),
	CONSTRAINT things_owner_fk FOREIGN KEY (owner_id) REFERENCES things (id) DEFERRABLE INITIALLY IMMEDIATE)`

// eachWithThings is dbtest.Each with the table things and a unique name in it.
func eachWithThings(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		makeThings(t, d)
		test(t, d)
	})
}

func makeThings(t testing.TB, d *db.DB) {
	t.Helper()
	must(t, d.Tx(t.Context(), func(tx db.Tx) error {
		if err := tx.Exec(thingTable).Error; err != nil {
			return err
		}
		return tx.Exec("CREATE UNIQUE INDEX things_name ON things (name)").Error
	}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func create(ctx context.Context, d *db.DB, things ...thing) error {
	return d.Tx(ctx, func(tx db.Tx) error { return tx.Create(&things).Error })
}

func count(t testing.TB, d *db.DB) (n int64) {
	t.Helper()
	must(t, d.Read(t.Context()).Model(&thing{}).Count(&n).Error)
	return n
}

func TestOpenSaysWhatIsWrongAndTheCure(t *testing.T) {
	for _, row := range []struct {
		name, url, folder string
		kind              fault.Kind
		want              string
	}{
		{"no folder", "", "", fault.Invalid, "NUSO_DATA_DIR"},
		{"another engine", "mysql://x:hemligt@h/d", "", fault.Invalid, "postgres://"},
		{"no address at all", "hemligt", "", fault.Invalid, "sqlite:"},
		{"an address that cannot be read", "postgres://u:hemligt@h:port/d", "", fault.Invalid, "DATABASE_URL"},
		{"a setting that cannot be read", "postgres://u:hemligt@h/d?sslmode=kanske", "", fault.Invalid, "DATABASE_URL"},
		{"no file", "sqlite:", "", fault.Invalid, "sqlite:SÖKVÄG"},
		{"memory only", "sqlite::memory:", "", fault.Invalid, "minnet"},
		{"nobody listens", "postgres://u:hemligt@127.0.0.1:1/d", "", fault.Unavailable, "127.0.0.1:1"},
		{"a folder that is a file", "sqlite:/dev/null/nuso.db", "", fault.Unavailable, "/dev/null/nuso.db"},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := db.Open(t.Context(), db.Options{URL: row.url, DataDir: row.folder})
			if err == nil {
				d.Close()
				t.Fatal("opened")
			}
			f := fault.Of(err)
			if f == nil || f.Kind != row.kind || !strings.Contains(f.Text, row.want) {
				t.Errorf("got %v, want kind %v and %q in it", err, row.kind, row.want)
			}
			if strings.Contains(err.Error(), "hemligt") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestOpenMakesTheFolderAndAFileOnlyTheOwnerReads(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "ny katalog?%41", "data")
	d, err := db.Open(t.Context(), db.Options{DataDir: folder, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	must(t, d.Migrate(t.Context()))
	must(t, d.Ping(t.Context()))
	if want := filepath.Join(folder, "nuso.db"); d.File() != want || d.Engine() != db.SQLite {
		t.Errorf("File() = %s, Engine() = %s, want %s, sqlite", d.File(), d.Engine(), want)
	}
	for _, name := range []string{"nuso.db", "nuso.db-wal"} {
		info, err := os.Stat(filepath.Join(folder, name))
		must(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has rights %v", name, info.Mode())
		}
	}
	must(t, d.Close())
	must(t, d.Close())
	if _, err := os.Stat(filepath.Join(folder, "nuso.db-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Close left the log behind: %v", err)
	}
	if err := d.Ping(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("Ping after Close: %v, want Unavailable", err)
	}
}

func TestOpenRefusesAFileThatIsNoDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "nuso.db")
	must(t, os.WriteFile(file, []byte(strings.Repeat("detta är ingen databas ", 100)), 0o600))
	d, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + file})
	if err == nil {
		d.Close()
	}
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "skadad") {
		t.Errorf("got %v", err)
	}
}

func TestSQLiteRunsAsDecided(t *testing.T) {
	d := dbtest.New(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "temp_store": "2",
	} {
		var got string
		must(t, d.Tx(t.Context(), func(tx db.Tx) error { return tx.Raw("PRAGMA " + pragma).Scan(&got).Error }))
		if got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
	if err := d.Read(t.Context()).Exec("DELETE FROM jobs").Error; err == nil {
		t.Error("a write through Read went through")
	}
}

func TestPostgreSQLRunsInUTCWithTimeouts(t *testing.T) {
	d := dbtest.Postgres(t)
	for setting, want := range map[string]string{
		"timezone": "UTC", "statement_timeout": "15s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "1min",
	} {
		var got string
		must(t, d.Read(t.Context()).Raw("SHOW "+setting).Scan(&got).Error)
		if got != want {
			t.Errorf("%s = %s, want %s", setting, got, want)
		}
	}
}

func TestDataVersionMovesWithEveryCommitButNotWithReads(t *testing.T) {
	d := dbtest.New(t)
	makeThings(t, d)
	other, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + d.File()})
	must(t, err)
	defer other.Close()
	version := func() int64 {
		v, err := d.DataVersion(t.Context())
		must(t, err)
		return v
	}
	first := version()
	count(t, other)
	if version() != first {
		t.Error("a read moved the version")
	}
	must(t, create(t.Context(), other, thing{ID: "1", Name: "a"}))
	second := version()
	if second == first {
		t.Error("another process's commit did not move the version")
	}
	must(t, create(t.Context(), d, thing{ID: "2", Name: "b"}))
	if version() == second {
		t.Error("an own commit did not move the version")
	}
}
