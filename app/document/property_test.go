package document_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"nuso.se/app/access"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// history is a random sequence of what people and deployments do with a few documents.
type history struct {
	*house
	gone  fstest.MapFS // files that were deleted, to be restored
	saved []string     // every text that was ever saved in the site, with the document's id before it
	next  int
}

const ids, slugs = 3, 4

func idOf(n int) string { return fmt.Sprintf("nyhet-%d", n) }

// text returns a text that never was before. It names its document, so that a text in the wrong place is seen.
func (y *history) text(id string) string {
	y.next++
	return source(id, fmt.Sprintf("%s text %d", id, y.next))
}

// file returns the path of the document's file; empty when it has none.
func (y *history) file(id string) string {
	for path, file := range y.files {
		if strings.Contains(string(file.Data), "id: "+id+"\n") {
			return path
		}
	}
	return ""
}

func (y *history) step(t *rapid.T) {
	id, path := idOf(rapid.IntRange(0, ids-1).Draw(t, "document")), fmt.Sprintf("nyheter/s%d.md", rapid.IntRange(0, slugs-1).Draw(t, "slug"))
	file := y.file(id)
	free := y.files[path] == nil
	switch act := rapid.SampledFrom([]string{"write file", "rename", "delete", "restore", "edit", "archive", "create", "sync", "prune"}).Draw(t, "act"); {
	case act == "write file" && file != "":
		y.put(file, y.text(id))
	case act == "write file" && free:
		y.put(path, y.text(id))
	case act == "rename" && file != "" && free:
		y.rename(file, path)
	case act == "delete" && file != "" && len(y.files) > 1:
		y.gone[file] = y.files[file]
		y.remove(file)
	case act == "restore" && file == "" && free && y.gone[path] != nil && strings.Contains(string(y.gone[path].Data), "id: "+id+"\n"):
		y.files[path] = y.gone[path]
	case act == "edit":
		y.save(id, y.text(id))
	case act == "archive":
		if _, err := y.docs.Archive(editor(), id); err != nil && !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
	case act == "create":
		text := y.text(id)
		_, err := y.docs.Create(editor(), document.News, strings.TrimSuffix(strings.TrimPrefix(path, "nyheter/"), ".md"), text)
		if err == nil {
			y.saved = append(y.saved, text)
		} else if !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
	case act == "sync" || act == "prune":
		y.check(t, act == "prune")
	}
}

// save edits the document in the site if it is there.
func (y *history) save(id, text string) {
	for _, doc := range y.all() {
		if doc.ID == id {
			if _, err := y.docs.Update(editor(), id, doc.Version, text); err != nil {
				y.Fatal(err)
			}
			y.saved = append(y.saved, text)
		}
	}
}

func (y *history) all() []document.Document {
	list, err := y.docs.List(access.System(editor()), document.Filter{})
	if err != nil {
		y.Fatal(err)
	}
	docs, err := y.docs.Texts(access.System(editor()), list.Items)
	if err != nil {
		y.Fatal(err)
	}
	return docs
}

// check syncs twice and looks at what must always hold.
func (y *history) check(t *rapid.T, prune bool) {
	if len(y.files) == 0 {
		return
	}
	y.syncWith(prune)
	before := y.rows()
	if report := y.syncWith(prune); report.Changed() || before != y.rows() {
		t.Fatalf("a second sync changed something: %s", report.Line())
	}
	for _, doc := range y.all() {
		if doc.Path != "nyheter/"+doc.Slug+".md" || !strings.HasPrefix(bodyOf(doc.Source), doc.ID+" ") || !strings.Contains(doc.HTML, bodyOf(doc.Source)) {
			t.Fatalf("%s is at %s (%s) with %q", doc.ID, doc.Slug, doc.Path, doc.HTML)
		}
	}
	for _, text := range y.saved {
		if !y.kept(text) {
			t.Fatalf("lost: %s", bodyOf(text))
		}
	}
}

// kept reports whether the text is a revision of its document or its present text.
func (y *history) kept(text string) bool {
	id, _, _ := strings.Cut(bodyOf(text), " ")
	revisions, err := y.docs.Revisions(editor(), id)
	if err != nil {
		y.Fatal(err)
	}
	for _, r := range revisions {
		if r.Source == text {
			return true
		}
	}
	return false
}

// Whatever is done to files and in the site, in whatever order: no text that somebody saved is lost, a sync that is
// repeated changes nothing, and every document stands at the address of its path with its own text.
func TestNoHistoryLosesAText(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rapid.Check(t, func(rt *rapid.T) {
			y := &history{house: h.empty(t), gone: fstest.MapFS{}}
			y.put("nyheter/s0.md", y.text(idOf(0)))
			for range rapid.IntRange(5, 25).Draw(rt, "steps") {
				y.step(rt)
			}
			y.check(rt, false)
		})
	})
}
