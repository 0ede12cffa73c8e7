package stub

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// addDocuments takes documents in the place of those with their keys: all of them or, when one is wrong, none. An index that is
// not there comes to be, and without a primary key it looks for a field that may be one.
func (s *Server) addDocuments(c *call) {
	uid := c.r.PathValue("uid")
	var documents []document
	d := json.NewDecoder(strings.NewReader(string(c.body)))
	d.UseNumber()
	if err := d.Decode(&documents); err != nil {
		c.refuse(http.StatusBadRequest, "malformed_payload", err.Error())
		return
	}
	s.enqueue(c, "documentAdditionOrUpdate", uid, func() *trouble {
		i := s.indexes[uid]
		if i == nil {
			i = s.add(uid, "")
		}
		key := i.key
		if key == "" && len(documents) > 0 {
			if key = keyOf(documents[0]); key == "" {
				return newTrouble("invalid_request", "index_primary_key_no_candidate_found", "The primary key inference failed as the engine did not find any field ending with `id` in its name.")
			}
		}
		for _, one := range documents {
			if id, ok := one[key].(string); !ok {
				return newTrouble("invalid_request", "missing_document_id", "Document doesn't have a `"+key+"` attribute.")
			} else if !keys.MatchString(id) {
				return newTrouble("invalid_request", "invalid_document_id", "Document identifier `"+id+"` is invalid.")
			}
		}
		i.key, i.updated = key, time.Now()
		for _, one := range documents {
			i.documents[one[key].(string)] = one
		}
		return nil
	})
}

func keyOf(d document) string {
	for field := range d {
		if strings.HasSuffix(strings.ToLower(field), "id") {
			return field
		}
	}
	return ""
}

func (s *Server) deleteDocuments(c *call) {
	uid := c.r.PathValue("uid")
	var keys []string
	if !c.read(&keys) {
		return
	}
	s.enqueue(c, "documentDeletion", uid, func() *trouble {
		i := s.indexes[uid]
		if i == nil {
			return notFound(uid)
		}
		for _, key := range keys {
			delete(i.documents, key)
		}
		i.updated = time.Now()
		return nil
	})
}

func (s *Server) fetchDocuments(c *call) {
	i := s.index(c)
	if i == nil {
		return
	}
	body := struct {
		Offset int      `json:"offset"`
		Limit  int      `json:"limit"`
		Fields []string `json:"fields"`
	}{Limit: 20}
	if !c.read(&body) {
		return
	}
	keys := slices.Sorted(maps.Keys(i.documents))
	results := []document{}
	for _, key := range keys[min(body.Offset, len(keys)):min(body.Offset+body.Limit, len(keys))] {
		results = append(results, only(i.documents[key], body.Fields))
	}
	c.reply(http.StatusOK, map[string]any{"results": results, "offset": body.Offset, "limit": body.Limit, "total": len(keys)})
}

func only(d document, fields []string) document {
	part := document{}
	for _, field := range fields {
		if v, ok := d[field]; ok {
			part[field] = v
		}
	}
	return part
}
