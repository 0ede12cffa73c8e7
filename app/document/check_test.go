package document_test

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestCheckNamesEachFaultWithFileLineAndCure(t *testing.T) {
	good := source("nyhet-a", "## Rubrik\n\nEn text.")
	for _, row := range []struct {
		name string
		path string
		text string
		want []string // prefix with file and line, fault, cure
	}{
		{"unknown folder", "nyhter/a.md", good, []string{"nyhter/a.md:1: okänd sort", "nyhter", "Lägg filen i en av mapparna nyheter, studieomraden"}},
		{"no folder", "a.md", good, []string{"a.md:1: okänd sort", "Lägg filen i en av mapparna"}},
		{"a file name that is no address", "nyheter/Å b.md", good, []string{"nyheter/Å b.md:1: filnamnet \"Å b\" kan inte bli en adress", "Döp filen med små bokstäver"}},
		{"an ending in capitals", "nyheter/a.MD", good, []string{"nyheter/a.MD:1: filnamnet", "Döp filen"}},
		{"a reserved address", "sidor/sok.md", good, []string{"sidor/sok.md:1: adressen /sok är upptagen", "Ge filen ett annat namn"}},
		{"neither text nor picture", "nyheter/a.pdf", "%PDF", []string{"nyheter/a.pdf:1: filen är varken Markdown eller en bild", "Ta bort den"}},
		{"not UTF-8", a, strings.Replace(good, "En text", "En \xe5 text", 1), []string{a + ":10: Texten är inte UTF-8", "Spara om filen med teckenkodningen UTF-8"}},
		{"NUL", a, strings.Replace(good, "En text", "En \x00 text", 1), []string{a + ":10: Texten innehåller ett nolltecken", "Ta bort tecknet"}},
		{"line ends of Windows", a, strings.ReplaceAll(good, "\n", "\r\n"), []string{a + ":1: Filen har Windows radslut", "Spara om den med radslutet LF"}},
		{"a mark of byte order", a, "\ufeff" + good, []string{a + ":1: Filen börjar med en byteordningsmarkering", "utan BOM"}},
		{"no front matter", a, "## Rubrik\n", []string{a + ":1: Filen saknar sidhuvud", "Börja filen med en rad"}},
		{"an empty file", a, "", []string{a + ":1: Filen saknar sidhuvud", "Börja filen"}},
		{"unclosed front matter", a, "---\nid: nyhet-a\ntitle: x\n", []string{a + ":1: Sidhuvudet som börjar här tar aldrig slut", "Sätt en rad"}},
		{"an unknown key", a, source("nyhet-a", "x", "omraden: [delstudie-1]"), []string{a + ":6: Nyckeln ”omraden” finns inte", "nycklarna är areas"}},
		{"a key twice", a, strings.Replace(good, "title:", "id: nyhet-b\ntitle:", 1), []string{a + ":3: Nyckeln ”id” står två gånger", "rad 2"}},
		{"what is no YAML", a, source("nyhet-a", "x", "title: a: b"), []string{a + ":3: Raden går inte att tolka", "citattecken"}},
		{"a text where a list belongs", a, source("nyhet-a", "x", "areas: delstudie-1"), []string{a + ":6: Fel slags värde", "en lista"}},
		{"no id", a, source("", "x"), []string{a + ":2: fältet id", "Skriv ett fast id"}},
		{"an id that cannot be one", a, source("Nyhet A", "x"), []string{a + ":2: fältet id: \"Nyhet A\" går inte att använda", "små bokstäver"}},
		{"no title", a, source("nyhet-a", "x", "title: ' '"), []string{a + ":3: fältet title: rubriken saknas", "Skriv en rubrik"}},
		{"no date", a, source("nyhet-a", "x", "date:"), []string{a + ":4: fältet date: datumet saknas", "2025-09-19"}},
		{"a day that is not", a, source("nyhet-a", "x", "date: 2025-02-30"), []string{a + ":4: fältet date: \"2025-02-30\" är inget datum", "2025-09-19"}},
		{"a date in words", a, source("nyhet-a", "x", "date: i går"), []string{a + ":4: fältet date: \"i går\" är inget datum", "Skriv till exempel"}},
		{"another date", a, source("nyhet-a", "x", "review: 2025-13-01"), []string{a + ":6: fältet review", "2025-09-19"}},
		{"no summary", a, source("nyhet-a", "x", "summary:"), []string{a + ":5: fältet summary: sammanfattningen saknas", "en eller två meningar"}},
		{"a long summary", a, source("nyhet-a", "x", "summary: "+strings.Repeat("å", 301)), []string{a + ":5: fältet summary: sammanfattningen är längre än 300", "Korta den"}},
		{"an unknown audience", a, source("nyhet-a", "x", "audience: alla"), []string{a + ":6: fältet audience: \"alla\" är ingen målgrupp", "öppen, inloggad"}},
		{"an unknown language", a, source("nyhet-a", "x", "lang: de"), []string{a + ":6: fältet lang", "sv eller en"}},
		{"an area that is no address", a, source("nyhet-a", "x", "areas: [Delstudie 1]"), []string{a + ":6: fältet areas: \"Delstudie 1\"", "delstudie-1"}},
		{"a fault in the kind's own key", a, source("nyhet-a", "x", "label: fel"), []string{a + ":6: fältet label: ordet fel", "Skriv ett annat"}},
		{"a missing picture", a, source("nyhet-a", "ord\n\n![En bild](saknas.png)"), []string{a + ":10: Bilden ”saknas.png” finns inte", "Kontrollera namnet"}},
		{"a picture without words", a, source("nyhet-a", "![](ruta.png)"), []string{a + ":8: Bilden ”ruta.png” saknar alternativtext", "Skriv vad bilden visar"}},
		{"a picture from elsewhere", a, source("nyhet-a", "![x](https://example.com/x.png)"), []string{a + ":8: Bilden", "ligger på en annan webbplats", "Ladda upp"}},
		{"a broken internal link", a, source("nyhet-a", "ord\n\n[PM 9](/nyheter/finns-inte)"), []string{a + ":10: länken /nyheter/finns-inte leder ingenstans", "Rätta adressen"}},
		{"a broken link to a term", a, source("nyhet-a", "[ordet](/ordlista#finns-inte)"), []string{a + ":8: länken /ordlista#finns-inte leder ingenstans", "Rätta"}},
		{"a broken link by the site's whole address", a, source("nyhet-a", "[PM 9](https://nuso.example/nyheter/finns-inte?x=1#y)"), []string{a + ":8: länken /nyheter/finns-inte?x=1#y leder ingenstans", "Rätta"}},
		{"a link to an address in other case", a, source("nyhet-a", "[oss](/NYHETER)"), []string{a + ":8: länken /NYHETER leder ingenstans", "Rätta"}},
		{"a top heading", a, source("nyhet-a", "# Rubrik"), []string{a + ":8: Texten har en rubrik på högsta nivån", "Börja på ##"}},
		{"a text that is refused whole", a, source("nyhet-a", bomb()), []string{a + ":8: Texten är nästlad i för många nivåer", "plattare"}},
		{"a picture that is none", "nyheter/x.png", "text", []string{"nyheter/x.png:1: bilden går inte att läsa", "Spara om den som PNG"}},
		{"a picture's name that is no address", "nyheter/En bild.PNG", "text", []string{"nyheter/En bild.PNG:1: filnamnet \"En bild.PNG\" kan inte bli en adress", "Döp bilden"}},
		{"a picture that is too large", "nyheter/x.png", strings.Repeat("x", 4<<20+1), []string{"nyheter/x.png:1: filen är större än 4 MB", "Gör den mindre"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t, nil) // needs no database
			h.picture("nyheter/ruta.png", 1, 1, red())
			h.put("nyheter/annan.md", source("nyhet-annan", "En god text som alltid finns."))
			h.put(row.path, row.text)
			got := h.problems()
			if len(got) != 1 {
				t.Fatalf("problems: %q", got)
			}
			for i, part := range row.want {
				if at := strings.Index(got[0], part); at < 0 || i == 0 && at != 0 {
					t.Errorf("%q lacks %q", got[0], part)
				}
			}
			if strings.Contains(got[0], ".. ") || strings.HasSuffix(got[0], "\n") {
				t.Errorf("not a sentence: %q", got[0])
			}
		})
	}
}

