// Package figures collects what was measured, sets it beside its target, and
// writes it as a table for people and as JSON for machines.
package figures

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"
)

// Figure is one measured number.
type Figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Target string  `json:"target,omitempty"` // "≥ 0.55"; empty: for the record
	Met    bool    `json:"met"`              // true too without a target
	Note   string  `json:"note,omitempty"`
}

// Sheet is all figures of one run.
type Sheet struct {
	At      time.Time `json:"at"`
	Commit  string    `json:"commit,omitempty"`
	Machine string    `json:"machine"`
	Go      string    `json:"go"`
	Figures []Figure  `json:"figures"`
}

// New starts a sheet for the clone in root.
func New(ctx context.Context, root string) *Sheet {
	s := &Sheet{At: time.Now().UTC(), Machine: machineName(), Go: runtime.Version()}
	cmd := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--abbrev=12")
	cmd.Dir = root
	if text, err := cmd.Output(); err == nil {
		s.Commit = strings.TrimSpace(string(text))
	}
	return s
}

// AtLeast records a figure that should not be below target.
func (s *Sheet) AtLeast(target, value float64, unit, format string, args ...any) {
	s.add(Figure{Value: value, Unit: unit, Target: "≥ " + number(target), Met: value >= target}, format, args)
}

// AtMost records a figure that should not be above target.
func (s *Sheet) AtMost(target, value float64, unit, format string, args ...any) {
	s.add(Figure{Value: value, Unit: unit, Target: "≤ " + number(target), Met: value <= target}, format, args)
}

// Record keeps a figure that has no target.
func (s *Sheet) Record(value float64, unit, format string, args ...any) {
	s.add(Figure{Value: value, Unit: unit, Met: true}, format, args)
}

// Missing keeps that something could not be measured, which does not meet a target.
func (s *Sheet) Missing(name, why string) {
	s.Figures = append(s.Figures, Figure{Name: name, Target: "measured", Note: why})
}

func (s *Sheet) add(f Figure, format string, args []any) {
	f.Name = fmt.Sprintf(format, args...)
	s.Figures = append(s.Figures, f)
}

// Met counts the figures with a target that meet it, and those that do not.
func (s *Sheet) Met() (met, missed int) {
	for _, f := range s.Figures {
		switch {
		case f.Target == "":
		case f.Met:
			met++
		default:
			missed++
		}
	}
	return met, missed
}

// Print writes the table.
func (s *Sheet) Print(out io.Writer) {
	width := 0
	for _, f := range s.Figures {
		width = max(width, utf8.RuneCountInString(f.Name))
	}
	fmt.Fprintf(out, "\n%-*s %12s %-6s %-12s %s\n", width, "figure", "measured", "", "target", "met")
	for _, f := range s.Figures {
		met := "yes"
		switch {
		case f.Target == "":
			met = ""
		case !f.Met:
			met = "NO"
		}
		value := number(f.Value)
		if f.Note != "" {
			value, met = "–", met+"  "+f.Note
		}
		fmt.Fprintf(out, "%-*s %12s %-6s %-12s %s\n", width, f.Name, value, f.Unit, f.Target, met)
	}
}

// Save writes the sheet as JSON under root's data/bench: one file for this
// moment and one that always holds the newest.
func (s *Sheet) Save(root, name string) (string, error) {
	dir := filepath.Join(root, "data", "bench")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("making the folder for figures: %w", err)
	}
	body, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return "", fmt.Errorf("writing figures as JSON: %w", err)
	}
	path := filepath.Join(dir, name+"-"+s.At.Format("20060102T150405Z")+".json")
	for _, p := range []string{path, filepath.Join(dir, name+".json")} {
		if err := os.WriteFile(p, append(body, '\n'), 0o644); err != nil {
			return "", fmt.Errorf("writing figures: %w", err)
		}
	}
	return path, nil
}

// number writes large numbers whole and small ones with three digits that count.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) && v < 1e9:
		return fmt.Sprintf("%d", int64(v))
	case v >= 1000:
		return fmt.Sprintf("%.0f", v)
	case v >= 100:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.3g", v)
	}
}

// machineName tells the processor and how many cores of it.
func machineName() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores", name, runtime.NumCPU())
}
