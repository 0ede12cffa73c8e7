package document_test

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/document"
	"nuso.se/app/fault"
)

const a, b, c = "nyheter/a.md", "nyheter/b.md", "nyheter/c.md"

// The table in Sync's comment, and what follows from it. Every row begins with nyheter/a.md imported with the text "första".
func TestSyncComparesThreeTexts(t *testing.T) {
	first := source("nyhet-a", "första")
	other := source("nyhet-b", "annan") // a folder is never empty
	rows := []struct {
		name   string
		change func(h *house)
		prune  bool
		report document.Report
		body   string // at nyheter/a; empty: not there
		texts  []string
	}{
		{"nothing changed", func(*house) {}, false, document.Report{Unchanged: 2}, "första", []string{"file: första"}},
		{"the file unchanged, edited in the site",
			func(h *house) { h.edit(document.News, "a", source("nyhet-a", "webben")) },
			false, document.Report{Unchanged: 2}, "webben", []string{"site: webben", "file: första"}},
		{"the file changed, the database as imported",
			func(h *house) { h.put(a, source("nyhet-a", "andra")) },
			false, document.Report{Updated: 1, Unchanged: 1}, "andra", []string{"file: andra", "file: första"}},
		{"both changed, to the same text",
			func(h *house) {
				h.put(a, source("nyhet-a", "samma"))
				h.edit(document.News, "a", source("nyhet-a", "samma"))
			},
			false, document.Report{Updated: 1, Unchanged: 1}, "samma", []string{"file: samma", "site: samma", "file: första"}},
		{"both changed, to different texts",
			func(h *house) {
				h.put(a, source("nyhet-a", "filen"))
				h.edit(document.News, "a", source("nyhet-a", "webben"))
			},
			false, document.Report{Unchanged: 1, Conflicts: []string{a}}, "webben", []string{"conflict: filen", "site: webben", "file: första"}},
		{"the site went back to the file's text",
			func(h *house) {
				h.edit(document.News, "a", source("nyhet-a", "webben"))
				h.edit(document.News, "a", first)
			},
			false, document.Report{Unchanged: 2}, "första", []string{"site: första", "site: webben", "file: första"}},
		{"the file gone, the database as imported",
			func(h *house) { h.remove(a) },
			false, document.Report{Archived: 1, Unchanged: 1}, "", []string{"file: första"}},
		{"the file gone, edited in the site",
			func(h *house) {
				h.edit(document.News, "a", source("nyhet-a", "webben"))
				h.remove(a)
			},
			false, document.Report{Unchanged: 1, Conflicts: []string{a}}, "webben", []string{"site: webben", "file: första"}},
		{"the file gone, edited in the site, pruned",
			func(h *house) {
				h.edit(document.News, "a", source("nyhet-a", "webben"))
				h.remove(a)
			},
			true, document.Report{Archived: 1, Unchanged: 1}, "", []string{"site: webben", "file: första"}},
		{"archived in the site stays archived",
			func(h *house) { h.archive("nyhet-a") },
			false, document.Report{Unchanged: 2}, "", []string{"file: första"}},
		{"archived in the site stays archived, also when the file changes",
			func(h *house) {
				h.archive("nyhet-a")
				h.put(a, source("nyhet-a", "filen"))
			},
			false, document.Report{Unchanged: 1, Conflicts: []string{a}}, "", []string{"conflict: filen", "file: första"}},
		{"archived in the site and then the file gone",
			func(h *house) {
				h.archive("nyhet-a")
				h.remove(a)
			},
			false, document.Report{Unchanged: 1}, "", []string{"file: första"}},
		{"a new id in the file is a new document",
			func(h *house) { h.put(a, source("nyhet-c", "ny")) },
			false, document.Report{Added: 1, Archived: 1, Unchanged: 1}, "ny", []string{"file: första"}},
		{"a file with a fault changes nothing",
			func(h *house) { h.put(a, source("nyhet-a", "trasig", "date: i går")) },
			false, document.Report{Unchanged: 1}, "första", []string{"file: första"}},
		{"a file with a fault changes nothing, moved as well",
			func(h *house) {
				h.remove(a)
				h.put(c, source("nyhet-a", "trasig", "date: i går"))
			},
			false, document.Report{Unchanged: 1}, "första", []string{"file: första"}},
		{"a file that the renderer refuses changes nothing",
			func(h *house) { h.put(a, source("nyhet-a", bomb())) },
			false, document.Report{Unchanged: 1}, "första", []string{"file: första"}},
	}
	each(t, func(t *testing.T, h *house) {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				h := h.empty(t)
				h.put(a, first)
				h.put(b, other)
				h.sync()
				row.change(h)
				before := h.announcement()
				report := h.syncWith(row.prune)
				if want := strings.Contains(row.name, "fault") || strings.Contains(row.name, "refuses"); want != (len(report.Problems) > 0) {
					t.Errorf("problems: %v, want some: %v", report.Problems, want)
				}
				wantReport(t, clean(report), row.report)
				if got := bodyOf(h.find(document.News, "a").Source); got != row.body {
					t.Errorf("text %q, want %q", got, row.body)
				}
				if diff := cmp.Diff(row.texts, h.texts("nyhet-a")); diff != "" {
					t.Errorf("revisions (- want, + got):\n%s", diff)
				}
				if grew := h.announcement() > before; grew != report.Changed() {
					t.Errorf("announced: %v, changed: %v", grew, report.Changed())
				}
				h.changesNothing(row.prune)
			})
		}
	})
}

