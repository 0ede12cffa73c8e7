package markdown

import (
	"html"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A chart is drawn without a viewBox. Widths are in per cent of the space there is and
// heights in em, so that bars grow and shrink with the page while text keeps the size
// of the text around it, at 320 pixels as at 1280, and grows when the reader enlarges
// text. Only presentation attributes are used, in currentColor: a chart without any
// style sheet is right in the light, in the dark and on paper.
const (
	narrow     = 15.8 // em: the width of a chart on the smallest screen
	letter     = 0.55 // em: the width of a figure or a letter, rounded up
	lineHeight = 1.4  // em
	fullLine   = 33   // letters on a line of that width: in words they are narrower, 0.47 em
)

// markup is written in parts.
type markup struct{ strings.Builder }

// put writes HTML or SVG as it is.
func (m *markup) put(parts ...string) {
	for _, part := range parts {
		m.WriteString(part)
	}
}

// drawing is the inside of an svg element, drawn from the top.
type drawing struct {
	markup
	y float64 // em: what is drawn so far ends here
}

// text writes one line; x is a length with its unit, y (em) the base line.
func (d *drawing) text(x string, y float64, attributes, text string) {
	d.put(`<text x="`, x, `" y="`, em(y), `"`, attributes, `>`, escape(text), `</text>`)
}

// Attributes of texts.
const (
	bold     = ` font-weight="600"`
	centred  = ` text-anchor="middle"`
	endsHere = ` text-anchor="end"`
)

// lines writes a text below what is drawn, broken so that it fits the narrowest screen.
func (d *drawing) lines(x, attributes, text string, letters int) {
	for _, line := range wrap(text, letters) {
		d.text(x, d.y+1.05, attributes, line)
		d.y += lineHeight
	}
}

// rule writes a straight line, drawn as the group around it says.
func (d *drawing) rule(x1 string, y1 float64, x2 string, y2 float64) {
	d.put(`<line x1="`, x1, `" y1="`, em(y1), `" x2="`, x2, `" y2="`, em(y2), `"/>`)
}

// wrap breaks a text into lines of at most so many letters, between words where that
// can be done and with a hyphen within a word that is longer than a line.
func wrap(text string, letters int) []string {
	letters = max(letters, 4)
	var lines []string
	line := ""
	for _, word := range strings.Split(text, " ") {
		for utf8.RuneCountInString(word) > letters {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			head, tail := hyphenate(word, letters)
			lines, word = append(lines, head), tail
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= letters:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// hyphenate parts a long word: after a hyphen or slash of its own if it has one, never
// so that fewer than three letters stand alone.
func hyphenate(word string, letters int) (head, tail string) {
	runes := []rune(word)
	for i := letters - 1; i > letters/2; i-- {
		if runes[i] == '-' || runes[i] == '/' {
			return string(runes[:i+1]), string(runes[i+1:])
		}
	}
	cut := letters - 1
	if len(runes)-cut < 3 {
		cut = len(runes) - 3
	}
	return string(runes[:cut]) + "-", string(runes[cut:])
}

// percent and em write lengths with no more digits than can be seen.
func percent(v float64) string { return length(v, "%") }
func em(v float64) string      { return length(v, "em") }

func length(v float64, unit string) string {
	v = math.Round(v*100) / 100
	if v == 0 { // and not -0
		return "0"
	}
	return strconv.FormatFloat(v, 'f', -1, 64) + unit
}

// room is the share of the narrowest column that so many letters take, in per cent.
func room(letters int) float64 { return (float64(letters)*letter + 0.5) / narrow * 100 }

func escape(s string) string { return html.EscapeString(s) }

func itoa(i int) string { return strconv.Itoa(i) }

// tone gives the attributes by which series differ when no style sheet gives them
// colours of their own.
func tone(series int) string {
	opacity := [...]string{"1", "0.6", "0.35", "0.8", "0.5", "0.2"}[series%maxSeries]
	if opacity == "1" {
		return ""
	}
	return ` fill-opacity="` + opacity + `"`
}
