package bleve

import (
	"context"

	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// part is a piece of the index as one Find sees it: Bleve's segment, and which of its documents may be found.
type part struct {
	*scorch.SegmentSnapshot
	*columns
	may     []bool // by document: it may be found
	allowed int    // how many may

	dicts    map[string]segment.TermDictionary
	list     segment.PostingsList     // the last one, for reuse
	iterator segment.PostingsIterator // the same
}

func newPart(s *scorch.SegmentSnapshot, c *columns) *part {
	return &part{SegmentSnapshot: s, columns: c, may: make([]bool, s.FullSize()), dicts: map[string]segment.TermDictionary{}}
}

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

// checkEvery is after how many documents a loop asks whether anybody still waits.
const checkEvery = 1024

// eachAllowed calls do for each document that may be found.
func (p *part) eachAllowed(ctx context.Context, do func(doc uint64) error) error {
	for doc, may := range p.may {
		if doc%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if may {
			if err := do(uint64(doc)); err != nil {
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
