package markdown

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// The second wall is never needed: on everything the goldens show, sanitising changes
// nothing. What it took away would be a construct the policy has forgotten, or one that
// the first wall lets through.
func TestThePolicyTakesNothingAway(t *testing.T) {
	sources, err := filepath.Glob("testdata/golden/*.md")
	if err != nil || len(sources) == 0 {
		t.Fatal("no sources", err)
	}
	hostile, err := os.ReadFile("testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	texts := strings.Split(string(hostile), "\n=====\n")
	for _, source := range sources {
		body, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(body))
	}
	r := New()
	for _, body := range texts {
		bare := unsanitised(t, r, body)
		if diff := cmp.Diff(normal(t, bare), normal(t, r.policy.Sanitize(bare))); diff != "" {
			t.Errorf("from %s\n%s", body, diff)
		}
	}
}

// unsanitised renders up to the second wall.
func unsanitised(t *testing.T, r *Renderer, body string) string {
	t.Helper()
	env := Env{BaseURL: "https://nuso.se", Terms: NewTerms([]Term{{Slug: "bbic", Title: "BBIC"}}),
		ImagePath: func(name string) (string, int, int, bool) { return "/media/" + name, 1, 1, name == "karta.png" }}
	ids, source := newIDs(), []byte(body)
	tree := r.parser.Parse(text.NewReader(source), parser.WithContext(newState(ids)))
	s := newSurvey(source, &env, ids)
	s.document(tree, nil)
	out := &page{survey: s}
	if err := r.renderer.Render(out, source, tree); err != nil {
		t.Fatal(err)
	}
	return string(dropControls(out.Bytes()))
}

// normal writes HTML one way.
func normal(t *testing.T, fragment string) string {
	t.Helper()
	tree, err := html.Parse(strings.NewReader("<body>" + fragment))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := html.Render(&b, tree); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Should the first wall ever fall, the second stands.
func TestThePolicyStandsAlone(t *testing.T) {
	hostile, err := os.ReadFile("testdata/xss.txt")
	if err != nil {
		t.Fatal(err)
	}
	p := newPolicy()
	for _, vector := range strings.Split(string(hostile), "\n=====\n") {
		output := strings.ToLower(p.Sanitize(vector))
		for _, never := range []string{"<script", "<style", "<iframe", "<form", "<meta", "<svg", "<math", "<object",
			"<embed", "<base", "<link", "<input", "<body", "<title", `"javascript:`, `"data:`, `"//`, `"vbscript:`} {
			if strings.Contains(output, never) {
				t.Errorf("%s in %s\nfrom %s", never, output, vector)
			}
		}
		z := html.NewTokenizer(strings.NewReader(output))
		for z.Next() != html.ErrorToken {
			for _, a := range z.Token().Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "formaction" || a.Key == "srcdoc" {
					t.Errorf("attribute %s in %s\nfrom %s", a.Key, output, vector)
				}
			}
		}
	}
}

// Slots that an author managed to write would be filled once at most.
func TestSlotsAreFilledOnceAndInOrder(t *testing.T) {
	s := &survey{slots: []string{"A", "B"}}
	got := s.fillSlots([]byte(slotMark(0) + slotMark(0) + slotMark(1) + slotMark(0)))
	if want := "A" + slotMark(0) + "B" + slotMark(0); got != want {
		t.Errorf("got %s", got)
	}
}
