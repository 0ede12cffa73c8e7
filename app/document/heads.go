package document

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// maxHeads bounds what heads keeps: some 15 MB.
const maxHeads = 10_000

// key names a document as it was at one moment; every change makes another version.
type key struct {
	ID      string
	Version int64
}

// heads keeps documents as lists show them, without their texts. Who may see what is asked of the database each time,
// and answered by keys; only what stands in a row that has not changed is not read again.
type heads struct {
	kind func(name string) Kind
	mu   sync.RWMutex
	byID map[string]Document
}

func newHeads(kind func(string) Kind) *heads { return &heads{kind: kind, byID: map[string]Document{}} }

// of returns the documents of the keys in their order. One that has changed since the keys were read is left out, unless
// the actor may see it as it is now.
func (h *heads) of(tx db.Tx, sight access.Sight, now time.Time, keys []key) ([]Document, error) {
	docs := make([]Document, 0, len(keys))
	missing := h.take(keys, &docs)
	if len(missing) == 0 {
		return docs, nil
	}
	fresh, err := h.read(tx, sight, now, missing, false)
	if err != nil {
		return nil, err
	}
	h.keep(fresh)
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return inOrder(ids, append(docs, fresh...)), nil
}

// read returns documents from the database, with their texts when full, in no order.
func (h *heads) read(tx db.Tx, sight access.Sight, now time.Time, ids []string, full bool) ([]Document, error) {
	docs, err := findByIDs(tx, sight, now, ids, full)
	if err != nil {
		return nil, err
	}
	for i := range docs {
		if err := h.open(&docs[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

func inOrder(ids []string, docs []Document) []Document {
	byID := make(map[string]Document, len(docs))
	for _, doc := range docs {
		byID[doc.ID] = doc
	}
	sorted := make([]Document, 0, len(docs))
	for _, id := range ids {
		if doc, ok := byID[id]; ok {
			sorted = append(sorted, doc)
		}
	}
	return sorted
}

// take appends the documents that are kept and returns the ids of those that are not.
func (h *heads) take(keys []key, docs *[]Document) (missing []string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, k := range keys {
		if doc, ok := h.byID[k.ID]; ok && doc.Version == k.Version {
			*docs = append(*docs, doc)
		} else {
			missing = append(missing, k.ID)
		}
	}
	return missing
}

// open reads the document's front matter.
func (h *heads) open(doc *Document) error {
	kind := h.kind(doc.Kind)
	if kind.New == nil {
		return fmt.Errorf("a document of the kind %q, which this program does not know: %s", doc.Kind, doc.ID)
	}
	front := kind.New()
	if err := json.Unmarshal([]byte(doc.Fields), front); err != nil {
		return fault.Wrap(err, "reading the front matter of %s %s", doc.Kind, doc.ID)
	}
	doc.Front = front
	return nil
}

// keep replaces older versions; too many to keep are forgotten all at once, those that are asked for come back.
func (h *heads) keep(docs []Document) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.byID)+len(docs) > maxHeads {
		h.byID = map[string]Document{}
	}
	for _, doc := range docs {
		h.byID[doc.ID] = doc
	}
}
