package oidc

import "testing"

// A provider that calls itself by HTTPS leads nobody, and sends no secret, anywhere without it.
func TestAnAddressOfAProviderIsAsSafeAsItsOwn(t *testing.T) {
	for _, row := range []struct {
		issuer, address string
		good            bool
	}{
		{"https://id.example", "https://id.example/token", true},
		{"https://id.example", "https://other.example/keys", true},
		{"https://id.example", "http://id.example/token", false},
		{"https://id.example", "ftp://id.example/token", false},
		{"https://id.example", "//id.example/token", false},
		{"https://id.example", "/token", false},
		{"https://id.example", "javascript:alert(1)", false},
		{"https://id.example", "", false},
		{"http://localhost:5556/dex", "http://localhost:5556/dex/token", true},
		{"http://localhost:5556/dex", "https://id.example/token", true},
		{"http://localhost:5556/dex", "ftp://localhost/token", false},
	} {
		if err := New(Config{Issuer: row.issuer}).checkAddress(row.address); (err == nil) != row.good {
			t.Errorf("%s tells %q: %v", row.issuer, row.address, err)
		}
	}
}
