// Package feed is the site's side doors for machines that read: Atom feeds, the sitemap, robots.txt and security.txt.
//
// All of them show what a visitor sees, whoever asks: a feed reader and a crawler have no login. Every address in
// them begins with the site's base address and never with what a request says. An entry's id is made of the document's
// permanent id, so that neither a new slug nor a new host makes old entries look new to feed readers.
//
// Feed readers ask every few minutes for years: equal content gives equal bytes, and with them 304.
package feed

import (
	"slices"
	"strings"
	"time"

	"nuso.se/app/document"
)

// Feed is one Atom feed, ready to be written.
type Feed struct {
	ID      string // never changes
	Title   string
	Self    string // the feed's own address
	Page    string // of the page that shows the same to people
	Lang    string
	Entries []Entry // newest first
}

// Entry is a document in a feed. Content is HTML, and empty for a text too long for a feed.
type Entry struct {
	ID, Title, Address string
	Kind, KindTitle    string
	Lang               string
	Summary, Content   string
	Published, Updated time.Time
}

// Limits of a feed: readers fetch it whole, again and again.
const (
	maxEntries = 50
	maxContent = 48 << 10 // bytes of HTML
)

// siteKinds are the kinds of the whole site's feed: what is written to be read when it is new. Events have calendars
// instead, and pages and terms are looked up.
func siteKinds() []string {
	return []string{document.News, document.StudyArea, document.Publication, document.Theme, document.Project}
}

// titleOf returns the title of the feed of the list at page, which shows documents of the kind.
func titleOf(page string, kind document.Kind) string {
	if page == "/forskning" { // themes and projects together
		return "Forskning i NUSO"
	}
	return kind.Plural + " från NUSO"
}

// fileName ends the address of every feed.
const fileName = "/feed.atom"

// feedPath returns the address of the feed that belongs to the page.
func feedPath(page string) string { return strings.TrimSuffix(page, "/") + fileName }

// tagURI makes an id that stays true whatever address the site has (RFC 4151).
func tagURI(name string) string { return "tag:nuso.se,2025:" + name }

// changed returns when the document was last new to its readers. A date without time may lie before an instant of the
// same day.
func changed(d document.Document) time.Time {
	if d.ChangedAt.After(d.PublishedAt.Time) {
		return d.ChangedAt.Time
	}
	return d.PublishedAt.Time
}

// newest sorts by the day of publishing, newest first. A correction of an old text does not make it new.
func newest(docs []document.Document) {
	slices.SortFunc(docs, func(a, b document.Document) int {
		if order := b.PublishedAt.Compare(a.PublishedAt.Time); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
}
