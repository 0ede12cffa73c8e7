package document_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// plain is the front matter of the tests' kinds: what documents share, and what terms add.
type plain struct {
	document.Meta `yaml:",inline"`
	Label         string   `yaml:"label" json:"label,omitempty"`
	Variants      []string `yaml:"variants" json:"variants,omitempty"`
	Mark          *bool    `yaml:"mark" json:"mark,omitempty"`
}

func (p *plain) Check() []document.Problem {
	if p.Label == "fel" {
		return []document.Problem{document.At("label", "ordet fel går inte att använda", "Skriv ett annat.")}
	}
	return nil
}

func kinds() []document.Kind {
	front := func() document.FrontMatter { return new(plain) }
	return []document.Kind{
		{Name: document.News, Folder: "nyheter", Title: "Nyhet", Section: "/nyheter", Tint: "read", New: front},
		{Name: document.StudyArea, Folder: "studieomraden", Title: "Studieområde", Section: "/studieomraden", Tint: "read", New: front},
		{Name: document.Theme, Folder: "teman", Title: "Tema", Section: "/forskning", Tint: "research", New: front, Reserved: []string{"projekt"}},
		{
			Name: document.Term, Folder: "ordlista", Title: "Ord", Section: "/ordlista", Tint: "read", New: front, Anchor: true,
			Words: func(d document.Document) []string { return []string{"also", d.Front.(*plain).Responsible} },
		},
		{Name: document.Page, Folder: "sidor", Title: "Sida", Section: "/", Tint: "read", New: front, Reserved: []string{"nyheter", "sok"}},
	}
}

func sections() []string { return []string{"/", "/nyheter", "/ordlista", "/sok"} }

// house is a database with documents, and the files beside it.
type house struct {
	testing.TB
	db    *db.DB
	docs  *document.Service
	clock *clock.Fake
	files fstest.MapFS
}

// noon is when tests happen unless they say otherwise.
func noon() time.Time { return clock.At(2026, time.March, 4, 12, 0, 0) }

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	c := clock.NewFake(noon())
	return &house{TB: t, db: d, clock: c, docs: document.New(d, c.Now, "https://nuso.example", kinds(), nil, sections()), files: fstest.MapFS{}}
}

// each runs the test on every engine in an empty house. The databases are shared by the tests of the package: to make
// one costs more than a test.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	for engine, open := range map[string]func(testing.TB) *db.DB{db.SQLite: dbtest.New, db.PostgreSQL: dbtest.Postgres} {
		t.Run(engine, func(t *testing.T) {
			if shared.databases[engine] == nil {
				shared.databases[engine] = open(lasting{t})
			}
			h := house{db: shared.databases[engine]}
			test(t, h.empty(t))
		})
	}
}

// shared are the databases, with what removes them when all tests have run.
var shared = struct {
	databases map[string]*db.DB
	cleanups  []func()
}{databases: map[string]*db.DB{}}

// lasting is the first test that needs a database, which outlives it.
type lasting struct{ testing.TB }

func (lasting) Cleanup(clean func()) { shared.cleanups = append(shared.cleanups, clean) }

func (l lasting) TempDir() string {
	dir, err := os.MkdirTemp("", "nuso-document")
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestMain(m *testing.M) {
	status := m.Run()
	for _, clean := range slices.Backward(shared.cleanups) {
		clean()
	}
	os.Exit(status)
}

// empty returns the house with an empty database, no files and the clock at noon.
func (h *house) empty(t testing.TB) *house {
	t.Helper()
	err := h.db.Tx(context.Background(), func(tx db.Tx) error {
		for _, table := range []string{"documents", "document_manifests", "document_images", "search_documents", "jobs"} {
			if err := tx.Exec("DELETE FROM " + table).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return newHouse(t, h.db)
}

// source is a file: id, body and further lines of front matter. A line with a key that stands there already takes its place.
func source(id, body string, keys ...string) string {
	lines := []string{"id: " + id, "title: Om " + id, "date: 2025-09-19", "summary: Kort om " + id + "."}
	for _, key := range keys {
		name, _, _ := strings.Cut(key, ":")
		if i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, name+":") }); i >= 0 {
			lines[i] = key
		} else {
			lines = append(lines, key)
		}
	}
	return "---\n" + strings.Join(lines, "\n") + "\n---\n\n" + body + "\n"
}

func (h *house) put(path, text string) { h.files[path] = &fstest.MapFile{Data: []byte(text)} }

func (h *house) remove(paths ...string) {
	for _, path := range paths {
		delete(h.files, path)
	}
}

func (h *house) rename(from, to string) {
	h.files[to] = h.files[from]
	delete(h.files, from)
}

// picture puts an image of one colour and the size.
func (h *house) picture(path string, width, height int, c color.Color) {
	h.Helper()
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		canvas.Set(i%width, i/width, c)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		h.Fatal(err)
	}
	h.put(path, out.String())
}

