package markdown

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// Bounds of a chart: what can be read in a column of text.
const (
	maxBars      = 40
	maxPoints    = 200
	maxSeries    = 6
	maxChartText = 8 << 10
)

// chart is a fenced block "diagram", read.
type chart struct {
	head   chartHead
	corner string   // what the labels are: the first column's header
	series []string // the other columns' headers
	rows   []chartRow
	bare   bool // figures stand without their unit, which is long: the caption says it
	id     string
	say    phrases
}

type chartHead struct {
	Type        string `yaml:"typ"`
	Title       string `yaml:"titel"`
	Subtitle    string `yaml:"undertitel"`
	Unit        string `yaml:"enhet"`
	N           string `yaml:"n"`
	Period      string `yaml:"period"`
	Source      string `yaml:"källa"`
	Processing  string `yaml:"bearbetning"`
	Description string `yaml:"beskrivning"`
}

type chartRow struct {
	label  string
	values []amount
}

// amount is one figure, as a number and as it is shown; a missing one is neither.
type amount struct {
	value   float64
	text    string
	missing bool
}

// fence prepares a fenced block that is a chart or a film; others are code.
func (s *survey) fence(n *ast.FencedCodeBlock) {
	language := string(n.Language(s.source))
	if language != "diagram" && language != "film" {
		s.code(n)
		return
	}
	if s.charts++; s.charts > maxCharts {
		s.refuse(n.Pos(), msgTooManyCharts)
		return
	}
	first := s.line(n.Pos()) + 1
	content := s.content(n)
	if language == "film" {
		s.film(n, content, first)
		return
	}
	c, problems := readChart(content, first)
	if len(problems) > 0 {
		s.hide(n, msgChartHidden, problems)
		return
	}
	c.id = s.env.Prefix + "diagram-" + itoa(len(s.slots)+1)
	c.say = s.say
	c.addText(&s.text)
	s.prepared[n] = slotMark(len(s.slots)) + "\n"
	s.slots = append(s.slots, c.html())
}

// content joins the lines of a fenced block.
func (s *survey) content(n *ast.FencedCodeBlock) []byte {
	var b bytes.Buffer
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		b.Write(line.Value(s.source))
	}
	return b.Bytes()
}

// hide shows what is wrong in the place of a block that cannot be shown.
func (s *survey) hide(n ast.Node, message string, problems []*Problem) {
	for _, p := range problems {
		s.reportProblem(p)
	}
	hidden := newProblem(0, message, problems[0].Text)
	s.prepared[n] = `<p class="problem">` + escape(hidden.Text) + "</p>\n"
}

// readChart reads head and figures; first is the number of content's first line.
func readChart(content []byte, first int) (*chart, []*Problem) {
	head, figures, line := divide(content, first)
	c := &chart{}
	if p := decodeYAML(head, first, &c.head); p != nil {
		return nil, []*Problem{p}
	}
	problems := c.checkHead(first)
	problems = append(problems, c.readFigures(figures, line)...)
	if len(problems) == 0 {
		problems = c.checkSize(first)
	}
	c.bare = c.longUnit()
	return c, problems
}

// divide parts a block at its first empty line; line is that of the second part.
func divide(content []byte, first int) (head, rest []byte, line int) {
	for at := 0; at < len(content); {
		text, _, _ := bytes.Cut(content[at:], []byte("\n"))
		if len(bytes.TrimSpace(text)) == 0 {
			next := min(at+len(text)+1, len(content))
			return content[:at], content[next:], lineAt(content, next, first)
		}
		at += len(text) + 1
	}
	return content, nil, first
}

// checkHead demands what a figure may not be published without.
func (c *chart) checkHead(line int) []*Problem {
	var problems []*Problem
	h := &c.head
	for _, value := range []*string{&h.Type, &h.Title, &h.Subtitle, &h.Unit, &h.N, &h.Period, &h.Source,
		&h.Processing, &h.Description} {
		*value = strings.Join(strings.Fields(*value), " ")
	}
	if h.Title == "" {
		problems = append(problems, newProblem(line, msgNoChartKey, "titel"))
	}
	for _, fact := range [][2]string{{"n", h.N}, {"period", h.Period}, {"källa", h.Source}} {
		if fact[1] == "" {
			problems = append(problems, newProblem(line, msgNoChartFact, fact[0]))
		}
	}
	switch h.Type {
	case "stapel", "linje":
	case "":
		problems = append(problems, newProblem(line, msgNoChartKey, "typ"))
	default:
		problems = append(problems, newProblem(line, msgChartType, excerpt(h.Type)))
	}
	return problems
}

func (c *chart) checkSize(line int) []*Problem {
	size := len(c.head.Title) + len(c.head.Subtitle) + len(c.head.Source) + len(c.head.Description) + len(c.head.Unit)
	for _, row := range c.rows {
		size += len(row.label)
	}
	most := maxBars
	if c.head.Type == "linje" {
		most = maxPoints
	}
	switch {
	case len(c.series) > maxSeries:
		return []*Problem{newProblem(line, msgTooManySeries, maxSeries)}
	case len(c.rows) > most:
		return []*Problem{newProblem(line, msgTooManyRows, most)}
	case c.head.Type == "linje" && len(c.rows) < 2:
		return []*Problem{newProblem(line, msgTooFewPoints)}
	case size > maxChartText:
		return []*Problem{newProblem(line, msgChartTooLarge)}
	}
	return nil
}

// widest is the length in letters of the longest of some texts.
func widest(texts ...string) int {
	most := 0
	for _, text := range texts {
		most = max(most, utf8.RuneCountInString(text))
	}
	return most
}
