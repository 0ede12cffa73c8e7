package contact

import (
	"fmt"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("one client posts ten times in ten minutes, whatever it posts", func(t *testing.T) {
			r := newRig(t, d)
			post := func(client string) error {
				_, err := r.service.Send(t.Context(), Submission{Message: Message{}, Stamp: "s", Client: client})
				return err
			}
			for range maxPosts {
				if err := post("2001:db8::1"); !fault.Is(err, fault.Invalid) {
					t.Fatal(err)
				}
			}
			wantLater(t, post("2001:db8::2"), 10*time.Minute) // the same household
			if err := post("2001:db8:0:1::1"); !fault.Is(err, fault.Invalid) {
				t.Errorf("another household: %v", err)
			}
			r.Clock.Advance(10 * time.Minute)
			if err := post("2001:db8::1"); !fault.Is(err, fault.Invalid) {
				t.Errorf("ten minutes later: %v", err)
			}
		})
		t.Run("one person gets three links in a day, however the address is written", func(t *testing.T) {
			r := newRig(t, d)
			for _, address := range []string{"bo@exempel.se", "BO@exempel.se", "bo+nuso@exempel.se"} {
				if _, err := r.send(Message{anna.Name, address, anna.Text}, false); err != nil {
					t.Fatal(err)
				}
			}
			_, err := r.send(Message{anna.Name, "bo@exempel.se", anna.Text}, false)
			wantLater(t, err, 24*time.Hour)
			if n := r.count("contact_messages"); n != 3 {
				t.Errorf("%d messages wait, want 3", n)
			}
			if _, err := r.send(Message{anna.Name, "bo@exempel.se", anna.Text}, true); err != nil {
				t.Errorf("a proven message mails nobody a link: %v", err)
			}
		})
	})
}

func TestTwoHundredLinksAreMailedInAnHour(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := newRig(t, d)
		for n := range maxMailsInAll {
			if _, err := r.send(Message{anna.Name, fmt.Sprintf("a%d@exempel.se", n), anna.Text}, false); err != nil {
				t.Fatalf("number %d: %v", n+1, err)
			}
		}
		_, err := r.send(Message{anna.Name, "b@exempel.se", anna.Text}, false)
		wantLater(t, err, time.Hour)
		r.Clock.Advance(time.Hour)
		for range maxMailsTo { // what was refused did not count for the address either
			if _, err := r.send(Message{anna.Name, "b@exempel.se", anna.Text}, false); err != nil {
				t.Error(err)
			}
		}
	})
}

func wantLater(t *testing.T, err error, after time.Duration) {
	t.Helper()
	if !fault.Is(err, fault.TooMany) || fault.Of(err).After != after {
		t.Errorf("got %v, want TooMany for %v", err, after)
	}
}
