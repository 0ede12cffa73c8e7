package document_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/search"
	"nuso.se/app/web"
)

// findable returns the versions that search has, by id.
func (h *house) findable() map[string]int64 {
	h.Helper()
	versions, err := search.Versions(h.db.Read(context.Background()), document.News, document.StudyArea, document.Page, document.Term)
	if err != nil {
		h.Fatal(err)
	}
	return versions
}

func TestWhatIsWrittenIsFindableAsItStands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		want := func(step string, versions map[string]int64) {
			t.Helper()
			if diff := cmp.Diff(versions, h.findable()); diff != "" {
				t.Errorf("%s (- want, + got):\n%s", step, diff)
			}
		}
		h.put(a, source("nyhet-a", "A"))
		h.put(b, source("nyhet-b", "B", "draft: true"))
		h.put("sidor/h.md", source("sida-h", "H"))
		h.sync()
		want("after the first sync", map[string]int64{"nyhet-a": 1, "nyhet-b": 1, "sida-h": 1})
		doc := h.edit(document.News, "a", source("nyhet-a", "Nytt"))
		want("after an edit in the site", map[string]int64{"nyhet-a": doc.Version, "nyhet-b": 1, "sida-h": 1})
		h.put(b, source("nyhet-b", "B igen"))
		h.sync()
		want("after another sync", map[string]int64{"nyhet-a": doc.Version, "nyhet-b": 2, "sida-h": 1})
		if _, err := h.docs.Archive(editor(), "nyhet-a"); err != nil {
			t.Fatal(err)
		}
		want("after an archiving", map[string]int64{"nyhet-b": 2, "sida-h": 1})
		h.exec("DELETE FROM search_documents")
		h.boot(h.files)
		h.boot(h.files)
		want("after the start of a program that has search, on data from before", map[string]int64{"nyhet-b": 2, "sida-h": 1})
	})
}

func TestSectionsAreFindable(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		start := func(sections ...web.Section) map[string]int64 {
			h.docs = document.New(h.db, h.clock.Now, "https://nuso.example", kinds(), sections, nil)
			h.boot(h.files)
			return h.findable()
		}
		first := start(web.Section{Title: "Nyheter", Path: "/nyheter", Lead: "Vad som händer."}, web.Section{Title: "Kontakt", Path: "/kontakt"})
		same := start(web.Section{Title: "Nyheter", Path: "/nyheter", Lead: "Vad som händer."}, web.Section{Title: "Kontakt", Path: "/kontakt"})
		if diff := cmp.Diff(first, same); diff != "" || len(first) != 3 || first["/nyheter"] == 0 {
			t.Errorf("%v, and after another start: %s", first, diff)
		}
		changed := start(web.Section{Title: "Nyheter", Path: "/nyheter", Lead: "Vad som hände."})
		if _, found := changed["/kontakt"]; found || len(changed) != 2 || changed["/nyheter"] == first["/nyheter"] {
			t.Errorf("of a program with other sections: %v, before: %v", changed, first)
		}
	})
}

func TestAWriteThatFailsIsNotFindable(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		if _, err := h.docs.Create(editor(), document.News, "b", "inget"); err == nil {
			t.Fatal("a text without front matter was taken")
		}
		if _, err := h.docs.Update(editor(), "nyhet-a", 7, source("nyhet-a", "Fel version")); err == nil {
			t.Fatal("an old version was taken")
		}
		if got := h.findable(); len(got) != 1 || got["nyhet-a"] != 1 {
			t.Errorf("%v", got)
		}
	})
}

func TestWhatSearchIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Texten **om** allt.\n", "title: Rubrik Å", "areas: [delstudie-1]", "challenges: [skola]", "audience: deltagare",
			"date: 2025-12-31 23:30", "unpublish: 2026-12-31", "updated: 2026-01-02"))
		h.put("sidor/h.md", source("sida-h", "H", "lang: en", "draft: true"))
		h.put("ordlista/o.md", source("ord-o", "Texten.", "responsible: Projektkontoret"))
		h.sync()
		got := h.told("nyhet-a")
		want := told{
			Kind: "news", Path: "/nyheter/a", Title: "Rubrik Å", Body: "Texten om allt.", Lang: "sv", Audience: access.Participants,
			ShownFrom: db.At(clock.At(2025, 12, 31, 23, 30, 0)), ShownUntil: db.At(clock.At(2026, 12, 31, 0, 0, 0)), Date: db.At(clock.At(2026, 1, 2, 0, 0, 0)),
			Areas: `["delstudie-1"]`, Challenges: `["skola"]`, Year: 2025,
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b db.Instant) bool { return a.Equal(b.Time) })); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		if term := h.told("ord-o"); term.Body != "Texten.\nalso\nProjektkontoret" {
			t.Errorf("a term with words beside its text is told as %q", term.Body)
		}
		if page := h.told("sida-h"); page.Kind != document.Page || page.Lang != "en" || !page.Draft || page.Path != "/h" {
			t.Errorf("a page is told as %+v", page)
		}
	})
}

// told is what search keeps of a document.
type told struct {
	Kind, Path, Title, Body, Lang, Areas, Challenges string
	Audience                                         access.Audience
	Draft                                            bool
	ShownFrom, ShownUntil, Date                      db.Instant
	Year                                             int64
}

func (h *house) told(id string) told {
	h.Helper()
	var row told
	err := h.db.Read(context.Background()).Raw(`SELECT kind, path, title, body, lang, areas, challenges, audience, draft, shown_from, shown_until, date, year
		FROM search_documents WHERE id = ?`, id).Take(&row).Error
	if err != nil {
		h.Fatal(err)
	}
	return row
}
