package bleve

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// errNone says that nothing answers.
var errNone = errors.New("there is no usable search index")

// rebuild is a Rebuild under way.
type rebuild struct {
	made    *generation
	touched map[string]bool // what Update has written since it began: newer than what the Rebuild reads
	failed  error           // an Update could not be written to it
}

// Update writes to the index that answers and to the one being rebuilt, if any; see search.Index. Calls take effect in the order in
// which they are made. Unavailable when it could not be written, for instance on a full disk; then it may be written later, or
// never, and is to be tried again.
func (ix *Index) Update(ctx context.Context, put []search.Document, remove []string) error {
	for len(put) > batchSize {
		if err := ix.Update(ctx, put[:batchSize], nil); err != nil {
			return err
		}
		put = put[batchSize:]
	}
	if len(put)+len(remove) == 0 {
		return nil
	}
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := errors.Join(ctx.Err(), ix.closed.Err()); err != nil {
		return unavailable(err, "updating the search index")
	}
	g := ix.current // which only those change who hold writing
	usable := g != nil && !ix.lost(g)
	if !usable && ix.rebuild == nil {
		return unavailable(errNone, "updating the search index")
	}
	if usable {
		if err := ix.putInto(g, put, remove); err != nil {
			return unavailable(err, "updating the search index")
		}
	}
	if r := ix.rebuild; r != nil && r.failed == nil {
		r.touch(put, remove)
		if r.failed = r.made.put(put, remove); r.failed != nil && !usable {
			return unavailable(r.failed, "updating the search index being rebuilt")
		}
	}
	return nil
}

// putInto writes to the generation that answers. When Bleve fails to write, it also closes a piece of the index that it goes on
// reading: what is on disk is taken up anew.
func (ix *Index) putInto(g *generation, put []search.Document, remove []string) error {
	err := g.put(put, remove)
	switch {
	case err == nil:
	case g.broken.Load():
		ix.log.Warn("the search index does not write and must be rebuilt", "dir", g.folder, "err", err)
	default:
		if damage := g.damage(); damage != nil {
			ix.giveUp(g, damage)
		} else {
			ix.reopen(g)
		}
	}
	return err
}

// reopen closes the generation that answers and opens it again. Those who ask meanwhile wait.
func (ix *Index) reopen(g *generation) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	g.readers.Wait()
	err := g.close()
	if err == nil {
		ix.current, err = openGeneration(g.folder, ix.queue)
	}
	if err != nil {
		ix.current = nil
		ix.log.Warn("the search index cannot be opened again and must be rebuilt", "dir", g.folder, "err", err)
	}
}

func (r *rebuild) touch(put []search.Document, remove []string) {
	for _, d := range put {
		r.touched[d.ID] = true
	}
	for _, id := range remove {
		r.touched[id] = true
	}
}

// Rebuild fills a new generation and lets it answer; see search.Index. all is to be read from the database after Rebuild has been
// called. One runs at a time, others wait. When it fails, of all's error, of ctx or of a full disk (Unavailable), the index is as it
// was before.
func (ix *Index) Rebuild(ctx context.Context, all iter.Seq2[search.Document, error]) error {
	select {
	case ix.turn <- struct{}{}:
		defer func() { <-ix.turn }()
	case <-ix.closed.Done():
		return unavailable(errClosed, "rebuilding the search index")
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), "waiting to rebuild the search index")
	}
	r, err := ix.begin(ctx)
	if err != nil {
		return unavailable(err, "beginning to rebuild the search index")
	}
	defer ix.end(r)
	if err = ix.fill(ctx, r, all); err == nil {
		if err = ix.finish(ctx, r); err != nil {
			err = fault.New(fault.Unavailable, "", err)
		}
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return fault.Wrap(err, "rebuilding the search index")
}

// begin makes the new generation; from now on updates go to it too.
func (ix *Index) begin(ctx context.Context) (*rebuild, error) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.closed.Err() != nil {
		return nil, errClosed
	}
	if err := ix.hold(ctx); err != nil {
		return nil, err
	}
	folder, err := ix.nextFolder()
	if err != nil {
		return nil, err
	}
	made, err := createGeneration(folder, ix.queue)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	ix.rebuild = &rebuild{made: made, touched: map[string]bool{}}
	return ix.rebuild, nil
}

// fill writes the documents, a few batches at a time.
func (ix *Index) fill(ctx context.Context, r *rebuild, all iter.Seq2[search.Document, error]) error {
	var steps sync.WaitGroup
	defer steps.Wait()
	turns := make(chan error, writers) // each with what became of the batch before
	for range writers {
		turns <- nil
	}
	write := func(docs []search.Document) error {
		if err := <-turns; err != nil {
			return err
		}
		steps.Go(func() { turns <- ix.step(ctx, r, docs) })
		return nil
	}
	var docs []search.Document
	for d, err := range all {
		if err != nil {
			return err
		}
		if docs = append(docs, d); len(docs) == batchSize {
			if err := write(docs); err != nil {
				return err
			}
			docs = nil
		}
	}
	if err := write(docs); err != nil {
		return err
	}
	for range writers {
		if err := <-turns; err != nil {
			return err
		}
	}
	return nil
}

// step writes what no Update has written in the meantime.
func (ix *Index) step(ctx context.Context, r *rebuild, docs []search.Document) error {
	ix.writing.RLock()
	defer ix.writing.RUnlock()
	if err := errors.Join(ctx.Err(), ix.closed.Err(), r.failed); err != nil {
		return unavailable(err, "writing a batch")
	}
	docs = slices.DeleteFunc(docs, func(d search.Document) bool { return r.touched[d.ID] })
	if len(docs) == 0 {
		return nil
	}
	if err := r.made.put(docs, nil); err != nil {
		return unavailable(err, "writing a batch")
	}
	return nil
}

// finish lets the new generation answer, first after a crash and then at once, and removes the old one.
func (ix *Index) finish(ctx context.Context, r *rebuild) error {
	if err := r.made.merge(ctx); err != nil {
		return err
	}
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if err := errors.Join(r.failed, ix.closed.Err()); err != nil {
		return err
	}
	err := r.made.seal()
	if err == nil {
		err = r.made.close()
	}
	if err != nil {
		return err
	}
	next, err := openGeneration(r.made.folder, ix.queue)
	if err != nil {
		return err
	}
	r.made = next
	name := filepath.Base(next.folder)
	if err := writeCurrent(ix.dir, name); err != nil {
		return err
	}
	ix.rebuild = nil
	if err := ix.swap(next); err != nil {
		ix.log.Warn("closing the old search index", "err", err)
	}
	ix.sweep(name)
	return nil
}

// end removes what a Rebuild has made unless it answers now.
func (ix *Index) end(r *rebuild) {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	if ix.rebuild != r {
		return
	}
	ix.rebuild = nil
	if err := errors.Join(r.made.close(), os.RemoveAll(r.made.folder)); err != nil {
		ix.log.Warn("removing a search index that was not finished", "dir", r.made.folder, "err", err)
	}
}
