package markdown

import (
	"math"
)

const (
	barHeight = 1.1 // em
	barGap    = 0.3 // em between bars of one label
	rowGap    = 0.8 // em between labels
	sideText  = 8   // letters of a figure that still fits beside its bar
)

// bars draws a bar chart: under each label its bars, each with its figure. Short
// figures stand at the end of their bars; long ones, and those that must say which
// series they are, stand above them.
func (c *chart) bars() *drawing {
	d := &drawing{}
	figure := c.widestFigure()
	plot := barPlot{chart: c, drawing: d, beside: len(c.series) == 1 && figure <= sideText, width: 100}
	if plot.beside {
		plot.width = 100 - room(figure)
	}
	plot.low, plot.high, _ = c.barSpan()
	for i, row := range c.rows {
		if i > 0 {
			d.y += rowGap
		}
		plot.row(row)
	}
	return d
}

// barSpan is the scale of bars: from zero to the largest figure exactly, since every
// bar says its figure and no scale is drawn.
func (c *chart) barSpan() (low, high float64, any bool) {
	for _, row := range c.rows {
		for _, a := range row.values {
			low, high = min(low, a.value), max(high, a.value)
			any = any || !a.missing
		}
	}
	if low == high {
		high = low + 1
	}
	return low, high, any
}

func (c *chart) widestFigure() int {
	most := 0
	for _, row := range c.rows {
		for _, a := range row.values {
			most = max(most, widest(c.brief(a)))
		}
	}
	return most
}

type barPlot struct {
	*chart
	*drawing
	beside           bool
	width, low, high float64
}

func (p *barPlot) row(row chartRow) {
	switch {
	case len(p.series) > 1:
		p.lines("0", bold, row.label, fullLine)
	case p.beside:
		p.lines("0", "", row.label, fullLine)
	default:
		p.lines("0", "", row.label+": "+p.brief(row.values[0]), fullLine)
	}
	for i, a := range row.values {
		if i > 0 {
			p.y += barGap
		}
		if len(p.series) > 1 {
			p.lines("0", "", p.series[i]+": "+p.brief(a), fullLine)
		}
		p.bar(i, a)
	}
}

func (p *barPlot) bar(series int, a amount) {
	zero, end := p.at(0), p.at(a.value)
	from, to := min(zero, end), max(zero, end)
	if a.value != 0 { // a missing figure is zero too
		p.put(`<rect class="chart-series-`, itoa(series+1), `" x="`, percent(from), `" y="`, em(p.y),
			`" width="`, percent(max(to-from, 0.3)), `" height="`, em(barHeight), `"`, tone(series), `/>`)
	}
	if p.beside {
		p.text(percent(to), p.y+0.9, ` dx="0.4em"`+bold, p.brief(a))
	}
	if p.beside || !a.missing {
		p.y += barHeight
	}
}

// at places a figure on the scale.
func (p *barPlot) at(value float64) float64 {
	return math.Max(0, (value-p.low)/(p.high-p.low)*p.width)
}
