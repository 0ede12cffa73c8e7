package document_test

import (
	"context"
	"strings"
	"testing"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// exec changes rows as no verb does.
func (h *house) exec(sql string) {
	h.Helper()
	if err := h.db.Tx(context.Background(), func(tx db.Tx) error { return tx.Exec(sql).Error }); err != nil {
		h.Fatal(err)
	}
}

// titles asks for the news as one who may see them.
func (h *house) titles(t *testing.T) string {
	t.Helper()
	list, err := h.docs.List(visitor(), document.Filter{Kinds: []string{document.News}})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, doc := range list.Items {
		titles = append(titles, doc.Title)
	}
	return strings.Join(titles, " | ")
}

func TestAListShowsWhatWasJustWritten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A", "title: Ett"))
		h.put(b, source("nyhet-b", "B", "title: Två", "date: 2025-01-01"))
		h.sync()
		if got := h.titles(t); got != "Ett | Två" {
			t.Fatal(got)
		}
		for _, step := range []struct{ name, text, want string }{
			{"another title", source("nyhet-a", "A", "title: Tre"), "Tre | Två"},
			{"an older date", source("nyhet-a", "A", "title: Tre", "date: 2020-01-01"), "Två | Tre"},
			{"an audience", source("nyhet-a", "A", "title: Tre", "audience: deltagare"), "Två"},
			{"open again", source("nyhet-a", "A", "title: Fyra"), "Fyra | Två"},
			{"a draft", source("nyhet-a", "A", "draft: true"), "Två"},
		} {
			doc, err := h.docs.BySlug(editor(), document.News, "a")
			if err != nil {
				t.Fatal(step.name, err)
			}
			if _, err := h.docs.Update(editor(), "nyhet-a", doc.Version, step.text); err != nil {
				t.Fatal(step.name, err)
			}
			if got := h.titles(t); got != step.want {
				t.Errorf("%s: %s, want %s", step.name, got, step.want)
			}
		}
	})
}

func TestFrontMatterOfAnotherShapeIsAFaultAndNoPanic(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.sync()
		h.exec(`UPDATE documents SET fields = '{"title": 7}', version = version + 1`)
		for name, err := range map[string]error{
			"List":   second(h.docs.List(visitor(), document.Filter{})),
			"BySlug": second(h.docs.BySlug(visitor(), document.News, "a")),
		} {
			if err == nil || fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "nyhet-a") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAKindThatThisProgramDoesNotKnowIsNotListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A"))
		h.put(b, source("nyhet-b", "B"))
		h.sync()
		h.exec(`UPDATE documents SET kind = 'newer' WHERE id = 'nyhet-b'`)
		list, err := h.docs.List(access.System(visitor()), document.Filter{})
		if err != nil || list.Total != 1 || list.Items[0].ID != "nyhet-a" {
			t.Errorf("%v %v", list, err)
		}
	})
}
