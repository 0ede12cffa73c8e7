// Package glossary is the word list (ordlistan): one file a term, shown on one page and marked in every text.
package glossary

import (
	"context"
	"slices"

	"nuso.se/app/document"
)

// Term is a term's front matter. The title is the term as running text writes it, the summary its definition.
type Term struct {
	document.Meta `yaml:",inline"`
	English       string   `yaml:"english" json:"english,omitempty"`
	Variants      []string `yaml:"variants" json:"variants,omitempty"` // inflected forms that texts mark too
	Synonyms      []string `yaml:"synonyms" json:"synonyms,omitempty"` // what else people search for and mean this
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
		Words: func(d document.Document) []string {
			if english := d.Front.(*Term).English; english != "" {
				return []string{"På engelska: " + english + "."}
			}
			return nil
		},
	}
}

// Synonyms returns, for each term that the actor may see, the expressions that mean the same: the term, its forms, its
// synonyms and its name in English. Anyone may call it.
func Synonyms(ctx context.Context, docs *document.Service) ([][]string, error) {
	list, err := docs.List(ctx, document.Filter{Kinds: []string{document.Term}})
	if err != nil {
		return nil, err
	}
	var groups [][]string
	for _, doc := range list.Items {
		term := doc.Front.(*Term)
		group := slices.Concat([]string{doc.Title}, term.Variants, term.Synonyms)
		if term.English != "" {
			group = append(group, term.English)
		}
		groups = append(groups, group)
	}
	return groups, nil
}
