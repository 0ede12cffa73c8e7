package member

import (
	"context"
	"strings"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
)

// PeopleFilter is which people a list is asked for.
type PeopleFilter struct {
	Words         string // in the name, the address or an organisation's name; empty: all
	Limit, Offset int
}

// People returns the people that the filter leaves with their memberships in force, by name, and how many there are in all. Admins may
// call it; NotFound to others.
func (s *Service) People(ctx context.Context, f PeopleFilter) (all []Listed, total int, err error) {
	if err := admins(ctx, "listing people"); err != nil {
		return nil, 0, err
	}
	people, total, err := searchPeople(s.db.Read(ctx), f)
	if err != nil {
		return nil, 0, fault.Wrap(db.Error(err), "listing people")
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	roles, err := findRoles(s.db.Read(ctx).Where("m.person_id IN ?", ids))
	if err != nil {
		return nil, 0, fault.Wrap(db.Error(err), "listing memberships")
	}
	for _, p := range people {
		all = append(all, Listed{Person: p, Memberships: roles[p.ID]})
	}
	return all, total, nil
}

func admins(ctx context.Context, what string) error {
	if actor := access.From(ctx); actor.Role != access.Admin {
		return fault.Missing("%s: %q may not", what, actor.Role)
	}
	return nil
}

// Known is what admins see of a person.
type Known struct {
	Listed
	Factors Factors
}

// Person returns a person who has an account. Admins may call it; NotFound to others.
func (s *Service) Person(ctx context.Context, id string) (k Known, err error) {
	if err := admins(ctx, "reading about a person"); err != nil {
		return k, err
	}
	tx := s.db.Read(ctx)
	if k.Person, err = findByID(tx, id); err == nil && !k.Person.ClosedAt.IsZero() {
		return Known{}, fault.Missing("the account is closed")
	}
	if err != nil {
		return k, fault.Wrap(db.Error(err), "reading about a person")
	}
	roles, err := findRoles(s.db.Read(ctx).Where("m.person_id = ?", id))
	if err != nil {
		return k, fault.Wrap(db.Error(err), "reading about a person")
	}
	k.Memberships = roles[id]
	k.Factors, err = findFactors(tx, id)
	return k, fault.Wrap(db.Error(err), "reading about a person")
}

// Expel ends a membership, and at once all sessions that act by it. Admins may call it who have proved a second factor a short while ago;
// NotFound to others and for one that is not in force, Invalid without a reason and for the last contact person of an organisation
// or the last admin.
func (s *Service) Expel(ctx context.Context, person, membership, reason string) error {
	if err := decides(ctx, "ending a membership", reason); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		if err := holdPerson(tx, person); err != nil {
			return db.Error(err)
		}
		held, err := findInForceByID(tx, person, membership)
		if err != nil {
			return db.Error(err)
		}
		if err := s.needed(tx, person, membership); err != nil {
			return err
		}
		if err := endMembership(tx, held.ID, db.At(s.now())); err != nil {
			return db.Error(err)
		}
		if err := s.sessions.EndMembership(tx, held.ID); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{
			ActorID: access.From(ctx).ID, Verb: "member.expel", SubjectKind: "person", SubjectID: person, OrganisationID: held.OrganisationID, Reason: reason,
			Details: map[string]any{"role": held.Role},
		})
	})
	return fault.Wrap(err, "ending a membership")
}

// ResetFactors removes all second factors of somebody who has lost theirs, and ends their sessions: they log in by mail and add new
// ones. They are told by mail. It may be called as Expel may.
func (s *Service) ResetFactors(ctx context.Context, person, reason string) error {
	if err := decides(ctx, "removing second factors", reason); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		if err := deleteWaysSince(tx, person, db.At(time.Unix(0, 0))); err != nil {
			return db.Error(err)
		}
		if err := s.sessions.EndAll(tx, person, ""); err != nil {
			return err
		}
		if err := s.tell(tx, person, "Projektkontoret har tagit bort dina passnycklar och din kodapp, på din begäran. Du lägger till nya när du loggar in."); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{
			ActorID: access.From(ctx).ID, Verb: "member.factor.reset", SubjectKind: "person", SubjectID: person, Reason: reason,
		})
	})
	return fault.Wrap(err, "removing second factors")
}

// checkFilled tells at once of every field of the form that is empty or is not what it should be.
func checkFilled(email, name, organisation, reason string) error {
	var fields []fault.Field
	if _, err := Key(email); err != nil {
		fields = append(fields, fault.Field{Name: "email", Text: fault.Of(err).Text})
	}
	if _, err := Name(name); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	if organisation == "" {
		fields = append(fields, fault.Field{Name: "organisation", Text: textPlace})
	}
	if err := checkReason(reason); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	if len(fields) > 0 {
		return fault.InvalidFields(fields...)
	}
	return nil
}

// textPlace is what is wrong with an organisation that there is not.
const textPlace = "Välj en organisation i listan."

// decides refuses all but admins who tell why and have proved a second factor a short while ago.
func decides(ctx context.Context, what, reason string) error {
	if err := admins(ctx, what); err != nil {
		return err
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	return Fresh(ctx)
}

func checkReason(reason string) error {
	text := ""
	if strings.TrimSpace(reason) == "" || len([]rune(reason)) > maxReason {
		text = "Skriv varför, med högst 500 tecken. Det står sedan i loggen."
	} else {
		text = guard.Explain(guard.Check(reason))
	}
	if text != "" {
		return fault.InvalidFields(fault.Field{Name: "reason", Text: text})
	}
	return nil
}
