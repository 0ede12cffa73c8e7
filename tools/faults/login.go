package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"nuso.se/tools/site"
)

// logins is what people were told of before the server was killed.
type logins struct {
	mu    sync.Mutex
	in    []*writer // browsers that are logged in
	out   []*writer // browsers that have logged out
	asked []string  // the words in the names of those who will be mailed
	wrong error
}

// killLogins kills the server at random instants while people ask to log in,
// log in and log out. Whoever was let in is in after the restart, whoever was
// let out is out, and whoever asked for a mail gets it.
func (f *faults) killLogins(ctx context.Context) (string, error) {
	data := f.folder("login")
	s, err := f.serve(ctx, data)
	if err != nil {
		return "", err
	}
	if err := f.addPeople(ctx, s, writers); err != nil {
		return "", err
	}
	told := &logins{}
	for round := range f.rounds {
		if round > 0 {
			if s, err = f.serve(ctx, data); err != nil {
				return "", fmt.Errorf("starting after %d kills: %w", round, err)
			}
		}
		word := newWord()
		if _, err := s.Nuso(ctx, f.Runner, "user", "add", word+"@prov.example", "--name", word, "--role", "member", "--municipality", "1780"); err != nil {
			return "", err
		}
		f.logInUntilKilled(ctx, s, told, word)
	}
	if s, err = f.serve(ctx, data); err != nil {
		return "", fmt.Errorf("starting after the last kill: %w", err)
	}
	defer s.Kill()
	if told.wrong != nil {
		return "", told.wrong
	}
	return "", f.lookAfter(ctx, s, told)
}

// lookAfter compares what the site does with what people were told.
func (f *faults) lookAfter(ctx context.Context, s *site.Site, told *logins) error {
	shut, open := 0, 0
	for _, w := range told.in {
		w.site = s
		if w.status(ctx) != http.StatusOK {
			shut++
		}
	}
	for _, w := range told.out {
		w.site = s
		if w.status(ctx) != http.StatusSeeOther {
			open++
		}
	}
	lost, twice, broken, err := arrived(s.Data, told.asked, time.Minute)
	if err != nil {
		return err
	}
	f.sheet.AtLeast(float64(f.rounds), float64(len(told.in)+len(told.out)), "", "kill -9, %d times: logins acknowledged", f.rounds)
	f.sheet.AtMost(0, float64(shut), "", "kill -9: acknowledged logins lost, of %d", len(told.in))
	f.sheet.AtMost(0, float64(open), "", "kill -9: acknowledged logouts undone, of %d", len(told.out))
	f.sheet.AtMost(0, float64(lost+len(broken)), "", "kill -9: mails to log in lost or halved, of %d asked for", len(told.asked))
	f.sheet.Record(float64(twice), "", "kill -9: mails to log in sent twice")
	return stopped(s)
}

// addPeople adds members who log in by links of the shell.
func (f *faults) addPeople(ctx context.Context, s *site.Site, n int) error {
	for i := range n {
		if _, err := s.Nuso(ctx, f.Runner, "user", "add", fmt.Sprintf("person%d@prov.example", i), "--name", "Prov Person", "--role", "member", "--municipality", "1780"); err != nil {
			return err
		}
	}
	return nil
}

// logInUntilKilled lets people log in, every second of them out again, and one
// ask for a mail, until the server is killed.
func (f *faults) logInUntilKilled(ctx context.Context, s *site.Site, told *logins, word string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			if i == 0 && newWriter(s).asks(ctx, word+"@prov.example") {
				told.note(func() { told.asked = append(told.asked, word) })
			}
			for leave := i%2 == 0; ctx.Err() == nil; leave = !leave {
				w, err := f.enter(ctx, s, fmt.Sprintf("person%d@prov.example", i))
				if err != nil {
					told.note(func() { told.fail(err) })
					continue
				}
				if !leave {
					told.note(func() { told.in = append(told.in, w) })
				} else if w.leave(ctx) {
					told.note(func() { told.out = append(told.out, w) })
				}
			}
		})
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(300+rand.IntN(1300)) * time.Millisecond):
	}
	s.Kill()
	cancel()
	wg.Wait()
}

func (l *logins) note(what func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what()
}

// fail keeps an answer that should not be; that the server is gone is no answer.
func (l *logins) fail(err error) {
	if strings.HasPrefix(err.Error(), "logging in") {
		l.wrong = err
	}
}

// enter logs somebody in by a link of the shell.
func (f *faults) enter(ctx context.Context, s *site.Site, email string) (*writer, error) {
	said, err := s.Nuso(ctx, f.Runner, "user", "link", email)
	if err != nil {
		return nil, err
	}
	link, err := url.Parse(strings.TrimSpace(said))
	if err != nil {
		return nil, fmt.Errorf("reading the link: %w", err)
	}
	w := newWriter(s)
	stamp, err := w.field(ctx, link.Path, stampField)
	if err != nil {
		return nil, err
	}
	status, header, _, err := w.do(ctx, http.MethodPost, link.Path, url.Values{"stamp": {stamp}})
	if err != nil {
		return nil, err
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if status == http.StatusSeeOther && cookie.Name == "__Host-nuso" {
			w.cookie = cookie.Name + "=" + cookie.Value
			return w, nil
		}
	}
	return nil, fmt.Errorf("logging in answers %d without a session", status)
}

// field gets a hidden field of the form at the path.
func (w *writer) field(ctx context.Context, path string, field *regexp.Regexp) (string, error) {
	_, _, body, err := w.do(ctx, http.MethodGet, path, nil)
	if err != nil {
		return "", err
	}
	if found := field.FindStringSubmatch(body); found != nil {
		return found[1], nil
	}
	return "", fmt.Errorf("%s lacks a hidden field", path)
}

// asks reports whether the site has said that it mails a code.
func (w *writer) asks(ctx context.Context, email string) bool {
	stamp, err := w.field(ctx, "/logga-in", stampField)
	if err != nil {
		return false
	}
	status, _, _, err := w.do(ctx, http.MethodPost, "/logga-in", url.Values{"email": {email}, "stamp": {stamp}, "next": {"/"}})
	return err == nil && status == http.StatusSeeOther
}

// leave reports whether the site has said that the session has ended.
func (w *writer) leave(ctx context.Context) bool {
	token, err := w.field(ctx, "/mitt-konto", tokenField)
	if err != nil {
		return false
	}
	status, _, _, err := w.do(ctx, http.MethodPost, "/logga-ut", url.Values{"token": {token}})
	return err == nil && status == http.StatusSeeOther
}

// status is what the page of one's own answers: 200 to whoever is logged in.
func (w *writer) status(ctx context.Context) int {
	status, _, _, err := w.do(ctx, http.MethodGet, "/mitt-konto", nil)
	if err != nil {
		return 0
	}
	return status
}
