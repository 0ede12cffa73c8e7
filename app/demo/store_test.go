package demo

import (
	"slices"
	"strings"
	"testing"

	"nuso.se/app/db/dbtest"
)

// A new table that refers to people, organisations, rounds or documents fails here until removals tells what becomes of its rows.
func TestWhateverRefersToTheDemonstrationIsRemovedBeforeIt(t *testing.T) {
	settled := []string{
		"memberships.organisation_id", // an organisation where somebody real has a role stays
		"organisations.parent_id",     // districts lie below municipalities, which are all real
	}
	order := map[string]int{}
	var removed []string
	for i, r := range removals() {
		order[r.table] = i + 1
		for _, column := range r.columns {
			removed = append(removed, r.table+"."+column)
		}
	}
	var keys []struct{ Source, Target, Column, OnDelete string }
	err := dbtest.New(t).Read(t.Context()).Raw(`SELECT m.name AS source, f."table" AS target, f."from" AS "column", f.on_delete
		FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`).Scan(&keys).Error
	if err != nil || len(keys) < 10 {
		t.Fatal(len(keys), err)
	}
	for _, key := range keys {
		column := key.Source + "." + key.Column
		switch {
		case order[key.Target] == 0 || key.OnDelete == "CASCADE" || slices.Contains(settled, column):
		case key.Target == "memberships" && order[key.Source] < order[key.Target]: // by whose they are
		case !slices.Contains(removed, column):
			t.Errorf("%s refers to %s: say in removals what becomes of its rows", column, key.Target)
		case order[key.Source] > order[key.Target]:
			t.Errorf("%s must be removed before %s", key.Source, key.Target)
		}
	}
	for _, column := range settled {
		if table, _, _ := strings.Cut(column, "."); order[table] == 0 {
			t.Errorf("%s is settled, and nothing of %s is removed", column, table)
		}
	}
}
