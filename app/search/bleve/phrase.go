package bleve

import (
	"slices"

	"nuso.se/app/search"
)

// phrase returns how well the documents fit words that stand next to each other in order.
func (f *finder) phrase(words []string, reading search.Reading) (weights, error) {
	places, err := f.places(words, reading)
	if err != nil {
		return nil, err
	}
	fits := f.blank()
	for i, p := range f.parts {
		for _, field := range f.fields {
			found, err := p.phrase(field.name, places)
			if err != nil {
				return nil, err
			}
			for doc, s := range found {
				fits[i][doc] += field.weight * field.saturated(float32(len(s.at)), s.norm)
			}
		}
	}
	return fits, nil
}

// starts are the places in a text where a phrase may begin.
type starts struct {
	at   []int
	norm float32
}

// phrase returns where the phrase begins in the texts of the documents that may be found. It begins with the word that the
// fewest have, and looks for the others only there.
func (p *part) phrase(field string, places [][]string) (map[uint64]starts, error) {
	order, err := p.rarestFirst(field, places)
	if err != nil {
		return nil, err
	}
	var found map[uint64]starts
	for _, i := range order {
		next, err := p.starts(field, places[i], i, found)
		if err != nil || len(next) == 0 {
			return nil, err
		}
		found = next
	}
	return found, nil
}

// rarestFirst returns the numbers of the words, the one that the fewest documents have first.
func (p *part) rarestFirst(field string, places [][]string) ([]int, error) {
	dict, err := p.dict(field)
	if err != nil {
		return nil, err
	}
	order, counts := make([]int, len(places)), make([]uint64, len(places))
	for i, tokens := range places {
		order[i] = i
		for _, token := range tokens {
			if p.list, err = dict.PostingsList([]byte(token), p.Deleted(), p.list); err != nil {
				return nil, err
			}
			counts[i] += p.list.Count()
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(counts[a]) - int(counts[b]) })
	return order, nil
}

// starts returns where the phrase begins if any of the tokens is its word number i, in the documents that may be found, and where
// it may begin by what has been found so far; nil: anywhere.
func (p *part) starts(field string, tokens []string, i int, before map[uint64]starts) (map[uint64]starts, error) {
	found := map[uint64]starts{}
	docs := make([]uint64, 0, len(before))
	for doc := range before {
		docs = append(docs, doc)
	}
	slices.Sort(docs)
	for _, token := range tokens {
		postings, err := p.postings(field, token, true, true)
		if err != nil {
			return nil, err
		}
		posting, err := postings.Next()
		for at := 0; err == nil && posting != nil; {
			doc := posting.Number()
			if p.may[doc] && (before == nil || len(before[doc].at) > 0) {
				s := found[doc]
				for _, location := range posting.Locations() {
					start := int(location.Pos()) - i
					if (before == nil || slices.Contains(before[doc].at, start)) && !slices.Contains(s.at, start) {
						s.at = append(s.at, start)
					}
				}
				s.norm = float32(posting.Norm())
				if len(s.at) > 0 {
					found[doc] = s
				}
			}
			if before == nil {
				posting, err = postings.Next()
				continue
			}
			for at < len(docs) && docs[at] <= doc {
				at++
			}
			if at == len(docs) {
				break
			}
			posting, err = postings.Advance(docs[at])
		}
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
