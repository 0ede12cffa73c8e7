// Package member is the people who log in and what they are at their organisations: accounts and memberships.
//
// A person has one account, and one membership at each organisation they belong to; each membership has a role. Nobody has a right
// without one. What a role may do stands in access, who has it is written here alone, and each change is told to audit in
// the same transaction.
package member

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/mail"
)

// Person is an account.
type Person struct {
	ID        string
	Name      string
	Email     string // as it was typed, to write to
	EmailKey  string // as it is compared: see Key
	Title     string // what they do at work; may be empty
	Version   int64
	CreatedAt db.Instant
	ClosedAt  db.Instant // zero: it is open
}

// TableName is the table's name.
func (Person) TableName() string { return "persons" }

// Membership is a role at an organisation.
type Membership struct {
	ID             string
	PersonID       string
	OrganisationID string
	Role           access.Role
	GivenBy        string // the id of who gave it; empty: the program
	CreatedAt      db.Instant
	EndedAt        db.Instant // zero: it is in force
}

// TableName is the table's name.
func (Membership) TableName() string { return "memberships" }

// Roles returns the roles that a membership may have, in the order in which forms list them.
func Roles() []access.Role {
	return []access.Role{access.Follower, access.Member, access.Contact, access.Regional, access.Researcher, access.Editor, access.Admin}
}

// Givable returns those of the roles that the actor may give at the organisation: admins all, editors all but editor and admin, contact
// persons follower, member and contact at the organisation for which they ask. Others may give none. This is the one place that says so.
func Givable(actor access.Actor, organisation string) []access.Role {
	switch {
	case actor.Role == access.Admin:
		return Roles()
	case actor.Role == access.Editor:
		return []access.Role{access.Follower, access.Member, access.Contact, access.Regional, access.Researcher}
	case actor.Role == access.Contact && organisation != "" && organisation == actor.Organisation():
		return []access.Role{access.Follower, access.Member, access.Contact}
	}
	return nil
}

// Key returns an address as it is compared: two addresses with one key are the same mailbox as far as anybody can know. Case is
// the same, and so is a domain in letters and in ASCII; dots, +tags and letters that look alike are not. Invalid when it is no
// address.
func Key(email string) (string, error) {
	address, err := mail.Address(email)
	return strings.Map(lower, address), err
}

// lower is the small letter of a capital one. A sign that is like a letter in lower case alone, such as that of the unit kelvin,
// stays what it is.
func lower(r rune) rune {
	if small := unicode.ToLower(r); unicode.ToUpper(small) == r {
		return small
	}
	return r
}

// unseen tells characters that are not seen or could not be read, and make a text another than it looks.
func unseen(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
}

// maxName is how many characters a name may have.
const maxName = 100

// links are texts of which mail programs make links: what strangers type is mailed to those who decide about it.
var links = regexp.MustCompile(`(?i)://|@|www\.|[\pL\d]{2}\.\pL{2}`)

// Linked reports whether mail programs would make a link of part of the text.
func Linked(text string) bool { return links.MatchString(text) }

// Name tidies what somebody is called. Invalid by field when it is empty, too long, or holds what is not seen or an address.
func Name(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "":
		return "", fault.InvalidFields(fault.Field{Name: "name", Text: "Skriv ett namn."})
	case len([]rune(text)) > maxName || strings.ContainsFunc(text, unseen) || Linked(text):
		return "", fault.InvalidFields(fault.Field{Name: "name", Text: "Skriv ett namn på högst 100 tecken, utan adresser och osynliga tecken."})
	}
	return text, nil
}
