package bleve

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"nuso.se/app/search"
	"nuso.se/app/search/swedish"
)

// layoutVersion is to be raised with every change of what the index keeps that makeOf does not see.
const layoutVersion = 3

// The fields beside the facets, which are called as in search.
const (
	fieldTitle    = "title"
	fieldSummary  = "summary"
	fieldBody     = "body"
	fieldAudience = "audience" // drafts have none, so that no audience finds them
	fieldFrom     = "from"
	fieldUntil    = "until"
	fieldDate     = "date"
	fieldVersion  = "version"
)

// All tokens of a text stand in one field, and those of a word at one place. The first byte says what a token is.
const (
	asWhole      = "x" // all stems of a title but those of stop words
	asWord       = "w" // the word as it is written, with its places
	asStem       = "s" // its stem, unless that is the word itself, or the word is a stop word
	asPart       = "p" // the stem of a part of a compound
	asFolded     = "f" // the stem without rings, where it has any, with its places
	asFoldedPart = "q"
	asEdge       = "e" // how the word begins, in titles
	asFoldedEdge = "g" // how it begins without rings, where it has any
)

// longestEdge is how many characters of a word's beginning are kept; what is longer is looked up among the words.
const longestEdge = 12

const (
	textOptions  = index.IndexField | index.IncludeTermVectors
	exactOptions = index.IndexField | index.SkipFreqNorm
)

// lay makes what the index keeps of a document.
func lay(d search.Document) *document.Document {
	doc := document.NewDocument(d.ID)
	doc.AddField(&textField{name: fieldTitle, text: d.Title})
	doc.AddField(&textField{name: fieldSummary, text: d.Summary})
	doc.AddField(&textField{name: fieldBody, text: d.Body})
	exact := func(name string, values ...string) {
		for _, value := range values {
			if value != "" {
				doc.AddField(document.NewTextFieldCustom(name, nil, []byte(value), exactOptions, nil))
			}
		}
	}
	if !d.Draft {
		exact(fieldAudience, string(d.Audience))
	}
	exact(fieldFrom, sortable(d.From.UnixMicro()))
	if !d.Until.IsZero() {
		exact(fieldUntil, sortable(d.Until.UnixMicro()))
	}
	exact(fieldDate, sortable(d.Date.UnixMicro()))
	exact(fieldVersion, sortable(d.Version))
	exact(search.FacetKind, d.Kind)
	exact(search.FacetArea, distinct(d.Areas)...)
	exact(search.FacetChallenge, distinct(d.Challenges)...)
	exact(search.FacetCounty, d.County)
	exact(search.FacetGroup, d.Group)
	if d.Year != 0 {
		exact(search.FacetYear, strconv.Itoa(d.Year))
	}
	return doc
}

