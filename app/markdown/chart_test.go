package markdown

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestReadAmount(t *testing.T) {
	tests := []struct {
		cell, shown string
		value       float64
	}{
		{"23", "23", 23}, {"23,5", "23,5", 23.5}, {"23.50", "23,50", 23.5}, {"-3", "−3", -3}, {"−3", "−3", -3}, {"0", "0", 0}, {"-0", "0", 0},
		{"007", "7", 7}, {"1234", "1234", 1234}, {"20000", "20\u00a0000", 20000}, {"20 000", "20\u00a0000", 20000},
		{"1\u00a0234\u202f567,8", "1\u00a0234\u00a0567,8", 1234567.8}, {"999999999999", "999\u00a0999\u00a0999\u00a0999", 999999999999},
	}
	for _, test := range tests {
		a, ok := readAmount(test.cell)
		if !ok || a.missing || a.text != test.shown || a.value != test.value {
			t.Errorf("%q: got %+v, %v", test.cell, a, ok)
		}
	}
	for _, cell := range []string{"", "-", "–", ".."} {
		if a, ok := readAmount(cell); !ok || !a.missing {
			t.Errorf("%q is not missing: %+v", cell, a)
		}
	}
	for _, cell := range []string{"x", "1 st", "23 %", "1,2,3", "1e9", "NaN", "Inf", "0x1", "--1", ",5", "1.", "1234567890123", "٣"} {
		if a, ok := readAmount(cell); ok {
			t.Errorf("%q is a number: %+v", cell, a)
		}
	}
}

func TestScale(t *testing.T) {
	tests := []struct {
		figures         []float64
		low, high, step float64
		first, last     string
	}{
		{[]float64{10, 44}, 0, 60, 20, "0", "60"},
		{[]float64{0.1, 0.44}, 0, 0.6, 0.2, "0,0", "0,6"},
		{[]float64{-5, 10}, -5, 10, 5, "−5", "10"},
		{[]float64{0, 0}, 0, 1, 0.5, "0,0", "1,0"},
		{[]float64{52000}, 0, 60000, 20000, "0", "60\u00a0000"},
		{[]float64{-1}, -1, 0, 0.5, "−1,0", "0,0"},
	}
	for _, test := range tests {
		c := chart{}
		for _, f := range test.figures {
			c.rows = append(c.rows, chartRow{values: []amount{{value: f}}})
		}
		low, high, step := c.span()
		if fmt.Sprintf("%.3f %.3f %.3f", low, high, step) != fmt.Sprintf("%.3f %.3f %.3f", test.low, test.high, test.step) {
			t.Errorf("%v: got %v to %v by %v", test.figures, low, high, step)
		}
		if scaleText(low, step) != test.first || scaleText(high, step) != test.last {
			t.Errorf("%v: got %q to %q", test.figures, scaleText(low, step), scaleText(high, step))
		}
	}
}

// Long Swedish words are parted, never cut: all letters come out, on lines that fit.
func TestWrapLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-zåäö/-]{1,70}`), 1, 8).Draw(t, "words"), " ")
		letters := rapid.IntRange(1, 60).Draw(t, "letters")
		lines := wrap(text, letters)
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > max(letters, 4)+1 || n == 0 {
				t.Fatalf("a line of %d letters: %q", n, line)
			}
		}
		bare := func(s string) string { return strings.NewReplacer("-", "", " ", "").Replace(s) }
		if bare(strings.Join(lines, "")) != bare(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func TestWrap(t *testing.T) {
	tests := []struct {
		text    string
		letters int
		want    string
	}{
		{"", 10, ""}, {"kort", 10, "kort"}, {"ett två tre", 7, "ett två|tre"},
		{"barnavårdsutredning", 10, "barnavård-|sutredning"},
		{"skola-socialtjänst", 10, "skola-soc-|ialtjänst"},
		{"familjecentral/socialtjänst", 20, "familjecentral/|socialtjänst"},
		{"i barnavårdsutredningar", 20, "i|barnavårdsutrednin-|gar"}, {"i barnavårdsutredningar", 19, "i|barnavårdsutrednin-|gar"},
	}
	for _, test := range tests {
		if got := strings.Join(wrap(test.text, test.letters), "|"); got != test.want {
			t.Errorf("%q at %d: got %q, want %q", test.text, test.letters, got, test.want)
		}
	}
}

var (
	barShape  = regexp.MustCompile(`<rect class="chart-series-\d" x="([\d.]+)%?" y="([\d.]+)em" width="([\d.]+)%" height="1.1em"`)
	textShape = regexp.MustCompile(`<text x="([\d.]+)(%|em|)" y="([\d.]+)em"((?: [a-z-]+="[^"]*")*)>([^<]*)</text>`)
)

