package document_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/web"
)

func TestTypesAndSchemaAgree(t *testing.T) {
	each(t, func(t *testing.T, h *house) { dbtest.Parity(t, h.db, document.Models()...) })
}

func TestWritesThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.put(b, source("nyhet-b", "B"))
		h.sync()
		h.archive("nyhet-b")
		doc := h.find(document.News, "a")
		create := func(kind, slug, text string) func() error {
			return func() error { _, err := h.docs.Create(editor(), kind, slug, text); return err }
		}
		update := func(id string, version int64, text string) func() error {
			return func() error { _, err := h.docs.Update(editor(), id, version, text); return err }
		}
		for _, row := range []struct {
			name string
			do   func() error
			kind fault.Kind
			want string
		}{
			{"a stale version", update("nyhet-a", doc.Version-1, doc.Source), fault.Conflict, "Någon annan har sparat sidan medan du skrev."},
			{"a version to come", update("nyhet-a", doc.Version+1, doc.Source), fault.Conflict, "Någon annan"},
			{"another id", update("nyhet-a", doc.Version, source("nyhet-c", "x")), fault.Invalid, "Dokumentets id får inte ändras."},
			{"no document", update("nyhet-x", 1, source("nyhet-x", "x")), fault.NotFound, ""},
			{"front matter with faults", update("nyhet-a", doc.Version, source("nyhet-a", "x", "date: x")), fault.Invalid, "Rad 4: fältet date"},
			{"no front matter", update("nyhet-a", doc.Version, "x"), fault.Invalid, "Rad 1: Filen saknar sidhuvud. Börja"},
			{"a text with faults", update("nyhet-a", doc.Version, source("nyhet-a", "![x](saknas.png)")), fault.Invalid, "Rad 8: Bilden ”saknas.png” finns inte. Kontrollera"},
			{"a text that is refused whole", update("nyhet-a", doc.Version, source("nyhet-a", bomb())), fault.Invalid, "nästlad i för många nivåer. Gör"},
			{"an address that is taken", create(document.News, "a", source("nyhet-c", "x")), fault.Conflict, "används redan"},
			{"an id that is taken", create(document.News, "c", source("nyhet-a", "x")), fault.Conflict, "används redan"},
			{"the id of an archived document", create(document.News, "c", source("nyhet-b", "x")), fault.Conflict, "används redan"},
			{"an unknown kind", create("x", "c", source("nyhet-c", "x")), fault.Invalid, "okänd sort"},
			{"a reserved address", create(document.Page, "sok", source("sida-sok", "x")), fault.Invalid, "upptagen"},
		} {
			t.Run(row.name, func(t *testing.T) {
				before := h.rows()
				err := row.do()
				f := fault.Of(err)
				if f == nil || f.Kind != row.kind {
					t.Fatalf("got %v, want kind %d", err, row.kind)
				}
				text := f.Text
				for _, field := range f.Fields {
					text += " " + field.Text
				}
				if !strings.Contains(text, row.want) || strings.Contains(text, ".. ") {
					t.Errorf("says %q, want %q", text, row.want)
				}
				if diff := cmp.Diff(before, h.rows()); diff != "" {
					t.Errorf("rows changed:\n%s", diff)
				}
			})
		}
	})
}

func TestAnArchivedDocumentGivesItsAddressFree(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		h.archive("nyhet-a")
		if _, err := h.docs.Create(editor(), document.News, "a", source("nyhet-c", "C")); err != nil {
			t.Fatal(err)
		}
		if h.find(document.News, "a").ID != "nyhet-c" {
			t.Error("another document is there")
		}
	})
}

func TestOfTwoWhoSaveAtOnceOneIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		doc := h.find(document.News, "a")
		errs := make([]error, 4)
		var savers sync.WaitGroup
		for n := range errs {
			savers.Go(func() {
				_, errs[n] = h.docs.Update(editor(), doc.ID, doc.Version, source("nyhet-a", fmt.Sprint("text ", n)))
			})
		}
		savers.Wait()
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		}
		if saved != 1 || len(h.texts("nyhet-a")) != 2 {
			t.Errorf("%d saved, %v", saved, h.texts("nyhet-a"))
		}
	})
}

