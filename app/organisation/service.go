package organisation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/search"
)

// Service is the one way to organisations. All its verbs take the actor from the context.
type Service struct {
	db  *db.DB
	now clock.Clock
}

// New returns the service.
func New(d *db.DB, now clock.Clock) *Service { return &Service{db: d, now: now} }

// Boot brings the table and the search up to the program's list of municipalities. The program calls it when it starts.
func (s *Service) Boot(ctx context.Context) error {
	err := s.db.Locked(ctx, func(ctx context.Context) error {
		return s.db.Tx(ctx, func(tx db.Tx) error {
			known, err := findKommuner(tx)
			if err != nil {
				return db.Error(err)
			}
			var changed []Organisation
			for _, m := range Municipalities() {
				old, found := known[m.ID()]
				if found && old.Name == m.Name && old.Slug == m.Slug && old.County == m.County.Code {
					continue
				}
				changed = append(changed, Organisation{
					ID: m.ID(), Kind: Kommun, Code: m.Code, Name: m.Name, Slug: m.Slug, County: m.County.Code, Version: old.Version + 1, CreatedAt: db.At(s.now()),
				})
			}
			if err := upsert(tx, changed); err != nil {
				return db.Error(err)
			}
			return s.makeFindable(tx, len(changed) > 0)
		})
	})
	return fault.Wrap(err, "bringing the municipalities up to date")
}

// makeFindable hands those municipalities to search of which it has other words.
func (s *Service) makeFindable(tx db.Tx, announce bool) error {
	known, err := search.Versions(tx, SearchKind)
	if err != nil {
		return err
	}
	docs := make([]search.Document, len(Municipalities()))
	for i, m := range Municipalities() {
		docs[i] = searchable(m)
	}
	if err := search.PutWords(tx, known, docs...); err != nil || !announce {
		return err
	}
	return db.Announce(tx)
}

// Profile is a municipality with what the office has entered of it.
type Profile struct {
	Municipality
	Rounds    []Round        // it takes part in
	Districts []Organisation // that are entered
}

// BySlug returns a municipality. Anyone may call it; NotFound when there is none.
func (s *Service) BySlug(ctx context.Context, slug string) (Profile, error) {
	m, found := lists().bySlug[slug]
	if !found {
		return Profile{}, fault.Missing("municipality %q", slug)
	}
	p := Profile{Municipality: m}
	takings, err := findTakings(s.db.Read(ctx).Where("p.organisation_id = ?", m.ID()))
	if err != nil {
		return Profile{}, fault.Wrap(db.Error(err), "reading what %s takes part in", slug)
	}
	for _, t := range takings {
		p.Rounds = append(p.Rounds, t.Round)
	}
	p.Districts, err = findDistricts(s.db.Read(ctx), m.ID())
	return p, fault.Wrap(db.Error(err), "reading the districts of %s", slug)
}

// Participation returns the study areas that each organisation takes part in, by its id. Anyone may call it.
func (s *Service) Participation(ctx context.Context) (map[string][]string, error) {
	return s.areas(s.db.Read(ctx))
}

// Areas returns the study areas that the organisation takes part in. Anyone may call it.
func (s *Service) Areas(ctx context.Context, id string) ([]string, error) {
	all, err := s.areas(s.db.Read(ctx).Where("p.organisation_id = ?", id))
	return all[id], err
}

func (s *Service) areas(tx db.Tx) (map[string][]string, error) {
	takings, err := findTakings(tx)
	all := map[string][]string{}
	for _, t := range takings {
		if !slices.Contains(all[t.OrganisationID], t.Area) {
			all[t.OrganisationID] = append(all[t.OrganisationID], t.Area)
		}
	}
	return all, fault.Wrap(db.Error(err), "reading who takes part")
}

// Rounds returns all rounds in their order. Anyone may call it.
func (s *Service) Rounds(ctx context.Context) ([]Round, error) {
	rounds, err := findRounds(s.db.Read(ctx))
	return rounds, fault.Wrap(db.Error(err), "reading the rounds")
}

// Others returns the organisations that are no municipalities, by name. Anyone may call it.
func (s *Service) Others(ctx context.Context) ([]Organisation, error) {
	all, err := findOthers(s.db.Read(ctx))
	return all, fault.Wrap(db.Error(err), "listing organisations")
}

// Add adds an organisation that is no municipality. Editors and admins may call it; NotFound to others, Invalid by field for
// what cannot be, Conflict when there is one with the name.
func (s *Service) Add(ctx context.Context, d Draft) (added Organisation, err error) {
	err = s.write(ctx, "adding an organisation", func(tx db.Tx) (done audit.Entry, err error) {
		added, done, err = s.add(tx, d)
		return done, err
	})
	return added, err
}

// add checks the draft and makes of it an organisation.
func (s *Service) add(tx db.Tx, d Draft) (o Organisation, done audit.Entry, err error) {
	if err := d.check(); err != nil {
		return o, done, err
	}
	o = Organisation{ID: cmp.Or(d.ID, db.NewID()), Kind: d.Kind, Name: d.Name, County: d.County, Version: 1, CreatedAt: db.At(s.now())}
	if d.Kind == District {
		parent, err := findByID(tx, d.Parent)
		if err != nil || parent.Kind != Kommun {
			return o, done, fault.InvalidFields(fault.Field{Name: "parent", Text: "Välj en av kommunerna."})
		}
		o.ParentID, o.County = &parent.ID, parent.County
	}
	taken, err := exists(tx, o)
	if err != nil {
		return o, done, db.Error(err)
	}
	if taken {
		return o, done, fault.New(fault.Conflict, fmt.Sprintf("Det finns redan en organisation som heter %s.", o.Name), nil)
	}
	return o, audit.Entry{Verb: "organisation.add", SubjectID: o.ID, Details: map[string]any{"kind": o.Kind}}, db.Error(insert(tx, &o))
}