// Whatever the figures, bars and texts stay within the drawing, and nothing of a text
// lies outside the narrowest screen.
func TestChartsStayWithinTheirSpace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChart(t)
		d := c.draw()
		for _, m := range barShape.FindAllStringSubmatch(d.String(), -1) {
			x, y, width := number(t, m[1]), number(t, m[2]), number(t, m[3])
			if x+width > 100.5 || y+barHeight > d.y+0.01 {
				t.Fatalf("a bar leaves the drawing (%v em): %s", d.y, m[0])
			}
		}
		for _, m := range textShape.FindAllStringSubmatch(d.String(), -1) {
			checkText(t, m, d.y)
		}
		if strings.Contains(d.String(), "NaN") || strings.Contains(d.String(), "Inf") || strings.Contains(d.String(), "e+") {
			t.Fatalf("no lengths: %s", d)
		}
	})
}

func checkText(t *rapid.T, m []string, height float64) {
	x, y := number(t, m[1]), number(t, m[3])
	if m[2] == "em" {
		x = x / narrow * 100
	}
	// 0.47 em is what letters measure; letter is what the drawing reckons with.
	width := float64(widest(strings.ReplaceAll(m[5], "&#39;", "'"))) * 0.47 / narrow * 100
	from, to := x, x+width
	switch {
	case strings.Contains(m[4], "middle"):
		from, to = x-width/2, x+width/2
	case strings.Contains(m[4], "end"):
		from, to = x-width, x
	}
	if strings.Contains(m[4], `dx="0.4em"`) {
		to += 0.4 / narrow * 100
	}
	if from < -1.5 || to > 101.5 || y > height+0.01 {
		t.Fatalf("a text leaves the drawing (%.1f to %.1f %%, %v em): %s", from, to, height, m[0])
	}
}

func number(t *rapid.T, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// drawChart makes up a chart as an author might write it, and reads it.
func drawChart(t *rapid.T) *chart {
	kind := rapid.SampledFrom([]string{"stapel", "linje"}).Draw(t, "kind")
	series := rapid.IntRange(1, maxSeries).Draw(t, "series")
	words := rapid.StringMatching(`[a-zåäö]{1,40}( [a-zåäö]{1,20}){0,3}`)
	figure := rapid.OneOf(rapid.StringMatching(`-?[0-9]{1,6}(,[0-9]{1,2})?`), rapid.Just(""))
	var b strings.Builder
	unit := rapid.SampledFrom([]string{"", "%", "kommuner och stadsdelar"}).Draw(t, "unit")
	fmt.Fprintf(&b, "typ: %s\ntitel: x\nenhet: %q\nn: 1\nperiod: x\nkälla: x\n\nx", kind, unit)
	for range series {
		b.WriteString(";" + words.Draw(t, "name"))
	}
	for range rapid.IntRange(2, 30).Draw(t, "rows") {
		b.WriteString("\n" + words.Draw(t, "label"))
		for range series {
			b.WriteString(";" + figure.Draw(t, "figure"))
		}
	}
	c, problems := readChart([]byte(b.String()), 1)
	if len(problems) > 0 {
		t.Fatalf("%v in\n%s", problems[0], b.String())
	}
	c.say = phrasesIn("")
	return c
}

// What a picture says beside its lines and bars, and its caption.
func TestFiguresAndTheirUnit(t *testing.T) {
	tests := []struct{ name, head, figures, caption, want string }{
		{"a short unit follows its figure", "typ: stapel\nenhet: \"%\"", "x;Andel\n1 år;23\n14 år;44", "", "1 år|23\u00a0%|14 år|44\u00a0%"},
		{"a long unit is left to a subtitle that says it", "typ: stapel\nenhet: kommuner och stadsdelar\nundertitel: Antal kommuner och stadsdelar",
			"x;Antal\nDelstudie 2;116\nDelstudie 3;91", "Antal kommuner och stadsdelar", "Delstudie 2|116|Delstudie 3|91"},
		{"a long unit is added to a subtitle that does not", "typ: stapel\nenhet: kommuner\nundertitel: Läget i maj", "x;Antal\na;100", "Läget i maj (kommuner)", "a|100"},
		{"a long unit is the subtitle where there is none", "typ: stapel\nenhet: kommuner", "x;Antal\na;100", "kommuner", "a|100"},
		{"no unit", "typ: stapel", "x;Antal\na;100", "", "a|100"},
		{"a long figure stands above its bar", "typ: stapel\nenhet: kr", "x;Antal\na;12345678", "kr", "a: 12\u00a0345\u00a0678"},
		{"a missing figure is no measure of units", "typ: stapel\nenhet: \"%\"", "x;Andel\na;23\nb;", "", "a: 23\u00a0%|b: uppgift saknas"},
		{"many series, each with its figure", "typ: stapel\nenhet: kommuner", "x;Start;Klara\nNorr;100;73", "kommuner", "Norr|Start: 100|Klara: 73"},
		{"a line's figures and their unit", "typ: linje\nenhet: orosanmälningar", "x;Antal\n2023;20000\n2024;24000", "orosanmälningar",
			"0|10\u00a0000|20\u00a0000|30\u00a0000|24\u00a0000|20\u00a0000|2023|2024"},
		{"a label as wide as the narrowest screen", "typ: stapel", "x;y\n" + strings.Repeat("a", 16) + " " + strings.Repeat("b", 16) + ";1", "",
			strings.Repeat("a", 16) + " " + strings.Repeat("b", 16) + "|1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, problems := readChart([]byte(test.head+"\ntitel: t\nn: 1\nperiod: p\nkälla: k\n\n"+test.figures), 1)
			if len(problems) > 0 {
				t.Fatal(problems[0])
			}
			c.say = phrasesIn("")
			var texts []string
			for _, m := range textShape.FindAllStringSubmatch(c.draw().String(), -1) {
				texts = append(texts, m[5])
			}
			if got := strings.Join(texts, "|"); got != test.want || c.caption() != test.caption {
				t.Errorf("got  %q under %q\nwant %q under %q", got, c.caption(), test.want, test.caption)
			}
		})
	}
}