func TestFilters(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Skolfrånvaro ökar med 100 % i år_slutet C:\\x.", "date: 2024-12-31 23:59", "areas: [delstudie-1]", "themes: [tema]"))
		h.put(b, source("nyhet-b", "Om 100 år.", "date: 2025-01-01", "areas: [delstudie-1, delstudie-2]", "title: ÅRSMÖTE"))
		h.put(c, source("nyhet-c", "Något annat.", "date: 2025-06-01", "themes: [tema]"))
		h.put("studieomraden/delstudie-1.md", source("studie-1", "", "order: 2", "date: 2023-01-01"))
		h.put("studieomraden/delstudie-2.md", source("studie-2", "", "order: 1", "date: 2023-01-02"))
		h.sync()
		for _, row := range []struct {
			name   string
			filter document.Filter
			want   string
			total  int
		}{
			{"all, by order and then newest first", document.Filter{}, "c b a delstudie-2 delstudie-1", 5},
			{"a kind", document.Filter{Kinds: []string{document.StudyArea}}, "delstudie-2 delstudie-1", 2},
			{"two kinds", document.Filter{Kinds: []string{document.StudyArea, document.News}}, "c b a delstudie-2 delstudie-1", 5},
			{"an area", document.Filter{Area: "delstudie-1"}, "b a", 2},
			{"a theme", document.Filter{Theme: "tema"}, "c a", 2},
			{"an area and a theme", document.Filter{Area: "delstudie-1", Theme: "tema"}, "a", 1},
			{"an area by the name of a theme", document.Filter{Area: "tema"}, "", 0},
			{"a Swedish year", document.Filter{Year: 2024}, "a", 1},
			{"the next", document.Filter{Year: 2025}, "c b", 2},
			{"a year without documents", document.Filter{Year: -1}, "", 0},
			{"a page", document.Filter{Limit: 2, Counted: true}, "c b", 5},
			{"the next page", document.Filter{Limit: 2, Skip: 2, Counted: true}, "a delstudie-2", 5},
			{"beyond the end", document.Filter{Limit: 2, Skip: 10, Counted: true}, "", 5},
			{"before the beginning", document.Filter{Limit: 2, Skip: -20, Counted: true}, "c b", 5},
			{"counted without a page", document.Filter{Area: "delstudie-1", Counted: true}, "b a", 2},
		} {
			t.Run(row.name, func(t *testing.T) {
				list, err := h.docs.List(visitor(), row.filter)
				if err != nil {
					t.Fatal(err)
				}
				var slugs []string
				for _, doc := range list.Items {
					slugs = append(slugs, doc.Slug)
					if doc.Source+doc.HTML+doc.Text != "" {
						t.Error("a list with texts")
					}
				}
				if got := strings.Join(slugs, " "); got != row.want || list.Total != row.total {
					t.Errorf("got %s of %d, want %s of %d", got, list.Total, row.want, row.total)
				}
			})
		}
		list, err := h.docs.List(visitor(), document.Filter{Area: "delstudie-1"})
		full, textErr := h.docs.Texts(visitor(), list.Items)
		if err != nil || textErr != nil || len(full) != 2 || full[0].Slug != "b" || !strings.Contains(full[0].HTML, "100 år") {
			t.Errorf("with texts: %v %v %v", full, err, textErr)
		}
		news, err := h.docs.List(visitor(), document.Filter{Kinds: []string{document.News}, Area: "delstudie-1", Year: 2024, Limit: 1, Counted: true})
		if err != nil || news.Total != 1 {
			t.Errorf("news of an area and a year: %d %v", news.Total, err)
		}
		if diff := cmp.Diff([]web.Option{{Value: "2025", Title: "2025", Count: 2}, {Value: "2024", Title: "2024", Count: 1}}, document.YearOptions(news.Years)); diff != "" {
			t.Errorf("years:\n%s", diff)
		}
		titles, err := h.docs.Titles(visitor(), document.StudyArea)
		options := titles.Options(news.Areas)
		if err != nil || len(options) != 2 || options[0].Value != "delstudie-2" || options[0].Count != 1 || options[1].Count != 2 {
			t.Errorf("areas %v %v", options, err)
		}
	})
}

