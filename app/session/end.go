package session

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/fault"
	"nuso.se/app/jobs"
)

// ids that come from a form may be anything; PostgreSQL refuses some texts as such.
var idPattern = regexp.MustCompile(`^[0-9a-z-]{1,64}$`)

func isID(id string) bool { return idPattern.MatchString(id) }

// List returns the person's living sessions, the one last used first.
func (k *Keeper) List(ctx context.Context, personID string) ([]Session, error) {
	all, err := list(alive(k.db.Read(ctx), k.now(), k.limits), personID)
	return all, fault.Wrap(db.Error(err), "listing sessions")
}

// End ends one of the person's sessions within tx. NotFound when it is not theirs, or ended already.
func (k *Keeper) End(tx db.Tx, personID, sessionID string) error {
	if !isID(sessionID) {
		return missing()
	}
	n, err := deleteOne(tx, personID, sessionID)
	return fault.Wrap(one(n, err), "ending a session")
}

// EndAll ends all the person's sessions within tx but the one with the id except, which may be empty.
func (k *Keeper) EndAll(tx db.Tx, personID, except string) error {
	return fault.Wrap(db.Error(deleteAll(tx, personID, except)), "ending all sessions of a person")
}

// EndMembership ends the sessions that act by the membership, within tx. Whoever ends a membership or takes rights from it
// calls it. A membership that has ended gives nothing even so: a session that switched to it meanwhile is not alive.
func (k *Keeper) EndMembership(tx db.Tx, membershipID string) error {
	return fault.Wrap(db.Error(deleteOfMembership(tx, membershipID)), "ending the sessions of a membership")
}

// Register puts the removal of dead sessions among the periodic jobs. Main calls it once.
func (k *Keeper) Register(runner *jobs.Runner, log *slog.Logger) {
	runner.Every("session.sweep", 24*time.Hour, func(ctx context.Context) error {
		n, err := k.Sweep(ctx)
		if n > 0 {
			log.Info("dead sessions removed", "count", n)
		}
		return err
	})
}

// Sweep removes the sessions that are no longer alive and returns how many. The periodic job calls it.
func (k *Keeper) Sweep(ctx context.Context) (n int64, err error) {
	err = k.db.Tx(ctx, func(tx db.Tx) error {
		n, err = deleteDead(tx, k.now(), k.limits)
		return err
	})
	return n, fault.Wrap(err, "removing dead sessions")
}
