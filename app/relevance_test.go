package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/glossary"
	"nuso.se/app/jobs"
	"nuso.se/app/search"
	"nuso.se/app/search/fallback"
	"nuso.se/app/search/meili"
)

// What the engines reach, with a little room below: less fails the build.
const (
	leastMRR    = 0.945
	leastRecall = 0.97
)

// need is a case of testdata/relevance.txt, which tells what its words mean.
type need struct {
	section, query                string
	first, three, anywhere, never []string // addresses
	nothing                       bool
}

func readNeeds(t *testing.T) []need {
	t.Helper()
	f, err := os.Open("testdata/relevance.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var needs []need
	section := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.TrimSpace(line) == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		case line[0] != '\t':
			needs = append(needs, need{section: section, query: line})
		case len(needs) == 0 || !needs[len(needs)-1].add(strings.Fields(line)):
			t.Fatalf("relevance.txt: %q is not one of the words and an address below a search", line)
		}
	}
	for _, n := range needs {
		if n.nothing == (len(n.addresses()) > 0) {
			t.Errorf("relevance.txt: %q needs addresses or nothing", n.query)
		}
	}
	return needs
}

// add takes an indented line in, and reports whether it is one.
func (n *need) add(parts []string) bool {
	if len(parts) == 1 && parts[0] == "inget" {
		n.nothing = true
		return true
	}
	lists := map[string]*[]string{"först": &n.first, "tre": &n.three, "med": &n.anywhere, "aldrig": &n.never}
	list := lists[parts[0]]
	if list == nil || len(parts) != 2 {
		return false
	}
	*list = append(*list, parts[1])
	return true
}

func (n need) addresses() []string { return slices.Concat(n.first, n.three, n.anywhere, n.never) }

// wish is what should stand so far up: any one of the addresses.
type wish struct {
	addresses []string
	within    int
}

// wishes returns what the need says of the first places: alternatives for the first are one wish.
func (n need) wishes() []wish {
	var wishes []wish
	if len(n.first) > 0 {
		wishes = append(wishes, wish{n.first, 1})
	}
	for _, address := range n.three {
		wishes = append(wishes, wish{[]string{address}, 3})
	}
	return wishes
}

// score is how well an engine meets the needs.
type score struct {
	ranked                int     // needs with wishes
	reciprocal, recalled  float64 // sums over them
	notFirst, notAmong    int     // wishes not met
	missing               int     // addresses found nowhere
	complaints, forbidden []string
}

func (s score) mrr() float64    { return s.reciprocal / float64(max(s.ranked, 1)) }
func (s score) recall() float64 { return s.recalled / float64(max(s.ranked, 1)) }

// add judges what a search found, best first.
func (s *score) add(n need, found []string) {
	came := fmt.Sprintf("%-45s came %s", n.query, cmp.Or(strings.Join(found[:min(5, len(found))], " "), "nothing"))
	if n.nothing && len(found) > 0 {
		s.forbidden = append(s.forbidden, came+", should be nothing")
	}
	for _, address := range n.never {
		if at := rank(found, address); at > 0 {
			s.forbidden = append(s.forbidden, fmt.Sprintf("%s, at %d %s", came, at, address))
		}
	}
	for _, address := range n.anywhere {
		if rank(found, address) == 0 {
			s.missing++
			s.complaints = append(s.complaints, came+", nowhere "+address)
		}
	}
	if wishes := n.wishes(); len(wishes) > 0 {
		s.rank(wishes, found, came)
	}
}

// rank takes in the reciprocal rank and the recall among five. The rank is that of the wish for the first place, or, when
// there is none, of the best among three.
func (s *score) rank(wishes []wish, found []string, came string) {
	best, among := 0, 0
	for _, w := range wishes {
		at := rank(found, w.addresses...)
		if at > 0 && at <= 5 {
			among++
		}
		if wishes[0].within == w.within && at > 0 && (best == 0 || at < best) {
			best = at
		}
		if at > 0 && at <= w.within {
			continue
		}
		if w.within == 1 {
			s.notFirst++
		} else {
			s.notAmong++
		}
		s.complaints = append(s.complaints, fmt.Sprintf("%s, within %d should be %s, is at %d", came, w.within, strings.Join(w.addresses, " or "), at))
	}
	s.ranked++
	s.recalled += float64(among) / float64(len(wishes))
	if best > 0 {
		s.reciprocal += 1 / float64(best)
	}
}

// rank returns the place of the best of the addresses, from 1; 0 when none was found.
func rank(found []string, addresses ...string) int {
	return slices.IndexFunc(found, func(path string) bool { return slices.Contains(addresses, path) }) + 1
}

