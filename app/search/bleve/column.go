package bleve

import (
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"nuso.se/app/search"
)

// shelf keeps the columns of the segments that make up a generation. Bleve never changes a segment: it only puts others in its
// place.
type shelf struct {
	mu      sync.Mutex
	columns map[segment.Segment]*columns
}

// columns are what each Find chooses, orders and counts a segment's documents by.
type columns struct {
	audience          column
	from, until, date []int64 // by document: microseconds; what stays is shown until never
	facets            map[string]column
}

// column is the values of a field, in order.
type column []value

// value is one of them, with the numbers of the documents that have it, also of those that have been replaced since.
type value struct {
	text string
	docs []uint32
}

// take returns the columns of a segment, and reads them when nobody has asked for them before.
func (s *shelf) take(of *scorch.SegmentSnapshot, now *scorch.IndexSnapshot) (*columns, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.columns[of.Segment()]; c != nil {
		return c, nil
	}
	c, err := readColumns(of)
	if err != nil {
		return nil, err
	}
	kept := map[segment.Segment]*columns{of.Segment(): c}
	for _, other := range now.Segments() {
		if c := s.columns[other.Segment()]; c != nil {
			kept[other.Segment()] = c
		}
	}
	s.columns = kept
	return c, nil
}

func readColumns(s *scorch.SegmentSnapshot) (c *columns, err error) {
	c = &columns{facets: map[string]column{}}
	if c.audience, err = readColumn(s, fieldAudience); err != nil {
		return nil, err
	}
	if c.from, err = readNumbers(s, fieldFrom, never); err != nil {
		return nil, err
	}
	if c.until, err = readNumbers(s, fieldUntil, never); err != nil {
		return nil, err
	}
	if c.date, err = readNumbers(s, fieldDate, 0); err != nil {
		return nil, err
	}
	for _, facet := range search.Facets() {
		if c.facets[facet], err = readColumn(s, facet); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func readColumn(s *scorch.SegmentSnapshot, field string) (column, error) {
	var c column
	return c, eachValue(s, field, func(v value) { c = append(c, value{v.text, slices.Clone(v.docs)}) })
}

// never is later than any time.
const never = math.MaxInt64

// readNumbers reads what sortable has made of a number for each document.
func readNumbers(s *scorch.SegmentSnapshot, field string, missing int64) ([]int64, error) {
	numbers := slices.Repeat([]int64{missing}, int(s.FullSize()))
	return numbers, eachValue(s, field, func(v value) {
		number := unsortable(v.text)
		for _, doc := range v.docs {
			numbers[doc] = number
		}
	})
}

// eachValue calls do for each value of the field in order; its docs are overwritten afterwards.
func eachValue(s *scorch.SegmentSnapshot, field string, do func(value)) error {
	dict, err := s.Segment().Dictionary(field)
	if err != nil {
		return err
	}
	var docs []uint32
	var list segment.PostingsList
	var postings segment.PostingsIterator
	entries := dict.AutomatonIterator(nil, nil, nil)
	entry, err := entries.Next()
	for ; err == nil && entry != nil; entry, err = entries.Next() {
		if list, err = dict.PostingsList([]byte(entry.Term), nil, list); err != nil {
			return err
		}
		postings = list.Iterator(false, false, false, postings)
		posting, err := postings.Next()
		for docs = docs[:0]; err == nil && posting != nil; posting, err = postings.Next() {
			docs = append(docs, uint32(posting.Number()))
		}
		if err != nil {
			return err
		}
		do(value{entry.Term, docs})
	}
	return err
}
