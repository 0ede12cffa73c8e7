// Package config holds every setting of the program, once, with its meaning and its default.
//
// Main reads the environment into Config and calls Validate before anything is opened, so that a bad
// setting stops the start with its name and the cure and never shows up as a broken page later.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Config is what the environment says. The tags are the names and defaults of the contract.
type Config struct {
	// Addr is the listen address.
	Addr string `env:"NUSO_ADDR" envDefault:":3000"`
	// BaseURL is the public address; mail, feeds and links use it and never the request's Host.
	BaseURL string `env:"NUSO_BASE_URL" envDefault:"http://localhost:3000"`
	// Env is development or production.
	Env string `env:"NUSO_ENV" envDefault:"development"`
	// DataDir holds the SQLite file, the mail folder and the development secret.
	DataDir string `env:"NUSO_DATA_DIR" envDefault:"data"`
	// Secret signs form stamps: 32 bytes or more, base64. Made and kept in the data folder in development.
	Secret string `env:"NUSO_SECRET"`
	// DatabaseURL is postgres://… or sqlite:PATH; empty is SQLite in the data folder.
	DatabaseURL string `env:"DATABASE_URL"`
	// MeiliURL is the address of a Meilisearch server; empty keeps the search index in the data folder.
	MeiliURL string `env:"MEILI_URL"`
	// MeiliAPIKey is the key for it.
	MeiliAPIKey string `env:"MEILI_API_KEY"`
	// SMTPURL is smtp://user:pass@host:587 or smtps://…; empty writes .eml files to the data folder.
	SMTPURL string `env:"SMTP_URL"`
	// MailFrom is the sender of every mail.
	MailFrom string `env:"MAIL_FROM" envDefault:"NUSO <nuso@localhost>"`
	// ContactTo receives what is written in the contact form; empty is the address of MailFrom.
	ContactTo string `env:"NUSO_CONTACT_TO"`
	// OIDCIssuer is the identity provider by which people may log in; empty: by mail alone.
	OIDCIssuer string `env:"OIDC_ISSUER"`
	// OIDCClientID is what the provider knows this site by.
	OIDCClientID string `env:"OIDC_CLIENT_ID"`
	// OIDCClientSecret is the secret shared with it.
	OIDCClientSecret string `env:"OIDC_CLIENT_SECRET"`
	// TrustedProxies are the addresses or networks whose X-Forwarded-For is believed.
	TrustedProxies []string `env:"NUSO_TRUSTED_PROXIES" envSeparator:","`
	// Live is the folder to read themes and content from while developing; empty is what is built in.
	Live string `env:"NUSO_LIVE"`
	// PageCache is on or off; off is for measuring only.
	PageCache string `env:"NUSO_PAGE_CACHE" envDefault:"on"`
}

// Production reports whether the strict settings apply.
func (c Config) Production() bool { return c.Env == "production" }

// SecretBytes returns the decoded secret; Validate has checked it.
func (c Config) SecretBytes() []byte {
	raw, err := base64.StdEncoding.DecodeString(c.Secret)
	if err != nil {
		return nil
	}
	return raw
}

// Contact returns the plain address that receives the contact form's messages.
func (c Config) Contact() string {
	if c.ContactTo != "" {
		return c.ContactTo
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return ""
	}
	return from.Address
}

// Validate returns every bad setting at once, each with its name, what is wrong and the cure; never a secret's value.
func (c Config) Validate() error {
	checks := []struct {
		name string
		err  error
	}{
		{"NUSO_ADDR", checkAddr(c.Addr)},
		{"NUSO_BASE_URL", checkBaseURL(c.BaseURL, c.Production())},
		{"NUSO_ENV", oneOf(c.Env, "development", "production")},
		{"NUSO_DATA_DIR", checkDataDir(c.DataDir)},
		{"NUSO_SECRET", checkSecret(c.Secret, c.Production())},
		{"DATABASE_URL", checkDatabase(c.DatabaseURL)},
		{"MEILI_URL", checkMeili(c.MeiliURL)},
		{"SMTP_URL", checkSMTP(c.SMTPURL, c.Production())},
		{"MAIL_FROM", checkAddress(c.MailFrom)},
		{"NUSO_CONTACT_TO", checkContact(c.ContactTo)},
		{"OIDC_ISSUER", c.checkOIDC(c.OIDCIssuer, checkIssuer)},
		{"OIDC_CLIENT_ID", c.checkOIDC(c.OIDCClientID, nil)},
		{"OIDC_CLIENT_SECRET", c.checkOIDC(c.OIDCClientSecret, nil)},
		{"NUSO_TRUSTED_PROXIES", checkProxies(c.TrustedProxies)},
		{"NUSO_LIVE", checkLive(c.Live)},
		{"NUSO_PAGE_CACHE", oneOf(c.PageCache, "on", "off")},
	}
	var faults []error
	for _, check := range checks {
		if check.err != nil {
			faults = append(faults, fmt.Errorf("inställningen %s: %w", check.name, check.err))
		}
	}
	return errors.Join(faults...)
}

