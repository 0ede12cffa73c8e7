package config_test

import (
	"strings"
	"testing"

	"nuso.se/app/config"
)

func sound() config.Config {
	return config.Config{
		Addr: ":3000", BaseURL: "http://localhost:3000", Env: "development", DataDir: "data",
		MailFrom: "NUSO <nuso@localhost>", PageCache: "on",
	}
}

const key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestBadSettingIsNamedWithItsCure(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*config.Config)
		want   []string
		absent string
	}{
		{"address without port", func(c *config.Config) { c.Addr = "localhost" }, []string{"NUSO_ADDR", ":3000"}, ""},
		{"base address with a path", func(c *config.Config) { c.BaseURL = "https://nuso.se/x" }, []string{"NUSO_BASE_URL", "https://nuso.se"}, ""},
		{"base address without scheme", func(c *config.Config) { c.BaseURL = "nuso.se" }, []string{"NUSO_BASE_URL"}, ""},
		{"unknown environment", func(c *config.Config) { c.Env = "prod" }, []string{"NUSO_ENV", "production"}, ""},
		{"data folder is a file", func(c *config.Config) { c.DataDir = "config.go" }, []string{"NUSO_DATA_DIR", "mapp"}, ""},
		{"short secret", func(c *config.Config) { c.Secret = "aGVtbGlndA==" }, []string{"NUSO_SECRET", "32"}, "aGVtbGlndA"},
		{"secret that is not base64", func(c *config.Config) { c.Secret = "hemligt!" }, []string{"NUSO_SECRET", "openssl"}, "hemligt"},
		{"unknown database", func(c *config.Config) { c.DatabaseURL = "mysql://x:losen@y/z" }, []string{"DATABASE_URL", "postgres://"}, "losen"},
		{"a search server without http", func(c *config.Config) { c.MeiliURL = "meilisearch:7700" }, []string{"MEILI_URL", "http://"}, ""},
		{"unreadable mail server", func(c *config.Config) { c.SMTPURL = "mail.example.org:25" }, []string{"SMTP_URL", "smtp://"}, ""},
		{"sender without address", func(c *config.Config) { c.MailFrom = "NUSO" }, []string{"MAIL_FROM"}, ""},
		{"receiver with a name", func(c *config.Config) { c.ContactTo = "NUSO <a@example.org>" }, []string{"NUSO_CONTACT_TO"}, ""},
		{"proxy by name", func(c *config.Config) { c.TrustedProxies = []string{"proxy"} }, []string{"NUSO_TRUSTED_PROXIES", "10.0.0.2"}, ""},
		{"a login service without its secret", func(c *config.Config) { c.OIDCIssuer, c.OIDCClientID = "https://login.example", "nuso" }, []string{"OIDC_CLIENT_SECRET", "alla tre"}, ""},
		{"a login service's secret alone", func(c *config.Config) { c.OIDCClientSecret = "hemligt" }, []string{"OIDC_ISSUER", "OIDC_CLIENT_ID"}, "hemligt"},
		{"a login service without encryption", oidc("http://login.example"), []string{"OIDC_ISSUER", "https://"}, "hemligt"},
		{"a login service by a host that begins as this machine's", oidc("http://localhost.example"), []string{"OIDC_ISSUER", "https://"}, "hemligt"},
		{"a login service without scheme", oidc("login.example"), []string{"OIDC_ISSUER", "https://"}, "hemligt"},
		{"a login service with a password in its address", oidc("https://anna:losen@login.example"), []string{"OIDC_ISSUER"}, "losen"},
		{"a login service with a query", oidc("https://login.example/?x=1"), []string{"OIDC_ISSUER"}, "hemligt"},
		{"live folder missing", func(c *config.Config) { c.Live = "finns-inte" }, []string{"NUSO_LIVE"}, ""},
		{"page cache half on", func(c *config.Config) { c.PageCache = "maybe" }, []string{"NUSO_PAGE_CACHE"}, ""},
		{"production without anything", func(c *config.Config) { c.Env = "production" }, []string{"NUSO_BASE_URL", "https", "NUSO_SECRET", "SMTP_URL"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := sound()
			row.change(&c)
			err := c.Validate()
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if row.absent != "" && strings.Contains(err.Error(), row.absent) {
				t.Errorf("%q tells the secret", err)
			}
		})
	}
}

// oidc sets a login service with that address.
func oidc(issuer string) func(*config.Config) {
	return func(c *config.Config) {
		c.OIDCIssuer, c.OIDCClientID, c.OIDCClientSecret = issuer, "nuso", "hemligt"
	}
}

func TestSoundSettingsPass(t *testing.T) {
	production := sound()
	production.Env, production.BaseURL, production.Secret = "production", "https://nuso.se", key
	production.SMTPURL, production.DatabaseURL = "smtp://mail.example.org:587", "postgres://nuso@db/nuso"
	production.TrustedProxies = []string{"10.0.0.0/8", "::1"}
	oidc("https://login.example/realms/personal")(&production)
	local := sound()
	oidc("http://[::1]:5556/dex")(&local)
	for name, c := range map[string]config.Config{"the defaults": sound(), "production": production, "a login service on this machine": local} {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := sound().Contact(); got != "nuso@localhost" {
		t.Errorf("Contact = %q", got)
	}
	if len(production.SecretBytes()) != 32 {
		t.Error("the secret is not decoded")
	}
}
