package swedish_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"nuso.se/app/search/swedish"
)

// wordsIn reads a file of words, without the lines that are comments.
func wordsIn(t testing.TB, file string) []string {
	t.Helper()
	var words []string
	for _, line := range linesIn(t, file) {
		words = append(words, wordsOf(line)...)
	}
	return words
}

func linesIn(t testing.TB, file string) []string {
	t.Helper()
	all, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(all)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestTheFormsOfAWordHaveOneStem(t *testing.T) {
	for _, forms := range []string{
		"skola skolan skolans skolor skolorna skolornas skol",
		"barn barnet barnets barnen barnens",
		"kommun kommunen kommuner kommunernas kommuns",
		"anmälan anmälans anmälningar anmälningarna anmäler anmälde",
		"orosanmälan orosanmälningar orosanmälningarnas",
		"barnavårdsutredning barnavårdsutredningen barnavårdsutredningarna",
		"uppföljning uppföljningen uppföljningarna uppföljningars",
		"socialtjänst socialtjänsten socialtjänstens",
		"socialsekreterare socialsekreteraren socialsekreterarna socialsekreterarnas",
		"hälsa hälsan hälso",
		"möte möten mötena mötet mötets",
		"följa följer följde följt följs",
		"social socialt sociala",
		"öppen öppet öppna",
		"löpnummer löpnumret löpnumren",
		"beskedet beskedets besked beskeden",
		"flickvännerna flickvän",
		"spårvagnsprojekt spårvagnsprojektet spårvagnsprojektens",
		"gemensam gemensamma gemensamt",
		"nationell nationella nationellt",
		"effektiv effektiva effektivt",
		"kvalitet kvaliteten kvaliteter",
		"nyhet nyheten nyheterna",
		"orosanmalan orosanmalningar orosanmalningarna",
		"omstallning omstallningen",
	} {
		words := strings.Fields(forms)
		for _, word := range words[1:] {
			if got, want := swedish.Stem(word), swedish.Stem(words[0]); got != want {
				t.Errorf("%s has the stem %s, and %s has %s", word, got, words[0], want)
			}
		}
	}
}

func TestOtherWordsHaveOtherStems(t *testing.T) {
	for _, pair := range []string{
		"rad råd", "barn barnett", "plan planet", "tid tidig", "intern internet", "anna annan", "hem hemlig", "form format", "bok boka",
		"råd råda", "kommun kommunikation", "person personal", "lag läge", "vård värd", "studie studio",
		"handla handlägga", "länk län", "far fara",
	} {
		a, b, _ := strings.Cut(pair, " ")
		if swedish.Stem(a) == swedish.Stem(b) {
			t.Errorf("%s and %s both have the stem %s", a, b, swedish.Stem(a))
		}
	}
}

func TestParts(t *testing.T) {
	for word, want := range map[string]string{
		"orosanmälan":                "oro anmälan",
		"orosanmälningarnas":         "oro anmälan",
		"barnavårdsutredning":        "barnavård barn vård utredning",
		"skolfrånvaron":              "skola frånvaro",
		"socialtjänstlagen":          "socialtjänst social tjänst lag",
		"kommungruppsindelningen":    "kommungrupp kommun grupp indelning",
		"öppenvårdsinsatser":         "öppenvård öppen vård insats",
		"kunskapsbaserade":           "kunskap baserad",
		"familjehemsplacering":       "familjehem familj hem placering",
		"elevhälsoteamet":            "elevhälsa elev hälsa team",
		"integritetsskyddsmyndighet": "integritet skydd myndighet",
		"uppföljningsplanerna":       "uppföljning plan",
		"rådgivning":                 "råd",
		"föräldraskapsstöd":          "föräldraskap förälder stöd",
		"underlag":                   "",
		"skola":                      "",
		"barnett":                    "",
		"barnx":                      "",
		"xbarn":                      "",
		"orosanmalan":                "",
		"":                           "",
	} {
		if got := strings.Join(swedish.Parts(word), " "); got != want {
			t.Errorf("%s: %q, want %q", word, got, want)
		}
	}
}

func TestSimpleWordsAreNotTakenApart(t *testing.T) {
	for _, word := range wordsIn(t, "testdata/simple.txt") {
		if parts := swedish.Parts(word); parts != nil {
			t.Errorf("%s was taken apart: %v", word, parts)
		}
	}
}

// A name has its genitive and no other form, no parts, and a stem that no other name has.
func TestNamesOfMunicipalitiesStayWhole(t *testing.T) {
	names := wordsIn(t, "names.txt")
	stems := map[string]string{}
	for _, name := range names {
		stem := swedish.Stem(name)
		if parts := swedish.Parts(name); parts != nil {
			t.Errorf("%s was taken apart: %v", name, parts)
		}
		if other, taken := stems[stem]; taken && other != name {
			t.Errorf("%s and %s both have the stem %s", name, other, stem)
		}
		stems[stem] = name
		genitive := strings.TrimSuffix(name, "s") + "s"
		if got := swedish.Stem(genitive); got != stem {
			t.Errorf("%s has the stem %s, and %s has %s", name, stem, genitive, got)
		}
		if got := swedish.Stem(swedish.Fold(name)); got != swedish.Fold(stem) && stems[got] == "" {
			t.Errorf("%s has the stem %s, and without rings %s", name, stem, got)
		}
	}
	if len(names) < 290 {
		t.Errorf("%d names", len(names))
	}
}

func TestStopWords(t *testing.T) {
	for word, want := range map[string]bool{"och": true, "om": true, "till": true, "barn": false, "bou": false, "mål": false, "it": false, "": false} {
		if swedish.Stop(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}

func TestWordsAreRememberedAndForgottenAlike(t *testing.T) {
	before := swedish.Parts("orosanmälan")
	var all sync.WaitGroup
	for reader := range 4 {
		all.Go(func() {
			for i := range 10_000 {
				swedish.Stem(fmt.Sprintf("ord%dx%d", reader, i))
				if i%100 == 0 && swedish.Stem("skolorna") != "skola" {
					t.Error("skolorna is no longer skola")
				}
			}
		})
	}
	all.Wait()
	if after := swedish.Parts("orosanmälan"); !slices.Equal(before, after) {
		t.Errorf("%v became %v", before, after)
	}
}
