package swedish

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Snippet returns the first passage of at most length characters that has most of what is wanted, escaped and marked like Marked. It
// begins and ends between words, with … where text is left out; when the text has nothing of what is wanted, it is the beginning.
func Snippet(text string, wanted []Wanted, length int) template.HTML {
	text = strings.TrimSpace(text)
	hits := find(text, wanted, length)
	from := 0
	if len(hits) > 0 {
		first, last := densest(hits, length)
		from = beginning(text, first.start, last.end, length)
	}
	to := from + len(cut(text[from:], length))
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	mark(&b, text, from, to, hits)
	if to < len(text) {
		if to > from && !within(text, to) {
			b.WriteByte(' ')
		}
		b.WriteString("…")
	}
	return template.HTML(b.String()) // #nosec G203 -- mark escapes
}

// densest returns the first and the last hit of the first passage of at most length bytes that has the most different wants.
// Bytes are never fewer than characters.
func densest(hits []hit, length int) (first, last hit) {
	counts := map[int]int{} // of the hits from i to before end
	end, most := 0, 0
	for i, h := range hits {
		for ; end < len(hits) && (end == i || hits[end].end-h.start <= length); end++ {
			counts[hits[end].wanted]++
		}
		if len(counts) > most {
			most, first, last = len(counts), h, hits[end-1]
		}
		if counts[h.wanted]--; counts[h.wanted] == 0 {
			delete(counts, h.wanted)
		}
	}
	return first, last
}

// beginning returns where a passage shall begin that has the text from start to end: at the beginning of the text or of the
// sentence if there is room, else some words before.
func beginning(text string, start, end, length int) int {
	if end <= length {
		return 0
	}
	room := max(length-(end-start), 0)
	before := text[start-room : start]
	sentence := -1
	for _, end := range [...]string{". ", "! ", "? ", "\n"} {
		sentence = max(sentence, strings.LastIndex(before, end))
	}
	if sentence >= 0 {
		return start - len(strings.TrimLeftFunc(before[sentence+1:], unicode.IsSpace))
	}
	some := max(room/2, length-(len(text)-start)) // more when the text ends soon
	before = before[len(before)-some:]
	if at := strings.IndexFunc(before, unicode.IsSpace); at >= 0 {
		return start - len(strings.TrimLeftFunc(before[at:], unicode.IsSpace))
	}
	return start
}

// cut returns at most length characters of a text, up to the end of a word unless the first word alone is longer.
func cut(text string, length int) string {
	end, count := len(text), 0
	for at := range text {
		if count++; count > length {
			end = at
			break
		}
	}
	if within(text, end) {
		if at := strings.LastIndexFunc(text[:end], func(r rune) bool { return !isLetter(r) && !unicode.IsMark(r) }); at > 0 {
			end = at
		}
	}
	return strings.TrimRightFunc(text[:end], unicode.IsSpace)
}

// within reports whether a place is inside of a word.
func within(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return isLetter(before) && (isLetter(after) || unicode.IsMark(after))
}
