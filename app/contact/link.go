package contact

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
	"nuso.se/app/seal"
)

// postpone keeps the message within tx and mails the link. Only the link: the form must not mail strangers what
// others typed.
func (s *Service) postpone(tx db.Tx, m Message) error {
	if err := s.limitMails(tx, m.Email); err != nil {
		return err
	}
	token := seal.NewLink()
	now := s.now()
	err := insertWaiting(tx, waiting{
		TokenHash: s.hash("link", token), Name: m.Name, Email: m.Email, Message: m.Text,
		CreatedAt: db.At(now), ExpiresAt: db.At(now.Add(waitTime)),
	})
	if err != nil {
		return db.Error(err)
	}
	letter, err := s.letters.confirm(s.baseURL + confirmPath + "/" + token)
	if err != nil {
		return err
	}
	letter.To = m.Email
	return mail.Add(tx, letter)
}

// limitMails counts a mail to the address. What follows a + in it reaches the same person.
func (s *Service) limitMails(tx db.Tx, address string) error {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	wait, err := s.limiter.AllowIn(tx, "contact.mail:"+local+"@"+domain, maxMailsTo, mailsToPer)
	if err != nil {
		return err
	}
	if wait > 0 {
		return fault.Later(fmt.Sprintf(textManyTo, inWords(wait)), wait)
	}
	if wait, err = s.limiter.AllowIn(tx, "contact.mail", maxMailsInAll, mailsInAllPer); wait > 0 {
		return fault.Later(fmt.Sprintf(textManyInAll, inWords(wait)), wait)
	}
	return err
}

// ByToken returns the message that waits for the link and consumes nothing. Anyone who has the link may call it.
// NotFound when the link was used, is too old or never was; its Text says which.
func (s *Service) ByToken(ctx context.Context, token string) (Message, error) {
	hash := s.hash("link", token)
	w, err := findWaiting(s.db.Read(ctx), hash, s.now())
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		if err = checkUsed(s.db.Read(ctx), hash); err == nil {
			err = fault.New(fault.NotFound, textLinkUsed, errors.New("the link was used"))
		}
	}
	return Message{Name: w.Name, Email: w.Email, Text: w.Message}, fault.Wrap(err, "reading a waiting message")
}

// Confirm sends the message that waits for the link and removes it. Anyone who has the link may call it. A link that
// has sent its message is confirmed again without effect, so that a second press meets no error. NotFound when the
// link is too old or never was.
func (s *Service) Confirm(ctx context.Context, token string) error {
	hash := s.hash("link", token)
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		w, found, err := takeWaiting(tx, hash, s.now())
		if err != nil {
			return db.Error(err)
		}
		if !found {
			return checkUsed(tx, hash)
		}
		if _, err := insertSpent(tx, spent{KeyHash: hash, ExpiresAt: db.At(s.now().Add(waitTime))}); err != nil {
			return db.Error(err)
		}
		return s.deliver(tx, Message{Name: w.Name, Email: w.Email, Text: w.Message}, true)
	})
	return fault.Wrap(err, "confirming a message")
}

// checkUsed returns nil when the link has sent its message, and NotFound when it never did.
func checkUsed(tx db.Tx, hash string) error {
	_, err := findSpent(tx, hash)
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, textLinkOld, err)
	}
	return err
}
