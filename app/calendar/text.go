package calendar

import "strings"

// clean returns text as iCalendar can carry it: valid UTF-8, lines that end with LF, no control characters but tabs.
// Escaping and folding are the library's.
func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0 {
			return -1
		}
		return r
	}, text)
}

// cleanAddress returns an address without spaces and control characters: the library writes it as it is.
func cleanAddress(address string) string {
	return strings.Join(strings.Fields(clean(address)), "")
}
