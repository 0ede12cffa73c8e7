package dbtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm/schema"

	"nuso.se/app/db"
)

// SameSchema fails where the migrated catalogues of SQLite and PostgreSQL differ: tables, columns, nullability, kinds
// of type, defaults, keys, indexes, and foreign keys and checks by name. It skips without PostgreSQL.
func SameSchema(t *testing.T) {
	t.Helper()
	lite, full := read(t, New(t)), read(t, Postgres(t))
	if diff := cmp.Diff(lite, full); diff != "" {
		t.Errorf("the schemas differ (- SQLite, + PostgreSQL):\n%s", diff)
	}
}

// Snapshot writes d's schema down, so that a test can compare two states of it.
func Snapshot(t *testing.T, d *db.DB) string {
	t.Helper()
	text, err := json.MarshalIndent(read(t, d), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Parity fails unless each model's fields are exactly the columns of its table in d, of the same kind and with the
// same primary key. Models are values or pointers of the types that stores hand to gorm.
func Parity(t *testing.T, d *db.DB, models ...any) {
	t.Helper()
	for _, difference := range modelDifferences(read(t, d), models) {
		t.Error(difference)
	}
}

func modelDifferences(tables catalogue, models []any) (all []string) {
	cache := &sync.Map{}
	for _, model := range models {
		s, err := schema.Parse(model, cache, schema.NamingStrategy{})
		if err != nil {
			all = append(all, fmt.Sprintf("%T is no model: %v", model, err))
			continue
		}
		if stored, ok := tables[s.Table]; ok {
			all = append(all, compareModel(s, stored)...)
		} else {
			all = append(all, fmt.Sprintf("%s: there is no table %s", s.Name, s.Table))
		}
	}
	return all
}

func compareModel(s *schema.Schema, stored table) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	for _, name := range slices.Sorted(maps.Keys(stored.Columns)) {
		if s.FieldsByDBName[name] == nil {
			say("%s: the column %s.%s has no field", s.Name, s.Table, name)
		}
	}
	var key []string
	for _, name := range s.DBNames {
		field := s.FieldsByDBName[name]
		if field.PrimaryKey {
			key = append(key, name)
		}
		c, ok := stored.Columns[name]
		switch {
		case !ok:
			say("%s.%s: there is no column %s.%s", s.Name, field.Name, s.Table, name)
		case field.DataType == schema.Time:
			say("%s.%s: keep an instant as db.Instant, never as time.Time", s.Name, field.Name)
		case fieldClass(field) != c.Class:
			say("%s.%s holds %s, the column %s.%s %s", s.Name, field.Name, fieldClass(field), s.Table, name, c.Class)
		}
	}
	slices.Sort(key)
	if want := slices.Sorted(slices.Values(stored.PrimaryKey)); !slices.Equal(key, want) {
		say("%s: primary key %v, the table's is %v", s.Name, key, want)
	}
	return all
}

func fieldClass(f *schema.Field) string {
	if f.DataType == schema.Uint {
		return "int"
	}
	return class(string(f.DataType))
}
