package web

import (
	"html/template"
	"time"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/access"
	"nuso.se/app/clock"
)

// Page is what the layout needs; every view embeds it. A handler sets what is its own (Title, Lead, Path, Crumbs …)
// and Render fills in the rest, so that no handler repeats it.
type Page struct {
	Lang, Title, Lead, Description string
	Path, Canonical                string
	Home                           bool
	Nav                            []NavEntry
	Crumbs                         []Link // the last is this page and has no Path
	Label                          string // audience; empty when open
	FeedTitle, FeedPath            string
	JSONLD                         any    // a value to encode, not a string
	OGType                         string // website or article
	Assets                         Assets
	Scripts                        []string // modules that this page alone uses: "contact", made into addresses by Render
	SearchQuery                    string
	Login                          bool           // one can log in
	Person                         string         // who has; empty: nobody
	FormToken                      string         // of their forms
	At                             string         // where they act, when they could act elsewhere too
	Others                         []access.Place // where
	View                           string         // whom an admin sees as: "medlem hos Karlstad till 14.32"; empty: as themselves
	Unproved                       string         // the role that they have only with a second factor, which they have yet to prove
	Banner                         string         // stands above every page; empty: nothing does
	NoIndex                        bool
	Part                           string // of a list in pages: "sida 2", told in the window's title
	Built                          bool

	// Turns is the instant when the page's words next change; zero: not before midnight. The page cache heeds it.
	Turns time.Time
	// NoStore keeps the page out of every cache: it carries a stamp or what somebody typed.
	NoStore bool
}

func (p *Page) base() *Page { return p }

// View is a struct that embeds Page; Render takes a pointer to one.
type View interface{ base() *Page }

// The parts that views are made of. All are finished values: templates loop and show.
type (
	// NavEntry is an entry of a menu.
	NavEntry struct {
		Title, Path string
		Current     bool
	}
	// Link is a link; without Path it is text.
	Link struct{ Title, Path string }
	// Assets are the addresses of what the layout loads.
	Assets struct{ CSS, JS, Suggest, Font, Icon string }
	// Date is a <time>: machine, near words, and the full date as tooltip.
	Date struct{ ISO, Words, Full string }
	// Teaser is an entry of a list. Tint is read, share, meet or research.
	Teaser struct {
		Title, Path, Summary, Tag, Tint string
		Date                            Date
		Note                            string
	}
	// Chip is an applied filter and the address without it.
	Chip struct{ Title, Remove string }
	// Option is one value of a filter; Count is shown when above zero.
	Option struct {
		Value, Title string
		Count        int
		Selected     bool
	}
	// FilterGroup is one choice in a filter form; Name is the query parameter.
	FilterGroup struct {
		Name, Title string
		Options     []Option
	}
	// Filters is the form beside a list, what is applied, and the count.
	Filters struct {
		Action string
		Text   string // what the field for words is called; empty: there is none
		Query  string
		Groups []FilterGroup
		Chips  []Chip
		Clear  string
		Kept   []Option // values carried on unseen: Title is the name
		Count  string
		Sorted string
	}
	// Pager leads through the pages of a list.
	Pager struct {
		Page, Pages, Total int
		Prev, Next         string
		Items              []PagerItem
	}
	// PagerItem is a page number, or a gap between numbers.
	PagerItem struct {
		Number       int
		Path         string
		Current, Gap bool
	}
	// Heading is an entry of the table of contents.
	Heading struct {
		ID, Title string
		Level     int
	}
	// Article is a rendered text and what stands around it. Outline is empty below two headings.
	Article struct {
		HTML                       template.HTML
		Outline                    []Heading
		Published, Updated, Review Date
		Responsible, Overdue       string
		Areas, Themes              []Link
	}
	// Empty is why a list is empty and what to do next.
	Empty struct {
		Why  string
		Next []Link
	}
	// Fact is one line of a fact box. Path makes the value a link; Date shows a <time> instead of Value.
	Fact struct {
		Label, Value, Path string
		Date               Date
	}
	// Progress is a bar with words; Of 0 shows no bar.
	Progress struct {
		Label, Words       string
		Value, Of, Percent int
		Date               Date
		Source             string
	}
	// Occurrence is one time an event happens. State is empty, today, now, cancelled, moved or past.
	Occurrence struct {
		Title, Path         string
		Kind, Tint          string
		Day, Month, Weekday string
		Date                Date
		Time                string
		Place, Summary      string
		State, StateText    string
		Note                string
	}
	// Invitation is a research project that takes interest until a deadline; Left is "12 dagar kvar".
	Invitation struct {
		Title, Path, Summary string
		Deadline             Date
		Left                 string
	}
	// Live is what is on next, on the start page: when in words, its state, what to do.
	Live struct {
		State, When string
		Date        Date
		Title, Path string
		Text        string
		Action      Link
	}
	// FormError is a line of the summary; it links to the field.
	FormError struct{ Field, Text string }
)

// PersonalPage is a page for whoever asks alone: nothing keeps it, and no search engine knows it. Above it are the start page and those
// given, from the top.
func PersonalPage(title, path string, above ...Link) Page {
	crumbs := append([]Link{{Title: "Start", Path: "/"}}, above...)
	return Page{Title: title, Path: path, NoIndex: true, NoStore: true, Crumbs: append(crumbs, Link{Title: title})}
}

// DateOf returns the date with near words ("i dag", "fre 28 nov") as seen at now.
func DateOf(t, now time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	local := t.In(clock.Stockholm())
	return Date{ISO: local.Format("2006-01-02"), Words: clock.Day(t, now), Full: clock.Long(t)}
}

// DateTimeOf returns the date as DateOf does, with the time of day for machines.
func DateTimeOf(t, now time.Time) Date {
	d := DateOf(t, now)
	d.ISO = t.In(clock.Stockholm()).Format(time.RFC3339)
	return d
}

// MomentOf returns the instant with near words and the time of day ("i dag 8.15"), where several on a page can be of one day.
func MomentOf(t, now time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	return Date{ISO: t.In(clock.Stockholm()).Format(time.RFC3339), Words: clock.DayTime(t, time.Time{}, now), Full: clock.LongTime(t)}
}

// Capital returns the text with its first letter in upper case, as a label begins.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
