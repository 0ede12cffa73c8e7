package meili

import (
	"context"
	"iter"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Rebuild fills a next index and lets it take the place of the index, which answers until then. What Update writes meanwhile, in
// this process or another, comes along; of another's writes one may be lost that changed a document just as this read it, which
// the Versions tell. Errors as of Update, and those of all; the index is then as it was.
func (x *Index) Rebuild(ctx context.Context, all iter.Seq2[search.Document, error]) error {
	x.rebuilding.Lock()
	defer x.rebuilding.Unlock()
	if err := x.checkVersion(ctx); err != nil {
		return err
	}
	x.miss(map[string]*search.Document{})
	defer x.miss(nil)
	next := x.next()
	err := x.fill(ctx, next, all)
	if err == nil {
		err = x.swap(ctx, next)
	}
	if err != nil {
		x.drop(ctx, next)
		return fault.Wrap(err, "rebuilding the search index as %s", next)
	}
	return nil
}

// miss begins to keep what Update writes, and with nil ends it.
func (x *Index) miss(missed map[string]*search.Document) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.missed = missed
}

// fill makes the index next, sends the settings and then all documents.
func (x *Index) fill(ctx context.Context, next string, all iter.Seq2[search.Document, error]) error {
	err := x.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return x.server.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: next, PrimaryKey: keyField})
	})
	if err == nil {
		err = x.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return x.server.Index(next).UpdateSettingsWithContext(ctx, settings())
		})
	}
	if err != nil {
		return err
	}
	b := batch{x: x, uid: next}
	for d, err := range all {
		if err == nil {
			err = b.add(ctx, d)
		}
		if err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return x.wait(ctx, fillLimit, b.tasks...)
}

// swap brings what was missed into next and puts it in the place of the index; then the old one goes.
func (x *Index) swap(ctx context.Context, next string) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var put []search.Document
	var remove []string
	for id, d := range x.missed { // nobody writes to it now
		if d == nil {
			remove = append(remove, id)
		} else {
			put = append(put, *d)
		}
	}
	tasks, err := x.send(ctx, next, put, remove)
	if err == nil {
		err = x.wait(ctx, updateLimit, tasks...)
	}
	if err != nil {
		return err
	}
	held, err := x.indexes(ctx)
	if err != nil {
		return err
	}
	pair := meilisearch.SwapIndexesParams{Indexes: []string{next, x.live}, Rename: true}
	for _, index := range held {
		if index.UID == x.live {
			pair.Rename = false // which is for a name that is free
		}
	}
	err = x.do(ctx, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return x.server.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{&pair})
	})
	if err != nil {
		return err
	}
	x.learn(true)
	if !pair.Rename {
		x.drop(ctx, next)
	}
	x.tidy(ctx, held, next)
	return nil
}

// forgotten is after how long an index of another make, or a next one, is one that nobody uses.
const forgotten = 24 * time.Hour

// tidy takes away what programs before this one have left, but of other makes the newest: its programs may still serve. The
// server's own clock tells what is old.
func (x *Index) tidy(ctx context.Context, held []*meilisearch.IndexResult, next string) {
	var now, newest time.Time
	for _, index := range held {
		switch {
		case index.UID == next:
			now = index.CreatedAt
		case index.UID != x.live && !onItsWay(index) && index.CreatedAt.After(newest):
			newest = index.CreatedAt
		}
	}
	for _, index := range held {
		kept := index.UID == x.live || index.UID == next || !onItsWay(index) && index.CreatedAt.Equal(newest)
		if !kept && index.CreatedAt.Before(now.Add(-forgotten)) {
			x.drop(ctx, index.UID)
		}
	}
}

// drop takes an index away, also when ctx has ended. One that stays is taken away by a later Rebuild.
func (x *Index) drop(ctx context.Context, uid string) {
	_, err := x.start(context.WithoutCancel(ctx), askLimit, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return x.server.DeleteIndexWithContext(ctx, uid)
	})
	if err != nil {
		x.log.Info("an index that nobody uses stays on the search server", "index", uid, "err", err)
	}
}
