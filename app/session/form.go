package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"nuso.se/app/fault"
)

const textOtherSession = "Sidan hör till en inloggning som inte längre gäller. Ladda om sidan och försök igen."

// FormToken returns what the forms of a session carry: it shows that the page came from here, for this very token, and
// tells nothing of the token. All replicas need the same secret.
func FormToken(token string, secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("session.form\x00" + token))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// CheckFormToken is Forbidden unless FormToken made what the form carries for the session's token. How long it takes
// tells nothing of how much is right.
func CheckFormToken(token, carried string, secret []byte) error {
	if len(token) != tokenLength || !hmac.Equal([]byte(FormToken(token, secret)), []byte(carried)) {
		return fault.New(fault.Forbidden, textOtherSession, nil)
	}
	return nil
}
