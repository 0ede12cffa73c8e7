package bleve

import (
	"context"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// part is a piece of the index as one Find sees it: Bleve's segment, and which of its documents may be found.
type part struct {
	*scorch.SegmentSnapshot
	level   []uint8 // by document: how many of the conditions so far it meets
	asked   uint8   // how many there were
	allowed int     // documents that meet all

	dicts    map[string]segment.TermDictionary
	list     segment.PostingsList     // the last one, for reuse
	iterator segment.PostingsIterator // the same
	visiting segment.DocVisitState
}

func newPart(s *scorch.SegmentSnapshot) *part {
	return &part{SegmentSnapshot: s, level: make([]uint8, s.FullSize()), dicts: map[string]segment.TermDictionary{}}
}

// may reports whether the document may be found.
func (p *part) may(doc uint64) bool { return p.level[doc] == p.asked }

func (p *part) dict(field string) (segment.TermDictionary, error) {
	if d := p.dicts[field]; d != nil {
		return d, nil
	}
	d, err := p.Segment().Dictionary(field)
	p.dicts[field] = d
	return d, err
}

// postings returns the documents that have the token, until the next call.
func (p *part) postings(field, token string, weighed, placed bool) (segment.PostingsIterator, error) {
	dict, err := p.dict(field)
	if err != nil {
		return nil, err
	}
	if p.list, err = dict.PostingsList([]byte(token), p.Deleted(), p.list); err != nil {
		return nil, err
	}
	p.iterator = p.list.Iterator(weighed, weighed, placed, p.iterator)
	return p.iterator, nil
}

// each calls do for each document that has the token.
func (p *part) each(field, token string, do func(doc uint64)) error {
	postings, err := p.postings(field, token, false, false)
	if err != nil {
		return err
	}
	posting, err := postings.Next()
	for ; err == nil && posting != nil; posting, err = postings.Next() {
		do(posting.Number())
	}
	return err
}

// checkEvery is after how many documents a loop asks whether anybody still waits.
const checkEvery = 1024

// eachAllowed calls do for each document that may be found.
func (p *part) eachAllowed(ctx context.Context, do func(doc uint64) error) error {
	for doc := range uint64(len(p.level)) {
		if doc%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if p.may(doc) {
			if err := do(doc); err != nil {
				return err
			}
		}
	}
	return nil
}

// id returns the document's id.
func (p *part) id(doc uint64) (string, error) {
	id, err := p.DocID(doc)
	return string(id), err
}

// values calls do with each value that the document has in the fields.
func (p *part) values(doc uint64, fields []string, do func(field string, value []byte)) (err error) {
	p.visiting, err = p.Segment().(segment.DocValueVisitable).VisitDocValues(doc, fields, do, p.visiting)
	return err
}
