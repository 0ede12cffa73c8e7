package search_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/search"
)

// The settings of a process that is to be killed.
const (
	killedDatabase = "NUSO_TEST_KILLED_DATABASE"
	killedFolder   = "NUSO_TEST_KILLED_FOLDER"
)

// TestAsAProcessToKill is no test of its own: another one starts this binary again with it, and kills it. It serves, and
// writes at random without end, with a line for each write.
func TestAsAProcessToKill(t *testing.T) {
	url := os.Getenv(killedDatabase)
	if url == "" {
		return
	}
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, d, os.Getenv(killedFolder))
	h.serve()
	for n := 0; ; n++ {
		if n%50 == 20 {
			if _, err := search.Start(t.Context(), d, search.Reindex, time.Now); err != nil {
				t.Fatal(err)
			}
		}
		one := doc(fmt.Sprint("d", rand.N(200)), time.Now().UnixMicro(), word(rand.N(int64(1000))))
		h.tx(func(tx db.Tx) error {
			if rand.N(4) == 0 {
				return search.Remove(tx, one.ID)
			}
			return search.Put(tx, one)
		})
		fmt.Println("written")
		time.Sleep(rand.N(4 * time.Millisecond))
	}
}

// writeUntilKilled starts a process that writes, kills it in the middle of things after so many writes, and returns how many
// it made.
func writeUntilKilled(t *testing.T, d *db.DB, folder string, after int) (writes int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	other := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAsAProcessToKill$")
	other.Env = append(os.Environ(), killedDatabase+"="+dbtest.URLOf(t, d), killedFolder+"="+folder)
	told, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Wait()
	defer other.Process.Kill()
	lines := bufio.NewScanner(told)
	for lines.Scan() && lines.Text() == "written" {
		if writes++; writes == after {
			if err := other.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if writes < after {
		t.Fatalf("the process ended by itself after %d writes: %s", writes, lines.Text())
	}
	return writes
}

func TestAThousandWritesWithKillsBetweenLeaveNoDrift(t *testing.T) {
	d, folder := dbtest.New(t), t.TempDir()
	writes, kills := 0, 0
	for ; writes < 1000; kills++ {
		writes += writeUntilKilled(t, d, folder, 1+rand.N(90))
	}
	begun := time.Now()
	h := openHouse(t, d, folder)
	h.serve()
	for h.drift() != "" || h.keeper.Degraded() {
		if time.Since(begun) > time.Minute {
			t.Fatalf("a minute after %d writes and %d kills, - table, + index:\n%s\n%s", writes, kills, h.drift(), h.log)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("%d writes, %d kills; no drift %v after the last start", writes, kills, time.Since(begun).Round(time.Millisecond))
}
