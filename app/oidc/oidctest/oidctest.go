// Package oidctest is an identity provider for tests: it listens on this machine, asks nobody for a password, and keeps to the
// protocol as strictly as a provider may. What it publishes and how it signs is the library's; a test makes it misbehave.
package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"nuso.se/app/clock"
)

// What every site is known by here.
const (
	ClientID     = "nuso"
	ClientSecret = "the secret that nuso and the provider share"
)

// Provider is the identity provider. A test may change its fields between two requests.
type Provider struct {
	Issuer string
	// Person is who logs in: the claims about them.
	Person map[string]any
	// Info are the claims about them in the user info; nil: there is none.
	Info map[string]any
	// Sign signs an ID token; New's is the key that is published.
	Sign func(claims string) (token string)
	// Denied is the error that the browser comes back with; empty: it has logged in.
	Denied   string
	server   *httptest.Server
	library  *oidctest.Server
	redirect string
	now      clock.Clock

	mu      sync.Mutex
	instead func(http.ResponseWriter, *http.Request) bool
	logins  map[string]login // by code
	asked   map[string]int   // how often each path was
}

// login is one that waits for its code to be handed in.
type login struct{ nonce, challenge string }

// The paths.
const (
	Discovery = "/.well-known/openid-configuration"
	Keys      = "/keys"
	Auth      = "/auth"
	Token     = "/token"
	UserInfo  = "/userinfo"
)

// New returns a provider that listens until the test ends and sends browsers back to the address redirect alone.
func New(t *testing.T, now clock.Clock, redirect string) *Provider {
	t.Helper()
	key := NewKey(t)
	p := &Provider{
		Sign: key.Sign, redirect: redirect, now: now, logins: map[string]login{}, asked: map[string]int{},
		library: &oidctest.Server{
			PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "key", Algorithm: oidc.ES256}}, Algorithms: []string{oidc.ES256},
		},
	}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	p.Issuer = p.server.URL
	p.library.SetIssuer(p.Issuer)
	return p
}

// Instead lets answer stand in the provider's place where it returns true; nil ends it. A request of before may still be at it.
func (p *Provider) Instead(answer func(http.ResponseWriter, *http.Request) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.instead = answer
}

// Asked returns how often the path was asked for.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// Stop makes the provider go away.
func (p *Provider) Stop() { p.server.Close() }

// Key signs ID tokens.
type Key struct{ *ecdsa.PrivateKey }

// NewKey returns a key that nobody publishes.
func NewKey(t *testing.T) Key {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Key{key}
}

// Sign signs the claims.
func (k Key) Sign(claims string) string {
	return oidctest.SignIDToken(k.PrivateKey, "key", oidc.ES256, claims)
}

// Visit does what a browser does at the address where a login begins, and returns where the provider sends it.
func Visit(t *testing.T, address string) (back *url.URL) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	back, err = answer.Location()
	if err != nil {
		t.Fatalf("%s: %s, %v", address, answer.Status, err)
	}
	return back
}

// ServeHTTP answers as a provider does.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked[r.URL.Path]++
	instead := p.instead
	p.mu.Unlock()
	if instead != nil && instead(w, r) {
		return
	}
	switch r.URL.Path {
	case Discovery:
		p.discovery(w, r)
	case Auth:
		p.auth(w, r)
	case Token:
		p.token(w, r)
	case UserInfo:
		if r.Header.Get("Authorization") != "Bearer access" {
			http.Error(w, "", http.StatusUnauthorized)
			return
		}
		write(w, http.StatusOK, p.Info)
	default:
		p.library.ServeHTTP(w, r)
	}
}

// discovery is the library's, with the user info if there is any.
func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	if p.Info == nil {
		p.library.ServeHTTP(w, r)
		return
	}
	recorded := httptest.NewRecorder()
	p.library.ServeHTTP(recorded, r)
	var document map[string]any
	if err := json.Unmarshal(recorded.Body.Bytes(), &document); err != nil {
		panic(err)
	}
	document["userinfo_endpoint"] = p.Issuer + UserInfo
	write(w, http.StatusOK, document)
}

// auth logs the person in and sends the browser back. What the site asks for wrongly is told to the person, as the standard says.
func (p *Provider) auth(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	for name, want := range map[string]string{
		"client_id": ClientID, "redirect_uri": p.redirect, "response_type": "code", "code_challenge_method": "S256", "scope": "openid email",
	} {
		if got := asked.Get(name); got != want {
			http.Error(w, name+" is "+got, http.StatusBadRequest)
			return
		}
	}
	if len(asked.Get("state")) < 22 || len(asked.Get("nonce")) < 22 || len(asked.Get("code_challenge")) != 43 {
		http.Error(w, "what is to be secret can be guessed", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {asked.Get("state")}}
	if p.Denied != "" {
		answer.Set("error", p.Denied)
	} else {
		code := rand.Text()
		p.mu.Lock()
		p.logins[code] = login{nonce: asked.Get("nonce"), challenge: asked.Get("code_challenge")}
		p.mu.Unlock()
		answer.Set("code", code)
	}
	http.Redirect(w, r, p.redirect+"?"+answer.Encode(), http.StatusFound)
}

// token takes a code, once, from whom it was meant for.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if id, secret, _ := r.BasicAuth(); id != url.QueryEscape(ClientID) || secret != url.QueryEscape(ClientSecret) {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	code := r.PostFormValue("code")
	p.mu.Lock()
	waiting, known := p.logins[code]
	delete(p.logins, code)
	p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !known || r.PostFormValue("redirect_uri") != p.redirect || base64.RawURLEncoding.EncodeToString(sum[:]) != waiting.challenge {
		write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "not this code: " + code})
		return
	}
	claims := map[string]any{
		"iss": p.Issuer, "aud": ClientID, "nonce": waiting.nonce, "iat": p.now().Unix(), "exp": p.now().Add(5 * time.Minute).Unix(),
	}
	maps.Copy(claims, p.Person)
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	write(w, http.StatusOK, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": p.Sign(string(text))})
}

func write(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document) // the browser may have gone
}
