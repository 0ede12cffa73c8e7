package db_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/migrations"
)

const (
	upParents   = "-- +goose Up\nCREATE TABLE parents (id TEXT NOT NULL PRIMARY KEY);\n-- +goose Down\nDROP TABLE parents;\n"
	upChildren  = "-- +goose Up\nCREATE TABLE children (id TEXT NOT NULL PRIMARY KEY, parent TEXT NOT NULL, CONSTRAINT children_parent_fk FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE);\n-- +goose Down\nDROP TABLE children;\n"
	upBroken    = "-- +goose Up\nCREATE TABLE toys (id TEXT);\nINSERT INTO nowhere VALUES (1);\n-- +goose Down\nDROP TABLE toys;\n"
	upRebuilt   = "-- +goose Up\nCREATE TABLE parents_new (id TEXT NOT NULL PRIMARY KEY, name TEXT);\nINSERT INTO parents_new (id) SELECT id FROM parents;\nDROP TABLE parents;\nALTER TABLE parents_new RENAME TO parents;\n"
	upOrphaning = "-- +goose Up\nDELETE FROM parents;\n"
	upAltered   = "-- +goose Up\nALTER TABLE parents ADD COLUMN name TEXT;\n"
)

// opener opens one database again and again, each time with other migrations.
type opener func(t testing.TB, files map[string]string) *db.DB

func eachEmpty(t *testing.T, test func(t *testing.T, open opener)) {
	t.Helper()
	with := func(url string) opener {
		return func(t testing.TB, files map[string]string) *db.DB {
			t.Helper()
			o := db.Options{URL: url, Log: slog.New(slog.DiscardHandler), Migrations: fstest.MapFS{}}
			for name, text := range files {
				o.Migrations.(fstest.MapFS)[name] = &fstest.MapFile{Data: []byte(text)}
			}
			d, err := db.Open(t.Context(), o)
			must(t, err)
			t.Cleanup(func() { d.Close() })
			return d
		}
	}
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) { test(t, with(dbtest.EmptyURL(t, engine))) })
	}
}

func tables(t testing.TB, d *db.DB) string {
	t.Helper()
	return strings.Join(dbtest.Tables(t, d), " ")
}

func TestEachEngineSeesItsOwnFiles(t *testing.T) {
	eachEmpty(t, func(t *testing.T, open opener) {
		d := open(t, map[string]string{
			"0001_a.sql":          upParents,
			"0002_b-sqlite.sql":   "-- +goose Up\nCREATE TABLE lite (id TEXT);",
			"0002_b-postgres.sql": "-- +goose Up\nCREATE TABLE full_size (id TEXT, found tsvector);",
		})
		must(t, d.Migrate(t.Context()))
		want := map[string]string{db.SQLite: "lite parents", db.PostgreSQL: "full_size parents"}[d.Engine()]
		if got := tables(t, d); got != want {
			t.Errorf("tables %q, want %q", got, want)
		}
	})
}

func TestMigrateAppliesAllOrNothing(t *testing.T) {
	eachEmpty(t, func(t *testing.T, open opener) {
		must(t, open(t, map[string]string{"0001_a.sql": upParents}).Migrate(t.Context()))
		d := open(t, map[string]string{"0001_a.sql": upParents, "0002_b.sql": upChildren, "0003_c.sql": upBroken})
		if err := d.Migrate(t.Context()); err == nil || !strings.Contains(err.Error(), "nowhere") {
			t.Errorf("got %v, want the reason", err)
		}
		if got := tables(t, d); got != "parents" {
			t.Errorf("tables %q after a failed migration, want those before it", got)
		}
		d = open(t, map[string]string{"0001_a.sql": upParents, "0002_b.sql": upChildren})
		status, err := d.MigrateStatus(t.Context())
		must(t, err)
		if len(status) != 2 || !status[0].Applied || status[0].At.IsZero() || status[1].Applied || status[1].Name != "0002_b.sql" {
			t.Errorf("status %+v", status)
		}
		must(t, d.Migrate(t.Context()))
		must(t, d.Migrate(t.Context()))
		if got := tables(t, d); got != "children parents" {
			t.Errorf("tables %q", got)
		}
	})
}

func TestANewerSchemaIsRefusedWithACure(t *testing.T) {
	eachEmpty(t, func(t *testing.T, open opener) {
		must(t, open(t, map[string]string{"0001_a.sql": upParents, "0007_b.sql": upChildren}).Migrate(t.Context()))
		d := open(t, map[string]string{"0001_a.sql": upParents})
		err := d.Migrate(t.Context())
		f := fault.Of(err)
		if f == nil || f.Kind != fault.Conflict {
			t.Fatalf("got %v, want a Conflict", err)
		}
		for _, word := range []string{"schema 7", "schema 1", "nyare versionen", "säkerhetskopia"} {
			if !strings.Contains(f.Text, word) {
				t.Errorf("%q lacks %q", f.Text, word)
			}
		}
		if fault.KindOf(d.MigrateDown(t.Context())) != fault.Conflict {
			t.Error("an older program undid a migration it does not know")
		}
		if got := tables(t, d); got != "children parents" {
			t.Errorf("the refusal changed the tables to %q", got)
		}
	})
}

