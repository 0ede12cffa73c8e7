package member

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// newSealer returns what seals with a key of its own made of the site's secret.
func newSealer(secret []byte) (cipher.AEAD, error) {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("member.seal"))
	block, err := aes.NewCipher(mac.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal makes of data what a form or the database may hold: nobody else can read or alter it, and unseal takes it for the same purpose
// alone, for as long as age; zero: for ever.
func (s *Service) seal(purpose string, data []byte, age time.Duration) string {
	plain := make([]byte, 8, 8+len(data))
	if age > 0 {
		binary.BigEndian.PutUint64(plain, uint64(s.now().Add(age).Unix()))
	}
	return base64.RawURLEncoding.EncodeToString(s.sealer.Seal(nil, nil, append(plain, data...), []byte(purpose)))
}

// unseal returns what was sealed for the purpose. Invalid when it was not, or is too old.
func (s *Service) unseal(purpose, sealed string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, errOld(err)
	}
	plain, err := s.sealer.Open(nil, nil, raw, []byte(purpose))
	if err != nil || len(plain) < 8 {
		return nil, errOld(err)
	}
	if until := binary.BigEndian.Uint64(plain); until > 0 && s.now().Unix() >= int64(until) {
		return nil, errOld(nil)
	}
	return plain[8:], nil
}
