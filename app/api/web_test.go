package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/web/webtest"
)

type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
}

func problemOf(t *testing.T, answer *http.Response, body string) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if h := answer.Header; h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" || p.Status != answer.StatusCode || p.Title == "" || p.Instance == "" {
		t.Errorf("no problem details: %d %v %s", answer.StatusCode, h, body)
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
			res, body := h.get("/api/v1/documents" + row.query)
			p := problemOf(t, res, body)
			if res.StatusCode != http.StatusUnprocessableEntity || strings.Contains(body, "alert") {
				t.Errorf("%.60s: %d %s", row.query, res.StatusCode, body)
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
	h := newHouse(t, dbtest.Any(t), content(), nil)
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
		res, body := h.Do(t, webtest.Request(row.method, row.path, nil, "Sec-Fetch-Site", "same-origin"))
		problemOf(t, res, body)
		if res.StatusCode != row.status || res.Header.Get("Allow") != row.allow {
			t.Errorf("%s %s: %d, Allow %q", row.method, row.path, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	if res, body := h.Do(t, webtest.Request(http.MethodHead, "/api/v1/documents", nil)); res.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: %d %q", res.StatusCode, body)
	}
}

func TestADatabaseThatIsAwayIsAProblem(t *testing.T) {
	d := dbtest.Any(t)
	h := newHouse(t, d, content(), nil)
	h.get("/api/v1/documents?kind=news")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	res, body := h.get("/api/v1/documents?kind=term")
	if p := problemOf(t, res, body); res.StatusCode < 500 || strings.Contains(strings.ToLower(p.Detail), "sql") {
		t.Errorf("%d %s", res.StatusCode, p.Detail)
	}
	if res, _ := h.get("/api/v1/documents?kind=news"); res.StatusCode != http.StatusOK {
		t.Errorf("what the cache holds: %d", res.StatusCode)
	}
	if res, _ := h.get("/api/v1/openapi.json"); res.StatusCode != http.StatusOK {
		t.Errorf("the description: %d", res.StatusCode)
	}
}

func TestJSONIsKeptTaggedAndTheSameForEveryHost(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), nil)
	for _, path := range []string{"/api/v1/documents", "/api/v1/openapi.json"} {
		first, body := h.Get(t, path, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "gopher")
		_, again := h.Get(t, path)
		if body != again || strings.Contains(body, "evil") || first.Header.Get("Cache-Control") != "no-cache" || first.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, first.Header)
		}
		if res, _ := h.Get(t, path, "If-None-Match", first.Header.Get("ETag")); res.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d with the tag known", path, res.StatusCode)
		}
		if res, _ := h.Get(t, path, "Accept-Encoding", "gzip"); res.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not compressed", path)
		}
	}
}
