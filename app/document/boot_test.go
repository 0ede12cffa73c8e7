package document_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

func TestBootImportsEachSetOfFilesOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		older := fstest.MapFS{a: {Data: []byte(source("nyhet-a", "gammal"))}, b: {Data: []byte(source("nyhet-b", "B"))}}
		newer := fstest.MapFS{a: {Data: []byte(source("nyhet-a", "ny"))}, c: {Data: []byte(source("nyhet-c", "C"))}}
		wantReport(t, h.boot(older), document.Report{Added: 2})
		wantReport(t, h.boot(newer), document.Report{Added: 1, Updated: 1, Archived: 1})
		h.edit(document.News, "c", source("nyhet-c", "webben"))
		before := h.rows()
		wantReport(t, h.boot(older), document.Report{Skipped: true, Followed: true})
		wantReport(t, h.boot(newer), document.Report{Skipped: true})
		if diff := cmp.Diff(before, h.rows()); diff != "" {
			t.Errorf("an older binary's start, or a second one, changes rows:\n%s", diff)
		}
		if bodyOf(h.find(document.News, "a").Source) != "ny" || h.find(document.News, "b").ID != "" || bodyOf(h.find(document.News, "c").Source) != "webben" {
			t.Error("an older binary took text back")
		}
	})
}

func TestBootImportsWhatIsGoodAndTellsTheRest(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.put(b, "trasig")
		h.put(c, source("nyhet-c", bomb()))
		report := h.boot(h.files)
		if len(report.Problems) != 2 || report.Added != 1 || h.find(document.News, "a").ID == "" {
			t.Errorf("%s: %v", report.Line(), report.Problems)
		}
		wantReport(t, h.boot(h.files), document.Report{Skipped: true})
	})
}

func TestTwoStartsAtOnceImportOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for n := range 20 {
			h.put("nyheter/n"+string(rune('a'+n))+".md", source("nyhet-"+string(rune('a'+n))+"x", "text"))
		}
		url := dbtest.URLOf(t, h.db)
		reports, errs := make([]document.Report, 3), make([]error, 3)
		var starts sync.WaitGroup
		for n := range reports {
			starts.Go(func() {
				d, err := db.Open(context.Background(), db.Options{URL: url, Log: slog.New(slog.DiscardHandler)})
				if err != nil {
					errs[n] = err
					return
				}
				defer d.Close()
				docs := document.New(d, h.clock.Now, "https://nuso.example", kinds(), nil, sections())
				reports[n], errs[n] = docs.Boot(context.Background(), h.files)
			})
		}
		starts.Wait()
		added, skipped := 0, 0
		for _, r := range reports {
			added += r.Added
			if r.Skipped {
				skipped++
			}
		}
		if err := errors.Join(errs...); err != nil || added != 20 || skipped != 2 {
			t.Errorf("%d added, %d starts skipped, %v", added, skipped, err)
		}
		if list, err := h.docs.List(visitor(), document.Filter{}); err != nil || list.Total != 20 {
			t.Errorf("%d documents, %v", list.Total, err)
		}
	})
}

func TestBootRendersAnewWhatWasRenderedOtherwise(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "[oss](https://annan.example/nyheter)"))
		h.boot(h.files)
		announced, old := h.announcement(), h.find(document.News, "a")
		moved := document.New(h.db, h.clock.Now, "https://annan.example", kinds(), nil, sections())
		if _, err := moved.Boot(context.Background(), h.files); err != nil {
			t.Fatal(err)
		}
		doc := h.find(document.News, "a")
		if doc.HTML == old.HTML || doc.Version != old.Version || h.announcement() == announced {
			t.Errorf("another base address is not another text: %s", doc.HTML)
		}
	})
}

// bare is the front matter of a binary that knows no labels.
type bare struct {
	document.Meta `yaml:",inline"`
}

func (*bare) Check() []document.Problem { return nil }

