package meili

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/search"
)

// makeVersion is to be raised with every change of what the index keeps that makeOf does not see.
const makeVersion = 1

// The fields of a document on the server, beside the facets, which are called as in search.
const (
	keyField      = "key" // the id. Its name does not end in "id", so that the server never takes it for a key by itself
	versionField  = "version"
	audienceField = "audience"
	draftField    = "draft"
	fromField     = "from"
	untilField    = "until"
	dateField     = "date"

	tokensField      = "tokens"      // of all texts, to filter by
	titleTokensField = "titleTokens" // of the title

	titleField, titleFormsField     = "title", "titleForms" // the words as they are written, and their stems
	summaryField, summaryFormsField = "summary", "summaryForms"
	bodyField, bodyFormsField       = "body", "bodyForms"

	everyField = "every" // holds everyWord in all documents
)

// everyWord is found in all documents. A query that is all filter asks for it: the server cannot weigh a query without words
// against one with.
const everyWord = "alla"

// language is what the texts are to the server: å ä ö are then letters of their own, and nothing is taken apart.
const language = "swe"

func textFields() []string {
	return []string{titleField, titleFormsField, summaryField, summaryFormsField, bodyField, bodyFormsField}
}

// settings are how the server keeps an index of ours. They come before the documents.
func settings() *meilisearch.Settings {
	return &meilisearch.Settings{
		SearchableAttributes: append(textFields(), everyField), // the first weighs most
		FilterableAttributes: append(search.Facets(), audienceField, draftField, fromField, untilField, tokensField, titleTokensField),
		SortableAttributes:   []string{dateField},
		DisplayedAttributes:  []string{keyField, versionField},
		RankingRules:         []string{"sort", "words", "typo", "attribute", "proximity", "exactness", dateField + ":desc"},
		LocalizedAttributes:  []*meilisearch.LocalizedAttributes{{Locales: []string{language}, AttributePatterns: []string{"*"}}},
		TypoTolerance: &meilisearch.TypoTolerance{
			Enabled: true, MinWordSizeForTypos: meilisearch.MinWordSizeForTypos{OneTypo: 4, TwoTypos: 8},
			DisableOnWords: []string{everyWord}, DisableOnAttributes: []string{},
		},
		Pagination: &meilisearch.Pagination{MaxTotalHits: 100_000},
		Faceting:   &meilisearch.Faceting{MaxValuesPerFacet: maxFacetValues, SortFacetValuesBy: map[string]meilisearch.SortFacetType{}},
	}
}

const maxFacetValues = 1000

// sampleText has words of every sort, so that a change in what package swedish makes of them is a change of make.
const sampleText = "Orosanmälningar om barns skolfrånvaro och BUP:s utredning: barnavårdsutredningen, familjehemmet, e-post PM-5, " +
	"socialtjänstlagens insatser för våldsutsatta kvinnor, försörjningsstöd och öppenvård 2026. Stödet, råden, rad."

// makeOf returns 12 characters that change with the settings, with what is kept of a document and with what package swedish makes
// of words.
func makeOf() string {
	day := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	sample := record(search.Document{
		ID: "id", Version: 1, Kind: "kind", Title: sampleText, Summary: sampleText, Body: sampleText, Audience: "audience",
		From: day, Until: day, Date: day, Areas: []string{"area"}, Challenges: []string{"challenge"}, County: "01", Group: "A", Year: 2026,
	})
	text, err := json.Marshal([]any{makeVersion, settings(), sample})
	if err != nil {
		panic(err) // nothing in it can fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:12]
}
