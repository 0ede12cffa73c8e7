package document

import (
	"fmt"
	"strings"

	"nuso.se/app/guard"
)

// admit reads a text that is about to be stored, unless the guard refuses it. The guard comes first: other problems
// quote what they are about.
func (s *Service) admit(f file) (derived, []Problem) {
	if problems := personal(f); len(problems) > 0 {
		return derived{}, problems
	}
	return s.read(f)
}

// personal returns a problem for each thing in the text that the guard refuses.
func personal(f file) []Problem {
	var problems []Problem
	for _, found := range guard.Check(f.source) {
		problems = append(problems, Problem{
			Path: f.path, Line: found.Where.Line,
			Text: fmt.Sprintf("vid tecken %d står något som ser ut som %s", found.Where.Column, found.Text),
			Cure: "Ta bort det: inget av texten sparas så länge det står där.",
		})
	}
	return problems
}

// personalName returns the problem of a file that the guard refuses for its name, as it is or in its parts; nil when there
// is none. The name is told without its digits.
func personalName(name string) *Problem {
	found := guard.Check(name + "\n" + strings.NewReplacer("/", "\n", ".", "\n").Replace(name))
	if len(found) == 0 {
		return nil
	}
	return &Problem{
		Path: guard.Mask(name), Line: 1,
		Text: "namnet ser ut att innehålla " + found[0].Text, Cure: "Döp om filen eller mappen; här visas en punkt för varje siffra.",
	}
}
