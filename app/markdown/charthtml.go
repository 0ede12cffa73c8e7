package markdown

import (
	"encoding/json"
	"strings"
)

// slotMark keeps the place of a chart while the rest is sanitised.
func slotMark(i int) string { return `<nuso-slot n="` + itoa(i) + `"></nuso-slot>` }

// html is the whole chart: picture, source, and its figures as a table and as files.
func (c *chart) html() string {
	d := c.draw()
	m := &markup{}
	m.put(`<figure class="chart chart-`, c.head.Type, `"><figcaption><p class="chart-title">`, escape(c.head.Title), `</p>`)
	if caption := c.caption(); caption != "" {
		m.put(`<p class="chart-subtitle">`, escape(caption), `</p>`)
	}
	id := escape(c.id)
	m.put("</figcaption>\n", `<svg class="chart-picture" width="100%" height="`, em(d.y+0.2),
		`" fill="currentColor" role="img" aria-labelledby="`, id, `-titel" aria-describedby="`, id, `-text">`,
		`<title id="`, id, `-titel">`, escape(c.head.Title), `</title>`,
		`<desc id="`, id, `-text">`, escape(c.description()), `</desc>`, d.String(), "</svg>\n",
		`<p class="chart-source">`, escape(c.source()), "</p>\n",
		`<details class="chart-data"><summary>`, c.say.data, `</summary>`)
	c.putTable(m)
	c.putDownloads(m, d)
	m.put("</details>\n")
	c.putDataset(m)
	m.put("</figure>")
	return m.String()
}

// putDataset describes the figures to machines, as schema.org's Dataset. JSON as encoding/json writes it has no "<".
func (c *chart) putDataset(m *markup) {
	var variables []string
	for _, name := range c.series {
		variables = append(variables, c.withUnit(name))
	}
	data, _ := json.Marshal(map[string]any{ // plain strings cannot fail
		"@context": "https://schema.org", "@type": "Dataset", "name": c.head.Title,
		"description": c.description() + " " + c.source(), "citation": c.head.Source, "variableMeasured": variables,
	})
	m.put(`<script type="application/ld+json">`, string(data), "</script>\n")
}

func (c *chart) draw() *drawing {
	if c.head.Type == "linje" {
		return c.plotLines()
	}
	return c.bars()
}

// caption is the subtitle, with the unit when neither figures nor titles say it.
func (c *chart) caption() string {
	switch {
	case !c.bare || strings.Contains(c.head.Title, c.head.Unit):
		return c.head.Subtitle
	case c.head.Subtitle == "":
		return c.head.Unit
	}
	return c.withUnit(c.head.Subtitle)
}

// source is the line under a chart without which it would not be shown.
func (c *chart) source() string {
	line := c.say.source + ": " + strings.TrimSuffix(c.head.Source, ".") + ". n: " + strings.TrimSuffix(c.head.N, ".") +
		". " + c.say.period + ": " + strings.TrimSuffix(c.head.Period, ".") + "."
	if c.head.Processing != "" {
		line += " " + sentence(c.head.Processing)
	}
	return line
}

// sentence gives words a capital and a full stop.
func sentence(s string) string {
	runes := []rune(s)
	return strings.ToUpper(string(runes[:1])) + strings.TrimSuffix(string(runes[1:]), ".") + "."
}

// description is the author's text alternative, or else the figures read out.
func (c *chart) description() string {
	if c.head.Description != "" {
		return c.head.Description
	}
	var rows []string
	for _, row := range c.rows {
		var values []string
		for i, a := range row.values {
			value := c.show(a)
			if len(c.series) > 1 {
				value = c.series[i] + " " + value
			}
			values = append(values, value)
		}
		rows = append(rows, row.label+": "+strings.Join(values, ", "))
	}
	return strings.Join(rows, "; ") + "."
}

// putTable writes the figures as a table, labels as row headers.
func (c *chart) putTable(m *markup) {
	m.put(openTable(c.say), `<caption>`, escape(c.head.Title), "</caption>\n<thead><tr>", `<th scope="col">`, escape(c.corner), `</th>`)
	for _, name := range c.series {
		m.put(`<th scope="col" class="align-right">`, escape(c.withUnit(name)), `</th>`)
	}
	m.put("</tr></thead>\n<tbody>\n")
	for _, row := range c.rows {
		m.put(`<tr><th scope="row">`, escape(row.label), `</th>`)
		for _, a := range row.values {
			text := a.text
			if a.missing {
				text = c.say.missing
			}
			m.put(`<td class="align-right">`, escape(text), `</td>`)
		}
		m.put("</tr>\n")
	}
	m.put("</tbody></table></div>")
}

func (c *chart) withUnit(name string) string {
	if c.head.Unit == "" || strings.Contains(name, c.head.Unit) {
		return name
	}
	return name + " (" + c.head.Unit + ")"
}

// addText adds what a chart says to the plain text for search.
func (c *chart) addText(b *strings.Builder) {
	for _, text := range []string{c.head.Title, c.head.Subtitle, c.description(), c.source()} {
		if text != "" {
			b.WriteString(text + "\n")
		}
	}
	if c.head.Description == "" {
		return // the labels have been read out
	}
	for _, row := range c.rows {
		b.WriteString(row.label + "\n")
	}
}