// Ensure is EnsureIn in a transaction of its own.
func (s *Service) Ensure(ctx context.Context, kind Kind, name string) (found Organisation, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		found, err = s.EnsureIn(ctx, tx, kind, name)
		return err
	})
	return found, err
}

// EnsureIn returns the organisation of the name within tx, whatever its kind, and adds one of the kind when there is none, with its row of
// the log: see audit.Add for what may follow in tx. Editors and admins may call it; NotFound to others.
func (s *Service) EnsureIn(ctx context.Context, tx db.Tx, kind Kind, name string) (found Organisation, err error) {
	d := Draft{Kind: kind, Name: name}
	if err := errors.Join(mayEdit(ctx, "looking for an organisation by name"), d.check()); err != nil {
		return Organisation{}, err
	}
	if found, err = findByName(tx, d.Name); !fault.Is(db.Error(err), fault.NotFound) {
		return found, fault.Wrap(db.Error(err), "looking for an organisation by name")
	}
	err = s.writeIn(ctx, tx, func(tx db.Tx) (done audit.Entry, err error) {
		found, done, err = s.add(tx, d)
		return done, err
	})
	return found, fault.Wrap(err, "adding an organisation")
}

// SetDomains sets the mail domains of an organisation in the place of those it had. Editors and admins may call it; NotFound to
// others and for an organisation that there is not, Invalid for what is no domain of its own.
func (s *Service) SetDomains(ctx context.Context, id string, domains []string) error {
	return s.write(ctx, "setting mail domains", func(tx db.Tx) (done audit.Entry, err error) {
		if _, err := findByID(tx, id); err != nil {
			return done, db.Error(err)
		}
		if domains, err = clean(domains); err != nil {
			return done, err
		}
		return audit.Entry{Verb: "organisation.domains", SubjectID: id, Details: map[string]any{"domains": domains}}, db.Error(replaceDomains(tx, id, domains))
	})
}

// Domains returns the mail domains of an organisation. Editors and admins may call it; NotFound to others.
func (s *Service) Domains(ctx context.Context, id string) ([]string, error) {
	if err := mayEdit(ctx, "reading mail domains"); err != nil {
		return nil, err
	}
	domains, err := findDomains(s.db.Read(ctx), id)
	return domains, fault.Wrap(db.Error(err), "reading the mail domains of %s", id)
}

// ByDomain returns the organisations whose people have addresses there: those with the address's domain, or else with the nearest
// domain above it. It is for other services and asks for no right; Invalid when the address has no domain of an organisation.
func (s *Service) ByDomain(ctx context.Context, address string) ([]Organisation, error) {
	domain, err := Domain(address)
	if err != nil {
		return nil, err
	}
	all, err := findByDomains(s.db.Read(ctx), above(domain))
	return all, fault.Wrap(db.Error(err), "looking for organisations by a mail domain")
}

// Enter enters that an organisation takes part in a round, or that it does not. Editors and admins may call it; NotFound to
// others and for what there is not.
func (s *Service) Enter(ctx context.Context, id, round string, takesPart bool) error {
	return s.write(ctx, "entering who takes part", func(tx db.Tx) (done audit.Entry, err error) {
		_, err = findByID(tx, id)
		rounds, err2 := findRounds(tx)
		if err := errors.Join(err, err2); err != nil {
			return done, db.Error(err)
		}
		if !slices.ContainsFunc(rounds, func(r Round) bool { return r.ID == round }) {
			return done, fault.Missing("round %q", round)
		}
		done = audit.Entry{Verb: "organisation.participation", SubjectID: id, Details: map[string]any{"round": round, "takes_part": takesPart}}
		if !takesPart {
			return done, db.Error(deleteParticipation(tx, id, round))
		}
		return done, db.Error(insertParticipation(tx, participation{
			OrganisationID: id, RoundID: round, EnteredAt: db.At(s.now()), EnteredBy: access.From(ctx).ID,
		}))
	})
}

// write checks the right to edit and runs one transaction, which tells the log what change has done; pages that show organisations
// are old afterwards.
func (s *Service) write(ctx context.Context, what string, change func(db.Tx) (audit.Entry, error)) error {
	if err := mayEdit(ctx, what); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.writeIn(ctx, tx, change) })
	return fault.Wrap(err, "%s", what)
}

func (s *Service) writeIn(ctx context.Context, tx db.Tx, change func(db.Tx) (audit.Entry, error)) error {
	done, err := change(tx)
	if err != nil {
		return err
	}
	if err := db.Announce(tx); err != nil {
		return err
	}
	done.ActorID, done.SubjectKind, done.OrganisationID = access.From(ctx).ID, "organisation", done.SubjectID
	return audit.Add(tx, s.now(), done)
}

func mayEdit(ctx context.Context, what string) error {
	if actor := access.From(ctx); !actor.Edits() {
		return fault.Missing("%s: %q does not edit", what, actor.Role)
	}
	return nil
}