// The suite that says whether people find what they need; it runs on Bleve, and on Meilisearch too when MEILI_URL names one.
func TestPeopleFindWhatTheyNeed(t *testing.T) {
	needs := readNeeds(t)
	now := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now
	t.Run("bleve", func(t *testing.T) {
		s := newTestServer(t, testConfig(t), now)
		s.fill(t, s.runner)
		s.judge(t, needs)
		t.Run("every address exists", func(t *testing.T) { s.lookUp(t, needs) })
	})
	url := os.Getenv("MEILI_URL")
	if url == "" {
		t.Log("not run on Meilisearch: MEILI_URL is not set")
		return
	}
	t.Run("meilisearch", func(t *testing.T) {
		s := newTestServer(t, testConfig(t), now)
		s.fill(t, s.moveTo(t, url, os.Getenv("MEILI_API_KEY")))
		s.judge(t, needs)
	})
}

// moveTo searches with a Meilisearch server instead, in an index that is not the one of a site there. It returns who works
// for that index.
func (s *server) moveTo(t *testing.T, url, key string) *jobs.Runner {
	t.Helper()
	index, err := meili.Open(t.Context(), meili.Options{URL: url, Key: key, Prefix: "relevance", Log: s.log})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.keeper.Close(); err != nil {
		t.Fatal(err)
	}
	s.keeper = search.NewKeeper(s.db, index, fallback.New(s.db), s.now, s.log)
	s.search = search.New(s.db, s.now, s.keeper, s.counts, func(ctx context.Context) ([][]string, error) {
		return glossary.Synonyms(ctx, s.docs)
	})
	runner := jobs.New(s.db, s.log, s.now)
	s.keeper.Register(runner)
	return runner
}

// fill brings all content into the index.
func (s *server) fill(t *testing.T, runner *jobs.Runner) {
	t.Helper()
	var last string
	for _, verb := range []string{search.Reindex, search.Check} {
		var err error
		if last, err = search.Start(t.Context(), s.db, verb, s.now); err != nil {
			t.Fatal(err)
		}
		if err := runner.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	run, err := search.RunByID(t.Context(), s.db, last)
	if err != nil || run.State != search.Done || run.Result.V.Drift.Total() > 0 {
		t.Fatalf("the index has not everything: %+v, %v", run, err)
	}
}

// judge searches as a visitor and tells how well the needs are met.
func (s *server) judge(t *testing.T, needs []need) {
	t.Helper()
	var all score
	sections := map[string]*score{}
	for _, n := range needs {
		result, err := s.search.Search(t.Context(), search.Query{Text: n.query, Limit: 1000})
		if err != nil || result.Degraded {
			t.Fatalf("%s: degraded %v, %v", n.query, result.Degraded, err)
		}
		var found []string
		for _, hit := range result.Hits {
			found = append(found, hit.Path)
		}
		if sections[n.section] == nil {
			sections[n.section] = &score{}
		}
		sections[n.section].add(n, found)
		all.add(n, found)
	}
	for _, section := range slices.Sorted(maps.Keys(sections)) {
		if one := sections[section]; one.ranked > 0 {
			t.Logf("%-45s MRR %.3f, recall@5 %.3f", section, one.mrr(), one.recall())
		}
	}
	for _, line := range all.complaints {
		t.Log("not met: " + line)
	}
	for _, line := range all.forbidden {
		t.Error("forbidden: " + line)
	}
	t.Logf("%d searches: MRR %.3f, recall@5 %.3f; %d not first, %d not among three, %d nowhere, %d forbidden",
		len(needs), all.mrr(), all.recall(), all.notFirst, all.notAmong, all.missing, len(all.forbidden))
	if all.mrr() < leastMRR || all.recall() < leastRecall {
		t.Errorf("MRR and recall@5 must be at least %.2f and %.2f", leastMRR, leastRecall)
	}
}

// lookUp follows every address of the needs.
func (s *server) lookUp(t *testing.T, needs []need) {
	t.Helper()
	seen := map[string]bool{}
	for _, n := range needs {
		for _, address := range n.addresses() {
			if seen[address] {
				continue
			}
			seen[address] = true
			page, anchor, _ := strings.Cut(address, "#")
			answer, body := s.ask(t, http.MethodGet, page)
			if answer.StatusCode != http.StatusOK || anchor != "" && !strings.Contains(body, ` id="`+anchor+`"`) {
				t.Errorf("%s: %s is not there", n.query, address)
			}
		}
	}
}
