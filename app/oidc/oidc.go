// Package oidc asks an identity provider who somebody is, by OpenID Connect: the authorization code flow with PKCE. It
// alone knows the protocol.
//
// The words: the provider is the service where people have an account already, such as their municipality's; its issuer is the
// address by which it is known; an identity is whom it says that somebody is. An Attempt is what one login keeps from its beginning
// to its end, in the browser that began it.
//
// The site never waits for the provider to start: it is asked for its addresses when somebody first logs in by it, and again
// after a while when it was away. Every answer is bounded in time and size, and none is fetched from where a redirect points.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"nuso.se/app/clock"
	"nuso.se/app/fault"
)

// Config is what a Provider is made of; all but Timeout are required.
type Config struct {
	Issuer                 string // its address, exactly as it calls itself
	ClientID, ClientSecret string // what it knows this site by
	RedirectURL            string // where it sends the browser back
	Now                    clock.Clock
	Timeout                time.Duration // for all its answers at one step of a login; zero: eight seconds
}

// Provider is an identity provider. It is safe for concurrent use.
type Provider struct {
	config Config
	client *http.Client

	mu      sync.Mutex // held while the provider is asked for its addresses
	found   *found
	away    error // why they could not be had …
	retryAt time.Time
}

const (
	defaultTimeout = 8 * time.Second
	retryAfter     = 5 * time.Second // when the provider is away it is left alone for so long
	maxBody        = 1 << 20
	maxTold        = 300 // characters of an error that the log is told
)

// New returns the provider. It asks nobody yet.
func New(c Config) *Provider {
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	return &Provider{config: c, client: &http.Client{
		Timeout: c.Timeout, Transport: bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("it answers with a redirect") },
	}}
}

// Name returns what people may call the provider: the host of its issuer, without a first part that tells only what it is for.
func (p *Provider) Name() string {
	u, err := url.Parse(p.config.Issuer)
	if err != nil {
		return p.config.Issuer
	}
	first, rest, _ := strings.Cut(u.Hostname(), ".")
	if slices.Contains([]string{"accounts", "auth", "id", "idp", "login", "sso", "www"}, first) && strings.Contains(rest, ".") {
		return rest
	}
	return u.Hostname()
}

// Attempt is one login's secrets. The browser that begins it is told the state, which comes back with it; the nonce comes back in
// what the provider signs; the verifier proves to the provider that who ends the login began it. Each is of 43–128 letters and digits
// that nobody can guess.
type Attempt struct{ State, Nonce, Verifier string }

// Begin returns the address to which the browser is sent to log in. Unavailable when the provider is away.
func (p *Provider) Begin(ctx context.Context, a Attempt) (address string, err error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", fault.Wrap(err, "beginning a login at the provider")
	}
	return f.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), nil
}

// Identity is whom the provider says that somebody is. The issuer and the subject together are theirs alone and for good; the address
// may change hands.
type Identity struct {
	Issuer, Subject string
	Email           string
	EmailVerified   bool // the provider has made sure that it is theirs
}

// Finish returns who has logged in, for the code with which the browser came back. Invalid when the code or what the provider
// signed does not belong to the attempt, or is wrong in any other way; Unavailable when the provider is away or answers nonsense.
func (p *Provider) Finish(ctx context.Context, code string, a Attempt) (Identity, error) {
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), p.config.Timeout)
	defer cancel()
	f, err := p.discover(ctx)
	if err != nil {
		return Identity{}, fault.Wrap(err, "ending a login at the provider")
	}
	token, err := f.oauth.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, fault.Wrap(exchangeError(err), "handing in the code")
	}
	raw, _ := token.Extra("id_token").(string)
	signed, err := f.verifier.Verify(ctx, raw)
	if err == nil && signed.Nonce != a.Nonce {
		err = errors.New("the nonce is another login's")
	}
	if err != nil {
		return Identity{}, fault.Wrap(failed(fault.Invalid, err), "checking what the provider signed")
	}
	c, err := f.claims(ctx, signed, token)
	if err != nil {
		return Identity{}, fault.Wrap(err, "reading whom the provider tells of")
	}
	return Identity{Issuer: p.config.Issuer, Subject: signed.Subject, Email: c.Email, EmailVerified: bool(c.EmailVerified)}, nil
}

// exchangeError is Invalid when the provider refuses the code, and Unavailable for whatever else is wrong, be it the settings. The
// provider's own words may hold the code.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return failed(fault.Unavailable, err)
	}
	kind := fault.Unavailable
	if refused.ErrorCode == "invalid_grant" {
		kind = fault.Invalid
	}
	return failed(kind, fmt.Errorf("the provider answers %s: %q", refused.Response.Status, refused.ErrorCode))
}

// failed is an error of the kind that tells the log what happened, and not the page that came in the place of an answer.
func failed(kind fault.Kind, err error) error {
	if told := []rune(err.Error()); len(told) > maxTold {
		err = errors.New(string(told[:maxTold]) + "…")
	}
	return fault.New(kind, "", err)
}

// claims are what is read of an ID token or of the user info.
type claims struct {
	Email         string `json:"email"`
	EmailVerified truth  `json:"email_verified"`
}

// truth is true in JSON, which some providers write as a text.
type truth bool

// UnmarshalJSON takes whatever else there is as false.
func (t *truth) UnmarshalJSON(text []byte) error {
	*t = truth(slices.Contains([]string{`true`, `"true"`}, string(text)))
	return nil
}
