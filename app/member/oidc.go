package member

import (
	"context"
	"errors"
	"fmt"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/limit"
	"nuso.se/app/oidc"
	"nuso.se/app/seal"
)

// A login at the identity provider is a wish to log in as one by mail is, but for the person, who is known at its end alone. All that
// the provider is told is made of the secret of the browser that began it, so that the end of the login fits no other browser.

// Provider returns what people call the identity provider; empty when there is none.
func (s *Service) Provider() string {
	if s.provider == nil {
		return ""
	}
	return s.provider.Name()
}

// attempt is what the provider is told of a login, and asked for at its end.
func (s *Service) attempt(secret string) oidc.Attempt {
	return oidc.Attempt{State: s.hash("state", secret), Nonce: s.hash("nonce", secret), Verifier: s.hash("verifier", secret)}
}

// AskProvider begins a login at the identity provider. It returns the secret for the browser that asks, in which alone it can end, and the
// address at the provider to send it to. Anyone may call it where there is a provider; TooMany when too often, Unavailable when the
// provider is away.
func (s *Service) AskProvider(ctx context.Context, next, client string) (secret, address string, err error) {
	if wait, err := s.limiter.Allow(ctx, "login.client:"+limit.Network(client), maxClients, asksPer); err != nil || wait > 0 {
		return "", "", tooMany(err, wait)
	}
	secret = seal.NewLink()
	if address, err = s.provider.Begin(ctx, s.attempt(secret)); err != nil {
		return "", "", s.providerError(err)
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		return db.Error(tx.Create(&login{ID: s.hash("ask", secret), Next: next, ExpiresAt: db.At(s.now().Add(loginAge))}).Error)
	})
	return secret, address, fault.Wrap(err, "asking to log in at the provider")
}

// CanEnterProvider is Invalid unless EnterProvider would go on with the login. It changes nothing. Anyone may call it.
func (s *Service) CanEnterProvider(ctx context.Context, secret, state string) error {
	_, err := s.findAttempt(s.db.Read(ctx), secret, state)
	return fault.Wrap(err, "looking at a login at the provider")
}

// findAttempt returns the wish that waits for the provider in the browser with the secret.
func (s *Service) findAttempt(tx db.Tx, secret, state string) (login, error) {
	if !seal.Same(s.attempt(secret).State, state) {
		return login{}, s.errNotIdentified(errors.New("the state is missing, altered or another browser's"))
	}
	row, err := findWaiting(tx, byID, s.hash("ask", secret), db.At(s.now()))
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return row, s.errNotIdentified(errors.New("the state is used or too old"))
	}
	return row, err
}

// EnterProvider ends a login at the identity provider, with what the browser has come back with, in the browser that began it. It logs
// in who has logged in by this identity before or, the first time, who has the address that the provider has made sure of; from then on
// the identity is theirs, and they are told so by mail. Nobody gets an account by it. Anyone may call it; begin is done in the same
// transaction. Invalid for what does not fit, is used or too old; NotFound when there is no such account, or one without a membership;
// Unavailable when the provider is away.
func (s *Service) EnterProvider(ctx context.Context, secret, state, code string, begin func(db.Tx, Entry) error) error {
	next, err := s.spendAttempt(ctx, secret, state)
	if err != nil {
		return fault.Wrap(err, "ending the wait for the provider")
	}
	told, err := s.provider.Finish(ctx, code, s.attempt(secret))
	if err != nil {
		return s.providerError(err)
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		p, isNew, err := s.identified(tx, told)
		if err != nil {
			return err
		}
		if err := s.begin(tx, Entry{PersonID: p.ID, Next: next}, "oidc", begin); err != nil || !isNew {
			return err
		}
		return s.changed(tx, p.ID, "member.identity.add", fmt.Sprintf("Du kan nu logga in med %s.", s.Provider()))
	})
	return fault.Wrap(err, "logging in by the provider")
}

// spendAttempt makes the wish good no more, whatever comes of it, and returns where the person was going.
func (s *Service) spendAttempt(ctx context.Context, secret, state string) (next string, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		row, err := s.findAttempt(tx, secret, state)
		if err != nil {
			return err
		}
		next = row.Next
		spent, err := spendOne(tx, row.ID, db.At(s.now()))
		if err == nil && !spent {
			return s.errNotIdentified(errors.New("the state was used by another just now"))
		}
		return db.Error(err)
	})
	return next, err
}

// identified returns whose the identity is; isNew says that it has become theirs just now.
func (s *Service) identified(tx db.Tx, told oidc.Identity) (p Person, isNew bool, err error) {
	known, err := findIdentity(tx, told.Issuer, told.Subject)
	switch err = db.Error(err); {
	case err == nil:
		p, err = findInForce(tx, byPerson, known.PersonID)
	case fault.Is(err, fault.NotFound):
		isNew = true
		p, err = s.addIdentity(tx, told)
	}
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		err = fault.New(fault.NotFound, fmt.Sprintf(textNoAccount, s.Provider()), err)
	}
	return p, isNew, err
}

// addIdentity makes the identity that of the person with its address; NotFound when the provider has not made sure of the address,
// or nobody has it.
func (s *Service) addIdentity(tx db.Tx, told oidc.Identity) (Person, error) {
	key, err := Key(told.Email)
	if err != nil || !told.EmailVerified {
		return Person{}, fault.Missing("the provider has made sure of no address")
	}
	p, err := findInForce(tx, byAddress, key)
	if err != nil {
		return p, err
	}
	return p, tx.Create(&identity{Issuer: told.Issuer, Subject: told.Subject, PersonID: p.ID, CreatedAt: db.At(s.now())}).Error
}

// What people read when a login at the provider comes to nothing.
const (
	textProviderAway  = "%s svarar inte just nu. Försök igen om en stund, eller logga in med en kod som vi mejlar."
	textNotIdentified = "Inloggningen hos %s blev inte klar. Den kan ha avbrutits, ha tagit för lång tid eller ha börjat i en annan webbläsare. Börja om, eller logga in med en kod som vi mejlar."
	textNoAccount     = "Inloggningen hos %s gick bra, men här finns inget konto med den e-postadress som bekräftats där. Har ditt konto en annan adress? Logga in med en kod som vi mejlar till den. Har du inget konto? Be om att gå med."
)

// providerError gives what went wrong with the provider the words for people.
func (s *Service) providerError(err error) error {
	if fault.Is(err, fault.Unavailable) {
		return fault.New(fault.Unavailable, fmt.Sprintf(textProviderAway, s.Provider()), err)
	}
	return s.errNotIdentified(err)
}

func (s *Service) errNotIdentified(err error) error {
	return fault.New(fault.Invalid, fmt.Sprintf(textNotIdentified, s.Provider()), err)
}
