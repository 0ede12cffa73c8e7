package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/markdown"
)

// file is one Markdown file: where it lies below content/ and its bytes.
type file struct{ path, source string }

// derived is a file that has been read: the row it makes, its tags, and its body for the renderer.
type derived struct {
	doc  Document
	tags []tag
	body string
	line int // of the file where the body begins
}

// read derives the row from a file, all but the rendering. The problems carry file and line.
func (s *Service) read(f file) (derived, []Problem) {
	kind, slug, problem := s.place(f.path)
	if problem != nil {
		return derived{}, []Problem{*problem}
	}
	front := kind.New()
	body, line, err := markdown.Split([]byte(f.source), front)
	if err != nil {
		return derived{}, []Problem{located(f.path, err)}
	}
	meta := front.Common()
	problems := append(meta.check(), front.Check()...)
	if len(problems) > 0 {
		for i := range problems {
			problems[i].Path, problems[i].Line = f.path, lineOf(f.source, problems[i].Text)
		}
		return derived{}, problems
	}
	fields, err := json.Marshal(front)
	if err != nil {
		return derived{}, []Problem{located(f.path, err)}
	}
	doc := Document{
		ID: meta.ID, Kind: kind.Name, Slug: slug, Path: f.path, Source: f.source, SourceHash: hashOf(f.source),
		Title: meta.Title, Summary: meta.Summary, Lang: "sv", Audience: access.Open, State: Published,
		Position: meta.Order, Fields: string(fields),
		PublishedAt: instant(meta.Date), UnpublishAt: instant(meta.Unpublish), ChangedAt: instant(meta.Updated), ReviewAt: instant(meta.Review),
	}
	doc.Year = int64(doc.PublishedAt.In(clock.Stockholm()).Year())
	if meta.Lang != "" {
		doc.Lang = meta.Lang
	}
	if meta.Audience != "" {
		doc.Audience = access.Audience(meta.Audience)
	}
	if meta.Draft {
		doc.State = Draft
	}
	return derived{doc: doc, tags: meta.tags(meta.ID), body: body, line: line}, nil
}

// place finds the kind by the folder and the slug by the file's name.
func (s *Service) place(path string) (Kind, string, *Problem) {
	folder, rest, _ := strings.Cut(path, "/")
	slug := strings.TrimSuffix(rest[strings.LastIndexByte(rest, '/')+1:], ".md")
	for _, kind := range s.kinds {
		if kind.Folder != folder {
			continue
		}
		if !slugPattern.MatchString(slug) {
			return Kind{}, "", &Problem{Path: path, Line: 1, Text: fmt.Sprintf("filnamnet %q kan inte bli en adress", slug), Cure: "Döp filen med små bokstäver a–z, siffror och bindestreck."}
		}
		for _, reserved := range kind.Reserved {
			if slug == reserved {
				return Kind{}, "", &Problem{Path: path, Line: 1, Text: fmt.Sprintf("adressen %s är upptagen av en annan sida", kind.Address(slug)), Cure: "Ge filen ett annat namn."}
			}
		}
		return kind, slug, nil
	}
	return Kind{}, "", &Problem{Path: path, Line: 1, Text: fmt.Sprintf("okänd sort: mappen %q finns inte", folder), Cure: "Lägg filen i en av mapparna " + strings.Join(s.folders(), ", ") + "."}
}

func (s *Service) folders() []string {
	var folders []string
	for _, kind := range s.kinds {
		folders = append(folders, kind.Folder)
	}
	return folders
}

// rendering is what all texts of one run are rendered with.
type rendering struct {
	terms  *markdown.Terms
	images map[string]Image
	key    string // what rendered_with becomes
}

func (s *Service) newRendering(terms []Document, images []Image) rendering {
	entries := make([]markdown.Term, 0, len(terms))
	for _, doc := range terms {
		var front struct {
			Variants []string `json:"variants"`
			Mark     *bool    `json:"mark"`
		}
		if json.Unmarshal([]byte(doc.Fields), &front) == nil && (front.Mark == nil || *front.Mark) {
			entries = append(entries, markdown.Term{Slug: doc.Slug, Title: doc.Title, Definition: doc.Summary, Forms: append([]string{doc.Title}, front.Variants...)})
		}
	}
	r := rendering{terms: markdown.NewTerms(entries), images: make(map[string]Image, len(images))}
	for _, image := range images {
		r.images[image.Path] = image
	}
	pictures := make([]string, 0, len(images))
	for _, image := range images {
		pictures = append(pictures, image.Path+" "+image.Hash)
	}
	key, _ := json.Marshal([]any{markdown.Version, s.baseURL, entries, pictures}) // plain strings cannot fail
	r.key = hashOf(string(key))
	return r
}

// render fills in the HTML, the outline and the text for search, and returns the links into the site and what is wrong
// with the text. One that is refused whole keeps RenderedWith empty.
func (s *Service) render(d *derived, with rendering) ([]markdown.Link, []Problem) {
	env := markdown.Env{BaseURL: s.baseURL, Terms: with.terms, Line: d.line, Trusted: true}
	if s.Kind(d.doc.Kind).Anchor {
		env.Self, env.Prefix = d.doc.Slug, d.doc.Slug+"-"
	}
	if d.doc.Lang != "sv" {
		env.Lang = d.doc.Lang
	}
	folder := d.doc.Path[:strings.LastIndexByte(d.doc.Path, '/')+1]
	env.ImagePath = func(name string) (string, int, int, bool) {
		image, ok := with.images[folder+name]
		return image.Address(), int(image.Width), int(image.Height), ok
	}
	result, err := s.renderer.Render(d.body, env)
	if err != nil {
		return nil, []Problem{located(d.doc.Path, err)}
	}
	var problems []Problem
	for _, p := range result.Problems {
		problems = append(problems, located(d.doc.Path, &p))
	}
	outline, _ := json.Marshal(result.Outline) // plain strings cannot fail
	d.doc.HTML, d.doc.Outline, d.doc.RenderedWith = result.HTML, string(outline), with.key
	d.doc.Text = result.Text
	return result.Links, problems
}

