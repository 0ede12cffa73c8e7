package stub

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// say sends a request and returns the answer's status and body.
func say(t *testing.T, s *Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+Key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatalf("%s %s: %q", method, path, text)
	}
	return answer.StatusCode, read
}

// done sends a request that becomes a task and returns how that ends.
func done(t *testing.T, s *Server, method, path, body string) string {
	t.Helper()
	status, info := say(t, s, method, path, body)
	if status != http.StatusAccepted {
		return fmt.Sprint(status, " ", info["code"])
	}
	for range 500 {
		_, task := say(t, s, "GET", fmt.Sprintf("/tasks/%v", info["taskUid"]), "")
		if task["status"] == "failed" {
			return fmt.Sprint("failed ", task["error"].(map[string]any)["code"])
		}
		if task["status"] == "succeeded" {
			return "succeeded"
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("the task does not end")
	return ""
}

func TestTasksDoWhatTheDocumentationSays(t *testing.T) {
	s := New(t)
	for _, row := range []struct{ what, method, path, body, want string }{
		{"an index is made", "POST", "/indexes", `{"uid":"a","primaryKey":"key"}`, "succeeded"},
		{"but once", "POST", "/indexes", `{"uid":"a"}`, "failed index_already_exists"},
		{"a name has no spaces", "POST", "/indexes", `{"uid":"a b"}`, "400 invalid_index_uid"},
		{"unknown settings are refused", "PATCH", "/indexes/a/settings", `{"colour":"red"}`, "400 bad_request"},
		{"settings are kept", "PATCH", "/indexes/a/settings", `{"searchableAttributes":["title"],"filterableAttributes":["n"]}`, "succeeded"},
		{"documents are added", "POST", "/indexes/a/documents", `[{"key":"1","title":"ord","n":1},{"key":"2","title":"ord","n":2}]`, "succeeded"},
		{"all or none", "POST", "/indexes/a/documents", `[{"key":"3"},{"id":"4"}]`, "failed missing_document_id"},
		{"with keys of few signs", "POST", "/indexes/a/documents", `[{"key":"å"}]`, "failed invalid_document_id"},
		{"what is no JSON is refused", "POST", "/indexes/a/documents", `[{`, "400 malformed_payload"},
		{"documents make an index", "POST", "/indexes/b/documents", `[{"id":"1"}]`, "succeeded"},
		{"if they have a key", "POST", "/indexes/c/documents", `[{"name":"1"}]`, "failed index_primary_key_no_candidate_found"},
		{"two indexes change places", "POST", "/swap-indexes", `[{"indexes":["a","b"],"rename":false}]`, "succeeded"},
		{"and back", "POST", "/swap-indexes", `[{"indexes":["a","b"]}]`, "succeeded"},
		{"but not with one that is missing", "POST", "/swap-indexes", `[{"indexes":["a","x"]}]`, "failed index_not_found"},
		{"which is a name to take", "POST", "/swap-indexes", `[{"indexes":["b","x"],"rename":true}]`, "succeeded"},
		{"when it is free", "POST", "/swap-indexes", `[{"indexes":["x","a"],"rename":true}]`, "failed index_already_exists"},
		{"documents go", "POST", "/indexes/a/documents/delete-batch", `["2","9"]`, "succeeded"},
		{"not from what is missing", "POST", "/indexes/y/documents/delete-batch", `["2"]`, "failed index_not_found"},
		{"an index goes", "DELETE", "/indexes/x", "", "succeeded"},
		{"but once", "DELETE", "/indexes/x", "", "failed index_not_found"},
	} {
		if got := done(t, s, row.method, row.path, row.body); got != row.want {
			t.Errorf("%s: %s, want %s", row.what, got, row.want)
		}
	}
	if status, page := say(t, s, "POST", "/indexes/a/documents/fetch", `{"fields":["key"],"limit":10}`); status != 200 || fmt.Sprint(page["results"]) != "[map[key:1]]" {
		t.Errorf("documents: %d %v", status, page)
	}
	if status, e := say(t, s, "GET", "/indexes/x", ""); status != 404 || e["code"] != "index_not_found" || e["type"] != "invalid_request" {
		t.Errorf("a missing index: %d %v", status, e)
	}
	if status, e := say(t, s, "GET", "/tasks/999", ""); status != 404 || e["code"] != "task_not_found" {
		t.Errorf("a missing task: %d %v", status, e)
	}
}

func TestKeysAreAskedFor(t *testing.T) {
	s := New(t)
	answer, err := http.Get(s.URL + "/version")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a key: %d", answer.StatusCode)
	}
	s.SetKey("another")
	if status, e := say(t, s, "GET", "/version", ""); status != http.StatusForbidden || e["code"] != "invalid_api_key" || e["type"] != "auth" {
		t.Errorf("with a wrong key: %d %v", status, e)
	}
}

func TestFiltersAreEvaluated(t *testing.T) {
	d := document{"kind": "News", "tags": []any{"a", "b c"}, "n": json.Number("5"), "draft": false, "odd": `x"y`}
	filterable := []string{"kind", "tags", "n", "draft", "odd", "none"}
	for text, want := range map[string]string{
		"": "true", `kind = news`: "true", `kind = "NEWS"`: "true", `kind != news`: "false", `kind = study`: "false", `none = x`: "false", `none != x`: "true",
		`tags = a`: "true", `tags = "b c"`: "true", `tags = b`: "false", `tags IN ["x", 'a']`: "true", `tags IN []`: "false", `tags IN [x]`: "false", `tags != a`: "false",
		`n = 5`: "true", `n < 5`: "false", `n <= 5.0`: "true", `n > 4`: "true", `n >= 6`: "false", `kind > 3`: "false", `draft = false`: "true",
		`kind STARTS WITH "ne"`: "true", `tags STARTS WITH b`: "true", `kind STARTS WITH ew`: "false", `odd = "x\"y"`: "true",
		`kind = x OR kind = news AND n = 4`: "false", `(kind = x OR kind = news) AND n = 5`: "true", `NOT kind = x`: "true", `NOT (kind = news AND n = 5)`: "false",
		`secret = 1`: "attribute `secret` is not filterable", `kind`: "was expecting an operation", `kind =`: "was expecting a value", `kind = (`: "was expecting a value",
		`(kind = x`: "closing delimiter", `kind = x y`: "unexpected characters", `kind = "x`: "was expecting", `kind IN x`: "expected `[`", `kind = x OR`: "was expecting a value",
	} {
		got := ""
		passes, err := newFilter(text, filterable)
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint(passes(d))
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, filter := range []any{nil, []any{"kind = news", []any{"n = 4", "n = 5"}}} {
		if passes, err := newFilter(filter, filterable); err != nil || !passes(d) {
			t.Errorf("%v: %v", filter, err)
		}
	}
	for _, filter := range []any{7, []any{7}, []any{[]any{7}}, []any{[]any{"x = 1"}}} {
		if _, err := newFilter(filter, filterable); err == nil {
			t.Errorf("%v is taken for a filter", filter)
		}
	}
}

func TestSearchesAreAnsweredOrRefused(t *testing.T) {
	s := New(t)
	done(t, s, "POST", "/indexes", `{"uid":"a","primaryKey":"key"}`)
	done(t, s, "PATCH", "/indexes/a/settings", `{"searchableAttributes":["title"],"filterableAttributes":["kind"],"sortableAttributes":["date"],"typoTolerance":{"enabled":true,"minWordSizeForTypos":{"oneTypo":4,"twoTypos":8}}}`)
	done(t, s, "POST", "/indexes/a/documents", `[{"key":"1","title":"ny blankett för oro","kind":"news","date":1},{"key":"2","title":"gammal blankett","kind":"page","date":2}]`)
	one := func(q string) string {
		return `{"federation":{},"queries":[{"indexUid":"a","attributesToSearchOn":["title"],"attributesToRetrieve":["key"],"matchingStrategy":"all",` + q + `}]}`
	}
	for _, row := range []struct{ what, body, want string }{
		{"a word, the newest first", one(`"q":"blankett"`), "200 2 1"},
		{"a phrase", one(`"q":"\"ny blankett\""`), "200 1"},
		{"a phrase in another order", one(`"q":"\"blankett ny\""`), "200"},
		{"a slip", one(`"q":"blnakett"`), "200 2 1"},
		{"no slip in quotes", one(`"q":"\"blnakett\""`), "200"},
		{"a slip in the first letter counts twice", one(`"q":"xammal "`), "200"},
		{"a beginning", one(`"q":"ny blank"`), "200 1"},
		{"a beginning is the last word only", one(`"q":"blank ny"`), "200"},
		{"nor is it one before a space", one(`"q":"blank "`), "200"},
		{"a filter", one(`"q":"blankett","filter":["kind = news"]`), "200 1"},
		{"a filter that is none", one(`"q":"blankett","filter":"kind == news"`), "400 invalid_search_filter"},
		{"another sort", one(`"q":"blankett","sort":["title:asc"]`), "400 invalid_search_sort"},
		{"another field", `{"federation":{},"queries":[{"indexUid":"a","q":"x","attributesToSearchOn":["kind"]}]}`, "400 invalid_search_attributes_to_search_on"},
		{"another index", `{"federation":{},"queries":[{"indexUid":"b","q":"x"}]}`, "400 index_not_found"},
		{"a field that nobody knows", one(`"q":"x","facets":["kind"]`), "400 bad_request"},
		{"with and without words", `{"federation":{},"queries":[{"indexUid":"a","q":"x"},{"indexUid":"a","q":""}]}`, "400 invalid_multi_search_query_ranking_rules"},
		{"the best of two", `{"federation":{"limit":1},"queries":[{"indexUid":"a","q":"blankett","attributesToSearchOn":["title"],"attributesToRetrieve":["key"]},{"indexUid":"a","q":"oro","attributesToSearchOn":["title"],"attributesToRetrieve":["key"],"federationOptions":{"weight":2}}]}`, "200 1"},
		{"facets that cannot be counted", `{"federation":{"facetsByIndex":{"a":["title"]},"mergeFacets":{}},"queries":[{"indexUid":"a","q":"x"}]}`, "400 invalid_multi_search_facets"},
	} {
		status, answer := say(t, s, "POST", "/multi-search", row.body)
		got := fmt.Sprint(status)
		if code, ok := answer["code"]; ok {
			got += fmt.Sprint(" ", code)
		}
		hits, _ := answer["hits"].([]any)
		for _, h := range hits {
			got += fmt.Sprint(" ", h.(map[string]any)["key"])
		}
		if got != row.want {
			t.Errorf("%s: %s, want %s", row.what, got, row.want)
		}
	}
}
