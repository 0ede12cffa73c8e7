package front

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"nuso.se/tools/guardian"
	"nuso.se/tools/runner"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

// clone is a project of the same shape, whose build adds a line to a file each
// time it runs.
func clone(t *testing.T) *runner.Runner {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not on this machine")
	}
	root := filepath.Join(t.TempDir(), "a clone")
	for name, text := range map[string]string{
		"go.mod":             "module nuso.se\n",
		"package.json":       `{"name":"x","version":"0.0.0","private":true,"scripts":{"build":"node static/build.mjs"}}`,
		"package-lock.json":  `{"name":"x","version":"0.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"x","version":"0.0.0"}}}`,
		"static/build.mjs":   `import fs from "node:fs"; fs.appendFileSync("built.log", "built\n"); fs.writeFileSync("static/dist/a.css", "a{}");`,
		"static/css/app.css": "a {}\n", "static/dist/.gitkeep": "", "themes/theme.css": "b {}\n", "themes/page.html": "<p>\n",
	} {
		write(t, filepath.Join(root, name), text)
	}
	t.Chdir(root)
	r, err := runner.New(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestTheFrontEndIsBuiltWhenSomethingChanged(t *testing.T) {
	r := clone(t)
	steps := []struct {
		name   string
		change func()
		want   int // builds so far
	}{
		{"the first time", func() {}, 1},
		{"not again without a change", func() {}, 1},
		{"not for a template", func() { write(t, r.Path("themes", "page.html"), "<p>x\n") }, 1},
		{"for a style sheet", func() { write(t, r.Path("static", "css", "app.css"), "a { color: red }\n") }, 2},
		{"for the theme", func() { write(t, r.Path("themes", "theme.css"), "b { color: red }\n") }, 3},
		{"when what was built is gone", func() { os.Remove(r.Path("static", "dist", "a.css")) }, 4},
		{"when what was built was touched", func() { write(t, r.Path("static", "dist", "a.css"), "other") }, 5},
		{"after make clean", func() { os.RemoveAll(r.Path(".cache")); os.RemoveAll(r.Path("node_modules")) }, 6},
	}
	for _, step := range steps {
		step.change()
		if err := Prepare(t.Context(), r); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if got := builds(t, r); got != step.want {
			t.Errorf("%s: built %d times so far, want %d", step.name, got, step.want)
		}
	}
}

func TestTwoRunsAtOnceBuildOnce(t *testing.T) {
	r := clone(t)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if err := Prepare(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := builds(t, r); got != 1 {
		t.Errorf("built %d times", got)
	}
}

func TestAFailedBuildIsTriedAgain(t *testing.T) {
	r := clone(t)
	script := r.Path("static", "build.mjs")
	good, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	write(t, script, "process.exit(3)")
	if err := Prepare(t.Context(), r); err == nil || !strings.Contains(err.Error(), "npm run build") {
		t.Errorf("a failed build: %v", err)
	}
	write(t, script, string(good))
	if err := Prepare(t.Context(), r); err != nil || builds(t, r) != 1 {
		t.Errorf("after mending: %v, built %d times", err, builds(t, r))
	}
}

func builds(t *testing.T, r *runner.Runner) int {
	t.Helper()
	text, err := os.ReadFile(r.Path("built.log"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Count(string(text), "\n")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
