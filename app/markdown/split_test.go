package markdown_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"nuso.se/app/markdown"
)

// head is front matter with a value of each kind, one of them in an embedded struct.
type head struct {
	common  `yaml:",inline"`
	Order   int       `yaml:"order"`
	Mark    *bool     `yaml:"mark"`
	Areas   []string  `yaml:"areas"`
	Weight  float64   `yaml:"weight"`
	When    time.Time `yaml:"when"`
	Stage   stage     `yaml:"stage"`
	Steps   []step    `yaml:"steps"`
	Skipped string    `yaml:"-"`
}

type common struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
}

type step struct {
	From string `yaml:"from"`
}

// stage checks itself, as the types of features do.
type stage string

func (s *stage) UnmarshalYAML(n *yaml.Node) error {
	switch n.Value {
	case "idé":
		*s = stage(n.Value)
		return nil
	case "fel":
		return errors.New("Stadiet är fel")
	}
	return &markdown.Problem{Line: n.Line, Text: "Stadiet finns inte.", Cure: "Skriv idé."}
}

func TestSplit(t *testing.T) {
	var h head
	source := "---\nid: nyhet-x\ntitle: \"Åäö: ett\"\norder: 3\nareas: [a, b]\nstage: idé\n" +
		"steps:\n  - {from: 2024-04-15}\n---\n\nBrödtext.\n\n---\n"
	body, line, err := markdown.Split([]byte(source), &h)
	if err != nil {
		t.Fatal(err)
	}
	if body != "Brödtext.\n\n---\n" || line != 11 {
		t.Errorf("body %q from line %d", body, line)
	}
	if h.ID != "nyhet-x" || h.Title != "Åäö: ett" || h.Order != 3 || len(h.Areas) != 2 || h.Stage != "idé" || h.Steps[0].From != "2024-04-15" {
		t.Errorf("head %+v", h)
	}
}

func TestSplitFindsWhereTheBodyBegins(t *testing.T) {
	tests := []struct {
		name, source, body string
		line               int
	}{
		{"directly after", "---\nid: a\n---\nText\n", "Text\n", 4},
		{"after several empty lines", "---\nid: a\n---\n\n\n\nText\n", "Text\n", 7},
		{"no body", "---\nid: a\n---\n", "", 4},
		{"no body and no last line end", "---\nid: a\n---", "", 4},
		{"no keys", "---\n---\n\nText", "Text", 4},
		{"an indented first line", "---\nid: a\n---\n\n    kod\n", "    kod\n", 5},
		{"dashes within a value", "---\nid: a ---\ntitle: |\n  ---\n---\nText\n", "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body, line, err := markdown.Split([]byte(test.source), &head{})
			if test.line == 0 {
				if err == nil {
					t.Error("no problem")
				}
				return
			}
			if err != nil || body != test.body || line != test.line {
				t.Errorf("%q from line %d, %v", body, line, err)
			}
		})
	}
}

