package contact

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// The page that says where a link was mailed is reached by a redirect and knows the address from its own. There it
// stands sealed: addresses end up in histories and in the logs of proxies, which no e-mail address should.

// seal returns the text so that only this site can open it.
func (s *Service) seal(text string) string {
	return base64.RawURLEncoding.EncodeToString(s.sealer().Seal(nil, nil, []byte(text), nil))
}

// open returns a sealed text; empty for any other.
func (s *Service) open(sealed string) string {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return ""
	}
	text, err := s.sealer().Open(nil, nil, raw, nil)
	if err != nil {
		return ""
	}
	return string(text)
}

func (s *Service) sealer() cipher.AEAD {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte("contact.seal"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return aead
		}
	}
	panic(err) // a key of 32 bytes fits
}