func TestCheckNamesTwins(t *testing.T) {
	for _, row := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"a duplicate id", map[string]string{a: source("nyhet-a", "x"), b: source("nyhet-a", "y")},
			b + ":1: id:t nyhet-a används redan av nyheter/a.md. Ge den ena ett annat."},
		{"a duplicate id among kinds", map[string]string{a: source("nyhet-a", "x"), "sidor/b.md": source("nyhet-a", "y")},
			"sidor/b.md:1: id:t nyhet-a används redan av nyheter/a.md. Ge den ena ett annat."},
		{"a duplicate slug in folders below", map[string]string{"nyheter/2024/a.md": source("nyhet-a", "x"), "nyheter/2025/a.md": source("nyhet-b", "y")},
			"nyheter/2025/a.md:1: adressen a används redan av nyheter/2024/a.md. Ge den ena ett annat."},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := newHouse(t, nil)
			for path, text := range row.files {
				h.put(path, text)
			}
			if got := strings.Join(h.problems(), "\n"); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestCheckFindsNothingInWhatIsRight(t *testing.T) {
	h := newHouse(t, nil)
	h.put(a, source("nyhet-a", strings.Join([]string{
		"[start](/)", "[nyheter](/nyheter?ar=2025)", "[en sida](/om)", "[en del av den](/om#rubrik)", "[ordet](/ordlista#ord)", "[ordlistan](/ordlista)",
		"[temat](/forskning/tema)", "[oss själva](https://nuso.example/nyheter/a)", "[oss](https://nuso.example)", "[andra](https://example.com/nyheter/x)", "![en ruta](ruta.png)",
	}, "\n\n"), "audience: delstudie:delstudie-1", "date: 2025-09-19 10:00", "lang: en"))
	h.put("sidor/om.md", source("sida-om", "## Rubrik\n\nord"))
	h.put("ordlista/ord.md", source("term-ord", ""))
	h.put("teman/tema.md", source("tema-tema", "ord"))
	h.put("README.md", "om mappen")
	h.put("fs.go", "package content")
	h.put("nyheter/.a.md.swp", "vim")
	h.put(".git/x.md", "git")
	h.picture("nyheter/ruta.png", 1, 1, red())
	n, problems, err := h.docs.Check(h.files)
	if n != 4 || len(problems) != 0 || err != nil {
		t.Errorf("%d documents, %v, %v", n, problems, err)
	}
	if n, problems, err := h.docs.Check(fstest.MapFS{}); n != 0 || len(problems) != 0 || err != nil {
		t.Errorf("an empty folder: %d, %v, %v", n, problems, err)
	}
	if _, _, err := h.docs.Check(missing{}); err == nil {
		t.Error("a missing folder: no error")
	}
}

func TestProblemsStandInOrderOfFilesAndLines(t *testing.T) {
	h := newHouse(t, nil)
	h.put(b, source("nyhet-b", "[x y](/finns-inte)\n\n# Rubrik\n\n[z w](/inte-heller)"))
	h.put(a, "---\n")
	h.put(c, source("nyhet-c", "x", "date: x", "lang: x"))
	var at []string
	for _, p := range h.problems() {
		at = append(at, strings.Join(strings.SplitN(p, ":", 3)[:2], ":"))
	}
	if got := strings.Join(at, " "); got != a+":1 "+b+":8 "+b+":10 "+b+":12 "+c+":4 "+c+":6" {
		t.Error(got)
	}
}
