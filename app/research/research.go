// Package research is the research network: themes of need, each with projects that municipalities can join.
//
// Tema is Theme here, on the site and in the glossary; how the site looks is a skin. Interest in a project is a plan
// with a deadline: what has passed stays told as it was planned.
package research

import (
	"fmt"
	"slices"
	"strings"

	"nuso.se/app/document"
)

// Theme is a theme's front matter.
type Theme struct {
	document.Meta `yaml:",inline"`
	Question      string `yaml:"question" json:"question"` // the theme as one question
}

// Project is a project's front matter.
type Project struct {
	document.Meta `yaml:",inline"`
	Stage         string   `yaml:"stage" json:"stage"`
	Lead          string   `yaml:"lead" json:"lead,omitempty"`
	Partners      []string `yaml:"partners" json:"partners,omitempty"`
	Funding       []string `yaml:"funding" json:"funding,omitempty"`
	Deadline      string   `yaml:"deadline" json:"deadline,omitempty"` // the last day to announce interest
	Wanted        string   `yaml:"wanted" json:"wanted,omitempty"`
}

// stages are a project's stages as front matter writes them, in order.
func stages() []string {
	return []string{"idé", "intresse", "planering", "ansökan inskickad", "beviljad", "pågår", "återkoppling", "avslutad"}
}

// Check returns what is wrong with the theme's own keys.
func (t *Theme) Check() []document.Problem {
	if strings.TrimSpace(t.Question) == "" {
		return []document.Problem{document.At("question", "frågan saknas", "Skriv temat som en fråga.")}
	}
	return nil
}

// Check returns what is wrong with the project's own keys.
func (p *Project) Check() []document.Problem {
	var found []document.Problem
	if !slices.Contains(stages(), p.Stage) {
		found = append(found, document.At("stage", fmt.Sprintf("%q går inte att använda", p.Stage), "Skriv "+strings.Join(stages(), ", ")+"."))
	}
	if len(p.Themes) == 0 {
		found = append(found, document.At("themes", "projektet saknar tema", "Skriv temats adressdel, till exempel [de-yngsta-barnen]."))
	}
	if _, err := document.ParseTime(p.Deadline); p.Deadline != "" && err != nil {
		found = append(found, document.At("deadline", fmt.Sprintf("%q är inget datum", p.Deadline), "Skriv till exempel 2025-10-15."))
	}
	return found
}

// Kinds tells document what themes and projects are.
func Kinds() []document.Kind {
	return []document.Kind{
		{
			Name: document.Theme, Folder: "teman", Title: "Tema", Plural: "Teman", Section: path, Tint: "research",
			Words: func(d document.Document) []string { return []string{d.Front.(*Theme).Question} },
			New:   func() document.FrontMatter { return new(Theme) }, Reserved: []string{"projekt"},
		},
		{
			Name: document.Project, Folder: "projekt", Title: "Projekt", Plural: "Projekt", Section: path + "/projekt", Tint: "research",
			New: func() document.FrontMatter { return new(Project) },
			Words: func(d document.Document) []string {
				p := d.Front.(*Project)
				return slices.Concat([]string{p.Lead, p.Wanted}, p.Partners, p.Funding)
			},
		},
	}
}
