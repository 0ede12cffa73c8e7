// Package study is the study areas (studieområden): the sub-studies of NUSO, each on a page built from data.
//
// A page copies nothing by hand: timeline and progress are front matter, and meetings, publications, news and
// projects are whatever carries the area's tag.
package study

import (
	"fmt"
	"slices"

	"nuso.se/app/document"
)

// Area is a study area's front matter.
type Area struct {
	document.Meta `yaml:",inline"`
	State         string     `yaml:"state" json:"state"` // planerad, pågår or avslutad
	TakesPart     string     `yaml:"takes_part" json:"takes_part,omitempty"`
	Timeline      []Moment   `yaml:"timeline" json:"timeline,omitempty"`
	Progress      []Progress `yaml:"progress" json:"progress,omitempty"`
}

// Moment is an entry of the timeline; To is empty for a single day.
type Moment struct {
	From string `yaml:"from" json:"from"`
	To   string `yaml:"to" json:"to,omitempty"`
	Text string `yaml:"text" json:"text"`
}

// Progress is a published count, such as 73 of 100 municipalities, as of a date; Of 0: no whole is known.
type Progress struct {
	Label  string `yaml:"label" json:"label"`
	Value  int    `yaml:"value" json:"value"`
	Of     int    `yaml:"of" json:"of,omitempty"`
	Date   string `yaml:"date" json:"date"`
	Source string `yaml:"source" json:"source"`
}

// states are the states as front matter writes them, in the order of life.
func states() []string { return []string{"planerad", "pågår", "avslutad"} }

// Check returns what is wrong with the area's own keys. A count cannot be published without date and source.
func (a *Area) Check() []document.Problem {
	var found []document.Problem
	if !slices.Contains(states(), a.State) {
		found = append(found, document.At("state", fmt.Sprintf("%q går inte att använda", a.State), "Skriv planerad, pågår eller avslutad."))
	}
	for i, m := range a.Timeline {
		_, from := document.ParseTime(m.From)
		_, to := document.ParseTime(m.To)
		if from != nil || (m.To != "" && to != nil) || m.Text == "" {
			found = append(found, document.At("timeline", fmt.Sprintf("rad %d saknar datum eller text", i+1), "Skriv {from: 2024-04-15, to: 2024-06-30, text: …}."))
		}
	}
	for i, p := range a.Progress {
		if _, err := document.ParseTime(p.Date); err != nil || p.Label == "" || p.Source == "" || p.Value < 0 || (p.Of > 0 && p.Value > p.Of) {
			found = append(found, document.At("progress", fmt.Sprintf("rad %d saknar text, datum eller källa, eller är större än helheten", i+1), "Skriv label, value, date och source."))
		}
	}
	return found
}

// Kind tells document what a study area is.
func Kind() document.Kind {
	return document.Kind{
		Name: document.StudyArea, Folder: "studieomraden", Title: "Studieområde", Plural: "Studieområden", Section: "/studieomraden", Tint: "read",
		New:   func() document.FrontMatter { return new(Area) },
		Words: func(d document.Document) []string { return []string{d.Front.(*Area).TakesPart} },
	}
}
