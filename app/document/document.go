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
	"time"

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

// Document is one row. Lists leave what is not for readers empty, and Source, HTML, Outline and Text unless asked for.
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
	Fields       string // the front matter as JSON: see Into
	HTML         string
	Outline      string // JSON: see Headings
	Text         string // plain text in lower case: title, summary and body
	RenderedWith string // what HTML was rendered with; another value now means stale
	PublishedAt  db.Instant
	UnpublishAt  db.Instant
	ChangedAt    db.Instant // the date the front matter calls updated
	ReviewAt     db.Instant
	CreatedAt    db.Instant `gorm:"autoCreateTime:false"`
	UpdatedAt    db.Instant `gorm:"autoUpdateTime:false"`
	Version      int64
}

// TableName is the table's name.
func (Document) TableName() string { return "documents" }

// Into decodes the document's front matter into a kind's own type.
func (d Document) Into(dst any) error { return json.Unmarshal([]byte(d.Fields), dst) }

// Meta returns the front matter that all kinds share.
func (d Document) Meta() Meta {
	var m Meta
	_ = json.Unmarshal([]byte(d.Fields), &m) // written by us from a Meta
	return m
}

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
	Name     string             // in the database: "news"
	Folder   string             // below content/: "nyheter"
	Title    string             // Swedish, for lists of hits: "Nyhet"
	Plural   string             // Swedish: "Nyheter"
	Section  string             // the address of the list: "/nyheter"
	Tint     string             // read, share, meet or research: see look.md
	New      func() FrontMatter // a pointer to the kind's own front matter, empty
	Reserved []string           // slugs that are other pages' addresses
	Anchor   bool               // true: shown within the list at Section#slug and not on a page of its own
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
	Words []string // each in lower case; all must occur in the text
	From  time.Time
	Limit int // 0: no limit
	Skip  int
	// Counted asks for the total of a limited list: a query more, for pages with a pager.
	Counted bool
	Full    bool // with source, HTML and text
}

// List is one page of documents and, when counted or without limit, the number of all that the filter chooses.
type List struct {
	Items []Document
	Total int
}

// Count is one value of a tag or a year and how many documents have it.
type Count struct {
	Value string
	Count int
}

// Ref names a document for a link.
type Ref struct{ Kind, Slug, Title string }

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
