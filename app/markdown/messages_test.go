package markdown

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// messages reads the constants of messages.go.
func messages(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "messages.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for i, name := range spec.Names {
				literal, ok := spec.Values[i].(*ast.BasicLit)
				if !ok {
					t.Fatalf("%s is no text", name)
				}
				if found[name.Name], err = strconv.Unquote(literal.Value); err != nil {
					t.Fatal(err)
				}
			}
		}
		return true
	})
	return found
}

// Every message says what is wrong and what to do, in sentences.
func TestMessagesHaveACure(t *testing.T) {
	all := messages(t)
	if len(all) < 60 {
		t.Fatalf("found %d messages", len(all))
	}
	for name, message := range all {
		text, cure, parted := strings.Cut(message, "|")
		if strings.HasPrefix(name, "msgWant") || name == "msgValue" {
			continue // parts of sentences
		}
		if strings.HasSuffix(name, "Hidden") {
			continue // a problem's text follows
		}
		if !parted || !strings.HasSuffix(text, ".") || !strings.HasSuffix(cure, ".") || strings.Contains(cure, "|") {
			t.Errorf("%s: %q", name, message)
		}
		if strings.ContainsAny(message, `"'`) {
			t.Errorf("%s quotes with something else than ”: %q", name, message)
		}
		if regexp.MustCompile(`%[^\[]`).MatchString(message) {
			t.Errorf("%s has a verb without index: %q", name, message)
		}
	}
}

func TestMessagesAreUsed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range files {
		if file == "messages.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(source)
	}
	for name := range messages(t) {
		if !regexp.MustCompile(`\b` + name + `\b`).MatchString(code.String()) {
			t.Errorf("nothing says %s", name)
		}
	}
}

// Both languages have a word for everything, and not the same.
func TestPhrases(t *testing.T) {
	swedish, english := reflect.ValueOf(phrasesIn("")), reflect.ValueOf(phrasesIn("en"))
	for i := range swedish.NumField() {
		name := swedish.Type().Field(i).Name
		sv, en := swedish.Field(i).String(), english.Field(i).String()
		if sv == "" || en == "" || sv == en && name != "film" && name != "period" {
			t.Errorf("%s: %q and %q", name, sv, en)
		}
	}
	if phrasesIn("sv") != phrasesIn("") || phrasesIn("fi") != phrasesIn("") {
		t.Error("another language is not Swedish")
	}
}

func TestNewProblem(t *testing.T) {
	p := newProblem(3, "Fel på %[2]s.|Ta %[1]d | %[2]s.", 7, "a|b")
	if p.Text != "Fel på a|b." || p.Cure != "Ta 7 | a|b." || p.Error() != "rad 3: Fel på a|b. Ta 7 | a|b." {
		t.Errorf("got %+v", p)
	}
	if p := newProblem(0, "100 %.|Gör om."); p.Error() != "100 %. Gör om." {
		t.Errorf("got %+v", p)
	}
}
