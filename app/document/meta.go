package document

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
)

// Meta is the front matter that all kinds share. Dates are kept as written: 2025-09-19 or 2025-09-19 10:00, Swedish time.
type Meta struct {
	ID          string   `yaml:"id" json:"id"`
	Title       string   `yaml:"title" json:"title"`
	Date        string   `yaml:"date" json:"date"`
	Updated     string   `yaml:"updated" json:"updated,omitempty"`
	Summary     string   `yaml:"summary" json:"summary"`
	Areas       []string `yaml:"areas" json:"areas,omitempty"`
	Themes      []string `yaml:"themes" json:"themes,omitempty"`
	Challenges  []string `yaml:"challenges" json:"challenges,omitempty"`
	Responsible string   `yaml:"responsible" json:"responsible,omitempty"`
	Review      string   `yaml:"review" json:"review,omitempty"`
	Audience    string   `yaml:"audience" json:"audience,omitempty"`
	Draft       bool     `yaml:"draft" json:"draft,omitempty"`
	Unpublish   string   `yaml:"unpublish" json:"unpublish,omitempty"`
	Lang        string   `yaml:"lang" json:"lang,omitempty"`
	Order       int64    `yaml:"order" json:"order,omitempty"`
}

// FrontMatter is a kind's own front matter: a struct that embeds Meta inline and adds its keys.
type FrontMatter interface {
	// Common returns the shared part.
	Common() *Meta
	// Check returns what is wrong with the kind's own keys.
	Check() []Problem
}

// Common returns the shared part; kinds get it by embedding Meta.
func (m *Meta) Common() *Meta { return m }

// Problem is a fault in a content file, with where it is and the cure, in Swedish.
type Problem struct {
	Path string
	Line int
	Text string
	Cure string
}

// Error returns the problem on one line, as content check prints it.
func (p Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s. %s", p.Path, max(p.Line, 1), strings.TrimSuffix(p.Text, "."), p.Cure)
}

// At returns a problem with a key of the front matter; the file and line are filled in by the reader.
func At(key, text, cure string) Problem {
	return Problem{Text: "fältet " + key + ": " + text, Cure: cure}
}

var (
	idPattern   = regexp.MustCompile(`^[a-z][a-z0-9-]{2,79}$`)
	slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// maxSummary is how many characters a summary may have: it stands in lists, feeds and search hits.
const maxSummary = 300

// Check returns what is wrong with the shared keys.
func (m *Meta) check() []Problem {
	var found []Problem
	add := func(bad bool, key, text, cure string) {
		if bad {
			found = append(found, At(key, text, cure))
		}
	}
	add(!idPattern.MatchString(m.ID), "id", fmt.Sprintf("%q går inte att använda", m.ID), "Skriv ett fast id med små bokstäver a–z, siffror och bindestreck.")
	add(strings.TrimSpace(m.Title) == "", "title", "rubriken saknas", "Skriv en rubrik.")
	add(strings.TrimSpace(m.Summary) == "", "summary", "sammanfattningen saknas", "Skriv en eller två meningar.")
	add(len([]rune(m.Summary)) > maxSummary, "summary", fmt.Sprintf("sammanfattningen är längre än %d tecken", maxSummary), "Korta den.")
	add(m.Date == "", "date", "datumet saknas", "Skriv till exempel 2025-09-19.")
	for _, d := range []struct{ key, value string }{{"date", m.Date}, {"updated", m.Updated}, {"review", m.Review}, {"unpublish", m.Unpublish}} {
		_, err := ParseTime(d.value)
		add(d.value != "" && err != nil, d.key, fmt.Sprintf("%q är inget datum", d.value), "Skriv till exempel 2025-09-19 eller 2025-09-19 10:00.")
	}
	add(m.Audience != "" && !access.Audience(m.Audience).Valid(), "audience", fmt.Sprintf("%q är ingen målgrupp", m.Audience), "Skriv öppen, inloggad, deltagare eller delstudie:SLUG.")
	add(m.Lang != "" && m.Lang != "sv" && m.Lang != "en", "lang", fmt.Sprintf("%q går inte att använda", m.Lang), "Skriv sv eller en.")
	for _, list := range []struct {
		key    string
		values []string
	}{{"areas", m.Areas}, {"themes", m.Themes}, {"challenges", m.Challenges}} {
		for _, value := range list.values {
			add(!slugPattern.MatchString(value), list.key, fmt.Sprintf("%q är ingen adressdel", value), "Skriv till exempel delstudie-1.")
		}
	}
	return found
}

// ParseTime reads a date or an instant as front matter writes it, in Swedish time.
func ParseTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, clock.Stockholm()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date", text)
}

// HasTime reports whether the front matter's date carries a time of day.
func HasTime(text string) bool { return len(text) > len("2006-01-02") }

func (m *Meta) tags(id string) []tag {
	var tags []tag
	for name, values := range map[string][]string{TagArea: m.Areas, TagTheme: m.Themes, TagChallenge: m.Challenges} {
		for _, value := range values {
			tags = append(tags, tag{DocumentID: id, Name: name, Value: value})
		}
	}
	return tags
}
