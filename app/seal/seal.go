// Package seal makes what nobody can guess, keeps what stands for it, and closes what only this site may read.
//
// A code and a link are mailed and their hashes kept: who reads the database can log in by none of them. What a page must carry for
// the site itself is sealed. All of it hangs on the site's one secret, the Key, which is the same in all replicas. Every use of the Key
// has a name, so that what was made for one is worth nothing for another.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// Key is the site's secret.
type Key []byte

// Sum returns 32 bytes that stand for the parts in the use: nobody without the Key can make them, also not of a code of six digits.
func (k Key) Sum(use string, parts ...string) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(use))
	for _, part := range parts {
		mac.Write([]byte("\x00" + part))
	}
	return mac.Sum(nil)
}

// Hash is Sum as text, for the database.
func (k Key) Hash(use string, parts ...string) string {
	return hex.EncodeToString(k.Sum(use, parts...))
}

// Same reports whether two hashes are, and in a time that tells nothing of how much is. Nothing is the same as an empty one.
func Same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Seal closes the data so that nobody without the Key can read or alter it, and Open takes it for the same use and purpose alone.
func (k Key) Seal(use, purpose string, data []byte) string {
	return base64.RawURLEncoding.EncodeToString(k.sealer(use).Seal(nil, nil, data, []byte(purpose)))
}

// Open returns what was sealed, and an error for anything else.
func (k Key) Open(use, purpose, sealed string) ([]byte, error) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return nil, err
	}
	return k.sealer(use).Open(nil, nil, raw, []byte(purpose))
}

func (k Key) sealer(use string) cipher.AEAD {
	block, err := aes.NewCipher(k.Sum(use))
	if err == nil {
		var aead cipher.AEAD
		if aead, err = cipher.NewGCMWithRandomNonce(block); err == nil {
			return aead
		}
	}
	panic(err) // a key of 32 bytes fits
}

// NewLink returns the secret part of an address, in lower case as all addresses are.
func NewLink() string { return strings.ToLower(rand.Text()) }

// NewCode returns six digits that nobody can guess, for a mail.
func NewCode() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(raw[:])%1_000_000)
}

// Digits leaves the digits of what somebody typed for a code.
func Digits(text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, text)
}
