package swedish

import (
	"strings"
	"unicode/utf8"
)

// Fold returns the word as those write it who have no å, ä and ö: å and ä as a, ö as o, and other letters without their accents.
func Fold(word string) string {
	if !HasRing(word) {
		return word
	}
	return strings.Map(fold, word)
}

// HasRing reports whether the word has å, ä or ö, or another letter that Fold changes.
func HasRing(word string) bool {
	for _, r := range word {
		if fold(r) != r {
			return true
		}
	}
	return false
}

// foldsTo reports whether a word is the folded one when it is folded itself, or begins so.
func foldsTo(word, folded string, prefix bool) bool {
	for _, r := range word {
		want, size := utf8.DecodeRuneInString(folded)
		if size == 0 {
			return prefix
		}
		if fold(r) != want {
			return false
		}
		folded = folded[size:]
	}
	return folded == ""
}

func fold(r rune) rune {
	if r < utf8.RuneSelf {
		return r
	}
	switch r {
	case 'å', 'ä', 'æ', 'à', 'á', 'â', 'ã':
		return 'a'
	case 'ö', 'ø', 'ò', 'ó', 'ô', 'õ':
		return 'o'
	case 'é', 'è', 'ë', 'ê':
		return 'e'
	case 'ü', 'ù', 'ú', 'û':
		return 'u'
	case 'ì', 'í', 'î', 'ï':
		return 'i'
	case 'ý', 'ÿ':
		return 'y'
	case 'ç':
		return 'c'
	case 'ñ':
		return 'n'
	}
	return r
}
