// Package fault is the one vocabulary of errors in the house.
//
// Drivers, parsers and the network fail in a hundred ways; a caller needs to know only which kind of
// failure it was. Adapters translate at the edge (see db.Error), services add what was attempted by Wrap,
// and the one error handler in web turns the kind into a status and a page. Two texts are kept apart:
// Text is Swedish and for the person at the screen, Err is English and for the log.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says what sort of failure an error is. The zero Kind is an unexpected failure: 500.
type Kind int

// The kinds. NotFound also stands for what the actor may not see.
const (
	Unexpected      Kind = iota // a fault of ours: 500
	NotFound                    // missing, or closed to the actor: 404
	Invalid                     // the form or the query is wrong: 422
	Forbidden                   // a wrong or missing form token, a cross-site post: 403
	Unauthenticated             // login needed: 401 in JSON, 303 to the login page elsewhere
	Conflict                    // a stale save, a taken name: 409
	Unavailable                 // a part beneath is away: 503
	TooMany                     // the limit is reached: 429
	Moved                       // the object lives at another address: 301
	TooLarge                    // the request is over the limit: 413
)

// status is the HTTP status of a kind.
func (k Kind) status() int {
	return [...]int{
		Unexpected:      http.StatusInternalServerError,
		NotFound:        http.StatusNotFound,
		Invalid:         http.StatusUnprocessableEntity,
		Forbidden:       http.StatusForbidden,
		Unauthenticated: http.StatusUnauthorized,
		Conflict:        http.StatusConflict,
		Unavailable:     http.StatusServiceUnavailable,
		TooMany:         http.StatusTooManyRequests,
		Moved:           http.StatusMovedPermanently,
		TooLarge:        http.StatusRequestEntityTooLarge,
	}[k]
}

// Field is one field of a form with what is wrong in it, in Swedish.
type Field struct{ Name, Text string }

// Error carries a kind through the house. Only the constructors below make one.
type Error struct {
	Kind   Kind
	Text   string        // for people, Swedish; empty: the page's standard words for the kind
	Fields []Field       // Invalid: what to mend, in the order of the form
	To     string        // Moved: the address on this site
	After  time.Duration // TooMany, Unavailable: when to try again
	Err    error         // for operators, English; never shown
}

// Error returns the operator's text.
func (e *Error) Error() string {
	switch {
	case e.Err != nil && e.Text != "":
		return e.Text + ": " + e.Err.Error()
	case e.Err != nil:
		return e.Err.Error()
	case e.Text != "":
		return e.Text
	}
	return http.StatusText(e.Kind.status())
}

// Unwrap returns the operator's error, so that errors.Is finds the cause.
func (e *Error) Unwrap() error { return e.Err }

// New returns an error of the kind with a Swedish text for people and the cause for the log; either may be empty.
func New(kind Kind, text string, err error) error { return &Error{Kind: kind, Text: text, Err: err} }

// Missing returns a NotFound that says, for the log, what was looked for.
func Missing(format string, args ...any) error {
	return &Error{Kind: NotFound, Err: fmt.Errorf(format, args...)}
}

// InvalidFields returns an Invalid that lists each field to mend.
func InvalidFields(fields ...Field) error {
	return &Error{Kind: Invalid, Text: "Något behöver rättas.", Fields: fields}
}

// MovedTo returns a Moved to an address on this site.
func MovedTo(address string) error { return &Error{Kind: Moved, To: address} }

// Later returns a TooMany that says when to try again.
func Later(text string, after time.Duration) error {
	return &Error{Kind: TooMany, Text: text, After: after}
}

// Wrap adds what was attempted, with its key, in English; the kind stays. Wrap of nil is nil.
func Wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// Of returns the innermost house error in err's chain that decides its kind, and nil for a foreign error.
func Of(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// KindOf returns the kind of err; Unexpected for a foreign error.
func KindOf(err error) Kind {
	if e := Of(err); e != nil {
		return e.Kind
	}
	return Unexpected
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Status returns the HTTP status of err; 200 for nil.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return KindOf(err).status()
}
