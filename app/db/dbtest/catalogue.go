package dbtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"nuso.se/app/db"
)

// The catalogue is a schema in words that both engines share. Left out are goose's own table and what exists on one
// engine only by design: full text (virtual and shadow tables, tsvector columns, gin indexes) and triggers.
type catalogue map[string]table

type table struct {
	Columns     map[string]column
	PrimaryKey  []string
	Indexes     map[string]index
	ForeignKeys map[string]foreignKey
	Checks      []string
}

type column struct {
	Class    string // text, int, bool, float, bytes, or the type's own name
	Nullable bool
	Default  string
}

type index struct {
	Unique  bool
	Columns []string // "name", "name desc" or "(expression)"
	Where   string
}

type foreignKey struct {
	Columns, Parent, ParentColumns string
	OnDelete, OnUpdate             string
}

const gooseTable = "goose_db_version"

var (
	castPattern  = regexp.MustCompile(`::(text|bigint|integer|smallint|boolean|double precision|character varying|bytea)(\[\])?`)
	spacePattern = regexp.MustCompile(`[\s()"]+`)
)

// Tables returns the names of d's tables, sorted, without goose's own and full text's: what models must cover.
func Tables(t testing.TB, d *db.DB) []string {
	t.Helper()
	var names []string
	for name := range read(t, d) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func read(t testing.TB, d *db.DB) catalogue {
	t.Helper()
	if d.Engine() == db.SQLite {
		return readSQLite(t, d)
	}
	return readPostgres(t, d)
}

func newTable() table {
	return table{Columns: map[string]column{}, Indexes: map[string]index{}, ForeignKeys: map[string]foreignKey{}}
}

// class names the sort of value a column type holds on either engine.
func class(declared string) string {
	declared = strings.ToLower(strings.TrimSpace(declared))
	switch declared {
	case "bigint", "integer", "int", "smallint":
		return "int"
	case "boolean", "bool":
		return "bool"
	case "double precision", "real", "float":
		return "float"
	case "blob", "bytea", "bytes":
		return "bytes"
	case "string":
		return "text"
	}
	return declared
}

// plain brings an expression that each engine writes in its own way to one form, good enough to compare.
func plain(expression string) string {
	expression = castPattern.ReplaceAllString(strings.ToLower(expression), "")
	return strings.TrimSpace(spacePattern.ReplaceAllString(expression, " "))
}

// scan runs a query of the catalogue itself.
func scan(t testing.TB, d *db.DB, into any, query string, args ...any) {
	t.Helper()
	if err := d.Read(t.Context()).Raw(query, args...).Scan(into).Error; err != nil {
		t.Fatalf("reading the catalogue: %v\n%s", err, query)
	}
}
