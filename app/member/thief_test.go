package member_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
)

// moved changes the address in the session and returns what was mailed to the old one.
func (d *door) moved(token, to string) (code, link string) {
	d.t.Helper()
	typed := d.asks(token, to)
	if err := d.ConfirmAddress(d.as(token), typed); err != nil {
		d.t.Fatal(err)
	}
	d.work()
	found := undoIn.FindStringSubmatch(d.sent[len(d.sent)-1].Text)
	if found == nil {
		d.t.Fatalf("no way back was mailed:\n%s", d.sent[len(d.sent)-1].Text)
	}
	return found[1], found[2]
}

// A thief has the session of a member who has no second factor and changes the address. Whatever they do besides, the old
// address gets the account back by what was mailed there, and the thief has no way in any more.
func TestWhoHasTheOldAddressGetsTheAccountBackFromAThief(t *testing.T) {
	const theirs = "tjuv@annan.example"
	enter := func(d *door, secret, code string) error { _, err := d.byCode(secret, code); return err }
	for name, steal := range map[string]func(d *door, token string) (code, link string, after func() error){
		"by changing the address twice, and undoing the second change": func(d *door, token string) (string, string, func() error) {
			code, link := d.moved(token, fresh)
			theirCode, theirLink := d.moved(token, theirs)
			return code, link, func() error { return d.UndoAddress(d.t.Context(), theirLink, theirCode) }
		},
		"by a code that was mailed before the undoing": func(d *door, token string) (string, string, func() error) {
			code, link := d.moved(token, fresh)
			secret, typed, _ := d.ask(fresh)
			return code, link, func() error { return enter(d, secret, typed) }
		},
		"by a link that was mailed before the undoing": func(d *door, token string) (string, string, func() error) {
			code, link := d.moved(token, fresh)
			secret, _, entry := d.ask(fresh)
			return code, link, func() error { _, err := d.byLink(entry, secret); return err }
		},
		"by a passkey that was added before the change": func(d *door, token string) (string, string, func() error) {
			k, token := d.added(token)
			d.work() // what is told of it
			d.clock.Advance(10 * time.Minute)
			code, link := d.moved(token, fresh)
			return code, link, func() error {
				return d.EnterPasskey(d.t.Context(), k.used(t, d.anybody()), "/", keep(&member.Entry{}))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, database *db.DB) {
				d := newDoor(t, database)
				code, link, after := steal(d, d.mailed(address))
				if err := d.UndoAddress(t.Context(), link, code); err != nil {
					t.Fatal(err)
				}
				if err := after(); !fault.Is(err, fault.Invalid) {
					t.Errorf("%v, want Invalid", err)
				}
				if now := d.address(d.mailed(address)); now != address {
					t.Errorf("the address is %s", now)
				}
			})
		})
	}
}

// What was mailed to the old address opens nothing once the new one is in force.
func TestACodeToTheOldAddressEndsWithIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		token := d.mailed(address)
		secret, code, _ := d.ask(address)
		d.moved(token, fresh)
		if _, err := d.byCode(secret, code); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v, want Invalid", err)
		}
	})
}

// Somebody who knows an address must not be able to keep its owner out, nor to guess codes for ever.
func TestAStrangerNeitherKeepsAnybodyOutNorGuesses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		for range 5 {
			if _, err := d.Ask(t.Context(), address, "/", "198.51.100.1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.Ask(t.Context(), address, "/", "198.51.100.1"); !fault.Is(err, fault.TooMany) {
			t.Errorf("a sixth: %v, want TooMany", err)
		}
		secret, code, _ := d.ask(address)
		if _, err := d.byCode(secret, code); err != nil {
			t.Errorf("from another network: %v", err)
		}
		guesses := 0
		for range 24 {
			d.clock.Advance(20 * time.Minute)
			secret, code, _ := d.ask(address)
			for range 5 {
				if _, err := d.byCode(secret, wrong(code)); err != nil {
					guesses++
				}
			}
		}
		secret, code, link := d.ask(address)
		if _, err := d.byCode(secret, code); !fault.Is(err, fault.Invalid) {
			t.Errorf("a code after %d guesses in a day: %v, want Invalid", guesses, err)
		}
		if _, err := d.byLink(link, secret); err != nil {
			t.Errorf("the link, which nobody can guess: %v", err)
		}
		d.clock.Advance(24 * time.Hour)
		secret, code, _ = d.ask(address)
		if _, err := d.byCode(secret, code); err != nil {
			t.Errorf("a day later: %v", err)
		}
	})
}

