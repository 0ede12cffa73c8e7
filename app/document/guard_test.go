package document_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/document"
	"nuso.se/app/fault"
)

// person returns an identity number of somebody born on the first six digits; none stands in this source.
func person(date, separator string) string {
	digits, sum := date+"924", 0
	for i, r := range digits {
		n := int(r - '0')
		if i%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return fmt.Sprintf("%s%s924%d", date, separator, (10-sum%10)%10)
}

// secret is the number in these tests, as it stands in addresses too.
func secret() string { return person("810101", "-") }

// marked is a word of every text that is refused.
const marked = "hemligtord"

// serials is a list that looks like löpnummer.
func serials() string { return "A-00123\nA-00124\nA-00131\nA-00140\nA-00155" }

// leaks reports whether what was said repeats the number, or a part of it that tells who it is.
func leaks(text string) bool {
	return holds(text) || strings.Contains(text, "810101") || strings.Contains(text, secret()[7:]) || strings.Contains(text, "00123")
}

// holds reports whether a row or a log, which are full of other digits, holds anything of a text that is refused.
func holds(text string) bool {
	return strings.Contains(text, secret()) || strings.Contains(text, "A-00123") || strings.Contains(text, marked)
}

func TestPersonalDataIsAFaultWithFileLineAndCure(t *testing.T) {
	const remove, rename = "Ta bort det: inget av texten sparas så länge det står där.", "Döp om filen eller mappen; här visas en punkt för varje siffra."
	good := source("nyhet-a", "En text.")
	for _, row := range []struct{ name, path, text, want, cure string }{
		{"in the text", a, source("nyhet-a", "En text.\n\nHon, "+secret()+", ringde."), a + ":10: vid tecken 6 står något som ser ut som ett personnummer", remove},
		{"a samordningsnummer", a, source("nyhet-a", person("810161", "-")), a + ":8: vid tecken 1 står något som ser ut som ett samordningsnummer", remove},
		{"in the title", a, source("nyhet-a", "x", "title: Om "+secret()), a + ":3: vid tecken 11 står", remove},
		{"in the summary", a, source("nyhet-a", "x", "summary: Om 19"+secret()), a + ":5: vid tecken 13 står", remove},
		{"in the id", a, source("nyhet-"+secret(), "x", "title: x", "summary: x"), a + ":2: vid tecken 11 står", remove},
		{"in a list of the kind's own", a, source("nyhet-a", "x", "variants: [ord, '"+secret()+"']"), a + ":6: vid tecken 18 står", remove},
		{"where a date belongs, which would be quoted", a, source("nyhet-a", "x", "date: "+secret()), a + ":4: vid tecken 7 står", remove},
		{"as a key, which would be quoted", a, source("nyhet-a", "x", secret()+": x"), a + ":6: vid tecken 1 står", remove},
		{"in front matter that never ends", a, "---\nid: nyhet-a\ntitle: " + secret() + "\n", a + ":3: vid tecken 8 står", remove},
		{"in what is not UTF-8", a, source("nyhet-a", "\xe5 "+secret()), a + ":8: vid tecken 3 står", remove},
		{"in the words of a picture", a, source("nyhet-a", "![Anna, "+secret()+", ritar](ruta.png)"), a + ":8: vid tecken 9 står", remove},
		{"in the name of a picture in a text", a, source("nyhet-a", "![Anna ritar](anna-"+secret()+".png)"), a + ":8: vid tecken 20 står", remove},
		{"in a link, which would be quoted", a, source("nyhet-a", "[Anna ritar](/nyheter/"+secret()+")"), a + ":8: vid tecken 23 står", remove},
		{"in HTML, which would be quoted", a, source("nyhet-a", "<b id='"+secret()+"'>x</b>"), a + ":8: vid tecken 8 står", remove},
		{"in a table, in emphasis", a, source("nyhet-a", "| Namn | Nr |\n|---|---|\n| Anna | **"+secret()+"** |"), a + ":10: vid tecken 12 står", remove},
		{"a list of löpnummer", a, source("nyhet-a", "Dessa saknas:\n\n"+serials()), a + ":10: vid tecken 1 står något som ser ut som en lista med löpnummer", remove},
		{"a list of löpnummer in front matter", a, source("nyhet-a", "x", "variants: ["+strings.ReplaceAll(serials(), "\n", ", ")+"]"), a + ":6: vid tecken 12 står något som ser ut som en lista med löpnummer", remove},
		{"the name of a text", "nyheter/anna-" + secret() + ".md", good, "nyheter/anna-••••••-••••.md:1: namnet ser ut att innehålla ett personnummer", rename},
		{"the name of a folder", "nyheter/" + secret() + "/a.md", good, "nyheter/••••••-••••/a.md:1: namnet ser ut att innehålla ett personnummer", rename},
		{"a name that is no address, which would be quoted", "nyheter/Anna " + secret() + ".md", good, "nyheter/Anna ••••••-••••.md:1: namnet ser ut", rename},
		{"a name with underscores", "nyheter/anna_" + person("810161", "_") + ".md", good, "nyheter/anna_••••••_••••.md:1: namnet ser ut att innehålla ett samordningsnummer", rename},
		{"a name in an unknown folder", secret() + "/a.md", good, "••••••-••••/a.md:1: namnet ser ut", rename},
		{"a name of what is neither text nor picture", "nyheter/" + secret() + ".pdf", "%PDF", "nyheter/••••••-••••.pdf:1: namnet ser ut", rename},
		{"the name of a picture", "nyheter/bild-" + secret() + ".png", "bild", "nyheter/bild-••••••-••••.png:1: namnet ser ut", rename},
		{"the name of a file that is too large", "nyheter/" + secret() + ".md", strings.Repeat("x", 4<<20+1), "nyheter/••••••-••••.md:1: namnet ser ut", rename},
		{"a name that is a list", "nyheter/" + strings.ReplaceAll(serials(), "\n", " ") + ".md", good, "nyheter/A-••••• A-••••• A-••••• A-••••• A-•••••.md:1: namnet ser ut att innehålla en lista med löpnummer", rename},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t, nil) // needs no database
			h.picture("nyheter/ruta.png", 1, 1, red())
			h.put("nyheter/annan.md", source("nyhet-annan", "En god text som alltid finns."))
			h.put(row.path, row.text)
			got := h.problems()
			if len(got) != 1 || !strings.HasPrefix(got[0], row.want) || !strings.HasSuffix(got[0], ". "+row.cure) {
				t.Fatalf("problems %q, want %q", got, row.want)
			}
			if leaks(got[0]) {
				t.Errorf("repeated: %s", got[0])
			}
		})
	}
}

