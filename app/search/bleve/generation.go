package bleve

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"

	"nuso.se/app/search"
)

const (
	analysts     = 2                // goroutines that take texts apart
	writers      = 2                // batches that a Rebuild writes at a time
	batchSize    = 60               // documents written at once: more would be faster and take more memory
	patience     = 30 * time.Second // how long a batch may take
	largestFile  = 50_000           // documents
	mergedAtOnce = 100              // files
	boltName     = "root.bolt"      // where Bleve says which of its files make up the index
	boltTimeout  = "1s"
)

// sealName is the key under which a generation that was filled to its end has its name.
const sealName = "nuso"

// errStuck says that Bleve has neither written a batch nor failed.
var errStuck = errors.New("a batch was not written in time")

// generation is one index in a folder of its own.
type generation struct {
	folder  string
	index   *scorch.Scorch
	shelf   shelf
	readers sync.WaitGroup
	broken  atomic.Bool
	bolt    int64 // bytes that boltName had: it never shrinks
	closed  bool
}

// createGeneration makes an empty generation to be filled, merged and sealed.
func createGeneration(folder string, queue *index.AnalysisQueue) (*generation, error) {
	if err := os.Mkdir(folder, 0o750); err != nil {
		return nil, err
	}
	return startGeneration(folder, queue)
}

// openGeneration opens a sealed generation after having looked at all of it without changing anything.
func openGeneration(folder string, queue *index.AnalysisQueue) (*generation, error) {
	if err := inspect(folder, queue); err != nil {
		return nil, err
	}
	return startGeneration(folder, queue)
}

// mergePlan says when Bleve merges its files: the fewer there are, the faster it finds and the more it writes. What is mapped of
// them counts as memory.
type mergePlan struct {
	MaxSegmentsPerTier   int
	SegmentsPerMergeTask int
	TierGrowth           float64
	FloorSegmentSize     int64 // documents; smaller files count as this
}

func startGeneration(folder string, queue *index.AnalysisQueue) (*generation, error) {
	g := &generation{folder: folder}
	err := protected(func() (err error) {
		if g.index, err = newScorch(folder, queue, false); err == nil {
			err = g.index.Open()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	settle(g.index)
	info, err := os.Stat(filepath.Join(folder, boltName))
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	g.bolt = info.Size()
	return g, nil
}

func newScorch(folder string, queue *index.AnalysisQueue, readOnly bool) (*scorch.Scorch, error) {
	made, err := scorch.NewScorch(scorch.Name, map[string]any{
		"path": folder, "read_only": readOnly, "bolt_timeout": boltTimeout, "numSnapshotsToKeep": 1,
		"scorchMergePlanOptions": mergePlan{MaxSegmentsPerTier: 8, SegmentsPerMergeTask: 8, TierGrowth: 8, FloorSegmentSize: 100},
		"eventCallbackName":      hooks(), "asyncErrorCallbackName": hooks(),
	}, queue)
	if err != nil {
		return nil, err
	}
	return made.(*scorch.Scorch), nil
}

// snapshot returns the index as it is now, to be closed.
func (g *generation) snapshot() (*scorch.IndexSnapshot, error) {
	reader, err := g.index.Reader()
	if err != nil {
		return nil, err
	}
	return reader.(*scorch.IndexSnapshot), nil
}

// put writes documents in the place of those with their ids, and removes others. It returns when they are on disk.
func (g *generation) put(docs []search.Document, remove []string) error {
	batch := index.NewBatch()
	for _, id := range remove {
		batch.Delete(id)
	}
	for _, d := range docs {
		batch.Update(lay(d))
	}
	return g.write(batch)
}

// write hands the batch to Bleve and waits until it is on disk. Bleve itself would wait for ever for a goroutine of its own that has
// died.
func (g *generation) write(batch *index.Batch) error {
	if g.broken.Load() {
		return errStuck
	}
	done := make(chan error, 1)
	go func() { done <- protected(func() error { return g.index.Batch(batch) }) }()
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		g.broken.Store(true)
		return errStuck
	}
}

// merge makes one file of all, or a few when they are large. Bleve itself would try for ever when it fails.
func (g *generation) merge(ctx context.Context) error {
	stats := g.index.Stats().(*scorch.Stats)
	failures := atomic.LoadUint64(&stats.TotOnErrors)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		plan := mergeplan.SingleSegmentMergePlanOptions
		plan.MaxSegmentSize, plan.SegmentsPerMergeTask = largestFile, mergedAtOnce
		done <- protected(func() error { return g.index.ForceMerge(ctx, &plan) })
	}()
	for {
		select {
		case err := <-done:
			return errors.Join(err, ctx.Err())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			if atomic.LoadUint64(&stats.TotOnErrors) > failures {
				return errors.New("the files could not be merged")
			}
		}
	}
}

// seal notes that the generation is filled. What was merged before is on disk then, too.
func (g *generation) seal() error {
	batch := index.NewBatch()
	batch.SetInternal([]byte(sealName), []byte(filepath.Base(g.folder)))
	return g.write(batch)
}

// close lets go of the files. A broken generation may never let go and is left to itself.
func (g *generation) close() error {
	if g.closed {
		return nil
	}
	g.closed = true
	if g.broken.Load() {
		go func() { _ = protected(g.index.Close) }()
		return nil
	}
	return protected(g.index.Close)
}
