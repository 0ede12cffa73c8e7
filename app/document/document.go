// Package document keeps everything on the site that is written in Markdown: one store for all kinds.
//
// A document is its source, the text of one file with front matter. All else in its row (title, tags, HTML, plain
// text) is derived from the source and can be made again. Features such as news and study bring a Kind: the
// folder, the address and the front matter that is theirs alone. They read through the Service here,
// which makes the actor's sight a condition of every query, and so news, lists, feeds, search and JSON agree
// about who sees what.
//
// Files and database stay together by a three-way sync, see sync.go: what the file was at the last import, what it
// is now, what the database holds.
package document

import (
	"encoding/json"
	"slices"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/markdown"
)

// State is where a document is in its life.
type State string

// The states. A published document is still unseen before its date.
const (
	Published State = "published"
	Draft     State = "draft"
	Archived  State = "archived"
)

// The kinds' names, as in JSON. The contract fixes them.
const (
	News        = "news"
	StudyArea   = "study_area"
	Publication = "publication"
	Theme       = "theme"
	Project     = "project"
	Event       = "event"
	Term        = "term"
	Page        = "page"
	Help        = "help" // in JSON a page
)

// The names of tags: what a document is about, by slug.
const (
	TagArea      = "area"
	TagTheme     = "theme"
	TagChallenge = "challenge"
)

// Document is one row. Lists leave what is not for readers empty, and Source, HTML, Outline and Text: see Service.Texts.
type Document struct {
	ID           string `gorm:"primaryKey"`
	Kind         string
	Slug         string
	Path         string // of the file below content/
	Source       string
	SourceHash   string
	ImportedHash string // SourceHash of the file last imported; empty for one made in the site
	Title        string
	Summary      string
	Lang         string
	Audience     access.Audience
	State        State
	Position     int64  // order among its kind, lowest first; 0 for kinds in order of date
	Year         int64  // of PublishedAt in Swedish time
	Fields       string // the front matter as JSON
	HTML         string
	Outline      string // JSON: see Headings
	Text         string // the body as plain text, for search
	RenderedWith string // what HTML was rendered with; another value now means stale
	PublishedAt  db.Instant
	UnpublishAt  db.Instant
	ChangedAt    db.Instant // the date the front matter calls updated
	ReviewAt     db.Instant
	CreatedAt    db.Instant `gorm:"autoCreateTime:false"`
	UpdatedAt    db.Instant `gorm:"autoUpdateTime:false"`
	Version      int64

	// Front is Fields as the kind's own type, read once for all who ask: nobody changes it. The Service fills it in.
	Front FrontMatter `gorm:"-"`
}

// TableName is the table's name.
func (Document) TableName() string { return "documents" }

// Meta returns the front matter that all kinds share.
func (d Document) Meta() Meta { return *d.Front.Common() }

// Headings returns the table of contents.
func (d Document) Headings() []markdown.Heading {
	var h []markdown.Heading
	_ = json.Unmarshal([]byte(d.Outline), &h)
	return h
}

// at is the address as the database knows it.
func (d Document) at() string { return d.Kind + "/" + d.Slug }

// EditedInSite reports whether the text differs from the file last imported.
func (d Document) EditedInSite() bool { return d.SourceHash != d.ImportedHash }

// Kind is what a feature brings: where its files lie, what address they get, what front matter they carry.
type Kind struct {
	Name     string                  // in the database: "news"
	Folder   string                  // below content/: "nyheter"
	Title    string                  // Swedish, for lists of hits: "Nyhet"
	Plural   string                  // Swedish: "Nyheter"
	Section  string                  // the address of the list: "/nyheter"
	Tint     string                  // read, share, meet or research: see look.md
	New      func() FrontMatter      // a pointer to the kind's own front matter, empty
	Reserved []string                // slugs that are other pages' addresses
	Tag      func(Document) string   // what its entry in a list is tagged with, when that is not Title; empty: Title
	Words    func(Document) []string // what search finds it by besides its title, summary and text; nil: nothing
	Anchor   bool                    // true: shown within the list at Section#slug and not on a page of its own
}

