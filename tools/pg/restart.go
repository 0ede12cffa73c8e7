package pg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Crash ends the server as a crash would: at once, leaving recovery to the
// next start.
func (s *Server) Crash() error {
	text, err := os.ReadFile(filepath.Join(s.cluster.data(), "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("finding PostgreSQL's process: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return fmt.Errorf("finding PostgreSQL's process: %w", err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		return fmt.Errorf("ending PostgreSQL: %w", err)
	}
	select {
	case <-s.cluster.gone:
		return nil
	case <-time.After(20 * time.Second):
		return errors.New("PostgreSQL had not ended 20 s after SIGQUIT")
	}
}

// Restart starts the server again after Crash, on the same port and data.
func (s *Server) Restart(ctx context.Context) error {
	return s.cluster.serve(ctx, s.Port)
}
