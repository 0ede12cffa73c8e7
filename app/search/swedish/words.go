package swedish

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is how many characters of a word are read. The longest words of the field have about fifty; what is longer is no word,
// and no index likes it.
const longest = 64

// Token is a word in its place.
type Token struct {
	Word       string // in lower case, composed (NFC), at most 64 characters
	Start, End int    // where it stands: bytes of the text, with an inflection after a colon
}

// Words returns the words of a text in order: runs of letters and runs of digits (PM5 is pm and 5). A hyphen parts words (e-post is e and post), an
// inflection after a colon or an apostrophe is dropped (BUP:s is bup), and signs that cannot be seen, such as soft hyphens
// and marks of direction, are as if they were not there.
func Words(text string) []Token {
	tokens := make([]Token, 0, len(text)/7+1)
	for at := 0; ; {
		token, ok := next(text, at)
		if !ok {
			return tokens
		}
		tokens, at = append(tokens, token), token.End
	}
}

// next returns the first word from a place on.
func next(text string, at int) (Token, bool) {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !isLetter(r) {
			at += size
			continue
		}
		end, plain := wordEnd(text, at)
		word := text[at:end]
		if !plain {
			word = normal(word)
		}
		return Token{Word: word, Start: at, End: inflectionEnd(text, end)}, true
	}
	return Token{}, false
}

// isLetter reports whether a word may begin with r.
func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// wordEnd returns where the word at a place ends. A plain word is written as it is read: short, in lower case, of the letters
// that Swedes have on their keyboards.
func wordEnd(text string, at int) (end int, plain bool) {
	begin := at
	first, _ := utf8.DecodeRuneInString(text[at:])
	number := unicode.IsDigit(first)
	plain = true
	for at < len(text) {
		if c := text[at]; 'a' <= c && c <= 'z' && !number {
			at++
			end = at
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		at += size
		switch {
		case isLetter(r) && unicode.IsDigit(r) != number:
			at = len(text)
		case '0' <= r && r <= '9', 'à' <= r && r <= 'ÿ' && r != '÷':
			end = at
		case isLetter(r), unicode.IsMark(r):
			end, plain = at, false
		case unseen(r): // belongs to the word if the word goes on
			plain = false
		default:
			at = len(text)
		}
	}
	return end, plain && end-begin <= longest
}

// unseen reports whether r is a sign within words that cannot be seen: a soft hyphen, a joiner, a mark of direction.
func unseen(r rune) bool { return r >= utf8.RuneSelf && unicode.Is(unicode.Cf, r) }

// normal writes a word as Words gives it.
func normal(word string) string {
	seen := 0
	word = strings.Map(func(r rune) rune {
		if unseen(r) || unicode.In(r, unicode.Variation_Selector, unicode.Me) || seen == longest {
			return -1
		}
		seen++
		return unicode.ToLower(r)
	}, word)
	return norm.NFC.String(word)
}

// inflectionEnd returns where the inflection at a place ends: ":s" of BUP:s, "’s" of Kent’s. Without one that is the place.
func inflectionEnd(text string, at int) int {
	r, size := utf8.DecodeRuneInString(text[at:])
	if r != ':' && r != '\'' && r != '’' {
		return at
	}
	begin := at + size
	end := begin
	for end < len(text) && 'a' <= text[end] && text[end] <= 'z' {
		end++
	}
	if next, _ := utf8.DecodeRuneInString(text[end:]); isLetter(next) || !isInflection(text[begin:end]) {
		return at
	}
	return end
}

func isInflection(ending string) bool {
	switch ending {
	case "a", "ar", "are", "arna", "arnas", "e", "en", "ens", "er", "ers", "erna", "ernas", "et", "ets",
		"n", "na", "nas", "ns", "or", "orna", "ornas", "s", "t", "ts":
		return true
	}
	return false
}
