package oidc_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/fault"
	"nuso.se/app/oidc"
	"nuso.se/app/oidc/oidctest"
)

const redirect = "https://nuso.example/logga-in/oidc/svar"

// attempt is one login's; another's has another letter.
func attempt(letter string) oidc.Attempt {
	return oidc.Attempt{State: "state" + strings.Repeat(letter, 40), Nonce: "nonce" + strings.Repeat(letter, 40), Verifier: "verifier" + strings.Repeat(letter, 40)}
}

func newProvider(t *testing.T) (*oidctest.Provider, *oidc.Provider, *clock.Fake) {
	t.Helper()
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	there := oidctest.New(t, fake.Now, redirect)
	there.Person = map[string]any{"sub": "anna", "email": "anna@karlstad.example", "email_verified": true}
	return there, provider(there, fake, nil), fake
}

func provider(there *oidctest.Provider, fake *clock.Fake, change func(*oidc.Config)) *oidc.Provider {
	c := oidc.Config{
		Issuer: there.Issuer, ClientID: oidctest.ClientID, ClientSecret: oidctest.ClientSecret, RedirectURL: redirect, Now: fake.Now, Timeout: 5 * time.Second,
	}
	if change != nil {
		change(&c)
	}
	return oidc.New(c)
}

// code logs in at the provider and returns the code.
func code(t *testing.T, p *oidc.Provider, a oidc.Attempt) string {
	t.Helper()
	address, err := p.Begin(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	back := oidctest.Visit(t, address)
	if at := "https://" + back.Host + back.Path; at != redirect || back.Query().Get("state") != a.State {
		t.Fatalf("the browser comes back at %s", back)
	}
	return back.Query().Get("code")
}

func TestTheProviderTellsWhoSomebodyIs(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*oidctest.Provider)
		want   oidc.Identity
	}{
		{"an address that is theirs", func(*oidctest.Provider) {}, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example", EmailVerified: true}},
		{"one that may be", func(p *oidctest.Provider) { p.Person["email_verified"] = false }, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example"}},
		{"one of which nothing is said", func(p *oidctest.Provider) { delete(p.Person, "email_verified") }, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example"}},
		{"true as a text", func(p *oidctest.Provider) { p.Person["email_verified"] = "true" }, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example", EmailVerified: true}},
		{"something that is not true", func(p *oidctest.Provider) { p.Person["email_verified"] = 1 }, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example"}},
		{"no address", func(p *oidctest.Provider) { delete(p.Person, "email") }, oidc.Identity{Subject: "anna", EmailVerified: true}},
		{"an address in the user info alone", func(p *oidctest.Provider) {
			p.Person = map[string]any{"sub": "anna"}
			p.Info = map[string]any{"sub": "anna", "email": "anna@karlstad.example", "email_verified": true}
		}, oidc.Identity{Subject: "anna", Email: "anna@karlstad.example", EmailVerified: true}},
	} {
		there, p, _ := newProvider(t)
		row.change(there)
		row.want.Issuer = there.Issuer
		if got, err := p.Finish(t.Context(), code(t, p, attempt("a")), attempt("a")); got != row.want || err != nil {
			t.Errorf("%s: %+v, %v", row.name, got, err)
		}
	}
}

func TestWhatDoesNotBelongToTheLoginIsInvalid(t *testing.T) {
	unsigned := func(claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + "."
	}
	says := func(claim string, value any) func(*testing.T, *oidctest.Provider) {
		return func(_ *testing.T, p *oidctest.Provider) { p.Person[claim] = value }
	}
	for _, row := range []struct {
		name   string
		change func(*testing.T, *oidctest.Provider)
		code   func(code string) string
		ends   oidc.Attempt
	}{
		{"another code", nil, func(string) string { return "annan" }, attempt("a")},
		{"no code", nil, func(string) string { return "" }, attempt("a")},
		{"the verifier of another login", nil, nil, oidc.Attempt{Nonce: attempt("a").Nonce, Verifier: attempt("b").Verifier}},
		{"the nonce of another login", nil, nil, oidc.Attempt{Nonce: attempt("b").Nonce, Verifier: attempt("a").Verifier}},
		{"a nonce that was altered", says("nonce", "annan"), nil, attempt("a")},
		{"no nonce", says("nonce", ""), nil, attempt("a")},
		{"a key that is not published", func(t *testing.T, p *oidctest.Provider) { p.Sign = oidctest.NewKey(t).Sign }, nil, attempt("a")},
		{"no signature", func(_ *testing.T, p *oidctest.Provider) { p.Sign = unsigned }, nil, attempt("a")},
		{"no token", func(_ *testing.T, p *oidctest.Provider) { p.Sign = func(string) string { return "" } }, nil, attempt("a")},
		{"another site's token", says("aud", "annan"), nil, attempt("a")},
		{"another provider's token", says("iss", "https://annan.example"), nil, attempt("a")},
		{"a token of yesterday", says("exp", clock.At(2026, time.March, 24, 12, 0, 0).Unix()), nil, attempt("a")},
		{"a token of the day after tomorrow", says("nbf", clock.At(2026, time.March, 27, 12, 0, 0).Unix()), nil, attempt("a")},
		{"nobody", says("sub", ""), nil, attempt("a")},
		{"a subject that no database takes", says("sub", "anna\x00"), nil, attempt("a")},
		{"a subject without end", says("sub", strings.Repeat("a", 256)), nil, attempt("a")},
		{"the user info of somebody else", func(_ *testing.T, p *oidctest.Provider) {
			p.Person = map[string]any{"sub": "anna"}
			p.Info = map[string]any{"sub": "bo", "email": "anna@karlstad.example", "email_verified": true}
		}, nil, attempt("a")},
	} {
		there, p, _ := newProvider(t)
		if row.change != nil {
			row.change(t, there)
		}
		given := code(t, p, attempt("a"))
		if row.code != nil {
			given = row.code(given)
		}
		got, err := p.Finish(t.Context(), given, row.ends)
		if !fault.Is(err, fault.Invalid) || got != (oidc.Identity{}) {
			t.Errorf("%s: %+v, %v, want Invalid", row.name, got, err)
		}
		if err != nil && given != "" && strings.Contains(err.Error(), given) {
			t.Errorf("%s: the error tells the code: %v", row.name, err)
		}
	}
}

func TestACodeIsGoodOnce(t *testing.T) {
	_, p, _ := newProvider(t)
	given := code(t, p, attempt("a"))
	if _, err := p.Finish(t.Context(), given, attempt("a")); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Finish(t.Context(), given, attempt("a")); !fault.Is(err, fault.Invalid) {
		t.Errorf("a second time: %v, want Invalid", err)
	}
}

// at makes the provider answer so at a path.
func at(path string, answer http.HandlerFunc) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			answer(w, r)
		}
		return r.URL.Path == path
	}
}

const silent = "it does not answer"

// ways are those of being away, with what each answers.
func ways() map[string]http.HandlerFunc {
	page := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			fmt.Fprint(w, "<!doctype html><p>"+strings.Repeat("Underhåll. ", 100))
		}
	}
	return map[string]http.HandlerFunc{
		"it answers with a page":             page(http.StatusOK),
		"it answers with a page of an error": page(http.StatusBadGateway),
		silent: func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // so that it is noticed when who asks has left
			<-r.Context().Done()
		},
		"it ends in the middle": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"it knows another secret": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"invalid_client"}`)
		},
	}
}

func TestAProviderThatIsAwayIsAskedAgainAfterAWhile(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			there, _, fake := newProvider(t)
			p := provider(there, fake, func(c *oidc.Config) { c.Timeout = 100 * time.Millisecond })
			there.Instead(at(oidctest.Discovery, way))
			for range 3 {
				if _, err := p.Begin(t.Context(), attempt("a")); !fault.Is(err, fault.Unavailable) || len(err.Error()) > 500 {
					t.Errorf("%v, want Unavailable", err)
				}
			}
			if _, err := p.Finish(t.Context(), "kod", attempt("a")); !fault.Is(err, fault.Unavailable) {
				t.Errorf("at the end of a login: %v, want Unavailable", err)
			}
			if n := there.Asked(oidctest.Discovery); n != 1 {
				t.Errorf("it is asked %d times at once", n)
			}
		})
	}
}

// What is refused here would do if it were read.
func TestNeitherARedirectNorALongAnswerIsRead(t *testing.T) {
	there, _, fake := newProvider(t)
	other := httptest.NewServer(there)
	defer other.Close()
	for _, path := range []string{oidctest.Discovery, oidctest.Token} {
		p := provider(there, fake, nil)
		given := code(t, p, attempt("a"))
		if path == oidctest.Discovery {
			p = provider(there, fake, nil)
		}
		there.Instead(func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path || "http://"+r.Host == other.URL {
				return false
			}
			http.Redirect(w, r, other.URL+path, http.StatusTemporaryRedirect)
			return true
		})
		if _, err := p.Finish(t.Context(), given, attempt("a")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("a redirect from %s: %v, want Unavailable", path, err)
		}
		there.Instead(nil)
	}
	there.Instead(at(oidctest.Discovery, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":"%[1]s","authorization_endpoint":"%[1]s/auth","token_endpoint":"%[1]s/token","jwks_uri":"%[1]s/keys","x":"%[2]s"}`,
			there.Issuer, strings.Repeat("a", 2<<20))
	}))
	if _, err := provider(there, fake, nil).Begin(t.Context(), attempt("a")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a long answer: %v, want Unavailable", err)
	}
}

