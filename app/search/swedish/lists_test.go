package swedish

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// entriesOf reads a list as the lexicon does, nouns with their definite plural.
func entriesOf(t *testing.T, list string) []entry {
	t.Helper()
	var all []entry
	err := eachLine(list, func(line string) error {
		e, err := parseEntry(line)
		if many := manyOf(e.forms); list == "parts.txt" && many != "" {
			e.forms = append(e.forms, many)
		}
		all = append(all, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestNoFormBelongsToTwoWords(t *testing.T) {
	shared := []string{"domarna", "låg"} // dom and domare, ligga and låg
	owner := map[string]string{}
	for _, list := range []string{"parts.txt", "words.txt"} {
		for _, e := range entriesOf(t, list) {
			word := e.forms[0]
			if owner[word] == word {
				t.Errorf("%s: %s stands there twice", list, word)
			}
			for _, f := range e.forms {
				if first, taken := owner[f]; taken && first != word && !slices.Contains(shared, f) {
					t.Errorf("%s: %s is a form of %s and of %s", list, f, first, word)
				}
				owner[f] = word
			}
		}
	}
}

func TestNoJointBelongsToTwoWords(t *testing.T) {
	owner := map[string]string{}
	for _, list := range []string{"parts.txt", "words.txt"} {
		for _, e := range entriesOf(t, list) {
			joints := e.joints
			if list == "parts.txt" && !e.joins {
				joints = e.forms[:1]
			}
			for _, joint := range joints {
				if first, taken := owner[joint]; taken {
					t.Errorf("%s: both %s and %s begin compounds as %s", list, first, e.forms[0], joint)
				}
				owner[joint] = e.forms[0]
			}
		}
	}
}

func TestWhatAWordIsMadeOfIsListed(t *testing.T) {
	for _, list := range []string{"parts.txt", "words.txt"} {
		for _, e := range entriesOf(t, list) {
			for _, part := range e.made {
				if field().forms[part].word != part {
					t.Errorf("%s: %s is made of %s, which is no word of the lists", list, e.forms[0], part)
				}
			}
		}
	}
}

func TestWordsStandInOrderUnderTheirHeading(t *testing.T) {
	order := collate.New(language.Swedish)
	for _, list := range []string{"parts.txt", "words.txt"} {
		all, err := lists.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		last := ""
		for line := range strings.Lines(string(all)) {
			if strings.HasPrefix(line, "#") {
				last = ""
				continue
			}
			if words := strings.Fields(line); len(words) > 0 {
				if order.CompareString(last, words[0]) > 0 {
					t.Errorf("%s: %s stands after %s", list, words[0], last)
				}
				last = words[0]
			}
		}
	}
}

// A part that is typed alone has the stem that the compound is found by, in each of its forms.
func TestAPartAloneHasTheStemItHasInCompounds(t *testing.T) {
	for joint, word := range field().joints {
		if got := Stem(word); got != word {
			t.Errorf("%s, which begins compounds as %s, has the stem %s", word, joint, got)
		}
	}
	for f, is := range field().forms {
		if got := Stem(f); got != is.word {
			t.Errorf("%s is %s and has the stem %s", f, is.word, got)
		}
	}
}

// Somebody without å, ä and ö finds the same: folded, the stem of a form is that of the folded form, unless this is of
// another word.
func TestFoldedFormsHaveTheFoldedStem(t *testing.T) {
	others := map[string]bool{} // forms that are written without rings
	for _, list := range []string{"parts.txt", "words.txt"} {
		for _, e := range entriesOf(t, list) {
			for _, f := range slices.Concat(e.forms, e.joints) {
				others[f], others[strings.TrimSuffix(f, "s")+"s"] = true, true
			}
		}
	}
	folded := map[string][]string{} // the folded stems of all forms with rings that fold to one
	for f, is := range field().forms {
		if HasRing(f) {
			folded[Fold(f)] = append(folded[Fold(f)], Fold(is.word))
		}
	}
	for f, stems := range folded {
		if got := Fold(Stem(f)); !slices.Contains(stems, got) && !others[f] {
			t.Errorf("%s has the folded stem %s, with rings %v", f, got, stems)
		}
	}
}

func TestNoStopWordIsAWordOfTheField(t *testing.T) {
	for word := range field().stop {
		if tokens := Words(word); len(tokens) != 1 || tokens[0].Word != word {
			t.Errorf("%q is no word in lower case", word)
		}
		if _, ok := field().joints[word]; ok && !slices.Contains([]string{"man", "när", "vår"}, word) {
			t.Errorf("%s begins compounds", word)
		}
	}
}

func TestALineThatIsNoneIsSaid(t *testing.T) {
	for _, line := range []string{": skol", "Skola -n", "skola sko-la", "skola -n : Skol", "anmälan = oro anmälan!", "="} {
		if e, err := parseEntry(line); err == nil {
			t.Errorf("%q was read as %+v", line, e)
		}
	}
}

func TestTheDefinitePluralIsWorkedOut(t *testing.T) {
	for forms, want := range map[string]string{
		"skola skolan skolor":               "skolorna",
		"utredning utredningen utredningar": "utredningarna",
		"förälder föräldern föräldrar":      "föräldrarna",
		"möte mötet möten":                  "mötena",
		"barn barnet barn":                  "barnen",
		"tecken tecknet tecken":             "tecknen",
		"ledare ledaren ledare":             "ledarna",
		"workshop workshopen workshops":     "",
		"oro oron":                          "",
	} {
		if got := manyOf(strings.Fields(forms)); got != want {
			t.Errorf("%s: %q, want %q", forms, got, want)
		}
	}
}
