package site

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/runner"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

// product is a program of the same shape as ours; without a secret in
// production it refuses to start.
const product = `package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	if os.Getenv("NUSO_ENV") == "production" && os.Getenv("NUSO_SECRET") == "" {
		fmt.Println("no secret: make one")
		os.Exit(1)
	}
	ready := time.Now().Add(200 * time.Millisecond)
	http.HandleFunc("/readyz", func(w http.ResponseWriter, r *http.Request) {
		if time.Now().Before(ready) {
			w.WriteHeader(503)
		}
	})
	http.HandleFunc("/data", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, os.Getenv("NUSO_DATA_DIR")) })
	fmt.Println(http.ListenAndServe(os.Getenv("NUSO_ADDR"), nil))
}
`

func build(t *testing.T) (*runner.Runner, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "a clone")
	if err := os.MkdirAll(filepath.Join(root, "app"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"go.mod": "module nuso.se\n\ngo 1.26.0\n", "app/main.go": product} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	r, err := runner.New(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	bin, err := Build(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return r, bin
}

func TestAServerIsServedOnItsOwnDataAndEnded(t *testing.T) {
	t.Setenv("NUSO_DATA_DIR", "the caller's")
	r, bin := build(t)
	s, err := Start(t.Context(), r, Options{Bin: bin, Data: filepath.Join(r.Scratch, "data"), Env: Production()})
	if err != nil {
		t.Fatal(err)
	}
	if s.Ready < 150*time.Millisecond {
		t.Errorf("taken for ready after %s", s.Ready)
	}
	answer, err := http.Get(s.URL + "/data")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if string(body) != filepath.Join(r.Scratch, "data") {
		t.Errorf("it works on %q", body)
	}
	peak := s.WatchMemory()
	if mb, err := s.Memory(); err == nil && mb <= 0 || peak() < mb/2 {
		t.Errorf("memory %v, %v", mb, err)
	}
	s.Kill()
	if _, err := http.Get(s.URL); err == nil {
		t.Error("it still answers")
	}
}

func TestAServerThatRefusesSaysWhy(t *testing.T) {
	r, bin := build(t)
	_, err := Start(t.Context(), r, Options{Bin: bin, Data: filepath.Join(r.Scratch, "data"), Env: []string{"NUSO_ENV=production"}})
	if err == nil || !strings.Contains(err.Error(), "no secret: make one") {
		t.Errorf("the error: %v", err)
	}
}
