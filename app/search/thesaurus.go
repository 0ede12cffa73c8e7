package search

import (
	"slices"
	"strings"

	"nuso.se/app/search/swedish"
)

// Thesaurus knows which expressions mean the same: each group's expressions find each other.
type Thesaurus struct {
	byStems map[string][][]string // the stems of an expression → the words of the others
	longest int                   // words of the longest expression

	expressions []string // all, as written
}

// NewThesaurus returns a thesaurus of groups of expressions as people write them: "BoU", "barn och unga".
func NewThesaurus(groups [][]string) Thesaurus {
	t := Thesaurus{byStems: map[string][][]string{}}
	for _, group := range groups {
		t.expressions = append(t.expressions, group...)
		for _, expression := range group {
			own := words(expression)
			for _, other := range group {
				t.add(own, words(other))
			}
		}
	}
	return t
}

// add notes that other means the same as own. Forms of one word find each other anyway, and are noted once.
func (t *Thesaurus) add(own, other []string) {
	key := stems(own)
	same := func(known []string) bool {
		return slices.Equal(known, other) || len(known) == 1 && len(other) == 1 && stems(known) == stems(other)
	}
	if len(own) == 0 || len(other) == 0 || key == stems(other) || slices.ContainsFunc(t.byStems[key], same) {
		return
	}
	t.byStems[key] = append(t.byStems[key], other)
	t.longest = max(t.longest, len(own))
}

// extend gives each want the synonyms of the expressions of the text that it is part of.
func (t *Thesaurus) extend(text string, wants []Want) {
	typed := words(text)
	for first := range typed {
		for last := min(len(typed), first+t.longest); last > first; last-- {
			synonyms := t.byStems[stems(typed[first:last])]
			if len(synonyms) == 0 {
				continue
			}
			for i := range wants {
				if within(wants[i].Words, typed[first:last]) {
					wants[i].Synonyms = append(wants[i].Synonyms, synonyms...)
				}
			}
			break
		}
	}
}

// within reports whether the words stand, in order and together, in expression.
func within(words, expression []string) bool {
	for first := range len(expression) - len(words) + 1 {
		if slices.Equal(words, expression[first:first+len(words)]) {
			return true
		}
	}
	return false
}

func stems(words []string) string {
	stems := make([]string, len(words))
	for i, word := range words {
		stems[i] = swedish.Stem(word)
	}
	return strings.Join(stems, " ")
}