// Address returns the address of the document with the slug.
func (k Kind) Address(slug string) string {
	switch {
	case k.Anchor:
		return k.Section + "#" + slug
	case k.Section == "/":
		return "/" + slug
	}
	return k.Section + "/" + slug
}

// Filter chooses documents. The zero Filter is all that the actor may see, newest first.
type Filter struct {
	Kinds []string
	Area  string // slug of a study area
	Theme string // slug of a research theme
	Year  int
	Limit int // 0: no limit
	Skip  int
	// Counted asks for the total of a limited list and what its filter form offers.
	Counted bool
}

// narrows reports whether the filter chooses by what heads tell and not in the query.
func (f Filter) narrows() bool { return f.Area != "" || f.Theme != "" || f.Year != 0 }

func (f Filter) matches(d Document) bool {
	meta := d.Front.Common()
	return (f.Area == "" || slices.Contains(meta.Areas, f.Area)) && (f.Theme == "" || slices.Contains(meta.Themes, f.Theme)) &&
		(f.Year == 0 || d.Year == int64(f.Year))
}

// choose makes the list of the documents that the query has chosen.
func (f Filter) choose(docs []Document) List {
	list := List{Items: docs, Total: f.Skip + len(docs)}
	if f.Counted {
		list.Areas, list.Years = countAreas(docs), countYears(docs)
	}
	if f.narrows() {
		list.Items = slices.DeleteFunc(docs, func(d Document) bool { return !f.matches(d) })
	}
	if f.Counted || f.narrows() || f.Limit == 0 {
		list.Total = len(list.Items)
		if f.Limit > 0 {
			first := min(max(f.Skip, 0), list.Total)
			list.Items = list.Items[first:min(first+f.Limit, list.Total)]
		}
	}
	return list
}

func countAreas(docs []Document) map[string]int {
	counts := map[string]int{}
	for _, doc := range docs {
		for _, area := range doc.Front.Common().Areas {
			counts[area]++
		}
	}
	return counts
}

func countYears(docs []Document) map[int]int {
	counts := map[int]int{}
	for _, doc := range docs {
		counts[int(doc.Year)]++
	}
	return counts
}

// List is one page of documents and, when counted or without limit, the number of all that the filter chooses. Areas and
// Years, when counted, are how many documents there are of each whatever area, theme and year the filter chooses.
type List struct {
	Items []Document
	Total int
	Areas map[string]int // by slug
	Years map[int]int
}

// Revision is a text that a document once had, or that a file wanted to give it.
type Revision struct {
	ID         string `gorm:"primaryKey"`
	DocumentID string
	Version    int64
	Origin     Origin
	Author     string
	Source     string
	CreatedAt  db.Instant `gorm:"autoCreateTime:false"`
}

// TableName is the table's name.
func (Revision) TableName() string { return "document_revisions" }

// Origin is where a revision's text came from.
type Origin string

// The origins. FromConflict is a file's text that was kept aside since the document was edited in the site.
const (
	FromFile     Origin = "file"
	FromSite     Origin = "site"
	FromConflict Origin = "conflict"
)

type tag struct {
	DocumentID string `gorm:"primaryKey"`
	Name       string `gorm:"primaryKey"`
	Value      string `gorm:"primaryKey"`
}

func (tag) TableName() string { return "document_tags" }

type alias struct {
	Kind       string `gorm:"primaryKey"`
	Slug       string `gorm:"primaryKey"`
	DocumentID string
}

func (alias) TableName() string { return "document_aliases" }

type manifest struct {
	Hash      string     `gorm:"primaryKey"`
	CreatedAt db.Instant `gorm:"autoCreateTime:false"`
}

func (manifest) TableName() string { return "document_manifests" }

// Image is a picture that documents show, named by its path below content/.
type Image struct {
	Path      string `gorm:"primaryKey"`
	Hash      string
	MediaType string
	Width     int64
	Height    int64
	Data      []byte
}

// TableName is the table's name.
func (Image) TableName() string { return "document_images" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any {
	return []any{Document{}, Revision{}, tag{}, alias{}, manifest{}, Image{}}
}
