package member

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/mail"
	"nuso.se/app/seal"
)

// loginJob is the kind of the job that mails a code and a link to who has asked to log in.
const loginJob = "member.login"

// login is a wish to log in: a row of the table.
type login struct {
	ID        string
	PersonID  *string
	CodeHash  string
	LinkHash  string
	Tries     int64
	Shell     bool
	Next      string
	ExpiresAt db.Instant
	UsedAt    db.Instant
}

// TableName is the table's name.
func (login) TableName() string { return "logins" }

const (
	loginAge   = 10 * time.Minute // how long a code and a link are good
	maxTries   = 5                // codes typed for one mail
	maxTyped   = 50               // codes typed for one account …
	typedPer   = 24 * time.Hour   // … in that time
	maxAsks    = 5                // mails to one address that one network may cause …
	maxAsked   = 20               // … and all networks …
	asksPer    = time.Hour        // … in that time
	maxClients = 100              // wishes of one network in that time
)

// Ask begins a login: whoever has the address is mailed a code and a link. It returns the secret for the browser that asks, in which
// alone they work. Anyone may call it. What happens and how long it takes is the same for every address: the mail is a job's
// matter. Invalid when it is no address, TooMany when too often.
func (s *Service) Ask(ctx context.Context, email, next, client string) (secret string, err error) {
	key, err := Key(email)
	if err != nil {
		return "", fault.InvalidFields(fault.Field{Name: "email", Text: fault.Of(err).Text})
	}
	if err := s.countAsk(ctx, key, limit.Network(client)); err != nil {
		return "", err
	}
	secret = seal.NewLink()
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		row := login{ID: s.hash("ask", secret), Next: next, ExpiresAt: db.At(s.now().Add(loginAge))}
		if p, err := findByKey(tx, key); err == nil {
			row.PersonID = &p.ID
		} else if err = db.Error(err); !fault.Is(err, fault.NotFound) {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return db.Error(err)
		}
		return jobs.Add(tx, loginJob, row.ID)
	})
	return secret, fault.Wrap(err, "asking to log in")
}

// countAsk counts a wish to log in. A network is counted for itself first: nobody is kept out by somebody else who asks for their
// address again and again.
func (s *Service) countAsk(ctx context.Context, key, network string) error {
	for _, of := range []struct {
		key  string
		most int
	}{{"login.client:" + network, maxClients}, {"login.asked:" + network + " " + key, maxAsks}, {"login.address:" + key, maxAsked}} {
		if wait, err := s.limiter.Allow(ctx, of.key, of.most, asksPer); err != nil || wait > 0 {
			return tooMany(err, wait)
		}
	}
	return nil
}

func tooMany(err error, wait time.Duration) error {
	if err != nil {
		return fault.Wrap(err, "counting wishes to log in")
	}
	return fault.Later("Du har försökt logga in många gånger. Vänta en stund och försök igen.", wait)
}

// send mails the code and the link. Nobody is told of an address that nobody has, or of somebody without a membership.
func (s *Service) send(ctx context.Context, payload []byte) error {
	var id string
	if err := json.Unmarshal(payload, &id); err != nil {
		return jobs.Permanent(err)
	}
	return s.db.Tx(ctx, func(tx db.Tx) error {
		row, p, err := findWish(tx, id, db.At(s.now()))
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		code, link := seal.NewCode(), seal.NewLink()
		row.CodeHash, row.LinkHash = s.hash("code", row.ID+code), s.hash("link", link)
		if err := saveSecrets(tx, row, db.At(s.now())); err != nil {
			return db.Error(err)
		}
		letter, err := s.letters.Write(loginLetter, "Logga in i Samarbetsrummet: "+code, loginView{
			Subject: "Logga in i Samarbetsrummet", Name: p.Name, Code: code, Link: s.baseURL + LinkPath + "/" + link,
		})
		if err != nil {
			return jobs.Permanent(err)
		}
		letter.To, letter.ToName = p.Email, p.Name
		return mail.Add(tx, letter)
	})
}

// loginLetter is the mail with the code and the link; LinkPath is where links begin.
const (
	loginLetter = "member-login"
	LinkPath    = "/logga-in"
)

// loginView is what the mail shows.
type loginView struct{ Subject, Name, Code, Link string }

// Letters are the mails with what they are tried by, their links below base.
func Letters(base string) []mail.Sample {
	return []mail.Sample{
		{Name: loginLetter, View: loginView{
			Subject: "Logga in i Samarbetsrummet", Name: "Anna Berg", Code: "012345", Link: base + LinkPath + "/abcdefghijklmnopqrstuvwxyz",
		}},
		{Name: changedLetter, View: changedView{
			Subject: "Din inloggning har ändrats", Name: "Anna Berg", What: "En passnyckel har tagits bort.",
			Security: base + securityPath, Contact: base + "/kontakt",
		}},
		{Name: closedLetter, View: closedView{Subject: "Ditt konto är avslutat", Name: "Anna Berg", Join: base + "/ga-med", Contact: base + "/kontakt"}},
		{Name: addressLetter, View: addressView{Subject: "Bekräfta din nya adress", Code: "012345"}},
		{Name: undoLetter, View: undoView{
			Subject: "Din adress har ändrats", Name: "Anna Berg", Code: "012345", Link: base + LinkPath + "/angra/abcdefghijklmnopqrstuvwxyz", Contact: base + "/kontakt",
		}},
	}
}

