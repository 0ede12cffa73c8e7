// Package folder keeps letters as .eml files instead of sending them: for developing, where the first link of a
// letter is what one wants to click. The link goes to the log.
package folder

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

const textFolder = "Brevkatalogen %s går inte att skapa. Kontrollera NUSO_DATA_DIR, eller sätt SMTP_URL."

// Sender is a mail.Sender.
type Sender struct {
	dir      string
	composer *mail.Composer
	log      *slog.Logger
}

// New returns a sender into dir, which is made if it is missing.
func New(dir string, composer *mail.Composer, log *slog.Logger) (*Sender, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fault.New(fault.Invalid,
			fmt.Sprintf(textFolder, dir), err)
	}
	return &Sender{dir: dir, composer: composer, log: log}, nil
}

// Send writes m as ID.eml: a reader sees the whole file or none, and a second try writes the same file.
func (s *Sender) Send(_ context.Context, m mail.Message) error {
	letter, err := s.composer.Compose(m)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if _, err := letter.WriteTo(&text); err != nil {
		return fmt.Errorf("writing a letter out: %w", err)
	}
	path := filepath.Join(s.dir, filepath.Base(m.ID)+".eml")
	if err := write(path, text.Bytes()); err != nil {
		return fmt.Errorf("keeping a letter: %w", err)
	}
	s.log.Info("a letter was put in the folder", "file", path, "link", strings.TrimRight(link.FindString(m.Text), ".,;:!?)"))
	return nil
}

func write(path string, content []byte) (err error) {
	draft, err := os.CreateTemp(filepath.Dir(path), ".draft-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(draft.Name())
		}
	}()
	if _, err = draft.Write(content); err == nil {
		err = draft.Sync()
	}
	if e := draft.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(draft.Name(), path)
}
