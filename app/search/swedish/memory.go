package swedish

import (
	"strings"
	"sync"
)

// generation is how many words a memory keeps before it begins to forget.
const generation = 1 << 13

// memory keeps what was read of the latest words, at most two generations: texts repeat their words, and reading one takes ten
// times as long as remembering it.
type memory struct {
	mu         sync.RWMutex
	young, old map[string]reading
}

func (m *memory) recall(word string) (reading, bool) {
	m.mu.RLock()
	r, ok := m.young[word]
	if ok {
		m.mu.RUnlock()
		return r, true
	}
	r, ok = m.old[word]
	m.mu.RUnlock()
	if ok {
		m.keep(word, r)
	}
	return r, ok
}

// keep remembers a word; it takes a copy, for the word is often a piece of a long text.
func (m *memory) keep(word string, r reading) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.young) >= generation || m.young == nil {
		m.young, m.old = make(map[string]reading, generation), m.young
	}
	word = strings.Clone(word)
	r.stem = strings.Clone(r.stem)
	m.young[word] = r
}
