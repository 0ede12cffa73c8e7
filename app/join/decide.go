package join

import (
	"context"
	"errors"
	"fmt"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
)

// Approve gives who asked a role and, if they have none, an account, and mails them. Contact persons may call it for requests of their
// organisation, editors and admins for those that do not wait for contact persons; NotFound to others, Unauthenticated without a fresh
// second factor. Invalid by field for what cannot be given, Conflict when somebody else was first; the same once more does nothing.
func (s *Service) Approve(ctx context.Context, id string, g Grant) error {
	shown, err := s.ByID(ctx, id)
	if err != nil {
		return err
	}
	if again, err := shown.again(ctx, Approved); again || err != nil {
		return err
	}
	where, err := s.check(ctx, shown, g)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if mine, err := s.take(ctx, tx, id, Approved, g.Role); err != nil || !mine {
			return err
		}
		if where.ID == "" {
			if where, err = s.organisations.EnsureIn(ctx, tx, organisation.KindFor(g.Role), shown.OrganisationName); err != nil {
				return err
			}
		}
		return s.admit(ctx, tx, shown.Request, where, g)
	})
	return fault.Wrap(err, "approving the request %q", id)
}

// admit does what is approved.
func (s *Service) admit(ctx context.Context, tx db.Tx, r Request, where organisation.Organisation, g Grant) error {
	letter, err := s.letters.approved(r, g.Role, where.Name, g.Message)
	if err != nil {
		return err
	}
	if err := mail.Add(tx, letter); err != nil {
		return err
	}
	admitted, err := s.members.AdmitIn(ctx, tx, member.Admission{Email: r.Email, Name: r.Name, Role: g.Role, Organisation: where.ID, Reason: reasonApproved})
	if err != nil {
		return err
	}
	if err := setAccount(tx, r.ID, admitted.Person.ID, where.ID); err != nil {
		return db.Error(err)
	}
	return s.note(ctx, tx, "join.approve", r.ID, where.ID, g.Role)
}

// Decline says no to who asked, by mail. Who may approve may call it, a second factor is not asked for; NotFound to others. Invalid for
// a message that cannot be sent, Conflict when somebody else was first; the same once more does nothing.
func (s *Service) Decline(ctx context.Context, id, message string) error {
	shown, err := s.ByID(ctx, id)
	if err != nil {
		return err
	}
	if again, err := shown.again(ctx, Declined); again || err != nil {
		return err
	}
	if problem := checkMessage(message); problem != "" {
		return fault.InvalidFields(fault.Field{Name: "message", Text: problem})
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if mine, err := s.take(ctx, tx, id, Declined, ""); err != nil || !mine {
			return err
		}
		letter, err := s.letters.declined(shown.Request, message)
		if err != nil {
			return err
		}
		if err := mail.Add(tx, letter); err != nil {
			return err
		}
		at := ""
		if shown.OrganisationID != nil {
			at = *shown.OrganisationID
		}
		return s.note(ctx, tx, "join.decline", id, at, shown.Role)
	})
	return fault.Wrap(err, "declining the request %q", id)
}

func (s *Service) note(ctx context.Context, tx db.Tx, verb, id, organisation string, role access.Role) error {
	return audit.Add(tx, s.now(), audit.Entry{
		ActorID: access.From(ctx).ID, Verb: verb, SubjectKind: "join-request", SubjectID: id, OrganisationID: organisation, Details: map[string]any{"role": role},
	})
}

// again reports whether the actor has decided the request so already. Conflict when it is not theirs to decide.
func (r Shown) again(ctx context.Context, outcome Outcome) (bool, error) {
	switch {
	case r.Mine:
		return false, nil
	case r.DecidedAt.IsZero():
		return false, fault.New(fault.Conflict, fmt.Sprintf(textNotYetOurs, clock.Long(r.late())), errors.New("it waits for contact persons"))
	case r.Outcome == outcome && r.DecidedBy != nil && *r.DecidedBy == access.From(ctx).ID:
		return true, nil
	}
	return false, fault.New(fault.Conflict, fmt.Sprintf(textDecided, r.verdict()), errors.New("somebody else was first"))
}

// take decides the request; false when the actor has just done so, by another press. Conflict when somebody else was first.
func (s *Service) take(ctx context.Context, tx db.Tx, id string, outcome Outcome, given access.Role) (bool, error) {
	actor, now := access.From(ctx), s.now()
	if mine, err := decide(tx, actor, id, outcome, given, now); err != nil || mine {
		return mine, db.Error(err)
	}
	row, err := findVisible(tx, actor, id, now)
	if err != nil {
		return false, db.Error(err)
	}
	_, err = Shown{Listed: row}.again(ctx, outcome)
	return false, err
}