func TestSplitNamesLineAndCure(t *testing.T) {
	long := strings.Repeat("x", markdown.MaxSource)
	tests := []struct{ name, source, want string }{
		{"an empty file", "", "rad 1: Filen saknar sidhuvud. Börja filen med en rad ”---”"},
		{"no front matter", "# Rubrik\n", "rad 1: Filen saknar sidhuvud."},
		{"an empty first line", "\n---\nid: a\n---\n", "rad 1: Filen saknar sidhuvud."},
		{"more than three dashes", "----\nid: a\n----\n", "rad 1: Filen saknar sidhuvud."},
		{"never closed", "---\nid: a\n\nText\n", "rad 1: Sidhuvudet som börjar här tar aldrig slut."},
		{"space after the first dashes", "--- \nid: a\n---\n", "rad 1: Raden ska vara exakt ”---”."},
		{"space before the last dashes", "---\nid: a\n ---\n", "rad 3: Raden ska vara exakt ”---”."},
		{"Windows line ends", "---\nid: a\r\n---\n", "rad 2: Filen har Windows radslut (CRLF). Spara om den med radslutet LF."},
		{"a byte order mark", "\ufeff---\nid: a\n---\n", "rad 1: Filen börjar med en byteordningsmarkering"},
		{"NUL in the body", "---\nid: a\n---\n\nText\x00\n", "rad 5: Texten innehåller ett nolltecken"},
		{"bytes that are not UTF-8", "---\nid: a\n---\n\nText\n\xe5\xe4\xf6\n", "rad 6: Texten är inte UTF-8. Spara om filen"},
		{"half a rune at the end", "---\nid: a\n---\n\xc3", "rad 4: Texten är inte UTF-8."},
		{"too large", "---\nid: a\n---\n" + long, "Texten är för stor: 513 kB. Dela den i flera; högst 512 kB går att spara."},
		{"an unknown key", "---\nid: a\nrubrik: b\n---\n",
			"rad 3: Nyckeln ”rubrik” finns inte. Rätta den eller ta bort den; nycklarna är areas, id, mark, order, stage, steps, title, weight, when."},
		{"an unknown key deep down", "---\nsteps:\n  - from: a\n    till: b\n---\n", "rad 4: Nyckeln ”till” finns inte."},
		{"a key that is not for files", "---\nskipped: a\n---\n", "rad 2: Nyckeln ”skipped” finns inte."},
		{"a key twice", "---\nid: a\ntitle: b\nid: c\n---\n", "rad 4: Nyckeln ”id” står två gånger. Ta bort den ena; den andra står på rad 2."},
		{"text for a whole number", "---\nid: a\norder: första\n---\n", "rad 3: Fel slags värde för ”order”: ”första”. Skriv ett heltal."},
		{"text for a number", "---\nweight: tung\n---\n", "rad 2: Fel slags värde för ”weight”: ”tung”. Skriv ett tal."},
		{"text for yes or no", "---\nmark: kanske\n---\n", "rad 2: Fel slags värde för ”mark”: ”kanske”. Skriv true eller false."},
		{"text for a list", "---\nareas: delstudie-1\n---\n", "rad 2: Fel slags värde för ”areas”: ”delstud...”. Skriv en lista: [ett, två]."},
		{"a list for a text", "---\ntitle: [a, b]\n---\n", "rad 2: Fel slags värde för ”title”: ””. Skriv en text."},
		{"a bad date", "---\nwhen: 2025-13-40\n---\n", "rad 2: Fel slags värde för ”when”: ”2025-13-40”. Skriv ett datum: 2025-09-19."},
		{"text for keys", "---\nsteps:\n  - gå\n---\n", "rad 3: Fel slags värde för värdet: ”gå”. Skriv nycklar med värden."},
		{"no keys at all", "---\nbara text\n---\n", "rad 2: Fel slags värde för värdet: ”bara text”. Skriv nycklar med värden."},
		{"a colon that is not quoted", "---\nid: a\ntitle: ett: två\n---\n", "rad 3: Raden går inte att tolka som YAML."},
		{"a quote that is not closed", "---\nid: \"a\ntitle: b\n---\n", "Raden går inte att tolka som YAML."},
		{"a tab for indent", "---\nsteps:\n\t- from: a\n---\n", "Raden går inte att tolka som YAML."},
		{"a value its type refuses with a problem", "---\nid: a\nstage: klar\n---\n", "rad 3: Stadiet finns inte. Skriv idé."},
		{"a value its type refuses", "---\nid: a\nstage: fel\n---\n", "Stadiet är fel. Rätta värdet."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body, line, err := markdown.Split([]byte(test.source), &head{})
			var p *markdown.Problem
			if !errors.As(err, &p) {
				t.Fatalf("got %v, not a problem", err)
			}
			if !strings.Contains(p.Error(), test.want) {
				t.Errorf("got  %s\nwant %s", p.Error(), test.want)
			}
			if p.Cure == "" || body != "" || line != 0 {
				t.Errorf("cure %q, body %q, line %d", p.Cure, body, line)
			}
		})
	}
}

func TestSplitTakesOtherKindsOfDestinations(t *testing.T) {
	m := map[string]any{}
	if _, _, err := markdown.Split([]byte("---\na: 1\n---\n"), &m); err != nil || m["a"] != 1 {
		t.Errorf("%v, %v", m, err)
	}
	var list []string
	if _, _, err := markdown.Split([]byte("---\na: 1\n---\n"), &list); err == nil {
		t.Error("keys were read into a list")
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{
		"---\nid: a\n---\n\nText\n", "---\n---\n", "---\nareas: [a, *b]\n---", "---\na: &a [*a]\n---\n",
		"---\norder: 1\norder: 2\n---\n", "---\nid: a\r\n---\n", "\ufeff---\n", "---\nsteps: [{from: }]\n---\nx\x00",
		"---\n? a\n: b\n---\n", "---\nid: !!binary x\n---\n", "---\n<<: {id: a}\n---\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		var h head
		body, line, err := markdown.Split(source, &h)
		if err != nil {
			var p *markdown.Problem
			if !errors.As(err, &p) || p.Text == "" || p.Cure == "" || p.Line < 0 || p.Line > strings.Count(string(source), "\n")+2 {
				t.Errorf("%#v", err)
			}
			return
		}
		lines := strings.SplitAfter(string(source), "\n")
		if line > len(lines)+1 || strings.Join(lines[min(line-1, len(lines)):], "") != body {
			t.Errorf("the body does not begin on line %d", line)
		}
	})
}
