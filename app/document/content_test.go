package document_test

import (
	"context"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/document"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/schedule"
	"nuso.se/app/study"
	"nuso.se/content"
)

// realKinds are the kinds as main gives them, but for the addresses that are reserved.
func realKinds() []document.Kind {
	all := []document.Kind{news.Kind(), study.Kind(), publication.Kind(), schedule.Kind(), glossary.Kind()}
	return append(append(all, research.Kinds()...), page.Kinds(nil)...)
}

// The texts of the site go into either database and come out as the files they were.
func TestTheBuiltInContentGoesInAndComesOutTheSame(t *testing.T) {
	files := contents(t, content.Files)
	for name := range files {
		if path.Dir(name) == "." {
			delete(files, name) // fs.go
		}
	}
	each(t, func(t *testing.T, h *house) {
		h.docs = document.New(h.db, h.clock.Now, "https://nuso.example", realKinds(), nil, nil)
		wantReport(t, h.boot(content.Files), document.Report{Added: len(files)})
		exported := h.export()
		if diff := cmp.Diff(files, exported); diff != "" {
			t.Errorf("- files, + export:\n%s", diff)
		}
		for name, text := range exported {
			h.put(name, text)
		}
		wantReport(t, h.sync(), document.Report{Unchanged: len(files)})
		list, err := h.docs.List(context.Background(), document.Filter{Kinds: []string{document.News}})
		if err != nil || list.Total < 14 {
			t.Errorf("%d news, %v", list.Total, err)
		}
		full, err := h.docs.Texts(context.Background(), list.Items)
		if err != nil || len(full) != list.Total {
			t.Errorf("%d texts, %v", len(full), err)
		}
		for _, doc := range full {
			if doc.HTML == "" || doc.Text == "" {
				t.Errorf("%s has no text", doc.Slug)
			}
		}
	})
}
