package smtp_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	server "github.com/emersion/go-smtp"

	house "nuso.se/app/mail"
	"nuso.se/app/mail/smtp"
)

// sink is a real mail server on this machine that behaves as told.
type sink struct {
	starttls, implicit bool
	unknown            bool          // the sender does not trust its certificate
	password           string        // of nuso; empty: no login offered
	mail, rcpt, data   error         // its answers
	first              error         // its answer to the first recipient only
	never              string        // an address that does not exist
	cut, hang          string        // where it cuts the line or falls silent: hello, rcpt, data, after
	hangs              int           // how many times it does; 0: always
	slow               time.Duration // before each answer
	address            string        // where it listens; empty: somewhere

	mu     sync.Mutex
	got    []arrived
	heard  string
	asked  int
	hung   int
	listen net.Listener
	roots  *x509.CertPool
	stop   chan struct{}
}

type arrived struct {
	from, to, text string
	encrypted      bool
}

func (s *sink) start(t *testing.T) *sink {
	t.Helper()
	certificate, roots := selfSigned(t)
	s.roots, s.stop = roots, make(chan struct{})
	srv := server.NewServer(server.BackendFunc(func(c *server.Conn) (server.Session, error) { return s.session(c) }))
	srv.Domain, srv.AllowInsecureAuth = "exempel.se", true
	srv.ErrorLog = silent{}
	settings := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if s.starttls {
		srv.TLSConfig = settings
	}
	var err error
	if s.listen, err = net.Listen("tcp", cmp.Or(s.address, "127.0.0.1:0")); err != nil {
		t.Fatal(err)
	}
	line := s.listen
	if s.implicit {
		line = tls.NewListener(line, settings)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(line) }()
	t.Cleanup(func() { close(s.stop); srv.Close(); s.listen.Close(); <-done })
	return s
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

func (s *sink) sender(t *testing.T, user string, timeout time.Duration) *smtp.Sender {
	t.Helper()
	scheme, roots := "smtp://", s.roots
	if s.implicit {
		scheme = "smtps://"
	}
	if s.unknown {
		roots = x509.NewCertPool()
	}
	sender, err := smtp.New(smtp.Options{
		URL: scheme + user + s.listen.Addr().String(), Composer: composer(t), Timeout: timeout, Roots: roots,
	})
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

func composer(t *testing.T) *house.Composer {
	t.Helper()
	c, err := house.NewComposer("NUSO <nuso@nuso.se>", "https://nuso.se", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *sink) letters() []arrived { s.mu.Lock(); defer s.mu.Unlock(); return s.got }
func (s *sink) hello() string      { s.mu.Lock(); defer s.mu.Unlock(); return s.heard }

// session is called when a client has said hello, and again after STARTTLS.
func (s *sink) session(c *server.Conn) (server.Session, error) {
	s.mu.Lock()
	s.heard = c.Hostname()
	s.mu.Unlock()
	one := &session{sink: s, conn: c}
	err := one.at("hello")
	if s.password == "" {
		return struct{ server.Session }{one}, err // without login
	}
	return one, err
}

// session is one client's conversation.
type session struct {
	*sink
	conn     *server.Conn
	from, to string
	allowed  bool
}

// at cuts the line or falls silent where the sink was told to.
func (s *session) at(place string) error {
	time.Sleep(s.slow)
	switch place {
	case s.cut:
		s.conn.Conn().Close()
		return errors.New("cut")
	case s.hang:
		s.mu.Lock()
		s.hung++
		over := s.hangs > 0 && s.hung > s.hangs
		s.mu.Unlock()
		if over {
			return nil
		}
		<-s.stop
		return errors.New("stopped")
	}
	return nil
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "nuso" || password != s.password {
			return server.ErrAuthFailed
		}
		s.allowed = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *server.MailOptions) error {
	if s.password != "" && !s.allowed {
		return server.ErrAuthRequired
	}
	s.from = from
	return s.mail
}

func (s *session) Rcpt(to string, _ *server.RcptOptions) error {
	if err := s.at("rcpt"); err != nil {
		return err
	}
	s.to = to
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	switch {
	case s.first != nil && s.asked == 1:
		return s.first
	case s.never == to:
		return &server.SMTPError{Code: 550, Message: "no such user"}
	}
	return s.rcpt
}

func (s *session) Data(r io.Reader) error {
	if s.cut == "data" {
		_, _ = io.ReadFull(r, make([]byte, 40))
		return s.at("data")
	}
	text, err := io.ReadAll(r)
	if err == nil {
		err = s.at("data")
	}
	if err != nil {
		return err
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.data != nil {
		return s.data
	}
	s.got = append(s.got, arrived{from: s.from, to: s.to, text: string(text), encrypted: encrypted})
	return nil
}

func (s *session) Reset() {
	if len(s.letters()) > 0 {
		_ = s.at("after")
	}
}

func (s *session) Logout() error { return nil }

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "exempel.se"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
