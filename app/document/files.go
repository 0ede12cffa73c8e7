package document

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	_ "image/jpeg" // the formats that content may use
	_ "image/png"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	_ "golang.org/x/image/webp"

	"nuso.se/app/markdown"
)

// folder is a content folder that has been read: what can be imported and what is wrong.
type folder struct {
	docs     []derived
	images   []Image
	bad      map[string]bool // paths of files with faults, and the ids in them as far as they can be read
	problems []Problem
}

// maxFile is the largest content file that is read.
const maxFile = 4 << 20

// rawFile is a file as it lies in the folder.
type rawFile struct {
	name    string
	raw     []byte
	problem *Problem // why it is not read
}

// gather returns every file below fsys that is content, and the manifest: a hash of every path and every byte. Only a
// folder that cannot be listed is an error.
func gather(fsys fs.FS) (files []rawFile, manifest string, err error) {
	var sums strings.Builder
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir(), !strings.Contains(name, "/") && (path.Ext(name) != ".md" || name == "README.md"): // such as fs.go
			return nil
		}
		f := rawFile{name: name}
		if f.raw, err = fs.ReadFile(fsys, name); err != nil {
			f.problem = &Problem{Path: name, Line: 1, Text: "filen går inte att läsa", Cure: "Kontrollera att den finns och får läsas."}
		}
		fmt.Fprintln(&sums, name, hashOf(string(f.raw)))
		if len(f.raw) > maxFile {
			f.raw, f.problem = nil, &Problem{Path: name, Line: 1, Text: "filen är större än 4 MB", Cure: "Gör den mindre."}
		}
		files = append(files, f)
		return nil
	})
	return files, hashOf(sums.String()), err
}

// readFolder reads every file below fsys.
func (s *Service) readFolder(fsys fs.FS) (folder, error) {
	files, _, err := gather(fsys)
	if err != nil {
		return folder{}, err
	}
	return s.readFiles(files), nil
}

// readFiles reads the files. A bad one becomes a problem and stops no other.
func (s *Service) readFiles(files []rawFile) folder {
	out := folder{bad: map[string]bool{}}
	for _, f := range files {
		if problem := cmp.Or(personalName(f.name), f.problem); problem != nil {
			out.fail(f.name, idIn(f.raw), *problem)
			continue
		}
		s.readFile(&out, f.name, f.raw)
	}
	return out
}

// fail notes that a file changes nothing, and so what is wrong with it.
func (out *folder) fail(name, id string, problems ...Problem) {
	out.bad[name] = true
	if id != "" {
		out.bad[id] = true
	}
	out.problems = append(out.problems, problems...)
}

func (s *Service) readFile(out *folder, name string, raw []byte) {
	switch strings.ToLower(path.Ext(name)) {
	case ".md":
		d, problems := s.admit(file{path: name, source: string(raw)})
		if len(problems) > 0 {
			out.fail(name, idIn(raw), problems...)
			return
		}
		out.docs = append(out.docs, d)
	case ".png", ".jpg", ".jpeg", ".webp":
		picture, problem := readImage(name, raw)
		if problem != nil {
			out.fail(name, "", *problem)
			return
		}
		out.images = append(out.images, picture)
	default:
		out.fail(name, "", Problem{Path: name, Line: 1, Text: "filen är varken Markdown eller en bild", Cure: "Ta bort den eller gör om den till .md, .png, .jpg eller .webp."})
	}
}

var (
	idLine       = regexp.MustCompile(`(?m)^id: *([a-z0-9-]+)`)
	imagePattern = regexp.MustCompile(`^[a-z0-9]+([-_.][a-z0-9]+)*$`)
)

// idIn returns the id of a file that cannot be read otherwise: its document must not be taken for gone.
func idIn(raw []byte) string {
	if found := idLine.FindSubmatch(raw); found != nil {
		return string(found[1])
	}
	return ""
}

func readImage(name string, raw []byte) (Image, *Problem) {
	if !imagePattern.MatchString(path.Base(name)) {
		return Image{}, &Problem{Path: name, Line: 1, Text: fmt.Sprintf("filnamnet %q kan inte bli en adress", path.Base(name)), Cure: "Döp bilden med små bokstäver a–z, siffror och bindestreck."}
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Image{}, &Problem{Path: name, Line: 1, Text: "bilden går inte att läsa", Cure: "Spara om den som PNG, JPEG eller WebP."}
	}
	return Image{Path: name, Hash: hashOf(string(raw)), MediaType: "image/" + format, Width: int64(config.Width), Height: int64(config.Height), Data: raw}, nil
}

// Address returns where the image is served; the bytes behind an address never change.
func (i Image) Address() string { return "/bilder/" + i.Hash + "/" + path.Base(i.Path) }

// dropTwins keeps one of the documents with the same id or the same address: the one that lies where the database has
// it, so that a copied file never moves its original, else the first by path.
func (out *folder) dropTwins(rows []Document) {
	home := map[string]string{}
	for _, row := range rows {
		home[row.ID] = row.Path
	}
	away := func(d derived) int {
		if home[d.doc.ID] == d.doc.Path {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out.docs, func(a, b derived) int { return away(a) - away(b) })
	ids, addresses := map[string]string{}, map[string]string{}
	out.docs = slices.DeleteFunc(out.docs, func(d derived) bool {
		address := d.doc.Kind + "/" + d.doc.Slug
		for _, twin := range []struct {
			seen      map[string]string
			key, what string
		}{{ids, d.doc.ID, "id:t " + d.doc.ID}, {addresses, address, "adressen " + d.doc.Slug}} {
			if first, taken := twin.seen[twin.key]; taken {
				out.fail(d.doc.Path, d.doc.ID, Problem{Path: d.doc.Path, Line: 1, Text: fmt.Sprintf("%s används redan av %s", twin.what, first), Cure: "Ge den ena ett annat."})
				return true
			}
		}
		ids[d.doc.ID], addresses[address] = d.doc.Path, d.doc.Path
		return false
	})
}

// dropRefused takes out new texts that the renderer refuses whole: they would stop all others.
func (s *Service) dropRefused(out *folder, rows []Document) {
	stored := map[string]string{}
	for _, row := range rows {
		stored[row.ID] = row.SourceHash
	}
	out.docs = slices.DeleteFunc(out.docs, func(d derived) bool {
		if stored[d.doc.ID] == d.doc.SourceHash {
			return false
		}
		_, err := s.renderer.Render(d.body, markdown.Env{Line: d.line})
		if err != nil {
			out.fail(d.doc.Path, d.doc.ID, located(d.doc.Path, err))
		}
		return err != nil
	})
}
