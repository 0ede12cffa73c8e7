// Package stub is a search server for tests that keeps to Meilisearch's HTTP contract: what is written becomes a task that is done
// later, in order, or fails and changes nothing; settings, keys, filters and errors are as its documentation says. Filters are
// evaluated for real. It is no engine: words are compared as they are, and the order is that of the weights, then of the dates.
//
// A test makes it ill by the methods: away, slow, with another key, an older version, tasks that wait or fail.
package stub

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Key is the key that the server asks for until SetKey.
const Key = "stub-key-1234567890"

// Server is the stub. It is safe for concurrent use.
type Server struct {
	URL  string
	http *httptest.Server

	mu       sync.Mutex
	key      string
	version  string
	away     bool
	slow     time.Duration
	answer   func(http.ResponseWriter)
	requests []Request
	indexes  map[string]*index
	tasks    []*task
	failures map[string]failure // by type of task
	held     bool
	wake     chan struct{}
}

// Request is a request that came with the right key.
type Request struct {
	Method, Path string
	Body         []byte
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{key: Key, version: "1.22.1", indexes: map[string]*index{}, failures: map[string]failure{}, wake: make(chan struct{}, 1)}
	s.http = httptest.NewServer(s.routes())
	s.URL = s.http.URL
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { defer close(done); s.work(stop) }()
	t.Cleanup(func() {
		s.http.CloseClientConnections()
		s.http.Close()
		close(stop)
		<-done
	})
	return s
}

// SetAway makes the server cut every connection, until it is back.
func (s *Server) SetAway(away bool) { s.set(func() { s.away = away }) }

// SetSlow makes every answer wait.
func (s *Server) SetSlow(d time.Duration) { s.set(func() { s.slow = d }) }

// SetKey changes the key; empty: none is asked for.
func (s *Server) SetKey(key string) { s.set(func() { s.key = key }) }

// SetVersion changes what the server says of itself.
func (s *Server) SetVersion(version string) { s.set(func() { s.version = version }) }

// SetAnswer makes the server answer everything so, whatever it is asked; nil: as it should.
func (s *Server) SetAnswer(answer func(http.ResponseWriter)) { s.set(func() { s.answer = answer }) }

// Requests returns what came since the last call, but for looks at tasks.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := s.requests
	s.requests = nil
	return requests
}

func (s *Server) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, handle := range map[string]func(*Server, *call){
		"GET /version":                               (*Server).getVersion,
		"GET /indexes":                               (*Server).listIndexes,
		"POST /indexes":                              (*Server).createIndex,
		"GET /indexes/{uid}":                         (*Server).getIndex,
		"DELETE /indexes/{uid}":                      (*Server).deleteIndex,
		"PATCH /indexes/{uid}/settings":              (*Server).updateSettings,
		"POST /indexes/{uid}/documents":              (*Server).addDocuments,
		"POST /indexes/{uid}/documents/fetch":        (*Server).fetchDocuments,
		"POST /indexes/{uid}/documents/delete-batch": (*Server).deleteDocuments,
		"GET /tasks/{uid}":                           (*Server).getTask,
		"POST /swap-indexes":                         (*Server).swapIndexes,
		"POST /multi-search":                         (*Server).multiSearch,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(&call{w: w, r: r}, handle) })
	}
	return mux
}

// call is a request and its answer.
type call struct {
	w    http.ResponseWriter
	r    *http.Request
	body []byte
}

// serve answers as healthily as the test wants it.
func (s *Server) serve(c *call, handle func(*Server, *call)) {
	c.body, _ = io.ReadAll(c.r.Body)
	s.mu.Lock()
	away, slow, answer, key := s.away, s.slow, s.answer, s.key
	s.mu.Unlock()
	select {
	case <-c.r.Context().Done():
		return
	case <-time.After(slow):
	}
	token, has := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	switch {
	case away:
		panic(http.ErrAbortHandler)
	case answer != nil:
		answer(c.w)
	case key != "" && !has:
		c.refuse(http.StatusUnauthorized, "missing_authorization_header", "The Authorization header is missing. It must use the bearer authorization method.")
	case key != "" && token != key:
		c.refuse(http.StatusForbidden, "invalid_api_key", "The provided API key is invalid.")
	default:
		s.mu.Lock()
		defer s.mu.Unlock()
		if !strings.HasPrefix(c.r.URL.Path, "/tasks/") {
			s.requests = append(s.requests, Request{c.r.Method, c.r.URL.Path, c.body})
		}
		handle(s, c)
	}
}

// reply answers with JSON.
func (c *call) reply(status int, body any) {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_ = json.NewEncoder(c.w).Encode(body)
}

// trouble is how the server says what is wrong.
type trouble struct {
	Message string `json:"message"`
	Code    string `json:"code"`
	Type    string `json:"type"`
	Link    string `json:"link"`
}

func newTrouble(kind, code, message string) *trouble {
	return &trouble{message, code, kind, "https://docs.meilisearch.com/errors#" + code}
}

func (c *call) refuse(status int, code, message string) {
	kind := "invalid_request"
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		kind = "auth"
	}
	c.reply(status, newTrouble(kind, code, message))
}

// read reads the body into what, and refuses fields that the server does not know.
func (c *call) read(what any) bool {
	d := json.NewDecoder(strings.NewReader(string(c.body)))
	d.DisallowUnknownFields()
	if err := d.Decode(what); err != nil {
		c.refuse(http.StatusBadRequest, "bad_request", err.Error())
		return false
	}
	return true
}

func (s *Server) getVersion(c *call) {
	c.reply(http.StatusOK, map[string]string{"commitSha": "unknown", "commitDate": "unknown", "pkgVersion": s.version})
}
