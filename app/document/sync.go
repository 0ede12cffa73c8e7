package document

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// Report is what a sync did. Conflicts name documents edited in the site whose file changed as well: the site's text
// stays, the file's is kept as a revision.
type Report struct {
	Added, Updated, Archived, Unchanged int
	Conflicts                           []string // paths
	Problems                            []Problem
	Skipped                             bool // Boot: this set of files was imported before
	Followed                            bool // and another one after it: texts of these files may not be those that show
}

// Changed reports whether the sync wrote anything.
func (r Report) Changed() bool { return r.Added+r.Updated+r.Archived > 0 }

// Sync brings the database together with the files below fsys. Only the system calls it.
//
// For each file three texts are compared: the file, the file as it was at the last import, and the database.
//
//	file unchanged since the import       → nothing, whatever the database holds
//	file changed, database as imported    → the file's text
//	both changed, to the same text        → agreed
//	both changed, to different texts      → the database's text stays, a conflict is reported
//	file gone, database as imported       → archived
//	file gone, edited in the site         → stays; archived with prune
//
// A file with faults changes nothing and archives nothing; so does one with personal data in its text or its name. A
// missing picture or a link that leads nowhere does not keep a text out: Check names it, and the text is shown without.
// NotFound when the folder holds no document at all.
func (s *Service) Sync(ctx context.Context, fsys fs.FS, prune bool) (Report, error) {
	var report Report
	if !access.From(ctx).Edits() {
		return report, fault.Missing("sync of content")
	}
	in, err := s.readFolder(fsys)
	if err != nil {
		return report, fault.Wrap(err, "reading the content folder")
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error { report, err = s.sync(ctx, tx, in, prune); return err })
	return report, fault.Wrap(err, "syncing content")
}

// Boot syncs the files built into the binary at start, under the migration lock, and only a set of files that was
// never imported before: an older binary beside a newer one takes no text back. Then it renders what is stale.
func (s *Service) Boot(ctx context.Context, fsys fs.FS) (Report, error) {
	var report Report
	ctx = access.System(ctx)
	err := s.db.Locked(ctx, func(ctx context.Context) error {
		files, manifest, err := gather(fsys)
		if err != nil {
			return err
		}
		return s.db.Tx(ctx, func(tx db.Tx) error {
			known, followed, err := findManifest(tx, manifest)
			if err != nil {
				return db.Error(err)
			}
			if known {
				report.Skipped, report.Followed = true, followed
				if err := s.renderStale(tx); err != nil {
					return err
				}
				return s.makeAllFindable(tx) // what was written before there was a search
			}
			if report, err = s.sync(ctx, tx, s.readFiles(files), false); err != nil {
				return err
			}
			return db.Error(insertManifest(tx, manifest, s.now()))
		})
	})
	return report, fault.Wrap(err, "importing the built-in content")
}

func (s *Service) sync(ctx context.Context, tx db.Tx, in folder, prune bool) (Report, error) {
	if len(in.docs) == 0 {
		return Report{Problems: in.problems}, fault.New(fault.NotFound, "Mappen har inget innehåll att läsa in.", errors.New("no documents in the folder"))
	}
	imagesChanged, err := s.syncImages(tx, in)
	if err != nil {
		return Report{}, err
	}
	rows, err := findAll(tx)
	if err != nil {
		return Report{}, db.Error(err)
	}
	in.dropTwins(rows)
	s.dropRefused(&in, rows)
	p := makePlan(in, rows, prune)
	if err := s.readMoved(tx, &p); err != nil {
		return Report{}, err
	}
	p.dropTaken(rows)
	p.count()
	if err := s.carryOut(ctx, tx, p); err != nil {
		return Report{}, err
	}
	if !p.report.Changed() && !imagesChanged {
		return p.report, nil
	}
	if err := s.renderStale(tx); err != nil {
		return Report{}, err
	}
	if err := s.makeAllFindable(tx); err != nil {
		return Report{}, err
	}
	return p.report, db.Announce(tx)
}

