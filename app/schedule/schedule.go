// Package schedule is the calendar: question hours, information meetings, workshops, last days and what is to be
// published, each an event document with one or many occurrences.
//
// All times are Swedish wall-clock time. A repeated event skips Swedish red days unless its front matter restores the
// day. When the source is vaguer than a day the event carries its words (when), and its dates only place it in lists.
package schedule

import (
	"fmt"
	"slices"
	"strings"

	"nuso.se/app/calendar"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// Event is an event's front matter.
type Event struct {
	document.Meta `yaml:",inline"`
	Type          string     `yaml:"type" json:"type"`
	Start         string     `yaml:"start" json:"start"` // 2026-01-22 13:00, or 2026-01-22 for all day
	End           string     `yaml:"end" json:"end,omitempty"`
	When          string     `yaml:"when" json:"when,omitempty"`     // shown instead of dates
	Repeat        string     `yaml:"repeat" json:"repeat,omitempty"` // RFC 5545: FREQ=WEEKLY;BYDAY=FR
	Place         string     `yaml:"place" json:"place,omitempty"`
	Changes       []Override `yaml:"changes" json:"changes,omitempty"`
}

// Override changes one occurrence of a repeated event, named by the date it would have had.
type Override struct {
	Date  string `yaml:"date" json:"date"`
	State string `yaml:"state" json:"state"`           // inställd, flyttad, or blir av (on a red day)
	Start string `yaml:"start" json:"start,omitempty"` // flyttad: the new time
	End   string `yaml:"end" json:"end,omitempty"`
	Text  string `yaml:"text" json:"text,omitempty"`
}

// The types as front matter writes them. Meeting types are those one can come to.
const (
	questionHour = "frågestund"
	information  = "informationsmöte"
	workshop     = "workshop"
	lastDay      = "sista dag"
	issue        = "publicering"
	other        = "övrigt"
)

func types() []string { return []string{questionHour, information, workshop, lastDay, issue, other} }

// repeats reports whether the event happens again by a rule.
func (e Event) repeats() bool { return e.Repeat != "" }

// vague reports whether the source tells no day: the words of when are shown and no state is claimed while it lasts.
func (e Event) vague() bool { return e.When != "" }

// meets reports whether the event is something to come to.
func (e Event) meets() bool {
	return slices.Contains([]string{questionHour, information, workshop}, e.Type)
}

// Check returns what is wrong with the event's own keys.
func (e *Event) Check() []document.Problem {
	var found []document.Problem
	add := func(key, text, cure string) { found = append(found, document.At(key, text, cure)) }
	if !slices.Contains(types(), e.Type) {
		add("type", fmt.Sprintf("%q går inte att använda", e.Type), "Skriv "+strings.Join(types(), ", ")+".")
	}
	start, startErr := document.ParseTime(e.Start)
	end, endErr := document.ParseTime(e.End)
	switch {
	case startErr != nil:
		add("start", fmt.Sprintf("%q är ingen tid", e.Start), "Skriv 2026-01-22 13:00, eller 2026-01-22 för hela dagen.")
	case e.End != "" && endErr != nil:
		add("end", fmt.Sprintf("%q är ingen tid", e.End), "Skriv 2026-01-22 14:00.")
	case e.End != "" && end.Before(start):
		add("end", "slutet kommer före början", "Rätta tiden.")
	case e.End != "" && document.HasTime(e.Start) != document.HasTime(e.End):
		add("end", "början och slut ska båda ha klockslag eller ingendera", "Skriv klockslag i båda eller i ingen.")
	}
	for i, o := range e.Changes {
		if text := o.fault(document.HasTime(e.Start)); text != "" {
			add("changes", fmt.Sprintf("rad %d: %s", i+1, text), "Skriv {date: 2026-04-10, state: inställd, text: …}.")
		}
	}
	if len(found) > 0 {
		return found
	}
	series := e.series()
	if _, err := calendar.ParseRule(e.Repeat); e.Repeat != "" && err != nil {
		add("repeat", textOf(err), "Skriv till exempel FREQ=WEEKLY;BYDAY=FR.")
	} else if err := series.Validate(); err != nil {
		add("start", textOf(err), "Rätta tiderna.")
	}
	return found
}

func textOf(err error) string {
	if f := fault.Of(err); f != nil && f.Text != "" {
		return f.Text
	}
	return err.Error()
}

// fault returns what is wrong with the override of an event that has, or has not, times of day.
func (o Override) fault(timed bool) string {
	_, startErr := document.ParseTime(o.Start)
	_, endErr := document.ParseTime(o.End)
	switch {
	case changes()[o.State] == "":
		return fmt.Sprintf("%q går inte att använda, skriv inställd, flyttad eller blir av", o.State)
	case o.State != moved:
		return ""
	case startErr != nil:
		return "en flyttad gång behöver start"
	case o.End != "" && endErr != nil:
		return fmt.Sprintf("%q är ingen tid", o.End)
	case document.HasTime(o.Start) != timed || (o.End != "" && document.HasTime(o.End) != timed):
		return "en flyttad gång ska ha klockslag om händelsen har det, annars inte"
	}
	return ""
}

const moved = "flyttad"

// changes are the states of an override as front matter writes them.
func changes() map[string]calendar.Change {
	return map[string]calendar.Change{"inställd": calendar.Cancelled, moved: calendar.Moved, "blir av": calendar.Restored}
}

// series returns the event as the calendar knows it; Check has found it sound.
func (e Event) series() calendar.Series {
	start, _ := document.ParseTime(e.Start)
	end, _ := document.ParseTime(e.End)
	rule, _ := calendar.ParseRule(e.Repeat)
	s := calendar.Series{Start: start, End: end, AllDay: !document.HasTime(e.Start), Rule: rule}
	if e.Type != questionHour {
		s.RedDayText = "Röd dag: inställt om inget annat meddelas"
	}
	for _, o := range e.Changes {
		override := calendar.Override{Date: o.Date, Change: changes()[o.State], Text: o.Text}
		override.Start, _ = document.ParseTime(o.Start)
		override.End, _ = document.ParseTime(o.End)
		s.Overrides = append(s.Overrides, override)
	}
	return s
}

// Kind tells document what an event is.
func Kind() document.Kind {
	return document.Kind{
		Name: document.Event, Folder: "kalender", Title: "Händelse", Plural: "Kalender", Section: path, Tint: "meet",
		Words: func(d document.Document) []string { e := d.Front.(*Event); return []string{e.When, e.Place} },
		New:   func() document.FrontMatter { return new(Event) }, Reserved: []string{"personlig", "omrade"},
	}
}
