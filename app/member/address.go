package member

import (
	"context"
	"errors"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
	"nuso.se/app/seal"
)

// addressChange is a row of the table.
type addressChange struct {
	ID          string
	PersonID    string
	OldEmail    string
	NewEmail    string
	CodeHash    string
	UndoHash    string
	UndoCode    string
	Tries       int64
	CreatedAt   db.Instant
	ConfirmedAt db.Instant
	UndoneAt    db.Instant
}

// TableName is the table's name.
func (addressChange) TableName() string { return "address_changes" }

// undoAge is how long a change of address can be undone, and undoPath where links for it begin.
const (
	undoAge       = 7 * 24 * time.Hour
	maxTo         = 5              // codes to one new address …
	toPer         = 24 * time.Hour // … in that time
	undoPath      = LinkPath + "/angra"
	addressLetter = "member-address"
	undoLetter    = "member-undo"
)

// addressView is what the mail to the new address shows.
type addressView struct{ Subject, Code string }

// undoView is what the mail to the old address shows.
type undoView struct{ Subject, Name, Code, Link, Contact string }

// AskAddress begins to change the address of who asks: a code is mailed to the new one. Whoever is logged in may call it, who has
// factors with one proved a short while ago. What it answers is the same for an address that somebody else has: there is but no code.
// Invalid when it is no address or the one they have, TooMany when too often. The mail holds nothing that anybody typed: the address may
// be a stranger's.
func (s *Service) AskAddress(ctx context.Context, email string) error {
	key, err := Key(email)
	if err != nil {
		return fault.InvalidFields(fault.Field{Name: "email", Text: fault.Of(err).Text})
	}
	actor := access.From(ctx)
	if wait, err := s.limiter.Allow(ctx, "member.address:"+actor.ID, maxAsks, asksPer); err != nil || wait > 0 {
		return tooMany(err, wait)
	}
	if wait, err := s.limiter.Allow(ctx, "member.address.to:"+key, maxTo, toPer); err != nil || wait > 0 {
		return tooMany(err, wait)
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		if err := s.mayChange(ctx, tx); err != nil {
			return err
		}
		p, err := findByID(tx, actor.ID)
		if err != nil {
			return db.Error(err)
		}
		if p.EmailKey == key {
			return fault.InvalidFields(fault.Field{Name: "email", Text: "Det är den adress du har."})
		}
		return s.mailAddressCode(tx, p, email, key)
	})
	return fault.Wrap(err, "asking to change an address")
}

// mailAddressCode keeps the wish and mails the code, unless somebody has the address.
func (s *Service) mailAddressCode(tx db.Tx, p Person, email, key string) error {
	id, code := db.NewID(), seal.NewCode()
	row := addressChange{ID: id, PersonID: p.ID, OldEmail: p.Email, NewEmail: email, CodeHash: s.hash("address", id+code), CreatedAt: db.At(s.now())}
	if err := tx.Create(&row).Error; err != nil {
		return db.Error(err)
	}
	_, err := findByKey(tx, key)
	if err = db.Error(err); !fault.Is(err, fault.NotFound) {
		return err
	}
	letter, err := s.letters.Write(addressLetter, "Bekräfta din nya adress: "+code, addressView{Subject: "Bekräfta din nya adress", Code: code})
	if err != nil {
		return err
	}
	letter.To = email
	return mail.Add(tx, letter)
}

