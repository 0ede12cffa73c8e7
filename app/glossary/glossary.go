// Package glossary is the word list (ordlistan): one file a term, shown on one page and marked in every text.
package glossary

import "nuso.se/app/document"

// Term is a term's front matter. The title is the term as running text writes it, the summary its definition.
type Term struct {
	document.Meta `yaml:",inline"`
	English       string   `yaml:"english" json:"english,omitempty"`
	Variants      []string `yaml:"variants" json:"variants,omitempty"` // inflected forms that texts mark too
	See           []string `yaml:"see" json:"see,omitempty"`           // slugs of related terms
	Mark          *bool    `yaml:"mark" json:"mark,omitempty"`         // false: too common to mark in texts
}

// Check returns what is wrong with the term's own keys: nothing can be.
func (*Term) Check() []document.Problem { return nil }

// Kind tells document what a term is.
func Kind() document.Kind {
	return document.Kind{
		Name: document.Term, Folder: "ordlista", Title: "Ord", Plural: "Ordlista", Section: path, Tint: "read", Anchor: true,
		New: func() document.FrontMatter { return new(Term) },
	}
}
