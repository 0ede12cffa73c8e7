package session

import (
	"encoding/base64"

	"nuso.se/app/fault"
	"nuso.se/app/seal"
)

const textOtherSession = "Sidan hör till en inloggning som inte längre gäller. Ladda om sidan och försök igen."

// FormToken returns what the forms of a session carry: it shows that the page came from here, for this very token, and
// tells nothing of the token. All replicas need the same secret.
func FormToken(token string, secret seal.Key) string {
	return base64.RawURLEncoding.EncodeToString(secret.Sum("session.form", token))
}

// CheckFormToken is Forbidden unless FormToken made what the form carries for the session's token. How long it takes
// tells nothing of how much is right.
func CheckFormToken(token, carried string, secret seal.Key) error {
	if len(token) != tokenLength || !seal.Same(FormToken(token, secret), carried) {
		return fault.New(fault.Forbidden, textOtherSession, nil)
	}
	return nil
}
