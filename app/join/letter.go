package join

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
	"nuso.se/app/member"
	"nuso.se/app/seal"
)

// letters are the mails.
type letters struct {
	*mail.Letters
	baseURL string
}

const (
	confirmLetter  = "join-confirm"
	knownLetter    = "join-known"
	requestLetter  = "join-request"
	approvedLetter = "join-approved"
	declinedLetter = "join-declined"
)

func parseLetters(theme fs.FS, baseURL string) (letters, error) {
	l, err := mail.NewLetters(theme, confirmLetter, knownLetter, requestLetter, approvedLetter, declinedLetter)
	return letters{l, baseURL}, err
}

// Letters are the mails with what they are tried by, their links below base.
func Letters(base string) []mail.Sample {
	message := "Hej Anna!\n\n" + strings.Repeat("Välkommen till ett möte om hur ni kommer i gång med uppföljningen. ", 4)
	decided := decidedView{
		Subject: subjectApproved, Name: "Anna Berg", Link: base + member.LinkPath, Organisation: "Upplands Väsby", Role: access.Contact.Title(),
		Factor: true, Message: message, Lines: strings.Split(message, "\n"),
	}
	return []mail.Sample{
		{Name: confirmLetter, View: confirmView{Subject: "Bekräfta din ansökan", Code: "012345", Link: base + confirmPath + "/abcdefghijklmnopqrstuvwxyz"}},
		{Name: knownLetter, View: knownView{Subject: subjectKnown, Link: base + member.LinkPath, Contact: base + "/kontakt"}},
		{Name: requestLetter, View: requestView{
			Subject: subjectLate, To: "Bo Ek", Link: base + "/redaktion/ansokningar/019a2b3c-4d5e-7f60-8a9b-0c1d2e3f4a5b", Name: "Anna Maria Berg-Lindström",
			Organisation: "Sundsvalls kommun, socialtjänsten", Role: access.Contact.Title(), Late: true,
		}},
		{Name: approvedLetter, View: decided},
		{Name: declinedLetter, View: decided},
	}
}

// The views of the mails: what they show.
type (
	confirmView struct{ Subject, Code, Link string }
	knownView   struct{ Subject, Link, Contact string }
	requestView struct {
		Subject, To, Link        string
		Name, Organisation, Role string
		Late                     bool // contact persons have not answered in time
	}
	decidedView struct {
		Subject, Name, Link string
		Organisation, Role  string
		Factor              bool // the role needs a second factor
		Message             string
		Lines               []string // the message for HTML: not every mail program keeps line ends
	}
)

func (l letters) confirm(code, link string) (mail.Message, error) {
	view := confirmView{Subject: "Bekräfta din ansökan", Code: code, Link: l.baseURL + confirmPath + "/" + link}
	return l.Write(confirmLetter, fmt.Sprintf(subjectConfirm, code), view)
}

func (l letters) known() (mail.Message, error) {
	return l.Write(knownLetter, subjectKnown, knownView{Subject: subjectKnown, Link: l.baseURL + member.LinkPath, Contact: l.baseURL + "/kontakt"})
}

// letter is the job that mails who has asked: a code and a link, or that they have an account, and then nothing is kept of what they typed. The mail
// holds nothing that anybody typed: the form must not mail strangers what others wrote.
func (s *Service) letter(ctx context.Context, id string) error {
	return s.db.Tx(ctx, func(tx db.Tx) error {
		r, err := findUnsent(tx, id, db.At(s.now()))
		if err = db.Error(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		known, err := s.members.Known(tx, r.EmailKey)
		if err != nil {
			return err
		}
		write := s.writeConfirm
		if known {
			write = s.writeKnown
		}
		letter, err := write(tx, r)
		if err != nil {
			return err
		}
		letter.To = r.Email
		return mail.Add(tx, letter)
	})
}

func (s *Service) writeConfirm(tx db.Tx, r Request) (mail.Message, error) {
	code, link := seal.NewCode(), seal.NewLink()
	if err := saveSecrets(tx, r.ID, s.hash("code", r.AskHash, code), s.hash("link", link)); err != nil {
		return mail.Message{}, db.Error(err)
	}
	return s.letters.confirm(code, link)
}

// writeKnown leaves an empty request until it is too old: without one the same form once more, or a code, would not be answered as it is
// for an address that nobody has.
func (s *Service) writeKnown(tx db.Tx, r Request) (mail.Message, error) {
	if err := emptyRequest(tx, r.ID, s.hash("link", seal.NewLink())); err != nil {
		return mail.Message{}, db.Error(err)
	}
	return s.letters.known()
}

// tell mails the people within tx that the request waits for them at the desk.
func (l letters) tell(tx db.Tx, people []member.Person, desk string, r Request, late bool) error {
	subject := subjectRequest
	if late {
		subject = subjectLate
	}
	for _, p := range people {
		letter, err := l.Write(requestLetter, subject, requestView{
			Subject: subject, To: p.Name, Link: l.baseURL + desk + "/" + r.ID,
			Name: r.Name, Organisation: r.OrganisationName, Role: r.Role.Title(), Late: late,
		})
		if err != nil {
			return err
		}
		letter.To, letter.ToName = p.Email, p.Name
		if err := mail.Add(tx, letter); err != nil {
			return err
		}
	}
	return nil
}

func (l letters) approved(r Request, role access.Role, organisation, message string) (mail.Message, error) {
	return l.decided(approvedLetter, r, decidedView{
		Subject: subjectApproved, Link: l.baseURL + member.LinkPath, Organisation: organisation, Role: role.Title(), Factor: role.NeedsFactor(), Message: message,
	})
}

func (l letters) declined(r Request, message string) (mail.Message, error) {
	return l.decided(declinedLetter, r, decidedView{Subject: subjectDeclined, Link: l.baseURL + path, Organisation: r.OrganisationName, Message: message})
}

func (l letters) decided(name string, r Request, view decidedView) (mail.Message, error) {
	view.Name = r.Name
	if view.Message != "" {
		view.Lines = strings.Split(view.Message, "\n")
	}
	letter, err := l.Write(name, view.Subject, view)
	letter.To, letter.ToName = r.Email, r.Name
	return letter, err
}
