package markdown

import (
	"math"
)

const plotHeight = 12 // em

// linePlot is where the lines of a line chart are drawn.
type linePlot struct {
	*chart
	*drawing
	left, right     float64 // per cent
	top             float64 // em
	low, high, step float64
}

// plotLines draws a line chart: which line is which, the scale with its rules, the
// lines, and under them the labels that there is room for, the first and last always.
func (c *chart) plotLines() *drawing {
	p := &linePlot{chart: c, drawing: &drawing{}}
	p.low, p.high, p.step = c.span()
	if len(c.series) > 1 {
		p.key()
	}
	p.y += lineHeight // room for a figure above the highest point
	p.top = p.y
	p.grid()
	for i := range c.series {
		p.line(i)
	}
	if len(c.series) == 1 {
		p.figures()
	}
	p.y = p.top + plotHeight + 0.6
	p.labels()
	return p.drawing
}

// key names the lines, each beside a piece of it and with its last figure.
func (p *linePlot) key() {
	for i, name := range p.series {
		p.put(`<g class="chart-series-`, itoa(i+1), `"><g`, strokeOf(i), `>`)
		p.rule("0", p.y+0.7, "2.4em", p.y+0.7)
		p.put(`</g>`)
		p.dot("1.2em", p.y+0.7)
		p.put(`</g>`)
		if last, label := p.last(i); label != "" {
			name += ": " + p.brief(last) + " (" + label + ")"
		}
		p.lines("3em", "", name, fullLine-6)
	}
	p.y += 0.3
}

// last gives the last figure of a series, and its label.
func (p *linePlot) last(series int) (amount, string) {
	for i := len(p.rows) - 1; i >= 0; i-- {
		if a := p.rows[i].values[series]; !a.missing {
			return a, p.rows[i].label
		}
	}
	return amount{missing: true}, ""
}

// grid draws the scale's rules; their numbers stand to the left.
func (p *linePlot) grid() {
	p.left = room(widest(scaleText(p.low, p.step), scaleText(p.high, p.step)))
	p.right = 100 - min(8.5, room(p.longest())/2)
	for i := range int(math.Round((p.high-p.low)/p.step)) + 1 {
		value := p.low + float64(i)*p.step
		y := p.down(value)
		opacity := "0.25"
		if math.Abs(value) < p.step/2 {
			opacity = "0.7"
		}
		p.put(`<g stroke="currentColor" stroke-opacity="`, opacity, `">`)
		p.rule(percent(p.left), y, "100%", y)
		p.put(`</g>`)
		p.text(percent(p.left), y+0.35, ` dx="-0.4em"`+endsHere, scaleText(value, p.step))
	}
}

// line draws one series; a missing figure leaves a gap.
func (p *linePlot) line(series int) {
	p.put(`<g class="chart-series-`, itoa(series+1), `"><g`, strokeOf(series), `>`)
	previous := -1
	for i, row := range p.rows {
		a := row.values[series]
		if a.missing {
			previous = -1
			continue
		}
		if previous >= 0 {
			from := p.rows[previous].values[series]
			p.rule(percent(p.across(previous)), p.down(from.value), percent(p.across(i)), p.down(a.value))
		}
		previous = i
	}
	p.put(`</g>`)
	for i, row := range p.rows {
		if a := row.values[series]; !a.missing && (len(p.rows) <= 24 || i == 0 || i == len(p.rows)-1) {
			p.dot(percent(p.across(i)), p.down(a.value))
		}
	}
	p.put(`</g>`)
}

func (p *linePlot) dot(x string, y float64) {
	p.put(`<circle cx="`, x, `" cy="`, em(y), `" r="0.25em"/>`)
}

func (p *linePlot) across(i int) float64 {
	return p.left + (p.right-p.left)*float64(i)/float64(len(p.rows)-1)
}

func (p *linePlot) down(value float64) float64 {
	return p.top + plotHeight*(p.high-value)/(p.high-p.low)
}

// strokeOf gives the attributes of a series' line: dashes tell lines apart where
// colours do not.
func strokeOf(series int) string {
	dashes := [...]string{"", "6 4", "2 3", "10 3 2 3", "12 6", "4 2"}[series%maxSeries]
	stroke := ` stroke="currentColor" stroke-width="2"`
	if dashes == "" {
		return stroke
	}
	return stroke + ` stroke-dasharray="` + dashes + `"`
}