// carryOut archives first and parks the addresses of all that move, since a gone or moved file's address may be another's new one.
func (s *Service) carryOut(ctx context.Context, tx db.Tx, p plan) error {
	for _, old := range p.gone {
		full, err := findByID(tx, old.ID)
		if err != nil {
			return db.Error(err)
		}
		full.ImportedHash = "" // a file that comes back is new
		if _, err := s.archive(tx, full); err != nil {
			return fault.Wrap(err, "archiving %s", old.Path)
		}
	}
	var moving []string
	for _, step := range p.steps {
		if step.does != keepAside && step.old.ID != "" && step.old.at() != step.d.doc.at() {
			moving = append(moving, step.old.ID)
		}
	}
	if err := parkSlugs(tx, moving); err != nil {
		return db.Error(err)
	}
	for _, step := range p.steps {
		if err := s.take(ctx, tx, step); err != nil {
			return fault.Wrap(err, "importing %s", step.d.doc.Path)
		}
	}
	return nil
}

// readMoved reads the site's texts of documents that follow their files. One that this binary cannot read, or that the
// guard refuses by now, stays where it is.
func (s *Service) readMoved(tx db.Tx, p *plan) error {
	kept := p.steps[:0]
	for _, step := range p.steps {
		if step.does == move {
			full, err := findByID(tx, step.old.ID)
			if err != nil {
				return db.Error(err)
			}
			d, problems := s.admit(file{path: step.d.doc.Path, source: full.Source})
			for _, problem := range problems {
				problem.Text = "webbplatsens text: " + problem.Text
				p.report.Problems = append(p.report.Problems, problem)
			}
			if len(problems) > 0 {
				continue
			}
			step.d = d
		}
		kept = append(kept, step)
	}
	p.steps = kept
	return nil
}

// take carries out one step; the HTML follows when all texts are in.
func (s *Service) take(ctx context.Context, tx db.Tx, step step) error {
	switch step.does {
	case keepAside:
		kept, err := findConflictText(tx, step.old.ID, step.d.doc.Source)
		if err != nil || kept {
			return db.Error(err)
		}
		doc := step.old
		doc.Source = step.d.doc.Source
		return s.remember(ctx, tx, doc, FromConflict)
	case move:
		_, err := s.store(ctx, tx, step.d, step.old, FromSite)
		return err
	}
	_, err := s.store(ctx, tx, step.d, step.old, FromFile)
	return err
}

func (s *Service) syncImages(tx db.Tx, in folder) (bool, error) {
	old, err := findImages(tx)
	if err != nil {
		return false, db.Error(err)
	}
	gone := map[string]string{}
	for _, image := range old {
		gone[image.Path] = image.Hash
	}
	changed := false
	for _, image := range in.images {
		if gone[image.Path] != image.Hash {
			changed = true
			if err := upsertImage(tx, image); err != nil {
				return false, db.Error(err)
			}
		}
		delete(gone, image.Path)
	}
	paths := slices.DeleteFunc(sortedKeys(gone), func(p string) bool { return in.bad[p] })
	return changed || len(paths) > 0, db.Error(deleteImages(tx, paths))
}

// renderStale renders every document whose HTML was made with other terms, images or another renderer.
func (s *Service) renderStale(tx db.Tx) error {
	with, err := s.renderingNow(tx)
	if err != nil {
		return err
	}
	stale, err := findStale(tx, with.key)
	if err != nil {
		return db.Error(err)
	}
	rendered := 0
	var reworded []Document // the same source makes another text now
	for _, doc := range stale {
		d, problems := s.read(file{path: doc.Path, source: doc.Source})
		if len(problems) == 0 {
			s.render(&d, with)
		}
		if d.doc.RenderedWith == "" { // stored by a binary that knew other rules: what it rendered still stands
			continue
		}
		d.doc.ID, d.doc.Version = doc.ID, doc.Version
		if err := updateRendering(tx, d.doc); err != nil {
			return db.Error(err)
		}
		if d.doc.Text != doc.Text {
			doc.Text = d.doc.Text
			reworded = append(reworded, doc)
		}
		rendered++
	}
	if rendered == 0 {
		return nil
	}
	if err := s.makeFindable(tx, reworded...); err != nil {
		return err
	}
	return db.Announce(tx)
}

// Register hands the package's jobs to the runner.
func (s *Service) Register(runner *jobs.Runner) {
	runner.Handle(RenderJob, "Omskrivning av sidor", func(ctx context.Context, _ []byte) error {
		return fault.Wrap(s.db.Tx(ctx, s.renderStale), "rendering stale documents")
	})
}

// Line tells the report in one Swedish sentence.
func (r Report) Line() string {
	return fmt.Sprintf("%d nya, %d ändrade, %d arkiverade, %d oförändrade, %d konflikter, %d fel",
		r.Added, r.Updated, r.Archived, r.Unchanged, len(r.Conflicts), len(r.Problems))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