// bomb is a text that the renderer refuses whole.
func bomb() string { return strings.Repeat("> ", 2000) + "x" }

func (h *house) archive(id string) {
	h.Helper()
	if _, err := h.docs.Archive(editor(), id); err != nil {
		h.Fatal(err)
	}
}

// changesNothing syncs again and compares every row.
func (h *house) changesNothing(prune bool) {
	h.Helper()
	before := h.rows()
	if report := h.syncWith(prune); report.Changed() {
		h.Errorf("a second sync changes: %s", report.Line())
	}
	if diff := cmp.Diff(before, h.rows()); diff != "" {
		h.Errorf("a second sync changes rows:\n%s", diff)
	}
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Om orosanmälan.", "areas: [delstudie-1, delstudie-2]", "themes: [tema-1]", "draft: true"))
		h.put(b, source("nyhet-b", "![En bild](b.png)", "audience: deltagare", "unpublish: 2027-01-01", "review: 2026-05-05", "updated: 2025-10-10 10:00"))
		h.put("ordlista/orosanmalan.md", source("term-oro", "", "title: orosanmälan"))
		h.put("sidor/trasig.md", "---\nid: x\n")
		h.picture("nyheter/b.png", 3, 2, red())
		wantReport(t, clean(h.sync()), document.Report{Added: 3})
		h.changesNothing(false)
		h.changesNothing(true)
	})
}

func clean(r document.Report) document.Report { r.Problems = nil; return r }

func TestAFileThatComesBackBringsItsDocumentBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "första"))
		h.put(b, source("nyhet-b", "annan"))
		h.sync()
		created := h.find(document.News, "a").CreatedAt
		file := h.files[a]
		h.remove(a)
		h.sync()
		h.files[c] = file // and at another address
		wantReport(t, h.sync(), document.Report{Added: 1, Unchanged: 1})
		doc := h.find(document.News, "c")
		if doc.ID != "nyhet-a" || doc.CreatedAt != created || doc.State != document.Published || h.movedTo(document.News, "a") != "/nyheter/c" {
			t.Errorf("came back as %+v", doc)
		}
		h.changesNothing(false)
	})
}

func TestADocumentMadeInTheSiteIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(b, source("nyhet-b", "B"))
		h.sync()
		if _, err := h.docs.Create(editor(), document.News, "a", source("nyhet-webb", "webben")); err != nil {
			t.Fatal(err)
		}
		wantReport(t, h.sync(), document.Report{Unchanged: 1})
		wantReport(t, h.syncWith(true), document.Report{Unchanged: 1})
		h.put(a, source("nyhet-a", "filen"))      // a file on its address
		h.rename(b, "nyheter/d.md")               // and others that would be moved by it
		h.put(b, source("nyhet-ny", "ny på b"))   //
		h.put("sidor/a.md", source("sida-a", "")) // another kind has addresses of its own
		for range 2 {
			report := h.sync()
			if len(report.Problems) != 1 || report.Problems[0].Path != a || !strings.Contains(report.Problems[0].Error(), "Döp om filen") {
				t.Errorf("problems: %v", report.Problems)
			}
			if bodyOf(h.find(document.News, "a").Source) != "webben" || h.find(document.News, "b").ID != "nyhet-ny" || h.find(document.News, "d").ID != "nyhet-b" {
				t.Error("the file took the address or stopped the others")
			}
		}
	})
}

func TestAFileThatCannotHaveItsAddressHoldsItsOldOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		if _, err := h.docs.Create(editor(), document.News, "b", source("nyhet-webb", "webben")); err != nil {
			t.Fatal(err)
		}
		h.rename(a, b)                          // b is taken, so the document stays at a
		h.put(a, source("nyhet-ny", "ny på a")) // and this one cannot have a
		h.put(c, source("nyhet-c", "C"))
		for n, want := range []document.Report{{Added: 1}, {Unchanged: 1}} {
			report := h.sync()
			if len(report.Problems) != 2 {
				t.Errorf("problems: %v", report.Problems)
			}
			wantReport(t, clean(report), want)
			if h.find(document.News, "a").ID != "nyhet-a" || h.find(document.News, "b").ID != "nyhet-webb" || h.find(document.News, "c").ID != "nyhet-c" {
				t.Errorf("sync %d moved what it could not", n)
			}
		}
		h.changesNothing(false)
	})
}

