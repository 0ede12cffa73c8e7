// Package session keeps who is logged in. A session begins at login and lives in the database alone: nothing of it is held
// in the process, so one that is ended is dead at the next request on every replica.
//
// The words: the token is the secret that the browser's cookie holds, and only its hash is kept; the id is the session's
// name in lists, the same for its whole life; a session is alive while it is used now and then (Limits.Idle), is not
// too old (Limits.Absolute), and the membership it acts by is in force; it is strong for a while after a second factor.
//
// There is no session without a person: who has asked for a letter to log in by has none yet. Find tells the role
// of its membership; which rights a role gives is for others to say.
package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"sync"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Session is one login of a person, as they may see it.
type Session struct {
	ID           string
	PersonID     string
	MembershipID string     // the one acted by; empty: none
	StrongAt     db.Instant // when a second factor was last proved; zero: never
	CreatedAt    db.Instant
	SeenAt       db.Instant // up to a minute late
	Agent        string     // what people call the browser: "Firefox på Windows"
	View         View       `gorm:"embedded;embeddedPrefix:view_"`
}

// View is that a session sees as a role at an organisation does; see Keeper.SetView. The zero View: as its own.
type View struct {
	Role           string
	OrganisationID string
	Until          db.Instant
}

// Found is a living session with whose it is and what they act by; without a membership all but the Session is empty.
type Found struct {
	Session
	Name           string      // the person's
	Role           access.Role // the membership's
	OrganisationID string
	Organisation   string // its name
	Held           int64  // how many memberships the person has in force
}

// Limits are how long a session lives. All are above zero.
type Limits struct {
	Idle     time.Duration // without being used, to the minute
	Absolute time.Duration // from the login, however much it is used
	Strong   time.Duration // how long a second factor counts
}

// DefaultLimits returns the limits of the house.
func DefaultLimits() Limits {
	return Limits{Idle: 8 * time.Hour, Absolute: 7 * 24 * time.Hour, Strong: 15 * time.Minute}
}

// Keeper is the one way to sessions. It is safe for concurrent use.
type Keeper struct {
	db     *db.DB
	now    clock.Clock
	limits Limits
	seeing sync.Mutex // held by the one that notes a use
}

// New returns the keeper.
func New(d *db.DB, now clock.Clock, limits Limits) *Keeper {
	return &Keeper{db: d, now: now, limits: limits}
}

// Start begins a session within tx and returns its token, which cannot be had again. The membership is one in force of the
// person, or empty; any other is NotFound. userAgent is the request's header, of which only a plain label is kept; strong
// says that a second factor was proved. A person who does not exist is a Conflict.
func (k *Keeper) Start(tx db.Tx, personID, membershipID, userAgent string, strong bool) (token string, s Session, err error) {
	if membershipID != "" {
		if err := holdsMembership(tx, personID, membershipID); err != nil {
			return "", Session{}, fault.Wrap(err, "starting a session")
		}
	}
	now := db.At(k.now())
	s = Session{ID: db.NewID(), PersonID: personID, MembershipID: membershipID, CreatedAt: now, SeenAt: now, Agent: Label(userAgent)}
	if strong {
		s.StrongAt = now
	}
	token = newToken()
	if err := insert(tx, row{TokenHash: hash(token), Session: s}); err != nil {
		return "", Session{}, fault.Wrap(db.Error(err), "starting a session")
	}
	return token, s, nil
}

// Find returns the living session of the token with whose it is, and notes about once a minute that it is used. NotFound for all other
// tokens, by one and the same query; those of another length are not even looked for. Call it outside any transaction.
func (k *Keeper) Find(ctx context.Context, token string) (Found, error) {
	if len(token) != tokenLength {
		return Found{}, missing()
	}
	now, key := k.now(), hash(token)
	s, err := find(k.db.Read(ctx), now, k.limits, key)
	if err != nil {
		return Found{}, fault.Wrap(db.Error(err), "finding a session")
	}
	if !s.SeenAt.After(now.Add(-seenEvery)) {
		k.see(ctx, key, now)
	}
	return s, nil
}

// Rotate gives the session a new token in the place of the old, within tx: the old one is dead when tx commits. Callers do
// so whenever a session comes to give more than before, so that a token known from before gives nothing. NotFound as Find.
func (k *Keeper) Rotate(tx db.Tx, token string) (string, error) {
	next := newToken()
	return next, fault.Wrap(k.update(tx, token, "token_hash", hash(next)), "rotating a session")
}

// MarkStrong notes within tx that a second factor was proved now; Rotate belongs to it. NotFound as Find.
func (k *Keeper) MarkStrong(tx db.Tx, token string) error {
	return fault.Wrap(k.update(tx, token, "strong_at", db.At(k.now())), "marking a session strong")
}

// Switch makes the session act by another membership, within tx. It is NotFound unless the membership is in force and the
// same person's, and otherwise as Find.
func (k *Keeper) Switch(tx db.Tx, token, membershipID string) error {
	if len(token) != tokenLength || !isID(membershipID) {
		return missing()
	}
	n, err := updateMembership(alive(tx, k.now(), k.limits), hash(token), membershipID)
	return fault.Wrap(one(n, err), "switching the membership of a session")
}

// SetView makes the session see as a role at an organisation does, until an instant; the zero View ends it. Whether it may is for others
// to say. NotFound as Find.
func (k *Keeper) SetView(tx db.Tx, token string, v View) error {
	if len(token) != tokenLength {
		return missing()
	}
	n, err := updateView(alive(tx, k.now(), k.limits), hash(token), v)
	return fault.Wrap(one(n, err), "setting what a session sees")
}

// Viewing reports whether the session sees as its View now.
func (k *Keeper) Viewing(s Session) bool { return k.now().Before(s.View.Until.Time) }

// Strong reports whether a second factor was proved recently enough to count now.
func (k *Keeper) Strong(s Session) bool {
	return !s.StrongAt.IsZero() && k.now().Before(s.StrongAt.Add(k.limits.Strong))
}

func (k *Keeper) update(tx db.Tx, token, column string, value any) error {
	if len(token) != tokenLength {
		return missing()
	}
	n, err := update(alive(tx, k.now(), k.limits), hash(token), column, value)
	return one(n, err)
}

const (
	seenEvery = time.Minute            // a write for every request would be too dear
	seenWait  = 200 * time.Millisecond // how long a request waits for that write
)

// see notes that the session is used. The request that happens to do so must not suffer from it: it does not wait long and
// hears of no error, and while one is at it no other begins. What was not noted is noted by the next request.
func (k *Keeper) see(ctx context.Context, key string, now time.Time) {
	if !k.seeing.TryLock() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), seenWait)
	go func() { // SQLite cannot be interrupted while it waits for another process
		defer cancel()
		defer k.seeing.Unlock()
		_ = k.db.Tx(ctx, func(tx db.Tx) error { return updateSeen(tx, key, now) })
	}()
	<-ctx.Done()
}

// tokenLength is that of 32 bytes in base64 without padding.
const tokenLength = 43

func newToken() string {
	var secret [32]byte
	rand.Read(secret[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(secret[:])
}

// hash is of the token as it is written, so that no other writing of the same bytes is the same token.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func missing() error { return fault.Missing("no such session") }

// one makes an update that met no row NotFound.
func one(n int64, err error) error {
	if err == nil && n == 0 {
		return missing()
	}
	return db.Error(err)
}
