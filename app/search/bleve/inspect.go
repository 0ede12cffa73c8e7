package bleve

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// inspect reads a generation through and reports what is wrong with it. Bleve itself does not: it goes back to an older state, or
// begins an empty one, when a file of the newest is missing, and it finds garbage only when it stumbles over it.
func inspect(folder string, queue *index.AnalysisQueue) error {
	if _, err := os.Stat(filepath.Join(folder, boltName)); err != nil {
		return fmt.Errorf("the index itself cannot be read: %v", err)
	}
	return protected(func() error {
		look, err := newScorch(folder, queue, true)
		if err != nil {
			return err
		}
		if err := look.Open(); err != nil {
			return err
		}
		defer look.Close()
		epochs, err := look.RootBoltSnapshotEpochs()
		if err != nil || len(epochs) == 0 {
			return errors.Join(errors.New("the index was never filled"), err)
		}
		newest, err := look.LoadSnapshot(epochs[0])
		if err != nil {
			return err
		}
		defer newest.Close()
		if string(newest.Internal()[sealName]) != filepath.Base(folder) {
			return errors.New("the index was not filled to its end")
		}
		return checkSums(newest)
	})
}

// onDisk returns the file of a piece of the index, with its length and the sum at its end; ok is false for one in memory.
func onDisk(s *scorch.SegmentSnapshot) (path string, length int64, sum uint32, ok bool) {
	file, ok := s.Segment().(interface {
		Path() string
		Data() []byte
		CRC() uint32
	})
	if !ok {
		return "", 0, 0, false
	}
	return file.Path(), int64(len(file.Data())), file.CRC(), true
}

// checkSums compares each file's content with the sum at its end. It reads them as files: mapped pages would count as this
// process's memory.
func checkSums(snapshot *scorch.IndexSnapshot) error {
	for _, s := range snapshot.Segments() {
		path, length, want, ok := onDisk(s)
		if !ok {
			continue
		}
		sum, err := checkSum(path, length-crc32.Size)
		if err != nil || sum != want {
			return errors.Join(fmt.Errorf("%s is not what was written", filepath.Base(path)), err)
		}
	}
	return nil
}

// checkSum returns the sum of a file's first bytes.
func checkSum(path string, length int64) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	sum := crc32.NewIEEE()
	_, err = io.CopyN(sum, f, length)
	return sum.Sum32(), err
}

// missing reports that a file of the index has been deleted or cut short. It only asks for their lengths.
func (g *generation) missing() error {
	if info, err := os.Stat(filepath.Join(g.folder, boltName)); err != nil || info.Size() < g.bolt {
		return fmt.Errorf("%s is gone or cut short", boltName)
	}
	bad, err := g.gone()
	if err != nil || len(bad) == 0 {
		return err
	}
	still, err := g.gone() // Bleve itself may have removed it, when it had merged it into another
	if err != nil {
		return err
	}
	for path := range still {
		if bad[path] {
			return fmt.Errorf("%s is gone or cut short", filepath.Base(path))
		}
	}
	return nil
}

// gone returns the files of the index as it is now that are not on disk as they were.
func (g *generation) gone() (map[string]bool, error) {
	snapshot, err := g.snapshot()
	if err != nil {
		return nil, err
	}
	defer snapshot.Close()
	var bad map[string]bool
	for _, s := range snapshot.Segments() {
		path, length, _, ok := onDisk(s)
		if !ok {
			continue
		}
		if info, err := os.Stat(path); err != nil || info.Size() != length {
			if bad == nil {
				bad = map[string]bool{}
			}
			bad[path] = true
		}
	}
	return bad, nil
}

// damage returns what is wrong with the files after something has failed: nil when it was not their fault.
func (g *generation) damage() error {
	if err := g.missing(); err != nil {
		return err
	}
	return protected(func() error {
		snapshot, err := g.snapshot()
		if err != nil {
			return err
		}
		defer snapshot.Close()
		return checkSums(snapshot)
	})
}
