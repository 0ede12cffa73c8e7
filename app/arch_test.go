package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The rooms of the house, and whom each may import. A package stands in one room; a new one is put in its room here first.
// What a feature needs of another it declares as a small interface, and main hands it over.
func rooms() []room {
	return []room{
		{"the kernel", []string{"access", "clock", "config", "fault", "guard", "seal"}, nil},
		{"the adapters", []string{"audit", "calendar", "db", "jobs", "limit", "mail", "mail/folder", "mail/smtp", "markdown", "oidc", "search", "search/bleve", "search/fallback", "search/meili", "search/swedish", "session", "web"},
			[]string{"the kernel", "the adapters"}},
		{"the foundation", []string{"document", "member", "organisation"}, []string{"the kernel", "the adapters"}},
		{"the features", []string{"api", "contact", "demo", "desk", "feed", "find", "glossary", "home", "join", "news", "page", "publication", "research", "schedule", "study"},
			[]string{"the kernel", "the adapters", "the foundation"}},
		{"the helpers of tests", []string{"db/dbtest", "document/documenttest", "oidc/oidctest", "search/meili/stub", "search/searchtest", "web/webtest"}, []string{"the kernel", "the adapters", "the foundation", "the helpers of tests"}},
		{"main", []string{"."}, []string{"the kernel", "the adapters", "the foundation", "the features"}},
	}
}

type room struct {
	name     string
	packages []string
	may      []string
}

// Data are the folders at the top that carry an fs.go, and who reads them.
func data() map[string][]string {
	return map[string][]string{
		"content": {"."}, "static": {"."}, "themes": {".", "web/webtest"}, "migrations": {"db", "db/dbtest"},
	}
}

// confined names who may import what comes from outside: files below app/, as patterns of path.Match. What is not in the
// table is refused: a new dependency is put here first, and nearly always in one package.
func confined() []struct {
	module string
	files  []string
} {
	return []struct {
		module string
		files  []string
	}{
		{"github.com/alecthomas/kong", []string{"cli.go"}},
		{"github.com/andybalholm/brotli", []string{"web/*.go"}},
		{"github.com/arran4/golang-ical", []string{"calendar/*.go"}},
		{"github.com/blevesearch/bleve", []string{"search/bleve/*.go"}}, // with its own index, segments and automata:
		{"github.com/blevesearch/bleve_index_api", []string{"search/bleve/*.go"}},
		{"github.com/blevesearch/scorch_segment_api", []string{"search/bleve/*.go"}},
		{"github.com/blevesearch/vellum", []string{"search/bleve/*.go"}},
		{"github.com/blevesearch/snowballstem", []string{"search/swedish/*.go"}},
		{"github.com/caarlos0/env", []string{"main.go"}},
		{"github.com/glebarez/sqlite", []string{"db/*.go"}},
		{"github.com/coreos/go-oidc", []string{"oidc/*.go", "oidc/oidctest/*.go"}},
		{"github.com/gofiber/fiber", []string{"web/*.go", "web/webtest/*.go", "routes.go", "server.go", "serve.go", "*/web.go", "*/*_web.go"}},
		{"github.com/google/go-cmp", []string{"db/dbtest/*.go"}},
		{"github.com/google/uuid", []string{"db/*.go"}},
		{"github.com/joho/godotenv", []string{"main.go"}},
		{"github.com/klauspost/compress", []string{"web/*.go"}},
		{"github.com/meilisearch/meilisearch-go", []string{"search/meili/*.go"}},
		{"github.com/go-webauthn/webauthn", []string{"member/passkey.go", "member/service.go"}},
		{"github.com/microcosm-cc/bluemonday", []string{"markdown/*.go"}},
		{"github.com/pressly/goose", []string{"db/*.go"}},
		{"github.com/teambition/rrule-go", []string{"calendar/*.go"}},
		{"github.com/pquerna/otp", []string{"member/codeapp.go"}},
		{"github.com/wneessen/go-mail", []string{"mail/*.go", "mail/smtp/*.go"}},
		{"github.com/yuin/goldmark", []string{"markdown/*.go"}},
		{"golang.org/x/image", []string{"document/*.go"}},
		{"golang.org/x/net/html", []string{"feed/*.go"}},
		{"golang.org/x/net/idna", []string{"mail/*.go", "organisation/*.go"}},
		{"golang.org/x/oauth2", []string{"oidc/*.go"}},
		{"golang.org/x/text", []string{"glossary/*.go", "organisation/*.go", "search/swedish/*.go"}},
		{"gopkg.in/yaml.v3", []string{"markdown/*.go"}},
		{"gorm.io", []string{"db/*.go", "db/dbtest/*.go", "*/store.go", "*/*_store.go"}},
	}
}

