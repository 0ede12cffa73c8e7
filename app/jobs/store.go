package jobs

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

// job is a row of the table jobs.
type job struct {
	ID          string `gorm:"primaryKey"`
	Kind        string
	UniqueKey   *string
	Payload     string
	About       string
	RunAt       db.Instant
	Attempts    int
	LeasedBy    *string
	LeasedUntil db.Instant
	DoneAt      db.Instant
	DeadAt      db.Instant
	LastError   string
	CreatedAt   db.Instant
}

// TableName is the table of jobs.
func (job) TableName() string { return "jobs" }

// lease is a row of the table jobs_leases: one periodic work.
type lease struct {
	Name        string `gorm:"primaryKey"`
	LeasedBy    *string
	LeasedUntil db.Instant
	BegunAt     db.Instant
	LastError   string
}

// TableName is the table of periodic work.
func (lease) TableName() string { return "jobs_leases" }

func insert(tx db.Tx, j *job) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(j).Error
}

// due narrows to jobs of the kinds that may be claimed at now.
func due(tx db.Tx, now time.Time, kinds []string) db.Tx {
	at := db.At(now)
	return tx.Model(&job{}).Where("done_at IS NULL AND dead_at IS NULL AND run_at <= ? AND kind IN ?", at, kinds).
		Where("leased_until IS NULL OR leased_until < ?", at)
}

// claim gives up to limit due jobs to holder until the given time, oldest first. It looks before it writes, so that an
// idle runner never asks for SQLite's only writer. On PostgreSQL rows that another runner is claiming are stepped over.
func claim(ctx context.Context, d *db.DB, holder string, now, until time.Time, kinds []string, limit int) ([]job, error) {
	var seen []string
	if err := due(d.Read(ctx), now, kinds).Limit(1).Pluck("id", &seen).Error; err != nil || len(seen) == 0 {
		return nil, db.Error(err)
	}
	var claimed []job
	err := d.Tx(ctx, func(tx db.Tx) error {
		next := due(tx, now, kinds).Select("id").Order("run_at, id").Limit(limit)
		if d.Engine() == db.PostgreSQL {
			next = next.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
		}
		return tx.Model(&claimed).Clauses(clause.Returning{}).Where("id IN (?)", next).Updates(map[string]any{
			"leased_by": holder, "leased_until": db.At(until), "unique_key": nil, "attempts": gorm.Expr("attempts + 1"),
		}).Error
	})
	slices.SortFunc(claimed, func(a, b job) int {
		if c := a.RunAt.Compare(b.RunAt.Time); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return claimed, err
}

// update changes a job that holder still has, and says whether it has.
func update(ctx context.Context, d *db.DB, id, holder string, values map[string]any) (held bool, err error) {
	err = d.Tx(ctx, func(tx db.Tx) error {
		done := tx.Model(&job{}).Where("id = ? AND leased_by = ?", id, holder).Updates(values)
		held = done.RowsAffected == 1
		return done.Error
	})
	return held, err
}

// sweep removes jobs done before done and jobs dead before dead.
func sweep(ctx context.Context, d *db.DB, done, dead time.Time) error {
	return d.Tx(ctx, func(tx db.Tx) error {
		if err := tx.Where("done_at < ?", db.At(done)).Delete(&job{}).Error; err != nil {
			return err
		}
		return tx.Where("dead_at < ?", db.At(dead)).Delete(&job{}).Error
	})
}

func count(tx db.Tx, now time.Time, kinds []string) (c Counts, err error) {
	q := tx.Model(&job{}).Where("done_at IS NULL").Select(
		`coalesce(sum(CASE WHEN dead_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS dead,
		coalesce(sum(CASE WHEN dead_at IS NULL AND leased_until >= ? THEN 1 ELSE 0 END), 0) AS running,
		coalesce(sum(CASE WHEN dead_at IS NULL AND (leased_until IS NULL OR leased_until < ?) THEN 1 ELSE 0 END), 0) AS waiting,
		min(CASE WHEN dead_at IS NULL AND (leased_until IS NULL OR leased_until < ?) AND run_at <= ?
			THEN CASE WHEN run_at > created_at THEN run_at ELSE created_at END END) AS oldest`,
		db.At(now), db.At(now), db.At(now), db.At(now))
	if len(kinds) > 0 {
		q = q.Where("kind IN ?", kinds)
	}
	return c, q.Scan(&c).Error
}

// findDead returns those that the conditions of tx leave, without their payloads.
func findDead(tx db.Tx) ([]Dead, error) {
	var all []Dead
	err := tx.Model(&job{}).Where("dead_at IS NOT NULL").Find(&all).Error
	return all, err
}

func countDead(tx db.Tx) ([]KindCount, error) {
	var kinds []KindCount
	err := tx.Model(&job{}).Where("dead_at IS NOT NULL").Select("kind, count(*) AS dead").Group("kind").Order("kind").Scan(&kinds).Error
	return kinds, err
}

// revive makes those dead jobs that the conditions of tx leave due at now.
func revive(tx db.Tx, now time.Time) (int64, error) {
	done := tx.Model(&job{}).Where("dead_at IS NOT NULL").Updates(map[string]any{"dead_at": nil, "run_at": db.At(now), "attempts": 0})
	return done.RowsAffected, done.Error
}

func deleteDead(tx db.Tx, id string) (int64, error) {
	done := tx.Where("id = ? AND dead_at IS NOT NULL", id).Delete(&job{})
	return done.RowsAffected, done.Error
}

// begun reads the row of a periodic work; the zero lease when nobody ever began it.
func begun(ctx context.Context, d *db.DB, name string) (l lease, err error) {
	err = d.Read(ctx).Where("name = ?", name).Limit(1).Find(&l).Error
	return l, db.Error(err)
}

// take begins a periodic work for holder if its time has come: not before period after it was last begun, by anyone.
func take(ctx context.Context, d *db.DB, name, holder string, now, until time.Time, period time.Duration) (taken bool, err error) {
	err = d.Tx(ctx, func(tx db.Tx) error {
		row := &lease{Name: name, BegunAt: atOnce()}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error; err != nil {
			return err
		}
		done := tx.Model(&lease{}).
			Where("name = ? AND begun_at <= ?", name, db.At(now.Add(-period))).
			Where("leased_until IS NULL OR leased_until < ?", db.At(now)).
			Updates(map[string]any{"leased_by": holder, "leased_until": db.At(until), "begun_at": db.At(now)})
		taken = done.RowsAffected == 1
		return done.Error
	})
	return taken, err
}

// updateLease changes a periodic work that holder still has, and says whether it has.
func updateLease(ctx context.Context, d *db.DB, name, holder string, values map[string]any) (held bool, err error) {
	err = d.Tx(ctx, func(tx db.Tx) error {
		done := tx.Model(&lease{}).Where("name = ? AND leased_by = ?", name, holder).Updates(values)
		held = done.RowsAffected == 1
		return done.Error
	})
	return held, err
}
