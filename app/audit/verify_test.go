package audit

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

// exec runs SQL in a transaction of its own.
func exec(t *testing.T, d *db.DB, statements ...string) error {
	t.Helper()
	return d.Tx(t.Context(), func(tx db.Tx) error {
		for _, s := range statements {
			if err := tx.Exec(s).Error; err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

func mustExec(t *testing.T, d *db.DB, statements ...string) {
	t.Helper()
	if err := exec(t, d, statements...); err != nil {
		t.Fatal(err)
	}
}

func TestAKeptMarkShowsWhatTheChainCannot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addSome(t, d, 7)
		before := stored(t, d)
		unguard(t, d)
		anew := append([]row{}, before...)
		anew[3].Reason = "x"
		anew = relinked(anew)
		for _, row := range []struct {
			name   string
			rows   []row
			kept   int64 // the row of before that is kept; 0: none
			flaw   Flaw
			broken int64
		}{
			{"what is as it was", before, 7, "", 0},
			{"what is as it was, with an early mark", before, 1, "", 0},
			{"the end cut off, without a mark", before[:5], 0, "", 0},
			{"the end cut off, with a mark before it", before[:5], 5, "", 0},
			{"the end cut off", before[:5], 6, CutOff, 6},
			{"much of the end cut off", before[:2], 7, CutOff, 3},
			{"written anew, without a mark", anew, 0, "", 0},
			{"written anew, with a mark before it", anew, 3, "", 0},
			{"written anew", anew, 4, Rewritten, 4},
			{"written anew before the mark", anew, 7, Rewritten, 7},
			{"written anew, and the marked row's hash as it was", append(append([]row{}, anew[:6]...), before[6]), 7, Misplaced, 7},
		} {
			restore(t, d, row.rows)
			var kept Mark
			if row.kept > 0 {
				kept = before[row.kept-1].mark()
			}
			v, err := Verify(t.Context(), d, kept)
			if err != nil || v.Flaw != row.flaw || v.Broken != row.broken {
				t.Errorf("%s: %+v, %v; want %q at %d", row.name, v, err, row.flaw, row.broken)
			}
		}
		restore(t, d, before)
		mustExec(t, d, "DELETE FROM audit_log")
		v, err := Verify(t.Context(), d, before[0].mark())
		if err != nil || v.Flaw != CutOff || v.Broken != 1 || v.Last != (Mark{Hash: origin}) {
			t.Errorf("everything cut off: %+v, %v", v, err)
		}
	})
}

func TestTheDatabaseRefusesToChangeTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addSome(t, d, 3)
		statements := []string{
			"UPDATE audit_log SET reason = 'x' WHERE number = 2", "UPDATE audit_log SET hash = hash",
			"DELETE FROM audit_log WHERE number = 3", "DELETE FROM audit_log", copied("2", "previous") + " ON CONFLICT (number) DO UPDATE SET reason = 'x'",
		}
		if d.Engine() == db.PostgreSQL {
			statements = append(statements, "TRUNCATE audit_log", "TRUNCATE audit_log, announcements CASCADE", "DELETE FROM audit_log WHERE false")
		} else {
			statements = append(statements, "REPLACE "+strings.TrimPrefix(copied("2", "previous"), "INSERT "), "UPDATE OR REPLACE audit_log SET number = 1 WHERE number = 2")
		}
		for _, s := range statements {
			if err := exec(t, d, s); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "audit_log is append-only: ") {
				t.Errorf("%s: %v", s, err)
			}
		}
		unguard(t, d)
		for _, column := range []string{"number", "at"} {
			if exec(t, d, "UPDATE audit_log SET "+column+" = 'noon' WHERE number = 1") == nil {
				t.Errorf("%s takes a text, which Verify cannot read", column)
			}
		}
		wantSound(t, d, 3)
	})
}

func TestALogOfManyPagesIsReadWhileItGrows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		all := make([]row, 2*pageSize)
		for i := range all {
			all[i] = row{At: db.At(noon()), Verb: "test.add", Details: "{}"}
		}
		all = relinked(all)
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return tx.Create(&all).Error }); err != nil {
			t.Fatal(err)
		}
		wantSound(t, d, 2*pageSize)
		read := int64(0)
		for r, err := range stream(t.Context(), d) {
			if err != nil {
				t.Fatal(err)
			}
			if read++; r.Number != read {
				t.Fatalf("row %d came as the %dth", r.Number, read)
			}
			if read == 1 {
				addSome(t, d, 1)
			}
		}
		if read != 2*pageSize+1 {
			t.Errorf("%d read, want those there were and the new one", read)
		}
		pages := dbtest.Queries(t, d, func() { wantSound(t, d, 2*pageSize+1) })
		if pages != 3 {
			t.Errorf("read by %d queries, want one a page", pages)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if v, err := Verify(ctx, d, Mark{}); err == nil {
			t.Errorf("a context that has ended gives %+v", v)
		}
	})
}

func TestTheLogGoesDownWithItsRowsAndComesBackEmptyAndGuarded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addSome(t, d, 3)
		before := dbtest.Snapshot(t, d)
		for there := true; there; {
			if err := d.MigrateDown(t.Context()); err != nil {
				t.Fatal(err)
			}
			there = strings.Contains(dbtest.Snapshot(t, d), `"audit_log"`)
		}
		if err := d.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := dbtest.Snapshot(t, d); after != before {
			t.Errorf("the schema is\n%s\nwas\n%s", after, before)
		}
		wantSound(t, d, 0)
		addSome(t, d, 1)
		if err := exec(t, d, "DELETE FROM audit_log"); err == nil {
			t.Error("the triggers did not come back")
		}
		wantSound(t, d, 1)
	})
}
