package markdown

// figures writes the figures of the last, the first, the highest and the lowest point,
// as far as there is room between them.
func (p *linePlot) figures() {
	var taken [][2]float64
	for _, i := range p.telling() {
		a := p.rows[i].values[0]
		text := p.brief(a)
		x, anchor, from, to := p.place(p.across(i), room(widest(text)), p.left)
		if overlaps(taken, from, to) {
			continue
		}
		taken = append(taken, [2]float64{from, to})
		p.text(percent(x), p.down(a.value)-0.5, anchor+bold, text)
	}
}

// place sets a text of some width in the middle over or under x, or against an edge
// that it would pass. All in per cent.
func (p *linePlot) place(x, width, edge float64) (at float64, anchor string, from, to float64) {
	switch {
	case x+width/2 > 100:
		return 100, endsHere, 100 - width, 100
	case x-width/2 < edge:
		return edge, "", edge, edge + width
	}
	return x, centred, x - width/2, x + width/2
}

func (p *linePlot) telling() []int {
	first, last, lowest, highest := -1, -1, -1, -1
	for i, row := range p.rows {
		a := row.values[0]
		if a.missing {
			continue
		}
		if first < 0 {
			first, lowest, highest = i, i, i
		}
		last = i
		if a.value < p.rows[lowest].values[0].value {
			lowest = i
		}
		if a.value > p.rows[highest].values[0].value {
			highest = i
		}
	}
	if first < 0 {
		return nil
	}
	return []int{last, first, highest, lowest}
}

func overlaps(taken [][2]float64, from, to float64) bool {
	for _, t := range taken {
		if from < t[1] && to > t[0] {
			return true
		}
	}
	return false
}

func (p *linePlot) longest() int {
	most := 0
	for _, row := range p.rows {
		most = max(most, widest(row.label))
	}
	return most
}

// labels writes the labels under the plot, as many as there is room for, evenly chosen.
// When only the first and the last fit, each may take half the width and several lines.
func (p *linePlot) labels() {
	width, last := p.right-p.left, len(p.rows)-1
	count := min(last+1, max(2, int(width/room(p.longest()))+1))
	letters := p.longest()
	if count == 2 {
		letters = min(letters, fullLine/2-1)
	}
	deepest := 0
	for k := range count {
		i := (k*last + (count-1)/2) / (count - 1)
		lines := wrap(p.rows[i].label, letters)
		deepest = max(deepest, len(lines))
		x, anchor, _, _ := p.place(p.across(i), room(widest(lines...)), 0)
		for j, line := range lines {
			p.text(percent(x), p.y+1.05+float64(j)*lineHeight, anchor, line)
		}
	}
	p.y += float64(deepest) * lineHeight
}
