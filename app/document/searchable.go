package document

import (
	"slices"

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
	return search.Document{
		ID: d.ID, Version: d.Version, Kind: Public(d.Kind), Path: s.Address(d), Title: d.Title, Summary: d.Summary, Body: d.Text, Lang: d.Lang,
		Audience: d.Audience, Draft: d.State == Draft, From: d.PublishedAt.Time, Until: d.UnpublishAt.Time,
		Date: date.Time, Areas: meta.Areas, Challenges: meta.Challenges, Year: int(d.Year),
	}
}

// makeAllFindable does it for the documents of which search has another version or none, and forgets those that are gone.
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
