package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/api"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/themes"
)

const base = "https://nuso.example"

// house is the site with the JSON routes as main puts it together. The actor is who every request comes from.
type house struct {
	t     *testing.T
	clock *clock.Fake
	docs  *document.Service
	api   *api.Service
	app   *fiber.App
	spec  routers.Router
	actor access.Actor
}

// source tells the page cache what main tells it.
type source struct {
	*db.DB
	docs *document.Service
}

// NextTurn returns when a document next appears or disappears.
func (s source) NextTurn(ctx context.Context) (time.Time, error) { return s.docs.NextTurn(ctx) }

// kinds are all of the site; an event's own front matter is nothing to JSON.
func kinds() []document.Kind {
	all := []document.Kind{news.Kind(), study.Kind(), publication.Kind()}
	all = append(all, research.Kinds()...)
	event := document.Kind{Name: document.Event, Folder: "kalender", Section: "/kalender", New: func() document.FrontMatter { return new(page.Page) }}
	return append(append(all, event, glossary.Kind()), page.Kinds(nil)...)
}

func newHouse(t *testing.T, d *db.DB, files fstest.MapFS, ready *api.Ready) *house {
	t.Helper()
	h := &house{t: t, clock: clock.NewFake(clock.At(2026, time.March, 10, 12, 0, 0)), spec: newSpec(t)}
	h.docs = document.New(d, h.clock.Now, base, kinds(), nil)
	h.sync(files)
	site, err := web.New(web.Options{
		BaseURL: base, Secret: bytes.Repeat([]byte("s"), 32), Now: h.clock.Now, Log: slog.New(slog.DiscardHandler), Theme: theme(t),
		Dist: fstest.MapFS{}, Source: source{d, h.docs},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.api, h.app = api.New(h.docs, base), site.App()
	h.app.Use(func(c *fiber.Ctx) error {
		c.SetUserContext(access.With(c.UserContext(), h.actor))
		return c.Next()
	})
	handler := api.NewHandler(site, h.api, ready)
	h.app.Get("/healthz", handler.Health)
	h.app.Get("/readyz", handler.Ready)
	v1 := h.app.Group("/api", web.JSON)
	v1.Get("/v1/openapi.json", handler.OpenAPI)
	v1.Get("/v1/documents", handler.Documents)
	return h
}

// theme is the real one but for the other features' views.
func theme(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, pattern := range []string{"layouts/*.html", "partials/*.html", "error/*.html"} {
		names, err := fs.Glob(themes.Files, "nuso/"+pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(themes.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			out[strings.TrimPrefix(name, "nuso/")] = &fstest.MapFile{Data: text}
		}
	}
	return out
}

func newSpec(t *testing.T) routers.Router {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec())
	if err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// sync imports the files and fails for any fault in them.
func (h *house) sync(files fstest.MapFS) {
	h.t.Helper()
	report, err := h.docs.Sync(access.System(context.Background()), files, false)
	if err != nil || len(report.Problems) > 0 {
		h.t.Fatalf("sync: %v %v", err, report.Problems)
	}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (h *house) ask(method, path string, headers ...string) answer {
	h.t.Helper()
	req := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := h.app.Test(req, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// get asks a described route and fails when the answer is another than openapi.json says.
func (h *house) get(path string, headers ...string) answer {
	h.t.Helper()
	a := h.ask(http.MethodGet, path, headers...)
	request := described(h.t, h.spec, path)
	if a.status == http.StatusOK {
		if err := openapi3filter.ValidateRequest(h.t.Context(), request); err != nil {
			h.t.Errorf("%s is answered but not described: %v", path, err)
		}
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: a.status, Header: a.header, Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(h.t.Context(), response.SetBodyBytes([]byte(a.body))); err != nil {
		h.t.Errorf("%s: the answer is not as described: %v\n%s", path, err, a.body)
	}
	return a
}

// described finds the route of a GET request in openapi.json.
func described(t *testing.T, spec routers.Router, path string) *openapi3filter.RequestValidationInput {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
	route, params, err := spec.FindRoute(req)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return &openapi3filter.RequestValidationInput{Request: req, Route: route, PathParams: params}
}

// text is a content file with the lines given in its front matter.
func text(id, title, date string, more ...string) *fstest.MapFile {
	head := fmt.Sprintf("---\nid: %s\ntitle: %q\ndate: %s\n", id, title, date)
	if !strings.Contains(strings.Join(more, "\n"), "summary:") {
		head += "summary: Sammanfattning.\n"
	}
	for _, line := range more {
		head += line + "\n"
	}
	return &fstest.MapFile{Data: []byte(head + "---\n\nBrödtext.\n")}
}

// content is one of every kind that a visitor may see, and what a visitor may not, the word planterat in each.
func content() fstest.MapFS {
	return fstest.MapFS{
		"nyheter/ny.md":                text("nyhet-ny", "Ny", "2026-03-01 10:00", "summary: Det nya."),
		"nyheter/sommar.md":            text("nyhet-sommar", "Sommar", "2025-07-01"),
		"nyheter/inloggad.md":          text("nyhet-inloggad", "Planterat", "2026-01-01", "audience: inloggad"),
		"nyheter/deltagare.md":         text("nyhet-deltagare", "Planterat", "2026-01-01", "audience: deltagare"),
		"nyheter/utkast.md":            text("nyhet-utkast", "Planterat", "2026-01-01", "draft: true"),
		"nyheter/utgangen.md":          text("nyhet-utgangen", "Planterat", "2026-01-01", "unpublish: 2026-02-01"),
		"nyheter/kommande.md":          text("nyhet-kommande", "Planterat", "2026-03-10 13:00"),
		"studieomraden/delstudie-1.md": text("studie-1", "Delstudie 1", "2025-09-19", "order: 1", "state: pågår"),
		"publikationer/pm-1.md":        text("pub-pm-1", "PM 1", "2025-11-01", "number: PM 1", "type: pm", "state: utgiven"),
		"teman/skola.md":               text("tema-skola", "Skola", "2026-02-01", "order: 1", "question: Hur?"),
		"projekt/team.md":              text("projekt-team", "Team", "2026-02-10", "themes: [skola]", "order: 1", "stage: idé"),
		"kalender/mote.md":             text("handelse-mote", "Möte", "2026-01-22"),
		"ordlista/insats.md":           text("term-insats", "insats", "2025-09-19"),
		"ordlista/hemlig.md":           text("term-hemlig", "planterat", "2025-09-19", "audience: deltagare"),
		"sidor/om.md":                  text("sida-om", "Om NUSO", "2025-01-01"),
		"hjalp/floden.md":              text("hjalp-floden", "Flöden", "2025-03-03", "order: 1"),
	}
}
