package searchtest

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/search"
)

// Library makes documents and queries to measure with: words spread as unevenly as those of a language (Zipf), the same
// ones at every run.
type Library struct {
	words []string // the most frequent first
	zipf  *rand.Zipf
	rand  *rand.Rand
}

const (
	vocabulary    = 30_000
	documentWords = 250
)

// NewLibrary makes the vocabulary: syllables put together as Swedish does, some with endings, and some words of the field.
func NewLibrary() *Library {
	l := &Library{rand: rand.New(rand.NewPCG(1, 2))}
	onsets := strings.Fields("b br d dr f fl fr g gr h j k kl kr kv l m n p pl pr r s sk sl sm sn sp st str t tr v")
	vowels := strings.Fields("a e i o u y å ä ö a e i")
	codas := strings.Fields("l m n r s t ng nd rt ll ck st g k d f")
	endings := []string{"", "", "en", "et", "ar", "er", "or", "arna", "ens", "ande", "ning", "lig", "het"}
	known := []string{"skolfrånvaro", "orosanmälan", "barnavårdsutredning", "öppenvård", "familjehem", "missbruk", "försörjningsstöd"}
	pick := func(of []string) string { return of[l.rand.IntN(len(of))] }
	seen := map[string]bool{}
	for len(l.words) < vocabulary {
		word := ""
		if n := len(l.words); n%100 == 7 && n/100 < len(known) {
			word = known[n/100]
		} else {
			for range 1 + l.rand.IntN(3) {
				word += pick(onsets) + pick(vowels) + pick(codas)
			}
			word += pick(endings)
		}
		if !seen[word] {
			seen[word] = true
			l.words = append(l.words, word)
		}
	}
	l.zipf = rand.NewZipf(l.rand, 1.1, 8, vocabulary-1)
	return l
}

// Word returns a word, the frequent ones often.
func (l *Library) Word() string { return l.words[l.zipf.Uint64()] }

func (l *Library) text(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = l.Word()
	}
	return strings.Join(words, " ") + "."
}

// Documents yields n documents of some 250 words: five kinds, six areas, nine years, three in five open.
func (l *Library) Documents(n int) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for i := range n {
			if !yield(l.document(i), nil) {
				return
			}
		}
	}
}

func (l *Library) document(i int) search.Document {
	kinds := []string{"news", "publication", "page", "study_area", "event"}
	audiences := []access.Audience{access.Open, access.Open, access.Open, access.LoggedIn, access.Participants}
	day := now().AddDate(0, 0, -l.rand.IntN(2000))
	d := search.Document{
		ID: fmt.Sprintf("doc-%06d", i), Version: 1, Kind: kinds[i%len(kinds)], Path: fmt.Sprintf("/nyheter/%d", i), Lang: "sv",
		Title: l.text(6), Summary: l.text(20), Body: l.text(documentWords - 26),
		Audience: audiences[l.rand.IntN(len(audiences))], Draft: i%50 == 0, From: day, Date: day,
		Areas: []string{"delstudie-" + strconv.Itoa(1+l.rand.IntN(6))}, Year: 2018 + l.rand.IntN(9), County: strconv.Itoa(1 + l.rand.IntN(25)),
	}
	if i%20 == 0 {
		d.Until = now().AddDate(0, 0, l.rand.IntN(200)-100)
	}
	return d
}

// Query returns what somebody types: half one word, a quarter two, 15 % not typed to the end, 10 % mistyped.
func (l *Library) Query() string {
	switch p := l.rand.IntN(100); {
	case p < 50:
		return l.Word()
	case p < 75:
		return l.Word() + " " + l.Word()
	case p < 90:
		return l.Beginning(3)
	}
	letters := []rune(l.Word())
	at := l.rand.IntN(len(letters))
	return string(slices.Delete(letters, at, at+1))
}

// Beginning returns the first letters of a word: least of them, and up to five more.
func (l *Library) Beginning(least int) string {
	letters := []rune(l.Word())
	return string(letters[:min(len(letters), least+l.rand.IntN(6))])
}
