package guard

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden is what plain returns for a character that a reader does not see.
const hidden rune = -1

// plain returns r as ASCII if it is a digit, a dash, a plus or a space of any script, and hidden if it does not
// show between digits: zero-width and direction marks, soft hyphens, combining marks, and the marks of Markdown.
func plain(r rune) rune {
	switch {
	case r == '*' || r == '_' || r == '`' || r == '~' || r == '\\':
		return hidden
	case r == '\t':
		return r
	case r < ' ' || r == 0x7f:
		return ' '
	case r < 0x80:
		return r
	case r == '−': // the minus sign is no dash by Unicode
		return '-'
	case r == '＋':
		return '+'
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
		return hidden
	case unicode.Is(unicode.Pd, r):
		return '-'
	case unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.IsDigit(r):
		return '0' + digitValue(r)
	}
	return r
}

// longestReference is how many bytes a character written as in HTML may take: &ZeroWidthSpace; has the longest name of
// those that matter here.
const longestReference = 16

// reference returns the character that text begins with and its length when it is written as in HTML, as Markdown
// allows: &shy; &nbsp; &#8203;. Otherwise it is the & itself.
func reference(text string) (rune, int) {
	end := strings.IndexByte(text[:min(len(text), longestReference)], ';') + 1
	meant := html.UnescapeString(text[:end])
	if r, size := utf8.DecodeRuneInString(meant); size == len(meant) && size < end {
		return r, end
	}
	return '&', 1
}

// digitValue returns 0 to 9 for a decimal digit of any script. Each script's digits stand in order, and the
// ranges of unicode.Nd hold whole tens of them.
func digitValue(r rune) rune {
	for _, span := range unicode.Nd.R16 {
		if rune(span.Lo) <= r && r <= rune(span.Hi) {
			return (r - rune(span.Lo)) % 10
		}
	}
	for _, span := range unicode.Nd.R32 {
		if rune(span.Lo) <= r && r <= rune(span.Hi) {
			return (r - rune(span.Lo)) % 10
		}
	}
	return 0
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isLetter takes combining marks for hidden, so an é in two parts is an e.
func isLetter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r >= 0x80 && unicode.IsLetter(r)
}
