package document_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// somebody is an actor with what they see of the documents of newPolicyHouse.
type somebody struct {
	name string
	ctx  context.Context
	sees []string
}

func actor(role access.Role, keys ...access.Audience) context.Context {
	return access.With(context.Background(), access.Actor{ID: "7", Name: "Någon", Role: role, Keys: keys})
}

func everybody() []somebody {
	all := []string{"annan-delstudie", "avpublicerad", "delstudie", "deltagare", "forskare", "framtida", "inloggad", "oppen", "utkast"}
	return []somebody{
		{"a context without an actor", context.Background(), []string{"oppen"}},
		{"a visitor", actor(access.Visitor), []string{"oppen"}},
		{"a follower", actor(access.Follower), []string{"inloggad", "oppen"}},
		{"a member without keys", actor(access.Member), []string{"inloggad", "oppen"}},
		{"a member with keys", actor(access.Member, access.Participants, "delstudie:delstudie-1"), []string{"delstudie", "deltagare", "inloggad", "oppen"}},
		{"a contact with keys", actor(access.Contact, access.Participants, "delstudie:delstudie-2"), []string{"annan-delstudie", "deltagare", "inloggad", "oppen"}},
		{"a regional actor", actor(access.Regional, access.Participants), []string{"deltagare", "inloggad", "oppen"}},
		{"a researcher", actor(access.Researcher, access.Participants), []string{"deltagare", "forskare", "inloggad", "oppen"}},
		{"an editor", actor(access.Editor), all},
		{"an admin", actor(access.Admin), all},
		{"the system", system(), all},
	}
}

// policyDocuments are the keys of the documents by slug; each has a year, an area and a word of its own.
func policyDocuments() map[string][]string {
	return map[string][]string{
		"oppen": {"date: 2001-01-01"}, "inloggad": {"date: 2002-01-01", "audience: inloggad"}, "deltagare": {"date: 2003-01-01", "audience: deltagare"},
		"delstudie": {"date: 2004-01-01", "audience: delstudie:delstudie-1"}, "annan-delstudie": {"date: 2005-01-01", "audience: delstudie:delstudie-2"},
		"forskare": {"date: 2006-01-01", "audience: roll:researcher"}, "utkast": {"date: 2007-01-01", "draft: true"}, "framtida": {"date: 2026-03-05"},
		"avpublicerad": {"date: 2009-01-01", "unpublish: 2026-03-04"}, "arkiverad": {"date: 2010-01-01"},
	}
}

// newPolicyHouse fills a house with a document of each sort, all of which once had another address.
func newPolicyHouse(t testing.TB, h *house) {
	t.Helper()
	h.put("studieomraden/mitten.md", source("studie-mitten", "mitten", "themes: [gemensamt]"))
	for slug, keys := range policyDocuments() {
		h.put("nyheter/gammal-"+slug+".md", source("nyhet-"+slug, "ord"+strings.ReplaceAll(slug, "-", ""), append(keys, "areas: ["+slug+"]", "themes: [gemensamt]")...))
	}
	h.sync()
	for slug := range policyDocuments() {
		h.rename("nyheter/gammal-"+slug+".md", "nyheter/"+slug+".md")
	}
	h.sync()
	h.archive("nyhet-arkiverad")
}

func TestWhoSeesWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		newPolicyHouse(t, h)
		centre := h.find(document.StudyArea, "mitten")
		for _, who := range everybody() {
			t.Run(who.name, func(t *testing.T) {
				for verb, slugs := range h.seen(t, who.ctx, centre) {
					if diff := cmp.Diff(who.sees, slugs); diff != "" {
						t.Errorf("by %s (- want, + got):\n%s", verb, diff)
					}
				}
			})
		}
	})
}

// seen asks by every verb that reads and returns the slugs of what came back.
func (h *house) seen(t *testing.T, ctx context.Context, centre document.Document) map[string][]string {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	seen, news := map[string][]string{}, document.Filter{Kinds: []string{document.News}}
	add := func(verb, slug string) { seen[verb] = append(seen[verb], slug) }
	list, err := h.docs.List(ctx, news)
	must(err)
	addAll := func(verb string, docs []document.Document) {
		for _, doc := range docs {
			add(verb, doc.Slug)
		}
	}
	addAll("List", list.Items)
	one, err := h.docs.List(ctx, document.Filter{Kinds: []string{document.News}, Limit: 1, Counted: true})
	must(err)
	if one.Total != list.Total || list.Total != len(list.Items) {
		t.Errorf("totals %d and %d, %d items", one.Total, list.Total, len(list.Items))
	}
	everything, err := h.docs.List(system(), news)
	must(err)
	texts, err := h.docs.Texts(ctx, everything.Items)
	must(err)
	addAll("Texts", texts)
	related, err := h.docs.Related(ctx, centre, 100, document.News)
	must(err)
	addAll("Related", related)
	for area := range one.Areas {
		add("Areas", area)
	}
	titles, err := h.docs.Titles(ctx, document.News)
	must(err)
	addAll("Titles", titles)
	for slug, keys := range policyDocuments() {
		h.askFor(t, ctx, slug, add)
		if year, err := strconv.Atoi(keys[0][6:10]); err == nil && one.Years[year] == 1 {
			add("Years", slug)
		}
	}
	for _, slugs := range seen {
		slices.Sort(slugs)
	}
	return seen
}

