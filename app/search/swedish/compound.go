package swedish

import "slices"

// longestCompound is how many bytes a word may have to be taken apart.
const longestCompound = 2 * longest

// reading is what the lexicon makes of a word.
type reading struct {
	stem  string
	parts []string
	stop  bool
}

// read returns the stem and the parts of a word, not to be changed.
func (l *lexicon) read(word string) *reading {
	if r, ok := l.known.recall(word); ok {
		return r
	}
	r := reading{stop: l.stop[word]}
	if f, listed := l.forms[word]; listed {
		r.stem, r.parts = f.word, l.partsOf(f.word)
	} else if parts, head := l.split(word); parts != nil {
		r.stem, r.parts = word[:head]+parts[len(parts)-1], l.withTheirParts(parts)
	} else {
		r.stem = l.stemUnknown(word)
	}
	if len(word) > longestCompound {
		return &r
	}
	return l.known.keep(word, r)
}

// partsOf returns the parts of a word that is listed.
func (l *lexicon) partsOf(word string) []string {
	if made, whole := l.made[word]; whole {
		return l.withTheirParts(made)
	}
	parts, _ := l.split(word)
	return l.withTheirParts(parts)
}

// withTheirParts puts after each part what that is made of: barnavård, barn, vård, utredning.
func (l *lexicon) withTheirParts(parts []string) []string {
	var all []string
	for _, part := range parts {
		for _, p := range append([]string{part}, l.partsOf(part)...) {
			if !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// step is the best way to cover a word up to a place: the fewest parts, of which the last is word and begins at from.
type step struct {
	count, from int
	word        string
}

// split takes a word apart into the fewest parts that cover the whole of it, and tells where the last one begins. A word that
// the list does not cover has none.
func (l *lexicon) split(word string) (parts []string, head int) {
	if len(word) > longestCompound {
		return nil, 0
	}
	first := 2
	for first < len(word) && !l.forms[word[first:]].ends {
		first++
	}
	if first >= len(word)-1 {
		return nil, 0
	}
	var steps [longestCompound + 1]step
	l.cover(word, &steps)
	best := 0
	for at := first; at < len(word)-1; at++ {
		if n := steps[at].count; n > 0 && (best == 0 || n < best) && l.forms[word[at:]].ends {
			best, head = n, at
		}
	}
	if best == 0 {
		return nil, 0
	}
	parts = append(parts, l.forms[word[head:]].word)
	for at := head; at > 0; at = steps[at].from {
		parts = append(parts, steps[at].word)
	}
	slices.Reverse(parts)
	return parts, head
}

// cover finds the steps through a word by joints. From the second part on, an s may follow a joint: kommungrupp-s-indelning.
func (l *lexicon) cover(word string, steps *[longestCompound + 1]step) {
	for at := range len(word) {
		if at > 0 && steps[at].count == 0 {
			continue
		}
		for end := at + 2; end < len(word) && end <= at+l.reach+1; end++ {
			joint, ok := l.joints[word[at:end]]
			if !ok && at > 0 && word[end-1] == 's' {
				joint, ok = l.joints[word[at:end-1]]
			}
			if count := steps[at].count + 1; ok && (steps[end].count == 0 || count < steps[end].count) {
				steps[end] = step{count, at, joint}
			}
		}
	}
}
