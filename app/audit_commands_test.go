package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"nuso.se/app/audit"
	"nuso.se/app/config"
	"nuso.se/app/db"
)

// atLog does something with the database of cfg, migrated.
func atLog(t *testing.T, cfg config.Config, do func(d *db.DB) error) {
	t.Helper()
	h, err := openHouse(t.Context(), cfg, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if err := h.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := do(h.db); err != nil {
		t.Fatal(err)
	}
}

func TestTheAuditLogIsVerified(t *testing.T) {
	cfg := testConfig(t)
	atLog(t, cfg, func(*db.DB) error { return nil })
	wantTyped(t, cfg, auditVerify{}.Run, false, "Revisionsloggen är tom.")
	var last audit.Mark
	atLog(t, cfg, func(d *db.DB) error {
		for range 3 {
			err := d.Tx(t.Context(), func(tx db.Tx) error { return audit.Add(tx, time.Now(), audit.Entry{Verb: "test.add"}) })
			if err != nil {
				return err
			}
		}
		v, err := audit.Verify(t.Context(), d, audit.Mark{})
		last = v.Last
		return err
	})
	wantTyped(t, cfg, auditVerify{}.Run, false, "Revisionsloggen stämmer: 3 rader. ", "\n"+last.String()+"\n", "--from")
	wantTyped(t, cfg, auditVerify{From: last}.Run, false, "Revisionsloggen stämmer: 3 rader. ")
	later := audit.Mark{Number: 7, Hash: last.Hash}
	wantTyped(t, cfg, auditVerify{From: later}.Run, true, "rad 4 saknas; loggen slutar före raden som angavs", "3 rader före felet stämmer")
	atLog(t, cfg, func(d *db.DB) error {
		return d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec(`INSERT INTO audit_log SELECT 6, at, actor, verb, subject_kind, subject, organisation, reason, details, previous, hash
				FROM audit_log WHERE number = 3`).Error
		})
	})
	wantTyped(t, cfg, auditVerify{}.Run, true, "stämmer inte: rader saknas före rad 6. 3 rader före felet stämmer. Jämför med en säkerhetskopia")
}

func TestEachFlawOfTheAuditLogHasItsWords(t *testing.T) {
	seen := map[string]bool{}
	for _, flaw := range []audit.Flaw{audit.Missing, audit.Changed, audit.Misplaced, audit.Rewritten, audit.CutOff} {
		told := flawed(audit.Verdict{Flaw: flaw, Broken: 12})
		if seen[told] || !strings.Contains(told, "rad 12") {
			t.Errorf("%s: %q", flaw, told)
		}
		seen[told] = true
	}
}

func TestVerifyingTheAuditLogEndsWithItsStatus(t *testing.T) {
	cfg := testConfig(t)
	for _, row := range []struct {
		name   string
		args   string
		before func(d *db.DB) error
		status int
		want   string
	}{
		{"no row", "", func(*db.DB) error { return nil }, exitDone, "tom"},
		{"a mark that is none", " --from 7:abc", nil, exitUsage, "radens nummer, ett kolon"},
		{"a mark that is not there", fmt.Sprintf(" --from=7:%064x", 7), nil, exitFailed, "rad 1 saknas"},
		{"no table", "", func(d *db.DB) error {
			return d.MigrateDown(t.Context())
		}, exitFailed, "Kör nuso migrate up"},
	} {
		if row.before != nil {
			atLog(t, cfg, row.before)
		}
		var out bytes.Buffer
		settings := map[string]string{"NUSO_DATA_DIR": cfg.DataDir, "DATABASE_URL": cfg.DatabaseURL}
		status := run(t.Context(), strings.Fields("audit verify"+row.args), settings, &out, &out)
		if status != row.status || !strings.Contains(out.String(), row.want) {
			t.Errorf("%s: status %d, said %q", row.name, status, out.String())
		}
	}
}