func TestRelatedIsWhatSharesMost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A", "areas: [x, y]", "themes: [z]"))
		h.put(b, source("nyhet-b", "B", "areas: [x]", "date: 2025-01-01"))
		h.put(c, source("nyhet-c", "C", "areas: [x, y]", "date: 2020-01-01"))
		h.put("nyheter/d.md", source("nyhet-d", "D", "areas: [z]"))
		h.put("nyheter/e.md", source("nyhet-e", "E", "areas: [y]", "date: 2025-02-01"))
		h.put("sidor/f.md", source("sida-f", "F", "areas: [x, y]", "themes: [z]"))
		h.sync()
		doc := h.find(document.News, "a")
		for _, row := range []struct {
			name  string
			limit int
			kinds []string
			want  string
		}{
			{"most shared first, then newest, never itself", 10, []string{document.News}, "c e b"},
			{"at most so many", 2, []string{document.News}, "c e"},
			{"of the kinds asked for", 10, []string{document.News, document.Page}, "f c e b"},
			{"of no kind", 10, nil, ""},
		} {
			related, err := h.docs.Related(visitor(), doc, row.limit, row.kinds...)
			var slugs []string
			for _, doc := range related {
				slugs = append(slugs, doc.Slug)
			}
			if got := strings.Join(slugs, " "); got != row.want || err != nil {
				t.Errorf("%s: %s %v, want %s", row.name, got, err, row.want)
			}
		}
	})
}

func TestTheNextTurnIsTheFirstThatShows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		turn := func() time.Time {
			t.Helper()
			at, err := h.docs.NextTurn(visitor())
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		if got := turn(); !got.IsZero() {
			t.Errorf("nothing turns: %s", got)
		}
		h.put(a, source("nyhet-a", "A", "unpublish: 2026-03-05 10:00"))
		h.put(b, source("nyhet-b", "B", "date: 2026-03-05 09:00", "unpublish: 2026-03-04 13:00"))
		h.put(c, source("nyhet-c", "C", "date: 2026-03-05 08:00", "draft: true"))
		h.sync()
		for _, step := range []struct{ at, want time.Time }{
			{noon(), clock.At(2026, 3, 4, 13, 0, 0)},
			{clock.At(2026, 3, 4, 13, 0, 0), clock.At(2026, 3, 5, 9, 0, 0)},
			{clock.At(2026, 3, 5, 9, 0, 0), clock.At(2026, 3, 5, 10, 0, 0)},
			{clock.At(2026, 3, 5, 10, 0, 0), time.Time{}},
		} {
			h.clock.Set(step.at)
			if got := turn(); !got.Equal(step.want) {
				t.Errorf("at %s: %s, want %s", step.at, got, step.want)
			}
		}
	})
}

func TestADocumentShowsFromItsDateToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A", "date: 2026-03-05 08:00", "unpublish: 2026-03-06"))
		h.sync()
		for _, step := range []struct {
			at   time.Time
			want int
		}{{clock.At(2026, 3, 5, 7, 59, 59), 0}, {clock.At(2026, 3, 5, 8, 0, 0), 1}, {clock.At(2026, 3, 5, 23, 59, 59), 1}, {clock.At(2026, 3, 6, 0, 0, 0), 0}} {
			h.clock.Set(step.at)
			list, err := h.docs.List(visitor(), document.Filter{})
			if list.Total != step.want || err != nil {
				t.Errorf("at %s: %d %v, want %d", step.at, list.Total, err, step.want)
			}
		}
	})
}

