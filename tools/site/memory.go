package site

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Memory returns the server's resident memory in MB (VmRSS), or an error
// where the system does not tell.
func (s *Site) Memory() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID()))
	if err != nil {
		return 0, fmt.Errorf("reading the server's memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no VmRSS for process %d", s.PID())
}

// WatchMemory samples the server's memory ten times a second until peak is
// called, which returns the highest in MB.
func (s *Site) WatchMemory() (peak func() float64) {
	var highest atomic.Int64 // kB
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if mb, err := s.Memory(); err == nil {
				highest.Store(max(highest.Load(), int64(mb*1024)))
			}
			select {
			case <-stop:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return float64(highest.Load()) / 1024
	}
}
