package session

import (
	"errors"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

const (
	anna, bo               = "person-anna", "person-bo"
	annaMember, annaEditor = "m-anna-member", "m-anna-editor"
	annaFormer, boMember   = "m-anna-former", "m-bo-member"
	firefox                = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
)

var noon = time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC)

// fixture is a keeper with Anna, who has two memberships and had a third, and Bo, who has one.
type fixture struct {
	*Keeper
	*clock.Fake
	d *db.DB
	t testing.TB
}

func newFixture(t testing.TB, d *db.DB) fixture {
	t.Helper()
	fake := clock.NewFake(noon)
	f := fixture{Keeper: New(d, fake.Now, DefaultLimits()), Fake: fake, d: d, t: t}
	f.tx(func(tx db.Tx) error {
		return errors.Join(
			tx.Exec(`INSERT INTO organisations (id, kind, code, name, slug, county, version, created_at) VALUES
				('o-1', 'other', '', 'Ett', '', '', 1, 0), ('o-2', 'other', '', 'Två', '', '', 1, 0), ('o-3', 'other', '', 'Tre', '', '', 1, 0)`).Error,
			tx.Exec(`INSERT INTO persons (id, name, email, email_key, version, created_at) VALUES
				(?, 'Anna', 'anna@exempel.example', 'anna@exempel.example', 1, 0), (?, 'Bo', 'bo@exempel.example', 'bo@exempel.example', 1, 0)`, anna, bo).Error,
			tx.Exec(`INSERT INTO memberships (id, person_id, organisation_id, role, given_by, created_at, ended_at) VALUES
				(?, ?, 'o-1', 'member', '', 0, NULL), (?, ?, 'o-2', 'editor', '', 0, NULL), (?, ?, 'o-3', 'admin', '', 0, 1), (?, ?, 'o-1', 'member', '', 0, NULL)`,
				annaMember, anna, annaEditor, anna, annaFormer, anna, boMember, bo).Error)
	})
	return f
}

func each(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newFixture(t, d)) })
}

// tx runs do in a transaction that must succeed.
func (f fixture) tx(do func(tx db.Tx) error) {
	f.t.Helper()
	if err := f.d.Tx(f.t.Context(), do); err != nil {
		f.t.Fatal(err)
	}
}

func (f fixture) start(person, membership string, strong bool) (token string, s Session) {
	f.t.Helper()
	f.tx(func(tx db.Tx) (err error) {
		token, s, err = f.Start(tx, person, membership, firefox, strong)
		return err
	})
	return token, s
}

func (f fixture) find(token string) Session {
	f.t.Helper()
	return f.holder(token).Session
}

// holder is the session with whose it is.
func (f fixture) holder(token string) Found {
	f.t.Helper()
	s, err := f.Find(f.t.Context(), token)
	if err != nil {
		f.t.Fatalf("Find: %v", err)
	}
	return s
}

// dead fails unless the token is NotFound.
func (f fixture) dead(token, why string) {
	f.t.Helper()
	if s, err := f.Find(f.t.Context(), token); !fault.Is(err, fault.NotFound) || s != (Found{}) {
		f.t.Errorf("%s: found %+v, %v; want NotFound", why, s, err)
	}
}

// refused fails unless do is NotFound in a transaction.
func (f fixture) refused(why string, do func(tx db.Tx) error) {
	f.t.Helper()
	if err := f.d.Tx(f.t.Context(), do); !fault.Is(err, fault.NotFound) {
		f.t.Errorf("%s: %v, want NotFound", why, err)
	}
}
