package oidc_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/oauth2-proxy/mockoidc"

	"nuso.se/app/fault"
	"nuso.se/app/oidc"
)

// An identity provider that others have written: its pages, its tokens, its user info.
func TestALoginAtAnIndependentProvider(t *testing.T) {
	there, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = there.Shutdown() })
	here := "http://localhost/svar"
	p := oidc.New(oidc.Config{Issuer: there.Issuer(), ClientID: there.ClientID, ClientSecret: there.ClientSecret, RedirectURL: here, Now: time.Now})
	login := func(a oidc.Attempt) (code, state string) {
		t.Helper()
		address, err := p.Begin(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := browser.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		back, err := url.Parse(answer.Header.Get("Location"))
		if err != nil || back.Host != "localhost" || back.Path != "/svar" {
			t.Fatalf("%d to %q, %v", answer.StatusCode, back, err)
		}
		return back.Query().Get("code"), back.Query().Get("state")
	}
	secret := func(first string) string { return first + "123456789012345678901234567890123456789012345" }
	attempt := oidc.Attempt{State: secret("s"), Nonce: secret("n"), Verifier: secret("v")}
	there.QueueUser(&mockoidc.MockUser{Subject: "17", Email: "anna.berg@karlstad.example", EmailVerified: true})
	code, state := login(attempt)
	if state != attempt.State {
		t.Errorf("the state comes back as %q", state)
	}
	told, err := p.Finish(t.Context(), code, attempt)
	if err != nil || told.Issuer != there.Issuer() || told.Subject != "17" || told.Email != "anna.berg@karlstad.example" || !told.EmailVerified {
		t.Errorf("%+v, %v", told, err)
	}
	for name, change := range map[string]func(oidc.Attempt) oidc.Attempt{
		"another's nonce":    func(a oidc.Attempt) oidc.Attempt { a.Nonce = secret("m"); return a },
		"another's verifier": func(a oidc.Attempt) oidc.Attempt { a.Verifier = secret("w"); return a },
	} {
		there.QueueUser(mockoidc.DefaultUser())
		code, _ := login(attempt)
		if told, err := p.Finish(t.Context(), code, change(attempt)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %+v, %v, want Invalid", name, told, err)
		}
	}
	if _, err := p.Finish(t.Context(), code, attempt); !fault.Is(err, fault.Invalid) {
		t.Errorf("the code again: %v", err)
	}
}
