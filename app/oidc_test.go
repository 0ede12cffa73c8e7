package main

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/member"
	"nuso.se/app/oidc/oidctest"
)

var onwards = regexp.MustCompile(`<a class="ds-button" href="([^"]+)">Gå vidare till`)

// newProvided is the site with an identity provider where Anna has an account.
func newProvided(t *testing.T) (*site, *oidctest.Provider) {
	t.Helper()
	now := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now
	var there *oidctest.Provider
	s := newListening(t, now, func(cfg *config.Config) {
		there = oidctest.New(t, now, cfg.BaseURL+member.BackPath)
		there.Person = map[string]any{"sub": "anna", "email": "anna@karlstad.example", "email_verified": true}
		cfg.OIDCIssuer, cfg.OIDCClientID, cfg.OIDCClientSecret = there.Issuer, oidctest.ClientID, oidctest.ClientSecret
	})
	return s, there
}

func TestSomebodyLogsInByTheIdentityProvider(t *testing.T) {
	s, there := newProvided(t)
	s.closed()
	s.admit(access.Member, "kommun-1780")
	b := s.browser()
	_, page := b.send("/logga-in?next=/nyheter/stangd", "/logga-in/oidc", url.Values{})
	address := onwards.FindStringSubmatch(page)
	if address == nil || !strings.HasPrefix(address[1], there.Issuer) {
		t.Fatalf("%.500s", page)
	}
	_, page = b.read(b.Get(html.UnescapeString(address[1]))) // there and back
	if !strings.Contains(page, "Fortsätt") || strings.Contains(page, "Anna Berg") {
		t.Fatalf("%.500s", page)
	}
	values := url.Values{}
	for _, hidden := range hiddenField.FindAllStringSubmatch(page, -1) {
		values.Set(hidden[1], hidden[2])
	}
	if status, body := b.post("/logga-in/oidc/svar", values); status != 200 || !strings.Contains(body, "Stängd nyhet") || !strings.Contains(body, "Anna Berg") {
		t.Errorf("%d %.500s", status, body)
	}
}
