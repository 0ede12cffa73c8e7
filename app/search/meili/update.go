package meili

import (
	"context"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Update sends the changes to the index, and to every next index that some process is filling, and returns when the server has done
// the work. Unavailable as Find, when there is no index at all, and when the server is not done within half a minute, in which
// case the changes may still come; another error when it refuses a document.
func (x *Index) Update(ctx context.Context, put []search.Document, remove []string) error {
	if len(put) == 0 && len(remove) == 0 {
		return nil
	}
	x.writing.RLock()
	defer x.writing.RUnlock()
	x.note(put, remove)
	for range tries {
		written, err := x.writeAll(ctx, put, remove)
		if written || err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, "", errStale)
}

// tries is how often an index that takes the place of another may come between.
const tries = 3

// writeAll writes to the next indexes and then to the index: in this order what is written stays, whenever one takes the
// place of the other. A next one that is gone when its turn comes does not matter if the index is there; else written is false.
func (x *Index) writeAll(ctx context.Context, put []search.Document, remove []string) (written bool, err error) {
	held, err := x.indexes(ctx)
	if err != nil {
		return false, err
	}
	slices.SortFunc(held, func(a, b *meilisearch.IndexResult) int { return strings.Compare(b.UID, a.UID) }) // a longer name comes first
	tasks := map[string][]int64{}
	for _, index := range held {
		if index.PrimaryKey == keyField && (index.UID == x.live || strings.HasPrefix(index.UID, x.live+onItsWayTo)) {
			if tasks[index.UID], err = x.send(ctx, index.UID, put, remove); err != nil {
				return false, err
			}
		}
	}
	if len(tasks) == 0 {
		x.learn(false)
		return false, fault.New(fault.Unavailable, "", errStale)
	}
	for uid, sent := range tasks {
		switch err := x.wait(ctx, updateLimit, sent...); {
		case err == nil:
			written = true
		case uid == x.live || fault.Is(err, fault.Unavailable) || ctx.Err() != nil:
			return false, err
		default:
			x.drop(ctx, uid) // the document has made an index of that name, without settings
		}
	}
	return written, nil
}

// note keeps the changes for the end of a Rebuild in this process, which may have read older ones.
func (x *Index) note(put []search.Document, remove []string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.missed == nil {
		return
	}
	for _, d := range put {
		x.missed[d.ID] = &d
	}
	for _, id := range remove {
		x.missed[id] = nil
	}
}

// indexes returns our indexes, those of other makes too, from a server that is new enough.
func (x *Index) indexes(ctx context.Context) ([]*meilisearch.IndexResult, error) {
	if err := x.checkVersion(ctx); err != nil {
		return nil, err
	}
	var ours []*meilisearch.IndexResult
	for offset := int64(0); ; {
		var page *meilisearch.IndexesResults
		err := x.ask(ctx, askLimit, func(ctx context.Context) (err error) {
			page, err = x.server.ListIndexesWithContext(ctx, &meilisearch.IndexesQuery{Limit: pageSize, Offset: offset})
			return err
		})
		if err != nil {
			return nil, err
		}
		for _, index := range page.Results {
			if x.ours.MatchString(index.UID) {
				ours = append(ours, index)
			}
		}
		if offset += int64(len(page.Results)); offset >= page.Total || len(page.Results) == 0 {
			return ours, nil
		}
	}
}

// A batch is what is sent at once: the server takes at most 100 MB.
const (
	batchDocuments = 500
	batchBytes     = 4 << 20 // of the texts; tokens and JSON make it several times as much
)

// send sends changes to the index and returns the tasks that the server makes of them.
func (x *Index) send(ctx context.Context, uid string, put []search.Document, remove []string) (tasks []int64, err error) {
	b := batch{x: x, uid: uid}
	for _, d := range put {
		if err := b.add(ctx, d); err != nil {
			return nil, err
		}
	}
	if err := b.flush(ctx); err != nil {
		return nil, err
	}
	for ids := range slices.Chunk(remove, batchDocuments) {
		keys := make([]string, len(ids))
		for i, id := range ids {
			keys[i] = escaped(id)
		}
		task, err := x.start(ctx, sendLimit, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
			return x.server.Index(uid).DeleteDocumentsWithContext(ctx, keys, nil)
		})
		if err != nil {
			return nil, err
		}
		b.tasks = append(b.tasks, task)
	}
	return b.tasks, nil
}

// batch gathers documents for an index.
type batch struct {
	x       *Index
	uid     string
	records []map[string]any
	bytes   int
	tasks   []int64
}

func (b *batch) add(ctx context.Context, d search.Document) error {
	b.records = append(b.records, record(d))
	b.bytes += len(d.Title) + len(d.Summary) + len(d.Body)
	if len(b.records) < batchDocuments && b.bytes < batchBytes {
		return nil
	}
	return b.flush(ctx)
}

func (b *batch) flush(ctx context.Context) error {
	if len(b.records) == 0 {
		return nil
	}
	task, err := b.x.start(ctx, sendLimit, func(ctx context.Context) (*meilisearch.TaskInfo, error) {
		return b.x.server.Index(b.uid).AddDocumentsWithContext(ctx, b.records, nil)
	})
	if err != nil {
		return err
	}
	b.records, b.bytes, b.tasks = nil, 0, append(b.tasks, task)
	return nil
}
