package document

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"nuso.se/app/fault"
	"nuso.se/app/markdown"
)

// Check reads the files below fsys as a sync would and returns every fault, by file and line, and how many
// documents there are. Of a text with personal data it tells nothing else. It needs no database.
func (s *Service) Check(fsys fs.FS) (int, []Problem, error) {
	in, err := s.readFolder(fsys)
	if err != nil {
		return 0, nil, fault.Wrap(err, "reading the content folder")
	}
	in.dropTwins(nil)
	s.renderAll(&in)
	return len(in.docs), in.problems, nil
}

// renderAll renders every document of the folder as if it were the whole site, and adds what the renderer
// finds and the links that lead nowhere to the problems.
func (s *Service) renderAll(out *folder) {
	var terms []Document
	for _, d := range out.docs {
		if d.doc.Kind == Term && d.doc.State == Published {
			terms = append(terms, d.doc)
		}
	}
	with := s.newRendering(terms, out.images)
	known := s.knownAddresses(out.docs)
	for i := range out.docs {
		links, problems := s.render(&out.docs[i], with)
		out.problems = append(out.problems, problems...)
		for _, link := range links {
			if address := strings.TrimSuffix(stripQuery(link.Path), "#"); !known[address] {
				out.problems = append(out.problems, Problem{
					Path: out.docs[i].doc.Path, Line: link.Line,
					Text: fmt.Sprintf("länken %s leder ingenstans", link.Path), Cure: "Rätta adressen eller ta bort länken.",
				})
			}
		}
	}
	slices.SortStableFunc(out.problems, func(a, b Problem) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Line - b.Line
	})
}

// knownAddresses are what links in texts may lead to: the site's other addresses and every document.
func (s *Service) knownAddresses(docs []derived) map[string]bool {
	known := map[string]bool{}
	for _, address := range s.others {
		known[address] = true
	}
	for _, d := range docs {
		known[s.Address(d.doc)] = true
	}
	return known
}

// stripQuery leaves the path, and the fragment only when the page is a list whose items are fragments.
func stripQuery(address string) string {
	address, fragment, found := strings.Cut(address, "#")
	address, _, _ = strings.Cut(address, "?")
	if found && address == "/ordlista" {
		return address + "#" + fragment
	}
	return address
}

func located(name string, err error) Problem {
	var p *markdown.Problem
	if errors.As(err, &p) {
		return Problem{Path: name, Line: p.Line, Text: p.Text, Cure: p.Cure}
	}
	return Problem{Path: name, Line: 1, Text: err.Error(), Cure: "Rätta filen."}
}

// lineOf finds the line of the key that a problem with the front matter names ("fältet KEY: …").
func lineOf(source, text string) int {
	key, _, _ := strings.Cut(strings.TrimPrefix(text, "fältet "), ":")
	for i, line := range strings.Split(source, "\n") {
		if strings.HasPrefix(line, key+":") {
			return i + 1
		}
	}
	return 1
}
