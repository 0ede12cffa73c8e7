package bleve_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// small mounts a file system of some megabytes until the test ends, and until the last who reads a file of it lets go: Bleve's own
// goroutines may do so after Close.
func small(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes all room that is left and returns the file that holds it.
func fill(t *testing.T, dir string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "filler"))
	must(t, err)
	defer f.Close()
	for _, size := range []int{1 << 16, 1 << 12, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	return f.Name()
}

// On a full disk nothing is written and everything is still found; with room again all goes on as if nothing had been.
func TestAFullDisk(t *testing.T) {
	mounted := small(t, "size=6m")
	dir := filepath.Join(mounted, "search")
	ix := open(t, dir)
	rebuild(t, ix, some(enough)...)
	filler := fill(t, mounted)
	found := func() int { return find(t, ix, search.Request{Wants: word(search.Plain, "sida")}).Total }
	var stop atomic.Bool
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for !stop.Load() {
				if n := found(); n != enough {
					t.Errorf("meanwhile: %d documents, want %d", n, enough)
				}
			}
		})
	}
	for range 3 {
		if err := ix.Update(t.Context(), some(3), nil); !fault.Is(err, fault.Unavailable) {
			t.Errorf("updating: %v, want Unavailable", err)
		}
		if err := ix.Rebuild(t.Context(), all(some(enough)...)); !fault.Is(err, fault.Unavailable) {
			t.Errorf("rebuilding: %v, want Unavailable", err)
		}
		if n := found(); n != enough || ix.Stale() {
			t.Errorf("%d documents, want %d; stale %v", n, enough, ix.Stale())
		}
	}
	stop.Store(true)
	readers.Wait()
	if len(generations(t, dir)) != 1 {
		t.Errorf("left: %v", generations(t, dir))
	}
	must(t, os.Remove(filler))
	update(t, ix, search.Document{ID: "new", Version: 4, Title: "Sida"})
	if n := found(); n != enough+1 || ix.Stale() {
		t.Errorf("with room again: %d documents, stale %v", n, ix.Stale())
	}
	rebuild(t, ix, some(enough)...)
	if n := found(); n != enough || ix.Stale() {
		t.Errorf("rebuilt: %d documents, stale %v", n, ix.Stale())
	}
}

// The disk becomes full in the middle of a rebuild.
func TestADiskThatIsFilledByARebuild(t *testing.T) {
	mounted := small(t, "size=6m")
	dir := filepath.Join(mounted, "search")
	ix := open(t, dir)
	rebuild(t, ix, some(enough)...)
	err := ix.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		for i := 0; ; i++ {
			for d := range opened(some(enough)) {
				d.ID = strconv.Itoa(i) + "-" + d.ID
				if !yield(d, nil) {
					return
				}
			}
		}
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v, want Unavailable", err)
	}
	if n := find(t, ix, search.Request{}).Total; n != enough || ix.Stale() || len(generations(t, dir)) != 1 {
		t.Errorf("%d documents, stale %v, %v", n, ix.Stale(), generations(t, dir))
	}
	update(t, ix, search.Document{ID: "new"})
}
