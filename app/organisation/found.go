package organisation

import (
	"fmt"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/search"
)

// SearchKind is what municipalities are called in search and JSON.
const SearchKind = "municipality"

// searchable describes a municipality to search.
func searchable(m Municipality) search.Document {
	d := search.Document{
		ID: m.ID(), Kind: SearchKind, Path: m.Address(), Title: m.Name, Summary: fmt.Sprintf("Kommun i %s. Kommungrupp: %s.", m.County.Name, m.Group.Name),
		Lang: "sv", Audience: access.Open, County: m.County.Code, Group: m.Group.Code,
	}
	if m.Seat != m.Name {
		d.Body = "Centralort: " + m.Seat + "."
	}
	return d
}

// above returns the domain and those above it, but for the last part alone.
func above(domain string) []string {
	var all []string
	for strings.Contains(domain, ".") {
		all = append(all, domain)
		_, domain, _ = strings.Cut(domain, ".")
	}
	return all
}
