// Package news is the site's news: dated texts from the project office, listed newest first.
//
// It is the pattern for a kind of content. What all documents share (store, sync, audience, rendering) lies in document;
// here is what belongs to news alone: the front matter, how a list is filtered, the views.
package news

import "nuso.se/app/document"

// Item is a news item's front matter.
type Item struct {
	document.Meta `yaml:",inline"`
	Label         string `yaml:"label" json:"label,omitempty"` // one word shown as a tag; empty: the study area
}

// Check returns what is wrong with the keys that are news' own: nothing can be.
func (*Item) Check() []document.Problem { return nil }

// Kind tells document what news is.
func Kind() document.Kind {
	return document.Kind{
		Name: document.News, Folder: "nyheter", Title: "Nyhet", Plural: "Nyheter", Section: "/nyheter", Tint: "read",
		Tag: func(d document.Document) string { return d.Front.(*Item).Label },
		New: func() document.FrontMatter { return new(Item) },
	}
}

// Filter chooses news. The zero Filter is all, newest first.
type Filter struct {
	Area string // slug of a study area
	Year int
	Page int // from 1
}
