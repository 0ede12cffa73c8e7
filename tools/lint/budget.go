package lint

import (
	"bytes"
	"fmt"
	"go/ast"
	"path/filepath"
	"slices"
)

// budgets finds what the product as a whole has too much or too little of.
func budgets(list []source) []string {
	var findings []string
	var functions []int
	var prod, test, kinds int
	for _, s := range list {
		if ast.IsGenerated(s.tree) {
			continue
		}
		n := bytes.Count(s.body, []byte("\n"))
		if s.isTest() || filepath.Base(filepath.Dir(s.path)) == "dbtest" || filepath.Base(filepath.Dir(s.path)) == "webtest" {
			test += n
			continue
		}
		prod += n
		ast.Inspect(s.tree, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				functions = append(functions, s.line(node.End())-s.line(node.Pos())+1)
			case *ast.TypeSpec:
				if _, ok := node.Type.(*ast.InterfaceType); ok {
					kinds++
				}
			}
			return true
		})
		if slices.Contains([]string{"util", "utils", "common", "helpers", "models", "types"}, s.tree.Name.Name) {
			findings = append(findings, place(s.path, 1, "package %s: name it after what it holds", s.tree.Name.Name))
		}
	}
	slices.Sort(functions)
	if n := len(functions); n > 0 && functions[n/2] > medianFunction {
		findings = append(findings, fmt.Sprintf("app: the median function has %d lines, at most %d: take steps out of the long ones", functions[n/2], medianFunction))
	}
	if kinds > interfaces {
		findings = append(findings, fmt.Sprintf("app: %d interfaces, at most %d: keep those with two implementations", kinds, interfaces))
	}
	if prod > 0 && float64(test)/float64(prod) < testShare {
		findings = append(findings, fmt.Sprintf("app: %d lines of tests to %d of code, at least %.1f to 1: test what is not", test, prod, testShare))
	}
	return findings
}
