package runner

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nuso.se/tools/guardian"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

func TestTheRootIsFoundFromAnyFolderOfTheClone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "a clone")
	inner := filepath.Join(root, "tools", "deep")
	if err := os.MkdirAll(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module nuso.se\n", "tools/go.mod": "module nuso.se/tools\n"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(inner)
	r, err := New(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := filepath.EvalSymlinks(r.Root); got != mustEval(t, root) {
		t.Errorf("root %s, want %s", got, root)
	}
	scratch := r.Scratch
	said, err := r.Command(t.Context(), []string{"NUSO_ADDR=ours"}, "sh", "-c", "pwd; echo $NUSO_ADDR $CGO_ENABLED; exit 3")
	if err == nil || !strings.Contains(said, "a clone\nours 0\n") || !strings.Contains(err.Error(), "ours 0") {
		t.Errorf("said %q, %v", said, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(scratch); !os.IsNotExist(err) {
		t.Error("the run's folder is still there")
	}
}

func TestOutsideACloneItSaysSo(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := New(io.Discard); err == nil || !strings.Contains(err.Error(), "make") {
		t.Errorf("the error: %v", err)
	}
}

func TestARunWithItsParentGoesOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	Orphaned(ctx, func() { t.Error("cancelled, though the parent lives") })
}

func mustEval(t *testing.T, path string) string {
	t.Helper()
	got, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
