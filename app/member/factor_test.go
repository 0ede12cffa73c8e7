package member_test

import (
	"context"
	"encoding/base32"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
)

// mailed logs somebody in by mail, so that no second factor is proved, and returns the token.
func (d *door) mailed(email string) (token string) {
	d.t.Helper()
	d.clock.Advance(time.Hour) // past the limit of mails
	secret, code, _ := d.ask(email)
	if err := d.EnterCode(d.t.Context(), secret, code, d.begin(&token)); err != nil {
		d.t.Fatal(err)
	}
	return token
}

// anybody is what a browser is asked that logs in with a passkey.
func (d *door) anybody() member.Ceremony {
	d.t.Helper()
	c, err := d.AskAnyPasskey()
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// begin begins the session of a login and keeps its token.
func (d *door) begin(token *string) func(db.Tx, member.Entry) error {
	return func(tx db.Tx, e member.Entry) error {
		begun, err := d.Begin(d.t.Context(), tx, e, "")
		*token = begun.Token
		return err
	}
}

func (d *door) as(token string) context.Context { return access.With(d.t.Context(), d.who(token)) }

// added adds a passkey in the session and returns it with the session's next token.
func (d *door) added(token string) (*key, string) {
	d.t.Helper()
	k, ctx := newKey(d.t), d.as(token)
	c, err := d.BeginPasskey(ctx)
	if err == nil {
		token, err = d.AddPasskey(ctx, token, k.made(d.t, c), "Firefox på Windows")
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return k, token
}

// withApp adds an app for codes in the session and returns its secret with the session's next token.
func (d *door) withApp(token string) (secret, next string) {
	d.t.Helper()
	ctx := d.as(token)
	app, err := d.BeginCodeApp(ctx, "")
	if err != nil {
		d.t.Fatal(err)
	}
	secret = strings.ReplaceAll(app.Secret, " ", "")
	next, err = d.AddCodeApp(ctx, token, app.State, d.code(secret))
	if err != nil {
		d.t.Fatal(err)
	}
	return secret, next
}

func (d *door) code(secret string) string {
	d.t.Helper()
	code, err := totp.GenerateCode(secret, d.clock.Now())
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *door) prove(token string, p member.Proof) (string, error) {
	d.t.Helper()
	return d.Prove(d.as(token), token, p)
}

func (d *door) asked(token string) member.Ceremony {
	d.t.Helper()
	c, err := d.AskPasskey(d.as(token))
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// A role that needs a second factor is had when one is proved in the session, by either kind, and in no other session.
func TestARoleThatNeedsASecondFactorIsHadWhenOneIsProved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		k, token := d.added(d.mailed(address))
		if actor := d.who(token); actor.Role != access.Member || !actor.Strong {
			t.Errorf("a member who has added a passkey: %+v", actor)
		}
		secret, _ := d.withApp(token)
		proofs := map[string]func(token string) member.Proof{
			"the passkey": func(token string) member.Proof { return k.used(t, d.asked(token)) },
			"a code":      func(string) member.Proof { d.clock.Advance(time.Minute); return member.Proof{Code: d.code(secret)} },
		}
		for role, needs := range map[access.Role]bool{
			access.Follower: false, access.Member: false, access.Regional: false, access.Researcher: false,
			access.Contact: true, access.Editor: true, access.Admin: true,
		} {
			d.admit(anna(role, karlstad))
			for name, proof := range proofs {
				token := d.mailed(address)
				actor := d.who(token)
				if !needs && (actor.Role != role || actor.Unproved != "" || actor.Strong) {
					t.Errorf("%s: %+v", role, actor)
				}
				if needs && (actor.ID == "" || actor.Role != access.Visitor || actor.Unproved != role || len(actor.Keys) > 0) {
					t.Errorf("%s before: %+v", role, actor)
				}
				next, err := d.prove(token, proof(token))
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if actor := d.who(next); actor.Role != role || !actor.Strong || actor.Unproved != "" {
					t.Errorf("%s after %s: %+v", role, name, actor)
				}
				if actor := d.who(token); actor.ID != "" {
					t.Errorf("the token from before still stands for %+v", actor)
				}
				d.clock.Advance(15 * time.Minute)
				if actor := d.who(next); actor.Role != role || actor.Strong {
					t.Errorf("%s a quarter later: %+v", role, actor)
				}
			}
		}
	})
}

func TestWhatProvesNothingIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		k, token := d.added(d.mailed(address))
		secret, token := d.withApp(token)
		d.admit(boEk(access.Member, stockholm))
		bos, _ := d.added(d.mailed(bo))
		k.counter = 100
		if _, err := d.prove(token, k.used(t, d.asked(token))); err != nil {
			t.Fatal(err)
		}
		token = d.mailed(address)
		changed := func(change func(k *key)) func() member.Proof {
			return func() member.Proof {
				copied := *k
				change(&copied)
				copied.counter += 1000
				return copied.used(t, d.asked(token))
			}
		}
		for name, proof := range map[string]func() member.Proof{
			"nothing":   func() member.Proof { return member.Proof{} },
			"no answer": func() member.Proof { return member.Proof{State: d.asked(token).State, Answer: "{}"} },
			"an answer of ten megabytes": func() member.Proof {
				return member.Proof{State: d.asked(token).State, Answer: strings.Repeat("[", 10_000_000)}
			},
			"a made-up state":             func() member.Proof { p := k.used(t, d.asked(token)); p.State = code64([]byte(p.State)); return p },
			"the state of adding":         func() member.Proof { c, _ := d.BeginPasskey(d.as(d.begun(address))); return k.used(t, c) },
			"the state of another person": func() member.Proof { return k.used(t, d.asked(d.mailed(bo))) },
			"another's passkey":           func() member.Proof { return bos.used(t, d.asked(token)) },
			"an answer to another wish":   func() member.Proof { p := k.used(t, d.asked(token)); p.State = d.asked(token).State; return p },
			"another site's":              changed(func(k *key) { k.origin = "https://nuso.example.evil.example" }),
			"another host's":              changed(func(k *key) { k.host = "evil.example" }),
			"nobody asked who":            changed(func(k *key) { k.flags = present }),
			"nobody there":                changed(func(k *key) { k.flags = verified }),
			"another private key":         changed(func(k *key) { k.PrivateKey = newKey(t).PrivateKey }),
			"a counter that went back":    changed(func(k *key) { k.counter = ^uint32(998) }),
			"too late": func() member.Proof {
				p := k.used(t, d.asked(token))
				d.clock.Advance(10 * time.Minute)
				return p
			},
			"a wrong code": func() member.Proof { return member.Proof{Code: wrong(d.code(secret))} },
			"a code of yesterday": func() member.Proof {
				p := member.Proof{Code: d.code(secret)}
				d.clock.Advance(24 * time.Hour)
				return p
			},
			"a code of a minute ago":  func() member.Proof { p := member.Proof{Code: d.code(secret)}; d.clock.Advance(time.Minute); return p },
			"no code":                 func() member.Proof { return member.Proof{Code: " - "} },
			"a code of another's app": func() member.Proof { theirs, _ := d.withApp(d.begun(bo)); return member.Proof{Code: d.code(theirs)} },
		} {
			token = d.mailed(address)
			p := proof()
			if d.who(token).ID == "" { // a day has gone
				token = d.mailed(address)
			}
			if _, err := d.prove(token, p); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v, want Invalid", name, err)
			}
			if d.who(token).Strong {
				t.Fatalf("%s proves something", name)
			}
		}
	})
}

func TestAnAnswerIsGoodOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		k, token := d.added(d.mailed(address))
		secret, _ := d.withApp(token)
		for name, proof := range map[string]func(string) member.Proof{
			"a passkey's": func(token string) member.Proof { return k.used(t, d.asked(token)) },
			"a code":      func(string) member.Proof { d.clock.Advance(time.Minute); return member.Proof{Code: d.code(secret)} },
		} {
			first, second := d.mailed(address), d.mailed(address)
			p := proof(first)
			var good atomic.Int64
			var group sync.WaitGroup
			tokens, whos := []string{first, second}, []context.Context{d.as(first), d.as(second)}
			for i := range 10 { // as many codes as may be typed
				group.Go(func() {
					switch _, err := d.Prove(whos[i%2], tokens[i%2], p); {
					case err == nil:
						good.Add(1)
					case !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound):
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			group.Wait()
			if good.Load() != 1 {
				t.Errorf("%s proves %d times", name, good.Load())
			}
		}
	})
}

func TestManyCodesMustWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, token := d.withApp(d.mailed(address))
		d.clock.Advance(time.Hour)
		for i := range 11 {
			_, err := d.prove(token, member.Proof{Code: wrong(d.code(secret))})
			if want := map[bool]fault.Kind{true: fault.Invalid, false: fault.TooMany}[i < 10]; !fault.Is(err, want) {
				t.Errorf("code %d: %v", i+1, err)
			}
		}
		if _, err := d.prove(token, member.Proof{Code: d.code(secret)}); !fault.Is(err, fault.TooMany) {
			t.Errorf("the right one after: %v", err)
		}
		d.clock.Advance(15 * time.Minute)
		if _, err := d.prove(token, member.Proof{Code: d.code(secret)}); err != nil {
			t.Errorf("a quarter later: %v", err)
		}
	})
}

