package dbtest

import (
	"slices"
	"strings"
	"testing"

	"nuso.se/app/db"
)

func readPostgres(t testing.TB, d *db.DB) catalogue {
	t.Helper()
	var names []string
	scan(t, d, &names, `SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname <> ?`, gooseTable)
	c := catalogue{}
	for _, name := range names {
		one := newTable()
		postgresColumns(t, d, name, &one)
		postgresIndexes(t, d, name, &one)
		postgresConstraints(t, d, name, &one)
		c[name] = one
	}
	return c
}

func postgresColumns(t testing.TB, d *db.DB, name string, into *table) {
	t.Helper()
	var columns []struct {
		Name, Type, Dflt string
		Nullable         bool
	}
	scan(t, d, &columns, `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable,
		coalesce(column_default, '') AS dflt FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name = ? AND data_type <> 'tsvector'`, name)
	for _, c := range columns {
		into.Columns[c.Name] = column{Class: class(c.Type), Nullable: c.Nullable, Default: plain(c.Dflt)}
	}
}

func postgresIndexes(t testing.TB, d *db.DB, name string, into *table) {
	t.Helper()
	var parts []struct {
		Name, Part, Where    string
		Uniq, Pk, Expr, Down bool
	}
	scan(t, d, &parts, `SELECT ic.relname AS name, i.indisunique AS uniq, i.indisprimary AS pk,
			coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS "where",
			coalesce(a.attname, '(expression)') AS part, (o.option & 1) = 1 AS down
		FROM pg_index AS i
		JOIN pg_class AS ic ON ic.oid = i.indexrelid
		JOIN pg_am AS m ON m.oid = ic.relam
		CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indoption::int2[]) WITH ORDINALITY AS o(attnum, option, place)
		LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = o.attnum AND o.attnum > 0
		WHERE i.indrelid = ?::regclass AND m.amname <> 'gin' ORDER BY ic.relname, o.place`, name)
	for _, p := range parts {
		if p.Pk {
			into.PrimaryKey = append(into.PrimaryKey, p.Part)
			continue
		}
		one := into.Indexes[p.Name]
		one.Unique, one.Where = p.Uniq, plain(p.Where)
		one.Columns = append(one.Columns, direction(p.Part, p.Down))
		into.Indexes[p.Name] = one
	}
}

func postgresConstraints(t testing.TB, d *db.DB, name string, into *table) {
	t.Helper()
	var found []struct{ Name, Type, Columns, Parent, ParentColumns, OnDelete, OnUpdate string }
	scan(t, d, &found, `SELECT c.conname AS name, c.contype AS type, c.confdeltype AS on_delete, c.confupdtype AS on_update,
			coalesce(p.relname, '') AS parent,
			(SELECT coalesce(string_agg(a.attname, ', ' ORDER BY k.place), '') FROM unnest(c.conkey) WITH ORDINALITY AS k(num, place)
				JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.num) AS columns,
			(SELECT coalesce(string_agg(a.attname, ', ' ORDER BY k.place), '') FROM unnest(c.confkey) WITH ORDINALITY AS k(num, place)
				JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.num) AS parent_columns
		FROM pg_constraint AS c LEFT JOIN pg_class AS p ON p.oid = c.confrelid
		WHERE c.conrelid = ?::regclass`, name)
	actions := map[string]string{"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
	for _, f := range found {
		switch f.Type {
		case "f":
			into.ForeignKeys[f.Name] = foreignKey{Columns: f.Columns, Parent: f.Parent, ParentColumns: f.ParentColumns,
				OnDelete: actions[f.OnDelete], OnUpdate: actions[f.OnUpdate]}
		case "c":
			into.Checks = append(into.Checks, strings.ToLower(f.Name))
		}
	}
	slices.Sort(into.Checks)
}
