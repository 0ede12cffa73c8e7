package document

import (
	"context"
	"fmt"
	"slices"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/jobs"
	"nuso.se/app/markdown"
	"nuso.se/app/web"
)

// RenderJob is the kind of the job that renders anew what has become stale.
const RenderJob = "document.render"

// Service is the one way to documents. All its verbs take the actor from the context.
type Service struct {
	db       *db.DB
	now      func() time.Time
	renderer *markdown.Renderer
	baseURL  string
	kinds    []Kind
	sections []web.Section
	others   []string // addresses of the site that are not documents
	heads    *heads
}

// New returns the service. Sections are found beside the documents; others are the site's other addresses, also of sections, which
// links in texts may lead to.
func New(d *db.DB, now func() time.Time, baseURL string, kinds []Kind, sections []web.Section, others []string) *Service {
	s := &Service{db: d, now: now, renderer: markdown.New(), baseURL: baseURL, kinds: kinds, sections: sections, others: others}
	s.heads = newHeads(s.Kind)
	return s
}

// Kinds returns the kinds in the order main gave them.
func (s *Service) Kinds() []Kind { return s.kinds }

// Kind returns the kind with the name; the zero Kind when there is none.
func (s *Service) Kind(name string) Kind {
	i := slices.IndexFunc(s.kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}
	}
	return s.kinds[i]
}

// Address returns the address of the document.
func (s *Service) Address(d Document) string { return s.Kind(d.Kind).Address(d.Slug) }

// List returns what the filter chooses among what the actor may see. Anyone may call it.
func (s *Service) List(ctx context.Context, f Filter) (List, error) {
	if len(f.Kinds) == 0 {
		f.Kinds = s.names() // a newer binary's kinds have no address here
	}
	read, sight, now := s.db.Read(ctx), s.sight(ctx), s.now()
	keys, err := findKeys(read, sight, now, f)
	if err != nil {
		return List{}, s.fail(err, "listing documents %v", f.Kinds)
	}
	docs, err := s.heads.of(read, sight, now, keys)
	if err != nil {
		return List{}, s.fail(err, "reading documents %v", f.Kinds)
	}
	return f.choose(docs), nil
}

// Texts returns the documents of a list with their source, HTML and text, those that the actor may still see, as they are
// now. Anyone may call it.
func (s *Service) Texts(ctx context.Context, docs []Document) ([]Document, error) {
	ids := make([]string, len(docs))
	for i, doc := range docs {
		ids[i] = doc.ID
	}
	full, err := s.heads.read(s.db.Read(ctx), s.sight(ctx), s.now(), ids, true)
	return inOrder(ids, full), s.fail(err, "reading the texts of %d documents", len(docs))
}

func (s *Service) names() []string {
	names := make([]string, len(s.kinds))
	for i, kind := range s.kinds {
		names[i] = kind.Name
	}
	return names
}

// BySlug returns a document with its text. Anyone may call it. NotFound when it is missing or the actor may not see it;
// Moved when the slug is a former one of a document the actor may see.
func (s *Service) BySlug(ctx context.Context, kind, slug string) (Document, error) {
	read, sight, now := s.db.Read(ctx), s.sight(ctx), s.now()
	doc, err := findBySlug(read, sight, now, kind, slug)
	if err == nil {
		return doc, s.heads.open(&doc)
	}
	if err = db.Error(err); !fault.Is(err, fault.NotFound) {
		return Document{}, fault.Wrap(err, "reading %s %q", kind, slug)
	}
	moved, aliasErr := findByAlias(read, sight, now, kind, slug)
	if aliasErr = db.Error(aliasErr); aliasErr != nil {
		return Document{}, fault.Wrap(aliasErr, "reading %s %q", kind, slug)
	}
	return Document{}, fault.MovedTo(s.Address(moved))
}

// Related returns at most limit documents of the kinds that share tags with doc, most shared first. Anyone may call it.
func (s *Service) Related(ctx context.Context, doc Document, limit int, kinds ...string) ([]Document, error) {
	read, sight, now := s.db.Read(ctx), s.sight(ctx), s.now()
	keys, err := findRelated(read, sight, now, doc.ID, kinds, limit)
	if err != nil {
		return nil, s.fail(err, "finding what is related to %s", doc.ID)
	}
	docs, err := s.heads.of(read, sight, now, keys)
	return docs, s.fail(err, "reading what is related to %s", doc.ID)
}

