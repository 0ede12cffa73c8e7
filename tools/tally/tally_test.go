package tally

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestGoTestsCountsLeaves(t *testing.T) {
	tests := []struct {
		name, file string
		want       Count
		say        []string
		not        []string
	}{
		{"subtests count and their parent does not", `package x
			import "testing"
			func TestA(t *testing.T) { t.Run("b", func(t *testing.T) {}); t.Run("c/d", func(t *testing.T) {}) }
			func TestE(t *testing.T) {}`, Count{3, 0, 0}, nil, nil},
		{"a failure is shown with its output, and its passed brothers are not", `package x
			import "testing"
			func TestA(t *testing.T) { t.Run("good", func(t *testing.T) { t.Log("chatter") })
				t.Run("bad", func(t *testing.T) { t.Error("because of this") }) }`,
			Count{1, 1, 0}, []string{"TestA/bad", "because of this"}, []string{"chatter"}},
		{"a parent that fails by itself counts", `package x
			import "testing"
			func TestA(t *testing.T) { t.Run("good", func(t *testing.T) {}); t.Error("own fault") }`,
			Count{1, 1, 0}, []string{"own fault"}, nil},
		{"a skip keeps its reason", `package x
			import "testing"
			func TestA(t *testing.T) { t.Skip("no postgres: set NUSO_TEST_POSTGRES") }`,
			Count{0, 0, 1}, []string{"TestA: no postgres: set NUSO_TEST_POSTGRES"}, nil},
		{"a panic fails the test that ran", `package x
			import "testing"
			func TestA(t *testing.T) { panic("boom") }`, Count{0, 1, 0}, []string{"boom"}, nil},
		{"an exit in a test fails it", `package x
			import ("os"; "testing")
			func TestA(t *testing.T) { os.Exit(3) }`, Count{0, 1, 0}, nil, nil},
		{"a package that does not build fails once", `package x
			import "testing"
			func TestA(t *testing.T) { undefinedName() }`, Count{0, 1, 0}, []string{"undefinedName"}, nil},
		{"a leak found after the tests fails the package", `package x
			import ("os"; "testing")
			func TestMain(m *testing.M) { m.Run(); println("leaked"); os.Exit(1) }
			func TestA(t *testing.T) {}`, Count{1, 1, 0}, []string{"leaked"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.26.0\n")
			write(t, filepath.Join(dir, "x_test.go"), tt.file)
			cmd := exec.Command("go", "test", "-json", "-vet=off", "./...")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
			text, _ := cmd.Output()
			var out strings.Builder
			var report Report
			if err := GoTests(strings.NewReader(string(text)), &out, &report, nil); err != nil {
				t.Fatal(err)
			}
			report.Print(&out)
			check(t, report.Count, tt.want, out.String(), tt.say, tt.not)
		})
	}
}

func TestNodeTestsCountsLeaves(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not on this machine")
	}
	tests := []struct {
		name, file string
		want       Count
		say        []string
	}{
		{"tests, suites and subtests", `import test, {describe, it} from "node:test";
			test("one", () => {});
			describe("suite", () => { it("two", () => {}); it("three", () => {}) });
			test("parent", async (t) => { await t.test("four", () => {}) });`, Count{4, 0, 0}, []string{"x.test.mjs › one", "x.test.mjs › suite › two", "x.test.mjs › parent › four"}},
		{"failures show their error", `import test from "node:test";
			test("parent", async (t) => { await t.test("bad", () => { throw new Error("because of this") }) });`,
			Count{0, 1, 0}, []string{"because of this", "bad"}},
		{"skips keep their reason", `import test from "node:test";
			test("one", {skip: "no browser here"}, () => {}); test("two", {todo: true}, () => {});`,
			Count{0, 0, 2}, []string{"no browser here"}},
		{"a file that does not parse fails once", `import test from "node:test"; this is no code`, Count{0, 1, 0}, nil},
		{"a parent that fails by itself counts", `import test from "node:test";
			test("parent", async (t) => { await t.test("good", () => {}); throw new Error("own fault") });`,
			Count{1, 1, 0}, []string{"own fault"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "reporter.mjs"), string(Reporter))
			write(t, filepath.Join(dir, "x.test.mjs"), tt.file)
			cmd := exec.Command(node, "--test", "--test-reporter=./reporter.mjs", "x.test.mjs")
			cmd.Dir = dir
			text, _ := cmd.Output()
			var out strings.Builder
			var report Report
			if err := NodeTests(strings.NewReader(string(text)), &out, &report); err != nil {
				t.Fatal(err)
			}
			report.Print(&out)
			check(t, report.Count, tt.want, out.String(), tt.say, nil)
		})
	}
}

func TestTheLastLineIsTheCount(t *testing.T) {
	var out strings.Builder
	r := Report{Count: Count{Passed: 4}}
	r.Skip("x", "why")
	r.Print(&out)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if got := lines[len(lines)-1]; got != "4 passed, 0 failed, 1 skipped" {
		t.Errorf("last line %q", got)
	}
}

func check(t *testing.T, got, want Count, out string, say, not []string) {
	t.Helper()
	if got != want {
		t.Errorf("counted %v, want %v; printed:\n%s", got, want, out)
	}
	for _, s := range say {
		if !strings.Contains(out, s) {
			t.Errorf("does not say %q:\n%s", s, out)
		}
	}
	for _, s := range not {
		if strings.Contains(out, s) {
			t.Errorf("says %q:\n%s", s, out)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
