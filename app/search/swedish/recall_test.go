package swedish_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"nuso.se/app/search/swedish"
	"nuso.se/content"
)

// floor is how many of a thousand pairs of a compound and a part the lists must know.
const floor = 980

// TestEachPartOfACompoundFindsIt asks, for every compound that stands in content/ and every part of it, in all common forms,
// whether the part typed alone finds the compound.
func TestEachPartOfACompoundFindsIt(t *testing.T) {
	forms := map[string][]string{}
	for _, line := range linesIn(t, "testdata/inflections.txt") {
		words := strings.Fields(line)
		forms[words[0]] = words
	}
	found, asked := 0, 0
	var missed []string
	for _, line := range linesIn(t, "testdata/compounds.txt") {
		compounds, parts, _ := strings.Cut(line, " : ")
		for _, part := range strings.Fields(parts) {
			if forms[part] == nil {
				t.Errorf("%s is not among the inflections", part)
			}
			for _, typed := range forms[part] {
				for _, compound := range strings.Fields(compounds) {
					asked++
					if finds(typed, compound) {
						found++
					} else if typed == part {
						missed = append(missed, part+" in "+compound)
					}
				}
			}
		}
	}
	t.Logf("%d of %d, %.1f %%; missed: %s", found, asked, 100*float64(found)/float64(asked), strings.Join(missed, ", "))
	if found*1000 < asked*floor {
		t.Errorf("fewer than %d of a thousand", floor)
	}
}

// finds reports whether a typed word finds a word of a text, as the indexes compare them.
func finds(typed, word string) bool {
	return swedish.Stem(word) == swedish.Stem(typed) || slices.Contains(swedish.Parts(word), swedish.Stem(typed))
}

// Every part that the lists see in a word of content/ finds the word, and so does the word itself in another form.
func TestTheWordsOfTheContentAreFoundByTheirParts(t *testing.T) {
	all := contentWords(t)
	compounds := 0
	for word := range all {
		parts := swedish.Parts(word)
		if parts != nil {
			compounds++
		}
		for _, part := range parts {
			if !finds(part, word) {
				t.Errorf("%s does not find %s", part, word)
			}
		}
		if genitive := word + "s"; parts != nil && !strings.HasSuffix(word, "s") && !finds(genitive, word) {
			t.Errorf("%s does not find %s", genitive, word)
		}
	}
	t.Logf("%d words, %d of them compounds", len(all), compounds)
	if compounds < 300 {
		t.Errorf("only %d compounds: the lists have lost words", compounds)
	}
}

// contentWords returns the words of content/ and how often they stand there.
func contentWords(t testing.TB) map[string]int {
	t.Helper()
	all := map[string]int{}
	err := fs.WalkDir(content.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".md") {
			return err
		}
		text, err := content.Files.ReadFile(name)
		for _, word := range wordsOf(string(text)) {
			all[word]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
