package markdown

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// ids gives out the ids of one rendering. It is goldmark's parser.IDs, so that an
// extension that asks for an id gets one that collides with no other.
type ids struct {
	used map[string]bool
	next map[string]int // the number to try next for a base already used
}

func newIDs() *ids { return &ids{used: map[string]bool{}, next: map[string]int{}} }

// Generate makes a new id of a title: "Så här går det" becomes "sa-har-gar-det".
func (i *ids) Generate(title []byte, _ ast.NodeKind) []byte {
	base := Slug(string(title))
	switch {
	case base == "":
		base = "avsnitt"
	case base[0] < 'a', reserved(base): // ids begin with a letter
		base = "avsnitt-" + base
	}
	id := base
	for i.used[id] {
		i.next[base] = max(i.next[base], 1) + 1
		id = base + "-" + strconv.Itoa(i.next[base])
	}
	i.used[id] = true
	return []byte(id)
}

// Put notes an id as used.
func (i *ids) Put(id []byte) { i.used[string(id)] = true }

// reserved keeps headings off ids that footnotes, terms and charts make, and the
// plain words a page's own frame is likely to use.
func reserved(id string) bool {
	for _, prefix := range []string{"fn-", "fnref-", "term-", "diagram-"} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	switch id {
	case "main", "content", "innehall", "top", "nav", "meny", "menu", "sok", "search", "q", "header", "footer", "sidfot":
		return true
	}
	return false
}

// Slug writes a title with a–z, 0–9 and hyphens: å and ä become a, ö o, é e; what
// has no such letter falls away.
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(title) {
		letter := plainLetter(r)
		if letter == 0 {
			gap = gap || r < utf8.RuneSelf || r == '–' || r == '—' || r == '\u00a0'
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteByte(letter)
	}
	return b.String()
}

func plainLetter(r rune) byte {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return byte(r)
	case strings.ContainsRune("åäáàâãæ", r):
		return 'a'
	case strings.ContainsRune("öøóòôõ", r):
		return 'o'
	case strings.ContainsRune("éèêë", r):
		return 'e'
	case strings.ContainsRune("üúùû", r):
		return 'u'
	case strings.ContainsRune("íìîï", r):
		return 'i'
	case r == 'ç':
		return 'c'
	case r == 'ñ':
		return 'n'
	}
	return 0
}
