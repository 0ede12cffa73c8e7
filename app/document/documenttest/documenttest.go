// Package documenttest fills a database with documents for the tests of the kinds of content.
package documenttest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/web/webtest"
)

// New returns documents of the kinds read from files, path → front matter besides the common keys, "---" and body. What is
// missing of id, title, date and summary is made up from the file's name, so that a test tells only what it is about.
func New(t *testing.T, d *db.DB, now clock.Clock, kinds []document.Kind, files map[string]string) *document.Service {
	t.Helper()
	docs := document.New(d, now, webtest.BaseURL, kinds, nil)
	folder := fstest.MapFS{}
	for path, text := range files {
		folder[path] = &fstest.MapFile{Data: []byte(Source(path, text))}
	}
	report, err := docs.Sync(access.System(t.Context()), folder, false)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("reading the test's documents: %v %v", err, report.Problems)
	}
	return docs
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
