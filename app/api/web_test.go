package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
}

func (a answer) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	if a.header.Get("Content-Type") != "application/problem+json" || a.header.Get("Cache-Control") != "no-store" || p.Status != a.status || p.Title == "" || p.Instance == "" {
		t.Errorf("no problem details: %d %v %s", a.status, a.header, a.body)
	}
	return p
}

func TestAWrongParameterIsNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, content(), nil)
		for _, row := range []struct {
			query string
			names []string
		}{
			{"?kind=nyheter", []string{"kind"}},
			{"?kind=help", []string{"kind"}},
			{"?kind=NEWS", []string{"kind"}},
			{"?kind=news,term", []string{"kind"}},
			{"?kind=%3Cscript%3Ealert(1)%3C/script%3E", []string{"kind"}},
			{"?kind=%00", []string{"kind"}},
			{"?kind=%ff", []string{"kind"}},
			{"?kind=news'%20OR%20'1'='1", []string{"kind"}},
			{"?limit=0", []string{"limit"}},
			{"?limit=201", []string{"limit"}},
			{"?limit=-1", []string{"limit"}},
			{"?limit=tio", []string{"limit"}},
			{"?limit=%205", []string{"limit"}},
			{"?limit=1.5", []string{"limit"}},
			{"?limit=1e2", []string{"limit"}},
			{"?limit=99999999999999999999", []string{"limit"}},
			{"?offset=-1", []string{"offset"}},
			{"?offset=x", []string{"offset"}},
			{"?offset=9223372036854775808", []string{"offset"}},
			{"?kind=x&limit=0&offset=-1", []string{"kind", "limit", "offset"}},
			{"?limit=" + strings.Repeat("9", 9000), []string{"limit"}},
		} {
			res := h.get("/api/v1/documents" + row.query)
			p := res.problem(t)
			if res.status != http.StatusUnprocessableEntity || strings.Contains(res.body, "alert") {
				t.Errorf("%.60s: %d %s", row.query, res.status, res.body)
			}
			for _, name := range row.names {
				if !strings.Contains(p.Detail, "Parametern "+name+" ") {
					t.Errorf("%.60s does not name %s: %s", row.query, name, p.Detail)
				}
			}
		}
	})
}

func TestWhatIsNotThereAndWhatIsNotAllowedAreProblems(t *testing.T) {
	h := newHouse(t, dbtest.New(t), content(), nil)
	for _, row := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodGet, "/api", http.StatusNotFound, ""},
		{http.MethodGet, "/api/v1", http.StatusNotFound, ""},
		{http.MethodGet, "/api/v1/saknas", http.StatusNotFound, ""},
		{http.MethodGet, "/api/v2/documents", http.StatusNotFound, ""},
		{http.MethodGet, "/api/v1/documents/ny", http.StatusNotFound, ""},
		{http.MethodPost, "/api/v1/saknas", http.StatusNotFound, ""},
		{http.MethodPost, "/api/v1/documents", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodPut, "/api/v1/documents", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodPatch, "/api/v1/openapi.json", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodDelete, "/api/v1/openapi.json", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodOptions, "/api/v1/documents", http.StatusMethodNotAllowed, "GET, HEAD"},
	} {
		res := h.ask(row.method, row.path, "Sec-Fetch-Site", "same-origin")
		res.problem(t)
		if res.status != row.status || res.header.Get("Allow") != row.allow {
			t.Errorf("%s %s: %d, Allow %q", row.method, row.path, res.status, res.header.Get("Allow"))
		}
	}
	if res := h.ask(http.MethodHead, "/api/v1/documents"); res.status != http.StatusOK || res.body != "" {
		t.Errorf("HEAD: %d %q", res.status, res.body)
	}
}

func TestADatabaseThatIsAwayIsAProblem(t *testing.T) {
	d := dbtest.New(t)
	h := newHouse(t, d, content(), nil)
	h.get("/api/v1/documents?kind=news")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	res := h.get("/api/v1/documents?kind=term")
	if p := res.problem(t); res.status < 500 || strings.Contains(strings.ToLower(p.Detail), "sql") {
		t.Errorf("%d %s", res.status, p.Detail)
	}
	if res := h.get("/api/v1/documents?kind=news"); res.status != http.StatusOK {
		t.Errorf("what the cache holds: %d", res.status)
	}
	if res := h.get("/api/v1/openapi.json"); res.status != http.StatusOK {
		t.Errorf("the description: %d", res.status)
	}
}

func TestJSONIsKeptTaggedAndTheSameForEveryHost(t *testing.T) {
	h := newHouse(t, dbtest.New(t), content(), nil)
	for _, path := range []string{"/api/v1/documents", "/api/v1/openapi.json"} {
		first := h.ask(http.MethodGet, path, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "gopher")
		again := h.ask(http.MethodGet, path)
		if first.body != again.body || strings.Contains(first.body, "evil") || first.header.Get("Cache-Control") != "no-cache" || first.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, first.header)
		}
		if res := h.ask(http.MethodGet, path, "If-None-Match", first.header.Get("ETag")); res.status != http.StatusNotModified {
			t.Errorf("%s: %d with the tag known", path, res.status)
		}
		if res := h.ask(http.MethodGet, path, "Accept-Encoding", "gzip"); res.header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not compressed", path)
		}
	}
}
