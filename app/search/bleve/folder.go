package bleve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	currentName  = "current" // the file that names the generation which answers
	lockName     = "lock"
	lockPatience = time.Second
	lockInterval = 20 * time.Millisecond
)

// generationName is how generations are called: their make, and a number that rises. Nothing else in the folder is touched.
var generationName = regexp.MustCompile(`^index-([0-9a-f]{16})-(\d{1,9})$`)

// errMake says that the index was made by an older or newer program.
var errMake = errors.New("the search index is of another make")

// hold takes the folder for this process, and takes it anew when somebody has deleted it. It is the kernel's lock on an open
// file, so kill -9 releases it.
func (ix *Index) hold(ctx context.Context) error {
	if err := os.MkdirAll(ix.dir, 0o750); err != nil {
		return err
	}
	path := filepath.Join(ix.dir, lockName)
	if ix.lock != nil {
		held, err := ix.lock.Stat()
		found, err2 := os.Stat(path)
		if err == nil && err2 == nil && os.SameFile(held, found) {
			return nil
		}
		ix.lock.Close()
		ix.lock = nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := flock(ctx, f); err != nil {
		f.Close()
		return err
	}
	ix.lock = f
	return nil
}

// flock waits a second for another process to let go.
func flock(ctx context.Context, f *os.File) error {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another process has it open: %w", err)
		case <-time.After(lockInterval):
		}
	}
}

// readCurrent returns the name of the generation that is to answer. fs.ErrNotExist when there has never been one, errMake, with the
// name, when another program has made it.
func readCurrent(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		return "", err
	}
	name := strings.TrimSpace(string(text))
	switch match := generationName.FindStringSubmatch(name); {
	case match == nil:
		return "", fmt.Errorf("%s does not name an index", currentName)
	case match[1] != makeOf():
		return name, errMake
	}
	return name, nil
}

// writeCurrent changes the name at once and for good: after a crash it is either the old or the new one.
func writeCurrent(dir, name string) error {
	path := filepath.Join(dir, currentName)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(name + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+".new"))
	}
	if f, err := os.Open(dir); err == nil { // else a power cut may bring the old name back: the index is then rebuilt
		_ = f.Sync()
		f.Close()
	}
	return nil
}

// nextFolder returns the folder of a new generation. No number is used twice while the process lives: one whose folder was deleted
// may still be writing.
func (ix *Index) nextFolder() (string, error) {
	names, err := generations(ix.dir)
	for _, name := range names {
		n, _ := strconv.Atoi(generationName.FindStringSubmatch(name)[2])
		ix.number = max(ix.number, n)
	}
	ix.number++
	return filepath.Join(ix.dir, fmt.Sprintf("index-%s-%d", makeOf(), ix.number)), err
}

// generations returns the names of all generations in the folder, whole or not.
func generations(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && generationName.MatchString(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// sweep removes all generations but one: what a crash has left of a rebuild, or those before the one that answers.
func (ix *Index) sweep(keep string) {
	names, err := generations(ix.dir)
	for _, name := range names {
		if name != keep {
			err = errors.Join(err, os.RemoveAll(filepath.Join(ix.dir, name)))
		}
	}
	if err != nil {
		ix.log.Warn("removing old search indexes", "dir", ix.dir, "err", err)
	}
}
