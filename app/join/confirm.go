package join

import (
	"context"
	"errors"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/seal"
)

// ByLink returns the request that waits for the link, if the secret is that of the browser that asked; here tells whether it is. It
// changes nothing: mail programs open links. Anyone who has the link may call it. NotFound when the link never was, is too old, or
// was used and the browser is another one.
func (s *Service) ByLink(ctx context.Context, link, secret string) (r Request, here bool, err error) {
	r, err = findAsked(s.db.Read(ctx), byLink, s.hash("link", link), db.At(s.now()))
	if err != nil {
		return Request{}, false, fault.Wrap(db.Error(err), "looking at a link")
	}
	if seal.Same(r.AskHash, s.hash("ask", secret)) {
		return r, true, nil
	}
	if !r.ConfirmedAt.IsZero() {
		return Request{}, false, fault.Missing("the link was used")
	}
	return Request{}, false, nil
}

// ConfirmLink confirms the request with the link, in the browser that asked. Anyone who has both may call it; once more it does nothing.
// Invalid for a link that is too old, never was, or is opened elsewhere.
func (s *Service) ConfirmLink(ctx context.Context, link, secret string) error {
	ask := s.hash("ask", secret)
	return s.confirm(ctx, byLink, s.hash("link", link), func(r Request) bool { return seal.Same(r.AskHash, ask) })
}

// ConfirmCode confirms the request with the code from the mail, in the browser that asked. Anyone who has both may call it; once more it
// does nothing. Invalid for a code that is wrong or too old, and after five of them.
func (s *Service) ConfirmCode(ctx context.Context, secret, code string) error {
	code, err := member.TypedCode(code)
	if err != nil {
		return err
	}
	ask := s.hash("ask", secret)
	if err := s.countTry(ctx, ask); err != nil {
		return err
	}
	return s.confirm(ctx, byAsk, ask, func(r Request) bool { return seal.Same(r.CodeHash, s.hash("code", ask, code)) })
}

// countTry counts a code before it is looked at, in a transaction of its own: what is tried at once counts too.
func (s *Service) countTry(ctx context.Context, ask string) error {
	counted := false
	err := s.db.Tx(ctx, func(tx db.Tx) (err error) {
		counted, err = addTry(tx, ask, maxTries)
		return db.Error(err)
	})
	if err == nil && !counted {
		err = errSpent("too many codes, or nobody has asked")
	}
	return fault.Wrap(err, "counting a code")
}

// confirm lets the request that the column names wait for an answer, if it fits, in the place of an older one of the same address, and
// tells those who may answer.
func (s *Service) confirm(ctx context.Context, column, value string, fits func(Request) bool) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		now := db.At(s.now())
		r, err := findAsked(tx, column, value, now)
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return errSpent("unknown or too old")
		}
		if err != nil {
			return err
		}
		if !fits(r) {
			return errSpent("it does not fit")
		}
		if !r.ConfirmedAt.IsZero() {
			return nil
		}
		if err := replaceOlder(tx, r.EmailKey, now); err != nil {
			return db.Error(err)
		}
		confirmed, err := setConfirmed(tx, r.ID, now)
		if err != nil || !confirmed {
			return db.Error(err)
		}
		r.ConfirmedAt = now
		return s.tell(tx, r)
	})
	return fault.Wrap(err, "confirming a request to join")
}

// tell mails those who may decide: the organisation's contact persons, or the editors.
func (s *Service) tell(tx db.Tx, r Request) error {
	if r.DomainFits {
		contacts, err := s.members.Contacts(tx, *r.OrganisationID)
		if err != nil {
			return err
		}
		if len(contacts) > 0 {
			return s.mailDesk(tx, contacts, ownDesk, r, false)
		}
	}
	return s.tellEditors(tx, r)
}

// tellEditors mails the editors, once.
func (s *Service) tellEditors(tx db.Tx, r Request) error {
	editors, err := s.members.Editors(tx)
	if err != nil || len(editors) == 0 {
		return err
	}
	now := db.At(s.now())
	if told, err := setTold(tx, r.ID, now); err != nil || !told {
		return db.Error(err)
	}
	return s.mailDesk(tx, editors, allDesk, r, !now.Before(r.late()))
}

// mailDesk mails the people that the request waits for them, but for those who have had many such letters today: anybody can send the form,
// and what waits stands at the desk.
func (s *Service) mailDesk(tx db.Tx, people []member.Person, desk string, r Request, late bool) error {
	var free []member.Person
	for _, p := range people {
		wait, err := s.limiter.AllowIn(tx, "join.desk:"+p.ID, maxTold, toldPer)
		if err != nil {
			return err
		}
		if wait == 0 {
			free = append(free, p)
		}
	}
	return s.letters.tell(tx, free, desk, r, late)
}

// TellEditors mails the editors about what has become theirs: what has waited for contact persons for five days, or whose organisation
// has none any more. Each request is told once. The periodic job calls it.
func (s *Service) TellEditors(ctx context.Context) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		untold, err := findUntold(tx, s.now())
		if err != nil {
			return db.Error(err)
		}
		for _, r := range untold {
			if err := s.tellEditors(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return fault.Wrap(err, "telling editors about late requests to join")
}

func (s *Service) hash(what string, parts ...string) string {
	return s.secret.Hash("join."+what, parts...)
}

// errSpent says that a code or a link is good no more, or never was.
func errSpent(why string) error { return fault.New(fault.Invalid, textSpent, errors.New(why)) }

func tooMany(text string, wait time.Duration, err error) error {
	if err != nil {
		return fault.Wrap(err, "counting requests to join")
	}
	return fault.Later(text, wait)
}
