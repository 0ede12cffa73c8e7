package member

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"html/template"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/seal"
)

// NewCodeApp is an app that is being added: the secret it is given, in groups to type, and as a picture to point its camera at. State
// is to be sent back with the first code.
type NewCodeApp struct {
	Secret, State string
	Picture       template.URL // an image of its own, as data
}

// The purposes that the secret is sealed for, followed by the person's id: in the form, and in the database.
const (
	toAddApp = "codeapp.add:"
	toKeep   = "codeapp:"
)

const (
	step        = 30 * time.Second // how long a code is shown; one before and one after are taken too
	maxCodes    = 10               // codes typed …
	codesPer    = 15 * time.Minute // … in that time
	secretSize  = 20               // bytes
	pictureSize = 232              // points
)

// BeginCodeApp begins to add an app, or goes on with the one of the state that a form sent back. Whoever is logged in may call it;
// Unauthenticated when they have factors and have proved none a short while ago.
func (s *Service) BeginCodeApp(ctx context.Context, state string) (NewCodeApp, error) {
	tx, actor := s.db.Read(ctx), access.From(ctx)
	if err := s.mayChange(ctx, tx); err != nil {
		return NewCodeApp{}, err
	}
	p, err := findByID(tx, actor.ID)
	if err != nil {
		return NewCodeApp{}, fault.Wrap(db.Error(err), "beginning an app for codes")
	}
	secret, err := s.unseal(toAddApp+actor.ID, state)
	if err != nil {
		secret = make([]byte, secretSize)
		_, _ = rand.Read(secret) // never fails
		state = s.seal(toAddApp+actor.ID, secret, challengeAge)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Samarbetsrummet", AccountName: p.Email, Secret: secret})
	if err != nil {
		return NewCodeApp{}, fault.Wrap(err, "making the address of an app for codes")
	}
	picture, err := key.Image(pictureSize, pictureSize)
	if err != nil {
		return NewCodeApp{}, fault.Wrap(err, "drawing the secret of an app for codes")
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		return NewCodeApp{}, fault.Wrap(err, "drawing the secret of an app for codes")
	}
	return NewCodeApp{
		Secret: grouped(key.Secret()), State: state,
		Picture: template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(file.Bytes())), // base64 of a picture made here
	}, nil
}

// AddCodeApp adds the app that shows the code, in the place of one that was, and returns the token that stands in the place of the
// session's. It may be called as BeginCodeApp may; Invalid when the code is not the app's, TooMany after many.
func (s *Service) AddCodeApp(ctx context.Context, token, state, code string) (next string, err error) {
	actor := access.From(ctx)
	secret, err := s.unseal(toAddApp+actor.ID, state)
	if err != nil {
		return "", fault.Wrap(err, "adding an app for codes")
	}
	if code, err = TypedCode(code); err != nil {
		return "", err
	}
	if err := s.countCode(ctx, actor.ID); err != nil {
		return "", err
	}
	shown, err := s.shown(secret, code)
	if err != nil {
		return "", err
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := s.mayChange(ctx, tx); err != nil {
			return err
		}
		if err := s.spendChallenge(tx, state); err != nil {
			return err
		}
		app := codeApp{PersonID: actor.ID, Secret: s.seal(toKeep+actor.ID, secret, 0), LastStep: shown, CreatedAt: db.At(s.now())}
		if err := putCodeApp(tx, app); err != nil {
			return db.Error(err)
		}
		if next, err = s.strengthen(tx, token); err != nil {
			return err
		}
		return s.changed(tx, actor.ID, "member.factor.add", "En kodapp har lagts till.")
	})
	return next, fault.Wrap(err, "adding an app for codes")
}

// proveCode checks a code and returns what is to be written of it.
func (s *Service) proveCode(ctx context.Context, person string, p Proof) (func(db.Tx) error, error) {
	code, err := TypedCode(p.Code)
	if err != nil {
		return nil, err
	}
	if err := s.countCode(ctx, person); err != nil {
		return nil, err
	}
	app, err := findCodeApp(s.db.Read(ctx), person)
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return nil, errCode()
	}
	if err != nil {
		return nil, err
	}
	secret, err := s.unseal(toKeep+person, app.Secret)
	if err != nil {
		return nil, fault.New(fault.Unexpected, "", errors.New("the secret of an app for codes cannot be read: NUSO_SECRET is another"))
	}
	shown, err := s.shown(secret, code)
	return func(tx db.Tx) error {
		fresh, err := useStep(tx, person, shown)
		if err == nil && !fresh {
			return errCode()
		}
		return db.Error(err)
	}, err
}

// countCode counts a code before it is looked at.
func (s *Service) countCode(ctx context.Context, person string) error {
	if wait, err := s.limiter.Allow(ctx, "member.code:"+person, maxCodes, codesPer); err != nil || wait > 0 {
		return tooMany(err, wait)
	}
	return nil
}

// shown returns the half minute in which the app shows the code: now, the one before or the one after.
func (s *Service) shown(secret []byte, code string) (int64, error) {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	for _, away := range []time.Duration{0, -step, step} {
		at := s.now().Add(away)
		want, err := totp.GenerateCode(text, at)
		if err != nil {
			return 0, fault.Wrap(err, "working out a code")
		}
		if seal.Same(want, code) {
			return at.Unix() / int64(step.Seconds()), nil
		}
	}
	return 0, errCode()
}

func errCode() error {
	return fault.New(fault.Invalid, "Koden stämmer inte eller är använd. Vänta på nästa kod i appen och skriv den.", nil)
}

// grouped parts a secret so that people can read it off.
func grouped(secret string) string {
	var parts []string
	for len(secret) > 4 {
		parts, secret = append(parts, secret[:4]), secret[4:]
	}
	return strings.Join(append(parts, secret), " ")
}
