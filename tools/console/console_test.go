package console

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

// log is a writer that may be read while it is written to.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestASilentRunTellsItsState(t *testing.T) {
	var out log
	c := New(&out)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.Head("a long step")
	c.mu.Lock()
	c.last = time.Now().Add(-2 * silence)
	c.mu.Unlock()
	c.Beat(ctx)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if strings.Contains(out.String(), "…") {
			break
		}
	}
	if got := out.String(); !strings.Contains(got, "-- a long step (0s)\n") || !strings.HasSuffix(got, ": a long step\n") {
		t.Errorf("said %q", got)
	}
}

func TestARunThatSpeaksIsLeftAlone(t *testing.T) {
	var out log
	c := New(&out)
	c.Beat(t.Context())
	time.Sleep(1200 * time.Millisecond)
	c.Say("done %d", 1)
	if got := out.String(); got != "done 1\n" {
		t.Errorf("said %q", got)
	}
}
