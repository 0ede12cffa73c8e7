package markdown

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const bombSize = 500 << 10

// piled repeats a piece to the size of a bomb.
func piled(piece string) string { return strings.Repeat(piece, bombSize/len(piece)) }

// numbered writes a line for each number.
func numbered(count int, format string) string {
	var b strings.Builder
	for i := range count {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// staircase is a list in which each item is within the one before.
func staircase(steps int) string {
	var b strings.Builder
	for i := range steps {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// bomb is a text made to cost more than it weighs; refused is what is said about it, ""
// when it can be rendered after all.
type bomb struct{ name, body, refused string }

func bombs() []bomb {
	return append(blockBombs(), inlineBombs()...)
}

func blockBombs() []bomb {
	row := "|" + strings.Repeat("b|", 100) + "\n"
	head := strings.Repeat("a|", 100) + "\n" + strings.Repeat("-|", 100) + "\n"
	chart := "```diagram\ntyp: stapel\ntitel: a\nn: 1\nperiod: a\nkälla: a\n\na;b;c;d;e;f;g\n" + strings.Repeat("a;1;1;1;1;1;1\n", 40) + "```\n\n"
	return []bomb{
		{"a megabyte", strings.Repeat("a", 1<<20), "för stor"},
		{"quotations within quotations", piled(">"), "nästlad"},
		{"lists within lists", piled("- "), ""}, // a thematic break
		{"numbered lists within lists", piled("1. "), "nästlad"},
		{"a staircase of lists", staircase(10), ""},
		{"nested lists on every line", strings.Repeat("1. 1. 1. 1. 1. 1. 1. 1. a\n", 9000), "för många listor"},
		{"definitions within definitions", piled("a\n: "), "rader"},
		{"empty lines in deep lists", "1. 1. 1. 1. 1. 1. 1. 1. 1. 1. a" + strings.Repeat("\n", 19_000), ""},
		{"a lazy quotation", strings.Repeat(">", 20) + " a\n" + strings.Repeat("b\n", 19_000), ""},
		{"a table of ten thousand cells", head + strings.Repeat(row, 98), ""},
		{"a table of a hundred thousand cells", head + strings.Repeat(row, 1000), "för många celler"},
		{"a wide table with empty rows", strings.Repeat("a|", 50_000) + "\n" + strings.Repeat("-|", 50_000) + "\n" +
			strings.Repeat("|\n", 10_000), "för många celler"},
		{"many heads", "a|b\n" + strings.Repeat("-|-\n", 19_000), "för många celler"},
		{"escaped pipes", "|a|\n|-|\n" + piled("|`\\|`"), "för många celler"},
		{"a hundred thousand footnotes", numbered(100_000, "[^%d]"), "för stor"},
		{"footnotes with texts", numbered(9000, "[^%d]: a\n\n") + numbered(9000, "[^%d]"), "för många fotnoter"},
		{"one footnote, many references", piled("[^1]")[:300_000] + "\n\n[^1]: a\n", "specialtecken"},
		{"footnotes referring to each other", "[^0]\n\n" + numbered(490, "[^%d]: [^1]\n\n"), ""},
		{"headings of one name", strings.Repeat("## A\n", 19_000), ""},
		{"charts", strings.Repeat(chart, 100), "för många diagram"},
		{"empty charts", strings.Repeat("```diagram\n```\n", 9000), "för många diagram"},
		{"a chart of aliases", "```diagram\na: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\ntitel: [*b,*b,*b,*b,*b,*b]\n```", ""},
		{"a chart of brackets", "```diagram\ntitel: " + strings.Repeat("[", 200_000) + "\n```", ""},
		{"references defined", strings.Repeat("[a]: b\n", 19_000), "specialtecken"},
		{"a thousand references defined", strings.Repeat("[a]: b\n", 1000), ""},
		{"references begun", strings.Repeat("[a\n", 19_000), "specialtecken"},
		{"headings begun", strings.Repeat("[a\n=\n", 9000), ""},
	}
}

func inlineBombs() []bomb {
	const tangled = "specialtecken"
	var ticks strings.Builder
	for i := 1; ticks.Len() < bombSize; i = i%700 + 1 {
		ticks.WriteString(strings.Repeat("`", i) + "a")
	}
	return []bomb{
		{"stars that never close", piled("*a "), tangled},
		{"stars that might", piled("a**b"), tangled},
		{"stars that all do", strings.Repeat("*a ", 80_000) + strings.Repeat("a* ", 80_000), tangled},
		{"underscores", piled("_a "), tangled},
		{"all kinds", piled("*a_b~~c "), tangled},
		{"stars in many paragraphs", piled(strings.Repeat("*a ", 300) + "\n\n"), tangled},
		{"emphasis within emphasis", strings.Repeat("*a **b ", 120) + strings.Repeat("b** a* ", 120), "nästlad"},
		{"brackets", piled("["), tangled},
		{"brackets that close", strings.Repeat("[", 250_000) + strings.Repeat("](a)", 60_000), tangled},
		{"links begun", piled("[a]("), tangled},
		{"links begun in angles", piled("[a](<b"), tangled},
		{"titles begun", piled("[a](b \"c "), tangled},
		{"images within images", strings.Repeat("![", 100_000) + strings.Repeat("](a)", 70_000), tangled},
		{"backticks of all lengths", ticks.String(), tangled},
		{"less than", piled("<"), tangled},
		{"comments begun", piled("<!--"), tangled},
		{"links", strings.Repeat("[a](/b) \n\n", 9000), "för många länkar"},
		{"bare addresses", piled(" www.a.bb"), "för många länkar"},
		{"mail addresses", piled("a@"), ""},
		{"a long word", piled("a"), ""},
		{"short words", piled("a "), ""},
		{"terms", piled("orosanmälan "), ""},
		{"entities", piled("&amp;"), ""},
		{"ampersands", piled("&"), ""},
		{"escapes", piled(`\*`), ""},
		{"a long address used often", "[a]: /" + strings.Repeat("x", 100_000) + "\n\n" + strings.Repeat("[a]\n\n", 1000), "länkadress"},
		{"a long title used often", "[a]: /b '" + strings.Repeat("&", 100_000) + "'\n\n" + strings.Repeat("![a]\n\n", 1000), "länkadress"},
	}
}

// Each bomb is refused or rendered within bounds that are counted, not timed: what the
// parser was made to look at, what was allocated, what came out. The clock only catches
// what counting has missed.
func TestBombs(t *testing.T) {
	r, terms := New(), NewTerms([]Term{{Slug: "orosanmalan", Title: "orosanmälan"}})
	for _, b := range bombs() {
		t.Run(b.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			result, err := r.Render(b.body, Env{Terms: terms})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			switch {
			case err == nil && b.refused != "":
				t.Errorf("was rendered, to %d bytes", len(result.HTML))
			case err != nil && (b.refused == "" || !strings.Contains(err.Error(), b.refused)):
				t.Errorf("was refused: %v", err)
			}
			if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 128 && !raced {
				t.Errorf("allocated %d MB", allocated)
			}
			if len(result.HTML) > 10*len(b.body)+4096 || len(result.Text) > 2*len(b.body)+4096 || len(result.Problems) > maxProblems {
				t.Errorf("%d bytes became %d of HTML, %d of text, %d problems", len(b.body), len(result.HTML), len(result.Text), len(result.Problems))
			}
			if took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// The counters stop the parser where they stand: none passes its limit by more than the
// block at hand.
func TestCountersHold(t *testing.T) {
	p := newParser()
	for _, b := range bombs() {
		if len(b.body) > MaxSource {
			continue
		}
		s := newState(newIDs())
		p.Parse(text.NewReader([]byte(b.body)), parser.WithContext(s))
		if s.work > maxWork+65*len(b.body) || s.marks > maxMarks+1 || s.blocks > maxBlocks+1 || len(s.footnotes) > maxFootnotes+1 {
			t.Errorf("%s: work %d, marks %d, blocks %d, footnotes %d", b.name, s.work, s.marks, s.blocks, len(s.footnotes))
		}
	}
}

// What a long honest report needs lies well within the limits.
func TestLongReportsAreFarFromTheLimits(t *testing.T) {
	paragraph := strings.Repeat("Ord med **fet** och *kursiv* text, en [länk till sidan](/om) och `kod`[^1]. ", 12)
	body := strings.Repeat("## Avsnitt\n\n"+paragraph+"\n\n- punkt\n- punkt\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n", 100) + "[^1]: Not.\n"
	s := newState(newIDs())
	newParser().Parse(text.NewReader([]byte(body)), parser.WithContext(s))
	if s.spent != "" || s.work > maxWork/2 || s.marks > maxMarks/2 || s.blocks > maxBlocks/2 || s.cells > maxCells/2 {
		t.Errorf("%d kB: %q, work %d, marks %d, blocks %d, cells %d", len(body)>>10, s.spent, s.work, s.marks, s.blocks, s.cells)
	}
}
