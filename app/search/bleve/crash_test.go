package bleve_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
)

// childDir names, in the environment of a child of these tests, the folder to write to until it is killed.
const childDir = "NUSO_TEST_BLEVE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1) // the parent kills it first
	}
	os.Exit(m.Run())
}

// child opens the index, says what it holds, and writes without end, telling each write when it has returned. All the while it
// also rebuilds the index from what it has told.
func child(ctx context.Context, dir string) error {
	ix, err := bleve.Open(ctx, dir, quiet())
	if err != nil {
		return err
	}
	held := map[string]int64{}
	if !ix.Stale() {
		if held, err = ix.Versions(ctx); err != nil {
			return err
		}
	}
	for id, version := range held {
		fmt.Printf("held %s %d\n", id, version)
	}
	fmt.Printf("open %v\n", ix.Stale())
	all := func(yield func(search.Document, error) bool) {
		for id, version := range held {
			if !yield(search.Document{ID: id, Version: version, Audience: access.Open}, nil) {
				return
			}
		}
	}
	if ix.Stale() {
		if err := ix.Rebuild(ctx, all); err != nil {
			return err
		}
	}
	for i := int64(1); ; i++ {
		id, version := strconv.Itoa(rand.IntN(50)), time.Now().UnixNano()
		if err := ix.Update(ctx, []search.Document{{ID: id, Version: version, Audience: access.Open, Body: "ord " + id}}, nil); err != nil {
			return err
		}
		fmt.Printf("put %s %d\n", id, version)
		held[id] = version
		if i%20 == 0 {
			if err := ix.Rebuild(ctx, all); err != nil {
				return err
			}
			fmt.Println("rebuilt")
		}
	}
}

// What Update has returned from is there after kill -9, wherever it hits: in a write, in a merge, in a rebuild, in a swap.
func TestNothingIsLostByKilling(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	dir := t.TempDir()
	told := map[string]int64{} // what must be there, or newer
	for round := range rounds {
		held, put := life(t, dir, time.Duration(50+rand.IntN(700))*time.Millisecond)
		for id, version := range told {
			if held[id] < version {
				t.Errorf("round %d: %s is in version %d, was told %d", round, id, held[id], version)
			}
		}
		told = held
		for id, version := range put {
			told[id] = version
		}
	}
	ix := open(t, dir)
	if ix.Stale() || len(generations(t, dir)) != 1 {
		t.Errorf("in the end: stale %v, %v", ix.Stale(), generations(t, dir))
	}
}

// life starts a child, kills it after a while, and returns what it held at first and what it told it had written.
func life(t *testing.T, dir string, long time.Duration) (held, put map[string]int64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	held, put = map[string]int64{}, map[string]int64{}
	opened := false
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			if err != io.EOF {
				t.Error(err)
			}
			break
		}
		var id string
		var version int64
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), " "); verb {
		case "open":
			opened = true
			time.AfterFunc(long, func() { _ = cmd.Process.Kill() })
		case "held", "put":
			if _, err := fmt.Sscan(rest, &id, &version); err != nil {
				t.Error(line, err)
			}
			if verb == "held" {
				held[id] = version
			} else {
				put[id] = version
			}
		}
	}
	if err := cmd.Wait(); !opened || complaints.Len() > 0 {
		t.Errorf("the child: %v\n%s", err, complaints.String())
	}
	return held, put
}
