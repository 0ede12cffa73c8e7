// Package audit keeps the log of who did what. Services add a row in the transaction that does it, so that nothing is
// done without its row; nobody changes or removes one.
//
// The words: an Entry is what is told; a row is an entry with its number, which rises by one without gaps, and with a
// hash of all its columns, among them the hash of the row before. So the rows make a chain: one that is changed,
// moved, put in or taken out no longer fits, and Verify names it. Triggers in the database refuse UPDATE and DELETE
// to those who err; the chain shows what was done by those who went around them.
//
// The chain cannot show that rows at its end were cut off, nor that everything from some row on was written anew.
// For that an operator keeps the Mark of the last row outside the server and gives it back to a later Verify.
//
// A row can never be erased, so it names persons by their ids alone, never by name or address, and holds no secrets.
package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Entry is what somebody did, for Add.
type Entry struct {
	ActorID        string // empty: the program itself
	Verb           string // the feature and what was done: "member.approve"
	SubjectKind    string // what it was done to: "membership"
	SubjectID      string
	OrganisationID string         // whose matter it is; may be empty
	Reason         string         // as a person wrote it, after guard has seen it; may be empty
	Details        map[string]any // what else is needed to understand it: ids, roles, counts; kept as JSON
}

// The limits keep Verify's memory bounded.
const (
	maxReason  = 2000  // characters
	maxDetails = 16384 // bytes of JSON
)

var (
	verbPattern = regexp.MustCompile(`^[a-z]+(\.[a-z-]+)+$`)
	idPattern   = regexp.MustCompile(`^[0-9A-Za-z._:/-]{0,200}$`) // no space and no @, as names and addresses have
)

// Told is what the log tells of a person, for themselves.
type Told struct {
	Number       int64      `json:"number"`
	At           db.Instant `json:"at"`
	Verb         string     `json:"verb"`
	Yours        bool       `json:"by_you"`
	SubjectKind  string     `json:"subject_kind"`
	Subject      string     `json:"subject"`
	Organisation string     `json:"organisation"`
	Reason       string     `json:"reason"`
}

// About returns the rows by the person and those of which they are the subject, in their order. It asks for no right: services call it
// for the person alone.
func About(ctx context.Context, d *db.DB, person string) ([]Told, error) {
	rows, err := findAbout(d.Read(ctx), person)
	told := make([]Told, len(rows))
	for i, r := range rows {
		told[i] = Told{r.Number, r.At, r.Verb, r.Actor == person, r.SubjectKind, r.Subject, r.Organisation, r.Reason}
	}
	return told, fault.Wrap(db.Error(err), "reading what the log tells of a person")
}

// Add appends e to the log within tx, the caller's transaction. Services call it last: until tx ends everybody else
// who adds is waiting, and two that change rows after it could wait for each other. A reason that is too long is
// Invalid, a database that is away or busy Unavailable; an entry that breaks the rules above is an error of ours.
func Add(tx db.Tx, now time.Time, e Entry) error {
	next, err := e.row(now)
	if err == nil {
		err = db.Error(appendRow(tx, next))
	}
	return fault.Wrap(err, "adding %q to the audit log", e.Verb)
}

// row returns the entry as the row it will be, yet without its place in the chain.
func (e Entry) row(now time.Time) (row, error) {
	if !verbPattern.MatchString(e.Verb) {
		return row{}, errors.New("the verb is no feature.verb")
	}
	for _, id := range []string{e.ActorID, e.SubjectKind, e.SubjectID, e.OrganisationID} {
		if !idPattern.MatchString(id) {
			return row{}, errors.New("what should be an id is none") // it may be a name: not repeated
		}
	}
	reason := strings.ReplaceAll(strings.ToValidUTF8(e.Reason, "\uFFFD"), "\x00", "") // PostgreSQL takes neither
	if utf8.RuneCountInString(reason) > maxReason {
		return row{}, fault.New(fault.Invalid, fmt.Sprintf("Skälet får vara högst %d tecken.", maxReason), nil)
	}
	details, err := canonical(e.Details)
	return row{
		At: db.At(now), Actor: e.ActorID, Verb: e.Verb, SubjectKind: e.SubjectKind, Subject: e.SubjectID,
		Organisation: e.OrganisationID, Reason: reason, Details: details,
	}, err
}

// canonical returns the details as JSON with the keys of every object sorted, also those of structs among the values.
func canonical(details map[string]any) (string, error) {
	if len(details) == 0 {
		return "{}", nil
	}
	text, err := json.Marshal(details)
	if err != nil {
		return "", fmt.Errorf("the details: %w", err)
	}
	var sorted map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a float would round large numbers
	if err := decoder.Decode(&sorted); err != nil {
		return "", fmt.Errorf("the details: %w", err)
	}
	if text, err = json.Marshal(sorted); err == nil && len(text) > maxDetails {
		err = fmt.Errorf("the details are %d bytes, at most %d", len(text), maxDetails)
	}
	return string(text), err
}