func TestAProviderThatComesBackIsFound(t *testing.T) {
	there, p, fake := newProvider(t)
	there.Instead(at(oidctest.Discovery, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) }))
	if _, err := p.Begin(t.Context(), attempt("a")); !fault.Is(err, fault.Unavailable) {
		t.Fatal(err)
	}
	there.Instead(nil)
	fake.Advance(5 * time.Second)
	if _, err := p.Finish(t.Context(), code(t, p, attempt("a")), attempt("a")); err != nil {
		t.Error(err)
	}
}

func TestAProviderThatIsAwayAtTheEndIsUnavailable(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			there, _, fake := newProvider(t)
			p := provider(there, fake, func(c *oidc.Config) {
				if name == silent {
					c.Timeout = time.Second
				}
			})
			given := code(t, p, attempt("a"))
			there.Instead(at(oidctest.Token, way))
			if _, err := p.Finish(t.Context(), given, attempt("a")); !fault.Is(err, fault.Unavailable) || len(err.Error()) > 500 {
				t.Errorf("%v, want Unavailable", err)
			}
		})
	}
	there, p, _ := newProvider(t)
	given := code(t, p, attempt("a"))
	there.Stop()
	if _, err := p.Finish(t.Context(), given, attempt("a")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("it is gone: %v, want Unavailable", err)
	}
}

