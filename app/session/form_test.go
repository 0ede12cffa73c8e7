package session

import (
	"strings"
	"testing"

	"nuso.se/app/fault"
)

func TestAFormTokenFitsItsSessionAlone(t *testing.T) {
	secret := []byte("a secret of thirty-two bytes, ok")
	token, other := newToken(), newToken()
	right := FormToken(token, secret)
	if len(right) != 43 || strings.Contains(right, token[:8]) || right != FormToken(token, secret) {
		t.Fatalf("the form token is %q", right)
	}
	for _, c := range []struct {
		name, token, carried string
		secret               []byte
		ok                   bool
	}{
		{"the right one", token, right, secret, true},
		{"another session's", token, FormToken(other, secret), secret, false},
		{"after the token was rotated", other, right, secret, false},
		{"made with another secret", token, FormToken(token, []byte("another secret")), secret, false},
		{"none", token, "", secret, false},
		{"truncated", token, right[:42], secret, false},
		{"with something after it", token, right + "A", secret, false},
		{"a NUL after it", token, right + "\x00", secret, false},
		{"not ASCII", token, strings.Repeat("å", 43), secret, false},
		{"the token itself", token, token, secret, false},
		{"nobody's", "", FormToken("", secret), secret, false},
	} {
		if err := CheckFormToken(c.token, c.carried, c.secret); (err == nil) != c.ok || err != nil && !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
