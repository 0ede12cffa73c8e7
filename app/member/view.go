package member

import (
	"context"
	"slices"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/session"
)

// viewAge is how long an admin sees as somebody else before it ends by itself.
const viewAge = 30 * time.Minute

// Viewable returns the roles that an admin may see as, in the order in which forms list them; the first is a visitor.
func Viewable() []access.Role {
	return slices.DeleteFunc(append([]access.Role{access.Visitor}, Roles()...), func(r access.Role) bool { return r == access.Admin })
}

// View lets an admin see the site as the role at the organisation does, for half an hour, and change nothing meanwhile. It is told to the
// log with the reason. Admins may call it who have proved a second factor a short while ago; NotFound to others, Invalid by field.
func (s *Service) View(ctx context.Context, token string, role access.Role, organisation, reason string) error {
	actor := access.From(ctx)
	if actor.Role != access.Admin {
		return fault.Missing("seeing as somebody else: %q may not", actor.Role)
	}
	if err := Fresh(ctx); err != nil {
		return err
	}
	var fields []fault.Field
	if !slices.Contains(Viewable(), role) {
		fields = append(fields, fault.Field{Name: "role", Text: "Välj en av rollerna."})
	}
	if err := checkReason(reason); err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		if known, err := hasOrganisation(tx, organisation); err != nil {
			return db.Error(err)
		} else if !known {
			fields = append(fields, fault.Field{Name: "organisation", Text: textPlace})
		}
		if len(fields) > 0 {
			return fault.InvalidFields(fields...)
		}
		view := session.View{Role: string(role), OrganisationID: organisation, Until: db.At(s.now().Add(viewAge))}
		if err := s.sessions.SetView(tx, token, view); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{
			ActorID: actor.ID, Verb: "member.view", SubjectKind: "organisation", SubjectID: organisation, OrganisationID: organisation, Reason: reason,
			Details: map[string]any{"role": role},
		})
	})
	return fault.Wrap(err, "seeing as somebody else")
}

// maxReason is how many characters a reason may have.
const maxReason = 500

// EndView lets who asks see as themselves again. Whoever is logged in may call it; it does nothing for who does so already.
func (s *Service) EndView(ctx context.Context, token string) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error { return s.sessions.SetView(tx, token, session.View{}) })
	return fault.Wrap(err, "seeing as oneself again")
}

// viewing returns the admin as they see now: with another role's sight, and no right to change anything.
func (s *Service) viewing(ctx context.Context, admin access.Actor, v session.View) (access.Actor, error) {
	at, err := findOrganisation(s.db.Read(ctx), v.OrganisationID)
	if err != nil {
		return access.Actor{}, fault.Wrap(db.Error(err), "reading whom an admin sees as")
	}
	admin.Role, admin.Strong = access.Role(v.Role), false
	admin.View = access.View{Role: admin.Role, At: at, Until: v.Until.Time}
	admin.Keys, err = s.keys(ctx, admin.Role, v.OrganisationID)
	return admin, err
}

// Place is an organisation to choose.
type Place struct{ ID, Name string }

// Places returns the organisations that there are, by name. It is for forms of admins; NotFound to others.
func (s *Service) Places(ctx context.Context) ([]Place, error) {
	if actor := access.From(ctx); actor.Role != access.Admin {
		return nil, fault.Missing("listing organisations: %q may not", actor.Role)
	}
	places, err := findPlaces(s.db.Read(ctx))
	return places, fault.Wrap(db.Error(err), "listing organisations")
}
