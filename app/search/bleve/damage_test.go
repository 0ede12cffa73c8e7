package bleve_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
)

// some are so many documents that Bleve keeps what comes later in a file of its own.
func some(n int) []search.Document {
	var docs []search.Document
	for i := range n {
		docs = append(docs, search.Document{ID: strconv.Itoa(i), Version: 1, Kind: "news", Audience: access.Open, Title: "Sida " + strconv.Itoa(i), Body: strings.Repeat("samma ord som sist "+strconv.Itoa(i*i)+" ", 10)})
	}
	return docs
}

const enough = 250

// closed returns the folder of an index of some documents that was closed.
func closed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ix, err := bleve.Open(t.Context(), dir, quiet())
	if err != nil {
		t.Fatal(err)
	}
	rebuild(t, ix, some(enough)...)
	update(t, ix, some(3)...)
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestADamagedIndexIsStale(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(t *testing.T, dir, generation string)
	}{
		{"everything deleted", func(t *testing.T, dir, _ string) { must(t, os.RemoveAll(dir)) }},
		{"the generation deleted", func(t *testing.T, _, generation string) { must(t, os.RemoveAll(generation)) }},
		{"its list of files deleted", func(t *testing.T, _, generation string) { must(t, os.Remove(bolt(generation))) }},
		{"its list of files empty", func(t *testing.T, _, generation string) { must(t, os.Truncate(bolt(generation), 0)) }},
		{"its list of files cut to a page", func(t *testing.T, _, generation string) { must(t, os.Truncate(bolt(generation), 4096)) }},
		{"its list of files cut to two pages", func(t *testing.T, _, generation string) { must(t, os.Truncate(bolt(generation), 8192)) }},
		{"its list of files cut to three pages", func(t *testing.T, _, generation string) { must(t, os.Truncate(bolt(generation), 3*4096)) }}, // what follows may be unused
		{"its list of files garbage", func(t *testing.T, _, generation string) { garble(t, bolt(generation), 0, 1<<20) }},
		{"the oldest file deleted", func(t *testing.T, _, generation string) { must(t, os.Remove(files(t, generation)[0])) }},
		{"the newest file deleted", func(t *testing.T, _, generation string) { must(t, os.Remove(newest(t, generation))) }},
		{"a file empty", func(t *testing.T, _, generation string) { must(t, os.Truncate(newest(t, generation), 0)) }},
		{"a file cut to some bytes", func(t *testing.T, _, generation string) { must(t, os.Truncate(newest(t, generation), 10)) }},
		{"a file cut in half", func(t *testing.T, _, generation string) { cut(t, files(t, generation)[0], 0.5) }},
		{"a file without its last byte", func(t *testing.T, _, generation string) { cut(t, files(t, generation)[0], 0.99999) }},
		{"garbage at the beginning of a file", func(t *testing.T, _, generation string) { garble(t, files(t, generation)[0], 0, 100) }},
		{"one byte changed in the middle of a file", func(t *testing.T, _, generation string) { garble(t, files(t, generation)[0], 20_000, 1) }},
		{"garbage at the end of a file", func(t *testing.T, _, generation string) {
			garble(t, files(t, generation)[0], size(t, files(t, generation)[0])-60, 60)
		}},
		{"a folder in the place of a file", func(t *testing.T, _, generation string) {
			name := newest(t, generation)
			must(t, os.Remove(name))
			must(t, os.Mkdir(name, 0o700))
		}},
		{"the name of another", func(t *testing.T, dir, generation string) {
			other := generation[:len(generation)-1] + "99"
			must(t, os.Rename(generation, other))
			must(t, os.WriteFile(filepath.Join(dir, "current"), []byte(filepath.Base(other)), 0o600))
		}},
		{"no name", func(t *testing.T, dir, _ string) { must(t, os.WriteFile(filepath.Join(dir, "current"), nil, 0o600)) }},
		{"a name that leads out", func(t *testing.T, dir, _ string) {
			must(t, os.WriteFile(filepath.Join(dir, "current"), []byte("../../etc"), 0o600))
		}},
		{"a folder in the place of the name", func(t *testing.T, dir, _ string) {
			must(t, os.Remove(filepath.Join(dir, "current")))
			must(t, os.Mkdir(filepath.Join(dir, "current"), 0o700))
		}},
		{"another make", func(t *testing.T, dir, generation string) {
			other := filepath.Join(dir, "index-0123456789abcdef-7")
			must(t, os.Rename(generation, other))
			must(t, os.WriteFile(filepath.Join(dir, "current"), []byte(filepath.Base(other)+"\n"), 0o600))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := closed(t)
			row.damage(t, dir, generations(t, dir)[0])
			ix := open(t, dir)
			if row.name == "a folder in the place of the name" {
				must(t, os.Remove(filepath.Join(dir, "current")))
			}
			wantStale(t, ix)
			if found := generations(t, dir); len(found) != 1 {
				t.Errorf("left: %v", found)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func bolt(generation string) string { return filepath.Join(generation, "root.bolt") }

func files(t *testing.T, generation string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(generation, "*.zap"))
	must(t, err)
	if len(found) < 2 {
		t.Fatalf("the index has the files %v, want some", found)
	}
	return found
}

func newest(t *testing.T, generation string) string {
	return files(t, generation)[len(files(t, generation))-1]
}

func size(t *testing.T, name string) int64 {
	t.Helper()
	info, err := os.Stat(name)
	must(t, err)
	return info.Size()
}

func cut(t *testing.T, name string, share float64) {
	t.Helper()
	must(t, os.Truncate(name, int64(float64(size(t, name))*share)))
}

func garble(t *testing.T, name string, at, n int64) {
	t.Helper()
	n = min(n, size(t, name)-at)
	old, err := os.ReadFile(name)
	must(t, err)
	for i := at; i < at+n; i++ {
		old[i] ^= 0xa5
	}
	must(t, os.WriteFile(name, old, 0o600))
}

// A folder may hold what others have put there: it is left alone, and what crashes have left of ours is not.
func TestOnlyOurOwnIsRemoved(t *testing.T) {
	dir := closed(t)
	kept := generations(t, dir)[0]
	for _, name := range []string{"index-0123456789abcdef-3", "index-0123456789abcdef-99", "index-x-1", "other", "index-0123456789abcdef-4x"} {
		must(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, name, "file"), []byte("x"), 0o600))
	}
	ix := open(t, dir)
	if ix.Stale() {
		t.Error("stale")
	}
	rebuild(t, ix, search.Document{ID: "a"})
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if slices.Contains(names, filepath.Base(kept)) || slices.Contains(names, "index-0123456789abcdef-99") {
		t.Errorf("old indexes are left: %v", names)
	}
	for _, name := range []string{"index-x-1", "other", "index-0123456789abcdef-4x"} {
		if !slices.Contains(names, name) {
			t.Errorf("%s is gone: %v", name, names)
		}
	}
}

// What happens to the files of an open index is met by the next who asks, never by the whole process.
func TestDamageUnderARunningProcess(t *testing.T) {
	for _, row := range []struct {
		name   string
		damage func(t *testing.T, dir, generation string)
	}{
		{"everything deleted", func(t *testing.T, dir, _ string) { must(t, os.RemoveAll(dir)) }},
		{"the generation deleted", func(t *testing.T, _, generation string) { must(t, os.RemoveAll(generation)) }},
		{"its list of files deleted", func(t *testing.T, _, generation string) { must(t, os.Remove(bolt(generation))) }},
		{"its list of files empty", func(t *testing.T, _, generation string) { must(t, os.Truncate(bolt(generation), 0)) }},
		{"all files empty", func(t *testing.T, _, generation string) {
			for _, name := range files(t, generation) {
				must(t, os.Truncate(name, 0))
			}
		}},
		{"all files cut in half", func(t *testing.T, _, generation string) {
			for _, name := range files(t, generation) {
				cut(t, name, 0.5)
			}
		}},
		{"a file deleted", func(t *testing.T, _, generation string) { must(t, os.Remove(newest(t, generation))) }},
	} {
		for _, first := range []string{"finding", "updating"} {
			t.Run(row.name+", met by "+first, func(t *testing.T) {
				ix, dir := filled(t, some(enough)...)
				update(t, ix, some(3)...)
				row.damage(t, dir, generations(t, dir)[0])
				var err error
				if first == "finding" {
					_, err = ix.Find(t.Context(), search.Request{Wants: word(search.Prefix, "s"), Now: noon(), Limit: 10})
				} else {
					err = ix.Update(t.Context(), some(1), nil)
				}
				if !fault.Is(err, fault.Unavailable) {
					t.Errorf("%v, want Unavailable", err)
				}
				wantStale(t, ix)
			})
		}
	}
}

// The pages of a file that is cut short while it is read cannot be had: that is a fault of memory, which would end the process.
func TestFilesCutWhileTheyAreRead(t *testing.T) {
	ix, dir := filled(t, some(enough)...)
	generation := generations(t, dir)[0]
	done := make(chan error)
	for range 4 {
		go func() {
			var err error
			for err == nil {
				_, err = ix.Find(t.Context(), search.Request{Wants: word(search.Prefix, "s"), Now: noon(), Limit: 10, Facets: []string{search.FacetKind}})
			}
			done <- err
		}()
	}
	for _, name := range append(globbed(t, generation), bolt(generation)) {
		must(t, os.Truncate(name, 0))
	}
	for range 4 {
		if err := <-done; !fault.Is(err, fault.Unavailable) {
			t.Errorf("%v, want Unavailable", err)
		}
	}
	wantStale(t, ix)
}

func globbed(t *testing.T, generation string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(generation, "*.zap"))
	must(t, err)
	return found
}

// A binary before this one cannot know this make, and the other way round; the text of the make is fixed in length.
func TestTheMakeIsPartOfTheName(t *testing.T) {
	dir := closed(t)
	name := filepath.Base(generations(t, dir)[0])
	if parts := strings.Split(name, "-"); len(parts) != 3 || len(parts[1]) != 16 {
		t.Errorf("the generation is called %s", name)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "current")); err != nil || strings.TrimSpace(string(text)) != name {
		t.Error(errors.Join(err, errors.New(string(text))))
	}
}
