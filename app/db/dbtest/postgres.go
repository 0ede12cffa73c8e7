package dbtest

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"

	"nuso.se/app/db"
)

const templatePrefix = "nuso_template_"

// Postgres returns a fresh migrated PostgreSQL database, or skips the test when NUSO_TEST_POSTGRES is not set.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL returns the address of a fresh migrated PostgreSQL database that is dropped after the test, for tests
// that open it several times. It skips the test when NUSO_TEST_POSTGRES is not set.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return clone(t, templatePrefix+fingerprint(t))
}

// URLOf returns the address of a test's database, to open it once more as another process would.
func URLOf(t testing.TB, d *db.DB) string {
	t.Helper()
	if d.Engine() == db.SQLite {
		return "sqlite:" + d.File()
	}
	var name string
	if err := d.Read(t.Context()).Raw("SELECT current_database()").Scan(&name).Error; err != nil {
		t.Fatal(err)
	}
	return at(t, os.Getenv("NUSO_TEST_POSTGRES"), name)
}

// clone makes a database of the test's own from a template, which is made first if it is ours and missing.
func clone(t testing.TB, template string) string {
	t.Helper()
	only(t, db.PostgreSQL)
	server := os.Getenv("NUSO_TEST_POSTGRES")
	if server == "" {
		t.Skip("NUSO_TEST_POSTGRES is not set: no PostgreSQL to test on")
	}
	admin := openAdmin(t, server)
	name := "nuso_test_" + strings.ReplaceAll(db.NewID(), "-", "")
	withServerLock(t, admin, func() {
		if strings.HasPrefix(template, templatePrefix) {
			ensureTemplate(t, admin, server, template)
		}
		sql(t, admin, `CREATE DATABASE "`+name+`" TEMPLATE "`+template+`"`)
	})
	t.Cleanup(func() { sql(t, admin, `DROP DATABASE IF EXISTS "`+name+`" WITH (FORCE)`) })
	return at(t, server, name)
}

func openAdmin(t testing.TB, server string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: patient(t, server), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatalf("opening NUSO_TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// patient returns the server's address without the limits of time that serving needs: cloning waits its turn.
func patient(t testing.TB, server string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("NUSO_TEST_POSTGRES is no address")
	}
	q := u.Query()
	for _, limit := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		q.Set(limit, "0")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// withServerLock runs do while no other test process clones or makes a template: PostgreSQL refuses to clone a
// database that anyone is connected to.
func withServerLock(t testing.TB, admin *db.DB, do func()) {
	t.Helper()
	err := admin.Tx(context.Background(), func(tx db.Tx) error {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(7305101)").Error; err != nil {
			return err
		}
		do()
		return nil
	})
	if err != nil {
		t.Fatalf("locking the test server: %v", err)
	}
}

// ensureTemplate makes the migrated template if it is missing, after dropping those of older migrations.
func ensureTemplate(t testing.TB, admin *db.DB, server, template string) {
	t.Helper()
	var names []string
	err := admin.Read(context.Background()).
		Raw("SELECT datname FROM pg_database WHERE starts_with(datname, ?)", templatePrefix).Scan(&names).Error
	if err != nil {
		t.Fatalf("listing templates: %v", err)
	}
	for _, name := range names {
		if name == template {
			return
		}
		sql(t, admin, `DROP DATABASE IF EXISTS "`+name+`"`)
	}
	draft := "nuso_draft_" + strings.ReplaceAll(db.NewID(), "-", "")
	sql(t, admin, `CREATE DATABASE "`+draft+`"`)
	d, err := db.Open(context.Background(), db.Options{URL: at(t, server, draft), Log: slog.New(slog.DiscardHandler)})
	if err == nil {
		err = d.Migrate(context.Background())
		d.Close()
	}
	if err != nil {
		sql(t, admin, `DROP DATABASE IF EXISTS "`+draft+`" WITH (FORCE)`)
		t.Fatalf("making the PostgreSQL template: %v", err)
	}
	sql(t, admin, `ALTER DATABASE "`+draft+`" RENAME TO "`+template+`"`)
}

// sql runs one statement outside any transaction, as making a database demands.
func sql(t testing.TB, admin *db.DB, statement string) {
	t.Helper()
	if err := admin.Read(context.Background()).Exec(statement).Error; err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// at returns the server's address with another database.
func at(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("NUSO_TEST_POSTGRES is no address")
	}
	u.Path = "/" + name
	return u.String()
}
