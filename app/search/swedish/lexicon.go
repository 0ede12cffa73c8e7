package swedish

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed parts.txt words.txt names.txt stop.txt
var lists embed.FS

// lexicon is what the lists say. Once read it never changes, but for the words it remembers.
type lexicon struct {
	stop   map[string]bool
	forms  map[string]form     // every form of the words listed
	joints map[string]string   // how a word begins a compound or stands in its middle → the word
	made   map[string][]string // words whose parts are written out: none when the word is never taken apart
	reach  int                 // bytes of the longest joint
	known  *memory
}

// form is what a form of a word stands for.
type form struct {
	word string // as it is listed: the stem of all its forms
	ends bool   // it may end a compound
	tail bool   // a word that ends so and is not known is inflected as it is
}

// field is read once: it takes some milliseconds.
var field = sync.OnceValue(func() *lexicon {
	l := &lexicon{stop: map[string]bool{}, forms: map[string]form{}, joints: map[string]string{}, made: map[string][]string{}, known: newMemory()}
	for _, list := range []struct {
		name string
		add  func(line string) error
	}{{"stop.txt", l.addStops}, {"parts.txt", l.addNoun}, {"words.txt", l.addWord}, {"names.txt", l.addNames}} {
		if err := eachLine(list.name, list.add); err != nil {
			panic("swedish: " + err.Error())
		}
	}
	l.addJoints()
	l.addFolded()
	return l
})

// eachLine hands over the lines of a list that say something, without comments.
func eachLine(name string, add func(line string) error) error {
	all, err := lists.ReadFile(name)
	if err != nil {
		return fmt.Errorf("reading the list %s: %w", name, err)
	}
	number := 0
	for line := range strings.Lines(string(all)) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := add(line); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, number, err)
		}
	}
	return nil
}

func (l *lexicon) addStops(line string) error {
	for _, word := range strings.Fields(line) {
		l.stop[word] = true
	}
	return nil
}

// addNoun adds a line of parts.txt: a noun begins and ends compounds.
func (l *lexicon) addNoun(line string) error {
	e, err := parseEntry(line)
	if err != nil {
		return err
	}
	if !e.joins {
		e.joints, e.joins = []string{e.forms[0]}, true
	}
	if many := manyOf(e.forms); many != "" {
		e.forms = append(e.forms, many)
	}
	l.add(e)
	return nil
}

// addWord adds a line of words.txt: such a word takes part in compounds only when the line says how.
func (l *lexicon) addWord(line string) error {
	e, err := parseEntry(line)
	if err != nil {
		return err
	}
	l.add(e)
	return nil
}

// addNames adds a line of names.txt.
func (l *lexicon) addNames(line string) error {
	for _, name := range Words(line) {
		l.add(entry{forms: []string{name.Word}, name: true, whole: true})
	}
	return nil
}

// add puts an entry in the maps. A form that two words have belongs to the first.
func (l *lexicon) add(e entry) {
	word := e.forms[0]
	for _, f := range e.forms {
		for _, f := range [...]string{f, strings.TrimSuffix(f, "s") + "s"} {
			if _, taken := l.forms[f]; !taken {
				l.forms[f] = form{word, e.joins, !e.name && utf8.RuneCountInString(f) >= 5}
			}
		}
	}
	for _, joint := range e.joints {
		if _, taken := l.joints[joint]; !taken {
			l.joints[joint] = word
			l.reach = max(l.reach, len(joint))
		}
	}
	if e.whole {
		l.made[word] = e.made
	}
}

// addJoints adds how words begin compounds as forms of them: "hälso- och sjukvård", "skol-".
func (l *lexicon) addJoints() {
	for joint, word := range l.joints {
		if _, taken := l.forms[joint]; !taken {
			l.forms[joint] = form{word: word}
		}
	}
}

// addFolded adds the forms as they are typed without rings, so that they have the folded stem. They
// make no compounds, and only long ones end others: too many words look like parts then.
func (l *lexicon) addFolded() {
	for _, ringed := range slices.Sorted(maps.Keys(l.forms)) {
		folded := Fold(ringed)
		if _, taken := l.forms[folded]; !taken {
			l.forms[folded] = form{word: Fold(l.forms[ringed].word), tail: l.forms[ringed].tail && len(folded) >= 7}
		}
	}
}