// A letter to an address that may be anybody's holds nothing that the sender has typed, and there are few of them.
func TestNobodyIsMailedWhatAStrangerWrote(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	if err := d.Describe(d.as(d.mailed(address)), member.Profile{Name: "Vinn en bil", Version: 1}); err != nil {
		t.Fatal(err)
	}
	token := d.mailed(address)
	before := len(d.sent)
	for i := range 6 {
		d.clock.Advance(time.Hour)
		err := d.AskAddress(d.as(token), fresh)
		if want := i == 5; want != fault.Is(err, fault.TooMany) || !want && err != nil {
			t.Errorf("letter %d to one address: %v", i+1, err)
		}
	}
	d.work()
	if len(d.sent) != before+5 {
		t.Fatalf("%d letters", len(d.sent)-before)
	}
	for _, letter := range d.sent[before:] {
		if got := letter.ToName + letter.Subject + letter.Text + letter.HTML; letter.To != fresh || strings.Contains(got, "Vinn en bil") {
			t.Errorf("to %s:\n%s", letter.To, got)
		}
	}
}

// The last factor stays as long as any of the roles needs one, not only the one that is acted by.
func TestTheLastFactorStaysForEveryRole(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	d.admit(anna(access.Admin, stockholm))
	_, token := d.added(d.mailed(address))
	f, err := d.Factors(d.as(token))
	if err != nil || d.who(token).Role != access.Member {
		t.Fatalf("%+v, %v", d.who(token), err)
	}
	if err := d.RemoveFactor(d.as(token), f.Passkeys[0].ID); !fault.Is(err, fault.Invalid) {
		t.Errorf("by a member who is an admin elsewhere: %v, want Invalid", err)
	}
}

// Five letters an hour are caused by one account, wherever they go.
func TestWhoChangesAddressTooOftenWaits(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	d.admit(boEk(access.Member, stockholm))
	token, other := d.mailed(address), d.mailed(bo)
	for i := range 6 {
		err := d.AskAddress(d.as(token), fmt.Sprintf("anna%d@ny.example", i))
		if want := i == 5; want != fault.Is(err, fault.TooMany) || !want && err != nil {
			t.Errorf("number %d: %v", i+1, err)
		}
	}
	if err := d.AskAddress(d.as(other), fresh); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	d.clock.Advance(time.Hour)
	if err := d.AskAddress(d.as(token), fresh); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// The way back to the old address is open for a week and for five codes, and shut by nobody but who walks it.
func TestTheWayBackToAnAddress(t *testing.T) {
	for name, row := range map[string]struct {
		before func(d *door, token, code, link string)
		open   bool
	}{
		"at once":              {func(*door, string, string, string) {}, true},
		"just before a week":   {func(d *door, _, _, _ string) { d.clock.Advance(7*24*time.Hour - time.Microsecond) }, true},
		"after a week":         {func(d *door, _, _, _ string) { d.clock.Advance(7 * 24 * time.Hour) }, false},
		"after four wrong":     {func(d *door, _, code, link string) { d.strays(link, code, 4) }, true},
		"after five wrong":     {func(d *door, _, code, link string) { d.strays(link, code, 5) }, false},
		"after it was walked":  {func(d *door, _, code, link string) { _ = d.UndoAddress(d.t.Context(), link, code) }, false},
		"after a thief's five": {func(d *door, token, code, _ string) { d.confirms(token, wrong(code), 5) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, database *db.DB) {
				d := newDoor(t, database)
				token := d.mailed(address)
				code, link := d.moved(token, fresh)
				row.before(d, token, code, link)
				if good, err := d.CanUndo(t.Context(), link); good != row.open || err != nil {
					t.Errorf("looking at it: %t, %v", good, err)
				}
				if err := d.UndoAddress(t.Context(), link, code); (err == nil) != row.open || err != nil && !fault.Is(err, fault.Invalid) {
					t.Errorf("walking it: %v", err)
				}
			})
		})
	}
}

// strays types wrong codes for the way back.
func (d *door) strays(link, code string, times int) {
	for range times {
		_ = d.UndoAddress(d.t.Context(), link, wrong(code))
	}
}

