package swedish

import (
	"fmt"
	"strings"
)

// entry is a line of parts.txt or words.txt, as the head of parts.txt explains it, or a name.
type entry struct {
	forms  []string // the word itself first
	name   bool
	joins  bool // the line says how it joins others
	joints []string
	whole  bool // the line says what it is made of
	made   []string
}

// parseEntry reads a line such as "skola -n skolor : skol". Letters are checked, for a list with a capital or a stray sign would
// be silently of no use.
func parseEntry(line string) (entry, error) {
	var e entry
	left, made, whole := strings.Cut(line, "=")
	forms, joints, joins := strings.Cut(left, ":")
	e.forms, e.joints, e.made = strings.Fields(forms), strings.Fields(joints), strings.Fields(made)
	e.joins, e.whole = joins, whole
	if len(e.forms) == 0 {
		return e, fmt.Errorf("%q names no word", line)
	}
	for _, all := range [][]string{e.forms, e.joints, e.made} {
		for i, word := range all {
			if ending, ok := strings.CutPrefix(word, "-"); ok {
				word = e.forms[0] + ending
				all[i] = word
			}
			if tokens := Words(word); len(tokens) != 1 || tokens[0].Word != word {
				return e, fmt.Errorf("%q is no word in lower case", word)
			}
		}
	}
	return e, nil
}

// manyOf returns the definite plural of a noun of which the first three forms are given: the word, the definite form and the
// plural. It is empty when there is no plural, or none that can be told.
func manyOf(forms []string) string {
	if len(forms) < 3 {
		return ""
	}
	one, definite, many := forms[0], forms[1], forms[2]
	switch {
	case many == one && strings.HasSuffix(definite, "et"): // barn, barnet, barn: barnen
		return definite[:len(definite)-len("et")] + "en"
	case many == one && strings.HasSuffix(one, "are"): // ledare: ledarna
		return one[:len(one)-len("e")] + "na"
	case strings.HasSuffix(many, "r"): // skolor: skolorna
		return many + "na"
	case strings.HasSuffix(many, "n") && many != one: // möten: mötena
		return many + "a"
	}
	return ""
}
