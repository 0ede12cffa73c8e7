package member

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

// A second factor is a passkey or an app that shows codes. Roles that need one (access.Role.NeedsFactor) are had only in a session in
// which one has been proved, and what grants access asks for it again: see Fresh.

// challengeAge is how long a page may lie open before what it asks for must be asked anew.
const challengeAge = 10 * time.Minute

// Fresh is Unauthenticated unless who asks has proved a second factor a short while ago. Every verb that gives somebody access or
// changes how one logs in calls it.
func Fresh(ctx context.Context) error {
	if access.From(ctx).Strong {
		return nil
	}
	return fault.New(fault.Unauthenticated, "Bekräfta att det är du först.", errors.New("no second factor a short while ago"))
}

// Factors are what a person has to prove who they are by.
type Factors struct {
	Passkeys []Passkey  // in the order they were added
	CodeApp  db.Instant // when it was added; zero: there is none
}

// None reports that there is nothing.
func (f Factors) None() bool { return len(f.Passkeys) == 0 && f.CodeApp.IsZero() }

// Factors returns those of who asks. Whoever is logged in may call it.
func (s *Service) Factors(ctx context.Context) (Factors, error) {
	f, err := findFactors(s.db.Read(ctx), access.From(ctx).ID)
	return f, fault.Wrap(db.Error(err), "reading second factors")
}

// mayChange lets somebody change how they log in: who has a factor, with one proved a short while ago.
func (s *Service) mayChange(ctx context.Context, tx db.Tx) error {
	actor := access.From(ctx)
	if actor.ID == "" {
		return fault.New(fault.Unauthenticated, "Logga in för att gå vidare.", nil)
	}
	f, err := findFactors(tx, actor.ID)
	if err != nil {
		return db.Error(err)
	}
	if f.None() {
		return nil
	}
	return Fresh(ctx)
}

// RemoveFactor removes a passkey, by its id, or the app, by "kodapp". Whoever has it may call it who has proved a factor a short while
// ago. Invalid for the last of somebody one of whose roles needs one, NotFound when it is not theirs.
func (s *Service) RemoveFactor(ctx context.Context, id string) error {
	if err := Fresh(ctx); err != nil {
		return err
	}
	actor := access.From(ctx)
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		if err := holdPerson(tx, actor.ID); err != nil {
			return db.Error(err)
		}
		f, err := findFactors(tx, actor.ID)
		if err != nil {
			return db.Error(err)
		}
		needs, err := needsFactor(tx, actor.ID)
		if err != nil {
			return db.Error(err)
		}
		if needs && f.count() == 1 {
			return fault.New(fault.Invalid, "Din roll kräver att du kan bekräfta inloggningen. Lägg till ett annat sätt först.", nil)
		}
		if err := deleteFactor(tx, actor.ID, id); err != nil {
			return db.Error(err)
		}
		what := "En passnyckel har tagits bort."
		if id == codeAppID {
			what = "Kodappen har tagits bort."
		}
		return s.changed(tx, actor.ID, "member.factor.remove", what)
	})
	return fault.Wrap(err, "removing a second factor")
}

func (f Factors) count() int {
	n := len(f.Passkeys)
	if !f.CodeApp.IsZero() {
		n++
	}
	return n
}

// Proof is what somebody answers who is asked for a second factor: the browser's answer for a passkey, with the State it was asked
// with, or a code.
type Proof struct{ State, Answer, Code string }

// Prove proves a second factor for the session with the token, and returns the token that stands in its place. Whoever is logged in
// may call it. Invalid for what proves nothing, TooMany after many codes.
func (s *Service) Prove(ctx context.Context, token string, p Proof) (next string, err error) {
	actor := access.From(ctx)
	if actor.ID == "" {
		return "", fault.New(fault.Unauthenticated, "Logga in för att gå vidare.", nil)
	}
	prove := s.provePasskey
	if p.State == "" || p.Answer == "" {
		prove = s.proveCode
	}
	how, err := prove(ctx, actor.ID, p)
	if err != nil {
		return "", fault.Wrap(err, "proving a second factor")
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := how(tx); err != nil {
			return err
		}
		if next, err = s.strengthen(tx, token); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{ActorID: actor.ID, Verb: "member.prove", SubjectKind: "person", SubjectID: actor.ID})
	})
	return next, fault.Wrap(err, "proving a second factor")
}

// strengthen notes in the session that a factor was proved now. Its token is another from now on.
func (s *Service) strengthen(tx db.Tx, token string) (string, error) {
	if err := s.sessions.MarkStrong(tx, token); err != nil {
		return "", err
	}
	return s.sessions.Rotate(tx, token)
}

// spendChallenge makes a state good no more; Invalid when it has been answered before.
func (s *Service) spendChallenge(tx db.Tx, state string) error {
	sum := sha256.Sum256([]byte(state))
	spent, err := insertChallenge(tx, challenge{ID: hex.EncodeToString(sum[:]), ExpiresAt: db.At(s.now().Add(challengeAge))})
	if err == nil && !spent {
		return errOld(errors.New("answered before"))
	}
	return db.Error(err)
}

func errOld(err error) error {
	return fault.New(fault.Invalid, "Det gick inte att bekräfta. Försök igen.", err)
}

// changed tells the log and, by mail, the person that their way to log in is another.
func (s *Service) changed(tx db.Tx, person, verb, what string) error {
	if err := s.tell(tx, person, what); err != nil {
		return err
	}
	return audit.Add(tx, s.now(), audit.Entry{ActorID: person, Verb: verb, SubjectKind: "person", SubjectID: person, Details: map[string]any{"what": what}})
}

// tell tells a person by mail how their login has changed.
func (s *Service) tell(tx db.Tx, person, what string) error {
	p, err := findByID(tx, person)
	if err != nil {
		return db.Error(err)
	}
	letter, err := s.letters.Write(changedLetter, "Din inloggning i Samarbetsrummet har ändrats", changedView{
		Subject: "Din inloggning har ändrats", Name: p.Name, What: what, Security: s.baseURL + securityPath, Contact: s.baseURL + "/kontakt",
	})
	if err != nil {
		return err
	}
	letter.To, letter.ToName = p.Email, p.Name
	return mail.Add(tx, letter)
}

// changedLetter is the mail about a change of how one logs in; securityPath, below AccountPath, is where one sees to it.
const (
	changedLetter = "member-changed"
	AccountPath   = "/mitt-konto"
	securityPath  = AccountPath + "/sakerhet"
)

// changedView is what the mail shows.
type changedView struct{ Subject, Name, What, Security, Contact string }
