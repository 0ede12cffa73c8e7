// Package bleve is the search index in the data folder: search.Index on Bleve. Main opens it; it needs no server.
//
// Bleve keeps the words, in files that it writes, merges and maps into memory. What a word may match and what a match is worth is
// decided here, from Bleve's lists of which document has which token where: its own queries weigh a word less the more ways
// there are to write it, and let documents that the person may not see count when a word's rarity is measured.
//
// The words: a layout is how a document is taken apart into tokens (layout.go); a make is the layout with the lists of
// package swedish, and an index of another make is stale. A generation is one index in a folder of its own; the file
// "current" names the one that answers. Rebuild fills a new generation and then changes that name, so that there is
// always a whole one. A part is a piece of a generation as one Find sees it.
//
// Files are trusted as little as the network. An index that is missing, cut short, changed or foreign opens as stale and
// answers fault.Unavailable until it is rebuilt, and so does one whose files are damaged while it is open.
package bleve

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	index "github.com/blevesearch/bleve_index_api"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Options are what Open needs besides the folder.
type Options struct {
	Log *slog.Logger // damage, rebuilds; never what anybody searched for
}

// Index is a search.Index in a folder. One process at a time may have it open.
type Index struct {
	dir    string
	log    *slog.Logger
	queue  *index.AnalysisQueue
	slips  [2]automata // for one edit and for two
	turn   chan struct{}
	closed context.Context
	close  context.CancelFunc

	writing sync.RWMutex // held by Update, and shared by the steps of a Rebuild
	lock    *os.File
	number  int      // of the last generation made
	rebuild *rebuild // nil when none is under way

	mu      sync.RWMutex
	current *generation // nil: there is no index
}

var _ search.Index = (*Index)(nil)

// errClosed is what a closed index answers.
var errClosed = errors.New("the search index is closed")

// Open opens the index in the folder and makes the folder if it is missing. What cannot be used there makes a stale
// index, not an error. Unavailable when another process has it open, after a second, and when the folder cannot be written.
func Open(ctx context.Context, dir string, o Options) (*Index, error) {
	slips, err := newAutomata()
	if err != nil {
		return nil, err
	}
	ix := &Index{dir: dir, log: o.Log, slips: slips, turn: make(chan struct{}, 1), queue: index.NewAnalysisQueue(analysts)}
	ix.closed, ix.close = context.WithCancel(context.Background())
	if err := ix.hold(ctx); err != nil {
		ix.queue.Close()
		return nil, unavailable(err, "opening the search index in %s", dir)
	}
	name, err := readCurrent(dir)
	if err == nil {
		ix.current, err = openGeneration(filepath.Join(dir, name), ix.queue)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		ix.log.Info("there is no search index yet", "dir", dir)
	case err != nil:
		ix.log.Warn("the search index cannot be used and must be rebuilt", "dir", dir, "err", err)
	}
	ix.sweep(name)
	return ix, nil
}

// Stale reports that there is no index, that it is damaged or that another program's make has made it.
func (ix *Index) Stale() bool {
	g := ix.take()
	if g == nil {
		return true
	}
	defer g.readers.Done()
	return ix.lost(g)
}

// Close lets go of the files. A Rebuild under way is cut off; a Find is waited for. What is called afterwards is Unavailable.
func (ix *Index) Close() error {
	ix.close()
	ix.turn <- struct{}{} // until Rebuild has let go; kept, so that none begins
	ix.writing.Lock()
	defer ix.writing.Unlock()
	err := ix.swap(nil)
	ix.queue.Close()
	if ix.lock != nil {
		ix.lock.Close()
	}
	return err
}

// take returns the generation that answers, to be given back by readers.Done; nil when there is none.
func (ix *Index) take() *generation {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.current != nil {
		ix.current.readers.Add(1)
	}
	return ix.current
}

// swap lets next answer and closes the generation before it when its readers are done.
func (ix *Index) swap(next *generation) error {
	ix.mu.Lock()
	last := ix.current
	ix.current = next
	ix.mu.Unlock()
	if last == nil {
		return nil
	}
	last.readers.Wait()
	return last.close()
}

// lost reports that the generation is damaged, and notes it. It looks at the files, which costs some microseconds.
func (ix *Index) lost(g *generation) bool {
	if !g.broken.Load() {
		if err := g.missing(); err != nil {
			ix.giveUp(g, err)
		}
	}
	return g.broken.Load()
}

func (ix *Index) giveUp(g *generation, err error) {
	if g.broken.CompareAndSwap(false, true) {
		ix.log.Warn("the search index is damaged and must be rebuilt", "dir", g.folder, "err", err)
	}
}

func unavailable(err error, format string, args ...any) error {
	return fault.Wrap(fault.New(fault.Unavailable, "", err), format, args...)
}
