package document_test

import (
	"strings"
	"testing"

	"nuso.se/app/document"
)

func TestARenamedFileKeepsItsDocument(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "texten"))
		h.sync()
		h.rename(a, b)
		wantReport(t, h.sync(), document.Report{Updated: 1})
		doc := h.find(document.News, "b")
		if doc.ID != "nyhet-a" || doc.Path != b || h.movedTo(document.News, "a") != "/nyheter/b" {
			t.Errorf("after one move: %s at %s, /nyheter/a leads to %q", doc.ID, doc.Path, h.movedTo(document.News, "a"))
		}
		h.changesNothing(false)
		h.rename(b, "nyheter/2026/c.md")
		h.sync()
		for _, old := range []string{"a", "b"} {
			if got := h.movedTo(document.News, old); got != "/nyheter/c" {
				t.Errorf("after two moves /nyheter/%s leads to %q", old, got)
			}
		}
		h.rename("nyheter/2026/c.md", "nyheter/c.md")
		wantReport(t, h.sync(), document.Report{Updated: 1})
		if doc := h.find(document.News, "c"); doc.Path != c || doc.ID != "nyhet-a" {
			t.Errorf("after a move between folders: %s at %s", doc.ID, doc.Path)
		}
		h.rename(c, a)
		h.sync()
		if h.find(document.News, "a").ID != "nyhet-a" || h.movedTo(document.News, "b") != "/nyheter/a" || h.movedTo(document.News, "c") != "/nyheter/a" {
			t.Error("moved back, its old addresses are lost")
		}
		h.changesNothing(false)
	})
}

func TestANewDocumentOnAnOldAddressWins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "den gamla"))
		h.sync()
		h.rename(a, b)
		h.put(a, source("nyhet-ny", "den nya"))
		wantReport(t, h.sync(), document.Report{Added: 1, Updated: 1})
		if doc := h.find(document.News, "a"); doc.ID != "nyhet-ny" {
			t.Errorf("at the old address: %q", doc.ID)
		}
		h.rename(a, c) // the address was the new document's last
		h.sync()
		if got := h.movedTo(document.News, "a"); got != "/nyheter/c" {
			t.Errorf("/nyheter/a leads to %q", got)
		}
	})
}

func TestADocumentMovedToAnotherKindIsFoundAtItsOldAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "texten"))
		h.sync()
		h.rename(a, "sidor/a.md")
		wantReport(t, h.sync(), document.Report{Updated: 1})
		if got := h.movedTo(document.News, "a"); got != "/a" || h.find(document.Page, "a").ID != "nyhet-a" {
			t.Errorf("/nyheter/a leads to %q", got)
		}
	})
}

func TestADocumentEditedInTheSiteFollowsItsFile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "första"))
		h.sync()
		h.edit(document.News, "a", source("nyhet-a", "## Webben\n\nord", "title: Webbens"))
		h.rename(a, b)
		wantReport(t, h.sync(), document.Report{Updated: 1})
		doc := h.find(document.News, "b")
		if doc.Title != "Webbens" || !strings.Contains(doc.HTML, "Webben</h2>") || !doc.EditedInSite() || h.movedTo(document.News, "a") != "/nyheter/b" {
			t.Errorf("after the move: %q edited %v\n%s", doc.Title, doc.EditedInSite(), doc.HTML)
		}
		h.changesNothing(false)
	})
}

func TestADocumentWhoseFileMovedAndChangedKeepsItsAddressAndText(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "första"))
		h.sync()
		h.edit(document.News, "a", source("nyhet-a", "webben"))
		h.remove(a)
		h.put(b, source("nyhet-a", "filen"))
		wantReport(t, h.sync(), document.Report{Conflicts: []string{b}})
		if doc := h.find(document.News, "a"); bodyOf(doc.Source) != "webben" {
			t.Errorf("at the address: %q", doc.Source)
		}
		h.changesNothing(false)
	})
}

func TestAddressesMayBeSwappedInOneSync(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.put(b, source("nyhet-b", "B"))
		h.put(c, source("nyhet-c", "C"))
		h.sync()
		h.files[a], h.files[b], h.files[c] = h.files[b], h.files[c], h.files[a]
		wantReport(t, h.sync(), document.Report{Updated: 3})
		for slug, id := range map[string]string{"a": "nyhet-b", "b": "nyhet-c", "c": "nyhet-a"} {
			if got := h.find(document.News, slug).ID; got != id {
				t.Errorf("at %s: %s, want %s", slug, got, id)
			}
		}
		h.changesNothing(false)
	})
}
