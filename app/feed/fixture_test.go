package feed_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/feed"
	"nuso.se/app/glossary"
	"nuso.se/app/news"
	"nuso.se/app/page"
	"nuso.se/app/publication"
	"nuso.se/app/research"
	"nuso.se/app/study"
	"nuso.se/app/web"
	"nuso.se/static"
	"nuso.se/themes"
)

const base = "https://nuso.example"

// house is the site with the feeds as main puts it together, at a clock that tests move.
type house struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Fake
	docs  *document.Service
	feeds *feed.Service
	site  *web.Site
	app   *fiber.App
}

// source tells the page cache what main tells it.
type source struct {
	*db.DB
	docs *document.Service
}

// NextTurn returns when a document next appears or disappears.
func (s source) NextTurn(ctx context.Context) (time.Time, error) { return s.docs.NextTurn(ctx) }

func kinds() []document.Kind {
	all := []document.Kind{news.Kind(), study.Kind(), publication.Kind()}
	all = append(all, research.Kinds()...)
	return append(append(all, glossary.Kind()), page.Kinds(nil)...)
}

func newHouse(t *testing.T, d *db.DB, files fstest.MapFS, cached bool) *house {
	t.Helper()
	h := &house{t: t, db: d, clock: clock.NewFake(clock.At(2026, time.March, 10, 12, 0, 0))}
	pages := []string{"/", "/nyheter", "/studieomraden", "/publikationer", "/forskning", "/ordlista", "/hjalp", "/sok", "/kontakt", "/feed.atom"}
	h.docs = document.New(d, h.clock.Now, base, kinds(), pages)
	h.sync(files)
	options := web.Options{
		BaseURL: base, Secret: []byte("01234567890123456789012345678901"), Now: h.clock.Now, Log: slog.New(slog.DiscardHandler), Theme: theme(t), Dist: dist(t),
	}
	if cached {
		options.Source = source{d, h.docs}
	}
	site, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	h.site, h.feeds, h.app = site, feed.New(h.docs, base, pages), site.App()
	handler := feed.NewHandler(site, h.feeds)
	h.app.Get("/feed.atom", handler.Site)
	h.app.Get("/nyheter/feed.atom", handler.Kind(document.News))
	h.app.Get("/publikationer/feed.atom", handler.Kind(document.Publication))
	h.app.Get("/forskning/feed.atom", handler.Kind(document.Theme, document.Project))
	h.app.Get("/studieomraden/:slug/feed.atom", handler.Area)
	h.app.Get("/sitemap.xml", handler.Sitemap)
	h.app.Get("/robots.txt", handler.Robots)
	h.app.Get("/.well-known/security.txt", handler.Security)
	return h
}

// theme is the real one but for the other features' views.
func theme(t *testing.T) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, pattern := range []string{"layouts/*.html", "partials/*.html", "error/*.html"} {
		names, err := fs.Glob(themes.Files, "nuso/"+pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(themes.Files, name)
			if err != nil {
				t.Fatal(err)
			}
			out[strings.TrimPrefix(name, "nuso/")] = &fstest.MapFile{Data: text}
		}
	}
	return out
}

func dist(t *testing.T) fs.FS {
	t.Helper()
	files, err := fs.Sub(static.Dist, "dist")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// sync imports the files and fails for any fault in them.
func (h *house) sync(files fstest.MapFS) {
	h.t.Helper()
	report, err := h.docs.Sync(access.System(context.Background()), files, false)
	if err != nil || len(report.Problems) > 0 {
		h.t.Fatalf("sync: %v %v", err, report.Problems)
	}
}

// answer is a response whose body is unpacked.
type answer struct {
	status int
	header http.Header
	body   string
}

func (h *house) get(path string, headers ...string) answer {
	h.t.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := h.app.Test(req, -1)
	if err != nil {
		h.t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err == nil && res.Header.Get("Content-Encoding") == "gzip" {
		var r *gzip.Reader
		if r, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
			body, err = io.ReadAll(r)
		}
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// text is a content file: front matter of the lines given after id, title, date and summary, and a body.
func text(id, title, date string, more ...string) *fstest.MapFile {
	head := fmt.Sprintf("---\nid: %s\ntitle: %q\ndate: %s\n", id, title, date)
	body := "Brödtext om " + id + "."
	if !strings.Contains(strings.Join(more, "\n"), "summary:") {
		head += "summary: Sammanfattning av " + id + ".\n"
	}
	for _, line := range more {
		if rest, ok := strings.CutPrefix(line, "body:"); ok {
			body = rest
			continue
		}
		head += line + "\n"
	}
	return &fstest.MapFile{Data: []byte(head + "---\n\n" + body + "\n")}
}

const area = "areas: [delstudie-1]"

// content is one of everything that a visitor may see, and one of everything that a visitor may not, the word planterat in each.
func content() fstest.MapFS {
	planted := func(id string, lines ...string) *fstest.MapFile {
		return text(id, "Planterat "+id, "2026-01-02", append(lines, "summary: Planterat.", area, "body:Planterat.")...)
	}
	return fstest.MapFS{
		"nyheter/ny.md":                text("nyhet-ny", "Ny", "2026-03-01 10:00", area, "updated: 2026-03-01"),
		"nyheter/rattad.md":            text("nyhet-rattad", "Rättad", "2025-05-01", "updated: 2026-03-05"),
		"nyheter/gammal.md":            text("nyhet-gammal", "Gammal", "2024-04-15"),
		"nyheter/inloggad.md":          planted("nyhet-inloggad", "audience: inloggad"),
		"nyheter/deltagare.md":         planted("nyhet-deltagare", "audience: deltagare"),
		"nyheter/utkast.md":            planted("nyhet-utkast", "draft: true"),
		"nyheter/utgangen.md":          planted("nyhet-utgangen", "unpublish: 2026-02-01"),
		"nyheter/kommande.md":          text("nyhet-kommande", "Planterat kommande", "2026-03-10 13:00", "summary: Planterat.", area),
		"studieomraden/delstudie-1.md": text("studie-1", "Delstudie 1", "2025-09-19", area, "order: 1", "state: pågår"),
		"studieomraden/hemlig.md":      planted("studie-hemlig", "audience: deltagare", "order: 2", "state: pågår"),
		"publikationer/pm-1.md":        text("pub-pm-1", "PM 1", "2025-11-01", area, "number: PM 1", "type: pm", "state: utgiven"),
		"publikationer/pm-9.md":        planted("pub-pm-9", "audience: deltagare", "number: PM 9", "type: pm", "state: utgiven"),
		"teman/skola.md":               text("tema-skola", "Skola", "2026-02-01", "order: 1", "question: Hur?"),
		"teman/stangt.md":              planted("tema-stangt", "draft: true", "order: 2", "question: Hur?"),
		"projekt/team.md":              text("projekt-team", "Team", "2026-02-10", area, "themes: [skola]", "order: 1", "stage: idé"),
		"projekt/stangt.md":            planted("projekt-stangt", "audience: deltagare", "themes: [skola]", "order: 2", "stage: idé"),
		"ordlista/insats.md":           text("term-insats", "insats", "2025-09-19", area),
		"ordlista/hemlig.md":           planted("term-hemlig", "audience: inloggad"),
		"sidor/om.md":                  text("sida-om", "Om NUSO", "2025-01-01"),
		"sidor/en.md":                  text("sida-en", "About NUSO", "2025-01-02", area, "lang: en"),
		"sidor/intern.md":              planted("sida-intern", "audience: inloggad"),
		"hjalp/floden.md":              text("hjalp-floden", "Flöden", "2025-03-03", "order: 1"),
	}
}
