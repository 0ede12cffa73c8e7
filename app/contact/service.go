package contact

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/seal"
)

// Options are what a Service is made of; all are required.
type Options struct {
	DB      *db.DB
	Limiter *limit.Limiter
	Theme   fs.FS // the mails lie in mail/
	Secret  []byte
	Now     clock.Clock
	Log     *slog.Logger
	Office  string // plain address that receives the messages
	BaseURL string // of the mailed links
}

// Service takes messages to the office. It is safe for concurrent use.
type Service struct {
	db      *db.DB
	limiter *limit.Limiter
	letters letters
	secret  seal.Key
	now     clock.Clock
	log     *slog.Logger
	office  string
	baseURL string
}

// New returns the service. It fails when a mail's template is missing or wrong.
func New(o Options) (*Service, error) {
	letters, err := parseLetters(o.Theme)
	if err != nil {
		return nil, fault.Wrap(err, "reading the contact form's mails")
	}
	return &Service{
		db: o.DB, limiter: o.Limiter, letters: letters, secret: o.Secret,
		now: o.Now, log: o.Log, office: o.Office, baseURL: o.BaseURL,
	}, nil
}

// Send sends a proven message to the office at once; any other waits for its sender to open the mailed link, and
// pending is true. Anyone may call it. The same form posted again with the same words does nothing and answers as the
// first time; a trapped one does nothing and answers as if it had. Invalid with the fields to mend, also when a
// text holds personal numbers: then nothing of it goes anywhere. Conflict when the form was sent before with other
// words, TooMany beyond a limit, Unavailable when the database is away.
func (s *Service) Send(ctx context.Context, sub Submission) (pending bool, err error) {
	wait, err := s.limiter.Allow(ctx, "contact.post:"+limit.Network(sub.Client), maxPosts, postsPer)
	if err != nil {
		return false, err
	}
	if wait > 0 {
		return false, fault.Later(fmt.Sprintf(textTooMany, inWords(wait)), wait)
	}
	if fields := sub.Check(); len(fields) > 0 {
		return false, fault.InvalidFields(fields...)
	}
	if sub.Trap {
		s.log.Info("contact message from a program left aside")
		return !sub.Proven, nil
	}
	sub.Email = mailbox(sub.Email)
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		pending, err = s.take(tx, sub)
		return err
	})
	return pending, fault.Wrap(err, "taking a contact message")
}

// take spends the form and does what it asks, once.
func (s *Service) take(tx db.Tx, sub Submission) (pending bool, err error) {
	mark := spent{
		KeyHash: s.hash("form", sub.Stamp), ContentHash: s.hash("content", sub.Name, sub.Email, sub.Text),
		Pending: !sub.Proven, ExpiresAt: db.At(s.now().Add(spentTime)),
	}
	first, err := insertSpent(tx, mark)
	if err != nil {
		return false, db.Error(err)
	}
	if !first {
		return s.takenBefore(tx, mark)
	}
	if sub.Proven {
		return false, s.deliver(tx, sub.Message, false)
	}
	return true, s.postpone(tx, sub.Message)
}

func (s *Service) takenBefore(tx db.Tx, mark spent) (pending bool, err error) {
	before, err := findSpent(tx, mark.KeyHash)
	if err != nil {
		return false, db.Error(err)
	}
	if before.ContentHash != mark.ContentHash {
		return false, fault.New(fault.Conflict, textSentBefore, errors.New("the form was sent before with other words"))
	}
	return before.Pending, nil
}

// deliver hands the message to mail within tx; verified says that the sender has opened a mailed link.
func (s *Service) deliver(tx db.Tx, m Message, verified bool) error {
	letter, err := s.letters.office(m, s.now(), verified)
	if err != nil {
		return err
	}
	letter.To, letter.ReplyTo = s.office, m.Email
	return mail.Add(tx, letter)
}

// Register puts the removal of what has become too old among the periodic jobs. Main calls it once.
func (s *Service) Register(runner *jobs.Runner) {
	runner.Every("contact.sweep", sweepEvery, func(ctx context.Context) error {
		_, err := s.Sweep(ctx)
		return err
	})
}

// Sweep removes messages whose senders opened no link in time, and spent stamps and links. It returns the number of
// messages, and logs it without their content. The periodic job calls it.
func (s *Service) Sweep(ctx context.Context) (messages int64, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		messages, err = deleteExpired(tx, s.now())
		return db.Error(err)
	})
	if messages > 0 && err == nil {
		s.log.Info("unconfirmed contact messages removed", "count", messages)
	}
	return messages, fault.Wrap(err, "removing unconfirmed messages")
}

// hash returns what stands for the parts in the database: nobody without the secret can tell them from it.
func (s *Service) hash(what string, parts ...string) string {
	return s.secret.Hash("contact."+what, parts...)
}