// file is a Go file below app/ that is no test.
type file struct {
	path    string // below app/: "news/web.go"
	tree    *ast.File
	imports []string
}

func (f file) folder() string { return path.Dir(f.path) }

func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return fs.SkipDir
		case filepath.Ext(name) != ".go", strings.HasSuffix(name, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		f := file{path: filepath.ToSlash(name), tree: tree}
		for _, i := range tree.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func roomOf(folder string) (room, bool) {
	all := rooms()
	i := slices.IndexFunc(all, func(r room) bool { return slices.Contains(r.packages, folder) })
	if i < 0 {
		return room{}, false
	}
	return all[i], true
}

func TestEveryPackageKeepsToItsRoom(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range sources(t) {
		own, ok := roomOf(f.folder())
		if !ok && !seen[f.folder()] {
			t.Errorf("app/%s stands in no room: put it in the table", f.folder())
		}
		seen[f.folder()] = true
		for _, imported := range f.imports {
			if !mayImport(own, f.folder(), imported) {
				t.Errorf("app/%s imports %s: %s may not", f.path, imported, own.name)
			}
		}
	}
	for _, r := range rooms() {
		for _, folder := range r.packages {
			if !seen[folder] {
				t.Errorf("the table names app/%s, which is not there", folder)
			}
		}
	}
}

// mayImport judges imports of the house's own packages, and that the kernel has only the standard library.
func mayImport(own room, folder, imported string) bool {
	rest, ours := strings.CutPrefix(imported, "nuso.se/")
	if !ours {
		return own.name != "the kernel" || standard(imported)
	}
	if other, ok := strings.CutPrefix(rest, "app/"); ok {
		theirs, known := roomOf(other)
		return known && slices.Contains(own.may, theirs.name)
	}
	return slices.Contains(data()[rest], folder)
}

// standard reports whether a package is of the standard library: its first element has no dot.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

func TestWhatComesFromOutsideStaysInItsPlace(t *testing.T) {
	used := map[string]bool{}
	for _, f := range sources(t) {
		for _, imported := range f.imports {
			if standard(imported) || strings.HasPrefix(imported, "nuso.se/") {
				continue
			}
			allowed, known := false, false
			for _, row := range confined() {
				if imported == row.module || strings.HasPrefix(imported, row.module+"/") {
					known, used[row.module] = true, true
					allowed = slices.ContainsFunc(row.files, func(pattern string) bool {
						matched, err := path.Match(pattern, f.path)
						return matched && err == nil
					})
				}
			}
			switch {
			case !known:
				t.Errorf("app/%s imports %s, which has no place: put it in the table", f.path, imported)
			case !allowed:
				t.Errorf("app/%s imports %s out of its place", f.path, imported)
			}
		}
	}
	for _, row := range confined() {
		if !used[row.module] {
			t.Errorf("the table names %s, which nobody imports", row.module)
		}
	}
}

// The machine's settings, its standard input and output, and its end are main's business; everything else is handed them.
func TestOnlyMainSpeaksToTheProcess(t *testing.T) {
	private := []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.Setenv", "os.Exit", "os.Args", "os.Stdin", "os.Stdout", "os.Stderr", "log.Fatal", "log.Printf", "fmt.Println", "fmt.Printf"}
	for _, f := range sources(t) {
		own, _ := roomOf(f.folder())
		if own.name == "main" || own.name == "the helpers of tests" {
			continue
		}
		ast.Inspect(f.tree, func(node ast.Node) bool {
			if s, ok := node.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && slices.Contains(private, x.Name+"."+s.Sel.Name) {
					t.Errorf("app/%s uses %s.%s", f.path, x.Name, s.Sel.Name)
				}
			}
			return true
		})
	}
}

// Whatever decides by time takes a Clock. These may ask the machine: they measure how long something took, or say when.
func TestTimeIsAskedOfTheClock(t *testing.T) {
	may := []string{"clock/clock.go", "db/lock.go", "db/observe.go", "jobs/jobs.go", "web/enter.go"}
	for _, f := range sources(t) {
		if own, _ := roomOf(f.folder()); own.name == "main" || own.name == "the helpers of tests" || slices.Contains(may, f.path) {
			continue
		}
		ast.Inspect(f.tree, func(node ast.Node) bool {
			s, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, s.Sel.Name) {
				t.Errorf("app/%s asks the machine for the time (time.%s): take a clock.Clock", f.path, s.Sel.Name)
			}
			return true
		})
	}
}
