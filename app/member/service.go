package member

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/oidc"
	"nuso.se/app/seal"
	"nuso.se/app/session"
)

// Service is the one way to people. All its verbs take the actor from the context.
type Service struct {
	db      *db.DB
	now     clock.Clock
	limiter *limit.Limiter
	letters *mail.Letters
	secret  seal.Key
	baseURL string

	sessions *session.Keeper
	areas    func(ctx context.Context, organisation string) ([]string, error)

	kept     map[string]func(ctx context.Context, person string) (any, error) // what other features keep of a person: see Keep
	party    *webauthn.WebAuthn                                               // nil: no passkeys at this address
	provider *oidc.Provider                                                   // nil: none
}

// Options are what a Service is made of; all but Provider are required.
type Options struct {
	DB      *db.DB
	Now     clock.Clock
	Limiter *limit.Limiter
	Theme   fs.FS  // its mails
	Secret  []byte // hashes codes and links; the same in all replicas
	BaseURL string

	Sessions *session.Keeper
	Areas    func(ctx context.Context, organisation string) ([]string, error) // the study areas that an organisation takes part in

	Provider *oidc.Provider // by which people may log in too; nil: by none
}

// New returns the service. It fails when a mail's template is missing or wrong, or the address is none.
func New(o Options) (*Service, error) {
	letters, err := mail.NewLetters(o.Theme, loginLetter, changedLetter, closedLetter, addressLetter, undoLetter)
	if err != nil {
		return nil, err
	}
	party, err := newRelyingParty(o.BaseURL)
	if err != nil {
		return nil, fault.Wrap(err, "setting up passkeys for %s", o.BaseURL)
	}
	return &Service{
		db: o.DB, now: o.Now, limiter: o.Limiter, letters: letters, secret: o.Secret, baseURL: o.BaseURL,
		sessions: o.Sessions, areas: o.Areas, party: party,
		kept: map[string]func(context.Context, string) (any, error){}, provider: o.Provider,
	}, nil
}

// Register puts the mailing of codes among the jobs, and the removal of old wishes to log in among the periodic ones. Main calls it
// once.
func (s *Service) Register(runner *jobs.Runner) {
	runner.Handle(loginJob, "Inloggningskod", s.send)
	runner.Every("member.sweep", time.Hour, func(ctx context.Context) error {
		return fault.Wrap(s.db.Tx(ctx, func(tx db.Tx) error {
			if err := deleteLogins(tx, db.At(s.now().Add(-loginAge))); err != nil {
				return db.Error(err)
			}
			if err := deleteChanges(tx, db.At(s.now().Add(-undoAge-loginAge))); err != nil {
				return db.Error(err)
			}
			return db.Error(deleteChallenges(tx, db.At(s.now())))
		}), "removing old wishes to log in")
	})
}

// Admission is somebody to be given a role at an organisation.
type Admission struct {
	ID           string // of a new account that the program itself makes and must know again; else empty
	Email, Name  string // the name is that of a new account only
	Role         access.Role
	Organisation string // its id
	Reason       string // for the log
}

// Admitted is what came of it.
type Admitted struct {
	Person
	Membership
	New     bool // the account is
	Changed bool // the role is, or the membership
}

// Admit is AdmitIn in a transaction of its own.
func (s *Service) Admit(ctx context.Context, a Admission) (admitted Admitted, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		admitted, err = s.AdmitIn(ctx, tx, a)
		return err
	})
	return admitted, err
}

// AdmitIn gives somebody a role at an organisation within tx, and an account if they have none. Who has another role there has the new one
// in its place. Those may call it to whom the role is Givable and who have proved a second factor a short while ago. NotFound to who may
// give none, Unauthenticated without the factor, Invalid for what cannot be and for the last contact person or admin, Conflict when the role held there is not theirs to change, or somebody else has
// the address of an account that is to have the ID.
func (s *Service) AdmitIn(ctx context.Context, tx db.Tx, a Admission) (admitted Admitted, err error) {
	actor := access.From(ctx)
	givable := Givable(actor, a.Organisation)
	if len(givable) == 0 {
		return Admitted{}, fault.Missing("admitting somebody: %q may not", actor.Role)
	}
	if err := Fresh(ctx); err != nil {
		return Admitted{}, err
	}
	if !slices.Contains(givable, a.Role) {
		return Admitted{}, fault.InvalidFields(fault.Field{Name: "role", Text: "Välj en av rollerna."})
	}
	if known, err := hasOrganisation(tx, a.Organisation); err != nil {
		return Admitted{}, fault.Wrap(db.Error(err), "admitting somebody")
	} else if !known {
		return Admitted{}, fault.InvalidFields(fault.Field{Name: "organisation", Text: textPlace})
	}
	if admitted.Person, admitted.New, err = s.account(tx, a); err == nil {
		admitted.Membership, admitted.Changed, err = s.give(tx, admitted.Person, a, actor)
	}
	return admitted, fault.Wrap(err, "admitting somebody")
}

