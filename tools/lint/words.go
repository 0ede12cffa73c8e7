package lint

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
)

// documented finds exported names and packages without a comment.
func documented(list []source) []string {
	var findings []string
	first := map[string]source{}
	told := map[string]bool{}
	for _, s := range list {
		if s.isTest() {
			continue
		}
		dir := filepath.Dir(s.path)
		if _, ok := first[dir]; !ok {
			first[dir] = s
		}
		told[dir] = told[dir] || s.tree.Doc != nil
		for _, d := range s.tree.Decls {
			findings = append(findings, s.undocumented(d)...)
		}
	}
	for dir, s := range first {
		if !told[dir] {
			findings = append(findings, place(s.path, 1, "package %s has no comment: say above the package line what it is and who uses it", s.tree.Name.Name))
		}
	}
	slices.Sort(findings)
	return findings
}

// undocumented finds the exported names of one declaration without a comment.
func (s source) undocumented(d ast.Decl) []string {
	var findings []string
	missing := func(id *ast.Ident) {
		if id.IsExported() {
			findings = append(findings, place(s.path, s.line(id.Pos()), "%s has no comment: say who may use it and what comes back", id.Name))
		}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && exportedReceiver(d) {
			missing(d.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if d.Doc == nil && spec.Doc == nil {
					missing(spec.Name)
				}
			case *ast.ValueSpec:
				if d.Doc != nil || spec.Doc != nil || spec.Comment != nil {
					continue
				}
				for _, id := range spec.Names {
					missing(id)
				}
			}
		}
	}
	return findings
}

// exportedReceiver reports whether a function is a plain one or a method of an
// exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return true
	}
	kind := f.Recv.List[0].Type
	for {
		switch t := kind.(type) {
		case *ast.StarExpr:
			kind = t.X
		case *ast.IndexExpr:
			kind = t.X
		case *ast.IndexListExpr:
			kind = t.X
		case *ast.Ident:
			return t.IsExported()
		default:
			return true
		}
	}
}

// variables finds package variables other than errors, regular expressions, values worked out once,
// embedded files and assertions, and init functions.
func variables(s source) []string {
	if s.isTest() {
		return nil
	}
	var findings []string
	for _, d := range s.tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			findings = append(findings, place(s.path, s.line(f.Pos()), "init(): call it from main or a constructor"))
		}
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if !allowed(v) {
				findings = append(findings, place(s.path, s.line(v.Pos()), "package variable %s: only errors, regexps and embedded files may be; make it a constant, a function or a field", v.Names[0].Name))
			}
		}
	}
	return findings
}

func allowed(v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" || (v.Type != nil && len(v.Values) == 0) {
		return v.Names[0].Name == "_" || embedded(v.Type)
	}
	if embedded(v.Type) {
		return true
	}
	for _, value := range v.Values {
		call, ok := value.(*ast.CallExpr)
		if !ok {
			return false
		}
		name, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"errors.New", "fmt.Errorf", "regexp.MustCompile", "sync.OnceValue"}, selector(name)) {
			return false
		}
	}
	return true
}

// embedded reports whether a type is one that go:embed fills.
func embedded(t ast.Expr) bool {
	switch t := t.(type) {
	case *ast.SelectorExpr:
		return selector(t) == "embed.FS"
	case *ast.Ident:
		return t.Name == "string" // filled by go:embed; anything else would be assigned
	case *ast.ArrayType:
		id, ok := t.Elt.(*ast.Ident)
		return ok && t.Len == nil && id.Name == "byte"
	}
	return false
}

func selector(e *ast.SelectorExpr) string {
	if x, ok := e.X.(*ast.Ident); ok {
		return x.Name + "." + e.Sel.Name
	}
	return ""
}
