package figures

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTargetsDecideWhatIsMet(t *testing.T) {
	s := New(t.Context(), t.TempDir())
	s.AtLeast(0.55, 0.55, "", "ratio of %s", "home")
	s.AtLeast(0.55, 0.549, "", "ratio of a list")
	s.AtMost(120, 119.9, "MB", "memory")
	s.AtMost(120, 121, "MB", "memory at its worst")
	s.Record(74877.12, "req/s", "requests")
	s.Missing("render", "no benchmark")
	if met, missed := s.Met(); met != 2 || missed != 3 {
		t.Errorf("met %d, missed %d; want 2 and 3", met, missed)
	}
	var out strings.Builder
	s.Print(&out)
	for _, want := range []string{"ratio of home", "≥ 0.55", "yes", "NO", "74877", "no benchmark"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, out.String())
		}
	}
}

func TestSavedFiguresCanBeReadBack(t *testing.T) {
	root := t.TempDir()
	s := New(t.Context(), root)
	s.AtMost(1, 0.3, "s", "ready")
	path, err := s.Save(root, "bench")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, filepath.Join(root, "data", "bench", "bench.json")} {
		body, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var got Sheet
		if err := json.Unmarshal(body, &got); err != nil || len(got.Figures) != 1 || !got.Figures[0].Met {
			t.Errorf("%s: %v, %+v", p, err, got)
		}
	}
}

func TestNumbersAreShort(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 6: "6", 0.0123456: "0.0123", 0.5: "0.5", 12.345: "12.3", 123.45: "123.5", 74877.12: "74877"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}