// Who has a factor adds, changes and removes with one proved a short while ago; and the last stays where the role needs one.
func TestHowOneLogsInIsChangedByWhoHasJustProvedIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(anna(access.Contact, karlstad))
		k, _ := d.added(d.mailed(address))
		weak, other := d.mailed(address), d.mailed(address)
		strong, err := d.prove(other, k.used(t, d.asked(other)))
		if err != nil {
			t.Fatal(err)
		}
		sent := len(d.sent)
		begun, _ := d.BeginPasskey(d.as(strong))
		for name, try := range map[string]func() error{
			"begin a passkey": func() error { _, err := d.BeginPasskey(d.as(weak)); return err },
			"add a passkey":   func() error { _, err := d.AddPasskey(d.as(weak), weak, newKey(t).made(t, begun), ""); return err },
			"begin an app":    func() error { _, err := d.BeginCodeApp(d.as(weak), ""); return err },
			"remove":          func() error { return d.RemoveFactor(d.as(weak), "kodapp") },
			"ask a visitor":   func() error { _, err := d.BeginPasskey(t.Context()); return err },
		} {
			if err := try(); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: %v, want Unauthenticated", name, err)
			}
		}
		f, err := d.Factors(d.as(strong))
		if err != nil || len(f.Passkeys) != 1 || f.Passkeys[0].Name != "Firefox på Windows" || f.Passkeys[0].UsedAt.IsZero() {
			t.Errorf("%+v, %v", f, err)
		}
		if err := d.RemoveFactor(d.as(strong), f.Passkeys[0].ID); !fault.Is(err, fault.Invalid) {
			t.Errorf("the last: %v", err)
		}
		_, strong = d.withApp(strong)
		for _, id := range []string{"", "kodapp2", db.NewID(), f.Passkeys[0].CredentialID} {
			if err := d.RemoveFactor(d.as(strong), id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v, want NotFound", id, err)
			}
		}
		if err := d.RemoveFactor(d.as(strong), f.Passkeys[0].ID); err != nil {
			t.Error(err)
		}
		if f, err := d.Factors(d.as(strong)); err != nil || len(f.Passkeys) > 0 || f.CodeApp.IsZero() {
			t.Errorf("%+v, %v", f, err)
		}
		d.work()
		if told := d.sent[sent:]; len(told) != 2 || !strings.Contains(told[0].Text, "En kodapp har lagts till") || !strings.Contains(told[1].Text, "En passnyckel har tagits bort") {
			t.Errorf("told: %+v", told)
		}
		if _, err := audit.Verify(t.Context(), database, audit.Mark{}); err != nil {
			t.Error(err)
		}
	})
}

func TestTwentyPasskeysAreTheMost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		_, token := d.added(d.mailed(address))
		for range 18 {
			_, token = d.added(token)
		}
		ctx := d.as(token)
		begun, err := d.BeginPasskey(ctx) // while there are nineteen
		if err != nil {
			t.Fatal(err)
		}
		_, token = d.added(token)
		_, err = d.AddPasskey(ctx, token, newKey(t).made(t, begun), "")
		_, again := d.BeginPasskey(ctx)
		for _, err := range []error{err, again} {
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Text, "20 passnycklar") {
				t.Errorf("one more: %v", err)
			}
		}
	})
}

func TestAPasskeyLogsInAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		k, token := d.added(d.mailed(address))
		enter := func(p member.Proof) (e member.Entry, err error) {
			err = d.EnterPasskey(t.Context(), p, "/nyheter", keep(&e))
			return e, err
		}
		p := k.used(t, d.anybody())
		if e, err := enter(p); err != nil || e.PersonID != d.who(token).ID || !e.Strong || e.Next != "/nyheter" {
			t.Errorf("%+v, %v", e, err)
		}
		stranger := newKey(t)
		stranger.user = k.user
		for name, p := range map[string]member.Proof{
			"the same again": p, "nothing": {}, "a stranger's": stranger.used(t, d.anybody()), "one asked of who is logged in": k.used(t, d.asked(token)),
		} {
			if e, err := enter(p); !fault.Is(err, fault.Invalid) || e.PersonID != "" {
				t.Errorf("%s: %+v, %v", name, e, err)
			}
		}
		if err := database.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("DELETE FROM passkeys").Error }); err != nil {
			t.Fatal(err)
		}
		if e, err := enter(k.used(t, d.anybody())); !fault.Is(err, fault.Invalid) || e.PersonID != "" {
			t.Errorf("removed: %+v, %v", e, err)
		}
	})
}

// The secret of an app is worth a factor: who reads the database has none of it.
func TestTheDatabaseHasNoSecretOfAnApp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		secret, _ := d.withApp(d.mailed(address))
		var kept string
		if err := database.Read(t.Context()).Raw("SELECT secret FROM code_apps").Scan(&kept).Error; err != nil {
			t.Fatal(err)
		}
		raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
		if err != nil || kept == "" || strings.Contains(kept, secret) || strings.Contains(kept, code64(raw)) || strings.Contains(kept, string(raw)) {
			t.Errorf("it has %q of %q, %v", kept, secret, err)
		}
	})
}
