// Package front brings the front end up to date: npm packages as the lock file
// says, and the built files in static/dist. What is up to date is left alone,
// and two runs at once take turns, so neither pulls files away from under the
// other.
package front

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
)

// Prepare installs and builds what has changed since the last time.
func Prepare(ctx context.Context, r *runner.Runner) error {
	if err := findNode(); err != nil {
		return err
	}
	unlock, err := machine.Lock(r.Path(".cache", "front.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	if err := install(ctx, r); err != nil {
		return err
	}
	return build(ctx, r)
}

// findNode makes sure of Node.js 20 or newer and npm.
func findNode() error {
	const cure = "install Node.js 20 or newer with npm, then run the same command again"
	text, err := exec.Command("node", "--version").Output()
	if err != nil {
		return errors.New("no Node.js on this machine: " + cure)
	}
	var major int
	if _, err := fmt.Sscanf(string(text), "v%d.", &major); err != nil || major < 20 {
		return fmt.Errorf("this machine has Node.js %s: %s", strings.TrimSpace(string(text)), cure)
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return errors.New("no npm on this machine: " + cure)
	}
	return nil
}

// install runs npm ci if the lock file is another than the one last installed.
func install(ctx context.Context, r *runner.Runner) error {
	stamp := r.Path("node_modules", ".nuso-installed")
	want, err := digest(r.Path("package-lock.json"), r.Path("package.json"))
	if err != nil {
		return fmt.Errorf("reading the list of npm packages: %w", err)
	}
	if have, err := os.ReadFile(stamp); err == nil && string(have) == want {
		return nil
	}
	r.Out.Head("npm ci")
	for try := 1; ; try++ {
		err = shown(ctx, r, "npm", "ci", "--include=dev", "--no-audit", "--no-fund")
		if err == nil || try == 3 || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("npm ci: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(stamp), 0o755); err != nil {
		return fmt.Errorf("noting what was installed: %w", err)
	}
	return os.WriteFile(stamp, []byte(want), 0o644)
}

// build runs npm run build if a source is newer than what was built from it,
// or what was built is not all there.
func build(ctx context.Context, r *runner.Runner) error {
	stamp := r.Path(".cache", "front.built")
	before, err := state(r)
	if err != nil {
		return fmt.Errorf("reading the front end's sources: %w", err)
	}
	if have, err := os.ReadFile(stamp); err == nil && string(have) == before {
		return nil
	}
	r.Out.Head("npm run build")
	if err := shown(ctx, r, "npm", "run", "--silent", "build"); err != nil {
		return fmt.Errorf("npm run build: %w", err)
	}
	after, err := state(r)
	if err != nil {
		return fmt.Errorf("reading what was built: %w", err)
	}
	return os.WriteFile(stamp, []byte(after), 0o644)
}

// state is a digest of the sources and of what they were built to.
func state(r *runner.Runner) (string, error) {
	files := []string{r.Path("package-lock.json"), r.Path("package.json")}
	for _, dir := range []string{r.Path("static"), r.Path("themes")} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if dir == r.Path("static") || filepath.Ext(path) == ".css" {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return digest(files...)
}

// shown runs a program in the root and lets its output through.
func shown(ctx context.Context, r *runner.Runner, name string, args ...string) error {
	cmd := guardian.Command(ctx, name, args...)
	cmd.Dir = r.Root
	cmd.Env = machine.Environ()
	cmd.Stdout, cmd.Stderr = r.Out, r.Out
	return r.Guard.Run(cmd)
}
