package dbtest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/db"
)

// job is a model of the table jobs, with faults.
type job struct {
	ID        int64 `gorm:"primaryKey"`
	Kind      string
	UniqueKey *string
	Payload   []byte
	RunAt     time.Time
	Attempts  int
	Missing   string
	CreatedAt db.Instant
}

type ghost struct{ ID string }

func TestParityNamesEveryDifference(t *testing.T) {
	Each(t, func(t *testing.T, d *db.DB) {
		got := strings.Join(modelDifferences(read(t, d), []any{&job{}, ghost{}, 7}), "\n")
		for _, want := range []string{
			"job: the column jobs.leased_by has no field", "job: the column jobs.last_error has no field",
			"job.ID holds int, the column jobs.id text", "job.Payload holds bytes, the column jobs.payload text",
			"job.RunAt: keep an instant as db.Instant", "job.Missing: there is no column jobs.missing",
			"ghost: there is no table ghosts", "int is no model",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("no word of %q in\n%s", want, got)
			}
		}
		if strings.Contains(got, "Kind") || strings.Contains(got, "CreatedAt") || strings.Contains(got, "UniqueKey") {
			t.Errorf("what is right is named:\n%s", got)
		}
	})
}

const (
	schemaA = `CREATE TABLE a (id TEXT NOT NULL, n BIGINT NOT NULL DEFAULT 3, note TEXT DEFAULT 'x', CONSTRAINT a_pk PRIMARY KEY (id),
		CONSTRAINT a_n_positive CHECK (n > 0))`
	schemaB = `CREATE TABLE b (x TEXT NOT NULL, y TEXT NOT NULL, "on" BOOLEAN NOT NULL DEFAULT FALSE, weight DOUBLE PRECISION,
		CONSTRAINT b_pk PRIMARY KEY (x, y),
		CONSTRAINT b_a_fk FOREIGN KEY (x) REFERENCES a (id) ON DELETE CASCADE,
		CONSTRAINT b_b_fk FOREIGN KEY (x, y) REFERENCES b (x, y) ON UPDATE SET NULL)`
	schemaIndex = `CREATE UNIQUE INDEX b_y ON b (y DESC, x) WHERE "on" IS NOT NULL AND y <> 'a'`
	schemaExpr  = `CREATE INDEX b_lower ON b (lower(y))`
)

func TestACatalogueReadsTheSameOnBothEngines(t *testing.T) {
	text := "text"
	want := catalogue{
		"a": {
			Columns: map[string]column{
				"id": {Class: text}, "n": {Class: "int", Default: "3"}, "note": {Class: text, Nullable: true, Default: "'x'"},
			},
			PrimaryKey: []string{"id"}, Indexes: map[string]index{}, ForeignKeys: map[string]foreignKey{},
			Checks: []string{"a_n_positive"},
		},
		"b": {
			Columns: map[string]column{
				"x": {Class: text}, "y": {Class: text}, "on": {Class: "bool", Default: "false"}, "weight": {Class: "float", Nullable: true},
			},
			PrimaryKey: []string{"x", "y"},
			Indexes: map[string]index{
				"b_y":     {Unique: true, Columns: []string{"y desc", "x"}, Where: "on is not null and y <> 'a'"},
				"b_lower": {Columns: []string{"(expression)"}},
			},
			ForeignKeys: map[string]foreignKey{
				"b_a_fk": {Columns: "x", Parent: "a", ParentColumns: "id", OnDelete: "cascade", OnUpdate: "no action"},
				"b_b_fk": {Columns: "x, y", Parent: "b", ParentColumns: "x, y", OnDelete: "no action", OnUpdate: "set null"},
			},
		},
	}
	Each(t, func(t *testing.T, d *db.DB) {
		before := read(t, d)
		err := d.Tx(t.Context(), func(tx db.Tx) error {
			for _, statement := range []string{schemaA, schemaB, schemaIndex, schemaExpr} {
				if err := tx.Exec(statement).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, d)
		for name := range before {
			delete(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
	})
}