func TestEveryNumberInATextIsNamed(t *testing.T) {
	h := newHouse(t, nil)
	h.put(a, source("nyhet-a", secret()+"\n\n"+person("810162", " ")+"\n\n"+serials()))
	var at []string
	for _, p := range h.problems() {
		at = append(at, strings.Join(strings.SplitN(p, ":", 3)[:2], ":"))
	}
	if got := strings.Join(at, " "); got != a+":8 "+a+":10 "+a+":12" {
		t.Error(got)
	}
}

func TestWhatOnlyResemblesPersonalDataIsNoFault(t *testing.T) {
	h := newHouse(t, nil)
	h.put("nyheter/2025/pm-2025-11-28-1302.md", source("nyhet-2025-09-19", strings.Join([]string{
		"Ring " + strings.Replace(person("070101", ""), "-", "", 1) + " eller 054-700 10 00, +46 70 101 92 43.",
		"Kommunens organisationsnummer är 212000-1850, ärendet KS 2024/0345-12, dnr 2025-00123.",
		"Mellan 1981-01-01 och 2024-12-31, åren 1981–2024, kl. 09.24.",
		"| År | Antal |\n|---|---:|\n| 2019 | 10023 |\n| 2020 | 10442 |\n| 2021 | 11531 |\n| 2022 | 12055 |\n| 2023 | 13102 |",
	}, "\n\n"), "date: 2025-09-19 10:00", "unpublish: 2027-01-01"))
	h.picture("nyheter/2025/bild-2025-09-19.png", 1, 1, red())
	if got := h.problems(); len(got) != 0 {
		t.Errorf("problems: %q", got)
	}
}