func TestQueriesDoNotGrowWithRows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		counts := [2][]int{}
		for n, rows := range []int{2, 40} {
			for row := range rows {
				h.put(fmt.Sprintf("nyheter/n%d.md", row), source(fmt.Sprintf("nyhet-%d", row), "ord", "areas: [x]"))
			}
			h.put("studieomraden/x.md", source("studie-x", ""))
			h.sync()
			doc := h.find(document.News, "n1")
			for _, ask := range []func() error{
				func() error { return second(h.docs.List(visitor(), document.Filter{})) },
				func() error {
					return second(h.docs.List(visitor(), document.Filter{Limit: 20, Counted: true}))
				},
				func() error {
					return second(h.docs.Texts(visitor(), []document.Document{doc}))
				},
				func() error { return second(h.docs.BySlug(visitor(), document.News, "n1")) },
				func() error { return second(h.docs.Related(visitor(), doc, 4, document.News)) },
				func() error { return second(h.docs.Article(visitor(), doc)) },
			} {
				for range 2 { // what has changed since it was last asked for costs one more
					counts[n] = append(counts[n], dbtest.Queries(t, h.db, func() {
						if err := ask(); err != nil {
							t.Error(err)
						}
					}))
				}
			}
		}
		if want := []int{2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; !slices.Equal(counts[0], want) || !slices.Equal(counts[1], want) {
			t.Errorf("queries %v with few rows and %v with many, want %v", counts[0], counts[1], want)
		}
	})
}

func TestThePageOfADocument(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "## Ett\n\nord\n\n## Två\n\nord", "responsible: Projektkontoret", "updated: 2025-10-01", "review: 2026-03-03"))
		h.put("sidor/en.md", source("sida-en", "## One", "lang: en"))
		h.put("ordlista/ord.md", source("term-ord", ""))
		h.sync()
		page := h.docs.NewPage(h.find(document.Page, "en"))
		if page.Path != "/en" || page.Lang != "en" || page.OGType != "article" || page.NoStore || page.Lead != "Kort om sida-en." {
			t.Errorf("page %+v", page)
		}
		if got := h.docs.Address(h.find(document.Term, "ord")); got != "/ordlista#ord" {
			t.Error(got)
		}
		doc := h.find(document.News, "a")
		article, err := h.docs.Article(visitor(), doc)
		if err != nil || len(article.Outline) != 2 || article.Responsible != "Projektkontoret" || article.Updated.ISO != "2025-10-01" || article.Published.ISO != "2025-09-19" {
			t.Errorf("article %+v %v", article, err)
		}
		for _, row := range []struct {
			at   time.Time
			want string
		}{
			{clock.At(2026, 3, 3, 23, 59, 59), ""},
			{clock.At(2026, 3, 4, 0, 0, 0), "Texten är äldre än 5 månader och skulle ha setts över. Uppgifter kan ha ändrats."},
			{clock.At(2027, 3, 4, 0, 0, 0), "Texten är äldre än 17 månader och skulle ha setts över. Uppgifter kan ha ändrats."},
		} {
			h.clock.Set(row.at)
			if article, _ := h.docs.Article(visitor(), doc); article.Overdue != row.want {
				t.Errorf("at %s: %q, want %q", row.at, article.Overdue, row.want)
			}
		}
		english, err := h.docs.Article(visitor(), h.find(document.Page, "en"))
		if err != nil || english.Outline != nil {
			t.Errorf("a table of contents of one heading: %v %v", english.Outline, err)
		}
	})
}

func TestWithoutItsDatabaseTheServiceIsUnavailable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		if err := h.db.Close(); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{
			"List":   second(h.docs.List(visitor(), document.Filter{})),
			"BySlug": second(h.docs.BySlug(visitor(), document.News, "a")),
			"Update": second(h.docs.Update(editor(), "nyhet-a", 1, source("nyhet-a", "x"))),
			"Sync":   second(h.docs.Sync(system(), h.files, false)),
			"Boot":   second(h.docs.Boot(context.Background(), h.files)),
		} {
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("%s: %v, want Unavailable", name, errors.Unwrap(err))
			}
		}
	})
}