// insert reads, renders and stores a new document within tx.
func (s *Service) insert(ctx context.Context, tx db.Tx, f file, origin Origin) (Document, error) {
	d, err := s.derive(tx, f)
	if err != nil {
		return Document{}, err
	}
	return s.store(ctx, tx, d, Document{}, origin)
}

// replace reads, renders and stores a new text of old within tx. The id stays: it is the document's name for ever.
func (s *Service) replace(ctx context.Context, tx db.Tx, old Document, f file, origin Origin) (Document, error) {
	d, err := s.derive(tx, f)
	if err != nil {
		return Document{}, err
	}
	if d.doc.ID != old.ID {
		return Document{}, fault.InvalidFields(fault.Field{Name: "source", Text: "Dokumentets id får inte ändras."})
	}
	return s.store(ctx, tx, d, old, origin)
}

func (s *Service) derive(tx db.Tx, f file) (derived, error) {
	d, problems := s.admit(f)
	if len(problems) > 0 {
		return derived{}, invalid(problems)
	}
	with, err := s.renderingNow(tx)
	if err != nil {
		return derived{}, err
	}
	if _, problems := s.render(&d, with); len(problems) > 0 {
		return derived{}, invalid(problems)
	}
	return d, nil
}

func (s *Service) renderingNow(tx db.Tx) (rendering, error) {
	terms, err := findTerms(tx, s.now())
	if err != nil {
		return rendering{}, db.Error(err)
	}
	images, err := findImages(tx)
	return s.newRendering(terms, images), db.Error(err)
}

// store writes a rendered document, its tags, its revision and, when the slug changed, the old address.
// The zero old makes it new.
func (s *Service) store(ctx context.Context, tx db.Tx, d derived, old Document, origin Origin) (Document, error) {
	doc, now := d.doc, db.At(s.now())
	doc.CreatedAt, doc.UpdatedAt, doc.Version = now, now, old.Version+1
	if origin == FromFile {
		doc.ImportedHash = doc.SourceHash
	} else {
		doc.ImportedHash = old.ImportedHash
	}
	if old.ID == "" {
		if err := insertDocument(tx, doc); err != nil {
			return Document{}, taken(err, doc)
		}
	} else {
		doc.CreatedAt = old.CreatedAt
		done, err := updateDocument(tx, doc)
		if err != nil {
			return Document{}, taken(err, doc)
		}
		if !done {
			return Document{}, fault.New(fault.Conflict, "Någon annan har sparat sidan medan du skrev.", nil)
		}
	}
	if old.ID != "" && old.at() != doc.at() {
		if err := insertAlias(tx, old.Kind, old.Slug, doc.ID); err != nil {
			return Document{}, db.Error(err)
		}
	}
	if err := replaceTags(tx, doc.ID, d.tags); err != nil {
		return Document{}, db.Error(err)
	}
	if err := renderAtTurns(tx, doc, s.now()); err != nil {
		return Document{}, err
	}
	return doc, s.remember(ctx, tx, doc, origin)
}

// renderAtTurns puts a job at the instants when a term's dates make texts mark it, or mark it no more.
func renderAtTurns(tx db.Tx, doc Document, now time.Time) error {
	for _, turn := range []db.Instant{doc.PublishedAt, doc.UnpublishAt} {
		if doc.Kind == Term && turn.After(now) {
			if err := jobs.Add(tx, RenderJob, nil, jobs.At(turn.Time)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) remember(ctx context.Context, tx db.Tx, doc Document, origin Origin) error {
	return db.Error(insertRevision(tx, Revision{
		ID: db.NewID(), DocumentID: doc.ID, Version: doc.Version, Origin: origin,
		Author: access.From(ctx).Name, Source: doc.Source, CreatedAt: db.At(s.now()),
	}))
}

func (s *Service) archive(tx db.Tx, old Document) (Document, error) {
	old.State, old.UpdatedAt = Archived, db.At(s.now())
	old.Version++
	done, err := updateDocument(tx, old)
	if err == nil && !done {
		return Document{}, fault.New(fault.Conflict, "Någon annan har sparat sidan.", nil)
	}
	return old, db.Error(err)
}

func taken(err error, doc Document) error {
	if err = db.Error(err); fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, fmt.Sprintf("Adressen %q eller id:t %q används redan.", doc.Slug, doc.ID), err)
	}
	return err
}

func invalid(problems []Problem) error {
	var fields []fault.Field
	for _, p := range problems {
		fields = append(fields, fault.Field{Name: "source", Text: fmt.Sprintf("Rad %d: %s. %s", max(p.Line, 1), strings.TrimSuffix(p.Text, "."), p.Cure)})
	}
	return fault.InvalidFields(fields...)
}

func instant(text string) db.Instant {
	t, err := ParseTime(text)
	if err != nil {
		return db.Instant{}
	}
	return db.At(t)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
