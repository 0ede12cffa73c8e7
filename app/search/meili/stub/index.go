package stub

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// index is an index with its documents.
type index struct {
	key              string // the primary key; empty: none yet
	created, updated time.Time
	settings         settings
	documents        map[string]document
}

type document map[string]any

// What an index and a document may be called.
var (
	names = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,400}$`)
	keys  = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,511}$`)
)

type settings struct {
	SearchableAttributes []string `json:"searchableAttributes"`
	FilterableAttributes []string `json:"filterableAttributes"`
	SortableAttributes   []string `json:"sortableAttributes"`
	DisplayedAttributes  []string `json:"displayedAttributes"`
	RankingRules         []string `json:"rankingRules"`
	LocalizedAttributes  []struct {
		Locales           []string `json:"locales"`
		AttributePatterns []string `json:"attributePatterns"`
	} `json:"localizedAttributes"`
	TypoTolerance struct {
		Enabled             bool `json:"enabled"`
		MinWordSizeForTypos struct {
			OneTypo  int `json:"oneTypo"`
			TwoTypos int `json:"twoTypos"`
		} `json:"minWordSizeForTypos"`
		DisableOnWords      []string `json:"disableOnWords"`
		DisableOnAttributes []string `json:"disableOnAttributes"`
		DisableOnNumbers    bool     `json:"disableOnNumbers"`
	} `json:"typoTolerance"`
	Pagination struct {
		MaxTotalHits int `json:"maxTotalHits"`
	} `json:"pagination"`
	Faceting struct {
		MaxValuesPerFacet int               `json:"maxValuesPerFacet"`
		SortFacetValuesBy map[string]string `json:"sortFacetValuesBy"`
	} `json:"faceting"`
}

// Indexes returns the names of the indexes, sorted.
func (s *Server) Indexes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.indexes))
}

// Remove takes an index away at once, behind everybody's back.
func (s *Server) Remove(uid string) { s.set(func() { delete(s.indexes, uid) }) }

// Make makes an index of that age, as some other program does.
func (s *Server) Make(uid string, age time.Duration) {
	s.set(func() { s.add(uid, "id").created = time.Now().Add(-age) })
}

// Document returns a document as it is kept, nil when there is none.
func (s *Server) Document(uid, key string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.indexes[uid]; i != nil {
		return i.documents[key]
	}
	return nil
}

func (s *Server) add(uid, key string) *index {
	now := time.Now()
	i := &index{key: key, created: now, updated: now, documents: map[string]document{}}
	s.indexes[uid] = i
	return i
}

func view(uid string, i *index) map[string]any {
	return map[string]any{"uid": uid, "primaryKey": i.key, "createdAt": i.created, "updatedAt": i.updated}
}

func (s *Server) listIndexes(c *call) {
	limit, offset := 20, 0
	if text := c.r.URL.Query().Get("limit"); text != "" {
		limit, _ = strconv.Atoi(text)
	}
	if text := c.r.URL.Query().Get("offset"); text != "" {
		offset, _ = strconv.Atoi(text)
	}
	uids := slices.Sorted(maps.Keys(s.indexes))
	results := []any{}
	for _, uid := range uids[min(offset, len(uids)):min(offset+limit, len(uids))] {
		results = append(results, view(uid, s.indexes[uid]))
	}
	c.reply(http.StatusOK, map[string]any{"results": results, "offset": offset, "limit": limit, "total": len(uids)})
}

// index returns the index of the path and refuses the call when there is none.
func (s *Server) index(c *call) *index {
	uid := c.r.PathValue("uid")
	i := s.indexes[uid]
	if i == nil {
		c.refuse(http.StatusNotFound, "index_not_found", fmt.Sprintf("Index `%s` not found.", uid))
	}
	return i
}

func notFound(uid string) *trouble {
	return newTrouble("invalid_request", "index_not_found", fmt.Sprintf("Index `%s` not found.", uid))
}

func (s *Server) getIndex(c *call) {
	if i := s.index(c); i != nil {
		c.reply(http.StatusOK, view(c.r.PathValue("uid"), i))
	}
}

func (s *Server) createIndex(c *call) {
	var body struct {
		UID        string `json:"uid"`
		PrimaryKey string `json:"primaryKey"`
	}
	if !c.read(&body) {
		return
	}
	if !names.MatchString(body.UID) {
		c.refuse(http.StatusBadRequest, "invalid_index_uid", "`"+body.UID+"` is not a valid index uid.")
		return
	}
	s.enqueue(c, "indexCreation", body.UID, func() *trouble {
		if s.indexes[body.UID] != nil {
			return newTrouble("invalid_request", "index_already_exists", "Index `"+body.UID+"` already exists.")
		}
		s.add(body.UID, body.PrimaryKey)
		return nil
	})
}

func (s *Server) deleteIndex(c *call) {
	uid := c.r.PathValue("uid")
	s.enqueue(c, "indexDeletion", uid, func() *trouble {
		if s.indexes[uid] == nil {
			return notFound(uid)
		}
		delete(s.indexes, uid)
		return nil
	})
}

func (s *Server) swapIndexes(c *call) {
	var pairs []struct {
		Indexes [2]string `json:"indexes"`
		Rename  bool      `json:"rename"`
	}
	if !c.read(&pairs) {
		return
	}
	s.enqueue(c, "indexSwap", "", func() *trouble {
		for _, p := range pairs {
			a, b := s.indexes[p.Indexes[0]], s.indexes[p.Indexes[1]]
			switch {
			case a == nil:
				return notFound(p.Indexes[0])
			case b == nil && !p.Rename:
				return notFound(p.Indexes[1])
			case b != nil && p.Rename:
				return newTrouble("invalid_request", "index_already_exists", "Index `"+p.Indexes[1]+"` already exists.")
			}
		}
		for _, p := range pairs {
			a, b := s.indexes[p.Indexes[0]], s.indexes[p.Indexes[1]]
			s.indexes[p.Indexes[0]], s.indexes[p.Indexes[1]] = b, a
			if b == nil {
				delete(s.indexes, p.Indexes[0])
			}
		}
		return nil
	})
}

func (s *Server) updateSettings(c *call) {
	uid := c.r.PathValue("uid")
	var body settings
	if !c.read(&body) {
		return
	}
	s.enqueue(c, "settingsUpdate", uid, func() *trouble {
		i := s.indexes[uid]
		if i == nil {
			i = s.add(uid, "")
		}
		i.settings, i.updated = body, time.Now()
		return nil
	})
}
