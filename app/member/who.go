package member

import (
	"context"
	"net/url"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/session"
)

// Who returns whom the token of a session stands for: the person by the membership they act by; a visitor when the session or that
// membership is no more. Whose role needs a second factor is but somebody until one is proved in the session: Unproved. The web calls it at every request of a browser that carries a token, so what has ended is so at once.
// Unavailable when the database is away.
func (s *Service) Who(ctx context.Context, token string) (access.Actor, error) {
	found, err := s.sessions.Find(ctx, token)
	if fault.Is(err, fault.NotFound) {
		return access.Actor{}, nil
	}
	if err != nil {
		return access.Actor{}, fault.Wrap(err, "reading who asks")
	}
	if found.MembershipID == "" {
		return access.Actor{}, nil
	}
	actor := access.Actor{ID: found.PersonID, Name: found.Name, At: found.Organisation, Session: found.ID, Role: found.Role, Strong: s.sessions.Strong(found.Session)}
	if s.sessions.Viewing(found.Session) && found.Role == access.Admin {
		return s.viewing(ctx, actor, found.View)
	}
	if found.Held > 1 {
		if actor.Others, err = s.others(ctx, found.PersonID, found.MembershipID); err != nil {
			return access.Actor{}, err
		}
	}
	if found.Role.NeedsFactor() && found.StrongAt.IsZero() {
		actor.Role, actor.Unproved = access.Visitor, found.Role
		return actor, nil
	}
	actor.Keys, err = s.keys(ctx, found.Role, found.OrganisationID)
	return actor, err
}

// keys are the audiences that a role at an organisation holds.
func (s *Service) keys(ctx context.Context, role access.Role, organisation string) ([]access.Audience, error) {
	if role == access.Visitor {
		return nil, nil
	}
	keys := []access.Audience{access.Audience("organisation:" + organisation)}
	switch role {
	case access.Member, access.Contact, access.Regional, access.Researcher:
		keys = append(keys, access.Participants)
		areas, err := s.areas(ctx, organisation)
		if err != nil {
			return nil, err
		}
		for _, area := range areas {
			keys = append(keys, access.Audience("delstudie:"+area))
		}
	}
	return keys, nil
}

// others are the person's memberships in force but the one.
func (s *Service) others(ctx context.Context, person, membership string) ([]access.Place, error) {
	roles, err := findRoles(s.db.Read(ctx).Where("m.person_id = ? AND m.id <> ?", person, membership))
	var others []access.Place
	for _, r := range roles[person] {
		others = append(others, access.Place{Membership: r.ID, Role: r.Role, At: r.Organisation})
	}
	return others, fault.Wrap(db.Error(err), "reading where else somebody could act")
}

// Begun is a session that a login has begun: the token for the browser, and the address to lead it to.
type Begun struct{ Token, Next string }

// Begin begins the session of a login, by the person's first membership. Whose role needs a second factor is led to prove one first, or
// to add one. The session by which the browser asked until now ends. The verbs that log in call it through their handler.
func (s *Service) Begin(ctx context.Context, tx db.Tx, e Entry, userAgent string) (Begun, error) {
	if err := s.leave(tx, access.From(ctx)); err != nil {
		return Begun{}, err
	}
	first, err := findFirst(tx, e.PersonID)
	if err = db.Error(err); err != nil {
		if fault.Is(err, fault.NotFound) {
			return Begun{}, errSpent("no membership is in force")
		}
		return Begun{}, err
	}
	f, err := findFactors(tx, e.PersonID)
	if err != nil {
		return Begun{}, db.Error(err)
	}
	way := ""
	switch {
	case !first.Role.NeedsFactor():
	case f.None():
		way = securityPath
	case !e.Strong:
		way = ProvePath
	}
	if way != "" {
		e.Next = way + "?" + url.Values{"next": {e.Next}}.Encode()
	}
	token, _, err := s.sessions.Start(tx, e.PersonID, first.ID, userAgent, e.Strong)
	return Begun{Token: token, Next: e.Next}, err
}

// Sessions returns the living sessions of who asks, the one last used first. Whoever is logged in may call it.
func (s *Service) Sessions(ctx context.Context) ([]session.Session, error) {
	return s.sessions.List(ctx, access.From(ctx).ID)
}

// LeaveOne ends one of the sessions of who asks, which may be another browser's. NotFound when it is not theirs.
func (s *Service) LeaveOne(ctx context.Context, id string) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.sessions.End(tx, access.From(ctx).ID, id) })
	return fault.Wrap(err, "logging out a browser")
}

// LeaveOthers ends all sessions of who asks but the one by which they do.
func (s *Service) LeaveOthers(ctx context.Context) error {
	actor := access.From(ctx)
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.sessions.EndAll(tx, actor.ID, actor.Session) })
	return fault.Wrap(err, "logging out other browsers")
}

// Leave ends the session by which the actor asks. Whoever is logged in may call it; for others it does nothing.
func (s *Service) Leave(ctx context.Context) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.leave(tx, access.From(ctx)) })
	return fault.Wrap(err, "logging out")
}

func (s *Service) leave(tx db.Tx, actor access.Actor) error {
	if actor.Session == "" {
		return nil
	}
	err := s.sessions.End(tx, actor.ID, actor.Session)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
