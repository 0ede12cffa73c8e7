package markdown

import (
	"net/url"
	"strings"
)

// maxPicture is the largest address, in bytes, by which a chart may be downloaded as
// an image; larger charts leave the link out.
const maxPicture = 3000

// slotMark keeps the place of a chart while the rest is sanitised.
func slotMark(i int) string { return `<nuso-slot n="` + itoa(i) + `"></nuso-slot>` }

// html is the whole chart: picture, source, and its figures as a table and as files.
func (c *chart) html() string {
	d := c.draw()
	var b strings.Builder
	b.WriteString(`<figure class="chart chart-` + c.head.Type + `"><figcaption><p class="chart-title">` + escape(c.head.Title) + `</p>`)
	if c.head.Subtitle != "" {
		b.WriteString(`<p class="chart-subtitle">` + escape(c.head.Subtitle) + `</p>`)
	}
	b.WriteString("</figcaption>\n" + `<svg class="chart-picture" width="100%" height="` + em(d.y+0.2) +
		`" fill="currentColor" role="img" aria-labelledby="` + escape(c.id) + `-titel" aria-describedby="` + escape(c.id) +
		`-text"><title id="` + escape(c.id) + `-titel">` + escape(c.head.Title) + `</title><desc id="` + escape(c.id) + `-text">` +
		escape(c.description()) + `</desc>` + d.String() + "</svg>\n" +
		`<p class="chart-source">` + escape(c.source()) + "</p>\n" +
		`<details class="chart-data"><summary>` + c.say.data + `</summary>` + c.table() + c.downloads(d) + "</details>\n</figure>")
	return b.String()
}

func (c *chart) draw() *drawing {
	if c.head.Type == "linje" {
		return c.plotLines()
	}
	return c.bars()
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

// table is the figures as a table, labels as row headers.
func (c *chart) table() string {
	var b strings.Builder
	b.WriteString(`<div class="table-scroll" role="group" aria-label="` + c.say.table + `" tabindex="0"><table><caption>` +
		escape(c.head.Title) + "</caption>\n<thead><tr>")
	b.WriteString(`<th scope="col">` + escape(c.corner) + `</th>`)
	for _, name := range c.series {
		b.WriteString(`<th scope="col" class="align-right">` + escape(c.withUnit(name)) + `</th>`)
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range c.rows {
		b.WriteString(`<tr><th scope="row">` + escape(row.label) + `</th>`)
		for _, a := range row.values {
			text := a.text
			if a.missing {
				text = c.say.missing
			}
			b.WriteString(`<td class="align-right">` + escape(text) + `</td>`)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>")
	return b.String()
}

func (c *chart) withUnit(name string) string {
	if c.head.Unit == "" || strings.Contains(name, c.head.Unit) {
		return name
	}
	return name + " (" + c.head.Unit + ")"
}

// downloads are links that hold the files themselves: they need no server and no
// JavaScript, and an image that would make the page heavy is left out.
func (c *chart) downloads(d *drawing) string {
	name := slug(c.head.Title)
	name = strings.Trim(name[:min(len(name), 60)], "-")
	if name == "" {
		name = "diagram"
	}
	links := `<a href="data:text/csv;charset=utf-8,` + inAddress("\ufeff"+c.csv()) + `" download="` + name + `.csv">` + c.say.csv + `</a>`
	if picture := "data:image/svg+xml;charset=utf-8," + inAddress(c.picture(d)); len(picture) <= maxPicture {
		links += ` <a href="` + escape(picture) + `" download="` + name + `.svg">` + c.say.svg + `</a>`
	}
	return `<p class="chart-download">` + links + `</p>`
}

// csv is the figures with ";" between them, as Swedish spreadsheets read them.
func (c *chart) csv() string {
	var b strings.Builder
	line := func(first string, rest []string) {
		b.WriteString(csvCell(first))
		for _, cell := range rest {
			b.WriteString(";" + cell)
		}
		b.WriteString("\r\n")
	}
	var names []string
	for _, name := range c.series {
		names = append(names, csvCell(c.withUnit(name)))
	}
	line(c.corner, names)
	for _, row := range c.rows {
		var cells []string
		for _, a := range row.values {
			cells = append(cells, strings.NewReplacer("\u00a0", "", "−", "-").Replace(a.text))
		}
		line(row.label, cells)
	}
	return b.String()
}

// csvCell quotes a cell where it must be, and keeps words from being read as formulas.
func csvCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t", rune(s[0])) {
		s = "'" + s
	}
	if strings.ContainsAny(s, "\";\n") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// picture is the drawing as a file of its own, with its title and source.
func (c *chart) picture(d *drawing) string {
	head := &drawing{}
	head.lines("0", bold, c.head.Title, 60)
	foot := &drawing{y: head.y + d.y + 0.8}
	foot.lines("0", "", c.source(), 60)
	return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="` + em(foot.y+0.5) +
		`" font-family="sans-serif" font-size="16">` + head.String() + `<svg y="` + em(head.y+0.4) + `">` + d.String() + `</svg>` +
		foot.String() + `</svg>`
}

// inAddress writes a file into a data: address.
func inAddress(s string) string {
	return strings.NewReplacer("+", "%20", "%3C", "%3C", "%3D", "=", "%2F", "/", "%3A", ":", "%3B", ";", "%2C", ",").Replace(url.QueryEscape(s))
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
