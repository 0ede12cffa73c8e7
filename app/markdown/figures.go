package markdown

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// numeral is a number as people write it: 1 234,5 or -3.
var numeral = regexp.MustCompile(`^([-−])?(\d{1,12})(?:[.,](\d{1,6}))?$`)

// readFigures reads rows of figures with ";" between the columns.
func (c *chart) readFigures(text []byte, line int) []*Problem {
	text = bytes.TrimRight(text, "\n\t ")
	if len(bytes.TrimSpace(text)) == 0 {
		return []*Problem{newProblem(line, msgNoChartData)}
	}
	var problems []*Problem
	for i, row := range bytes.Split(text, []byte("\n")) {
		cells := cellsOf(string(row))
		switch {
		case len(problems) > 5:
			return problems
		case len(cells) == 1 && cells[0] == "":
		case c.series == nil && len(cells) < 2:
			return []*Problem{newProblem(line+i, msgNoSeries)}
		case c.series == nil:
			c.corner, c.series = cells[0], cells[1:]
		default:
			problems = append(problems, c.readRow(cells, line+i)...)
		}
	}
	if len(c.rows) == 0 && len(problems) == 0 {
		problems = append(problems, newProblem(line, msgNoChartData))
	}
	return problems
}

func (c *chart) readRow(cells []string, line int) []*Problem {
	if len(cells) != len(c.series)+1 {
		return []*Problem{newProblem(line, msgRowLength, len(cells), len(c.series)+1)}
	}
	if cells[0] == "" {
		return []*Problem{newProblem(line, msgNoLabel)}
	}
	row := chartRow{label: cells[0]}
	for _, cell := range cells[1:] {
		value, ok := readAmount(cell)
		if !ok {
			return []*Problem{newProblem(line, msgNotANumber, excerpt(cell))}
		}
		row.values = append(row.values, value)
	}
	c.rows = append(c.rows, row)
	return nil
}

func cellsOf(row string) []string {
	cells := strings.Split(row, ";")
	for i, cell := range cells {
		cells[i] = strings.Join(strings.Fields(cell), " ")
	}
	return cells
}

// readAmount reads a number as written in Swedish or English, and shows it in
// Swedish: 1234.5 is "1 234,5". An empty cell or a dash is a missing figure.
func readAmount(cell string) (amount, bool) {
	switch cell {
	case "", "-", "–", "..":
		return amount{missing: true}, true
	}
	m := numeral.FindStringSubmatch(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(cell))
	if m == nil {
		return amount{}, false
	}
	digits := m[2]
	if m[3] != "" {
		digits += "." + m[3]
	}
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return amount{}, false
	}
	shown := grouped(m[2])
	if m[3] != "" {
		shown += "," + m[3]
	}
	if m[1] != "" && value != 0 {
		return amount{value: -value, text: "−" + shown}, true
	}
	return amount{value: value, text: shown}, true
}

// grouped parts the thousands of a whole number by a space that does not break.
func grouped(digits string) string {
	digits = strings.TrimLeft(digits, "0")
	if digits == "" {
		return "0"
	}
	if len(digits) < 5 { // 1234, as in running text
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteRune('\u00a0')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// show gives a figure with its unit.
func (c *chart) show(a amount) string {
	switch {
	case a.missing:
		return c.say.missing
	case c.head.Unit == "":
		return a.text
	}
	return a.text + "\u00a0" + c.head.Unit
}

// brief gives a figure as the picture says it: without a unit that the caption says.
func (c *chart) brief(a amount) string {
	if c.bare && !a.missing {
		return a.text
	}
	return c.show(a)
}

// longUnit tells whether the unit is too long to stand after every figure.
func (c *chart) longUnit() bool {
	most := 0
	for _, row := range c.rows {
		for _, a := range row.values {
			most = max(most, widest(a.text))
		}
	}
	return c.head.Unit != "" && most+1+widest(c.head.Unit) > sideText
}

// span gives the ends of the scale: zero and round numbers around all figures, and
// the step between its lines.
func (c *chart) span() (low, high, step float64) {
	for _, row := range c.rows {
		for _, a := range row.values {
			low, high = min(low, a.value), max(high, a.value)
		}
	}
	if low == high {
		high = low + 1
	}
	step = roundStep((high - low) / 3)
	return math.Floor(low/step) * step, math.Ceil(high/step) * step, step
}

// roundStep gives the next of 1, 2, 5, 10, 20, 50 …
func roundStep(rough float64) float64 {
	base := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, factor := range []float64{1, 2, 5} {
		if rough <= factor*base {
			return factor * base
		}
	}
	return 10 * base
}

// scaleText writes a number of the scale.
func scaleText(value, step float64) string {
	decimals := max(0, int(-math.Floor(math.Log10(step))))
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(math.Abs(value), 'f', decimals, 64), ".")
	text := grouped(whole)
	if fraction != "" {
		text += "," + fraction
	}
	if value < 0 {
		text = "−" + text
	}
	return text
}
