// Package page is the site's standing texts: pages such as /om and /tillganglighet, and the help pages below /hjalp.
package page

import "nuso.se/app/document"

// Page is a standing text's front matter; it has no keys of its own.
type Page struct {
	document.Meta `yaml:",inline"`
}

// Check returns what is wrong with the page's own keys: nothing can be.
func (*Page) Check() []document.Problem { return nil }

// Kinds tells document what pages and help pages are. Both are of the kind page in JSON; reserved are the
// addresses that are not pages' to take.
func Kinds(reserved []string) []document.Kind {
	return []document.Kind{
		{
			Name: document.Page, Folder: "sidor", Title: "Sida", Plural: "Sidor", Section: "/", Tint: "read",
			New: func() document.FrontMatter { return new(Page) }, Reserved: reserved,
		},
		{
			Name: document.Help, Folder: "hjalp", Title: "Hjälp", Plural: "Hjälp", Section: help, Tint: "read",
			New: func() document.FrontMatter { return new(Page) },
		},
	}
}
