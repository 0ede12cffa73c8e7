package markdown_test

import (
	"strings"
	"testing"

	"nuso.se/app/markdown"
)

// vectors are texts that have broken sanitisers, ours and others'.
func vectors(t testing.TB) []string {
	t.Helper()
	all := strings.Split(strings.TrimSuffix(readFile(t, "testdata/xss.txt"), "\n"), "\n=====\n")
	if len(all) < 100 {
		t.Fatalf("only %d vectors", len(all))
	}
	return all
}

// places are where an author can put a text.
func places() map[string]func(vector string) string {
	oneLine := func(s string) string { return strings.ReplaceAll(s, "\n", " ") }
	quoted := func(s string) string { return strings.NewReplacer("\n", " ", `\`, `\\`, `"`, `\"`).Replace(s) }
	return map[string]func(string) string{
		"alone":           func(v string) string { return v },
		"in a quotation":  func(v string) string { return "> " + strings.ReplaceAll(v, "\n", "\n> ") },
		"in a list":       func(v string) string { return "- " + strings.ReplaceAll(v, "\n", "\n  ") },
		"as a heading":    func(v string) string { return "## " + oneLine(v) },
		"in a table":      func(v string) string { return "| a | b |\n|---|---|\n| x | " + oneLine(v) + " |" },
		"as emphasis":     func(v string) string { return "**" + oneLine(v) + "**" },
		"as a link text":  func(v string) string { return "[" + oneLine(v) + "](/om)" },
		"as an address":   func(v string) string { return "[x](<" + oneLine(v) + ">)" },
		"as a link title": func(v string) string { return `[x](/om "` + quoted(v) + `")` },
		"as a reference":  func(v string) string { return "[x][r]\n\n[r]: <" + oneLine(v) + ">" },
		"as alt text":     func(v string) string { return "![" + oneLine(v) + "](karta.png)" },
		"as a caption":    func(v string) string { return `![x](karta.png "` + quoted(v) + `")` },
		"as an image":     func(v string) string { return "![x](<" + oneLine(v) + ">)" },
		"as a callout":    func(v string) string { return "> [!TIP] " + oneLine(v) + "\n> x" },
		"as a footnote":   func(v string) string { return "x[^1]\n\n[^1]: " + oneLine(v) },
		"as a definition": func(v string) string { return oneLine(v) + "\n: " + oneLine(v) },
		"as code":         func(v string) string { return "````" + oneLine(v) + "\n" + v + "\n````" },
		"as a chart": func(v string) string {
			q := `"` + quoted(v) + `"`
			return "```diagram\ntyp: stapel\ntitel: " + q + "\nenhet: " + q + "\nn: " + q + "\nperiod: " + q + "\nkälla: " + q +
				"\nbeskrivning: " + q + "\n\n" + strings.ReplaceAll(oneLine(v), ";", ",") + ";x\n" + strings.ReplaceAll(oneLine(v), ";", ",") + ";1\n```"
		},
		"as a film": func(v string) string {
			q := `"` + quoted(v) + `"`
			return "```film\ntitel: " + q + "\nadress: https://example.org/\nlängd: " + q + "\nundertexter: " + q + "\ntranskript: " + q + "\n```"
		},
	}
}

// No vector yields a handler, a script, a style, a form, a foreign frame, or an address
// that runs or hides where it leads: checkSafe knows everything that may come out.
func TestHostileTextIsHarmlessEverywhere(t *testing.T) {
	r := markdown.New()
	for name, place := range places() {
		t.Run(name, func(t *testing.T) {
			for _, vector := range vectors(t) {
				body := place(vector)
				result, err := r.Render(body, env())
				if err != nil {
					t.Errorf("%q: %v", body, err)
				}
				for _, fault := range faults(result.HTML) {
					t.Errorf("%s\nfrom %s\nin   %s", fault, body, result.HTML)
				}
			}
		})
	}
}

// The glossary, image store and page around a text are ours, but what they hold was
// typed by someone.
func TestHostileSurroundingsAreHarmless(t *testing.T) {
	r := markdown.New()
	for _, vector := range vectors(t) {
		e := env()
		e.Terms = markdown.NewTerms([]markdown.Term{{Slug: "x" + vector, Title: "ordet", Definition: vector}})
		e.ImagePath = func(string) (string, int, int, bool) { return "/" + vector, -1, 1 << 60, true }
		e.Prefix = vector
		result, err := r.Render("Här är ordet.\n\n![bild](x)\n\n## Rubrik\n\nNot[^1].\n\n[^1]: Text.\n", e)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults(result.HTML) {
			if strings.HasPrefix(fault, "nothing has the id") || strings.HasPrefix(fault, "id ") {
				continue // a dropped id is safe
			}
			t.Errorf("%s\nfrom %s\nin   %s", fault, vector, result.HTML)
		}
	}
}

// Charts are not sanitised, so what is hidden in their downloads is looked at too.
func TestDownloadedPicturesAreHarmless(t *testing.T) {
	r := markdown.New()
	pictures := 0
	for _, vector := range vectors(t) {
		result, err := r.Render(places()["as a chart"](vector), env())
		if err != nil {
			t.Fatal(err)
		}
		for _, picture := range downloads(t, result.HTML, "data:image/svg+xml;charset=utf-8,") {
			pictures++
			inner := strings.NewReplacer(` xmlns="http://www.w3.org/2000/svg"`, "", ` font-family="sans-serif"`, "", ` font-size="16"`, "").Replace(picture)
			for _, fault := range faults(strings.Replace(inner, "<svg y=", "<svg width=", 1)) {
				t.Errorf("%s\nin %s", fault, picture)
			}
		}
	}
	if pictures < 50 {
		t.Errorf("only %d pictures were looked at", pictures)
	}
}

func TestTagsAreShownAsWritten(t *testing.T) {
	result, err := markdown.New().Render("<script>alert(1)</script> och <namn>", env())
	if err != nil {
		t.Fatal(err)
	}
	if want := "<p>&lt;script&gt;alert(1)&lt;/script&gt; och &lt;namn&gt;</p>\n"; result.HTML != want {
		t.Errorf("got %s", result.HTML)
	}
}
