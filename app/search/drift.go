package search

import (
	"context"
	"iter"
	"slices"
	"sync/atomic"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Drift is how an index differs from the table, in ids.
type Drift struct {
	Missing  []string `json:"missing"`  // in the table only
	Outdated []string `json:"outdated"` // in another version
	Surplus  []string `json:"surplus"`  // in the index only
}

// Total returns how many documents differ.
func (d Drift) Total() int { return len(d.Missing) + len(d.Outdated) + len(d.Surplus) }

func (d Drift) ids() []string { return slices.Concat(d.Missing, d.Outdated, d.Surplus) }

// within returns what differs in d and in other.
func (d Drift) within(other Drift) Drift {
	ids := map[string]bool{}
	for _, id := range other.ids() {
		ids[id] = true
	}
	for _, list := range []*[]string{&d.Missing, &d.Outdated, &d.Surplus} {
		*list = slices.DeleteFunc(*list, func(id string) bool { return !ids[id] })
	}
	return d
}

// compare returns how held differs from what the table has.
func compare(held, table map[string]int64) (d Drift) {
	for id, version := range table {
		if old, ok := held[id]; !ok {
			d.Missing = append(d.Missing, id)
		} else if old != version {
			d.Outdated = append(d.Outdated, id)
		}
	}
	for id := range held {
		if _, ok := table[id]; !ok {
			d.Surplus = append(d.Surplus, id)
		}
	}
	for _, list := range [][]string{d.Missing, d.Outdated, d.Surplus} {
		slices.Sort(list)
	}
	return d
}

// drift compares the index with the table; a stale index holds nothing. It also returns how many documents there are.
func (k *Keeper) drift(ctx context.Context) (d Drift, all int, err error) {
	held := map[string]int64{}
	if !k.main.Stale() {
		held, err = k.main.Versions(ctx)
	}
	if err != nil {
		return d, 0, fault.Wrap(err, "reading the versions in the index")
	}
	table, err := versions(k.db.Read(ctx))
	return compare(held, table), len(table), fault.Wrap(db.Error(err), "reading the versions in the table")
}

// counted counts the documents that pass.
func counted(all iter.Seq2[Document, error], n *atomic.Int64) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for d, err := range all {
			if !yield(d, err) {
				return
			}
			if err == nil {
				n.Add(1)
			}
		}
	}
}

// put makes the index hold of the ids what the table holds. Then it looks whether that has changed: a later write may have
// been indexed meanwhile by another worker or replica, and whoever is last to write must have read the newest.
func (k *Keeper) put(ctx context.Context, all []string) error {
	for ids := range slices.Chunk(all, jobSize) {
		for len(ids) > 0 {
			docs, err := byIDs(k.db.Read(ctx), access.Sight{All: true}, k.now(), ids)
			if err != nil {
				return db.Error(err)
			}
			held := make(map[string]int64, len(docs))
			for _, d := range docs {
				held[d.ID] = d.Version
			}
			gone := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := held[id]; return ok })
			if err := k.main.Update(ctx, docs, gone); err != nil {
				k.away(ctx, err)
				return err
			}
			now, err := versions(k.db.Read(ctx), ids...)
			if err != nil {
				return db.Error(err)
			}
			ids = compare(held, now).ids()
		}
	}
	return nil
}