func TestTheProviderIsAskedOnceForWhatItKeepsTelling(t *testing.T) {
	there, p, _ := newProvider(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { _, _ = p.Begin(context.Background(), attempt("a")) })
	}
	all.Wait()
	for range 3 {
		if _, err := p.Finish(t.Context(), code(t, p, attempt("a")), attempt("a")); err != nil {
			t.Fatal(err)
		}
	}
	if there.Asked(oidctest.Discovery) != 1 || there.Asked(oidctest.Keys) != 1 {
		t.Errorf("it is asked %d times for its addresses and %d for its keys", there.Asked(oidctest.Discovery), there.Asked(oidctest.Keys))
	}
}

func TestAProviderThatTellsWhatCannotBeUsedIsAway(t *testing.T) {
	for name, document := range map[string]string{
		"another issuer":                         `{"issuer":"https://annan.example","authorization_endpoint":"%[1]s/auth","token_endpoint":"%[1]s/token","jwks_uri":"%[1]s/keys"}`,
		"a program as address":                   `{"issuer":"%[1]s","authorization_endpoint":"javascript:alert(1)","token_endpoint":"%[1]s/token","jwks_uri":"%[1]s/keys"}`,
		"no address for tokens":                  `{"issuer":"%[1]s","authorization_endpoint":"%[1]s/auth","jwks_uri":"%[1]s/keys"}`,
		"a file with the keys":                   `{"issuer":"%[1]s","authorization_endpoint":"%[1]s/auth","token_endpoint":"%[1]s/token","jwks_uri":"file:///etc/passwd"}`,
		"an address that is no more than a path": `{"issuer":"%[1]s","authorization_endpoint":"/auth","token_endpoint":"%[1]s/token","jwks_uri":"%[1]s/keys"}`,
	} {
		there, p, _ := newProvider(t)
		there.Instead(at(oidctest.Discovery, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, document, there.Issuer)
		}))
		if address, err := p.Begin(t.Context(), attempt("a")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %q, %v, want Unavailable", name, address, err)
		}
	}
}

func TestAProviderHasAPlainName(t *testing.T) {
	for issuer, want := range map[string]string{
		"https://accounts.google.com":                    "google.com",
		"https://login.karlstad.example/realms/personal": "karlstad.example",
		"https://login.example":                          "login.example",
		"https://inloggning.karlstad.example:8443":       "inloggning.karlstad.example",
		"http://localhost:5556/dex":                      "localhost",
	} {
		if got := oidc.New(oidc.Config{Issuer: issuer}).Name(); got != want {
			t.Errorf("%s is called %q, want %q", issuer, got, want)
		}
	}
}
