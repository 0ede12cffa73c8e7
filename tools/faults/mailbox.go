package faults

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// receipt is the word by which a message of a writer's is known.
var receipt = regexp.MustCompile(`\bkvitto[a-z]+\b`)

// letters reads the mail folder: how many letters hold each word, and which
// files are no whole letter.
func letters(data string) (words map[string]int, broken []string, err error) {
	words = map[string]int{}
	files, err := filepath.Glob(filepath.Join(data, "mail", "*.eml"))
	if err != nil {
		return nil, nil, err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the mail folder: %w", err)
		}
		text, err := letter(f)
		f.Close()
		if err != nil {
			broken = append(broken, filepath.Base(name)+": "+err.Error())
			continue
		}
		seen := map[string]bool{}
		for _, word := range receipt.FindAllString(text, -1) {
			if !seen[word] {
				words[word]++
			}
			seen[word] = true
		}
	}
	return words, broken, nil
}

// letter returns all text of a letter.
func letter(r io.Reader) (string, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return "", fmt.Errorf("no letter: %w", err)
	}
	return part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

// part returns the text of one part and of the parts in it.
func part(kind, encoding string, body io.Reader) (string, error) {
	kind, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return "", fmt.Errorf("no kind of content: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		var all strings.Builder
		whole, err := io.ReadAll(body)
		if err != nil || !bytes.Contains(whole, []byte("--"+params["boundary"]+"--")) {
			return "", errors.New("half a letter: its last boundary is missing")
		}
		parts := multipart.NewReader(bytes.NewReader(whole), params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return all.String(), nil
			}
			if err != nil {
				return "", fmt.Errorf("half a letter: %w", err)
			}
			text, err := part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			if err != nil {
				return "", err
			}
			all.WriteString(text + "\n")
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return "", fmt.Errorf("half a letter: %w", err)
	}
	return string(text), nil
}

// arrived waits until every acknowledged word is in a letter, for at most
// limit. It returns how many are not, how many came twice, and broken letters.
func arrived(data string, acknowledged []string, limit time.Duration) (lost, twice int, broken []string, err error) {
	for end := time.Now().Add(limit); ; time.Sleep(200 * time.Millisecond) {
		words, bad, err := letters(data)
		if err != nil {
			return 0, 0, nil, err
		}
		lost, twice = 0, 0
		for _, word := range acknowledged {
			switch n := words[word]; {
			case n == 0:
				lost++
			case n > 1:
				twice++
			}
		}
		if lost == 0 || time.Now().After(end) {
			return lost, twice, bad, nil
		}
	}
}
