package find

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/clock"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/web"
)

// Answer is what /api/v1/search answers.
type Answer struct {
	Query      string             `json:"query"`
	Total      int                `json:"total"`
	Took       int64              `json:"took_ms"`
	Hits       []Found            `json:"hits"`
	Facets     map[string][]Count `json:"facets"`
	Suggestion string             `json:"suggestion"`
	Partial    bool               `json:"partial"`  // no document has all the words
	Degraded   bool               `json:"degraded"` // the database answered in the index's place
}

// Found is a hit; Snippet is escaped HTML in which only <mark> appears.
type Found struct {
	Kind      string    `json:"kind"`
	Title     string    `json:"title"`
	URL       string    `json:"url"`
	Snippet   string    `json:"snippet"`
	UpdatedAt time.Time `json:"updated_at"`
	Score     float64   `json:"score"`
}

// Count is how many of the hits have a facet's value.
type Count struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Suggestions is what /api/v1/suggest answers.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions"`
}

// Suggestion is a page to go to.
type Suggestion struct {
	Title string `json:"title"`
	Kind  string `json:"kind"`
	Label string `json:"label"` // what people call the kind
	URL   string `json:"url"`
}

const (
	defaultLimit   = 20
	maxLimit       = 200
	maxOffset      = 10_000
	maxSuggestions = 8
	looked         = 3 * maxSuggestions // titles of which they are chosen
)

// Search serves /api/v1/search, chosen by ?q=, the facets' names, ?limit= and ?offset=.
func (h *Handler) Search(c *fiber.Ctx) error {
	begin := h.site.Now()
	q, err := h.readQuery(c)
	if err != nil {
		return err
	}
	result, err := h.search.Search(c.UserContext(), q)
	if err != nil {
		return err
	}
	answer := Answer{
		Query: q.Text, Total: result.Total, Hits: []Found{}, Facets: map[string][]Count{}, Suggestion: result.Suggestion,
		Partial: result.Partial, Degraded: result.Degraded,
	}
	for _, hit := range result.Hits {
		answer.Hits = append(answer.Hits, Found{
			Kind: hit.Kind, Title: hit.Name, URL: h.site.BaseURL + hit.Path, Snippet: string(hit.Snippet),
			UpdatedAt: hit.Date.In(clock.Stockholm()), Score: hit.Score,
		})
	}
	options, err := h.options(c.UserContext(), result)
	if err != nil {
		return err
	}
	for _, name := range names() {
		answer.Facets[name] = counted(options[name])
	}
	answer.Took = h.site.Now().Sub(begin).Milliseconds()
	return send(c, answer)
}

// Suggest serves /api/v1/suggest for ?q=: pages whose titles have the words, the last as far as it is typed. Pages that stay come
// before news and events, of which there are many with much the same titles.
func (h *Handler) Suggest(c *fiber.Ctx) error {
	found, err := h.search.Suggest(c.UserContext(), web.Query(c, "q"), looked)
	if err != nil {
		return err
	}
	slices.SortStableFunc(found, func(a, b search.Suggestion) int { return cmp.Compare(passing(a), passing(b)) })
	answer := Suggestions{Suggestions: []Suggestion{}}
	for _, s := range found[:min(len(found), maxSuggestions)] {
		answer.Suggestions = append(answer.Suggestions, Suggestion{Title: s.Title, Kind: s.Kind, Label: h.kind(s.Kind).Title, URL: h.site.BaseURL + s.Path})
	}
	return send(c, answer)
}

// passing is 1 for what is of its day and 0 for what stays.
func passing(s search.Suggestion) int {
	if s.Kind == document.News || s.Kind == document.Event {
		return 1
	}
	return 0
}

// send answers what depends on who asks: nobody keeps it.
func send(c *fiber.Ctx, answer any) error {
	data, err := json.Marshal(answer)
	if err != nil {
		return fault.Wrap(err, "writing an answer as JSON")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(data)
}

// readQuery returns Invalid, which names every parameter to mend. An empty parameter is as good as none.
func (h *Handler) readQuery(c *fiber.Ctx) (search.Query, error) {
	q := search.Query{Text: web.Query(c, "q"), Facets: names(), Filter: search.Filter{
		Area: web.Query(c, "area"), Challenge: web.Query(c, "challenge"), County: web.Query(c, "county"), Group: web.Query(c, "group"),
	}}
	var wrong []string
	if kind := web.Query(c, "kind"); kind != "" {
		q.Kinds = []string{kind}
		if h.kind(kind).Name == "" || document.Public(kind) != kind {
			wrong = append(wrong, "Parametern kind är ingen sort som finns.")
		}
	}
	read := func(name string, missing, least, most int) int {
		n, err := missing, error(nil)
		if text := web.Query(c, name); text != "" {
			n, err = strconv.Atoi(text)
		}
		if err != nil || n < least || n > most {
			wrong = append(wrong, fmt.Sprintf("Parametern %s ska vara ett heltal från %d till %d.", name, least, most))
		}
		return n
	}
	q.Year = read("year", 0, 0, 9999)
	q.Limit = read("limit", defaultLimit, 1, maxLimit)
	q.Offset = read("offset", 0, 0, maxOffset)
	if len(wrong) > 0 {
		return search.Query{}, fault.New(fault.Invalid, strings.Join(wrong, " "), nil)
	}
	return q, nil
}
