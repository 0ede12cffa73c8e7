// Package api is the site for programs: documents as JSON below /api/v1, described by openapi.json, and the two
// addresses that tell an operator's tools how the program is.
//
// An answer holds what the actor may see, as pages do; for now every actor is a visitor. Errors are problem details
// (RFC 9457): web.JSON, put on the group /api, makes them so, also where no route or no method fits. A field may be added
// to an answer, never renamed or taken away: people's scripts rely on the names.
package api

import (
	_ "embed"
	"time"
)

// spec is openapi.json: a test holds it and the answers together.
//
//go:embed openapi.json
var spec []byte

// Spec returns the OpenAPI description of every route below /api/v1, for tests of routes that other features bring.
func Spec() []byte { return spec }

// Filter chooses documents; Kind empty is all kinds.
type Filter struct {
	Kind          string
	Limit, Offset int
}

// Documents is a part of a list and the number of all that the filter chooses.
type Documents struct {
	Items []Document `json:"items"`
	Total int        `json:"total"`
}

// Document is a document as the contract has it.
type Document struct {
	Kind        string    `json:"kind"`
	Slug        string    `json:"slug"`
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	URL         string    `json:"url"`
	PublishedAt time.Time `json:"published_at"` // Swedish time
}

// The limits of a list.
const (
	defaultLimit = 20
	maxLimit     = 200
)
