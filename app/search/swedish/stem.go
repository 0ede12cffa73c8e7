package swedish

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/swedish"
)

// Stem returns what the forms of a word have in common. For a word of the lists that is the word as it stands there, for a
// compound its beginning and the stem of its last part (orosanmälningarna: orosanmälan), and for other words what the
// Snowball rules leave. Words that are the same when they are folded have stems that are.
func Stem(word string) string { return field().read(word).stem }

// Parts returns the stems of what a compound is made of, its parts' own parts too: barnavårdsutredning has barnavård, barn, vård
// and utredning. It is nil for simple words and for all that the list does not cover from end to end. Several parts together stand
// for the word; a single one does not (förskola has skola). The slice is shared and must not be changed.
func Parts(word string) []string { return field().read(word).parts }

// Stop reports whether a word carries nothing by itself: och, att, som.
func Stop(word string) bool { return field().stop[word] }

// Known reports whether the word is one of the lists, in some form, or made of what is: it is no slip of the pen.
func Known(word string) bool {
	_, listed := field().forms[word]
	return listed || len(Parts(word)) > 1
}

// stemUnknown stems a word that is neither listed nor made of what is. One that ends with a listed word is inflected as that is:
// spårvagnsprojekten, spårvagnsprojekt.
func (l *lexicon) stemUnknown(word string) string {
	letters := 0
	for at := range word {
		if letters++; letters > 3 && len(word)-at < longestCompound {
			if f := l.forms[word[at:]]; f.tail {
				return word[:at] + f.word
			}
		}
	}
	return snowball(indefinite(word))
}

// indefinite gives definite and neuter forms that Snowball lets stand an ending that it takes away: frågan, beskedet, nationellt.
func indefinite(word string) string {
	bare := strings.TrimSuffix(word, "s")
	for _, rule := range [...]struct{ from, to string }{
		{"ena", "e"}, {"an", "a"}, {"et", "e"}, {"ellt", "ell"}, {"ivt", "iv"},
	} {
		rest, ok := strings.CutSuffix(bare, rule.from)
		if !ok || utf8.RuneCountInString(rest) < 4 {
			continue
		}
		if rule.from == "et" && (strings.HasSuffix(rest, "h") || strings.HasSuffix(rest, "it")) {
			continue // nyhet, kvalitet: the et belongs to the word
		}
		return rest + rule.to
	}
	return word
}

func snowball(word string) string {
	env := snowballstem.NewEnv(word)
	swedish.Stem(env)
	return env.Current()
}
