package swedish

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// places is how many words a memory has room for, about 100 bytes each.
const places = 1 << 16

// memory keeps what was read of words: texts repeat them, and reading one takes ten times as long as remembering it. A word has
// one place, which it takes from the word before.
type memory struct {
	seed  maphash.Seed
	words [places]atomic.Pointer[remembered]
}

type remembered struct {
	word string
	reading
}

func newMemory() *memory { return &memory{seed: maphash.MakeSeed()} }

func (m *memory) place(word string) *atomic.Pointer[remembered] {
	return &m.words[maphash.String(m.seed, word)%places]
}

func (m *memory) recall(word string) (*reading, bool) {
	if r := m.place(word).Load(); r != nil && r.word == word {
		return &r.reading, true
	}
	return nil, false
}

// keep remembers a word; it takes a copy, for the word is often a piece of a long text.
func (m *memory) keep(word string, r reading) *reading {
	kept := &remembered{strings.Clone(word), r}
	kept.stem = strings.Clone(r.stem)
	m.place(word).Store(kept)
	return &kept.reading
}
