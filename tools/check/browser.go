package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nuso.se/tools/guardian"
	"nuso.se/tools/machine"
	"nuso.se/tools/runner"
	"nuso.se/tools/site"
	"nuso.se/tools/tally"
)

// browserLimit is how long the browser tests may take together.
const browserLimit = 30 * time.Minute

// browserFiles are the files of the browser tests.
func browserFiles(r *runner.Runner) []string {
	found, _ := filepath.Glob(globPath(r.Path("e2e")) + "/*.test.mjs")
	var files []string
	for _, path := range found {
		files = append(files, "e2e/"+filepath.Base(path))
	}
	return files
}

// globPath takes the meaning from the signs that a pattern would understand.
func globPath(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// browserTests builds the binary, serves it at development settings and runs
// the files of e2e/ against it.
func browserTests(ctx context.Context, r *runner.Runner, report *tally.Report) error {
	files := browserFiles(r)
	if files == nil {
		report.Skip("browser tests", "there is no e2e/*.test.mjs")
		return nil
	}
	r.Out.Head("building and serving the site for the browser tests")
	bin, err := site.Build(ctx, r)
	if err != nil {
		report.Fail("the binary")
		r.Out.Say("%v", err)
		return nil
	}
	s, err := site.Start(ctx, r, site.Options{Bin: bin, Data: filepath.Join(r.Scratch, "data"),
		Env: []string{"NUSO_TRUSTED_PROXIES=127.0.0.1,::1"}}) // each visitor of the tests comes from an address of its own
	if err != nil {
		report.Fail("the server for the browser tests")
		r.Out.Say("%v", err)
		return nil
	}
	defer s.Stop()
	r.Out.Head("browser tests against %s", s.URL)
	before := report.Failed
	if err := node(ctx, r, report, bin, s, files); err != nil {
		return err
	}
	select {
	case <-s.Gone():
		report.Fail("the server ended during the browser tests")
	default:
	}
	if report.Failed > before {
		r.Out.Say("the server said last:\n%s", s.Said())
	}
	return nil
}

// node runs Node.js's test runner over the files.
func node(ctx context.Context, r *runner.Runner, report *tally.Report, bin string, s *site.Site, files []string) error {
	reporter := filepath.Join(r.Scratch, "reporter.mjs")
	if err := os.WriteFile(reporter, tally.Reporter, 0o600); err != nil {
		return fmt.Errorf("writing the reporter: %w", err)
	}
	limited, cancel := context.WithTimeoutCause(ctx, browserLimit, fmt.Errorf("longer than %s", browserLimit))
	defer cancel()
	cmd := guardian.Command(limited, "node", append([]string{"--test", "--test-reporter=" + reporter}, files...)...)
	cmd.Dir = r.Root
	cmd.Env = machine.Environ("NUSO_E2E_URL="+s.URL, "NUSO_E2E_DATA="+s.Data, "NUSO_E2E_BIN="+bin,
		"NUSO_E2E_CHROMIUM="+machine.ChromiumPath(), "TMPDIR="+r.Scratch)
	return stream(ctx, r, report, cmd, func(out io.Reader) error {
		return tally.NodeTests(out, r.Out, report)
	})
}
