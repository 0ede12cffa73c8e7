package bleve

import (
	"context"
	"errors"
	"math"

	"github.com/blevesearch/bleve/v2/index/scorch"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Find returns what the request asks for and the sight allows; see search.Index. Unavailable when the index is stale. The
// order is the same for the same documents: by score or date, then date, then id.
func (ix *Index) Find(ctx context.Context, r search.Request) (search.Found, error) {
	var found search.Found
	err := ix.read(func(g *generation, snapshot *scorch.IndexSnapshot) error {
		f, err := newFinder(ctx, ix, g, snapshot, r)
		if err != nil {
			return err
		}
		found, err = f.find()
		return err
	})
	return found, fault.Wrap(err, "finding")
}

// Versions returns the version of every document; see search.Index. Unavailable when the index is stale.
func (ix *Index) Versions(ctx context.Context) (map[string]int64, error) {
	var versions map[string]int64
	err := ix.read(func(_ *generation, snapshot *scorch.IndexSnapshot) error {
		versions = map[string]int64{}
		for _, s := range snapshot.Segments() {
			numbers, err := readNumbers(s, fieldVersion, 0)
			if err != nil {
				return err
			}
			p := newPart(s, nil)
			p.allowLive()
			if err := p.eachAllowed(ctx, func(doc uint64) error {
				id, err := p.id(doc)
				versions[id] = numbers[doc]
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fault.Wrap(err, "reading the versions")
	}
	return versions, nil
}

// read hands do the index as it is now; do may be called twice. What fails there may be damage, a fault of ours or the end of the
// caller's context: only what the files prove is damage, or else a hostile query could have the index thrown away.
func (ix *Index) read(do func(*generation, *scorch.IndexSnapshot) error) error {
	for {
		g := ix.take()
		if g == nil {
			return unavailable(errNone, "reading the search index")
		}
		ended, err := ix.readOnce(g, do)
		g.readers.Done()
		if err == nil {
			return ended
		}
		if g.broken.Load() {
			return unavailable(err, "reading the search index")
		}
		if !ix.replaced(g) {
			var p panicked
			errors.As(err, &p)
			ix.log.Error("the search index cannot be read, though its files are whole", "err", err, "stack", string(p.stack))
			return unavailable(err, "reading the search index")
		}
	}
}

// readOnce returns in ended that the caller has gone, and in err any other failure, after having looked into it.
func (ix *Index) readOnce(g *generation, do func(*generation, *scorch.IndexSnapshot) error) (ended, err error) {
	if ix.lost(g) {
		return nil, errNone
	}
	err = protected(func() error {
		snapshot, err := g.snapshot()
		if err != nil {
			return err
		}
		defer snapshot.Close()
		if err = do(g, snapshot); errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			ended, err = err, nil
		}
		return err
	})
	if err == nil {
		return ended, nil
	}
	if damage := g.damage(); damage != nil {
		ix.giveUp(g, damage)
	}
	return nil, err
}

// replaced waits for whoever writes and reports whether another generation answers then: a write that fails spoils what those
// who read at that moment have in their hands (see reopen).
func (ix *Index) replaced(g *generation) bool {
	ix.writing.Lock()
	defer ix.writing.Unlock()
	return ix.current != g
}

// finder works one request out.
type finder struct {
	search.Request
	ctx    context.Context
	slips  [2]automata
	fields []textWeight
	parts  []*part
}

// textWeight is a text field with what a word in it is worth, and how many words such a text usually has.
type textWeight struct {
	name   string
	weight float32
	usual  float32
}

func newFinder(ctx context.Context, ix *Index, g *generation, snapshot *scorch.IndexSnapshot, r search.Request) (*finder, error) {
	f := &finder{Request: r, ctx: ctx, slips: ix.slips, fields: []textWeight{{fieldTitle, 6, 6}, {fieldSummary, 3, 20}, {fieldBody, 1, 250}}}
	if r.Titles {
		f.fields = f.fields[:1]
	}
	for _, s := range snapshot.Segments() {
		c, err := g.shelf.take(s, snapshot)
		if err != nil {
			return nil, err
		}
		f.parts = append(f.parts, newPart(s, c))
	}
	return f, nil
}

func (f *finder) find() (search.Found, error) {
	f.allow()
	totals, err := f.weigh()
	if err != nil {
		return search.Found{}, err
	}
	return f.rank(totals)
}

// weigh returns what each document is worth, for all wants together; nil when nothing is wanted in particular. A want counts by how
// well it fits and by how few documents have it. Nothing that the person may not see is counted.
func (f *finder) weigh() (weights, error) {
	var totals weights
	var met [][]uint16
	asked := 0
	for _, want := range f.Wants {
		if len(want.Words) == 0 {
			continue
		}
		fits, err := f.want(want)
		if err != nil {
			return nil, err
		}
		if totals == nil {
			totals, met = f.blank(), f.blankCounts()
		}
		asked++
		rarity := f.rarity(fits)
		for i, part := range fits {
			for doc, fit := range part {
				if fit > 0 {
					totals[i][doc] += rarity * fit
					met[i][doc]++
				}
			}
		}
	}
	for i := range totals {
		for doc, n := range met[i] {
			switch {
			case int(n) == asked:
			case f.Any:
				totals[i][doc] *= float32(n) / float32(asked)
			default:
				totals[i][doc] = 0
			}
		}
	}
	return totals, f.favourWhole(totals)
}

// favourWhole raises the documents whose title is just what is wanted.
func (f *finder) favourWhole(totals weights) error {
	var words []string
	for _, want := range f.Wants {
		if want.Reading != search.Plain {
			return nil
		}
		words = append(words, want.Words...)
	}
	for i := range totals {
		err := f.parts[i].weigh(f.fields[0], token{whole(words), 1, true}, func(doc uint64, _ float32) { totals[i][doc] *= worthWhole })
		if err != nil {
			return err
		}
	}
	return nil
}

// rarity is the usual measure (BM25's) of how much a want tells when so many of the documents fit it.
func (f *finder) rarity(fits weights) float32 {
	var all, fitting float64
	for i, part := range fits {
		all += float64(f.parts[i].allowed)
		for _, fit := range part {
			if fit > 0 {
				fitting++
			}
		}
	}
	return float32(math.Log(1 + (all-fitting+0.5)/(fitting+0.5)))
}

// weights are what the documents of each part are worth: 0 for those that do not fit.
type weights [][]float32

func (f *finder) blank() weights {
	w := make(weights, len(f.parts))
	for i, p := range f.parts {
		w[i] = make([]float32, len(p.may))
	}
	return w
}

func (f *finder) blankCounts() [][]uint16 {
	counts := make([][]uint16, len(f.parts))
	for i, p := range f.parts {
		counts[i] = make([]uint16, len(p.may))
	}
	return counts
}

// raise makes w the better of itself and other, of which only a share counts.
func (w weights) raise(other weights, share float32) {
	for i, part := range other {
		for doc, fit := range part {
			w[i][doc] = max(w[i][doc], share*fit)
		}
	}
}

// lower makes w the worse of itself and other.
func (w weights) lower(other weights) {
	for i, part := range other {
		for doc, fit := range part {
			w[i][doc] = min(w[i][doc], fit)
		}
	}
}
