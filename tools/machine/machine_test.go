package machine

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/tools/console"
)

func TestTheCallersSettingsAreLeftOut(t *testing.T) {
	for _, name := range []string{"NUSO_DATA_DIR", "DATABASE_URL", "SMTP_URL", "MEILI_API_KEY", "OIDC_ISSUER",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "PGHOST", "NODE_OPTIONS", "MAIL_FROM", "GOWORK"} {
		t.Setenv(name, "caller's")
	}
	t.Setenv("LANG", "sv_SE.UTF-8")
	env := Environ("NUSO_ADDR=127.0.0.1:1", "GOWORK=off")
	if got := slices.DeleteFunc(slices.Clone(env), func(s string) bool { return !strings.HasSuffix(s, "=caller's") }); len(got) > 0 {
		t.Errorf("kept: %v", got)
	}
	for _, want := range []string{"LANG=sv_SE.UTF-8", "NUSO_ADDR=127.0.0.1:1", "GOWORK=off"} {
		if !slices.Contains(env, want) {
			t.Errorf("missing: %s", want)
		}
	}
}

func TestWhatIsThereIsNotInstalled(t *testing.T) {
	there := Program{Name: "there", Debian: []string{"no-such-package"}, Find: func() string { return "/bin/there" }}
	if err := Need(t.Context(), console.New(io.Discard), there); err != nil {
		t.Error(err)
	}
}

func TestAdviceNamesTheCommand(t *testing.T) {
	got := advice([]Program{PostgreSQL(), Compiler()}, true)
	if !strings.Contains(got, "postgresql") || !strings.Contains(got, "install") {
		t.Errorf("advice: %q", got)
	}
}

func TestTheNewestPostgreSQLWins(t *testing.T) {
	for dir, want := range map[string]int{"/usr/lib/postgresql/15/bin": 15, "/usr/pgsql-17/bin": 17, "/x/none/bin": 0} {
		if got := version(dir); got != want {
			t.Errorf("version(%q) = %d, want %d", dir, got, want)
		}
	}
}

func TestASecondRunWaitsForTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space", "lock")
	unlock, err := Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		second, err := Lock(path)
		if err == nil {
			second()
		}
		got <- err
	}()
	select {
	case <-got:
		t.Fatal("the second got the lock while the first held it")
	case <-time.After(100 * time.Millisecond):
	}
	unlock()
	select {
	case err := <-got:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the second never got the lock")
	}
}

func TestProgramsAreFoundOutsideAnOrdinaryPath(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mytool"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if Which("absent-program", "mytool") == "" {
		t.Error("not found in PATH")
	}
	if got := Which("absent-program"); got != "" {
		t.Errorf("found %q", got)
	}
}
