package member

import (
	"context"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Who returns whom the token of a session stands for: the person by the membership they act by; a visitor when the session or that
// membership is no more. The web calls it at every request of a browser that carries a token, so what has ended is so at once.
// Unavailable when the database is away.
func (s *Service) Who(ctx context.Context, token string) (access.Actor, error) {
	found, err := s.sessions.Find(ctx, token)
	if fault.Is(err, fault.NotFound) {
		return access.Actor{}, nil
	}
	if err != nil {
		return access.Actor{}, err
	}
	row, err := findActing(s.db.Read(ctx), found.PersonID, found.MembershipID)
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return access.Actor{}, nil
	}
	if err != nil {
		return access.Actor{}, fault.Wrap(err, "reading who asks")
	}
	actor := access.Actor{
		ID: found.PersonID, Name: row.Name, Role: row.Role, Session: found.ID,
		Keys: []access.Audience{access.Audience("organisation:" + row.OrganisationID)},
	}
	switch row.Role {
	case access.Member, access.Contact, access.Regional, access.Researcher:
		actor.Keys = append(actor.Keys, access.Participants)
		areas, err := s.areas(ctx, row.OrganisationID)
		if err != nil {
			return access.Actor{}, err
		}
		for _, area := range areas {
			actor.Keys = append(actor.Keys, access.Audience("delstudie:"+area))
		}
	}
	return actor, nil
}

// Begin begins the session of a login, by the person's first membership, and returns its token. EnterCode and EnterLink call it through
// their handler.
func (s *Service) Begin(tx db.Tx, e Entry, userAgent string) (token string, err error) {
	first, err := findFirst(tx, e.PersonID)
	if err = db.Error(err); err != nil {
		if fault.Is(err, fault.NotFound) {
			return "", errSpent("no membership is in force")
		}
		return "", err
	}
	token, _, err = s.sessions.Start(tx, e.PersonID, first.ID, userAgent, e.Strong)
	return token, err
}

// Leave ends the session by which the actor asks. Whoever is logged in may call it; for others it does nothing.
func (s *Service) Leave(ctx context.Context) error {
	actor := access.From(ctx)
	if actor.Session == "" {
		return nil
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.sessions.End(tx, actor.ID, actor.Session) })
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return fault.Wrap(err, "logging out")
}