func TestATextThatThisBinaryCannotReadStandsAndStopsNoOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.put(b, source("nyhet-b", "[oss](https://annan.example/nyheter)"))
		h.boot(h.files)
		h.edit(document.News, "a", source("nyhet-a", "[webben](https://annan.example/nyheter)", "label: ord"))
		old := h.find(document.News, "a")
		other := document.New(h.db, h.clock.Now, "https://annan.example", []document.Kind{
			{Name: document.News, Folder: "nyheter", Section: "/nyheter", New: func() document.FrontMatter { return new(bare) }},
		}, nil, nil)
		h.rename(a, c)
		h.put("nyheter/d.md", source("nyhet-d", "D"))
		report, err := other.Boot(context.Background(), h.files)
		if err != nil || report.Added != 1 || len(report.Problems) != 1 || report.Problems[0].Path != c {
			t.Fatalf("%s %v %v", report.Line(), report.Problems, err)
		}
		if doc := h.find(document.News, "a"); doc.HTML != old.HTML || doc.Source != old.Source {
			t.Errorf("the text changed:\n%s", doc.HTML)
		}
		if doc := h.find(document.News, "b"); strings.Contains(doc.HTML, "external") {
			t.Errorf("the other text was not rendered anew:\n%s", doc.HTML)
		}
	})
}

func TestExportAndImportAreMirrors(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "## Rubrik\n\nText med  två blanka\t och å ä ö 😀 \u00a0.\n\n", "areas: [delstudie-1]"))
		h.put("nyheter/2025/b.md", source("nyhet-b", "B", "draft: true", "audience: deltagare"))
		h.put("ordlista/ord.md", source("term-ord", "")+"\n\n")
		h.picture("nyheter/2025/ruta.png", 4, 4, blue())
		h.sync()
		first := h.export()
		if diff := cmp.Diff(contents(t, h.files), first); diff != "" {
			t.Errorf("the export differs from the files (- files, + export):\n%s", diff)
		}
		h.edit(document.News, "a", source("nyhet-a", "webben"))
		second := h.export()
		if bodyOf(second[a]) != "webben" {
			t.Errorf("the export lacks the site's text: %q", second[a])
		}
		other := h.empty(t)
		for path, text := range second {
			other.put(path, text)
		}
		wantReport(t, other.sync(), document.Report{Added: 3})
		if diff := cmp.Diff(second, other.export()); diff != "" {
			t.Errorf("export, import, export differ:\n%s", diff)
		}
		other.archive("nyhet-a")
		if _, there := other.export()[a]; there {
			t.Error("an archived document is exported")
		}
	})
}

// export exports to a new folder and returns its files.
func (h *house) export() map[string]string {
	h.Helper()
	dir := filepath.Join(h.TB.(*testing.T).TempDir(), "ny")
	n, err := h.docs.Export(system(), dir)
	if err != nil {
		h.Fatal(err)
	}
	files := contents(h, os.DirFS(dir))
	if len(files) != n {
		h.Errorf("%d files, said %d", len(files), n)
	}
	return files
}

func contents(t testing.TB, files fs.FS) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		texts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestExportTakesANewOrEmptyFolder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		dir := t.TempDir()
		if n, err := h.docs.Export(system(), dir); n != 1 || err != nil {
			t.Errorf("an empty folder: %d, %v", n, err)
		}
		before := contents(t, os.DirFS(dir))
		if n, err := h.docs.Export(system(), dir); n != 0 || !fault.Is(err, fault.Conflict) {
			t.Errorf("a folder with files: %d, %v, want Conflict", n, err)
		}
		if n, err := h.docs.Export(system(), filepath.Join(dir, a)); n != 0 || !fault.Is(err, fault.Conflict) {
			t.Errorf("a file: %d, %v, want Conflict", n, err)
		}
		if diff := cmp.Diff(before, contents(t, os.DirFS(dir))); diff != "" {
			t.Errorf("the folder changed:\n%s", diff)
		}
	})
}

func TestNothingIsWrittenOutsideTheFolder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, slug := range []string{"../a", "../../a", "/a", "a/../../../b", "sub/a", `..\a`, "a/", "", ".", "..", "A", "a b", "a.md", "a\x00"} {
			if _, err := h.docs.Create(editor(), document.News, slug, source("nyhet-a", "A")); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q as address: %v, want Invalid", slug, err)
			}
		}
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		for _, path := range []string{"../a.md", "/tmp/a.md", "nyheter/../../a.md"} { // a damaged database
			if err := h.db.Tx(context.Background(), func(tx db.Tx) error { return tx.Exec("UPDATE documents SET path = ?", path).Error }); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "below")
			if n, err := h.docs.Export(system(), dir); n != 0 || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %d files, %v, want Invalid", path, n, err)
			}
			if found, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*.md")); len(found) > 0 {
				t.Errorf("%s was written", found)
			}
		}
	})
}
