// Package demo is the demonstration data of nuso demo load: invented people, one of each role, at invented organisations, a round that one
// of these takes part in, and news for different audiences. It is for showing the site and for trying it out, never for production.
//
// What is loaded is marked by its id, which begins with "demo-" and is given by nobody else, and by "(demo)" in its name. Clear removes
// what has the mark, with all that hangs on it, and nothing else.
package demo

import (
	"embed"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/organisation"
)

// mark begins the id of everything that is demonstration.
const mark = "demo-"

// Domain is where the invented people have their addresses. Nobody can have one there: example.org is kept for examples.
const Domain = "demo.example.org"

//go:embed nyheter/*.md
var news embed.FS

// The ids of what others refer to.
const (
	kommunen    = mark + "kommunen"
	grannen     = mark + "grannkommunen"
	regionen    = mark + "regionen"
	universitet = mark + "universitetet"
	kontoret    = mark + "kontoret"
	omgangen    = mark + "omgangen"
)

// organisations are the invented ones. Municipalities are a list of facts, so the invented ones are of another kind.
func organisations() []organisation.Draft {
	return []organisation.Draft{
		{ID: kommunen, Kind: organisation.Other, Name: "Demokommunen (demo)"},
		{ID: grannen, Kind: organisation.Other, Name: "Grannkommunen (demo)"},
		{ID: regionen, Kind: organisation.Region, Name: "Demoregionen (demo)"},
		{ID: universitet, Kind: organisation.University, Name: "Demouniversitetet (demo)"},
		{ID: kontoret, Kind: organisation.Office, Name: "Demokontoret (demo)"},
	}
}

// round is the invented one, in which Demokommunen takes part.
func round() organisation.Round {
	return organisation.Round{ID: omgangen, StudyID: "barn-och-unga", Area: "delstudie-1", Name: "Delstudie 1, demonstrationsomgången (demo)", Position: 1000}
}

// Person is one of the invented people.
type Person struct {
	Email, Name  string
	Role         access.Role
	Organisation string // its id
}

// ID is the person's.
func (p Person) ID() string {
	local, _, _ := strings.Cut(p.Email, "@")
	return mark + local
}

// People returns the invented people, one of each role.
func People() []Person {
	return []Person{
		{"foljare@" + Domain, "Fanny Följare (demo)", access.Follower, grannen},
		{"medlem@" + Domain, "Malte Medlem (demo)", access.Member, kommunen},
		{"kontakt@" + Domain, "Klara Kontakt (demo)", access.Contact, kommunen},
		{"regional@" + Domain, "Regina Region (demo)", access.Regional, regionen},
		{"forskare@" + Domain, "Frans Forskare (demo)", access.Researcher, universitet},
		{"redaktor@" + Domain, "Rakel Redaktör (demo)", access.Editor, kontoret},
		{"admin@" + Domain, "Albin Admin (demo)", access.Admin, kontoret},
	}
}

// slugs are the addresses of the news, in the order they are loaded.
func slugs() []string { return []string{"demo-oppen", "demo-inloggad", "demo-deltagare"} }

// newsItem returns the file of a news item, dated today. Its id is another at each load: what a running server remembers of a document is
// by id and version.
func newsItem(slug string, now time.Time) (string, error) {
	text, err := news.ReadFile("nyheter/" + slug + ".md")
	return strings.NewReplacer("ID", mark+db.NewID(), "DATE", clock.ISO(now)).Replace(string(text)), err
}
