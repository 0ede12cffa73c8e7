package feed

import (
	"encoding/xml"
	"time"

	"nuso.se/app/clock"
)

// The shapes of RFC 4287. encoding/xml and not gorilla/feeds, whose feed holds one link, so either its own address or
// its page's, no language, and calls every summary HTML.
type (
	feedXML struct {
		XMLName xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string    `xml:"xml:lang,attr"`
		ID      string    `xml:"id"`
		Title   string    `xml:"title"`
		Updated string    `xml:"updated"`
		Author  personXML `xml:"author"`
		Links   []linkXML `xml:"link"`
		Entries []entryXML
	}
	personXML struct {
		Name string `xml:"name"`
		URI  string `xml:"uri,omitempty"`
	}
	linkXML struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	categoryXML struct {
		Term  string `xml:"term,attr"`
		Label string `xml:"label,attr"`
	}
	textXML struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	entryXML struct {
		XMLName   xml.Name    `xml:"entry"`
		Lang      string      `xml:"xml:lang,attr,omitempty"`
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Published string      `xml:"published"`
		Updated   string      `xml:"updated"`
		Category  categoryXML `xml:"category"`
		Link      linkXML     `xml:"link"`
		Summary   textXML     `xml:"summary"`
		Content   *textXML    `xml:"content"`
	}
)

const (
	atomType = "application/atom+xml"
	pageType = "text/html"
)

// atomXML writes the feed. It was last updated when its newest entry was, so that asking again gives the same bytes.
func atomXML(f Feed, home string) ([]byte, error) {
	updated := time.Unix(0, 0) // the format requires one; a feed without entries never was
	out := feedXML{
		Lang: f.Lang, ID: f.ID, Title: f.Title, Author: personXML{Name: "NUSO", URI: home},
		Links: []linkXML{{Rel: "self", Type: atomType, Href: f.Self}, {Rel: "alternate", Type: pageType, Href: f.Page}},
	}
	for _, e := range f.Entries {
		out.Entries = append(out.Entries, newEntryXML(e, f.Lang))
		if e.Updated.After(updated) {
			updated = e.Updated
		}
	}
	out.Updated = timestamp(updated)
	return xmlDocument(out)
}

func newEntryXML(e Entry, lang string) entryXML {
	out := entryXML{
		ID: e.ID, Title: e.Title, Published: timestamp(e.Published), Updated: timestamp(e.Updated),
		Category: categoryXML{Term: e.Kind, Label: e.KindTitle},
		Link:     linkXML{Rel: "alternate", Type: pageType, Href: e.Address},
		Summary:  textXML{Type: "text", Text: e.Summary},
	}
	if e.Lang != lang {
		out.Lang = e.Lang
	}
	if e.Content != "" {
		out.Content = &textXML{Type: "html", Text: e.Content}
	}
	return out
}

// xmlDocument writes a value as an XML document; what XML cannot hold becomes U+FFFD.
func xmlDocument(v any) ([]byte, error) {
	data, err := xml.Marshal(v)
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(data, '\n')...), nil
}

// timestamp writes the instant in Swedish time as RFC 3339; empty for the zero time.
func timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Stockholm()).Format(time.RFC3339)
}