// account returns the person with the address, new when nobody has it.
func (s *Service) account(tx db.Tx, a Admission) (p Person, isNew bool, err error) {
	key, err := Key(a.Email)
	if err != nil {
		return Person{}, false, fault.InvalidFields(fault.Field{Name: "email", Text: fault.Of(err).Text})
	}
	if p, err = findByKey(hold(tx), key); !fault.Is(db.Error(err), fault.NotFound) {
		if err == nil && a.ID != "" && a.ID != p.ID {
			return Person{}, false, fault.New(fault.Conflict, fmt.Sprintf("Någon annan har redan adressen %s.", p.Email), nil)
		}
		return p, false, db.Error(err)
	}
	called, err := Name(a.Name)
	if err != nil {
		return Person{}, false, err
	}
	for _, field := range []fault.Field{{Name: "email", Text: a.Email}, {Name: "name", Text: called}} {
		if found := guard.Explain(guard.Check(field.Text)); found != "" {
			return Person{}, false, fault.InvalidFields(fault.Field{Name: field.Name, Text: found})
		}
	}
	p = Person{ID: cmp.Or(a.ID, db.NewID()), Name: called, Email: strings.TrimSpace(a.Email), EmailKey: key, Version: 1, CreatedAt: db.At(s.now())}
	return p, true, db.Error(tx.Create(&p).Error)
}

// give gives the role, in the place of the one held at the organisation.
func (s *Service) give(tx db.Tx, p Person, a Admission, actor access.Actor) (m Membership, changed bool, err error) {
	held, err := findMembership(tx, p.ID, a.Organisation)
	switch {
	case fault.Is(db.Error(err), fault.NotFound):
	case err != nil:
		return m, false, db.Error(err)
	case held.Role == a.Role:
		return held, false, nil
	case !slices.Contains(Givable(actor, a.Organisation), held.Role):
		return m, false, fault.New(fault.Conflict, "Personen har redan en annan roll där, som du inte kan ändra.", nil)
	default:
		if actor.ID != "" { // the program's own commands may do so
			if err := s.needed(tx, p.ID, held.ID); err != nil {
				return m, false, err
			}
		}
		if err := endMembership(tx, held.ID, db.At(s.now())); err != nil {
			return m, false, db.Error(err)
		}
		if err := s.sessions.EndMembership(tx, held.ID); err != nil {
			return m, false, err
		}
	}
	m = Membership{ID: db.NewID(), PersonID: p.ID, OrganisationID: a.Organisation, Role: a.Role, GivenBy: actor.ID, CreatedAt: db.At(s.now())}
	if err := tx.Create(&m).Error; err != nil {
		return m, false, db.Error(err)
	}
	return m, true, audit.Add(tx, s.now(), audit.Entry{
		ActorID: actor.ID, Verb: "member.admit", SubjectKind: "person", SubjectID: p.ID, OrganisationID: a.Organisation, Reason: a.Reason,
		Details: map[string]any{"role": a.Role, "before": held.Role},
	})
}

// Known reports whether somebody with a membership in force has the address, by its Key. It is for other services and asks for no right.
func (s *Service) Known(tx db.Tx, key string) (bool, error) {
	known, err := hasMembership(tx, key)
	return known, fault.Wrap(db.Error(err), "looking for an address")
}

// Contacts returns the contact persons of an organisation by name. It is for other services and asks for no right.
func (s *Service) Contacts(tx db.Tx, organisation string) ([]Person, error) {
	people, err := findHolders(tx.Where("m.organisation_id = ?", organisation), access.Contact)
	return people, fault.Wrap(db.Error(err), "reading the contact persons of %s", organisation)
}

// Editors returns the editors by name, or the admins while there is none. It is for other services and asks for no right.
func (s *Service) Editors(tx db.Tx) ([]Person, error) {
	people, err := findHolders(tx, access.Editor)
	if err == nil && len(people) == 0 {
		people, err = findHolders(tx, access.Admin)
	}
	return people, fault.Wrap(db.Error(err), "reading the editors")
}

// Listed is a person with what they are.
type Listed struct {
	Person
	Memberships []Role
}

// Role is a membership in force, with the organisation's name.
type Role struct {
	Membership
	Organisation string
}

// List returns all people with their memberships in force, by address. Admins may call it; NotFound to others.
func (s *Service) List(ctx context.Context) ([]Listed, error) {
	if actor := access.From(ctx); actor.Role != access.Admin {
		return nil, fault.Missing("listing people: %q may not", actor.Role)
	}
	tx := s.db.Read(ctx)
	people, err := findPeople(tx)
	if err != nil {
		return nil, fault.Wrap(db.Error(err), "listing people")
	}
	roles, err := findRoles(tx)
	if err != nil {
		return nil, fault.Wrap(db.Error(err), "listing memberships")
	}
	all := make([]Listed, len(people))
	for i, p := range people {
		all[i] = Listed{Person: p, Memberships: roles[p.ID]}
	}
	return all, nil
}

// HasAdmin reports whether anybody is an admin. It is for the program itself.
func (s *Service) HasAdmin(ctx context.Context) (bool, error) {
	n, err := countRole(s.db.Read(ctx), access.Admin)
	return n > 0, fault.Wrap(db.Error(err), "counting admins")
}
