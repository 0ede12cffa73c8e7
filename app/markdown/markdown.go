package markdown

import (
	"bytes"
	"sort"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
)

// Version is the renderer's: HTML stored under another version is to be rendered
// anew. It is raised whenever output changes.
const Version = "2"

// Env is what a text's surroundings decide about its rendering. Its zero value
// renders Swedish text without glossary, in which every image is missing.
type Env struct {
	BaseURL string // the site's address: absolute links to its host become site paths
	Terms   *Terms // glossary to mark in Swedish texts; nil for none
	Self    string // slug of the glossary term being rendered, which is not marked
	// ImagePath finds an image by the name in the text: its address on the site and its
	// size in pixels (0 when unknown).
	ImagePath func(name string) (path string, width, height int, ok bool)
	Trusted   bool   // written by the editors: without it, external links say nofollow ugc
	Line      int    // number of the body's first line in its file, as Split gave it; 0 is 1
	Lang      string // language of the text, for our own words in it: "" and "sv" are Swedish, or "en"
	Prefix    string // put before every id, where several texts stand on one page: "svar-7-"
}

// Result is a rendered text.
type Result struct {
	HTML     string    // safe to put into a page as it is
	Outline  []Heading // h2 and h3 in order
	Text     string    // plain text for search, one line a block, without definitions
	Links    []Link    // every link into the site, fragments of the same text excepted
	Images   []Image   // every image named, found or not
	Problems []Problem // in order of lines; at most a hundred
}

// Heading is one entry of a table of contents.
type Heading struct {
	ID, Title string
	Level     int
}

// Link is a link into the site: Path begins with "/" and may have query and fragment.
type Link struct {
	Path string
	Line int
}

// Image is an image a text asks for, by the name given there.
type Image struct {
	Name string
	Line int
}

// Renderer renders Markdown. Make one with [New] and share it: it holds no state of
// the texts it renders and may be used by many goroutines at once.
type Renderer struct {
	parser   parser.Parser
	renderer renderer.Renderer
	policy   *bluemonday.Policy
}

// New makes a renderer; it costs a few milliseconds, most of them the policy's.
func New() *Renderer {
	return &Renderer{parser: newParser(), renderer: newNodeRenderer(), policy: newPolicy()}
}

// Render renders a body. Faults that leave the rest readable are in Result.Problems.
// The error is a *Problem and means that the whole text is refused: too large, not
// UTF-8, or built so that rendering it would cost too much; the result is then empty.
func (r *Renderer) Render(body string, env Env) (Result, error) {
	env.Line = max(env.Line, 1)
	source := []byte(body)
	if p := readable(source, env.Line); p != nil {
		return Result{}, p
	}
	source = lineFeeds(source)
	if bytes.Count(source, []byte("\n")) > maxLines {
		return Result{}, newProblem(0, msgTooManyLines, maxLines)
	}
	ids := newIDs()
	parsed := newState(ids)
	tree := r.parser.Parse(text.NewReader(source), parser.WithContext(parsed))
	if parsed.spent != "" {
		return Result{}, newProblem(lineAt(source, parsed.at, env.Line), parsed.spent)
	}
	s := newSurvey(source, &env, ids)
	s.document(tree, parsed.footnotes)
	if s.refused != nil {
		return Result{}, s.refused
	}
	out := &page{survey: s}
	out.Grow(2 * len(source))
	if err := r.renderer.Render(out, source, tree); err != nil {
		return Result{}, newProblem(0, msgNotRendered, err)
	}
	s.result.HTML = s.fillSlots(dropControls(r.policy.SanitizeBytes(out.Bytes())))
	return s.result, nil
}

// lineFeeds makes the line ends of forms and of other systems into ours.
func lineFeeds(source []byte) []byte {
	if bytes.IndexByte(source, '\r') < 0 {
		return source
	}
	source = bytes.ReplaceAll(source, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(source, []byte("\r"), []byte("\n"))
}

// dropControls takes away control characters: HTML dislikes them and the XML of feeds
// forbids them, as it does the last two code points of the basic plane.
func dropControls(b []byte) []byte {
	for i, c := range b {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c == 0xef && bytes.HasPrefix(b[i:], []byte("\xef\xbf")) {
			return bytes.Map(printable, b)
		}
	}
	return b
}

func printable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == 0xfffe || r == 0xffff {
		return -1
	}
	return r
}

// fillSlots puts the charts where the sanitised HTML has kept their places: each once
// and in order, so that no text can multiply them.
func (s *survey) fillSlots(sanitised []byte) string {
	if len(s.slots) == 0 {
		return string(sanitised)
	}
	var b strings.Builder
	rest := string(sanitised)
	for i, chart := range s.slots {
		before, after, found := strings.Cut(rest, slotMark(i))
		if !found {
			continue
		}
		b.WriteString(before)
		b.WriteString(chart)
		rest = after
	}
	b.WriteString(rest)
	return b.String()
}

// sortProblems puts problems in order of lines.
func sortProblems(list []Problem) {
	sort.SliceStable(list, func(i, j int) bool { return list[i].Line < list[j].Line })
}
