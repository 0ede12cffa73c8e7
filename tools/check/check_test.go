package check

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/runner"
	"nuso.se/tools/tally"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

func newRunner(t *testing.T, out io.Writer) *runner.Runner {
	t.Helper()
	root := filepath.Join(t.TempDir(), "a [clone]")
	write(t, filepath.Join(root, "go.mod"), "module nuso.se\n\ngo 1.26.0\n")
	t.Chdir(root)
	r, err := runner.New(out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestGoTestsRunInACleanEnvironment(t *testing.T) {
	t.Setenv("NUSO_DATA_DIR", "the caller's")
	t.Setenv("DATABASE_URL", "the caller's")
	var out strings.Builder
	r := newRunner(t, &out)
	write(t, r.Path("x_test.go"), `package x
		import ("os"; "testing")
		func TestEnv(t *testing.T) {
			if os.Getenv("NUSO_DATA_DIR") + os.Getenv("DATABASE_URL") != "" { t.Error("the caller's settings leak in") }
			if os.Getenv("NUSO_TEST_POSTGRES") != "x" { t.Error("the run's own setting is missing") }
		}
		func TestSkip(t *testing.T) { t.Skip("for a reason") }`)
	var report tally.Report
	err := goTests(t.Context(), r, &report, r.Root, []string{"CGO_ENABLED=0", "NUSO_TEST_POSTGRES=x", "GOFLAGS="})
	if err != nil || report.Count != (tally.Count{Passed: 1, Skipped: 1}) || report.Skips[0].Reason != "for a reason" {
		t.Errorf("%v, %+v\n%s", err, report, out.String())
	}
}

func TestAProgramThatFailsWithoutATestIsAFailure(t *testing.T) {
	r := newRunner(t, io.Discard)
	var report tally.Report
	cmd := guardian.Command(t.Context(), "sh", "-c", "echo odd words; exit 3")
	err := stream(t.Context(), r, &report, cmd, func(out io.Reader) error { return tally.GoTests(out, io.Discard, &report, nil) })
	if err != nil || report.Failed != 1 {
		t.Errorf("%v, %+v", err, report)
	}
}

func TestAProcessLeftBehindDoesNotHoldTheRun(t *testing.T) {
	r := newRunner(t, io.Discard)
	var report tally.Report
	cmd := guardian.Command(t.Context(), "sh", "-c", "setsid sh -c 'touch away; sleep 20' & until [ -e away ]; do sleep 0.02; done")
	cmd.Dir = r.Scratch
	begun := time.Now()
	err := stream(t.Context(), r, &report, cmd, func(out io.Reader) error {
		_, err := io.ReadAll(out)
		return err
	})
	if took := time.Since(begun); err != nil || report.Failed != 1 || took > 15*time.Second {
		t.Errorf("%v, %+v after %s", err, report, took)
	}
}

func TestAnInterruptedRunEndsItsProgram(t *testing.T) {
	r := newRunner(t, io.Discard)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	var report tally.Report
	begun := time.Now()
	err := stream(ctx, r, &report, guardian.Command(ctx, "sleep", "60"), func(out io.Reader) error {
		_, err := io.ReadAll(out)
		return err
	})
	if err == nil || time.Since(begun) > 20*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

func TestBrowserTestsAreFoundUnderAnyPath(t *testing.T) {
	r := newRunner(t, io.Discard)
	if got := browserFiles(r); got != nil {
		t.Errorf("found %v where there are none", got)
	}
	for _, name := range []string{"b.test.mjs", "a.test.mjs", "helper.mjs"} {
		write(t, r.Path("e2e", name), "")
	}
	if got, want := browserFiles(r), []string{"e2e/a.test.mjs", "e2e/b.test.mjs"}; !slices.Equal(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
}

func TestTheStateNamesWhatIsAtWork(t *testing.T) {
	p := packages{busy: map[string]time.Time{}}
	if got := p.String(); !strings.HasPrefix(got, "building") {
		t.Errorf("state %q", got)
	}
	p.watch("nuso.se/app/db", true)
	p.watch("nuso.se/app/web", true)
	p.watch("nuso.se/app/web", false)
	if got := p.String(); !strings.Contains(got, "nuso.se/app/db") || !strings.HasPrefix(got, "1 packages done") {
		t.Errorf("state %q", got)
	}
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
