package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"nuso.se/app/fault"
)

// found is a provider that has told its addresses. The verifier keeps its keys, and fetches them anew when one is not
// among them.
type found struct {
	*oidc.Provider
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// discover returns what the provider tells of itself, which is asked for once. While one asks the others wait; when the
// provider is away they all are told so, and nobody asks again for retryAfter.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.away != nil && p.config.Now().Before(p.retryAt) {
		return nil, p.away
	}
	// What one request cannot wait for is no verdict for the others.
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.config.Timeout)
	defer cancel()
	f, err := p.find(ctx)
	if err != nil {
		p.away, p.retryAt = failed(fault.Unavailable, err), p.config.Now().Add(retryAfter)
		return nil, p.away
	}
	p.found, p.away = f, nil
	return f, nil
}

// find asks the provider for its addresses.
func (p *Provider) find(ctx context.Context) (*found, error) {
	provider, err := oidc.NewProvider(ctx, p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Keys    string   `json:"jwks_uri"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader            // what the standard means where nothing is said
	if slices.Contains(more.Methods, "client_secret_post") { // some announce both and take but this
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, more.Keys} {
		if err := p.checkAddress(address); err != nil {
			return nil, err
		}
	}
	return &found{
		Provider: provider,
		oauth: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: endpoint, RedirectURL: p.config.RedirectURL,
			Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail},
		},
		verifier: provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.config.Now}),
	}, nil
}

// checkAddress refuses an address that is less safe than the issuer's own: plain http is for providers on this machine.
func (p *Provider) checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !strings.HasPrefix(p.config.Issuer, "http:")) {
		return fmt.Errorf("it tells an address that cannot be used: %q", address)
	}
	return nil
}

// subjects are what the standard lets them be: up to 255 characters of ASCII.
var subjects = regexp.MustCompile(`^[ -~]{1,255}$`)

// claims returns what is told of the person. Some providers tell the address by the user info alone.
func (f *found) claims(ctx context.Context, signed *oidc.IDToken, token *oauth2.Token) (c claims, err error) {
	if err := signed.Claims(&c); err != nil || !subjects.MatchString(signed.Subject) {
		return c, failed(fault.Invalid, errors.Join(errors.New("the claims cannot be read"), err))
	}
	if c.Email != "" || f.UserInfoEndpoint() == "" {
		return c, nil
	}
	info, err := f.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return c, failed(fault.Unavailable, err)
	}
	if info.Subject != signed.Subject {
		return c, failed(fault.Invalid, errors.New("the user info is of somebody else"))
	}
	return claims{Email: info.Email, EmailVerified: truth(info.EmailVerified)}, nil
}

// bounded is a transport whose answers have an end.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and makes an answer that is too long an error where it is read.
func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := b.RoundTripper.RoundTrip(request)
	if err == nil {
		answer.Body = http.MaxBytesReader(nil, answer.Body, maxBody)
	}
	return answer, err
}
