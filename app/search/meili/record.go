package meili

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// The first letter of a token says what it is.
const (
	asWord       = "w" // the word as it is written
	asStem       = "s" // its stem, and those of a compound's parts, unless it is a stop word
	asFolded     = "f" // the same without rings, where they have any
	asFoldedWord = "g" // the word without rings, where it has any
)

// record is what the server keeps of a document.
func record(d search.Document) map[string]any {
	tokens := set{}
	title := newTexts(d.Title, &tokens)
	titleTokens := tokens.values
	summary, body := newTexts(d.Summary, &tokens), newTexts(d.Body, &tokens)
	until := forever
	if !d.Until.IsZero() {
		until = moment(d.Until)
	}
	r := map[string]any{
		keyField: escaped(d.ID), versionField: d.Version, everyField: everyWord,
		audienceField: value(string(d.Audience)), draftField: d.Draft, fromField: moment(d.From), untilField: until, dateField: moment(d.Date),
		titleField: title.words.String(), titleFormsField: title.forms.String(),
		summaryField: summary.words.String(), summaryFormsField: summary.forms.String(),
		bodyField: body.words.String(), bodyFormsField: body.forms.String(),
		titleTokensField: titleTokens, tokensField: tokens.values,
	}
	for facet, values := range map[string][]string{
		search.FacetKind: {d.Kind}, search.FacetArea: d.Areas, search.FacetChallenge: d.Challenges,
		search.FacetCounty: {d.County}, search.FacetGroup: {d.Group}, search.FacetYear: {year(d.Year)},
	} {
		var distinct set
		for _, v := range values {
			if v != "" {
				distinct.add(value(v))
			}
		}
		if len(distinct.values) > 0 {
			r[facet] = distinct.values
		}
	}
	return r
}

func year(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}

// texts are a text as the server searches it: words in their order, and their forms.
type texts struct{ words, forms strings.Builder }

// newTexts takes the text apart and adds its tokens to tokens.
func newTexts(text string, tokens *set) *texts {
	var t texts
	known := map[string]string{} // word → its forms, each with a space after it
	for _, token := range swedish.Words(text) {
		forms, ok := known[token.Word]
		if !ok {
			forms = read(token.Word, tokens)
			known[token.Word] = forms
		}
		t.words.WriteString(token.Word)
		t.words.WriteByte(' ')
		t.forms.WriteString(forms)
	}
	return &t
}

// read adds the tokens of a word to tokens and returns its forms as a text.
func read(word string, tokens *set) string {
	tokens.add(asWord + value(word))
	if folded := swedish.Fold(word); folded != word {
		tokens.add(asFoldedWord + value(folded))
	}
	var text strings.Builder
	for _, form := range forms(word) {
		tokens.add(asStem + value(form))
		text.WriteString(form + " ")
	}
	for _, form := range foldedForms(word) {
		tokens.add(asFolded + value(form))
		text.WriteString(form + " ")
	}
	return text.String()
}

// forms returns the stem of a word and those of its parts; none of a stop word.
func forms(word string) []string {
	if swedish.Stop(word) {
		return nil
	}
	return append([]string{swedish.Stem(word)}, swedish.Parts(word)...)
}

// foldedForms returns those forms of a word that are written otherwise without rings.
func foldedForms(word string) []string {
	var folded set
	for _, form := range forms(word) {
		if f := swedish.Fold(form); f != form {
			folded.add(f)
		}
	}
	if swedish.HasRing(word) && !swedish.Stop(word) {
		folded.add(foldedStem(word))
	}
	return folded.values
}

// foldedStem returns the stem of the word without rings: it may be another than the stem without rings.
func foldedStem(word string) string { return swedish.Stem(swedish.Fold(word)) }

// set is values in the order they came, each once.
type set struct {
	values []string
	has    map[string]bool
}

func (s *set) add(value string) {
	if s.has[value] {
		return
	}
	if s.has == nil {
		s.has = map[string]bool{}
	}
	s.has[value] = true
	s.values = append(s.values, value)
}

// forever is later than any moment. The server's numbers are exact so far: microseconds until the year 2255.
const forever int64 = 1<<53 - 1

// moment is a time as a number; the zero time is long ago.
func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(-forever, min(t.UnixMicro(), forever-1))
}

// longest is how many bytes a value may have: the server cuts or refuses more than 468.
const longest = 400

// value is a text as a value that is filtered by. The server takes big letters for small and decomposed ones for composed; of
// what value returns nothing can be taken for anything else, and nothing in it is syntax.
func value(text string) string {
	v := escaped(text)
	if len(v) <= longest {
		return v
	}
	sum := sha256.Sum256([]byte(text))
	return v[:longest-65] + "." + hex.EncodeToString(sum[:])
}

const hexDigits = "0123456789abcdef"

// escaped is a text in small letters, digits and hyphens, every other byte as its number. What begins a text, escaped, begins the
// text escaped.
func escaped(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
		} else {
			b.WriteByte('_')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// unescaped is the text again; false when it is none that escaped has made.
func unescaped(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '_' {
			b.WriteByte(text[i])
			continue
		}
		if i+2 >= len(text) {
			return "", false
		}
		n, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
		if err != nil {
			return "", false
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String(), true
}
