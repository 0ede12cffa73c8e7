// Package limit says how often something may be done: posts from one address, mails to one person. It counts in the
// database, so that all replicas count together and a restart forgets nothing.
//
// The count is exact: of any period of the given length, never more than the given number are allowed. What is counted
// is kept only as a keyed hash, so the table tells nobody who did what. An attempt that was refused does not count,
// and so waiting always helps.
package limit

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/netip"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
	"nuso.se/app/seal"
)

// Limiter counts. It is safe for concurrent use.
type Limiter struct {
	db     *db.DB
	now    clock.Clock
	secret seal.Key
}

// New returns the limiter. All replicas need the same secret: it hashes the keys.
func New(d *db.DB, now clock.Clock, secret []byte) *Limiter {
	return &Limiter{db: d, now: now, secret: secret}
}

// Allow counts one attempt for the key, in a transaction of its own, and returns zero. When there have been maximum
// attempts within the last per already it counts nothing and returns how long to wait. The key says what and who
// ("contact.post:192.0.2.1"); maximum is at least 1. Unavailable when the database is away.
func (l *Limiter) Allow(ctx context.Context, key string, maximum int, per time.Duration) (wait time.Duration, err error) {
	err = l.db.Tx(ctx, func(tx db.Tx) error {
		wait, err = l.AllowIn(tx, key, maximum, per)
		return err
	})
	return wait, fault.Wrap(err, "counting an attempt")
}

// AllowIn does what Allow does within tx: an attempt that is undone was never made. Other transactions wait for tx
// before they count the same key.
func (l *Limiter) AllowIn(tx db.Tx, key string, maximum int, per time.Duration) (time.Duration, error) {
	now := l.now()
	w, err := lockWindow(tx, l.hash(key), now.Add(per))
	if err != nil {
		return 0, db.Error(err)
	}
	recent := w.since(now.Add(-per))
	if len(recent) >= maximum {
		leaves := time.UnixMicro(recent[len(recent)-maximum]).Add(per)
		return max(leaves.Sub(now), time.Microsecond), nil
	}
	w.Attempts, w.ExpiresAt = db.AsJSON(append(recent, now.UnixMicro())), db.At(now.Add(per))
	return 0, db.Error(updateWindow(tx, w))
}

func (l *Limiter) hash(key string) string {
	return hex.EncodeToString(l.secret.Sum("limit", key)[:16])
}

// Register puts the removal of old counts among the periodic jobs. Main calls it once.
func (l *Limiter) Register(runner *jobs.Runner, log *slog.Logger) {
	runner.Every("limit.sweep", time.Hour, func(ctx context.Context) error {
		n, err := l.Sweep(ctx)
		if n > 0 {
			log.Info("old limits removed", "count", n)
		}
		return err
	})
}

// Sweep removes the counts that no longer limit anything and returns how many. The periodic job calls it.
func (l *Limiter) Sweep(ctx context.Context) (n int64, err error) {
	err = l.db.Tx(ctx, func(tx db.Tx) error {
		n, err = deleteWindows(tx, l.now())
		return err
	})
	return n, fault.Wrap(err, "removing old limits")
}

// Network returns what stands for one client in a key: an IPv4 address as it is, of an IPv6 address the first 64 bits,
// since every household has as many addresses as the rest can tell apart. Other texts come back unchanged.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}
