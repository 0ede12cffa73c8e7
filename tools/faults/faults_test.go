package faults

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const whole = "From: a@example.com\r\nTo: b@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/alternative; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain; charset=UTF-8\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n\r\nett prov: kvitto=\r\nabc slut\r\n--b1\r\nContent-Type: text/html; charset=UTF-8\r\n" +
	"Content-Transfer-Encoding: base64\r\n\r\nPHA+a3ZpdHRvYWJjPC9wPg==\r\n--b1--\r\n"

func TestLettersAreReadThroughTheirEncodings(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, "mail")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"whole.eml": whole, "again.eml": whole, "half.eml": whole[:len(whole)-40], "none.eml": "",
		"plain.eml": "From: a@example.com\r\nContent-Type: text/plain\r\n\r\nkvittodef\r\n", ".draft-1": "half",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	lost, twice, broken, err := arrived(data, []string{"kvittoabc", "kvittodef", "kvittoghi"}, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if lost != 1 || twice != 1 || len(broken) != 2 {
		t.Errorf("lost %d, twice %d, broken %q; want 1, 1 and the two that are not whole", lost, twice, broken)
	}
}

func TestAProofHasTheZeroBitsAskedFor(t *testing.T) {
	sum := sha256.Sum256([]byte("stamp:" + prove("stamp", 12)))
	if sum[0] != 0 || sum[1]>>4 != 0 {
		t.Errorf("the sum begins %x", sum[:2])
	}
}

func TestAWordIsFoundAgainAsAWhole(t *testing.T) {
	for range 100 {
		if word := newWord(); receipt.FindString("text: "+word+" slut.") != word {
			t.Fatalf("%q is not found", word)
		}
	}
}

func TestTheFormIsRead(t *testing.T) {
	page := `<form method="post" data-proof data-bits="18"><input type="hidden" name="stamp" value="abc.def">`
	if got := stampField.FindStringSubmatch(page); got == nil || got[1] != "abc.def" {
		t.Errorf("stamp %q", got)
	}
	if got := bitsField.FindStringSubmatch(page); got == nil || got[1] != "18" {
		t.Errorf("demand %q", got)
	}
}

func TestFillStopsWhenThereIsNoRoom(t *testing.T) {
	dir := t.TempDir()
	if err := mount(dir, 1); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { unmount(t, dir) })
	if err := fill(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
	err := os.WriteFile(filepath.Join(dir, "more"), []byte(strings.Repeat("x", 4096)), 0o644)
	if !isFull(err) {
		t.Errorf("there was room: %v", err)
	}
}