// askFor asks for the document by its address, its former address, its area and its year.
func (h *house) askFor(t *testing.T, ctx context.Context, slug string, add func(verb, slug string)) {
	t.Helper()
	doc, err := h.docs.BySlug(ctx, document.News, slug)
	if err == nil {
		add("BySlug", doc.Slug)
	} else if !fault.Is(err, fault.NotFound) || doc.ID != "" {
		t.Errorf("BySlug of %s: %v", slug, err)
	}
	_, err = h.docs.BySlug(ctx, document.News, "gammal-"+slug)
	if f := fault.Of(err); f != nil && f.Kind == fault.Moved && f.To == "/nyheter/"+slug {
		add("BySlug of the former address", slug)
	} else if !fault.Is(err, fault.NotFound) {
		t.Errorf("BySlug of the former address of %s: %v", slug, err)
	}
	for verb, f := range map[string]document.Filter{
		"Area": {Area: slug},
	} {
		list, err := h.docs.List(ctx, f)
		if err != nil {
			t.Error(err)
		}
		if list.Total != 0 {
			add("List by "+verb, slug)
		}
	}
}

func TestWhoMayWrite(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, who := range everybody() {
			t.Run(who.name, func(t *testing.T) {
				h := h.empty(t)
				h.put(a, source("nyhet-a", "A"))
				h.put(b, source("nyhet-b", "B"))
				h.sync()
				doc := h.find(document.News, "a")
				before, announced := h.rows(), h.announcement()
				writes := []struct {
					verb string
					do   func() error
				}{
					{"Create", func() error {
						_, err := h.docs.Create(who.ctx, document.News, "c", source("nyhet-c", "C"))
						return err
					}},
					{"Update", func() error {
						_, err := h.docs.Update(who.ctx, doc.ID, doc.Version, source("nyhet-a", "ny"))
						return err
					}},
					{"Archive", func() error { _, err := h.docs.Archive(who.ctx, doc.ID); return err }},
					{"Sync", func() error {
						_, err := h.docs.Sync(who.ctx, fstest.MapFS{b: {Data: []byte(source("nyhet-b", "ny"))}}, true)
						return err
					}},
				}
				edits := access.From(who.ctx).Edits()
				for n, write := range writes {
					err := write.do()
					if edits != (err == nil) || !edits && !fault.Is(err, fault.NotFound) {
						t.Errorf("%s: %v, may write: %v", write.verb, err, edits)
					}
					if edits && h.announcement() != announced+int64(n)+1 && write.verb != "Sync" {
						t.Errorf("%s: announcement %d, was %d", write.verb, h.announcement(), announced)
					}
				}
				if diff := cmp.Diff(before, h.rows()); !edits && diff != "" {
					t.Errorf("a refused write changes rows:\n%s", diff)
				}
				if edits && h.announcement() < announced+4 {
					t.Error("a sync was not announced")
				}
				for verb, err := range map[string]error{
					"Revisions": second(h.docs.Revisions(who.ctx, doc.ID)), "Export": second(h.docs.Export(who.ctx, t.TempDir())),
				} {
					if edits != (err == nil) || !edits && !fault.Is(err, fault.NotFound) {
						t.Errorf("%s: %v, may: %v", verb, err, edits)
					}
				}
			})
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestReadingIsNotAnnounced(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		newPolicyHouse(t, h)
		before := h.rows()
		h.seen(t, editor(), h.find(document.StudyArea, "mitten"))
		if diff := cmp.Diff(before, h.rows()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAClosedDocumentSaysForWhom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		newPolicyHouse(t, h)
		for slug, label := range map[string]string{
			"oppen": "", "utkast": "", "inloggad": "inloggade", "deltagare": "deltagande kommuner", "delstudie": "deltagare i delstudie 1",
		} {
			doc := h.find(document.News, slug)
			page, teaser := h.docs.NewPage(doc), h.docs.Teaser(doc)
			want := ""
			if label != "" {
				want = "Visas för " + label
			}
			if page.Label != label || page.NoStore != (label != "") || teaser.Note != want {
				t.Errorf("%s: %q %v %q, want %q", slug, page.Label, page.NoStore, teaser.Note, label)
			}
		}
	})
}

func TestLinksToWhatOneMayNotSeeAreLeftOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "A", "areas: [oppen, stangd, saknas]", "themes: [tema]"))
		h.put("studieomraden/oppen.md", source("studie-oppen", "", "order: 2"))
		h.put("studieomraden/stangd.md", source("studie-stangd", "", "audience: deltagare", "order: 1"))
		h.put("teman/tema.md", source("tema-tema", "", "draft: true"))
		h.sync()
		for name, who := range map[string]struct {
			ctx  context.Context
			want string
		}{
			"a visitor": {visitor(), "/studieomraden/oppen | "}, "an editor": {editor(), "/studieomraden/oppen /studieomraden/stangd | /forskning/tema"},
		} {
			article, err := h.docs.Article(who.ctx, h.find(document.News, "a"))
			if err != nil {
				t.Fatal(err)
			}
			var areas, themes []string
			for _, link := range article.Areas {
				areas = append(areas, link.Path)
			}
			for _, link := range article.Themes {
				themes = append(themes, link.Path)
			}
			if got := strings.Join(areas, " ") + " | " + strings.Join(themes, " "); got != who.want {
				t.Errorf("%s: %s, want %s", name, got, who.want)
			}
			titles, err := h.docs.Titles(who.ctx, document.StudyArea)
			list, listErr := h.docs.List(who.ctx, document.Filter{Counted: true})
			if options := titles.Options(list.Areas); err != nil || listErr != nil || len(options) != len(areas) {
				t.Errorf("%s: options %v, %v", name, options, err)
			}
		}
	})
}

func ExampleTitles_Of() {
	titles := document.Titles{{Kind: "news", Slug: "a", Title: "En nyhet"}}
	fmt.Printf("%q %q\n", titles.Of("news", "a"), titles.Of("page", "a"))
	// Output: "En nyhet" ""
}
