// Package meili is the search index on a Meilisearch server: search.Index over HTTP. Main opens it when MEILI_URL is set, for
// several replicas that share one index.
//
// The server keeps the words and orders what is found; which documents are found is decided here. A document carries, beside its
// texts, the tokens that package swedish makes of them as values to filter by, and a want is a condition on those: so every
// engine finds the same, å ä ö stay letters of their own, counts are exact, and no setting of the server can widen a query.
// Its full text serves for what a condition cannot say, phrases and slips, and for the order.
//
// Exact are words, compounds, folded words and beginnings, in any number and mixed, with synonyms that are one word, and
// everything about rights and filters. Approximate are: slips, which the server finds by its own rules (a slip in the first
// letter counts twice, two words may be written as one, at most nine a query); phrases, which it looks for among the first
// 65 535 words of a text, and whose words may stand anywhere when each may be folded or have slips; more than thirty
// combinations of synonyms that are phrases; and the order, which is the server's, weighed by us.
//
// The words: a make is the settings with what is kept of a document. The index of a make has it in its name, so that programs of
// two makes can share a server while one replaces the other. Next is an index on its way: Rebuild fills one and then
// lets it take the place of the index, which is the only way the index ever comes to be. A document never makes one by itself.
package meili

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Options say which server, and by what right.
type Options struct {
	URL string // http://host:7700 or https://host
	// Key is an API key with the actions search, documents.*, indexes.*, settings.*, tasks.get and version for the indexes "*":
	// to others the server does not show what becomes of a swap. Empty for a server without keys.
	Key    string
	Prefix string       // what the names of our indexes begin with: small letters, digits; empty: "nuso"
	Log    *slog.Logger // why the server cannot be used; never what anybody searched for, never the key
}

// Index is a search.Index on a server. Several processes may share it.
type Index struct {
	server meilisearch.ServiceManager
	live   string         // the name of our make's index
	ours   *regexp.Regexp // the names of indexes that we or programs of other makes have made
	log    *slog.Logger
	closed context.Context
	close  context.CancelFunc

	rebuilding sync.Mutex   // held by Rebuild
	writing    sync.RWMutex // held shared by Update, alone by the end of a Rebuild

	mu     sync.Mutex
	known  bool // what follows was learnt from the server, and it has answered since
	usable bool // there is an index of our make on a server that is new enough
	cause  string
	missed map[string]*search.Document // written during this process's Rebuild; nil: removed. A nil map: none is under way
}

var _ search.Index = (*Index)(nil)

var (
	errStale  = errors.New("the server has no index of this program's make")
	errClosed = errors.New("the search index is closed")
	prefixes  = regexp.MustCompile(`^[a-z0-9]{1,100}$`)
)

// Open returns the index on the server, which is not asked yet: one that is away shows when it is used. An error when the
// options cannot be right.
func Open(_ context.Context, o Options) (*Index, error) {
	if o.Prefix == "" {
		o.Prefix = "nuso"
	}
	u, err := url.Parse(o.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the address of the search server is no http(s)://host[:port]") // it may hold a password
	case !prefixes.MatchString(o.Prefix):
		return nil, fmt.Errorf("%q is no beginning for names of indexes", o.Prefix)
	}
	x := &Index{
		server: newServer(u, o.Key), live: o.Prefix + "-" + makeOf(), log: o.Log,
		ours: regexp.MustCompile("^" + o.Prefix + "-[0-9a-f]{12}(" + onItsWayTo + "[0-9a-f]{8})?$"),
	}
	x.closed, x.close = context.WithCancel(context.Background())
	return x, nil
}

// Stale reports that the server has no index of this make. While the server has not been asked it is; one that is away is not
// known to be stale.
func (x *Index) Stale() bool {
	known, usable := x.knows()
	if known {
		return !usable
	}
	ctx, cancel := context.WithTimeout(context.Background(), glance)
	defer cancel()
	usable, err := x.look(ctx)
	return err == nil && !usable
}

// Close lets go of the connections and cuts off what is under way. What is called afterwards is Unavailable.
func (x *Index) Close() error {
	x.close()
	x.server.Close()
	return nil
}

// ready returns nil when the index can be asked, as far as is known.
func (x *Index) ready(ctx context.Context) error {
	known, usable := x.knows()
	if !known {
		var err error
		if usable, err = x.look(ctx); err != nil {
			return err
		}
	}
	if !usable {
		return fault.New(fault.Unavailable, "", errStale)
	}
	return nil
}

// look asks the server whether it is new enough and has an index of our make.
func (x *Index) look(ctx context.Context) (usable bool, err error) {
	if err := x.checkVersion(ctx); err != nil {
		return false, err
	}
	err = x.ask(ctx, askLimit, func(ctx context.Context) error {
		found, err := x.server.GetIndexWithContext(ctx, x.live)
		usable = err == nil && found.PrimaryKey == keyField
		if codeOf(err) == "index_not_found" {
			return nil
		}
		return err
	})
	if err == nil {
		x.learn(usable)
	}
	return usable, err
}

// learn keeps what the server has told of the index. That there is none is soon forgotten: another process may have made it.
func (x *Index) learn(usable bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.known, x.usable = true, usable
	if !usable {
		time.AfterFunc(relook, x.forget)
	}
}

func (x *Index) knows() (known, usable bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.known, x.usable
}

// forget makes the next who asks look anew.
func (x *Index) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.known = false
}

// onItsWayTo stands between the name of an index and the random end of the name of a next one.
const onItsWayTo = "-next-"

// next returns a name for a next index, of this process alone.
func (x *Index) next() string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	return x.live + onItsWayTo + hex.EncodeToString(random[:])
}

func onItsWay(index *meilisearch.IndexResult) bool { return strings.Contains(index.UID, onItsWayTo) }

// How long the server may take.
const (
	connectLimit = time.Second
	relook       = time.Second      // after which to ask anew whether there is an index
	glance       = time.Second      // whether the index is stale, which everybody waits for
	askLimit     = 2 * time.Second  // a question
	sendLimit    = 30 * time.Second // documents on their way there
	updateLimit  = 30 * time.Second // until documents are found
	fillLimit    = 10 * time.Minute // until some thousands of them are
)
