// Package join is how people who have no account ask for one, and how somebody decides.
//
// Anybody fills in the form at /ga-med. The address is mailed a code and a link, which work in the browser that asked alone, so that a
// mail scanner that opens links and presses buttons does nothing. Then the request waits: for the contact persons of the organisation
// when the address has the organisation's domain, and else for the editors, who also get what nobody has answered within five days.
// Who approves gives a role, and member gives the account.
//
// The words: a Request is one asking; it is confirmed when its sender has proved the address, and decided when it was approved, declined,
// or replaced by a newer one of the same address. The answer to the form is the same whoever has the address; only the mail differs.
package join

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/guard"
	"nuso.se/app/member"
)

// Draft is what somebody fills in.
type Draft struct {
	Email, Name  string
	Organisation string // the name as it was typed
	Role         access.Role
	Purpose      string
	Terms        string // the version that was accepted; empty: none was
}

// Asking is one post of the form.
type Asking struct {
	Draft
	Stamp  string // of the form, checked by the handler
	Client string // address it came from
	Trap   bool   // the field that people do not see was filled
}

// Limits of what is written, in characters.
const (
	maxOrganisation = 120
	maxPurpose      = 1000
	maxMessage      = 1000
)

// How long what, and how often.
const (
	askAge       = 24 * time.Hour // how long a code and a link are good
	maxTries     = 5              // codes typed for one mail
	maxMails     = 3              // to one address …
	mailsPer     = 24 * time.Hour // … in that time
	maxClients   = 30             // posts of one network …
	clientsPer   = time.Hour      // … in that time
	maxTold      = 20             // letters about requests to one person …
	toldPer      = 24 * time.Hour // … in that time
	contactsTime = 5 * 24 * time.Hour
	purposeTime  = 90 * 24 * time.Hour
	sweepEvery   = time.Hour
)

// Roles returns the roles that can be asked for, in the order of the form.
func Roles() []access.Role {
	return []access.Role{access.Follower, access.Member, access.Contact, access.Regional, access.Researcher}
}

// Outcome is how a request was decided; empty while it waits.
type Outcome string

// The outcomes.
const (
	Approved Outcome = "approved"
	Declined Outcome = "declined"
	Replaced Outcome = "replaced" // by a newer one of the same address
)

// Request is a row of the table.
type Request struct {
	ID               string
	Email            string // as it was typed, to write to
	EmailKey         string // see member.Key
	Name             string
	OrganisationID   *string // nil: it is no municipality, but as it was typed
	OrganisationName string
	DomainFits       bool        // the address's domain is the organisation's
	Role             access.Role // that was asked for
	Purpose          string
	Terms            string
	AskHash          string
	CodeHash         string
	LinkHash         string
	Tries            int64
	CreatedAt        db.Instant `gorm:"autoCreateTime:false"`
	ExpiresAt        db.Instant // of the code and the link
	ConfirmedAt      db.Instant
	ToldAt           db.Instant // when the editors were told
	DecidedAt        db.Instant
	DecidedBy        *string
	PersonID         *string // whose account came of it: then name and address are the account's, and empty here
	Outcome          Outcome
	Given            access.Role
}

// TableName is the table's name.
func (Request) TableName() string { return "join_requests" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{Request{}} }

// late is when the request becomes the editors' too.
func (r Request) late() time.Time { return r.ConfirmedAt.Add(contactsTime) }

// Check returns what is wrong with the draft, in the order of the form: at most one fault a field. terms is the version in force.
func (d Draft) Check(terms string) []fault.Field {
	var fields []fault.Field
	for _, check := range []struct{ name, text, problem string }{
		{"email", d.Email, checkEmail(d.Email)},
		{"name", d.Name, checkName(d.Name)},
		{"organisation", d.Organisation, checkLine(d.Organisation)},
		{"role", "", checkRole(d.Role)},
		{"purpose", d.Purpose, checkPurpose(d.Purpose)},
		{"terms", "", checkTerms(d.Terms, terms)},
	} {
		if check.problem == "" {
			check.problem = checkText(check.text)
		}
		if check.problem != "" {
			fields = append(fields, fault.Field{Name: check.name, Text: check.problem})
		}
	}
	return fields
}

func checkEmail(email string) string {
	if email == "" {
		return textEmailMissing
	}
	if _, err := member.Key(email); err != nil {
		return textEmailWrong
	}
	return ""
}

func checkName(name string) string {
	if name == "" {
		return textNameMissing
	}
	if _, err := member.Name(name); err != nil {
		return textNameWrong
	}
	return ""
}

func checkLine(organisation string) string {
	switch {
	case organisation == "":
		return textOrganisationMissing
	case utf8.RuneCountInString(organisation) > maxOrganisation, strings.ContainsFunc(organisation, unfit), member.Linked(organisation):
		return textOrganisationWrong
	}
	return ""
}

// unfit tells characters that are not seen and could make a name another than it looks.
func unfit(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

func checkRole(role access.Role) string {
	if !slices.Contains(Roles(), role) {
		return textRole
	}
	return ""
}

func checkPurpose(purpose string) string {
	switch {
	case purpose == "":
		return textPurposeMissing
	case utf8.RuneCountInString(purpose) > maxPurpose:
		return textPurposeLong
	}
	return ""
}

func checkTerms(accepted, inForce string) string {
	switch accepted {
	case inForce:
		return ""
	case "":
		return textTerms
	}
	return textTermsChanged
}

// checkText finds what no text may hold: what cannot be read, and personal numbers.
func checkText(text string) string {
	if strings.ContainsRune(text, utf8.RuneError) {
		return textUnreadable
	}
	return guard.Explain(guard.Check(text))
}
