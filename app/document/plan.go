package document

import "slices"

// does is what a sync does with one file.
type does int

const (
	write     does = iota // the file's text becomes the document's
	move                  // the document edited in the site follows the file to its new address, with its own text
	keepAside             // conflict: the site's text stays, the file's becomes a revision
)

type step struct {
	does does
	d    derived
	old  Document // zero: the document is new
}

// plan is what a sync is going to do, decided before anything is written.
type plan struct {
	steps  []step
	gone   []Document
	report Report
}

// makePlan compares the files with the rows, archived ones too; see Sync for the rule.
func makePlan(in folder, rows []Document, prune bool) plan {
	p := plan{report: Report{Problems: slices.Clone(in.problems)}}
	old := map[string]Document{}
	for _, row := range rows {
		old[row.ID] = row
	}
	p.findGone(in, rows, prune)
	for _, d := range in.docs {
		p.decide(d, old[d.doc.ID])
	}
	return p
}

func (p *plan) findGone(in folder, rows []Document, prune bool) {
	here := map[string]bool{}
	for _, d := range in.docs {
		here[d.doc.ID] = true
	}
	for _, row := range rows {
		switch {
		case here[row.ID], row.State == Archived, row.ImportedHash == "", in.bad[row.Path], in.bad[row.ID]:
		case row.EditedInSite() && !prune:
			p.report.Conflicts = append(p.report.Conflicts, row.Path)
		default:
			p.gone = append(p.gone, row)
		}
	}
}

func (p *plan) decide(d derived, old Document) {
	edited := old.EditedInSite() || old.State == Archived
	moved := old.Path != d.doc.Path
	switch hash := d.doc.SourceHash; {
	case isNew(old):
		p.add(write, d, old)
	case hash == old.ImportedHash && !moved, old.State == Archived && hash == old.ImportedHash:
		p.report.Unchanged++
	case hash == old.SourceHash && old.State != Archived, !edited:
		p.add(write, d, old)
	case hash == old.ImportedHash:
		p.add(move, d, old)
	default:
		p.add(keepAside, d, old)
	}
}

// isNew reports whether a file's document is not on the site: never was, or its file was gone and has come back.
func isNew(old Document) bool {
	return old.ID == "" || old.State == Archived && old.ImportedHash == ""
}

func (p *plan) add(does does, d derived, old Document) {
	p.steps = append(p.steps, step{does: does, d: d, old: old})
}

// dropTaken turns a step whose address belongs to another document, one made in the site, into a problem. A document
// whose step is dropped holds its address, which may be another step's: so again until none is dropped.
func (p *plan) dropTaken(rows []Document) {
	for before := -1; before != len(p.steps); {
		before = len(p.steps)
		owner := p.owners(rows)
		p.steps = slices.DeleteFunc(p.steps, func(s step) bool {
			holder := owner[s.d.doc.at()]
			if s.does == keepAside || holder == "" || holder == s.d.doc.ID {
				return false
			}
			p.report.Problems = append(p.report.Problems, Problem{
				Path: s.d.doc.Path, Line: 1, Text: "adressen används redan av ett dokument som skrivits på webbplatsen", Cure: "Döp om filen.",
			})
			return true
		})
	}
}

// owners returns the ids of the documents that keep their addresses.
func (p *plan) owners(rows []Document) map[string]string {
	owner := map[string]string{}
	for _, row := range rows {
		if row.State != Archived {
			owner[row.at()] = row.ID
		}
	}
	for _, row := range p.gone {
		delete(owner, row.at())
	}
	for _, s := range p.steps {
		if s.does != keepAside && owner[s.old.at()] == s.old.ID {
			delete(owner, s.old.at())
		}
	}
	return owner
}

// count fills in the report when it is settled what is done.
func (p *plan) count() {
	p.report.Archived = len(p.gone)
	for _, s := range p.steps {
		switch {
		case s.does == keepAside:
			p.report.Conflicts = append(p.report.Conflicts, s.d.doc.Path)
		case isNew(s.old):
			p.report.Added++
		default:
			p.report.Updated++
		}
	}
}