// confirms types codes for a new address.
func (d *door) confirms(token, code string, times int) {
	for range times {
		_ = d.ConfirmAddress(d.as(token), code)
	}
}

// A change that somebody had begun when the address was taken back does not go on.
func TestAChangeThatWaitsEndsWithTheUndoing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		token := d.mailed(address)
		code, link := d.moved(token, fresh)
		waiting := d.asks(token, "tjuv@annan.example")
		if err := d.UndoAddress(t.Context(), link, code); err != nil {
			t.Fatal(err)
		}
		secret, typed, _ := d.ask(address) // at once, while the code that waits is still good
		if err := d.EnterCode(t.Context(), secret, typed, d.begin(&token)); err != nil {
			t.Fatal(err)
		}
		if err := d.ConfirmAddress(d.as(token), waiting); !fault.Is(err, fault.Invalid) || d.address(token) != address {
			t.Errorf("%v, the address is %s", err, d.address(token))
		}
	})
}

// What somebody without a factor began is not ended by them once there is one: it may be a thief who began it.
func TestAFactorThatWasBegunBeforeTheFirstIsNotAddedAfterIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		own, theirs := d.mailed(address), d.mailed(address)
		app, err := d.BeginCodeApp(d.as(theirs), "")
		if err != nil {
			t.Fatal(err)
		}
		begun, err := d.BeginPasskey(d.as(theirs))
		if err != nil {
			t.Fatal(err)
		}
		_, own = d.added(own)
		code := d.code(strings.ReplaceAll(app.Secret, " ", ""))
		if _, err := d.AddCodeApp(d.as(theirs), theirs, app.State, code); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("an app: %v, want Unauthenticated", err)
		}
		if _, err := d.AddPasskey(d.as(theirs), theirs, newKey(t).made(t, begun), ""); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a passkey: %v, want Unauthenticated", err)
		}
		own, err = d.AddCodeApp(d.as(own), own, app.State, code)
		if err != nil {
			t.Fatalf("by who has proved one: %v", err)
		}
		if _, err := d.AddCodeApp(d.as(own), own, app.State, code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the same app twice: %v, want Invalid", err)
		}
	})
}

// What a browser said when a passkey was added adds it once, also when it has been removed since.
func TestARemovedPasskeyIsNotAddedByTheSameAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		token := d.mailed(address)
		begun, err := d.BeginPasskey(d.as(token))
		if err != nil {
			t.Fatal(err)
		}
		said := newKey(t).made(t, begun)
		if token, err = d.AddPasskey(d.as(token), token, said, ""); err != nil {
			t.Fatal(err)
		}
		f, err := d.Factors(d.as(token))
		if err == nil {
			err = d.RemoveFactor(d.as(token), f.Passkeys[0].ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.AddPasskey(d.as(token), token, said, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v, want Invalid", err)
		}
	})
}

// A passkey is removed by whose it is, whoever else knows its id.
func TestNobodyRemovesAnothersPasskey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Admin, stockholm))
		_, own := d.added(d.mailed(address))
		_, theirs := d.added(d.mailed(bo))
		_, theirs = d.withApp(theirs)
		f, err := d.Factors(d.as(own))
		if err != nil {
			t.Fatal(err)
		}
		own = d.begun(address)
		if err := d.RemoveFactor(d.as(theirs), f.Passkeys[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v, want NotFound", err)
		}
		if err := d.RemoveFactor(d.as(own), f.Passkeys[0].ID); err != nil {
			t.Errorf("by whose it is: %v", err)
		}
	})
}

// An app is not added by guessing what it shows.
func TestManyCodesOfANewAppMustWait(t *testing.T) {
	d := newDoor(t, dbtest.Any(t))
	token := d.mailed(address)
	app, err := d.BeginCodeApp(d.as(token), "")
	if err != nil {
		t.Fatal(err)
	}
	code := d.code(strings.ReplaceAll(app.Secret, " ", ""))
	for i := range 11 {
		_, err := d.AddCodeApp(d.as(token), token, app.State, wrong(code))
		if want := map[bool]fault.Kind{true: fault.Invalid, false: fault.TooMany}[i < 10]; !fault.Is(err, want) {
			t.Errorf("code %d: %v", i+1, err)
		}
	}
}
