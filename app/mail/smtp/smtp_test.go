package smtp_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	server "github.com/emersion/go-smtp"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	house "nuso.se/app/mail"
	"nuso.se/app/mail/smtp"
)

func letter() house.Message {
	return house.Message{ID: "0190", To: "asa@exempel.se", ToName: "Åsa", Subject: "Öppet hus", Text: "Hej Åsa!\n.\nsista raden\n", HTML: "<p>Hej"}
}

func TestALetterArrivesWhole(t *testing.T) {
	for _, row := range []struct {
		name      string
		sink      *sink
		user      string
		encrypted bool
	}{
		{"on an open line when nothing else is offered", &sink{}, "", false},
		{"encrypted when the server offers it", &sink{starttls: true}, "", true},
		{"encrypted from the first byte", &sink{implicit: true}, "", true},
		{"with a password after STARTTLS", &sink{starttls: true, password: "hemligt"}, "nuso:hemligt@", true},
		{"with a password on an encrypted line", &sink{implicit: true, password: "hemligt"}, "nuso:hemligt@", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := row.sink.start(t)
			if err := at.sender(t, row.user, time.Second*10).Send(t.Context(), letter()); err != nil {
				t.Fatal(err)
			}
			got := at.letters()
			if len(got) != 1 || got[0].encrypted != row.encrypted || got[0].from != "nuso@nuso.se" || got[0].to != "asa@exempel.se" {
				t.Fatalf("%+v", got)
			}
			m, err := mail.ReadMessage(strings.NewReader(got[0].text))
			if err != nil || m.Header.Get("Message-ID") != "<0190@nuso.se>" {
				t.Errorf("%v\n%s", err, got[0].text)
			}
			body, _ := io.ReadAll(m.Body)
			if !strings.Contains(string(body), "Hej =C3=85sa!\r\n.\r\nsista raden") {
				t.Errorf("the text is\n%s", body)
			}
			if hello := at.hello(); hello != "nuso.se" {
				t.Errorf("said hello as %q", hello)
			}
		})
	}
}

func TestFailuresAreForGoodOrWorthAnotherTry(t *testing.T) {
	reply := func(code int) error {
		return &server.SMTPError{Code: code, EnhancedCode: server.EnhancedCode{code / 100, 1, 1}, Message: "no luck with asa@exempel.se"}
	}
	for _, row := range []struct {
		name string
		sink *sink
		user string
		want error // nil: worth another try
	}{
		{"no such recipient", &sink{rcpt: reply(550)}, "", house.ErrRefused},
		{"the recipient's box is busy", &sink{rcpt: reply(450)}, "", nil},
		{"greylisting", &sink{rcpt: reply(451)}, "", nil},
		{"the sender is not accepted", &sink{mail: reply(553)}, "", house.ErrRefused},
		{"login is asked for", &sink{mail: reply(530)}, "", nil},
		{"the content is not accepted", &sink{data: reply(554)}, "", house.ErrRefused},
		{"the server is full", &sink{data: reply(452)}, "", nil},
		{"the server goes down", &sink{mail: reply(421)}, "", nil},
		{"a wrong password", &sink{starttls: true, password: "hemligt"}, "nuso:fel@", nil},
		{"a password and an open line", &sink{password: "hemligt"}, "nuso:hemligt@", nil},
		{"a certificate nobody knows", &sink{starttls: true, unknown: true}, "", nil},
		{"cut at hello", &sink{cut: "hello"}, "", nil},
		{"cut at the recipient", &sink{cut: "rcpt"}, "", nil},
		{"cut in the middle of the letter", &sink{cut: "data"}, "", nil},
		{"a server that never answers", &sink{hang: "hello"}, "", nil},
		{"a server that never answers the recipient", &sink{hang: "rcpt"}, "", nil},
		{"a server that never takes the letter", &sink{hang: "data"}, "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := row.sink.start(t)
			start, patience := time.Now(), 10*time.Second
			if row.sink.hang != "" {
				patience = 500 * time.Millisecond
			}
			err := at.sender(t, row.user, patience).Send(t.Context(), letter())
			if err == nil || errors.Is(err, house.ErrRefused) != (row.want != nil) {
				t.Errorf("got %v, want refused for good: %v", err, row.want != nil)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if err != nil && (strings.Contains(err.Error(), "asa@") || strings.Contains(err.Error(), "hemligt")) {
				t.Errorf("a person or a secret is in the error: %v", err)
			}
			if n := len(at.letters()); n != 0 {
				t.Errorf("%d letters arrived", n)
			}
		})
	}
}