// NextTurn returns when a document next appears or disappears by its dates; zero when none does.
// The page cache asks: what it holds is good until then.
func (s *Service) NextTurn(ctx context.Context) (time.Time, error) {
	turn, err := findNextTurn(s.db.Read(ctx), s.now())
	return turn.Time, s.fail(err, "finding the next turn")
}

// Revisions returns the texts that a document has had, newest first. Editors and admins may call it; NotFound to others.
func (s *Service) Revisions(ctx context.Context, id string) ([]Revision, error) {
	if !access.From(ctx).Edits() {
		return nil, fault.Missing("revisions of %s", id)
	}
	revisions, err := findRevisions(s.db.Read(ctx), id)
	return revisions, s.fail(err, "listing revisions of %s", id)
}

// Create adds a document of the kind from its source. Editors and admins may call it; NotFound to others, Invalid when
// the source has faults or the guard refuses it or the slug, Conflict when the slug or the id is taken.
func (s *Service) Create(ctx context.Context, kind, slug, source string) (Document, error) {
	return s.write(ctx, kind, func(tx db.Tx) (Document, error) {
		if !slugPattern.MatchString(slug) { // a slash in it would be a folder
			return Document{}, fault.InvalidFields(fault.Field{Name: "slug", Text: "Skriv adressen med små bokstäver a–z, siffror och bindestreck."})
		}
		if found := guard.Check(slug); len(found) > 0 {
			return Document{}, fault.InvalidFields(fault.Field{Name: "slug", Text: "Adressen ser ut att innehålla " + found[0].Text + ". Välj en annan."})
		}
		file := file{path: s.Kind(kind).Folder + "/" + slug + ".md", source: source}
		return s.insert(ctx, tx, file, FromSite)
	})
}

// Update gives a document a new source; version is the one the editor began from. Editors and admins may call it;
// NotFound to others, Invalid when the source has faults or the guard refuses it, Conflict when somebody saved in between.
func (s *Service) Update(ctx context.Context, id string, version int64, source string) (Document, error) {
	return s.change(ctx, id, func(tx db.Tx, old Document) (Document, error) {
		if old.Version != version {
			return Document{}, fault.New(fault.Conflict, "Någon annan har sparat sidan medan du skrev.", fmt.Errorf("version %d, not %d", old.Version, version))
		}
		return s.replace(ctx, tx, old, file{path: old.Path, source: source}, FromSite)
	})
}

// Archive takes a document off the site; its text and addresses are kept. Editors and admins may call it; NotFound to others.
func (s *Service) Archive(ctx context.Context, id string) (Document, error) {
	return s.change(ctx, id, func(tx db.Tx, old Document) (Document, error) { return s.archive(tx, old) })
}

func (s *Service) change(ctx context.Context, id string, change func(db.Tx, Document) (Document, error)) (Document, error) {
	return s.write(ctx, id, func(tx db.Tx) (Document, error) {
		old, err := findByID(tx, id)
		if err != nil {
			return Document{}, db.Error(err)
		}
		return change(tx, old)
	})
}

// write checks the right to edit and runs one transaction, whose effects elsewhere are jobs in it.
func (s *Service) write(ctx context.Context, key string, change func(db.Tx) (Document, error)) (doc Document, err error) {
	if !access.From(ctx).Edits() {
		return Document{}, fault.Missing("writing %s: %q does not edit", key, access.From(ctx).Role)
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if doc, err = change(tx); err != nil {
			return err
		}
		if err := s.heads.open(&doc); err != nil {
			return err
		}
		if err := s.makeFindable(tx, doc); err != nil {
			return err
		}
		if doc.Kind == Term { // every text marks the terms
			if err := jobs.Add(tx, RenderJob, nil); err != nil {
				return err
			}
		}
		return db.Announce(tx)
	})
	return doc, fault.Wrap(err, "writing document %s", key)
}

func (s *Service) sight(ctx context.Context) access.Sight { return access.From(ctx).Sight() }

func (s *Service) fail(err error, format string, args ...any) error {
	return fault.Wrap(db.Error(err), format, args...)
}
