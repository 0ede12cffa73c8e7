package find_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"nuso.se/app/access"
	"nuso.se/app/api"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/find"
	"nuso.se/app/web/webtest"
)

// described asks for an address and fails when the answer, or that there is one, is not as openapi.json says.
func (h *house) described(address string, into any) int {
	h.t.Helper()
	answer, body := h.Get(h.t, address)
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec())
	if err != nil {
		h.t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		h.t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		h.t.Fatal(err)
	}
	request := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
	route, params, err := router.FindRoute(request)
	if err != nil {
		h.t.Fatalf("%s: %v", address, err)
	}
	asked := &openapi3filter.RequestValidationInput{Request: request, Route: route, PathParams: params}
	if err := openapi3filter.ValidateRequest(h.t.Context(), asked); (err == nil) != (answer.StatusCode == http.StatusOK) {
		h.t.Errorf("%s: status %d, but as described: %v", address, answer.StatusCode, err)
	}
	given := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: asked, Status: answer.StatusCode, Header: answer.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(h.t.Context(), given.SetBodyBytes([]byte(body))); err != nil {
		h.t.Errorf("%s: the answer is not as described: %v\n%s", address, err, body)
	}
	if answer.StatusCode == http.StatusOK {
		if store := answer.Header.Get("Cache-Control"); store != "no-store" {
			h.t.Errorf("%s may be kept: %s", address, store)
		}
		decoder := json.NewDecoder(strings.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(into); err != nil {
			h.t.Errorf("%s: %v", address, err)
		}
	}
	return answer.StatusCode
}

func (h *house) found(query string) find.Answer {
	h.t.Helper()
	var answer find.Answer
	if status := h.described("/api/v1/search"+query, &answer); status != http.StatusOK {
		h.t.Errorf("%s: status %d", query, status)
	}
	return answer
}

func TestTheJSONIsWhatTheContractSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, false, files())
		got := h.found("?q=%C3%96kad+oro&limit=1")
		want := find.Answer{
			Query: "Ökad oro", Total: 1,
			Hits: []find.Found{{
				Kind: "news", Title: "Ökad oro", URL: webtest.BaseURL + "/nyheter/oro", UpdatedAt: clock.At(2026, 3, 24, 0, 0, 0),
				Snippet: "Fler anmälningar om <mark>oro</mark> &amp; ängslan. Återkommande SKOLFRÅNVARO, 100 % säkert.",
			}},
			Facets: map[string][]find.Count{
				"kind": {{Value: "news", Count: 1}}, "area": {{Value: "delstudie-1", Count: 1}}, "challenge": {}, "county": {}, "group": {},
				"year": {{Value: "2026", Count: 1}},
			},
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(find.Answer{}, "Took"), cmpopts.IgnoreFields(find.Found{}, "Score")); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		if got.Hits[0].Score <= 0 || got.Took < 0 {
			t.Errorf("score %g, took %d", got.Hits[0].Score, got.Took)
		}
	})
}

