package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"nuso.se/app/api"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// house is the site with the JSON routes as main puts it together.
type house struct {
	*webtest.Pages
	t    *testing.T
	api  *api.Service
	spec routers.Router
}

func kinds() []document.Kind {
	all := append([]document.Kind{news.Kind(), study.Kind(), publication.Kind()}, research.Kinds()...)
	return append(append(all, schedule.Kind(), glossary.Kind()), page.Kinds(nil)...)
}

func newHouse(t *testing.T, d *db.DB, files map[string]string, ready *api.Ready) *house {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 10, 12, 0, 0))
	docs := documenttest.New(t, d, fake.Now, kinds(), files)
	h := &house{t: t, Pages: webtest.New(t, fake, nil, documenttest.Cached(d, docs)), api: api.New(docs, webtest.BaseURL), spec: newSpec(t)}
	handler := api.NewHandler(h.Site, h.api, ready)
	h.App.Get("/healthz", handler.Health)
	h.App.Get("/readyz", handler.Ready)
	v1 := h.App.Group("/api", web.JSON)
	v1.Get("/v1/openapi.json", handler.OpenAPI)
	v1.Get("/v1/documents", handler.Documents)
	return h
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

// get asks a described route and fails when the answer is another than openapi.json says.
func (h *house) get(path string, headers ...string) (*http.Response, string) {
	h.t.Helper()
	answer, body := h.Get(h.t, path, headers...)
	request := described(h.t, h.spec, path)
	if answer.StatusCode == http.StatusOK {
		if err := openapi3filter.ValidateRequest(h.t.Context(), request); err != nil {
			h.t.Errorf("%s is answered but not described: %v", path, err)
		}
	}
	response := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: request, Status: answer.StatusCode, Header: answer.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(h.t.Context(), response.SetBodyBytes([]byte(body))); err != nil {
		h.t.Errorf("%s: the answer is not as described: %v\n%s", path, err, body)
	}
	return answer, body
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

// content is one of every kind that a visitor may see, and what a visitor may not, the word planterat in each.
func content() map[string]string {
	return map[string]string{
		"nyheter/ny.md":                "title: Ny\ndate: 2026-03-01 10:00\nsummary: Det nya.\n",
		"nyheter/sommar.md":            "title: Sommar\ndate: 2025-07-01\n",
		"nyheter/inloggad.md":          "title: Planterat\naudience: inloggad\n",
		"nyheter/deltagare.md":         "title: Planterat\naudience: deltagare\n",
		"nyheter/utkast.md":            "title: Planterat\ndraft: true\n",
		"nyheter/utgangen.md":          "title: Planterat\nunpublish: 2026-02-01\n",
		"nyheter/kommande.md":          "title: Planterat\ndate: 2026-03-10 13:00\n",
		"studieomraden/delstudie-1.md": "order: 1\nstate: pågår\n",
		"publikationer/pm-1.md":        "number: PM 1\ntype: pm\nstate: utgiven\n",
		"teman/skola.md":               "order: 1\nquestion: Hur?\n",
		"projekt/team.md":              "themes: [skola]\norder: 1\nstage: idé\n",
		"kalender/mote.md":             "type: övrigt\nstart: 2026-01-22\n",
		"ordlista/insats.md":           "title: insats\n",
		"ordlista/hemlig.md":           "title: planterat\naudience: deltagare\n",
		"sidor/om.md":                  "date: 2025-01-01\n",
		"hjalp/floden.md":              "order: 1\n",
	}
}
