package search

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/jobs"
)

const (
	remembered   = 30   // days that searches are kept
	maxCounted   = 100  // bytes of a text that is counted
	maxBuffered  = 1000 // different texts between two writes
	maxADay      = 2000 // different texts of a day
	flushEvery   = 3 * time.Second
	popularEvery = time.Minute // how old the list of popular searches may be
	popularFrom  = 3           // times that visitors found what they searched for
	maxPopular   = 100
)

// Counts counts searches without person: the words, how often, whether anything was found. It is safe for concurrent use.
type Counts struct {
	db  *db.DB
	now clock.Clock
	log *slog.Logger

	mu      sync.Mutex
	waiting map[string]tally // by words; for the table

	popularMu sync.Mutex
	popular   []string
	read      time.Time // when popular was
}

// Miss is a search that finds nothing.
type Miss struct {
	Words string
	Count int        // times in the last 30 days
	Day   db.Instant // the latest
}

// NewCounts returns the counts. Call Run to have them written.
func NewCounts(d *db.DB, now clock.Clock, log *slog.Logger) *Counts {
	return &Counts{db: d, now: now, log: log, waiting: map[string]tally{}}
}

// Add counts a search for the text on behalf of the actor in ctx, and that it found so many documents. It takes no time and
// never fails: what editors search for is not counted, nor is a text with personal data, a long one, nor more than a table
// bears. The Service calls it.
func (c *Counts) Add(ctx context.Context, text string, hits int) {
	actor := access.From(ctx)
	if actor.Edits() || len(text) > maxCounted {
		return
	}
	typed := strings.Join(words(text), " ")
	if typed == "" || len(guard.Check(text+"\n\n"+typed)) > 0 {
		return
	}
	one := tally{Day: db.At(clock.Midnight(c.now())), Words: typed, Count: 1, Hits: int64(hits)}
	if actor.Role == access.Visitor && hits > 0 {
		one.Visitors = 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.add(one)
}

func (c *Counts) add(one tally) {
	old, known := c.waiting[one.Words]
	if !known && len(c.waiting) >= maxBuffered {
		return
	}
	one.Count += old.Count
	one.Visitors += old.Visitors
	c.waiting[one.Words] = one
}

// Run writes the counts down every few seconds until ctx ends, and then once more.
func (c *Counts) Run(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		if err := c.Flush(context.WithoutCancel(ctx)); err != nil {
			c.log.Warn("searches could not be counted", "err", err)
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// Flush writes down what has been counted. On an error it is kept for the next time. Run and tests call it.
func (c *Counts) Flush(ctx context.Context) error {
	c.mu.Lock()
	batch := c.waiting
	c.waiting = map[string]tally{}
	c.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	err := c.db.Tx(ctx, func(tx db.Tx) error { return db.Error(writeTallies(tx, batch)) })
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, one := range batch {
			c.add(one)
		}
	}
	return fault.Wrap(err, "counting searches")
}

// writeTallies adds to the counts of the words that the day has already, and takes new ones in while it has room. The order
// is the same in every replica, so that no two wait for each other's rows.
func writeTallies(tx db.Tx, batch map[string]tally) error {
	byDay := map[db.Instant][]string{}
	for _, words := range slices.Sorted(maps.Keys(batch)) {
		day := batch[words].Day
		byDay[day] = append(byDay[day], words)
	}
	var tallies []tally
	for day, words := range byDay { // one, at midnight two
		told, all, err := findTold(tx, day, words)
		if err != nil {
			return err
		}
		for _, w := range words {
			if slices.Contains(told, w) {
				tallies = append(tallies, batch[w])
			} else if all < maxADay {
				tallies = append(tallies, batch[w])
				all++
			}
		}
	}
	if len(tallies) == 0 {
		return nil
	}
	return addTallies(tx, tallies)
}

// Popular returns what visitors searched for and found at least three times in 30 days, most wanted first, at most limit
// and 100. Anyone may call it.
func (c *Counts) Popular(ctx context.Context, limit int) ([]string, error) {
	c.popularMu.Lock()
	defer c.popularMu.Unlock()
	if now := c.now(); c.read.IsZero() || now.Sub(c.read) >= popularEvery || now.Before(c.read) {
		words, err := findPopular(c.db.Read(ctx), c.since(), popularFrom, maxPopular)
		if err != nil {
			return nil, fault.Wrap(db.Error(err), "reading popular searches")
		}
		c.popular, c.read = words, now
	}
	return slices.Clone(c.popular[:min(max(limit, 0), len(c.popular))]), nil
}

// Missed returns what people searched for in the last 30 days that found nothing when it was last tried, most wanted first,
// at most limit. Editors may call it; for others it is NotFound.
func (c *Counts) Missed(ctx context.Context, limit int) ([]Miss, error) {
	if !access.From(ctx).Edits() {
		return nil, fault.Missing("searches without hits")
	}
	missed, err := findMissed(c.db.Read(ctx), c.since(), limit)
	return missed, fault.Wrap(db.Error(err), "reading searches without hits")
}

func (c *Counts) since() time.Time { return clock.AddDays(c.now(), -remembered) }

// Register puts the removal of old counts among the periodic jobs. Main calls it once.
func (c *Counts) Register(runner *jobs.Runner) {
	runner.Every("search.forget", time.Hour, func(ctx context.Context) error {
		err := c.db.Tx(ctx, func(tx db.Tx) error { return db.Error(deleteTallies(tx, c.since())) })
		return fault.Wrap(err, "removing old searches")
	})
}
