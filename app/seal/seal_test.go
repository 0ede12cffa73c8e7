package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"testing"
)

// What is in databases must be found again: the form of a hash does not change.
func TestAHashIsAnHMACOfTheUseAndItsParts(t *testing.T) {
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte("login.code\x00a\x00b"))
	if want, got := hex.EncodeToString(mac.Sum(nil)), Key("key").Hash("login.code", "a", "b"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNoTwoHashesAreAlike(t *testing.T) {
	k, seen := Key("key"), map[string]string{"": "empty"}
	for name, hash := range map[string]string{
		"one": k.Hash("use", "a", "b"), "another key": Key("yek").Hash("use", "a", "b"), "another use": k.Hash("esu", "a", "b"),
		"another part": k.Hash("use", "a", "c"), "parts in one": k.Hash("use", "ab"), "a part less": k.Hash("use", "a"), "no part": k.Hash("use"),
	} {
		if other := seen[hash]; other != "" {
			t.Errorf("%s is as %s", name, other)
		}
		seen[hash] = name
	}
}

func TestNothingIsTheSameAsNothing(t *testing.T) {
	for _, row := range []struct {
		a, b string
		same bool
	}{{"a", "a", true}, {"a", "b", false}, {"a", "", false}, {"", "a", false}, {"", "", false}, {"a", "ab", false}} {
		if got := Same(row.a, row.b); got != row.same {
			t.Errorf("%q and %q: %v", row.a, row.b, got)
		}
	}
}

func TestWhatIsSealedOpensForItsUseAlone(t *testing.T) {
	k, data := Key("key"), []byte("anna@exempel.se")
	sealed := k.Seal("use", "purpose", data)
	if got, err := k.Open("use", "purpose", sealed); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%q, %v", got, err)
	}
	if sealed == k.Seal("use", "purpose", data) {
		t.Error("the same data is sealed alike twice: it could be recognised")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return Key("yek").Open("use", "purpose", sealed) },
		"another use":     func() ([]byte, error) { return k.Open("esu", "purpose", sealed) },
		"another purpose": func() ([]byte, error) { return k.Open("use", "", sealed) },
		"cut":             func() ([]byte, error) { return k.Open("use", "purpose", sealed[:10]) },
		"empty":           func() ([]byte, error) { return k.Open("use", "purpose", "") },
		"no such text":    func() ([]byte, error) { return k.Open("use", "purpose", "ÅÄÖ%") },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestCodesAndLinksAreOfTheirForm(t *testing.T) {
	code, link, seen := regexp.MustCompile(`^\d{6}$`), regexp.MustCompile(`^[a-z2-7]{26}$`), map[string]bool{}
	for range 1000 {
		c, l := NewCode(), NewLink()
		if !code.MatchString(c) || !link.MatchString(l) || seen[l] {
			t.Fatalf("%q, %q", c, l)
		}
		seen[l] = true
	}
	for typed, want := range map[string]string{"123456": "123456", " 123 456\n": "123456", "12-34 56.": "123456", "abc": "", "١٢٣": "", "": ""} {
		if got := Digits(typed); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
