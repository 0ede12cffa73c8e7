package member

import (
	"context"
	"errors"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/mail"
)

// Account is what somebody sees of their own.
type Account struct {
	Person
	Memberships []Role // in force
}

// Account returns that of who asks. Whoever is logged in may call it.
func (s *Service) Account(ctx context.Context) (Account, error) {
	actor, tx := access.From(ctx), s.db.Read(ctx)
	p, err := findByID(tx, actor.ID)
	if err != nil {
		return Account{}, fault.Wrap(db.Error(err), "reading an account")
	}
	roles, err := findRoles(tx.Where("m.person_id = ?", actor.ID))
	return Account{Person: p, Memberships: roles[actor.ID]}, fault.Wrap(db.Error(err), "reading memberships")
}

// Profile is what people tell of themselves. Version is that of the account it was read from.
type Profile struct {
	Name, Title string
	Version     int64
}

// maxTitle is how many characters of a title there may be.
const maxTitle = 100

func (p *Profile) check() error {
	var fields []fault.Field
	called, err := Name(p.Name)
	if err != nil {
		fields = append(fields, fault.Of(err).Fields...)
	}
	p.Name = called
	if len([]rune(p.Title)) > maxTitle || strings.ContainsFunc(p.Title, unseen) {
		fields = append(fields, fault.Field{Name: "title", Text: "Skriv högst 100 tecken, på en rad och utan osynliga tecken."})
	}
	for _, field := range []fault.Field{{Name: "name", Text: p.Name}, {Name: "title", Text: p.Title}} {
		if found := guard.Explain(guard.Check(field.Text)); found != "" {
			fields = append(fields, fault.Field{Name: field.Name, Text: found})
		}
	}
	if len(fields) > 0 {
		return fault.InvalidFields(fields...)
	}
	return nil
}

// Describe changes what who asks tells of themselves. Whoever is logged in may call it; Invalid by field, Conflict when it has been
// changed since it was read.
func (s *Service) Describe(ctx context.Context, p Profile) error {
	actor := access.From(ctx)
	if err := p.check(); err != nil {
		return err
	}
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		written, err := describe(tx, actor.ID, p)
		if err != nil {
			return db.Error(err)
		}
		if !written {
			return fault.New(fault.Conflict, "Dina uppgifter har ändrats i ett annat fönster. Läs dem och spara igen.", nil)
		}
		return audit.Add(tx, s.now(), audit.Entry{ActorID: actor.ID, Verb: "member.describe", SubjectKind: "person", SubjectID: actor.ID})
	})
	return fault.Wrap(err, "changing a profile")
}

// Switch lets who asks act by another of their memberships, and returns the token that stands in the place of the session's. NotFound
// when it is not theirs or has ended.
func (s *Service) Switch(ctx context.Context, token, membership string) (next string, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := s.sessions.Switch(tx, token, membership); err != nil {
			return err
		}
		next, err = s.sessions.Rotate(tx, token)
		return err
	})
	return next, fault.Wrap(err, "acting by another membership")
}

// Close closes the account of who asks: name, address, title and factors are removed, memberships and sessions end; what the log tells
// names them by an id that leads to nobody. A last mail tells them so. Whoever is logged in may call it, who has factors with one proved a short while ago.
// Invalid for the last contact person of an organisation and the last admin.
func (s *Service) Close(ctx context.Context) error {
	actor := access.From(ctx)
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		if err := holdPerson(tx, actor.ID); err != nil {
			return db.Error(err)
		}
		if err := s.mayChange(ctx, tx); err != nil {
			return err
		}
		if err := s.needed(tx, actor.ID, ""); err != nil {
			return err
		}
		if err := s.mailClosed(tx, actor.ID); err != nil {
			return err
		}
		if err := closeAccount(tx, actor.ID, db.At(s.now())); err != nil {
			return db.Error(err)
		}
		if err := s.sessions.EndAll(tx, actor.ID, ""); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{ActorID: actor.ID, Verb: "member.close", SubjectKind: "person", SubjectID: actor.ID})
	})
	return fault.Wrap(err, "closing an account")
}

// closedLetter is the mail about a closed account. It is the last that the address is used for: the job that sends it forgets it.
const closedLetter = "member-closed"

// closedView is what the mail shows.
type closedView struct{ Subject, Name, Join, Contact string }

