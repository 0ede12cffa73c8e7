package document

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that content may use
	_ "image/png"
	"io/fs"
	"path"
	"slices"
	"strings"

	_ "golang.org/x/image/webp"

	"nuso.se/app/markdown"
)

// folder is a content folder that has been read: what can be imported and what is wrong.
type folder struct {
	docs     []derived
	images   []Image
	manifest string // a hash of every path and every byte
	bad      map[string]bool
	problems []Problem
}

// maxFile is the largest content file that is read.
const maxFile = 4 << 20

// readFolder reads every file below fsys. A bad file becomes a problem and stops no other. Only a folder that cannot
// be listed is an error.
func (s *Service) readFolder(fsys fs.FS) (folder, error) {
	out := folder{bad: map[string]bool{}}
	var sums strings.Builder
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir(), !strings.Contains(name, "/"): // files at the root, such as fs.go, are not content
			return nil
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		fmt.Fprintln(&sums, name, hashOf(string(raw)))
		s.readFile(&out, name, raw)
		return nil
	})
	if err != nil {
		return folder{}, err
	}
	out.manifest = hashOf(sums.String())
	out.dropTwins()
	return out, nil
}

func (s *Service) readFile(out *folder, name string, raw []byte) {
	fail := func(problems ...Problem) {
		out.bad[name] = true
		out.problems = append(out.problems, problems...)
	}
	if len(raw) > maxFile {
		fail(Problem{Path: name, Line: 1, Text: "filen är större än 4 MB", Cure: "Gör den mindre."})
		return
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".md":
		d, problems := s.read(file{path: name, source: string(raw)})
		if len(problems) > 0 {
			fail(problems...)
			return
		}
		out.docs = append(out.docs, d)
	case ".png", ".jpg", ".jpeg", ".webp":
		picture, problem := readImage(name, raw)
		if problem != nil {
			fail(*problem)
			return
		}
		out.images = append(out.images, picture)
	default:
		fail(Problem{Path: name, Line: 1, Text: "filen är varken Markdown eller en bild", Cure: "Ta bort den eller gör om den till .md, .png, .jpg eller .webp."})
	}
}

func readImage(name string, raw []byte) (Image, *Problem) {
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Image{}, &Problem{Path: name, Line: 1, Text: "bilden går inte att läsa", Cure: "Spara om den som PNG, JPEG eller WebP."}
	}
	return Image{Path: name, Hash: hashOf(string(raw)), MediaType: "image/" + format, Width: int64(config.Width), Height: int64(config.Height), Data: raw}, nil
}

// Address returns where the image is served; the bytes behind an address never change.
func (i Image) Address() string { return "/bilder/" + i.Hash + "/" + path.Base(i.Path) }

// dropTwins keeps the first, by path, of documents with the same id or the same address.
func (out *folder) dropTwins() {
	ids, addresses := map[string]string{}, map[string]string{}
	out.docs = slices.DeleteFunc(out.docs, func(d derived) bool {
		address := d.doc.Kind + "/" + d.doc.Slug
		for _, twin := range []struct {
			seen      map[string]string
			key, what string
		}{{ids, d.doc.ID, "id:t " + d.doc.ID}, {addresses, address, "adressen " + d.doc.Slug}} {
			if first, taken := twin.seen[twin.key]; taken {
				out.bad[d.doc.Path] = true
				out.problems = append(out.problems, Problem{Path: d.doc.Path, Line: 1, Text: fmt.Sprintf("%s används redan av %s", twin.what, first), Cure: "Ge den ena ett annat."})
				return true
			}
		}
		ids[d.doc.ID], addresses[address] = d.doc.Path, d.doc.Path
		return false
	})
}

// renderAll renders every document of the folder as if it were the whole site, and adds what the renderer
// finds and the links that lead nowhere to the problems.
func (s *Service) renderAll(out *folder) error {
	var terms []Document
	for _, d := range out.docs {
		if d.doc.Kind == Term && d.doc.State == Published {
			terms = append(terms, d.doc)
		}
	}
	with := s.newRendering(terms, out.images)
	known := s.knownAddresses(out.docs)
	for i := range out.docs {
		result, err := s.render(&out.docs[i], with)
		if err != nil {
			return err
		}
		out.problems = append(out.problems, renderProblems(out.docs[i], result)...)
		for _, link := range result.Links {
			if address := strings.TrimSuffix(stripQuery(link.Path), "#"); !known[address] {
				out.problems = append(out.problems, Problem{
					Path: out.docs[i].doc.Path, Line: out.docs[i].line + link.Line - 1,
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
	return nil
}

// knownAddresses are what links in texts may lead to: the site's sections and every document.
func (s *Service) knownAddresses(docs []derived) map[string]bool {
	known := map[string]bool{}
	for _, section := range s.sections {
		known[section] = true
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

func renderProblems(d derived, result markdown.Result) []Problem {
	var problems []Problem
	for _, p := range result.Problems {
		problems = append(problems, Problem{Path: d.doc.Path, Line: d.line + p.Line - 1, Text: p.Text, Cure: p.Cure})
	}
	return problems
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
