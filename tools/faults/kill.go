package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/site"
)

// writers is how many people write at the same time.
const writers = 4

// killServer kills the server at random instants while people send messages,
// and looks for every message that was acknowledged.
func (f *faults) killServer(ctx context.Context) (string, error) {
	data := f.folder("kill")
	var acknowledged []string
	slowest := 0.0
	for round := range f.rounds {
		s, err := f.serve(ctx, data)
		if err != nil {
			return "", fmt.Errorf("starting after %d kills: %w", round, err)
		}
		if round > 0 {
			slowest = max(slowest, s.Ready.Seconds())
		}
		words, err := f.writeUntilKilled(ctx, s)
		if err != nil {
			return "", err
		}
		acknowledged = append(acknowledged, words...)
	}
	s, err := f.serve(ctx, data)
	if err != nil {
		return "", fmt.Errorf("starting after the last kill: %w", err)
	}
	lost, twice, broken, err := arrived(data, acknowledged, 2*time.Minute)
	if err != nil {
		return "", err
	}
	for _, text := range broken {
		f.Out.Say("   broken letter: %s", text)
	}
	f.sheet.AtLeast(float64(f.rounds), float64(len(acknowledged)), "", "kill -9, %d times: messages acknowledged", f.rounds)
	f.sheet.AtMost(0, float64(lost), "", "kill -9: acknowledged messages lost")
	f.sheet.AtMost(0, float64(len(broken)), "", "kill -9: half letters")
	f.sheet.Record(float64(twice), "", "kill -9: messages delivered twice")
	f.sheet.AtMost(readyLimit, max(slowest, s.Ready.Seconds()), "s", "kill -9: slowest start to ready afterwards")
	return "", stopped(s)
}

// writeUntilKilled returns the words of the messages that were acknowledged
// before the server was killed.
func (f *faults) writeUntilKilled(ctx context.Context, s *site.Site) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var words []string
	var wrong error
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			w := newWriter(s)
			for ctx.Err() == nil {
				page, err := w.open(ctx)
				if err != nil {
					return
				}
				word, err := w.send(ctx, page)
				mu.Lock()
				switch {
				case err == nil:
					words = append(words, word)
				case strings.HasPrefix(err.Error(), "posting"):
					wrong = err
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(200+rand.IntN(1300)) * time.Millisecond):
	}
	s.Kill()
	cancel()
	wg.Wait()
	return words, wrong
}

// killSync kills `nuso content sync` at random instants beside a server: a
// page shows the old text or the new one, and the next sync completes.
func (f *faults) killSync(ctx context.Context) (string, error) {
	data := f.folder("sync")
	s, err := f.serve(ctx, data)
	if err != nil {
		return "", err
	}
	if err := f.addPeople(ctx, s, 1); err != nil {
		return "", err
	}
	reader, err := f.enter(ctx, s, "person0@prov.example") // of closed news too
	if err != nil {
		return "", err
	}
	dir := filepath.Join(f.Scratch, "content")
	if err := os.CopyFS(dir, os.DirFS(f.Path("content"))); err != nil {
		return "", fmt.Errorf("copying the content: %w", err)
	}
	os.Remove(filepath.Join(dir, "fs.go"))
	pages, err := filepath.Glob(filepath.Join(dir, "nyheter", "*.md"))
	if err != nil || len(pages) == 0 {
		return "", errors.New("there are no news items to change")
	}
	original := map[string][]byte{}
	for _, p := range pages {
		if original[p], err = os.ReadFile(p); err != nil {
			return "", err
		}
	}
	half := 0
	for round := range f.rounds {
		word := fmt.Sprintf("omgång%d", round)
		for p, text := range original {
			if err := os.WriteFile(p, fmt.Appendf(bytes.Clone(text), "\nförsta %s\n\nandra %s\n", word, word), 0o644); err != nil {
				return "", err
			}
		}
		f.cutShort(ctx, s, dir, round == f.rounds-1)
		if half, err = halfPages(ctx, reader, pages, half); err != nil {
			return "", err
		}
	}
	f.sheet.AtMost(0, float64(half), "", "kill -9 of content sync, %d times: pages with half a change", f.rounds-1)
	missing, err := showing(ctx, reader, pages, fmt.Sprintf("andra omgång%d", f.rounds-1))
	if err != nil {
		return "", err
	}
	f.sheet.AtMost(0, float64(missing), "", "kill -9 of content sync: pages old after the next whole sync")
	return "", stopped(s)
}

// cutShort runs content sync and kills it after a moment, unless it may end.
func (f *faults) cutShort(ctx context.Context, s *site.Site, dir string, whole bool) {
	cmd := guardian.Command(ctx, f.bin, "content", "sync", dir)
	cmd.Dir = f.Scratch
	cmd.Env = site.Env(s.Data, "NUSO_ADDR="+s.Addr, "NUSO_BASE_URL="+s.URL)
	if err := f.Guard.Start(cmd, syscall.SIGKILL); err != nil {
		f.Out.Say("%v", err)
		return
	}
	if !whole {
		time.AfterFunc(time.Duration(rand.IntN(400))*time.Millisecond, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	}
	f.Guard.Wait(cmd)
}

// halfPages counts the pages that show only one of the two words that belong
// together, or do not answer.
func halfPages(ctx context.Context, reader *writer, pages []string, half int) (int, error) {
	for _, p := range pages {
		status, body, err := reader.get(ctx, "/nyheter/"+strings.TrimSuffix(filepath.Base(p), ".md"))
		if err != nil {
			return half, err
		}
		if status != http.StatusOK || strings.Count(body, "första omgång") != strings.Count(body, "andra omgång") {
			half++
		}
	}
	return half, nil
}

// showing waits until every page shows the words and counts those that do not.
func showing(ctx context.Context, reader *writer, pages []string, words string) (missing int, err error) {
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		missing = 0
		for _, p := range pages {
			_, body, err := reader.get(ctx, "/nyheter/"+strings.TrimSuffix(filepath.Base(p), ".md"))
			if err != nil {
				return 0, err
			}
			if !strings.Contains(body, words) {
				missing++
			}
		}
		if missing == 0 || time.Now().After(end) {
			return missing, nil
		}
	}
}

// get fetches a page as a visitor.
func get(ctx context.Context, s *site.Site, path string) (int, string, error) {
	return newWriter(s).get(ctx, path)
}

func (w *writer) get(ctx context.Context, path string) (int, string, error) {
	status, _, body, err := w.do(ctx, http.MethodGet, path, nil)
	return status, body, err
}
