package main

import (
	"context"
	"path/filepath"

	"nuso.se/app/fault"
	"nuso.se/app/glossary"
	"nuso.se/app/search"
	"nuso.se/app/search/bleve"
	"nuso.se/app/search/fallback"
	"nuso.se/app/search/meili"
)

// openSearch opens the index that the settings name. One process at a time may do it on a data folder: the server, or a
// command while no server runs.
func (h *house) openSearch(ctx context.Context) error {
	index, err := h.openIndex(ctx)
	if err != nil {
		return err
	}
	h.keeper = search.NewKeeper(h.db, index, fallback.New(h.db), h.now, h.log)
	h.keeper.Register(h.runner)
	h.counts = search.NewCounts(h.db, h.now, h.log)
	h.search = search.New(h.db, h.now, h.keeper, h.counts, func(ctx context.Context) ([][]string, error) {
		return glossary.Synonyms(ctx, h.docs)
	})
	return nil
}

func (h *house) openIndex(ctx context.Context) (search.Index, error) {
	if h.cfg.MeiliURL != "" {
		return meili.Open(ctx, meili.Options{URL: h.cfg.MeiliURL, Key: h.cfg.MeiliAPIKey, Log: h.log})
	}
	return bleve.Open(ctx, filepath.Join(h.cfg.DataDir, "search"), bleve.Options{Log: h.log})
}

// searchWorks tells /readyz when the database answers in the index's place.
func (h *house) searchWorks(context.Context) error {
	if h.keeper.Degraded() {
		return fault.New(fault.Unavailable, "Sökindexet svarar inte. Databasen svarar i dess ställe.", nil)
	}
	return nil
}