func TestChartBounds(t *testing.T) {
	head := "typ: %s\ntitel: a\nn: 1\nperiod: a\nkälla: a\n\n"
	rows := func(n int, row string) string { return "a;b\n" + strings.Repeat(row, n) }
	tests := []struct{ name, content, want string }{
		{"as many bars as can be read", fmt.Sprintf(head, "stapel") + rows(40, "a;1\n"), ""},
		{"too many bars", fmt.Sprintf(head, "stapel") + rows(41, "a;1\n"), "för många rader"},
		{"more points than bars", fmt.Sprintf(head, "linje") + rows(200, "a;1\n"), ""},
		{"too many points", fmt.Sprintf(head, "linje") + rows(201, "a;1\n"), "för många rader"},
		{"too many series", fmt.Sprintf(head, "linje") + "a;b;c;d;e;f;g;h\na;1;1;1;1;1;1;1\na;1;1;1;1;1;1;1\n", "för många serier"},
		{"too much text", fmt.Sprintf(head, "stapel") + "a;b\n" + strings.Repeat("x", 9000) + ";1", "för långa"},
		{"all figures missing", fmt.Sprintf(head, "linje") + "a;b\na;\nb;\n", ""},
		{"all figures zero", fmt.Sprintf(head, "stapel") + "a;b\na;0\nb;0\n", ""},
		{"a bomb of aliases", "typ: &a [x,x]\ntitel: &b [*a,*a]\nn: [*b,*b]\n", "Fel slags värde för ”typ”"},
		{"no head", "\n\na;b\nc;1", "saknar ”titel”"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, problems := readChart([]byte(test.content), 1)
			if test.want == "" && len(problems) == 0 {
				c.say = phrasesIn("")
				if c.html() == "" {
					t.Error("nothing was drawn")
				}
				return
			}
			if len(problems) == 0 || test.want == "" || !strings.Contains(problems[0].Error(), test.want) {
				t.Errorf("got %v, want %q", problems, test.want)
			}
		})
	}
}

func TestCSV(t *testing.T) {
	c, problems := readChart([]byte("typ: stapel\ntitel: a\nenhet: kr\nn: 1\nperiod: a\nkälla: a\n\n"+
		"Namn;\"Citat\";+Plus\n=SUMMA(A1);1 234,5;-20000\n@x;;0\n"), 1)
	if len(problems) > 0 {
		t.Fatal(problems[0])
	}
	want := "Namn;\"\"\"Citat\"\" (kr)\";'+Plus (kr)\r\n'=SUMMA(A1);1234,5;-20000\r\n'@x;;0\r\n"
	if got := c.csv(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestPicturesThatAreTooHeavyAreLeftOut(t *testing.T) {
	light := "typ: stapel\ntitel: a\nn: 1\nperiod: a\nkälla: a\n\na;b\nc;1\n"
	for content, want := range map[string]bool{light: true, light + strings.Repeat("ddddd;2\n", 30): false} {
		c, problems := readChart([]byte(content), 1)
		if len(problems) > 0 {
			t.Fatal(problems[0])
		}
		c.say = phrasesIn("")
		output := c.html()
		if strings.Contains(output, "data:image/svg+xml") != want || !strings.Contains(output, "data:text/csv") {
			t.Errorf("with %d rows the picture is there: %v", len(c.rows), !want)
		}
	}
}
