package document_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
)

func term(slug string, keys ...string) string {
	return source("term-"+slug, "", append([]string{"title: " + slug, "summary: Förklaringen av " + slug + "."}, keys...)...)
}

// marks reports whether the text of nyheter/a marks the word, and with the explanation.
func (h *house) marks(explanation string) bool {
	h.Helper()
	return strings.Contains(h.find(document.News, "a").HTML, explanation)
}

func TestTextsFollowTheGlossaryOfTheFiles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Om placeringar i dag."))
		h.sync()
		before := h.find(document.News, "a")
		h.put("ordlista/placering.md", term("placering", "variants: [placeringar]"))
		wantReport(t, h.sync(), document.Report{Added: 1, Unchanged: 1})
		if !h.marks("Förklaringen av placering.") {
			t.Errorf("the new term is not marked:\n%s", h.find(document.News, "a").HTML)
		}
		if doc := h.find(document.News, "a"); doc.Version != before.Version || doc.UpdatedAt != before.UpdatedAt {
			t.Error("marking a term counts as a change of the text")
		}
		h.put("ordlista/placering.md", term("placering", "variants: [placeringar]", "summary: En ny förklaring."))
		h.sync()
		if !h.marks("En ny förklaring.") || h.marks("Förklaringen av") {
			t.Error("the changed term's old explanation stands")
		}
		h.put("ordlista/placering.md", term("placering", "variants: [placeringar]", "mark: false"))
		h.sync()
		if h.marks("Förklaringen av") {
			t.Error("a term that is not to be marked is marked")
		}
		h.put("ordlista/placering.md", term("placering", "variants: [placeringar]"))
		h.sync()
		h.remove("ordlista/placering.md")
		h.sync()
		if h.marks("Förklaringen av") {
			t.Error("a term that is gone is marked")
		}
		h.changesNothing(false)
	})
}

func TestTextsFollowTheGlossaryOfTheSite(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Om en placering i dag."))
		h.put("ordlista/placering.md", term("placering"))
		h.sync()
		h.edit(document.Term, "placering", term("placering", "summary: Webbens förklaring."))
		if h.marks("Webbens förklaring.") {
			t.Fatal("texts are rendered within the editor's request")
		}
		announced := h.announcement()
		h.drain()
		if !h.marks("Webbens förklaring.") || h.announcement() == announced {
			t.Error("the changed term is not marked after the job, or nobody was told")
		}
		h.archive("term-placering")
		h.drain()
		if h.marks("Webbens förklaring.") {
			t.Error("an archived term is marked")
		}
		if _, err := h.docs.Create(editor(), document.Term, "dag", term("dag")); err != nil {
			t.Fatal(err)
		}
		h.drain()
		if !h.marks("Förklaringen av dag.") {
			t.Error("a term made in the site is not marked")
		}
		announced = h.announcement()
		h.drain()
		h.boot(h.files)
		h.boot(h.files)
		if h.announcement() != announced {
			t.Error("nothing was rendered, and announced")
		}
	})
}

func TestATermIsMarkedOnlyWhileEverybodyMaySeeIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, row := range []struct{ name, key string }{
			{"a draft", "draft: true"}, {"for those logged in", "audience: inloggad"}, {"of tomorrow", "date: 2026-03-05"}, {"of yesterday", "unpublish: 2026-03-03"},
		} {
			h := h.empty(t)
			h.put(a, source("nyhet-a", "Om en placering."))
			h.put("ordlista/placering.md", term("placering", row.key))
			h.sync()
			if h.marks("Förklaringen av") {
				t.Errorf("a term %s is explained to all", row.name)
			}
		}
	})
}

func TestATermIsMarkedFromItsDateToItsEnd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "Om en placering."))
		h.put("ordlista/placering.md", term("placering", "date: 2026-03-05 08:00", "unpublish: 2026-03-06"))
		h.sync()
		for _, step := range []struct {
			at   time.Time
			want bool
		}{
			{clock.At(2026, 3, 5, 7, 59, 59), false}, {clock.At(2026, 3, 5, 8, 0, 0), true}, {clock.At(2026, 3, 5, 23, 59, 59), true}, {clock.At(2026, 3, 6, 0, 0, 0), false},
		} {
			h.clock.Set(step.at)
			h.drain()
			if got := h.marks("Förklaringen av"); got != step.want {
				t.Errorf("at %s marked: %v, want %v", step.at, got, step.want)
			}
		}
	})
}

func TestOurOwnTexts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put("ordlista/placering.md", term("placering"))
		h.put("ordlista/familjehem.md", source("term-familjehem", "Ett familjehem är en placering.", "title: familjehem"))
		h.put("sidor/en.md", source("sida-en", "> [!NOTE]\n> A word: placering. [Them](https://example.com/x)", "lang: en"))
		h.sync()
		english := h.find(document.Page, "en").HTML
		for _, row := range []struct {
			name, html, part string
			want             bool
		}{
			{"a link of ours is no link of a stranger's", english, "nofollow", false},
			{"an English page speaks English", english, ">Note<", true},
			{"an English page marks no Swedish terms", english, "Förklaringen av", false},
			{"a term marks others", h.find(document.Term, "familjehem").HTML, "Förklaringen av placering", true},
			{"a term does not mark itself", h.find(document.Term, "familjehem").HTML, "Kort om term-familjehem", false},
		} {
			if got := strings.Contains(row.html, row.part); got != row.want {
				t.Errorf("%s: %q there is %v\n%s", row.name, row.part, got, row.html)
			}
		}
	})
}

// On SQLite writes stand in line; on PostgreSQL somebody may save while the job renders.
func TestATextSavedWhileTheJobRendersKeepsItsOwnHTML(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if h.db.Engine() == db.SQLite {
			return
		}
		h.put(a, source("nyhet-a", "gammal text"))
		h.put("ordlista/placering.md", term("placering"))
		h.sync()
		h.edit(document.Term, "placering", term("placering", "summary: Ny."))
		var once sync.Once
		stop := h.db.OnQuery(func(query string) {
			if strings.Contains(query, "rendered_with <>") {
				once.Do(func() { h.edit(document.News, "a", source("nyhet-a", "ny text om placering")) })
			}
		})
		defer stop()
		h.drain()
		if doc := h.find(document.News, "a"); !strings.Contains(doc.HTML, "ny text") {
			t.Errorf("the text %q shows as %q", bodyOf(doc.Source), doc.HTML)
		}
	})
}
