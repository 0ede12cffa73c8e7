package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/api"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/web/webtest"
)

func (h *house) documents(query string) (items []map[string]string, total int) {
	h.t.Helper()
	res, body := h.get("/api/v1/documents" + query)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		h.t.Fatalf("%s: %d %s\n%s", query, res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	var list struct {
		Items []map[string]string
		Total int
	}
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&list); err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return list.Items, list.Total
}

func slugs(items []map[string]string) []string {
	out := []string{}
	for _, item := range items {
		out = append(out, item["slug"])
	}
	return out
}

func TestDocumentsAreWhatTheContractSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, content(), nil)
		items, total := h.documents("?kind=news")
		want := []map[string]string{
			{"kind": "news", "slug": "ny", "title": "Ny", "summary": "Det nya.", "url": webtest.BaseURL + "/nyheter/ny", "published_at": "2026-03-01T10:00:00+01:00"},
			{"kind": "news", "slug": "sommar", "title": "Sommar", "summary": "Sammanfattning av sommar.", "url": webtest.BaseURL + "/nyheter/sommar", "published_at": "2025-07-01T00:00:00+02:00"},
		}
		if diff := cmp.Diff(want, items); diff != "" || total != 2 {
			t.Errorf("total %d; - want, + got:\n%s", total, diff)
		}
		for kind, urls := range map[string][]string{
			"study_area":  {"/studieomraden/delstudie-1"},
			"publication": {"/publikationer/pm-1"},
			"theme":       {"/forskning/skola"},
			"project":     {"/forskning/projekt/team"},
			"event":       {"/kalender/mote"},
			"term":        {"/ordlista#insats"},
			"page":        {"/om", "/hjalp/floden"},
		} {
			items, total := h.documents("?kind=" + kind)
			var got []string
			for _, item := range items {
				if item["kind"] != kind {
					t.Errorf("%s has one of kind %s", kind, item["kind"])
				}
				got = append(got, strings.TrimPrefix(item["url"], webtest.BaseURL))
			}
			if !slices.Equal(got, urls) || total != len(urls) {
				t.Errorf("%s: %v (%d), want %v", kind, got, total, urls)
			}
		}
	})
}

func TestAListIsReadInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := map[string]string{}
		for i := range 230 {
			files[fmt.Sprintf("nyheter/rad-%03d.md", i)] = ""
		}
		h := newHouse(t, d, files, nil)
		for _, row := range []struct {
			query       string
			first, last string
			count       int
		}{
			{"", "rad-000", "rad-019", 20},
			{"?kind=&limit=&offset=", "rad-000", "rad-019", 20},
			{"?limit=1", "rad-000", "rad-000", 1},
			{"?limit=200", "rad-000", "rad-199", 200},
			{"?limit=200&offset=200", "rad-200", "rad-229", 30},
			{"?offset=229", "rad-229", "rad-229", 1},
			{"?offset=230", "", "", 0},
			{"?offset=9223372036854775807", "", "", 0},
			{"?unknown=1&limit=2", "rad-000", "rad-001", 2},
		} {
			items, total := h.documents(row.query)
			if len(items) != row.count || total != 230 || (row.count > 0 && (items[0]["slug"] != row.first || items[row.count-1]["slug"] != row.last)) {
				t.Errorf("%q: %d of %d: %v", row.query, len(items), total, slugs(items))
			}
		}
		if _, body := h.get("/api/v1/documents?offset=230"); body != `{"items":[],"total":230}` {
			t.Errorf("an empty part is %s", body)
		}
		ask := func(limit string) int {
			return dbtest.Queries(t, d, func() { h.get("/api/v1/documents?offset=3&limit=" + limit) })
		}
		if few, many := ask("2"), ask("150"); few != many || few != 1 {
			t.Errorf("%d queries for 2 items, %d for 150, want 1", few, many)
		}
	})
}

func TestNothingClosedIsInTheJSON(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, content(), nil)
		for _, kind := range append(h.api.Kinds(), "") {
			for range 2 { // made, then from the cache
				if _, body := h.get("/api/v1/documents?limit=200&kind=" + kind); strings.Contains(strings.ToLower(body), "planterat") {
					t.Errorf("kind %q: %s", kind, body)
				}
			}
		}
		if _, total := h.documents(""); total != 10 {
			t.Errorf("total %d counts what is closed, want 10", total)
		}
	})
}