func TestALetterTheServerHasTakenIsSentWhateverComesAfter(t *testing.T) {
	at := (&sink{cut: "after"}).start(t)
	if err := at.sender(t, "", 10*time.Second).Send(t.Context(), letter()); err != nil {
		t.Errorf("got %v: the letter would be sent twice", err)
	}
	if n := len(at.letters()); n != 1 {
		t.Errorf("%d letters arrived", n)
	}
}

func TestACallerWhoEndsCutsTheLine(t *testing.T) {
	at := (&sink{hang: "data"}).start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := at.sender(t, "", time.Minute).Send(ctx, letter()); err == nil {
		t.Error("sent")
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestNobodyListensIsWorthAnotherTry(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	s, err := smtp.New(smtp.Options{URL: "smtp://" + l.Addr().String(), Composer: composer(t)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter()); err == nil || errors.Is(err, house.ErrRefused) {
		t.Errorf("got %v", err)
	}
}

func TestABadLetterIsRefusedBeforeTheServerHearsOfIt(t *testing.T) {
	at := (&sink{}).start(t)
	m := letter()
	m.Subject = "Hej\r\nBcc: b@exempel.se"
	if err := at.sender(t, "", time.Second).Send(t.Context(), m); !errors.Is(err, house.ErrRefused) || at.hello() != "" {
		t.Errorf("got %v, hello %q", err, at.hello())
	}
}

func TestNewNamesTheSettingAndNeverThePassword(t *testing.T) {
	for _, url := range []string{
		"", "exempel.se", "http://exempel.se", "smtp://", "smtp://nuso:hemligt@exempel.se:många", "smtp://nuso:hemligt@exempel.se:70000",
		"smtp://nuso:hemligt@exempel.se/%zz", "smtp://nuso:hemligt@exempel.se/path",
	} {
		_, err := smtp.New(smtp.Options{URL: url, Composer: composer(t)})
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "SMTP_URL") || strings.Contains(err.Error(), "hemligt") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestJobsSendOnceTryAgainAndGiveUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := (&sink{first: &server.SMTPError{Code: 451, Message: "later"}, never: "fel@exempel.se"}).start(t)
		ahead := time.Duration(0)
		runner := jobs.New(d, slog.New(slog.DiscardHandler), func() time.Time { return time.Now().Add(ahead) })
		house.Register(runner, at.sender(t, "", 10*time.Second))
		add := func(to string) {
			m := letter()
			m.To = to
			if err := d.Tx(t.Context(), func(tx db.Tx) error { return house.Add(tx, m) }); err != nil {
				t.Fatal(err)
			}
		}
		add("asa@exempel.se")
		if err := runner.Drain(t.Context()); err == nil || len(at.letters()) != 0 {
			t.Errorf("first try: %v, %d letters", err, len(at.letters()))
		}
		add("fel@exempel.se")
		ahead = time.Hour
		if err := runner.Drain(t.Context()); !errors.Is(err, house.ErrRefused) {
			t.Errorf("second try: %v", err)
		}
		c, err := jobs.Count(t.Context(), d, time.Now(), house.Kind)
		if got := at.letters(); err != nil || c != (jobs.Counts{Dead: 1}) || len(got) != 1 || got[0].to != "asa@exempel.se" {
			t.Errorf("%+v, %v, %+v", c, err, got)
		}
	})
}