// listen opens the house's database once more with a log of everything.
func (h *house) listen(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	d, err := db.Open(context.Background(), db.Options{URL: dbtest.URLOf(t, h.db), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	h.docs = document.New(d, h.clock.Now, "https://nuso.example", kinds(), nil, sections())
	return &log
}

// wantNoTrace looks for what is refused in every row of every table, and in the log.
func (h *house) wantNoTrace(log string) {
	h.Helper()
	for _, table := range dbtest.Tables(h, h.db) {
		var rows []map[string]any
		columns := "*"
		if table == "document_images" {
			columns = "path"
		}
		if err := h.db.Read(context.Background()).Raw("SELECT " + columns + " FROM " + table).Scan(&rows).Error; err != nil {
			h.Fatal(err)
		}
		for _, row := range rows {
			for column, value := range row {
				if text := fmt.Sprintf("%s", value); holds(text) {
					h.Errorf("%s.%s keeps %q", table, column, text)
				}
			}
		}
	}
	if holds(log) {
		h.Errorf("logged: %s", log)
	}
}

func TestOfARefusedFileNothingIsKept(t *testing.T) {
	imports := map[string]func(*house) document.Report{
		"by sync":    (*house).sync,
		"by pruning": func(h *house) document.Report { return h.syncWith(true) },
		"at start":   func(h *house) document.Report { return h.boot(h.files) },
		"on the site": func(h *house) document.Report {
			h.edit(document.News, "a", source("nyhet-a", "webben"))
			return h.sync()
		},
	}
	each(t, func(t *testing.T, h *house) {
		for name, imported := range imports {
			t.Run(name, func(t *testing.T) {
				h := h.empty(t)
				h.put(a, source("nyhet-a", "gammal"))
				h.put("nyheter/flyttad.md", source("nyhet-flyttad", "flyttad"))
				h.picture("nyheter/ruta.png", 2, 2, red())
				h.sync()
				image := h.image("nyheter/ruta.png")
				log := h.listen(t)
				h.put(a, source("nyhet-a", marked+" "+secret()))
				h.put(b, source("nyhet-b", marked+"\n\n"+serials()))
				h.put(c, source("nyhet-c", "en god text"))
				h.put("ordlista/ord.md", source("term-ord", "", "title: "+marked, "variants: ['"+secret()+"']"))
				h.put("nyheter/d.md", source("nyhet-d", marked, "date: "+secret()))
				h.rename("nyheter/flyttad.md", "nyheter/"+secret()+".md")
				h.picture("nyheter/bild-"+secret()+".png", 3, 3, blue())
				report := imported(h)
				if report.Added != 1 || report.Archived+report.Updated+len(report.Conflicts) != 0 || len(report.Problems) != 6 || leaks(fmt.Sprint(report.Problems)) {
					t.Errorf("%s: %v", report.Line(), report.Problems)
				}
				want := map[string]string{"a": "gammal", "b": "", "c": "en god text", "d": "", "flyttad": "flyttad", secret(): ""}
				if name == "on the site" {
					want["a"] = "webben"
				}
				for slug, body := range want {
					if got := bodyOf(h.find(document.News, slug).Source); got != body {
						t.Errorf("the text of %s is %q, want %q", slug, got, body)
					}
				}
				if _, err := h.docs.Image(visitor(), image.Hash); err != nil {
					t.Errorf("the other picture: %v", err)
				}
				if versions := h.findable(); len(versions) != 3 {
					t.Errorf("findable: %v", versions)
				}
				h.drain()
				h.wantNoTrace(log.String())
				h.changesNothing(false)
			})
		}
	})
}

func TestATextThatIsRefusedOnTheSiteLeavesNoTrace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "gammal"))
		h.sync()
		log, doc := h.listen(t), h.find(document.News, "a")
		create := func(slug, text string) error { return second(h.docs.Create(editor(), document.News, slug, text)) }
		update := func(text string) error { return second(h.docs.Update(editor(), "nyhet-a", doc.Version, text)) }
		for _, row := range []struct {
			name  string
			err   error
			field fault.Field
		}{
			{"a new text", create("b", source("nyhet-b", marked+"\n\nOm "+secret())), fault.Field{Name: "source", Text: "Rad 10: vid tecken 4 står något som ser ut som ett personnummer. Ta bort det: inget av texten sparas så länge det står där."}},
			{"a new title", create("b", source("nyhet-b", marked, "title: "+secret())), fault.Field{Name: "source", Text: "Rad 3: vid tecken 8 står något som ser ut som ett personnummer. Ta bort det: inget av texten sparas så länge det står där."}},
			{"a new address", create(secret(), source("nyhet-b", marked)), fault.Field{Name: "slug", Text: "Adressen ser ut att innehålla ett personnummer. Välj en annan."}},
			{"a change", update(source("nyhet-a", marked+" "+person("810161", "-"))), fault.Field{Name: "source", Text: "Rad 8: vid tecken 12 står något som ser ut som ett samordningsnummer. Ta bort det: inget av texten sparas så länge det står där."}},
			{"a change with a list", update(source("nyhet-a", marked+"\n\n"+serials())), fault.Field{Name: "source", Text: "Rad 10: vid tecken 1 står något som ser ut som en lista med löpnummer. Ta bort det: inget av texten sparas så länge det står där."}},
			{"a change with words of a picture", update(source("nyhet-a", "![Om "+secret()+"](saknas.png)")), fault.Field{Name: "source", Text: "Rad 8: vid tecken 6 står något som ser ut som ett personnummer. Ta bort det: inget av texten sparas så länge det står där."}},
			{"another id", update(source("nyhet-"+secret(), marked, "title: x", "summary: x")), fault.Field{Name: "source", Text: "Rad 2: vid tecken 11 står något som ser ut som ett personnummer. Ta bort det: inget av texten sparas så länge det står där."}},
		} {
			t.Run(row.name, func(t *testing.T) {
				f := fault.Of(row.err)
				if f == nil || f.Kind != fault.Invalid {
					t.Fatalf("got %v, want Invalid", row.err)
				}
				if diff := cmp.Diff([]fault.Field{row.field}, f.Fields); diff != "" {
					t.Errorf("- want, + got:\n%s", diff)
				}
				if h.wantNoTrace(log.String()); leaks(row.err.Error()) {
					t.Errorf("said: %v", row.err)
				}
			})
		}
		if now := h.find(document.News, "a"); now.Source != doc.Source || now.Version != doc.Version || len(h.texts("nyhet-a")) != 1 {
			t.Errorf("the document is another: %+v", now)
		}
		h.drain()
		if _, err := h.docs.Update(editor(), "nyhet-a", doc.Version, source("nyhet-a", "rättad")); err != nil {
			t.Errorf("the text without it: %v", err)
		}
	})
}

func TestATextFromBeforeTheGuardIsNotMoved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.put(a, source("nyhet-a", "första"))
		h.put(b, source("nyhet-b", "annan"))
		h.sync()
		h.exec("UPDATE documents SET source_hash = 'webben', source = '" + source("nyhet-a", "webben "+secret()) + "' WHERE id = 'nyhet-a'")
		h.rename(a, c)
		h.put(b, source("nyhet-b", "ändrad"))
		for range 2 {
			report := h.sync()
			if len(report.Problems) != 1 || !strings.HasPrefix(report.Problems[0].Error(), c+":8: webbplatsens text: vid tecken 8 står") || leaks(report.Problems[0].Error()) {
				t.Errorf("problems: %v", report.Problems)
			}
			if h.find(document.News, "a").ID != "nyhet-a" || len(h.texts("nyhet-a")) != 1 || bodyOf(h.find(document.News, "b").Source) != "ändrad" {
				t.Error("the document was moved or stopped another")
			}
		}
	})
}