func distinct(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// sortable writes a number so that texts sort as numbers do.
func sortable(n int64) string { return fmt.Sprintf("%016x", uint64(n)^1<<63) }

func unsortable(text string) int64 {
	n, _ := strconv.ParseUint(text, 16, 64)
	return int64(n ^ 1<<63)
}

// textField is a text with its tokens, as Bleve asks for them.
type textField struct {
	name, text string
	words      int
	tokens     index.TokenFrequencies
}

func (f *textField) Name() string                                     { return f.name }
func (f *textField) Value() []byte                                    { return nil }
func (f *textField) ArrayPositions() []uint64                         { return nil }
func (f *textField) EncodedFieldType() byte                           { return 't' }
func (f *textField) Options() index.FieldIndexingOptions              { return textOptions }
func (f *textField) NumPlainTextBytes() uint64                        { return uint64(len(f.text)) }
func (f *textField) Size() int                                        { return len(f.text) }
func (f *textField) AnalyzedLength() int                              { return f.words }
func (f *textField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.tokens }

// Analyze takes the text apart. Bleve calls it on a goroutine of the queue.
func (f *textField) Analyze() {
	places := map[string][]int{}
	var words []string
	for i, t := range swedish.Words(f.text) {
		places[t.Word] = append(places[t.Word], i+1)
		words = append(words, t.Word)
	}
	f.words = len(words)
	f.tokens = make(index.TokenFrequencies, 3*len(places))
	for word, at := range places {
		for _, token := range tokensOf(word, f.name == fieldTitle) {
			f.add(token, at)
		}
	}
	if f.name == fieldTitle {
		f.add(whole(words), []int{1})
	}
}

// longestWhole is how many stems of a title are kept as a whole.
const longestWhole = 8

// whole returns the token of a title that is just these words.
func whole(words []string) string {
	var stems []string
	for _, word := range words {
		if !swedish.Stop(word) {
			stems = append(stems, swedish.Stem(word))
		}
	}
	return asWhole + strings.Join(stems[:min(len(stems), longestWhole)], " ")
}

func (f *textField) add(token string, places []int) {
	t := f.tokens[token]
	if t == nil {
		t = &index.TokenFreq{Term: []byte(token)}
		f.tokens[token] = t
	}
	t.SetFrequency(t.Frequency() + len(places))
	if marker := token[:1]; marker == asWord || marker == asFolded {
		locations := make([]index.TokenLocation, len(places))
		for i, place := range places {
			locations[i].Position = place
			t.Locations = append(t.Locations, &locations[i])
		}
	}
}

// tokensOf returns what is kept of a word.
func tokensOf(word string, title bool) []string {
	tokens := append(make([]string, 0, 8), asWord+word)
	add := func(marker, word string) {
		if token := marker + word; !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	if !swedish.Stop(word) {
		stem := swedish.Stem(word)
		if stem != word {
			add(asStem, stem)
		}
		if folded := swedish.Fold(stem); folded != stem {
			add(asFolded, folded)
		}
		for _, part := range swedish.Parts(word) {
			add(asPart, part)
			if folded := swedish.Fold(part); folded != part {
				add(asFoldedPart, folded)
			}
		}
	}
	if title {
		for _, edge := range edges(word) {
			add(asEdge, edge)
		}
		if folded := swedish.Fold(word); folded != word {
			for _, edge := range edges(folded) {
				add(asFoldedEdge, edge)
			}
		}
	}
	return tokens
}

// edges returns the word's beginnings, the shortest first.
func edges(word string) []string {
	var edges []string
	for i := range word {
		if len(edges) == longestEdge {
			return edges
		}
		if i > 0 {
			edges = append(edges, word[:i])
		}
	}
	return append(edges, word)
}

// sampleText has words of every kind: joined, inflected, with rings and without, abbreviations, numbers, words that carry nothing.
const sampleText = `Orosanmälningar och barnavårdsutredningar i socialtjänsten: BUP:s e-post 2026, à la carte, LVU 3 §.
Skolfrånvaro, familjehem, öppenvårdsinsatser, våldsutsatta kvinnors ekonomi, missbruksvården, uppföljningen.`

// makeOf returns 16 characters that change with the layout and with what package swedish makes of words.
var makeOf = sync.OnceValue(func() string {
	sum := sha256.New()
	fmt.Fprintln(sum, layoutVersion)
	day := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	sample := lay(search.Document{
		ID: "id", Version: 1, Kind: "kind", Title: sampleText, Summary: sampleText, Body: sampleText, Audience: "audience",
		From: day, Until: day, Date: day, Areas: []string{"area"}, Challenges: []string{"challenge"}, County: "01", Group: "A", Year: 2026,
	})
	sample.VisitFields(func(field index.Field) {
		field.Analyze()
		fmt.Fprintln(sum, field.Name(), field.Options(), slices.Sorted(maps.Keys(field.AnalyzedTokenFrequencies())))
	})
	return hex.EncodeToString(sum.Sum(nil))[:16]
})