func TestTheJSONOfManySearches(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), false, files())
	for _, row := range []struct {
		name, query string
		total       int
		check       func(find.Answer) bool
	}{
		{"nothing asked", "", 0, func(a find.Answer) bool { return len(a.Facets) == 6 && a.Hits != nil }},
		{"an empty text", "?q=", 0, nil},
		{"empty choices are none", "?q=skolfr%C3%A5nvaro&kind=&area=&challenge=&county=&group=&year=&limit=&offset=", 3, func(a find.Answer) bool { return len(a.Hits) == 3 }},
		{"a kind", "?q=skolfr%C3%A5nvaro&kind=page", 1, func(a find.Answer) bool { return len(a.Facets["kind"]) == 2 && len(a.Facets["area"]) == 0 }},
		{"an area", "?q=skolfr%C3%A5nvaro&area=delstudie-1", 1, nil},
		{"a year", "?q=skolfr%C3%A5nvaro&year=2025", 2, nil},
		{"what nothing has", "?q=skolfr%C3%A5nvaro&county=17&group=C6&challenge=x", 0, nil},
		{"a part", "?q=skolfr%C3%A5nvaro&limit=2", 3, func(a find.Answer) bool { return len(a.Hits) == 2 }},
		{"the rest", "?q=skolfr%C3%A5nvaro&limit=2&offset=2", 3, func(a find.Answer) bool { return len(a.Hits) == 1 }},
		{"beyond the end", "?q=skolfr%C3%A5nvaro&offset=10000", 3, func(a find.Answer) bool { return len(a.Hits) == 0 }},
		{"as many as there may be", "?q=skolfr%C3%A5nvaro&limit=200", 3, nil},
		{"a slip", "?q=skolfr%C3%A5nvraro", 3, func(a find.Answer) bool { return a.Suggestion == "skolfrånvaro" }},
		{"some of the words", "?q=familjehem+oro", 2, func(a find.Answer) bool { return a.Partial }},
		{"an area that may not be seen is not counted", "?q=annat", 1, func(a find.Answer) bool { return len(a.Facets["area"]) == 0 }},
		{"a closed word", "?q=planteratord", 0, func(a find.Answer) bool { return a.Suggestion == "" }},
		{"an unknown parameter", "?q=oro&utm=x", 1, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := h.found(row.query); got.Total != row.total || got.Degraded || row.check != nil && !row.check(got) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTheJSONRefusesWhatIsOutOfRange(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), false, files())
	for _, query := range []string{
		"limit=0", "limit=201", "limit=-1", "limit=x", "limit=1.5", "limit=99999999999999999999", "offset=-1", "offset=10001", "offset=x",
		"year=x", "year=-1", "year=10000", "kind=help", "kind=nyheter", "kind=News",
	} {
		if status := h.described("/api/v1/search?q=oro&"+query, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d, want 422", query, status)
		}
	}
	if _, body := h.Get(t, "/api/v1/search?limit=0&offset=x"); !strings.Contains(body, "limit") || !strings.Contains(body, "offset") {
		t.Errorf("not everything that is wrong is named: %s", body)
	}
}

func TestTheJSONOfADatabaseInTheIndexesPlace(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), true, files())
	if got := h.found("?q=skolfr%C3%A5nvaro"); !got.Degraded || got.Total != 3 || got.Hits[0].Score != 1 {
		t.Errorf("%+v", got)
	}
}

func TestSuggestions(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), false, files())
	suggestions := func(q string) []find.Suggestion {
		t.Helper()
		var answer find.Suggestions
		h.described("/api/v1/suggest?q="+url.QueryEscape(q), &answer)
		return answer.Suggestions
	}
	want := []find.Suggestion{{Title: "löpnummer", Kind: "term", Label: "Ord", URL: webtest.BaseURL + "/ordlista#lopnummer"}}
	for _, q := range []string{"löpn", "lopn", "LÖPNUMMER", "löpnumer", strings.Repeat("löpn ", 2_000)} {
		if diff := cmp.Diff(want, suggestions(q)); diff != "" {
			t.Errorf("%s: - want, + got:\n%s", q, diff)
		}
	}
	for _, q := range []string{"", "*", "xyzzyx", "stäng", "utkast", "hemligt"} {
		if got := suggestions(q); got == nil || len(got) > 0 {
			t.Errorf("%.20q: %v, want an empty list", q, got)
		}
	}
	h.Actor = access.Actor{Role: access.Editor}
	if got := suggestions("utkast"); len(got) != 1 {
		t.Errorf("an editor: %v", got)
	}
}

func TestPagesThatStayAreSuggestedBeforeNews(t *testing.T) {
	many := files()
	for i := range 12 {
		many[fmt.Sprintf("nyheter/insats-%02d.md", i)] = "title: Insats i korthet\n"
	}
	h := newHouse(t, dbtest.Any(t), false, many)
	var answer find.Suggestions
	h.described("/api/v1/suggest?q=insats", &answer)
	if got := answer.Suggestions; len(got) != 8 || got[0].Kind != "study_area" || got[1].Kind != "news" {
		t.Errorf("%v", got)
	}
}
