package search

import (
	"context"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/search/swedish"
)

// finding is one search on its way: the wants, how they are read, and for whom.
type finding struct {
	keeper      *Keeper
	sight       access.Sight
	now         time.Time
	text        string // what of it is read
	wants       []Want
	slips       map[string][]Match // words that are read as others, and some documents that have those
	lost        []string           // words that nothing has, however they are read
	expressions []string           // of the thesaurus
	any         bool               // no document has all the wants
	titles      bool               // only titles are looked at
	page        Request            // what of the documents is asked for, whatever the filter
	all         Found              // and that, of those that have the wants
	degraded    bool
}

func (s *Service) newFinding(ctx context.Context, text string) (*finding, error) {
	text = begin(text)
	f := &finding{keeper: s.keeper, sight: access.From(ctx).Sight(), now: s.now(), text: text, wants: parse(text), slips: map[string][]Match{}}
	if len(f.wants) == 0 {
		return f, nil
	}
	thesaurus, err := s.theThesaurus(ctx)
	if err != nil {
		return nil, err
	}
	f.expressions = thesaurus.expressions
	thesaurus.extend(text, f.wants)
	return f, nil
}

func (f *finding) request(filter Filter) Request {
	return Request{Wants: f.wants, Any: f.any, Titles: f.titles, Sight: f.sight, Now: f.now, Filter: filter}
}

func (f *finding) find(ctx context.Context, r Request) (Found, error) {
	found, degraded, err := f.keeper.Find(ctx, r)
	f.degraded = f.degraded || degraded
	return found, err
}

// choose decides how the words are read. Mostly all are read plainly and some document has them. Else each word takes the
// first reading that finds anything by itself, and when no document then has all of them, any will do. What finds nothing
// is decided by what the person may see, so that nobody can tell a closed word from a missing one.
func (f *finding) choose(ctx context.Context) error {
	if err := f.findAll(ctx); err != nil {
		return err
	}
	if f.all.Total > 0 {
		return f.widen(ctx)
	}
	for i := range f.wants {
		if err := f.read(ctx, &f.wants[i], i == len(f.wants)-1); err != nil {
			return err
		}
	}
	if err := f.findAll(ctx); err != nil || f.all.Total > 0 || len(f.wants) == 1 {
		return err
	}
	f.any = true
	err := f.findAll(ctx)
	f.any = f.all.Total > 0
	return err
}

// few is how many documents are so few that the last word may not be typed to its end.
const few = 3

// widen takes the last word, when it is no word that is known, as a beginning, if there are few documents with it and the others
// and more with what it begins: "öppen fråg".
func (f *finding) widen(ctx context.Context) error {
	last := &f.wants[len(f.wants)-1]
	if f.all.Total >= few || len(f.wants) < 2 || len(last.Words) != 1 || len([]rune(last.Words[0])) < few || swedish.Known(last.Words[0]) {
		return nil
	}
	plain := f.all
	last.Reading = Prefix
	if err := f.findAll(ctx); err != nil || f.all.Total > plain.Total {
		return err
	}
	last.Reading, f.all = Plain, plain
	return nil
}

// findAll finds what has the wants as they are now read, whatever the filter.
func (f *finding) findAll(ctx context.Context) (err error) {
	request := f.request(Filter{})
	request.Newest, request.Facets, request.Limit, request.Offset = f.page.Newest, f.page.Facets, f.page.Limit, f.page.Offset
	f.all, err = f.find(ctx, request)
	return err
}

// slipHits is how many documents tell what a word was meant to be.
const slipHits = 5

// read gives the want its reading.
func (f *finding) read(ctx context.Context, want *Want, last bool) error {
	word := want.Words[0]
	for _, want.Reading = range want.readings(last) {
		request := f.request(Filter{})
		request.Wants = []Want{*want}
		if want.Reading == Typo && len(want.Words) == 1 {
			request.Limit = slipHits
		}
		if want.Reading == Typo && f.titles {
			if written, err := f.written(ctx, *want); err != nil || written {
				return err
			}
		}
		found, err := f.find(ctx, request)
		if err != nil {
			return err
		}
		if len(found.Matches) > 0 {
			f.slips[word] = found.Matches
		}
		if found.Total > 0 {
			return nil
		}
	}
	if len(want.Words) == 1 {
		f.lost = append(f.lost, word)
	}
	return nil
}

// written reports whether any text has the want as it is written, though no title has: then it is no slip.
func (f *finding) written(ctx context.Context, want Want) (bool, error) {
	want.Reading = Plain
	request := f.request(Filter{})
	request.Wants, request.Titles = []Want{want}, false
	found, err := f.find(ctx, request)
	return found.Total > 0, err
}

// findTitles finds documents by their titles for somebody who still types. The words are read by what the titles have, but for one:
// the last word may go on, also when it is a whole word already.
func (f *finding) findTitles(ctx context.Context, limit int) (found Found, err error) {
	f.titles = true
	for i := range f.wants {
		if err := f.read(ctx, &f.wants[i], i == len(f.wants)-1); err != nil {
			return Found{}, err
		}
	}
	last := &f.wants[len(f.wants)-1]
	ways := []Reading{last.Reading}
	if last.Reading == Plain {
		ways = []Reading{Prefix, Plain}
	}
	for _, last.Reading = range ways {
		request := f.request(Filter{})
		request.Limit = limit
		if found, err = f.find(ctx, request); err != nil || found.Total > 0 {
			break
		}
	}
	return found, err
}