// Entry is a login that has come to its end: who it is, and where they were going.
type Entry struct {
	PersonID string
	Strong   bool
	Next     string
}

// errSpent says that a code or a link is good no more, or never was.
func errSpent(why string) error {
	return fault.New(fault.Invalid, "Koden stämmer inte, är använd eller har blivit för gammal. Be om en ny.", errors.New(why))
}

// EnterCode ends a login with the code from the mail, in the browser that asked. It is good once. Anyone may call it; begin is done in
// the same transaction. Invalid for a code that is wrong, used or too old, after five wrong ones, and after fifty in a day: then the
// link alone is good, which nobody can guess.
func (s *Service) EnterCode(ctx context.Context, secret, code string, begin func(db.Tx, Entry) error) error {
	code, err := TypedCode(code)
	if err != nil {
		return err
	}
	id := s.hash("ask", secret)
	if err := s.countTry(ctx, id); err != nil {
		return err
	}
	return s.enter(ctx, begin, func(row login) bool { return seal.Same(row.CodeHash, s.hash("code", id+code)) }, byID, id)
}

// countTry counts a code before it is looked at, in a transaction of its own: what is tried at once counts too.
func (s *Service) countTry(ctx context.Context, id string) error {
	counted := false
	err := s.db.Tx(ctx, func(tx db.Tx) (err error) {
		if counted, err = addTry(tx, id, maxTries); err != nil || !counted {
			return db.Error(err)
		}
		whose, err := findWhose(tx, id)
		if err != nil {
			return db.Error(err)
		}
		wait, err := s.limiter.AllowIn(tx, "login.code:"+whose, maxTyped, typedPer)
		counted = wait == 0
		return err
	})
	if err == nil && !counted {
		err = errSpent("too many codes, or nobody has asked")
	}
	return fault.Wrap(err, "counting a code")
}

// EnterLink ends a login with the link: in the browser that asked, or in any when the link is from the shell. Anyone may call it;
// Invalid for a link that is used, too old, or opened elsewhere.
func (s *Service) EnterLink(ctx context.Context, link, secret string, begin func(db.Tx, Entry) error) error {
	id := s.hash("ask", secret)
	return s.enter(ctx, begin, func(row login) bool { return row.Shell || seal.Same(row.ID, id) }, byLink, s.hash("link", link))
}

// CanEnter reports whether EnterLink would end the login, and whether the link is good at all. It changes nothing: mail programs
// open links. Anyone may call it.
func (s *Service) CanEnter(ctx context.Context, link, secret string) (here, good bool, err error) {
	row, err := findWaiting(s.db.Read(ctx), byLink, s.hash("link", link), db.At(s.now()))
	if err = db.Error(err); fault.Is(err, fault.NotFound) {
		return false, false, nil
	}
	return err == nil && (row.Shell || seal.Same(row.ID, s.hash("ask", secret))), err == nil, fault.Wrap(err, "looking at a link")
}

// enter spends the wish that the column names, if fits says so, and begins what comes of it.
func (s *Service) enter(ctx context.Context, begin func(db.Tx, Entry) error, fits func(login) bool, column, value string) error {
	err := s.db.Tx(ctx, func(tx db.Tx) error {
		now := db.At(s.now())
		row, err := findWaiting(tx, column, value, now)
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return errSpent("unknown, used or too old")
		}
		if err != nil {
			return err
		}
		if row.PersonID == nil || !fits(row) {
			return errSpent("it does not fit")
		}
		spent, err := spend(tx, *row.PersonID, row.ID, now)
		if err != nil {
			return db.Error(err)
		}
		if !spent {
			return errSpent("used by another just now")
		}
		how := "mail"
		if row.Shell {
			how = "shell"
		}
		return s.begin(tx, Entry{PersonID: *row.PersonID, Strong: row.Shell, Next: row.Next}, how, begin)
	})
	return fault.Wrap(err, "logging in")
}

// ShellLink returns the token of a link by which the person with the address logs in once, in any browser, within ten minutes. The program itself
// calls it, for whoever has its shell; NotFound when nobody has the address, and to everybody else.
func (s *Service) ShellLink(ctx context.Context, email string) (link string, err error) {
	if actor := access.From(ctx); actor.Role != access.Admin || actor.ID != "" {
		return "", fault.Missing("a link from the shell: %q may not", actor.Role)
	}
	key, err := Key(email)
	if err != nil {
		return "", err
	}
	link = seal.NewLink()
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		p, err := findByKey(tx, key)
		if err != nil {
			return db.Error(err)
		}
		row := login{
			ID: s.hash("ask", seal.NewLink()), PersonID: &p.ID, LinkHash: s.hash("link", link), Shell: true, Next: "/mitt-konto", ExpiresAt: db.At(s.now().Add(loginAge)),
		}
		if err := tx.Create(&row).Error; err != nil {
			return db.Error(err)
		}
		return audit.Add(tx, s.now(), audit.Entry{Verb: "member.link", SubjectKind: "person", SubjectID: p.ID})
	})
	return link, fault.Wrap(err, "making a link for the shell")
}

func (s *Service) hash(what, secret string) string { return s.secret.Hash("login."+what, secret) }

// TypedCode returns the digits of what somebody typed for a code. Invalid when there are none: that is no try.
func TypedCode(text string) (string, error) {
	if digits := seal.Digits(text); digits != "" {
		return digits, nil
	}
	return "", fault.New(fault.Invalid, "Skriv koden. Den har sex siffror.", errors.New("no code was typed"))
}
