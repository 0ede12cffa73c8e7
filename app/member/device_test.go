package member_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"nuso.se/app/member"
)

// key is a passkey as a device holds it, and how it answers.
type key struct {
	*ecdsa.PrivateKey
	id, user []byte
	origin   string
	host     string
	flags    byte
	counter  uint32
}

// The flags of an answer: somebody was there, and was asked who they are; a new key comes with it.
const present, verified, attested = 1, 4, 64

func newKey(t *testing.T) *key {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &key{PrivateKey: private, id: []byte(rand.Text()), origin: "https://nuso.example", host: "nuso.example", flags: present | verified}
}

type asked struct {
	Challenge string
	User      struct{ ID string }
}

func read(t *testing.T, options string) (a asked) {
	t.Helper()
	if err := json.Unmarshal([]byte(options), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func (k *key) said(t *testing.T, kind, challenge string) []byte {
	t.Helper()
	said, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": k.origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

// head is what the device says of itself: for which host, how, and how often it has been used.
func (k *key) head(flags byte) []byte {
	host := sha256.Sum256([]byte(k.host))
	return binary.BigEndian.AppendUint32(append(host[:], flags), k.counter)
}

const bo = "bo.ek@karlstad.example"

var code64 = base64.RawURLEncoding.EncodeToString

// made is the answer with the new key.
func (k *key) made(t *testing.T, c member.Ceremony) member.Proof {
	t.Helper()
	a := read(t, c.Options)
	var err error
	if k.user, err = base64.RawURLEncoding.DecodeString(a.User.ID); err != nil {
		t.Fatal(err)
	}
	public, err := cbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: padded(k.X), -3: padded(k.Y)})
	if err != nil {
		t.Fatal(err)
	}
	device := append(k.head(k.flags|attested), make([]byte, 16)...)
	device = append(binary.BigEndian.AppendUint16(device, uint16(len(k.id))), k.id...)
	object, err := cbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(device, public...)})
	if err != nil {
		t.Fatal(err)
	}
	return k.proof(t, c, map[string]string{"clientDataJSON": code64(k.said(t, "webauthn.create", a.Challenge)), "attestationObject": code64(object)})
}

func padded(n *big.Int) []byte { return n.FillBytes(make([]byte, 32)) }

// used is the answer of a key that is used.
func (k *key) used(t *testing.T, c member.Ceremony) member.Proof {
	t.Helper()
	k.counter++
	device, said := k.head(k.flags), k.said(t, "webauthn.get", read(t, c.Options).Challenge)
	hash := sha256.Sum256(said)
	sum := sha256.Sum256(append(slices.Clone(device), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.PrivateKey, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.proof(t, c, map[string]string{
		"clientDataJSON": code64(said), "authenticatorData": code64(device), "signature": code64(signature), "userHandle": code64(k.user),
	})
}

func (k *key) proof(t *testing.T, c member.Ceremony, response map[string]string) member.Proof {
	t.Helper()
	answer, err := json.Marshal(map[string]any{
		"id": code64(k.id), "rawId": code64(k.id), "type": "public-key", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		t.Fatal(err)
	}
	return member.Proof{State: c.State, Answer: string(answer)}
}
