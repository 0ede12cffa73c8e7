package demo

import (
	"context"
	"slices"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
	"nuso.se/app/search"
)

// Service loads and clears the demonstration data.
type Service struct {
	db            *db.DB
	now           clock.Clock
	organisations *organisation.Service
	members       *member.Service
	docs          *document.Service
}

// New returns the service.
func New(d *db.DB, now clock.Clock, organisations *organisation.Service, members *member.Service, docs *document.Service) *Service {
	return &Service{db: d, now: now, organisations: organisations, members: members, docs: docs}
}

// Banner returns what stands above every page while anything of the demonstration is there; empty otherwise. Anyone may call it.
func (s *Service) Banner(ctx context.Context) (string, error) {
	there, err := findMarked(s.db.Read(ctx))
	if err != nil || len(there) == 0 {
		return "", fault.Wrap(db.Error(err), "looking for demonstration data")
	}
	return textBanner, nil
}

// Load adds what is missing of the demonstration, and reports whether anything was. Only the program itself calls it, and not in
// production; NotFound to others, Conflict when somebody has one of the addresses. Each thing is added whole in a transaction of its
// own: a load that breaks off is ended by the next.
func (s *Service) Load(ctx context.Context) (changed bool, err error) {
	if err := mayCall(ctx); err != nil {
		return false, err
	}
	there, err := findMarked(s.db.Read(ctx))
	if err != nil {
		return false, fault.Wrap(db.Error(err), "looking for demonstration data")
	}
	for _, step := range []func(context.Context, []string) (bool, error){s.addOrganisations, s.addRound, s.addPeople, s.addNews} {
		did, err := step(ctx, there)
		if err != nil {
			return changed, fault.Wrap(err, "loading the demonstration")
		}
		changed = changed || did
	}
	return changed, nil
}

func mayCall(ctx context.Context) error {
	if actor := access.From(ctx); actor.Role != access.Admin || actor.ID != "" {
		return fault.Missing("the demonstration: %q may not", actor.Role)
	}
	return nil
}

func (s *Service) addOrganisations(ctx context.Context, there []string) (changed bool, err error) {
	for _, draft := range organisations() {
		if slices.Contains(there, draft.ID) {
			continue
		}
		if _, err := s.organisations.Add(ctx, draft); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

func (s *Service) addRound(ctx context.Context, there []string) (changed bool, err error) {
	if slices.Contains(there, omgangen) {
		return false, nil
	}
	return true, s.db.Tx(ctx, func(tx db.Tx) error {
		if err := insertRound(tx, round(), kommunen, db.At(s.now())); err != nil {
			return db.Error(err)
		}
		if err := db.Announce(tx); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{
			Verb: "demo.round", SubjectKind: "round", SubjectID: omgangen, OrganisationID: kommunen,
		})
	})
}

func (s *Service) addPeople(ctx context.Context, there []string) (changed bool, err error) {
	for _, p := range People() {
		if slices.Contains(there, p.ID()) {
			continue
		}
		_, err := s.members.Admit(ctx, member.Admission{
			ID: p.ID(), Email: p.Email, Name: p.Name, Role: p.Role, Organisation: p.Organisation, Reason: "nuso demo load",
		})
		if err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

func (s *Service) addNews(ctx context.Context, _ []string) (changed bool, err error) {
	there, err := findNews(s.db.Read(ctx))
	if err != nil {
		return false, db.Error(err)
	}
	for _, slug := range slugs() {
		if slices.ContainsFunc(there, func(d document.Document) bool { return d.Slug == slug }) {
			continue
		}
		source, err := newsItem(slug, s.now())
		if err != nil {
			return changed, err
		}
		if _, err := s.docs.Create(ctx, document.News, slug, source); err != nil {
			return changed, err
		}
		changed = true
	}
	return changed, nil
}

// Cleared is what Clear has done.
type Cleared struct {
	Removed map[string]int64 // rows by table; empty: nothing was there
	Kept    []string         // the names of organisations where somebody has a role who is no demonstration
}

// Clear removes the demonstration, whoever has changed it meanwhile, with the sessions of its people. Only the program itself calls it;
// NotFound to others. What the audit log tells stays, as all it tells.
func (s *Service) Clear(ctx context.Context) (Cleared, error) {
	if err := mayCall(ctx); err != nil {
		return Cleared{}, err
	}
	var cleared Cleared
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		docs, err := findNews(tx)
		if err != nil {
			return db.Error(err)
		}
		ids := make([]string, len(docs))
		for i, doc := range docs {
			ids[i] = doc.ID
		}
		if err := search.Remove(tx, ids...); err != nil {
			return err
		}
		if cleared.Removed, err = removeMarked(tx); err != nil {
			return db.Error(err)
		}
		if cleared.Kept, err = findKept(tx); err != nil || len(cleared.Removed) == 0 {
			return db.Error(err)
		}
		if err := db.Announce(tx); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{Verb: "demo.clear", SubjectKind: "demo", Details: map[string]any{"removed": cleared.Removed}})
	})
	return cleared, fault.Wrap(err, "clearing the demonstration")
}
