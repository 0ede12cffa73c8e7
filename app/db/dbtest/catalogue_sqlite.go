package dbtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"nuso.se/app/db"
)

// SQLite forgets the names of constraints but keeps the text of the table.
var (
	foreignPattern = regexp.MustCompile(`(?i)CONSTRAINT\s+"?(\w+)"?\s+FOREIGN\s+KEY\s*\(([^)]*)\)\s*REFERENCES\s+"?(\w+)"?\s*\(([^)]*)\)`)
	deletePattern  = regexp.MustCompile(`(?i)^[^,]*?ON\s+DELETE\s+(CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)`)
	updatePattern  = regexp.MustCompile(`(?i)^[^,]*?ON\s+UPDATE\s+(CASCADE|RESTRICT|SET NULL|SET DEFAULT|NO ACTION)`)
	checkPattern   = regexp.MustCompile(`(?i)CONSTRAINT\s+"?(\w+)"?\s+CHECK`)
	wherePattern   = regexp.MustCompile(`(?is)\sWHERE\s(.*)$`)
)

func readSQLite(t testing.TB, d *db.DB) catalogue {
	t.Helper()
	var tables []struct{ Name, SQL string }
	scan(t, d, &tables, `SELECT l.name, s.sql FROM pragma_table_list AS l JOIN sqlite_schema AS s ON s.name = l.name
		WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' AND l.name <> ?`, gooseTable)
	c := catalogue{}
	for _, found := range tables {
		one := newTable()
		sqliteColumns(t, d, found.Name, &one)
		sqliteIndexes(t, d, found.Name, &one)
		sqliteForeignKeys(t, d, found.Name, found.SQL, &one)
		for _, m := range checkPattern.FindAllStringSubmatch(found.SQL, -1) {
			one.Checks = append(one.Checks, m[1])
		}
		slices.Sort(one.Checks)
		c[found.Name] = one
	}
	return c
}

func sqliteColumns(t testing.TB, d *db.DB, name string, into *table) {
	t.Helper()
	var columns []struct {
		Name, Type, Dflt string
		NotNull          bool
		Pk               int
	}
	scan(t, d, &columns, `SELECT name, type, "notnull" AS not_null, coalesce(dflt_value, '') AS dflt, pk
		FROM pragma_table_xinfo(?) ORDER BY pk`, name)
	for _, c := range columns {
		into.Columns[c.Name] = column{Class: class(c.Type), Nullable: !c.NotNull, Default: plain(c.Dflt)}
		if c.Pk > 0 {
			into.PrimaryKey = append(into.PrimaryKey, c.Name)
		}
	}
}

func sqliteIndexes(t testing.TB, d *db.DB, name string, into *table) {
	t.Helper()
	var indexes []struct {
		Name, Origin, SQL string
		Uniq              bool
	}
	scan(t, d, &indexes, `SELECT l.name, l.origin, l."unique" AS uniq, coalesce(s.sql, '') AS sql
		FROM pragma_index_list(?) AS l JOIN sqlite_schema AS s ON s.name = l.name`, name)
	for _, i := range indexes {
		switch i.Origin {
		case "pk":
			continue
		case "u":
			t.Errorf("table %s: a UNIQUE constraint has no name on SQLite: write CREATE UNIQUE INDEX", name)
			continue
		}
		one := index{Unique: i.Uniq, Columns: sqliteIndexColumns(t, d, i.Name)}
		if m := wherePattern.FindStringSubmatch(i.SQL); m != nil {
			one.Where = plain(m[1])
		}
		into.Indexes[i.Name] = one
	}
}

func sqliteIndexColumns(t testing.TB, d *db.DB, name string) (columns []string) {
	t.Helper()
	var parts []struct {
		Name string
		Desc bool
	}
	scan(t, d, &parts, `SELECT coalesce(name, '(expression)') AS name, "desc" FROM pragma_index_xinfo(?)
		WHERE key = 1 ORDER BY seqno`, name)
	for _, p := range parts {
		columns = append(columns, direction(p.Name, p.Desc))
	}
	return columns
}

func direction(name string, descending bool) string {
	if descending {
		return name + " desc"
	}
	return name
}

func sqliteForeignKeys(t testing.TB, d *db.DB, name, text string, into *table) {
	t.Helper()
	for _, at := range foreignPattern.FindAllStringSubmatchIndex(text, -1) {
		part := func(n int) string { return text[at[2*n]:at[2*n+1]] }
		rest := text[at[1]:]
		into.ForeignKeys[part(1)] = foreignKey{
			Columns: plain(part(2)), Parent: part(3), ParentColumns: plain(part(4)),
			OnDelete: action(deletePattern, rest), OnUpdate: action(updatePattern, rest),
		}
	}
	var count int
	scan(t, d, &count, "SELECT count(DISTINCT id) FROM pragma_foreign_key_list(?)", name)
	if count != len(into.ForeignKeys) {
		t.Errorf("table %s: %d foreign keys, %d with a name: write CONSTRAINT name FOREIGN KEY (…) REFERENCES …(…)",
			name, count, len(into.ForeignKeys))
	}
}

func action(pattern *regexp.Regexp, rest string) string {
	if m := pattern.FindStringSubmatch(rest); m != nil {
		return strings.ToLower(m[1])
	}
	return "no action"
}
