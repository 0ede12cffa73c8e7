package member

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Passkey is a row of the table.
type Passkey struct {
	ID           string
	PersonID     string
	CredentialID string // what browsers call it, in base64
	Credential   string // a webauthn.Credential as JSON
	Name         string // the browser that it was added in: "Firefox på Windows"
	CreatedAt    db.Instant
	UsedAt       db.Instant // zero: never since
}

// TableName is the table's name.
func (Passkey) TableName() string { return "passkeys" }

// Ceremony is what a browser needs to make or use a passkey: what it is asked for, as JSON, and the state to send back with its answer.
// The zero Ceremony says that there are no passkeys here.
type Ceremony struct{ Options, State string }

// The purposes that states are sealed for. The first two are followed by the person's id.
const (
	toAdd   = "passkey.add:"
	toProve = "passkey.prove:"
	toEnter = "passkey.enter"
)

// maxPasskeys is how many one may have: more than anybody has devices.
const maxPasskeys = 20

// newRelyingParty returns what passkeys are for: the site's host. It is nil where that is an IP address, for which browsers make none.
func newRelyingParty(baseURL string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Samarbetsrummet", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
	})
}

// Passkeys reports whether there can be any: not when the site's address has an IP address for a host.
func (s *Service) Passkeys() bool { return s.party != nil }

// holder is a person as the library asks for them.
type holder struct {
	Person
	keys []Passkey
}

// WebAuthnID is what browsers keep with a passkey.
func (h holder) WebAuthnID() []byte { return []byte(h.ID) }

// WebAuthnName is what the browser shows the person.
func (h holder) WebAuthnName() string { return h.Email }

// WebAuthnDisplayName is their name.
func (h holder) WebAuthnDisplayName() string { return h.Name }

// WebAuthnCredentials are the person's passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		_ = json.Unmarshal([]byte(k.Credential), &all[i]) // we wrote it; one that is not to be read fits no answer
	}
	return all
}

func (s *Service) holder(tx db.Tx, person string) (holder, error) {
	p, err := findByID(tx, person)
	if err != nil {
		return holder{}, db.Error(err)
	}
	f, err := findFactors(tx, person)
	return holder{p, f.Passkeys}, db.Error(err)
}

// ceremony seals what is to be remembered until the answer.
func (s *Service) ceremony(purpose string, options any, session *webauthn.SessionData) (Ceremony, error) {
	asked, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	remembered, err := json.Marshal(session)
	return Ceremony{Options: string(asked), State: s.seal(purpose, remembered, challengeAge)}, err
}

// remembered returns what was sealed.
func (s *Service) remembered(purpose, state string) (session webauthn.SessionData, err error) {
	if s.party == nil {
		return session, errOld(errors.New("no passkeys at this address"))
	}
	raw, err := s.unseal(purpose, state)
	if err != nil {
		return session, err
	}
	return session, json.Unmarshal(raw, &session)
}

// full is Invalid for who has as many as one may.
func (h holder) full() error {
	if len(h.keys) < maxPasskeys {
		return nil
	}
	return fault.New(fault.Invalid, "Du har redan 20 passnycklar. Ta bort någon som du inte använder först.", nil)
}

// BeginPasskey begins to add a passkey. Whoever is logged in may call it; Unauthenticated when they have factors and have proved none a
// short while ago, Invalid when they have twenty.
func (s *Service) BeginPasskey(ctx context.Context) (Ceremony, error) {
	if s.party == nil {
		return Ceremony{}, nil
	}
	tx, actor := s.db.Read(ctx), access.From(ctx)
	if err := s.mayChange(ctx, tx); err != nil {
		return Ceremony{}, err
	}
	h, err := s.holder(tx, actor.ID)
	if err == nil {
		err = h.full()
	}
	if err != nil {
		return Ceremony{}, fault.Wrap(err, "beginning a passkey")
	}
	options, session, err := s.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fault.Wrap(err, "beginning a passkey")
	}
	return s.ceremony(toAdd+actor.ID, options.Response, session)
}

// AddPasskey adds the passkey that the browser has made, and returns the token that stands in the place of the session's: a factor was
// proved. It may be called as BeginPasskey may; Invalid when the answer is not to what was asked and when they have twenty, Conflict for a passkey that somebody has.
func (s *Service) AddPasskey(ctx context.Context, token string, p Proof, browser string) (next string, err error) {
	actor := access.From(ctx)
	session, err := s.remembered(toAdd+actor.ID, p.State)
	if err != nil {
		return "", fault.Wrap(err, "adding a passkey")
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(p.Answer))
	if err != nil {
		return "", errOld(err)
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := s.mayChange(ctx, tx); err != nil {
			return err
		}
		h, err := s.holder(tx, actor.ID)
		if err != nil {
			return err
		}
		if err := h.full(); err != nil {
			return err
		}
		made, err := s.party.CreateCredential(h, session, answer)
		if err != nil {
			return errOld(err)
		}
		if err := s.spendChallenge(tx, p.State); err != nil {
			return err
		}
		key, err := newPasskey(actor.ID, browser, made, db.At(s.now()))
		if err != nil {
			return err
		}
		if err := tx.Create(&key).Error; err != nil {
			return db.Error(err)
		}
		if next, err = s.strengthen(tx, token); err != nil {
			return err
		}
		return s.changed(tx, actor.ID, "member.factor.add", "En passnyckel har lagts till: "+key.Name+".")
	})
	return next, fault.Wrap(err, "adding a passkey")
}

