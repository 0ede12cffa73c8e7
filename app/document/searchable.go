package document

import (
	"slices"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/search"
)

// Public returns a kind's name in JSON and in search: help is pages, kept in a folder of their own.
func Public(kind string) string {
	if kind == Help {
		return Page
	}
	return kind
}

// makeFindable hands the documents to search within tx, the archived ones to be forgotten.
func (s *Service) makeFindable(tx db.Tx, docs ...Document) error {
	var put []search.Document
	var gone []string
	for _, doc := range docs {
		if doc.State == Archived {
			gone = append(gone, doc.ID)
			continue
		}
		if err := s.heads.open(&doc); err != nil {
			return err
		}
		put = append(put, s.searchable(doc))
	}
	if err := search.Remove(tx, gone...); err != nil {
		return err
	}
	return search.Put(tx, put...)
}

func (s *Service) searchable(d Document) search.Document {
	meta, date := d.Meta(), d.PublishedAt
	if !d.ChangedAt.IsZero() {
		date = d.ChangedAt
	}
	body := d.Text
	if words := s.Kind(d.Kind).Words; words != nil {
		body = strings.TrimSpace(strings.Join(append([]string{body}, words(d)...), "\n"))
	}
	return search.Document{
		ID: d.ID, Version: d.Version, Kind: Public(d.Kind), Path: s.Address(d), Title: d.Title, Summary: d.Summary, Body: body, Lang: d.Lang,
		Audience: d.Audience, Draft: d.State == Draft, From: d.PublishedAt.Time, Until: d.UnpublishAt.Time,
		Date: date.Time, Areas: meta.Areas, Challenges: meta.Challenges, Year: int(d.Year),
	}
}

// makeAllFindable does it for the sections and for the documents of which search has another version or none, and forgets those that are gone.
func (s *Service) makeAllFindable(tx db.Tx) error {
	var kinds []string
	for _, kind := range s.kinds {
		if name := Public(kind.Name); !slices.Contains(kinds, name) {
			kinds = append(kinds, name)
		}
	}
	known, err := search.Versions(tx, kinds...)
	if err != nil {
		return err
	}
	rows, err := findAll(tx)
	if err != nil {
		return db.Error(err)
	}
	var changed, gone []string
	for _, row := range rows {
		version, found := known[row.ID]
		switch {
		case row.State == Archived && found:
			gone = append(gone, row.ID)
		case row.State != Archived && version != row.Version && s.Kind(row.Kind).New != nil:
			changed = append(changed, row.ID)
		}
	}
	if err := s.makeSectionsFindable(tx, known); err != nil {
		return err
	}
	if err := search.Remove(tx, gone...); err != nil {
		return err
	}
	for ids := range slices.Chunk(changed, maxVars) {
		docs, err := findFull(tx, ids)
		if err != nil {
			return db.Error(err)
		}
		if err := s.makeFindable(tx, docs...); err != nil {
			return err
		}
	}
	return nil
}

// makeSectionsFindable does it for the sections, which have their addresses as ids.
func (s *Service) makeSectionsFindable(tx db.Tx, known map[string]int64) error {
	var docs []search.Document
	var gone []string
	for _, s := range s.sections {
		docs = append(docs, search.Document{ID: s.Path, Kind: Page, Path: s.Path, Title: s.Title, Summary: s.Lead, Lang: "sv", Audience: access.Open})
	}
	for id := range known {
		if strings.HasPrefix(id, "/") && !slices.ContainsFunc(docs, func(d search.Document) bool { return d.ID == id }) {
			gone = append(gone, id)
		}
	}
	if err := search.Remove(tx, gone...); err != nil {
		return err
	}
	return search.PutWords(tx, known, docs...)
}