func TestAFileSlippedInBeforeAppliedOnesIsRefused(t *testing.T) {
	eachEmpty(t, func(t *testing.T, open opener) {
		must(t, open(t, map[string]string{"0001_a.sql": upParents, "0003_c.sql": upChildren}).Migrate(t.Context()))
		err := open(t, map[string]string{"0001_a.sql": upParents, "0002_b.sql": upBroken, "0003_c.sql": upChildren}).Migrate(t.Context())
		if f := fault.Of(err); f == nil || f.Kind != fault.Conflict || !strings.Contains(f.Text, "säkerhetskopia") {
			t.Errorf("got %v", err)
		}
	})
}

func TestRebuildingAParentKeepsItsChildren(t *testing.T) {
	eachEmpty(t, func(t *testing.T, open opener) {
		files := map[string]string{"0001_a.sql": upParents, "0002_b.sql": upChildren}
		d := open(t, files)
		must(t, d.Migrate(t.Context()))
		must(t, d.Tx(t.Context(), func(tx db.Tx) error {
			must(t, tx.Exec("INSERT INTO parents (id) VALUES ('p')").Error)
			return tx.Exec("INSERT INTO children (id, parent) VALUES ('c', 'p')").Error
		}))
		files["0003_c-sqlite.sql"], files["0003_c-postgres.sql"] = upRebuilt, upAltered
		d = open(t, files)
		must(t, d.Migrate(t.Context()))
		var children int
		must(t, d.Read(t.Context()).Raw("SELECT count(*) FROM children").Scan(&children).Error)
		if children != 1 {
			t.Errorf("%d children, want 1", children)
		}
		files["0004_d-sqlite.sql"], files["0004_d-postgres.sql"] = upOrphaning, upBroken
		if err := open(t, files).Migrate(t.Context()); err == nil {
			t.Error("a migration left children without parents")
		}
		err := d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec("INSERT INTO children (id, parent) VALUES ('x', 'nobody')").Error
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("foreign keys are off after migrating: %v", err)
		}
	})
}

func TestEveryMigrationGoesUpDownAndUpAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		before := dbtest.Snapshot(t, d)
		status, err := d.MigrateStatus(t.Context())
		must(t, err)
		for range status {
			must(t, d.MigrateDown(t.Context()))
		}
		if left := tables(t, d); left != "" {
			t.Errorf("left after going down: %s", left)
		}
		must(t, d.MigrateDown(t.Context()))
		must(t, d.Migrate(t.Context()))
		if diff := dbtest.Snapshot(t, d); diff != before {
			t.Errorf("up, down, up is not up:\n%s\nwas\n%s", diff, before)
		}
	})
}

func TestMigrationsOfOneEngineComeInPairs(t *testing.T) {
	seen := map[string][]string{}
	names, err := fs.Glob(migrations.FS, "*.sql")
	must(t, err)
	for _, name := range names {
		number, _, _ := strings.Cut(name, "_")
		base, engine := strings.TrimSuffix(name, ".sql"), ""
		for _, e := range []string{db.SQLite, db.PostgreSQL} {
			if trimmed, ok := strings.CutSuffix(base, "-"+e); ok {
				base, engine = trimmed, e
			}
		}
		seen[number] = append(seen[number], base+" "+engine)
		text, err := migrations.FS.ReadFile(name)
		must(t, err)
		for _, marker := range []string{"-- +goose Up", "-- +goose Down"} {
			if !bytes.Contains(text, []byte(marker)) {
				t.Errorf("%s has no %q", name, marker)
			}
		}
		if bytes.Contains(text, []byte("NO TRANSACTION")) {
			t.Errorf("%s: all migrations make one transaction", name)
		}
	}
	for i, number := range slices.Sorted(maps.Keys(seen)) {
		files := seen[number]
		if number != fmt.Sprintf("%04d", i+1) {
			t.Errorf("number %s is out of order", number)
		}
		base, _, _ := strings.Cut(files[0], " ")
		pair := []string{base + " " + db.PostgreSQL, base + " " + db.SQLite}
		if !slices.Equal(files, []string{base + " "}) && !slices.Equal(files, pair) {
			t.Errorf("%s is %q: one file, or one for each engine", number, files)
		}
	}
}