// sync brings the files in as the system does; the clock goes on, so that a row that was written again is seen.
func (h *house) sync() document.Report { h.Helper(); return h.syncWith(false) }

func (h *house) syncWith(prune bool) document.Report {
	h.Helper()
	h.clock.Advance(time.Minute)
	report, err := h.docs.Sync(system(), h.files, prune)
	if err != nil {
		h.Fatalf("sync: %v", err)
	}
	return report
}

func (h *house) boot(files fs.FS) document.Report {
	h.Helper()
	h.clock.Advance(time.Minute)
	report, err := h.docs.Boot(context.Background(), files)
	if err != nil {
		h.Fatalf("boot: %v", err)
	}
	return report
}

func system() context.Context { return access.System(context.Background()) }

func visitor() context.Context { return context.Background() }

func editor() context.Context {
	return access.With(context.Background(), access.Actor{ID: "1", Name: "Eva", Role: access.Editor})
}

// find returns the document that the system sees at an address, and an empty one when there is none.
func (h *house) find(kind, slug string) document.Document {
	h.Helper()
	doc, err := h.docs.BySlug(system(), kind, slug)
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Moved) {
		h.Fatal(err)
	}
	return doc
}

// movedTo returns where a former address leads; empty when it leads nowhere or is a document's own.
func (h *house) movedTo(kind, slug string) string {
	h.Helper()
	_, err := h.docs.BySlug(visitor(), kind, slug)
	if f := fault.Of(err); f != nil && f.Kind == fault.Moved {
		return f.To
	}
	return ""
}

// edit saves a new text in the site.
func (h *house) edit(kind, slug, text string) document.Document {
	h.Helper()
	h.clock.Advance(time.Minute)
	old := h.find(kind, slug)
	doc, err := h.docs.Update(editor(), old.ID, old.Version, text)
	if err != nil {
		h.Fatalf("edit %s: %v", slug, err)
	}
	return doc
}

// texts are the revisions of a document, newest first, as "origin: body".
func (h *house) texts(id string) []string {
	h.Helper()
	revisions, err := h.docs.Revisions(system(), id)
	if err != nil {
		h.Fatal(err)
	}
	var texts []string
	for _, r := range revisions {
		texts = append(texts, string(r.Origin)+": "+bodyOf(r.Source))
	}
	return texts
}

func bodyOf(text string) string {
	_, body, _ := strings.Cut(text, "\n---\n\n")
	return strings.TrimSpace(body)
}

// rows is every row of every table of documents, written down.
func (h *house) rows() string {
	h.Helper()
	var out strings.Builder
	for _, table := range []string{"announcements", "documents", "document_tags", "document_aliases", "document_revisions", "document_images", "document_manifests"} {
		var rows []map[string]any
		columns := "*"
		if table == "document_images" {
			columns = "path, hash, length(data)"
		}
		if err := h.db.Read(context.Background()).Raw("SELECT " + columns + " FROM " + table).Scan(&rows).Error; err != nil {
			h.Fatal(err)
		}
		var lines []string
		for _, row := range rows {
			lines = append(lines, fmt.Sprint(table, row))
		}
		slices.Sort(lines)
		out.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return out.String()
}

func (h *house) announcement() int64 {
	h.Helper()
	n, err := h.db.Announcement(context.Background())
	if err != nil {
		h.Fatal(err)
	}
	return n
}

// drain works off all jobs that are due.
func (h *house) drain() {
	h.Helper()
	runner := jobs.New(h.db, slog.New(slog.DiscardHandler), h.clock.Now)
	h.docs.Register(runner)
	if err := runner.Drain(context.Background()); err != nil {
		h.Fatal(err)
	}
}

// wantReport compares all but the texts of problems.
func wantReport(t testing.TB, got, want document.Report) {
	t.Helper()
	if len(got.Problems) != 0 && len(want.Problems) == 0 {
		t.Errorf("problems: %v", got.Problems)
	}
	got.Problems, want.Problems = nil, nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report (- want, + got):\n%s", diff)
	}
}

// problems are what Check says of the files.
func (h *house) problems() []string {
	h.Helper()
	_, problems, err := h.docs.Check(h.files)
	if err != nil {
		h.Fatal(err)
	}
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Error())
	}
	return texts
}