func TestAFileThatTheSiteAgreedWithBecomesItsDocumentsFile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(b, source("nyhet-b", "B"))
		h.sync()
		doc, err := h.docs.Create(editor(), document.News, "a", source("nyhet-webb", "webben"))
		if err != nil {
			t.Fatal(err)
		}
		h.put(a, doc.Source)
		wantReport(t, h.sync(), document.Report{Updated: 1, Unchanged: 1})
		if h.find(document.News, "a").EditedInSite() {
			t.Error("still counts as edited in the site")
		}
		h.changesNothing(false)
	})
}

func TestTheFilesTextInAConflictIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "första"))
		h.sync()
		h.edit(document.News, "a", source("nyhet-a", "webben"))
		for _, text := range []string{"filen", "filen", "filen igen", "filen", "filen igen"} {
			h.put(a, source("nyhet-a", text))
			wantReport(t, h.sync(), document.Report{Conflicts: []string{a}})
		}
		want := []string{"conflict: filen igen", "conflict: filen", "site: webben", "file: första"}
		if diff := cmp.Diff(want, h.texts("nyhet-a")); diff != "" {
			t.Errorf("revisions (- want, + got):\n%s", diff)
		}
		revisions, _ := h.docs.Revisions(editor(), "nyhet-a")
		if revisions[0].Author != "nuso" || revisions[2].Author != "Eva" {
			t.Errorf("authors %q, %q", revisions[0].Author, revisions[2].Author)
		}
	})
}

func TestAFileThatWasCopiedDoesNotMoveItsDocument(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(b, source("nyhet-b", "B"))
		h.sync()
		h.put(a, source("nyhet-b", "en kopia som fått behålla sitt id")) // sorts before the original
		report := h.sync()
		if len(report.Problems) != 1 || report.Problems[0].Path != a {
			t.Errorf("problems: %v", report.Problems)
		}
		if doc := h.find(document.News, "b"); bodyOf(doc.Source) != "B" || h.find(document.News, "a").ID != "" {
			t.Errorf("the copy took over: %s at %s", doc.ID, doc.Path)
		}
	})
}

func TestAFaultStopsNoOtherFileAndArchivesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.picture("nyheter/bild.png", 2, 2, red())
		h.sync()
		image := h.image("nyheter/bild.png")
		h.put(a, "---\nid: nyhet-a\n")
		h.put("nyheter/bild.png", "ingen bild")
		h.put(b, source("nyhet-b", bomb()))
		h.put(c, source("nyhet-c", "C"))
		report := h.sync()
		wantReport(t, clean(report), document.Report{Added: 1})
		var paths []string
		for _, p := range report.Problems {
			paths = append(paths, p.Path)
		}
		slices.Sort(paths)
		if diff := cmp.Diff([]string{a, b, "nyheter/bild.png"}, paths); diff != "" {
			t.Errorf("problems (- want, + got):\n%s", diff)
		}
		if bodyOf(h.find(document.News, "a").Source) != "A" || h.find(document.News, "b").ID != "" {
			t.Error("a file with a fault changed something")
		}
		if _, err := h.docs.Image(visitor(), image.Hash); err != nil {
			t.Errorf("the picture before the fault: %v", err)
		}
	})
}

func TestAFolderWithoutDocumentsIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		before := h.rows()
		for name, files := range map[string]fs.FS{
			"empty":           fstest.MapFS{},
			"only pictures":   fstest.MapFS{"nyheter/b.png": h.files[a]},
			"only faults":     fstest.MapFS{a: {Data: []byte("trasig")}},
			"another folder":  fstest.MapFS{"x.go": {Data: []byte("package x")}},
			"only hidden":     fstest.MapFS{".git/a.md": h.files[a], "nyheter/.a.md": h.files[a]},
			"does not exist":  missing{},
			"cannot be found": fstest.MapFS{"andra/a.md": h.files[a]},
		} {
			if _, err := h.docs.Sync(system(), files, true); err == nil || name != "does not exist" && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want NotFound", name, err)
			}
			if _, err := h.docs.Boot(system(), files); err == nil {
				t.Errorf("%s: no error at start", name)
			}
		}
		if diff := cmp.Diff(before, h.rows()); diff != "" {
			t.Errorf("rows changed:\n%s", diff)
		}
	})
}

// missing is a folder that is not there.
type missing struct{}

func (missing) Open(string) (fs.File, error) { return nil, fs.ErrNotExist }

// unreadable is a folder in which one file cannot be read.
type unreadable struct {
	fstest.MapFS
	name string
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == u.name {
		return nil, errors.New("permission denied")
	}
	return u.MapFS.ReadFile(name)
}

func TestAFileThatCannotBeReadIsAProblemLikeOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		h.put(b, source("nyhet-b", "B"))
		report, err := h.docs.Sync(system(), unreadable{h.files, a}, true)
		if err != nil || len(report.Problems) != 1 || report.Problems[0].Path != a {
			t.Fatalf("%v %v", err, report.Problems)
		}
		wantReport(t, clean(report), document.Report{Added: 1})
		if h.find(document.News, "a").ID == "" {
			t.Error("archived")
		}
	})
}
