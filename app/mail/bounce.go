package mail

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/seal"
)

// Undeliverable is the error of a Sender when the recipient's server refuses a letter for good: an ErrRefused.
type Undeliverable struct {
	Code int   // of the server's answer: 550
	Err  error // which names nobody
}

// Error returns what the server said.
func (u *Undeliverable) Error() string { return fmt.Sprintf("%v: %v", ErrRefused, u.Err) }

// Unwrap returns ErrRefused and what the server said.
func (u *Undeliverable) Unwrap() []error { return []error{ErrRefused, u.Err} }

// Bounce is that an address does not take mail: letters to it were refused for good, and none has got through since.
type Bounce struct {
	Code    int64 // of the last answer
	Count   int64 // of letters refused
	FirstAt db.Instant
	LastAt  db.Instant
}

// Bounces knows which addresses do not take mail. Addresses are kept as keyed hashes. It is safe for concurrent use.
type Bounces struct {
	db     *db.DB
	now    clock.Clock
	secret seal.Key
}

// NewBounces returns them. All replicas need the same secret.
func NewBounces(d *db.DB, now clock.Clock, secret []byte) *Bounces {
	return &Bounces{db: d, now: now, secret: secret}
}

// Of returns the bounces of those of the addresses that do not take mail, by the address as it was given. It asks for no right: services
// do. Unavailable when the database is away.
func (b *Bounces) Of(ctx context.Context, addresses []string) (map[string]Bounce, error) {
	hashes := make([]string, len(addresses))
	for i, address := range addresses {
		hashes[i] = b.hash(address)
	}
	found, err := findBounces(b.db.Read(ctx), hashes)
	if err != nil {
		return nil, fault.Wrap(db.Error(err), "looking for addresses that do not take mail")
	}
	all := map[string]Bounce{}
	for i, address := range addresses {
		if bounce, ok := found[hashes[i]]; ok {
			all[address] = bounce
		}
	}
	return all, nil
}

// Watch returns a Sender that sends by s and takes down which addresses refuse letters for good; a letter that gets through clears its
// address. To such a refusal it adds a text for admins.
func (b *Bounces) Watch(s Sender) Sender { return &watched{Sender: s, bounces: b} }

type watched struct {
	Sender
	bounces *Bounces
}

// Send sends the letter. One that was sent is not sent again because its address could not be cleared: the next letter does that.
func (w *watched) Send(ctx context.Context, m Message) error {
	err := w.Sender.Send(ctx, m)
	if err == nil {
		_ = w.bounces.clear(ctx, m.To)
		return nil
	}
	var refusal *Undeliverable
	if !errors.As(err, &refusal) {
		return err
	}
	if err := w.bounces.note(ctx, m.To, refusal.Code); err != nil {
		return err // the letter is tried again, and refused again
	}
	return fault.New(fault.Invalid, fmt.Sprintf(textUndeliverable, refusal.Code), err)
}

// keepBounces is how long an address is remembered that no letter has been sent to since.
const keepBounces = 365 * 24 * time.Hour

// Register puts the removal of old bounces among the periodic jobs. Main calls it once.
func (b *Bounces) Register(runner *jobs.Runner) {
	runner.Every("mail.sweep", 24*time.Hour, func(ctx context.Context) error {
		err := b.db.Tx(ctx, func(tx db.Tx) error { return deleteBounces(tx, db.At(b.now().Add(-keepBounces))) })
		return fault.Wrap(err, "removing old bounces")
	})
}

func (b *Bounces) note(ctx context.Context, address string, code int) error {
	at := db.At(b.now())
	err := b.db.Tx(ctx, func(tx db.Tx) error {
		return upsertBounce(tx, bounceRow{AddressHash: b.hash(address), Bounce: Bounce{Code: int64(code), Count: 1, FirstAt: at, LastAt: at}})
	})
	return fault.Wrap(err, "noting that an address does not take mail")
}

// clear looks before it writes: nearly every letter is to an address that takes mail.
func (b *Bounces) clear(ctx context.Context, address string) error {
	hash := b.hash(address)
	found, err := findBounces(b.db.Read(ctx), []string{hash})
	if err != nil || len(found) == 0 {
		return db.Error(err)
	}
	return b.db.Tx(ctx, func(tx db.Tx) error { return deleteBounce(tx, hash) })
}

// hash is of the address as persons' are compared: case and how the domain is written make no difference.
func (b *Bounces) hash(address string) string {
	if tidy, err := Address(address); err == nil {
		address = tidy
	}
	return hex.EncodeToString(b.secret.Sum("mail.bounce", strings.ToLower(address))[:16])
}

// about is what an admin is told of whom a letter is to.
func about(m Message) jobs.Option {
	_, domain, _ := cutLast(m.To, "@")
	return jobs.About("…@" + domain)
}