// ConfirmAddress changes the address with the code from the mail. Other sessions end, and the old address is told how to undo it. Whoever
// has asked may call it; Invalid for a code that is wrong, used or too old, and after five wrong ones.
func (s *Service) ConfirmAddress(ctx context.Context, code string) error {
	code, err := TypedCode(code)
	if err != nil {
		return err
	}
	actor := access.From(ctx)
	row, err := s.waitingChange(ctx, actor.ID)
	if err != nil {
		return fault.Wrap(err, "changing an address")
	}
	if !seal.Same(row.CodeHash, s.hash("address", row.ID+code)) {
		return errSpent("it does not fit")
	}
	key, err := Key(row.NewEmail)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		undo, undoCode := seal.NewLink(), seal.NewCode()
		row.ConfirmedAt, row.UndoHash, row.UndoCode = db.At(s.now()), s.hash("undo", undo), s.hash("undo", row.ID+undoCode)
		confirmed, err := confirmChange(tx, row)
		if err != nil {
			return db.Error(err)
		}
		if !confirmed {
			return errSpent("used by another just now")
		}
		if err := s.setAddress(tx, actor.ID, row.NewEmail, key); err != nil {
			return err
		}
		if err := deleteIdentities(tx, actor.ID); err != nil { // who has the new address is told of anew by its provider
			return db.Error(err)
		}
		if err := s.sessions.EndAll(tx, actor.ID, actor.Session); err != nil {
			return err
		}
		letter, err := s.letters.Write(undoLetter, "Din adress i Samarbetsrummet har ändrats", undoView{
			Subject: "Din adress har ändrats", Name: actor.Name, Code: undoCode, Link: s.baseURL + undoPath + "/" + undo, Contact: s.baseURL + "/kontakt",
		})
		if err != nil {
			return err
		}
		letter.To, letter.ToName = row.OldEmail, actor.Name
		if err := mail.Add(tx, letter); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{ActorID: actor.ID, Verb: "member.address", SubjectKind: "person", SubjectID: actor.ID})
	})
	return fault.Wrap(err, "changing an address")
}

// waitingChange returns the person's newest wish that waits for its code, and counts the code that is about to be looked at.
func (s *Service) waitingChange(ctx context.Context, person string) (row addressChange, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		row, err = findChange(tx, person, db.At(s.now().Add(-loginAge)), maxTries)
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return errSpent("nothing waits for a code")
		}
		if err != nil {
			return err
		}
		return db.Error(countChange(tx, row.ID))
	})
	return row, err
}

// setAddress makes the address theirs; what was mailed for a login to the one before is good no more. Invalid when somebody has the address.
func (s *Service) setAddress(tx db.Tx, person, email, key string) error {
	err := db.Error(setEmail(tx, person, email, key))
	if fault.Is(err, fault.Conflict) {
		return errSpent("somebody has the address")
	}
	if err != nil {
		return err
	}
	return db.Error(spendAll(tx, person, db.At(s.now())))
}

// CanUndo reports whether a link to undo a change of address is good. It changes nothing. Anyone may call it.
func (s *Service) CanUndo(ctx context.Context, link string) (bool, error) {
	_, err := findUndo(s.db.Read(ctx), s.hash("undo", link), db.At(s.now().Add(-undoAge)), maxTries)
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, fault.Wrap(err, "looking at a link")
}

// UndoAddress gives the person the old address back: with the link and the code that were mailed there, for mail programs open links
// and press buttons, and type no codes. All sessions end, later changes are undone with this one, and factors and identities are removed
// that were added since the change or in the week before it, as a thief does to stay.
// Anyone may call it; Invalid for a link or a code that is wrong, used or too old, and after five wrong codes.
func (s *Service) UndoAddress(ctx context.Context, link, code string) error {
	code, err := TypedCode(code)
	if err != nil {
		return err
	}
	var row addressChange
	err = s.db.Tx(ctx, func(tx db.Tx) (err error) {
		row, err = findUndo(tx, s.hash("undo", link), db.At(s.now().Add(-undoAge)), maxTries)
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return errSpent("unknown, used or too old")
		}
		if err != nil {
			return err
		}
		return db.Error(countChange(tx, row.ID))
	})
	if err == nil && !seal.Same(row.UndoCode, s.hash("undo", row.ID+code)) {
		err = fault.New(fault.Invalid, "Koden stämmer inte. Läs den i mejlet en gång till.", errors.New("it does not fit"))
	}
	if err != nil {
		return fault.Wrap(err, "undoing a change of address")
	}
	key, err := Key(row.OldEmail)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		undone, err := undoChange(tx, row, db.At(s.now()))
		if err == nil && !undone {
			err = errSpent("used by another just now")
		}
		if err != nil {
			return db.Error(err)
		}
		if err := s.setAddress(tx, row.PersonID, row.OldEmail, key); err != nil {
			return err
		}
		if err := deleteWaysSince(tx, row.PersonID, db.At(row.CreatedAt.Add(-undoAge))); err != nil {
			return db.Error(err)
		}
		if err := s.sessions.EndAll(tx, row.PersonID, ""); err != nil {
			return err
		}
		return audit.Add(tx, s.now(), audit.Entry{ActorID: row.PersonID, Verb: "member.address.undo", SubjectKind: "person", SubjectID: row.PersonID})
	})
	return fault.Wrap(err, "undoing a change of address")
}