func TestAnEditorsAnswerIsKeptForNobody(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), nil)
	h.Actor = access.Actor{Role: access.Editor}
	res, body := h.get("/api/v1/documents?limit=200")
	if !strings.Contains(body, "Planterat") || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("ETag") != "" {
		t.Errorf("an editor: Cache-Control %q, ETag %q\n%s", res.Header.Get("Cache-Control"), res.Header.Get("ETag"), body)
	}
	h.Actor = access.Actor{}
	if res, body = h.get("/api/v1/documents?limit=200"); strings.Contains(body, "lanterat") || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("a visitor after an editor: Cache-Control %q\n%s", res.Header.Get("Cache-Control"), body)
	}
}

func TestADocumentAppearsInTheJSONAtItsTime(t *testing.T) {
	h := newHouse(t, dbtest.Any(t), content(), nil)
	if _, total := h.documents("?kind=news"); total != 2 {
		t.Fatalf("total %d", total)
	}
	h.Clock.Set(clock.At(2026, time.March, 10, 13, 0, 0))
	if items, total := h.documents("?kind=news"); total != 3 || items[0]["slug"] != "kommande" {
		t.Errorf("after its time: %v of %d", slugs(items), total)
	}
}

func TestHostileTextIsJustText(t *testing.T) {
	corpus := []string{`<script>alert(1)</script>`, `"}],"total":9,"x":[{"`, `</script><img src=x onerror=alert(1)>`, "a\u2028b\u2029c", `\u0000 \n`, `&lt;b&gt;`, "👩‍👩‍👧 åäö"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		files := map[string]string{}
		for i, hostile := range corpus {
			files[fmt.Sprintf("nyheter/%03d.md", i)] = fmt.Sprintf("title: %q\nsummary: %[1]q\n", hostile)
		}
		h := newHouse(t, d, files, nil)
		items, _ := h.documents("")
		for i, item := range items {
			if item["title"] != corpus[i] || item["summary"] != corpus[i] {
				t.Errorf("%q came back as %q and %q", corpus[i], item["title"], item["summary"])
			}
		}
		if _, body := h.get("/api/v1/documents"); strings.ContainsAny(body, "<>\u2028") {
			t.Errorf("the JSON holds what a browser could take for markup: %s", body)
		}
	})
}

func TestTheDescriptionIsValidAndComplete(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec())
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	h := newHouse(t, dbtest.Any(t), content(), nil)
	var described []string
	for _, kind := range doc.Components.Schemas["Kind"].Value.Enum {
		described = append(described, kind.(string))
	}
	if diff := cmp.Diff(described, h.api.Kinds()); diff != "" {
		t.Errorf("kinds (- described, + served):\n%s", diff)
	}
	if slices.Contains(h.api.Kinds(), document.Help) {
		t.Error("help is no kind of the contract")
	}
	for _, route := range h.App.GetRoutes(true) {
		path, found := strings.CutPrefix(route.Path, "/api/v1")
		if !found {
			continue
		}
		if doc.Paths.Value(path) == nil {
			t.Errorf("%s is not described", route.Path)
		}
	}
	if res, body := h.get("/api/v1/openapi.json"); res.StatusCode != http.StatusOK || body != string(api.Spec()) {
		t.Errorf("openapi.json: %d", res.StatusCode)
	}
}

func TestTheDescriptionOfEventsFitsTheContract(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec())
	if err != nil {
		t.Fatal(err)
	}
	schema := doc.Paths.Value("/events").Get.Responses.Status(http.StatusOK).Value.Content.Get("application/json").Schema.Value
	good := `{"items":[{"slug":"oppen-fragestund","kind":"frågestund","title":"Öppen frågestund","start":"2026-03-13T08:15:00+01:00","end":"2026-03-13T09:00:00+01:00",
		"url":"https://nuso.example/kalender/oppen-fragestund/2026-03-13","audience":"öppen","cancelled":false}]}`
	for _, row := range []struct {
		name, text string
		ok         bool
	}{
		{"the contract's example", good, true},
		{"no events", `{"items":[]}`, true},
		{"no list", `{}`, false},
		{"cancelled in words", strings.Replace(good, "false", `"nej"`, 1), false},
		{"no audience", strings.Replace(good, `"audience":"öppen",`, "", 1), false},
		{"a start that is no time", strings.Replace(good, "2026-03-13T08:15:00+01:00", "fredag", 1), false},
	} {
		var value any
		if err := json.Unmarshal([]byte(row.text), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.VisitJSON(value); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	for query, ok := range map[string]bool{
		"": true, "?from=&to=": true, "?from=2026-01-01&to=2026-06-30": true, "?from=2026-01-01T08:15:00%2B01:00": true, "?from=fredag": false, "?to=2026": false,
	} {
		if err := openapi3filter.ValidateRequest(t.Context(), described(t, newSpec(t), "/api/v1/events"+query)); (err == nil) != ok {
			t.Errorf("%s: %v", query, err)
		}
	}
}
