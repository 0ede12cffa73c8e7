// Package publication is what NUSO publishes: memos (PM), articles and reports, and what is on its way.
package publication

import (
	"fmt"
	"slices"
	"time"

	"nuso.se/app/document"
)

// Publication is a publication's front matter. Published and Version are empty when the source does not tell them.
type Publication struct {
	document.Meta `yaml:",inline"`
	Number        string `yaml:"number" json:"number,omitempty"`       // PM 1
	Type          string `yaml:"type" json:"type"`                     // pm, artikel or rapport
	State         string `yaml:"state" json:"state"`                   // utgiven or på gång
	Published     string `yaml:"published" json:"published,omitempty"` // 2024, 2024-11 or 2024-11-05
	Version       string `yaml:"version" json:"version,omitempty"`
}

// types are the types as front matter writes them, with their words.
func types() map[string]string {
	return map[string]string{"pm": "PM", "artikel": "Artikel", "rapport": "Rapport"}
}

const (
	issued = "utgiven"
	coming = "på gång"
)

// Check returns what is wrong with the publication's own keys.
func (p *Publication) Check() []document.Problem {
	var found []document.Problem
	if types()[p.Type] == "" {
		found = append(found, document.At("type", fmt.Sprintf("%q går inte att använda", p.Type), "Skriv pm, artikel eller rapport."))
	}
	if !slices.Contains([]string{issued, coming}, p.State) {
		found = append(found, document.At("state", fmt.Sprintf("%q går inte att använda", p.State), "Skriv utgiven eller på gång."))
	}
	if p.Published != "" && !isDate(p.Published) {
		found = append(found, document.At("published", fmt.Sprintf("%q är inget datum", p.Published), "Skriv 2024, 2024-11 eller 2024-11-05."))
	}
	return found
}

// isDate reports whether the text is a year, a month or a day that exists.
func isDate(text string) bool {
	return slices.ContainsFunc([]string{"2006", "2006-01", time.DateOnly}, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}

// Kind tells document what a publication is.
func Kind() document.Kind {
	return document.Kind{
		Name: document.Publication, Folder: "publikationer", Title: "Publikation", Plural: "Publikationer", Section: "/publikationer", Tint: "read",
		Tag: func(d document.Document) string {
			if d.Front.(*Publication).State == coming {
				return "På gång"
			}
			return ""
		},
		New: func() document.FrontMatter { return new(Publication) },
	}
}
