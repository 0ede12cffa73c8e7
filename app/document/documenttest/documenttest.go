// Package documenttest fills a database with documents for the tests of the kinds of content.
package documenttest

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/web"
	"nuso.se/app/web/webtest"
)

// New returns documents of the kinds read from files, path → front matter besides the common keys, "---" and body. What is
// missing of id, title, date and summary is made up from the file's name, so that a test tells only what it is about.
func New(t *testing.T, d *db.DB, now clock.Clock, kinds []document.Kind, files map[string]string) *document.Service {
	t.Helper()
	docs := document.New(d, now, webtest.BaseURL, kinds, nil, nil)
	if len(files) > 0 {
		Sync(t, docs, files)
	}
	return docs
}

// Sync makes the files, written as for New, the documents; those of other files are archived.
func Sync(t *testing.T, docs *document.Service, files map[string]string) {
	t.Helper()
	folder := fstest.MapFS{}
	for path, text := range files {
		folder[path] = &fstest.MapFile{Data: []byte(Source(path, text))}
	}
	report, err := docs.Sync(access.System(t.Context()), folder, false)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("reading the test's documents: %v %v", err, report.Problems)
	}
}

// Source is a content file with the common keys filled in.
func Source(path, text string) string {
	head, body, _ := strings.Cut(text, "---\n")
	name := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".md")
	var out strings.Builder
	out.WriteString("---\n")
	for _, key := range []struct{ name, value string }{
		{"id", strings.ReplaceAll(strings.TrimSuffix(path, ".md"), "/", "-")},
		{"title", "Rubrik " + name}, {"date", "2025-09-19"}, {"summary", "Sammanfattning av " + name + "."},
	} {
		if !strings.Contains("\n"+head, "\n"+key.name+":") {
			fmt.Fprintf(&out, "%s: %s\n", key.name, key.value)
		}
	}
	out.WriteString(head + "---\n\n" + body)
	return out.String()
}

// Cached gives a site under test the page cache, kept in step with the documents as main keeps it.
func Cached(d *db.DB, docs *document.Service) func(*web.Options) {
	return func(o *web.Options) { o.Source = source{d, docs} }
}

type source struct {
	*db.DB
	docs *document.Service
}

// NextTurn returns when a document next appears or disappears.
func (s source) NextTurn(ctx context.Context) (time.Time, error) { return s.docs.NextTurn(ctx) }

// Many returns the files and, of each, n copies beside it.
func Many(files map[string]string, n int) map[string]string {
	all := maps.Clone(files)
	for path, text := range files {
		for i := range n {
			all[fmt.Sprintf("%s-%02d.md", strings.TrimSuffix(path, ".md"), i)] = text
		}
	}
	return all
}

// SameQueries fails when an address costs another number of queries with thirty of each file than with one.
func SameQueries(t *testing.T, d *db.DB, docs *document.Service, p *webtest.Pages, files map[string]string, addresses ...string) {
	t.Helper()
	var counts [2][]int
	for i, set := range []map[string]string{files, Many(files, 29)} {
		Sync(t, docs, set)
		for _, address := range addresses {
			counts[i] = append(counts[i], dbtest.Queries(t, d, func() {
				if answer, body := p.Get(t, address); answer.StatusCode != 200 {
					t.Errorf("%s: status %d: %.300s", address, answer.StatusCode, body)
				}
			}))
		}
	}
	for i, address := range addresses {
		if few, many := counts[0][i], counts[1][i]; few == 0 || few != many {
			t.Errorf("%s: %d queries for one of each, %d for thirty", address, few, many)
		}
	}
}
