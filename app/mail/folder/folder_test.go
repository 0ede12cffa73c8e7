package folder_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	house "nuso.se/app/mail"
	"nuso.se/app/mail/folder"
)

func sender(t *testing.T, dir string, log *bytes.Buffer) *folder.Sender {
	t.Helper()
	composer, err := house.NewComposer("NUSO <nuso@localhost>", "http://localhost:3000", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := folder.New(dir, composer, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestALetterGoesFromTheTransactionToTheFolderAndItsLinkToTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dir, log := filepath.Join(t.TempDir(), "data", "mail"), &bytes.Buffer{}
		runner := jobs.New(d, slog.New(slog.DiscardHandler), time.Now)
		house.Register(runner, sender(t, dir, log))
		err := d.Tx(t.Context(), func(tx db.Tx) error {
			return house.Add(tx, house.Message{
				To: "asa@exempel.se", Subject: "Bekräfta", Text: "Hej!\nÖppna https://nuso.se/kontakt/bekrafta/x?a=1&b=2.\nhttps://nuso.se/annat\n",
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time there is nothing left to do
			if err := runner.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 1 || !strings.HasSuffix(files[0].Name(), ".eml") {
			t.Fatal(files, err)
		}
		text, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(text))
		if err != nil || m.Header.Get("To") != "<asa@exempel.se>" {
			t.Errorf("%s\n%v", text, err)
		}
		if !strings.Contains(log.String(), `link="https://nuso.se/kontakt/bekrafta/x?a=1&b=2"`) || strings.Contains(log.String(), "asa@") {
			t.Errorf("log: %s", log)
		}
	})
}

func TestASecondTryWritesTheSameFileAndABadIDStaysInTheFolder(t *testing.T) {
	dir := t.TempDir()
	s := sender(t, dir, &bytes.Buffer{})
	for _, id := range []string{"1", "1", "../2"} {
		err := s.Send(t.Context(), house.Message{ID: id, To: "a@exempel.se", Subject: "x", Text: "x"})
		if err != nil {
			t.Fatal(err)
		}
	}
	files, _ := os.ReadDir(dir)
	if len(files) != 2 || files[0].Name() != "1.eml" || files[1].Name() != "2.eml" {
		t.Errorf("%v", files)
	}
	info, err := files[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestWhatCannotBeKeptIsAnErrorAndLeavesNoDraft(t *testing.T) {
	dir := t.TempDir()
	s := sender(t, dir, &bytes.Buffer{})
	m := house.Message{ID: "1", To: "a@exempel.se", Subject: "x", Text: "x"}
	if err := os.Mkdir(filepath.Join(dir, "1.eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), m); err == nil || errors.Is(err, house.ErrRefused) {
		t.Errorf("got %v, want an error worth another try", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
	m.Subject = "a\nb"
	if err := s.Send(t.Context(), m); !errors.Is(err, house.ErrRefused) {
		t.Errorf("got %v, want ErrRefused", err)
	}
	if _, err := folder.New("/dev/null/mail", nil, nil); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "NUSO_DATA_DIR") {
		t.Errorf("got %v", err)
	}
}
