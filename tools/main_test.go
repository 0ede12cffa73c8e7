package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"nuso.se/tools/guardian"
	"nuso.se/tools/tally"
)

func TestMain(m *testing.M) {
	guardian.Main()
	os.Exit(m.Run())
}

func TestTheExitStatusTellsHowItWent(t *testing.T) {
	failing := exec.Command("sh", "-c", "exit 7").Run()
	tests := []struct {
		name        string
		report      *tally.Report
		err         error
		interrupted bool
		want        int
	}{
		{"all passed", &tally.Report{Count: tally.Count{Passed: 3, Skipped: 1}}, nil, false, 0},
		{"one failed", &tally.Report{Count: tally.Count{Passed: 3, Failed: 1}}, nil, false, 1},
		{"the run could not be finished", &tally.Report{}, errors.New("no PostgreSQL"), false, 1},
		{"interrupted", &tally.Report{}, errors.New("canceled"), true, 130},
		{"a verb without a report", nil, nil, false, 0},
		{"a verb without a report that failed", nil, errors.New("no Node.js"), false, 1},
		{"the server of make dev failed", nil, failing, false, 7},
		{"make dev ended by Ctrl-C", nil, nil, true, 130},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := finish(tt.report, tt.err, tt.interrupted); got != tt.want {
				t.Errorf("status %d, want %d", got, tt.want)
			}
		})
	}
}

func TestAnUnknownVerbIsWrongUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"dance"}, {"test", "more"}} {
		if got := run(args); got != 2 {
			t.Errorf("run(%v) = %d, want 2", args, got)
		}
	}
}

func TestTheMakefileAsksOnlyForVerbsThereAre(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(makefile)) {
		if _, name, ok := strings.Cut(line, "$(TOOL) "); ok && verbs()[strings.TrimSpace(name)] == nil {
			t.Errorf("the Makefile asks for %q", strings.TrimSpace(name))
		}
	}
	for _, target := range []string{"run", "dev", "build", "test", "race", "bench", "load", "faults", "lint", "clean"} {
		if !strings.Contains(string(makefile), "\n"+target+":") {
			t.Errorf("the Makefile has no %s", target)
		}
	}
}