func oneOf(value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return fmt.Errorf("%q går inte att använda. Skriv %s", value, strings.Join(allowed, " eller "))
}

func checkMeili(address string) error {
	u, err := url.Parse(address)
	if address == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return nil
	}
	return errors.New("det är ingen webbadress. Skriv till exempel http://127.0.0.1:7700, och nyckeln i MEILI_API_KEY")
}

func checkAddr(addr string) error {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return fmt.Errorf("%q är ingen adress att lyssna på. Skriv till exempel :3000 eller 127.0.0.1:3000", addr)
	}
	return nil
}

func checkBaseURL(raw string, production bool) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return errors.New("det är ingen webbadress. Skriv till exempel https://nuso.se")
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return errors.New("adressen ska sluta med värdnamnet. Skriv till exempel https://nuso.se, utan snedstreck sist")
	case production && u.Scheme != "https":
		return errors.New("i produktion krävs https. Skriv till exempel https://nuso.se")
	}
	return nil
}

func checkDataDir(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%q är en fil. Ange en mapp", dir)
	}
	if dir == "" {
		return errors.New("den är tom. Ange en mapp, till exempel data")
	}
	return nil
}

func checkSecret(secret string, production bool) error {
	const cure = "Skapa en med: openssl rand -base64 32"
	if secret == "" {
		if production {
			return errors.New("den saknas och krävs i produktion. " + cure)
		}
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		return errors.New("den är inte base64. " + cure)
	}
	if len(raw) < 32 {
		return fmt.Errorf("den är %d byte lång och måste vara minst 32. %s", len(raw), cure)
	}
	return nil
}

func checkDatabase(raw string) error {
	switch {
	case raw == "", strings.HasPrefix(raw, "sqlite:") && len(raw) > len("sqlite:"):
		return nil
	case strings.HasPrefix(raw, "postgres://"), strings.HasPrefix(raw, "postgresql://"):
		if u, err := url.Parse(raw); err != nil || u.Path == "" {
			return errors.New("adressen till PostgreSQL går inte att läsa. Skriv postgres://användare:lösenord@värd:5432/databas")
		}
		return nil
	}
	return errors.New("skriv postgres://användare:lösenord@värd:5432/databas eller sqlite:SÖKVÄG, eller lämna den tom")
}

func checkSMTP(raw string, production bool) error {
	if raw == "" {
		if production {
			return errors.New("den saknas och krävs i produktion. Skriv smtp://användare:lösenord@värd:587 eller smtps://…")
		}
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return errors.New("den går inte att läsa. Skriv smtp://användare:lösenord@värd:587 eller smtps://…")
	}
	return nil
}

func checkAddress(raw string) error {
	if _, err := mail.ParseAddress(raw); err != nil {
		return fmt.Errorf("%q är ingen avsändare. Skriv till exempel NUSO <info@nuso.se>", raw)
	}
	return nil
}

func checkContact(raw string) error {
	if raw == "" {
		return nil
	}
	if a, err := mail.ParseAddress(raw); err != nil || a.Address != raw {
		return fmt.Errorf("%q är ingen e-postadress. Skriv till exempel info@nuso.se", raw)
	}
	return nil
}

// checkOIDC checks one of the three settings that are all there or none.
func (c Config) checkOIDC(value string, check func(string) error) error {
	switch {
	case c.OIDCIssuer+c.OIDCClientID+c.OIDCClientSecret == "":
		return nil
	case value == "":
		return errors.New("den saknas. Ange alla tre, OIDC_ISSUER, OIDC_CLIENT_ID och OIDC_CLIENT_SECRET, eller ingen")
	case check == nil:
		return nil
	}
	return check(value)
}

func checkIssuer(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("det är ingen webbadress. Skriv den som inloggningstjänsten själv anger, till exempel https://login.exempel.se")
	}
	local := slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return errors.New("adressen måste börja med https://, utom på localhost")
	}
	return nil
}

func checkProxies(proxies []string) error {
	for _, p := range proxies {
		if _, err := netip.ParseAddr(p); err == nil {
			continue
		}
		if _, err := netip.ParsePrefix(p); err != nil {
			return fmt.Errorf("%q är varken adress eller nät. Skriv till exempel 10.0.0.2 eller 10.0.0.0/8, med komma emellan", p)
		}
	}
	return nil
}

func checkLive(dir string) error {
	if dir == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Join(dir, "themes")); err != nil || !info.IsDir() {
		return fmt.Errorf("mappen %q finns inte eller är inte projektets rot. Ange projektets rot, till exempel . för den mapp du står i", dir)
	}
	return nil
}
