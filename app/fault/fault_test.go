package fault_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"nuso.se/app/fault"
)

func TestEachKindHasItsStatus(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		kind fault.Kind
		want int
	}{
		{"nothing wrong", nil, fault.Unexpected, http.StatusOK},
		{"a foreign error is ours to mend", io.EOF, fault.Unexpected, http.StatusInternalServerError},
		{"missing", fault.Missing("document %q", "x"), fault.NotFound, http.StatusNotFound},
		{"fields to mend", fault.InvalidFields(fault.Field{Name: "email", Text: "Skriv en e-postadress."}), fault.Invalid, http.StatusUnprocessableEntity},
		{"forbidden", fault.New(fault.Forbidden, "", nil), fault.Forbidden, http.StatusForbidden},
		{"login needed", fault.New(fault.Unauthenticated, "", nil), fault.Unauthenticated, http.StatusUnauthorized},
		{"stale", fault.New(fault.Conflict, "", nil), fault.Conflict, http.StatusConflict},
		{"away", fault.New(fault.Unavailable, "", io.ErrClosedPipe), fault.Unavailable, http.StatusServiceUnavailable},
		{"too many", fault.Later("Vänta en stund.", time.Minute), fault.TooMany, http.StatusTooManyRequests},
		{"moved", fault.MovedTo("/nyheter/ny"), fault.Moved, http.StatusMovedPermanently},
		{"too large", fault.New(fault.TooLarge, "", nil), fault.TooLarge, http.StatusRequestEntityTooLarge},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := fault.Status(row.err); got != row.want {
				t.Errorf("Status = %d, want %d", got, row.want)
			}
			if got := fault.KindOf(fault.Wrap(row.err, "showing %s", "x")); got != row.kind {
				t.Errorf("kind after Wrap = %v, want %v", got, row.kind)
			}
		})
	}
}

func TestWrapKeepsCauseAndSaysWhatWasTried(t *testing.T) {
	err := fault.Wrap(fault.New(fault.Unavailable, "Försök igen.", io.ErrClosedPipe), "storing message %d", 7)
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Error("the cause is lost")
	}
	if got, want := err.Error(), "storing message 7: Försök igen.: io: read/write on closed pipe"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if fault.Wrap(nil, "doing nothing") != nil {
		t.Error("Wrap(nil) is not nil")
	}
}