func newPasskey(person, browser string, made *webauthn.Credential, at db.Instant) (Passkey, error) {
	credential, err := json.Marshal(made)
	return Passkey{
		ID: db.NewID(), PersonID: person, CredentialID: base64.RawURLEncoding.EncodeToString(made.ID), Credential: string(credential), Name: browser, CreatedAt: at,
	}, err
}

// AskPasskey returns what the browser of who asks is asked for, to prove a passkey; the zero Ceremony when they have none.
func (s *Service) AskPasskey(ctx context.Context) (Ceremony, error) {
	actor := access.From(ctx)
	h, err := s.holder(s.db.Read(ctx), actor.ID)
	if err != nil || s.party == nil || len(h.keys) == 0 {
		return Ceremony{}, fault.Wrap(err, "asking for a passkey")
	}
	options, session, err := s.party.BeginLogin(h)
	if err != nil {
		return Ceremony{}, fault.Wrap(err, "asking for a passkey")
	}
	return s.ceremony(toProve+actor.ID, options.Response, session)
}

// provePasskey checks the answer and returns what is to be written of it.
func (s *Service) provePasskey(ctx context.Context, person string, p Proof) (func(db.Tx) error, error) {
	session, err := s.remembered(toProve+person, p.State)
	if err != nil {
		return nil, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(p.Answer))
	if err != nil {
		return nil, errOld(err)
	}
	h, err := s.holder(s.db.Read(ctx), person)
	if err != nil {
		return nil, err
	}
	used, err := s.party.ValidateLogin(h, session, answer)
	if err != nil {
		return nil, errOld(err)
	}
	return s.used(p.State, used)
}

// used returns what writes down that a passkey was used: the answer is good no more. One that may have been copied is refused.
func (s *Service) used(state string, credential *webauthn.Credential) (func(db.Tx) error, error) {
	if credential.Authenticator.CloneWarning {
		return nil, errOld(errors.New("the passkey's counter went back: it may have been copied"))
	}
	kept, err := json.Marshal(credential)
	return func(tx db.Tx) error {
		if err := s.spendChallenge(tx, state); err != nil {
			return err
		}
		key, err := findPasskey(tx, base64.RawURLEncoding.EncodeToString(credential.ID))
		if err != nil {
			return db.Error(err)
		}
		key.Credential = string(kept)
		return db.Error(usePasskey(tx, key, db.At(s.now())))
	}, err
}

// AskAnyPasskey returns what the browser of somebody unknown is asked for, to log in with a passkey. Anyone may call it.
func (s *Service) AskAnyPasskey() (Ceremony, error) {
	if s.party == nil {
		return Ceremony{}, nil
	}
	options, session, err := s.party.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, fault.Wrap(err, "asking for any passkey")
	}
	return s.ceremony(toEnter, options.Response, session)
}

// EnterPasskey logs in whoever has the passkey that the browser has answered with. It proves a second factor too: the browser has asked
// for a finger, a face or a code. Anyone may call it; begin is done in the same transaction. Invalid for what proves nothing.
func (s *Service) EnterPasskey(ctx context.Context, p Proof, next string, begin func(db.Tx, Entry) error) error {
	session, err := s.remembered(toEnter, p.State)
	if err != nil {
		return fault.Wrap(err, "logging in with a passkey")
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(p.Answer))
	if err != nil {
		return errOld(err)
	}
	var who holder
	_, used, err := s.party.ValidatePasskeyLogin(func(raw, _ []byte) (webauthn.User, error) {
		tx := s.db.Read(ctx)
		key, err := findPasskey(tx, base64.RawURLEncoding.EncodeToString(raw))
		if err != nil {
			return nil, err
		}
		who, err = s.holder(tx, key.PersonID)
		return who, err
	}, session, answer)
	if err != nil {
		return errOld(err)
	}
	write, err := s.used(p.State, used)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		return s.begin(tx, Entry{PersonID: who.ID, Strong: true, Next: next}, "passkey", begin)
	})
	return fault.Wrap(err, "logging in with a passkey")
}

// begin begins what comes of a login, and writes it to the log.
func (s *Service) begin(tx db.Tx, e Entry, how string, begin func(db.Tx, Entry) error) error {
	if err := begin(tx, e); err != nil {
		return err
	}
	return audit.Add(tx, s.now(), audit.Entry{
		ActorID: e.PersonID, Verb: "member.login", SubjectKind: "person", SubjectID: e.PersonID, Details: map[string]any{"how": how},
	})
}
