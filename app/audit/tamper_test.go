package audit

import (
	"fmt"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

// unguard drops the triggers, as somebody can who owns the database.
func unguard(t *testing.T, d *db.DB) {
	t.Helper()
	if d.Engine() == db.PostgreSQL {
		mustExec(t, d, "DROP TRIGGER audit_log_kept ON audit_log")
		return
	}
	mustExec(t, d, "DROP TRIGGER audit_log_updated", "DROP TRIGGER audit_log_deleted", "DROP TRIGGER audit_log_replaced")
}

// restore makes the table hold exactly these rows.
func restore(t *testing.T, d *db.DB, all []row) {
	t.Helper()
	mustExec(t, d, "DELETE FROM audit_log")
	if err := d.Tx(t.Context(), func(tx db.Tx) error { return tx.Create(&all).Error }); err != nil {
		t.Fatal(err)
	}
}

// relinked returns the rows with links and hashes that fit, as somebody makes them who knows how.
func relinked(all []row) []row {
	last := row{Hash: origin}
	for i := range all {
		all[i].Number, all[i].Previous = last.Number+1, last.Hash
		all[i].Hash = all[i].sum()
		last = all[i]
	}
	return all
}

// copied puts a copy of row 3 at a number, with a link of its own.
func copied(number, previous string) string {
	return fmt.Sprintf(`INSERT INTO audit_log SELECT %s, at, actor, verb, subject_kind, subject, organisation, reason, details, %s, hash
		FROM audit_log WHERE number = 3`, number, previous)
}

type tampering struct {
	name   string
	with   []string
	flaw   Flaw
	broken int64
}

func tamperings() []tampering {
	all := []tampering{
		{"nothing", nil, "", 0},
		{"a row is taken out", []string{"DELETE FROM audit_log WHERE number = 4"}, Missing, 5},
		{"the first is taken out", []string{"DELETE FROM audit_log WHERE number = 1"}, Missing, 2},
		{"a row is taken out and those after it moved up", []string{
			"DELETE FROM audit_log WHERE number = 5", "UPDATE audit_log SET number = 5 WHERE number = 6", "UPDATE audit_log SET number = 6 WHERE number = 7",
		}, Misplaced, 5},
		{"two rows change places", []string{
			"UPDATE audit_log SET number = -1 WHERE number = 3", "UPDATE audit_log SET number = 3 WHERE number = 4",
			"UPDATE audit_log SET number = 4 WHERE number = -1",
		}, Misplaced, 3},
		{"a row is put in before the first", []string{copied("0", "previous")}, Misplaced, 0},
		{"a row is put in long before the first", []string{copied("-9223372036854775808", "previous")}, Misplaced, -9223372036854775808},
		{"a row is put in long after the last", []string{copied("9223372036854775807", "previous")}, Missing, 9223372036854775807},
		{"a copy is put at the end", []string{copied("8", "previous")}, Misplaced, 8},
		{"a copy is put at the end with a link that fits", []string{copied("8", "(SELECT hash FROM audit_log WHERE number = 7)")}, Changed, 8},
		{"a row is another's copy", []string{"DELETE FROM audit_log WHERE number = 5", copied("5", "previous")}, Misplaced, 5},
		{"a hash is changed", []string{"UPDATE audit_log SET hash = '' WHERE number = 6"}, Changed, 6},
		{"a link is changed", []string{"UPDATE audit_log SET previous = '' WHERE number = 6"}, Changed, 6},
		{"hash and link are changed", []string{"UPDATE audit_log SET previous = '', hash = '' WHERE number = 6"}, Misplaced, 6},
		{"the time is changed", []string{"UPDATE audit_log SET at = at + 1 WHERE number = 5"}, Changed, 5},
		{"of several the first is told", []string{"UPDATE audit_log SET reason = 'x' WHERE number IN (3, 7)", "DELETE FROM audit_log WHERE number = 5"}, Changed, 3},
	}
	for _, column := range []string{"actor", "verb", "subject_kind", "subject", "organisation", "reason", "details"} {
		statement := fmt.Sprintf("UPDATE audit_log SET %s = %s || ' ' WHERE number = 5", column, column)
		all = append(all, tampering{column + " is changed", []string{statement}, Changed, 5})
	}
	return all
}

func TestTamperingIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		addSome(t, d, 7)
		before := stored(t, d)
		unguard(t, d)
		for _, row := range tamperings() {
			restore(t, d, before)
			mustExec(t, d, row.with...)
			v, err := Verify(t.Context(), d, Mark{})
			if err != nil || v.Flaw != row.flaw || v.Broken != row.broken {
				t.Errorf("%s: %+v, %v; want %q at %d", row.name, v, err, row.flaw, row.broken)
			}
			if held := v.Last.Number; row.flaw == "" && held != 7 || row.flaw == Changed && held != row.broken-1 {
				t.Errorf("%s: %d rows hold", row.name, held)
			}
		}
	})
}
