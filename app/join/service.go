package join

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/limit"
	"nuso.se/app/member"
	"nuso.se/app/organisation"
	"nuso.se/app/seal"
)

// letterJob is the kind of the job that mails who has asked.
const letterJob = "join.letter"

// Options are what a Service is made of; all are required.
type Options struct {
	DB            *db.DB
	Now           clock.Clock
	Log           *slog.Logger
	Limiter       *limit.Limiter
	Theme         fs.FS  // its mails
	Secret        []byte // hashes codes and links; the same in all replicas
	BaseURL       string // of the mailed links
	Documents     *document.Service
	Members       *member.Service
	Organisations *organisation.Service
}

// Service is the one way to requests. All its verbs take the actor from the context. It is safe for concurrent use.
type Service struct {
	db            *db.DB
	now           clock.Clock
	log           *slog.Logger
	limiter       *limit.Limiter
	letters       letters
	secret        seal.Key
	docs          *document.Service
	members       *member.Service
	organisations *organisation.Service
}

// New returns the service. It fails when a mail's template is missing or wrong.
func New(o Options) (*Service, error) {
	letters, err := parseLetters(o.Theme, o.BaseURL)
	if err != nil {
		return nil, fault.Wrap(err, "reading the mails about requests to join")
	}
	return &Service{
		db: o.DB, now: o.Now, log: o.Log, limiter: o.Limiter, letters: letters, secret: o.Secret,
		docs: o.Documents, members: o.Members, organisations: o.Organisations,
	}, nil
}

// TermsSlug is the page that holds the terms.
const TermsSlug = "villkor"

// Terms returns the version of the terms in force: their date and the number of their text. Anyone may call it.
func (s *Service) Terms(ctx context.Context) (string, error) {
	doc, err := s.docs.BySlug(ctx, document.Page, TermsSlug)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Moved) {
		err = fault.New(fault.Unexpected, "", err) // the form is there, and its terms should be
	}
	if err != nil {
		return "", fault.Wrap(err, "reading the terms")
	}
	at := doc.PublishedAt.Time
	if !doc.ChangedAt.IsZero() {
		at = doc.ChangedAt.Time
	}
	return clock.ISO(at) + "/" + strconv.FormatInt(doc.Version, 10), nil
}

// Ask takes a filled-in form: the address is mailed a code and a link, or that it has an account. It returns the secret for the browser
// that asks, in which alone they work. Anyone may call it. What happens and how long it takes is the same for every address: the mail is
// a job's matter. The same form with the same words makes one request, however often it comes; a trapped one makes none and is answered
// alike. Invalid with the fields to mend, also when a text holds personal numbers; TooMany beyond a limit.
func (s *Service) Ask(ctx context.Context, a Asking) (secret string, err error) {
	terms, err := s.Terms(ctx)
	if err != nil {
		return "", err
	}
	if fields := a.Check(terms); len(fields) > 0 {
		return "", fault.InvalidFields(fields...)
	}
	secret = s.hash("secret", a.Stamp, a.Email, a.Name, a.Organisation, string(a.Role), a.Purpose, a.Terms)
	if a.Trap {
		s.log.Info("request to join from a program left aside")
		return secret, nil
	}
	if wait, err := s.limiter.Allow(ctx, "join.client:"+limit.Network(a.Client), maxClients, clientsPer); err != nil || wait > 0 {
		return "", tooMany(textMany, wait, err)
	}
	r, err := s.request(ctx, a.Draft)
	if err != nil {
		return "", err
	}
	r.AskHash = s.hash("ask", secret)
	err = s.db.Tx(ctx, func(tx db.Tx) error {
		first, err := insert(tx, r)
		if err != nil || !first {
			return db.Error(err)
		}
		if wait, err := s.limiter.AllowIn(tx, "join.mail:"+r.EmailKey, maxMails, mailsPer); err != nil || wait > 0 {
			return tooMany(textManyTo, wait, err)
		}
		return jobs.Add(tx, letterJob, r.ID)
	})
	return secret, fault.Wrap(err, "asking to join")
}

// request is the row of a draft that has passed Check.
func (s *Service) request(ctx context.Context, d Draft) (Request, error) {
	key, err := member.Key(d.Email)
	if err != nil {
		return Request{}, err
	}
	name, err := member.Name(d.Name)
	if err != nil {
		return Request{}, err
	}
	r := Request{
		ID: db.NewID(), Email: strings.TrimSpace(d.Email), EmailKey: key, Name: name, OrganisationName: strings.Join(strings.Fields(d.Organisation), " "),
		Role: d.Role, Purpose: d.Purpose, Terms: d.Terms, CreatedAt: db.At(s.now()), ExpiresAt: db.At(s.now().Add(askAge)),
	}
	own, err := s.organisations.ByDomain(ctx, key)
	if err != nil && !fault.Is(err, fault.Invalid) {
		return Request{}, err
	}
	if m := organisation.MunicipalityNamed(r.OrganisationName); m.Code != "" {
		id := m.ID()
		r.OrganisationID, r.OrganisationName = &id, m.Name
		r.DomainFits = slices.ContainsFunc(own, func(o organisation.Organisation) bool { return o.ID == id })
	}
	return r, nil
}

// Register puts the mails among the jobs, and the telling of editors and the removal of what is old among the periodic ones. Main calls
// it once.
func (s *Service) Register(runner *jobs.Runner) {
	runner.Handle(letterJob, "Svar på ansökan", jobs.Decoded(s.letter))
	runner.Every("join.late", sweepEvery, s.TellEditors)
	runner.Every("join.sweep", sweepEvery, func(ctx context.Context) error {
		_, err := s.Sweep(ctx)
		return err
	})
}

// Swept is how much was removed.
type Swept struct {
	Unconfirmed int64 // requests whose senders did not prove the address in time
	Purposes    int64 // texts of requests that were decided long ago
}

// Sweep removes what need not be kept any longer and logs how much. The periodic job calls it.
func (s *Service) Sweep(ctx context.Context) (swept Swept, err error) {
	err = s.db.Tx(ctx, func(tx db.Tx) (err error) {
		if swept.Unconfirmed, err = deleteUnconfirmed(tx, db.At(s.now())); err != nil {
			return db.Error(err)
		}
		swept.Purposes, err = clearPurposes(tx, db.At(s.now().Add(-purposeTime)))
		return db.Error(err)
	})
	if err == nil && swept != (Swept{}) {
		s.log.Info("old requests to join removed", "unconfirmed", swept.Unconfirmed, "purposes", swept.Purposes)
	}
	return swept, fault.Wrap(err, "removing old requests to join")
}

// Told is a request as the person who made it sees it among their own data.
type Told struct {
	Organisation string      `json:"organisation"`
	Role         access.Role `json:"role_asked"`
	Given        access.Role `json:"role_given"`
	Purpose      string      `json:"purpose"`
	Terms        string      `json:"terms_accepted"`
	CreatedAt    db.Instant  `json:"asked_at"`
	DecidedAt    db.Instant  `json:"decided_at"`
}

// Of returns the requests of which a person's account came. It asks for no right: member calls it for the person alone.
func (s *Service) Of(ctx context.Context, person string) ([]Told, error) {
	rows, err := findOf(s.db.Read(ctx), person)
	told := make([]Told, len(rows))
	for i, r := range rows {
		told[i] = Told{r.OrganisationName, r.Role, r.Given, r.Purpose, r.Terms, r.CreatedAt, r.DecidedAt}
	}
	return told, fault.Wrap(db.Error(err), "reading a person's requests")
}
