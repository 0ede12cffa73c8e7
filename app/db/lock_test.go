package db_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

var engines = []string{db.SQLite, db.PostgreSQL}

// TestAsAnotherProcess is no test of its own: others start this binary again with it, to have a second process.
func TestAsAnotherProcess(t *testing.T) {
	task, at, _ := strings.Cut(os.Getenv("NUSO_TEST_PROCESS"), " ")
	switch task {
	case "migrate":
		d, err := db.Open(t.Context(), db.Options{URL: at})
		must(t, err)
		must(t, d.Migrate(t.Context()))
		must(t, d.Close())
	case "hold":
		_, err := db.LockFolder(at)
		must(t, err)
		fmt.Println("held")
		select {}
	case "write":
		d, err := db.Open(t.Context(), db.Options{URL: at})
		must(t, err)
		for {
			one := thing{ID: db.NewID(), Name: db.NewID(), Extra: db.AsJSON(map[string]int{"x": 1})}
			must(t, create(t.Context(), d, one))
			fmt.Println("kept", one.ID)
		}
	}
}

func process(t testing.TB, task, at string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestAsAnotherProcess$", "-test.timeout=60s")
	c.Env = append(os.Environ(), "NUSO_TEST_PROCESS="+task+" "+at)
	return c
}

// started starts a process and returns what it prints, line by line.
func started(t testing.TB, task, at string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	c := process(t, task, at)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return c, bufio.NewScanner(out)
}

func TestLockFolderRefusesASecondHolderAtOnceAndSaysWho(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	release, err := db.LockFolder(folder)
	must(t, err)
	start := time.Now()
	_, err = db.LockFolder(folder)
	f := fault.Of(err)
	if f == nil || f.Kind != fault.Conflict {
		t.Fatalf("got %v, want a Conflict", err)
	}
	for _, word := range []string{folder, fmt.Sprint("process ", os.Getpid()), "NUSO_DATA_DIR", "DATABASE_URL"} {
		if !strings.Contains(f.Text, word) {
			t.Errorf("%q lacks %q", f.Text, word)
		}
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("the refusal took %v", took)
	}
	release()
	release()
	again, err := db.LockFolder(folder)
	must(t, err)
	again()
}

func TestKillFreesTheFolder(t *testing.T) {
	folder := t.TempDir()
	c, lines := started(t, "hold", folder)
	for lines.Scan() && lines.Text() != "held" {
	}
	if _, err := db.LockFolder(folder); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), fmt.Sprint(c.Process.Pid)) {
		t.Errorf("got %v, want a Conflict that names the process", err)
	}
	must(t, c.Process.Kill())
	_ = c.Wait()
	release, err := db.LockFolder(folder)
	must(t, err)
	release()
}

func TestLockFolderSaysWhenTheFolderCannotBe(t *testing.T) {
	if _, err := db.LockFolder("/dev/null/data"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "/dev/null/data") {
		t.Errorf("got %v", err)
	}
}

func TestLockedLetsOneInAtATime(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.EmptyURL(t, engine)
			var inside, entered atomic.Int32
			var group sync.WaitGroup
			for range 3 {
				group.Go(func() {
					d, err := db.Open(t.Context(), db.Options{URL: url})
					if err != nil {
						t.Error(err)
						return
					}
					defer d.Close()
					err = d.Locked(t.Context(), func(ctx context.Context) error {
						if inside.Add(1) != 1 {
							t.Error("two are inside")
						}
						defer inside.Add(-1)
						time.Sleep(20 * time.Millisecond)
						entered.Add(1)
						return errors.Join(d.Migrate(ctx), d.Locked(ctx, func(context.Context) error { return nil }))
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if entered.Load() != 3 {
				t.Errorf("%d came in, want 3", entered.Load())
			}
		})
	}
}

func TestLockedGivesUpWithItsCaller(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.EmptyURL(t, engine)
			one, err := db.Open(t.Context(), db.Options{URL: url})
			must(t, err)
			defer one.Close()
			two, err := db.Open(t.Context(), db.Options{URL: url})
			must(t, err)
			defer two.Close()
			must(t, one.Locked(t.Context(), func(context.Context) error {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				err := two.Locked(ctx, func(context.Context) error { t.Error("two are inside"); return nil })
				if !fault.Is(err, fault.Unavailable) {
					t.Errorf("got %v, want Unavailable", err)
				}
				return nil
			}))
		})
	}
}

func TestFirstStartsAtTheSameMomentAllSucceed(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			url := dbtest.EmptyURL(t, engine)
			var group sync.WaitGroup
			for range 4 {
				group.Go(func() {
					if out, err := process(t, "migrate", url).CombinedOutput(); err != nil {
						t.Errorf("%v: %s", err, out)
					}
				})
			}
			group.Wait()
			d, err := db.Open(t.Context(), db.Options{URL: url})
			must(t, err)
			defer d.Close()
			status, err := d.MigrateStatus(t.Context())
			must(t, err)
			for _, m := range status {
				if !m.Applied {
					t.Errorf("%s is not applied", m.Name)
				}
			}
		})
	}
}

func TestKillLosesNoAcknowledgedWrite(t *testing.T) {
	d := dbtest.New(t)
	makeThings(t, d)
	must(t, d.Close())
	at := "sqlite:" + d.File()
	kept := map[string]bool{}
	for round := range 5 {
		c, lines := started(t, "write", at)
		for n := 0; n < 20+round*7 && lines.Scan(); {
			if id, ok := strings.CutPrefix(lines.Text(), "kept "); ok {
				kept[id] = true
				n++
			}
		}
		must(t, c.Process.Kill())
		for lines.Scan() { // acknowledged between our last look and the kill
			if id, ok := strings.CutPrefix(lines.Text(), "kept "); ok && len(id) == 36 {
				kept[id] = true
			}
		}
		_ = c.Wait()
	}
	d, err := db.Open(t.Context(), db.Options{URL: at})
	must(t, err)
	defer d.Close()
	var ids []string
	must(t, d.Read(t.Context()).Model(&thing{}).Pluck("id", &ids).Error)
	for _, id := range ids {
		delete(kept, id)
	}
	if len(kept) > 0 || len(ids) < 100 {
		t.Errorf("%d acknowledged writes are lost, %d are there", len(kept), len(ids))
	}
	var sound string
	must(t, d.Read(t.Context()).Raw("PRAGMA integrity_check").Scan(&sound).Error)
	if sound != "ok" {
		t.Errorf("integrity: %s", sound)
	}
}
