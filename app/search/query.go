package search

import (
	"slices"
	"strings"

	"nuso.se/app/search/swedish"
)

// maxText and maxWants bound what is searched for; the rest is left out.
const (
	maxText  = 200 // characters
	maxWants = 10
)

// parse reads a person's text: words, and phrases in quotation marks. Nothing in it is syntax but these marks. Words that
// carry nothing are left out, unless there are no others, and what is said twice is wanted once.
func parse(text string) []Want {
	var wants []Want
	add := func(words ...string) {
		if !slices.ContainsFunc(wants, func(w Want) bool { return slices.Equal(w.Words, words) }) {
			wants = append(wants, Want{Words: words})
		}
	}
	for i, part := range strings.Split(strings.Map(straight, text), `"`) {
		if words := words(part); i%2 == 1 && len(words) > 1 {
			add(words...)
		} else {
			for _, word := range words {
				add(word)
			}
		}
	}
	if telling := slices.DeleteFunc(slices.Clone(wants), Want.empty); len(telling) > 0 {
		wants = telling
	}
	return wants[:min(len(wants), maxWants)]
}

// straight makes the marks that people and their keyboards put around a phrase one.
func straight(r rune) rune {
	if strings.ContainsRune("”“„‟»«″＂", r) {
		return '"'
	}
	return r
}

// begin returns the part of a text that is read.
func begin(text string) string {
	runes := 0
	for at := range text {
		if runes++; runes > maxText {
			return text[:at]
		}
	}
	return text
}

func words(text string) []string {
	var words []string
	for _, token := range swedish.Words(text) {
		words = append(words, token.Word)
	}
	return words
}

func (w Want) empty() bool { return len(w.Words) == 1 && swedish.Stop(w.Words[0]) }

// readings returns how a want may be read, in the order they are tried. What is written with å, ä or ö stands for itself
// alone. What is written without them may be by somebody who has no such keys: "vard" is rather vård than the beginning
// of vardag, and to read it folded finds both. Only the last word may be one that is not typed to its end.
func (w Want) readings(last bool) []Reading {
	readings := []Reading{Plain}
	if !slices.ContainsFunc(w.Words, swedish.HasRing) {
		readings = append(readings, Folded)
	}
	if last {
		readings = append(readings, Prefix)
	}
	if len(w.Words) == 1 && swedish.Known(w.Words[0]) {
		return readings // våld is no slip for vård
	}
	return append(readings, Typo)
}

// marks returns what of a text the wants make stand out.
func marks(wants []Want) []swedish.Wanted {
	var marks []swedish.Wanted
	for _, w := range wants {
		marks = append(marks, swedish.Wanted{
			Words: w.Words, Folded: w.Reading == Folded, Typo: w.Reading == Typo,
			Prefix: w.Reading == Prefix || w.Reading == Folded,
		})
		for _, words := range w.Synonyms {
			marks = append(marks, swedish.Wanted{Words: words})
		}
	}
	return marks
}
