package markdown

import (
	"net/url"
	"strings"
)

// maxPicture is the largest size, in bytes as an address, of a chart that may be
// downloaded as an image; larger charts leave the link out.
const maxPicture = 3000

// putDownloads writes links that hold the files themselves: they need no server and no
// JavaScript, and an image that would make the page heavy is left out.
func (c *chart) putDownloads(m *markup, d *drawing) {
	name := Slug(c.head.Title)
	name = strings.Trim(name[:min(len(name), 60)], "-")
	if name == "" {
		name = "diagram"
	}
	m.put(`<p class="chart-download"><a href="data:text/csv;charset=utf-8,`, inAddress("\ufeff"+c.csv()),
		`" download="`, name, `.csv">`, c.say.csv, `</a>`)
	if picture := inAddress(c.picture(d)); len(picture) <= maxPicture {
		m.put(` <a href="data:image/svg+xml;charset=utf-8,`, picture, `" download="`, name, `.svg">`, c.say.svg, `</a>`)
	}
	m.put(`</p>`)
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

// picture is the drawing as a file of its own, with its titles and source.
func (c *chart) picture(d *drawing) string {
	head := &drawing{}
	head.lines("0", bold, c.head.Title, 60)
	if caption := c.caption(); caption != "" {
		head.lines("0", "", caption, 60)
	}
	foot := &drawing{y: head.y + d.y + 0.8}
	foot.lines("0", "", c.source(), 60)
	m := &markup{}
	m.put(`<svg xmlns="http://www.w3.org/2000/svg" width="600" height="`, em(foot.y+0.5),
		`" font-family="sans-serif" font-size="16">`, head.String(),
		`<svg y="`, em(head.y+0.4), `">`, d.String(), `</svg>`, foot.String(), `</svg>`)
	return m.String()
}

// inAddress writes a file into a data: address, and leaves alone what need not be
// escaped there.
func inAddress(file string) string {
	return strings.NewReplacer("+", "%20", "%3D", "=", "%2F", "/", "%3A", ":", "%3B", ";", "%2C", ",").
		Replace(url.QueryEscape(file))
}
