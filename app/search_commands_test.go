package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/db"
	"nuso.se/app/search"
)

// typed runs a command as somebody at a shell does, with the settings of cfg.
func typed(t *testing.T, ctx context.Context, cfg config.Config, command func(*console) error) (out, errs string, err error) {
	t.Helper()
	var o, e bytes.Buffer
	err = command(&console{ctx: ctx, settings: map[string]string{"NUSO_DATA_DIR": cfg.DataDir, "DATABASE_URL": cfg.DatabaseURL}, out: &o, err: &e})
	return o.String(), e.String(), err
}

// wantTyped fails unless the command ends as told and says the texts.
func wantTyped(t *testing.T, cfg config.Config, command func(*console) error, said bool, texts ...string) {
	t.Helper()
	out, errs, err := typed(t, t.Context(), cfg, command)
	if (said && !errors.Is(err, errSaid)) || (!said && err != nil) {
		t.Errorf("ended with %v", err)
	}
	for _, text := range texts {
		if !strings.Contains(out+errs, text) {
			t.Errorf("said %.300q and %q, without %q", out, errs, text)
		}
	}
}

func TestWithoutAServerACommandWorksAtTheIndexItself(t *testing.T) {
	cfg := testConfig(t)
	wantTyped(t, cfg, searchCheck{}.Run, true, "saknas       ", "0 är föråldrade och 0 överflödiga", "nuso search reindex")
	wantTyped(t, cfg, searchReindex{}.Run, false, "100 %", "Klart: ", " dokument i sökindexet")
	wantTyped(t, cfg, searchCheck{}.Run, false, "Sökindexet stämmer med databasen: ")
}

func TestBesideAServerACommandFollowsTheServersWork(t *testing.T) {
	cfg := testConfig(t)
	release, err := db.LockFolder(cfg.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	s := newTestServer(t, cfg, time.Now)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.run(ctx, listener) }()
	defer func() { stop(); <-ended }()
	for s.keeper.Degraded() {
		time.Sleep(10 * time.Millisecond)
	}
	wantTyped(t, cfg, searchReindex{}.Run, false, "100 %", "Klart: ")
	wantTyped(t, cfg, searchCheck{}.Run, false, "Sökindexet stämmer med databasen: ")
	err = s.db.Tx(t.Context(), func(tx db.Tx) error {
		return tx.Exec("UPDATE search_documents SET version = version + 1 WHERE path = '/om'").Error
	})
	if err != nil {
		t.Fatal(err)
	}
	wantTyped(t, cfg, searchCheck{}.Run, true, "föråldrat    ", "0 saknas, 1 är föråldrade och 0 överflödiga av ")
}

func TestACommandDoesNotWaitForEver(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	h, err := openHouse(t.Context(), testConfig(t), fake.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if err := h.db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	idle := func(context.Context) error { return nil }
	follow := func(ctx context.Context, change string, work func(context.Context) error) error {
		t.Helper()
		id, err := search.Start(t.Context(), h.db, search.Reindex, h.now)
		if err == nil && change != "" {
			err = h.db.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec(change+" WHERE id = ?", id).Error })
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.follow(ctx, id, work, func(search.Run) { fake.Advance(10 * time.Second) })
		return err
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, row := range map[string]struct {
		err  error
		want string
	}{
		"a server that does nothing": {follow(t.Context(), "", idle), "tar inte hand om"},
		"a run that failed":          {follow(t.Context(), `UPDATE search_runs SET state = 'failed', result = '{"error":"no luck"}'`, idle), "no luck"},
		"work that cannot begin":     {follow(t.Context(), "", func(context.Context) error { return errors.New("no jobs") }), "no jobs"},
		"somebody who gives up":      {follow(stopped, "", idle), "avbrutet"},
	} {
		if row.err == nil || !strings.Contains(row.err.Error(), row.want) {
			t.Errorf("%s: %v", name, row.err)
		}
	}
}

func TestProgressIsABarOnATerminalAndElsewhereLines(t *testing.T) {
	runs := []search.Run{{}, {Total: 40}, {Done: 1, Total: 40}, {Done: 20, Total: 40}, {Done: 21, Total: 40}, {Done: 41, Total: 40}}
	for terminal, want := range map[bool]string{
		false: "50 %  20 av 40\n100 %  40 av 40\n",
		true:  "\r[" + strings.Repeat("█", 30) + "] 100 %  40 av 40\n",
	} {
		var out bytes.Buffer
		p := newProgress(&out)
		if p.terminal {
			t.Error("a buffer is no terminal")
		}
		p.terminal = terminal
		for _, r := range runs {
			p.show(r)
		}
		p.end()
		if !strings.HasSuffix(out.String(), want) || !terminal && out.String() != want {
			t.Errorf("terminal %v: %q", terminal, out.String())
		}
	}
}
