package feed

import (
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"time"
)

// Page is an entry of the sitemap; Changed is zero for a page whose last change nobody knows.
type Page struct {
	Address string
	Changed time.Time
}

// closed reports whether robots.txt keeps crawlers from the address.
func closed(path string) bool {
	return slices.ContainsFunc(disallowed(), func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// below reports whether the document's address lies on or below the page.
func below(address, page string) bool {
	return strings.HasPrefix(address, strings.TrimSuffix(page, "/")+"/") || strings.HasPrefix(address, page+"#")
}

func sorted(pages map[string]time.Time, baseURL string) []Page {
	out := make([]Page, 0, len(pages))
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		out = append(out, Page{Address: baseURL + path, Changed: pages[path]})
	}
	return out
}

type urlset struct {
	XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []urlXML `xml:"url"`
}

type urlXML struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// sitemapXML writes the pages as sitemaps.org has it.
func sitemapXML(pages []Page) ([]byte, error) {
	set := urlset{}
	for _, p := range pages {
		set.URLs = append(set.URLs, urlXML{Loc: p.Address, LastMod: timestamp(p.Changed)})
	}
	return xmlDocument(set)
}