func (s *Service) mailClosed(tx db.Tx, person string) error {
	p, err := findByID(tx, person)
	if err != nil {
		return db.Error(err)
	}
	letter, err := s.letters.Write(closedLetter, "Ditt konto i Samarbetsrummet är avslutat", closedView{
		Subject: "Ditt konto är avslutat", Name: p.Name, Join: s.baseURL + "/ga-med", Contact: s.baseURL + "/kontakt",
	})
	if err != nil {
		return err
	}
	letter.To, letter.ToName = p.Email, p.Name
	return mail.Add(tx, letter)
}

// needed is Invalid while somebody is the only one who can do what must be done, for an organisation or for the site: by the membership,
// or by any when it is empty.
func (s *Service) needed(tx db.Tx, person, membership string) error {
	alone, err := findAlone(tx, person)
	if err != nil {
		return db.Error(err)
	}
	for _, m := range alone {
		switch {
		case membership != "" && membership != m.ID:
		case m.Role == access.Admin:
			return fault.New(fault.Invalid, "Ingen annan är administratör. Ge någon annan rollen först.", errors.New("the last admin"))
		default:
			return fault.New(fault.Invalid, "Ingen annan är kontaktperson för "+m.Organisation+". Lämna över till någon annan först.", errors.New("the last contact person"))
		}
	}
	return nil
}

// Data is all that is kept of a person, for themselves.
type Data struct {
	Name        string       `json:"name"`
	Email       string       `json:"email"`
	Title       string       `json:"title"`
	CreatedAt   db.Instant   `json:"created_at"`
	Memberships []dataRole   `json:"memberships"`
	Passkeys    []dataKey    `json:"passkeys"`
	Identities  []identity   `json:"identities"`
	CodeApp     db.Instant   `json:"code_app_added_at"`
	Sessions    []dataSeen   `json:"sessions"`
	Log         []audit.Told `json:"log"`
	// What other features keep of the person, by their names.
	Also map[string]any `json:"also"`
}

// Keep lets another feature tell what it keeps of a person, for Data. Main calls it at start.
func (s *Service) Keep(name string, of func(ctx context.Context, person string) (any, error)) {
	s.kept[name] = of
}

type (
	dataRole struct {
		Organisation string      `json:"organisation"`
		Role         access.Role `json:"role"`
		From         db.Instant  `json:"from"`
		Until        db.Instant  `json:"until"`
	}
	dataKey struct {
		Name    string     `json:"name"`
		AddedAt db.Instant `json:"added_at"`
		UsedAt  db.Instant `json:"used_at"`
	}
	dataSeen struct {
		Browser string     `json:"browser"`
		BegunAt db.Instant `json:"begun_at"`
		SeenAt  db.Instant `json:"seen_at"`
	}
)

// Data returns all that is kept of who asks, ended memberships and the log's rows by them or of them too. Whoever is logged in may
// call it.
func (s *Service) Data(ctx context.Context) (d Data, err error) {
	actor, tx := access.From(ctx), s.db.Read(ctx)
	p, err := findByID(tx, actor.ID)
	if err != nil {
		return d, fault.Wrap(db.Error(err), "reading an account")
	}
	d = Data{Name: p.Name, Email: p.Email, Title: p.Title, CreatedAt: p.CreatedAt, Memberships: []dataRole{}, Passkeys: []dataKey{}, Sessions: []dataSeen{}}
	held, err := findHeld(tx, actor.ID)
	if err != nil {
		return d, fault.Wrap(db.Error(err), "reading memberships")
	}
	for _, m := range held {
		d.Memberships = append(d.Memberships, dataRole{m.Organisation, m.Role, m.CreatedAt, m.EndedAt})
	}
	f, err := findFactors(tx, actor.ID)
	if err != nil {
		return d, fault.Wrap(db.Error(err), "reading second factors")
	}
	d.CodeApp = f.CodeApp
	for _, k := range f.Passkeys {
		d.Passkeys = append(d.Passkeys, dataKey{k.Name, k.CreatedAt, k.UsedAt})
	}
	if d.Identities, err = findIdentities(tx, actor.ID); err != nil {
		return d, fault.Wrap(db.Error(err), "reading identities")
	}
	sessions, err := s.Sessions(ctx)
	if err != nil {
		return d, err
	}
	for _, one := range sessions {
		d.Sessions = append(d.Sessions, dataSeen{one.Agent, one.CreatedAt, one.SeenAt})
	}
	d.Also = map[string]any{}
	for name, of := range s.kept {
		if d.Also[name], err = of(ctx, actor.ID); err != nil {
			return Data{}, err
		}
	}
	d.Log, err = audit.About(ctx, s.db, actor.ID)
	return d, err
}
