package organisation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/markdown"
)

// Listed is an organisation in the list of the desk.
type Listed struct {
	Organisation
	Parent  string // a district's municipality
	Domains int64  // how many mail domains are entered
	Rounds  int64  // how many rounds it takes part in
}

// Filter chooses organisations: by a part of the name, compared as addresses are made, and by kind. The zero Filter chooses all.
type Filter struct {
	Words       string
	Kind        Kind
	Limit, Skip int
}

// Find returns a page of the organisations that pass the filter, in Swedish order, and how many there are in all. Editors and admins may
// call it; NotFound to others.
func (s *Service) Find(ctx context.Context, f Filter) (found []Listed, total int, err error) {
	if err := mayEdit(ctx, "listing organisations"); err != nil {
		return nil, 0, err
	}
	all, err := findListed(s.db.Read(ctx))
	if err != nil {
		return nil, 0, fault.Wrap(db.Error(err), "listing organisations")
	}
	words := markdown.Slug(f.Words)
	all = slices.DeleteFunc(all, func(o Listed) bool {
		return f.Kind != "" && o.Kind != f.Kind || f.Words != "" && (words == "" || !strings.Contains(markdown.Slug(o.Name), words))
	})
	order := collate.New(language.Swedish)
	slices.SortStableFunc(all, func(a, b Listed) int { return order.CompareString(a.Name, b.Name) })
	total = len(all)
	return all[min(f.Skip, total):min(f.Skip+f.Limit, total)], total, nil
}

// Entered is an organisation with what the office has entered of it.
type Entered struct {
	Organisation
	Parent  string // a district's municipality
	Domains []string
	Rounds  []string // the ids of those it takes part in
}

// Entered returns what is entered of an organisation. Editors and admins may call it; NotFound to others and for one that there is not.
func (s *Service) Entered(ctx context.Context, id string) (e Entered, err error) {
	if err := mayEdit(ctx, "reading what is entered of an organisation"); err != nil {
		return e, err
	}
	tx := s.db.Read(ctx)
	if e.Organisation, err = findLiving(tx, id); err == nil && e.ParentID != nil {
		var parent Organisation
		parent, err = findByID(tx, *e.ParentID)
		e.Parent = parent.Name
	}
	var err2, err3 error
	e.Domains, err2 = findDomains(tx, id)
	e.Rounds, err3 = findRoundsOf(tx, id)
	return e, fault.Wrap(db.Error(errors.Join(err, err2, err3)), "reading what is entered of %s", id)
}

// Record enters the mail domains of an organisation and the rounds it takes part in, in the place of what was entered. version is that of
// the organisation as it was read. Editors and admins may call it; NotFound to others and for an organisation or a round that there is
// not, Invalid for what is no domain of its own, Conflict when somebody has entered something else meanwhile.
func (s *Service) Record(ctx context.Context, id string, version int64, domains, rounds []string) error {
	return s.write(ctx, "entering what an organisation has", func(tx db.Tx) (done audit.Entry, err error) {
		if _, err := findLiving(tx, id); err != nil {
			return done, db.Error(err)
		}
		if domains, err = clean(domains); err != nil {
			return done, err
		}
		known, err := findRounds(tx)
		if err != nil {
			return done, db.Error(err)
		}
		for _, round := range rounds {
			if !slices.ContainsFunc(known, func(r Round) bool { return r.ID == round }) {
				return done, fault.Missing("round %q", round)
			}
		}
		if current, err := nextVersion(tx, id, version); err != nil || !current {
			return done, errors.Join(db.Error(err), stale(current))
		}
		if err := errors.Join(replaceDomains(tx, id, domains), deleteOtherParticipations(tx, id, rounds)); err != nil {
			return done, db.Error(err)
		}
		for _, round := range rounds {
			p := participation{OrganisationID: id, RoundID: round, EnteredAt: db.At(s.now()), EnteredBy: access.From(ctx).ID}
			if err := insertParticipation(tx, p); err != nil {
				return done, db.Error(err)
			}
		}
		return audit.Entry{Verb: "organisation.record", SubjectID: id, Details: map[string]any{"domains": domains, "rounds": rounds}}, nil
	})
}

func stale(current bool) error {
	if current {
		return nil
	}
	return fault.New(fault.Conflict, "Någon annan har ändrat uppgifterna medan du skrev.", errors.New("another version is kept"))
}

// clean returns the domains as they are compared, each once. Invalid for what is none.
func clean(domains []string) ([]string, error) {
	out := []string{}
	for _, text := range domains {
		domain, err := Domain(text)
		if err != nil {
			return nil, fault.InvalidFields(fault.Field{Name: "domains", Text: fmt.Sprintf("%s: %s", text, fault.Of(err).Text)})
		}
		out = append(out, domain)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
