package swedish

import "unicode/utf8"

// Edits returns how many slips a typed word may have: none below 4 letters, one from 4, two from 8.
func Edits(word string) int {
	switch n := utf8.RuneCountInString(word); {
	case n < 4:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// Distance returns how many edits lead from a to b, or limit+1 when they are more than limit. An edit adds, drops or changes a
// letter or swaps two neighbours, and no letter is edited twice (optimal string alignment).
func Distance(a, b string, limit int) int {
	if n := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); n > limit || -n > limit {
		return limit + 1
	}
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	limit = min(limit, len(y)) // no two words are farther apart
	var few [3 * (longest + 1)]int
	cells, width := few[:], len(x)+1
	if 3*width > len(cells) {
		cells = make([]int, 3*width)
	}
	before, above, row := cells[:width], cells[width:2*width], cells[2*width:3*width]
	for i := range above {
		above[i] = i
	}
	for j := 1; j <= len(y); j++ {
		if !align(x, y, j, limit, before, above, row) {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return min(above[len(x)], limit+1)
}

// align fills the row of y's j-th letter, only where a distance within the limit can be, and reports whether one is.
func align(x, y []rune, j, limit int, before, above, row []int) bool {
	from, to := max(j-limit, 1), min(j+limit, len(x))
	row[from-1] = limit + 1
	if from == 1 {
		row[0] = j
	}
	nearest := row[from-1]
	for i := from; i <= to; i++ {
		d := above[i-1]
		if x[i-1] != y[j-1] {
			d++
		}
		d = min(d, row[i-1]+1)
		if i < j+limit { // farther out the row above is not filled
			d = min(d, above[i]+1)
		}
		if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
			d = min(d, before[i-2]+1)
		}
		row[i], nearest = d, min(nearest, d)
	}
	return nearest <= limit
}

// Nearest returns the word of the texts that is nearest to a word typed wrong, with one edit more than Edits allows: the word
// itself when it is there, and of words equally near the first with the same first letter, else the first. It is empty
// when none is near; a word with no letter in common is not.
func Nearest(word string, texts ...string) string {
	limit, nearest := min(Edits(word)+1, utf8.RuneCountInString(word)-1), ""
	for _, text := range texts {
		for _, t := range Words(text) {
			d := Distance(word, t.Word, limit)
			if d < limit || d == limit && (nearest == "" || !sameFirst(word, nearest) && sameFirst(word, t.Word)) {
				limit, nearest = d, t.Word
			}
		}
	}
	return nearest
}

// sameFirst reports whether two words begin with the same letter.
func sameFirst(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y
}
