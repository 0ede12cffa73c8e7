package search

import (
	"time"

	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

// Run is long work on the index, as a row of the table search_runs: those who wait for it follow it there.
type Run struct {
	ID        string `gorm:"primaryKey"`
	Verb      string // Reindex or Check
	State     string
	Done      int64
	Total     int64
	Result    db.JSON[Outcome]
	CreatedAt db.Instant `gorm:"autoCreateTime:false"`
	UpdatedAt db.Instant `gorm:"autoUpdateTime:false"` // its last sign of life
}

// TableName is the table's name.
func (Run) TableName() string { return "search_runs" }

func findRun(tx db.Tx, id string) (r Run, err error) { return r, tx.Where("id = ?", id).Take(&r).Error }

// upsertRun writes the whole row.
func upsertRun(tx db.Tx, r Run) error {
	return tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&r).Error
}

// failSilent ends runs of the verb that have given no sign of life since then: their process has died.
func failSilent(tx db.Tx, verb string, since time.Time) error {
	return tx.Model(&Run{}).Where("verb = ? AND state = ? AND updated_at < ?", verb, Running, db.At(since)).Update("state", Failed).Error
}

// updateProgress gives a sign of life, and reports whether the run still is ours.
func updateProgress(tx db.Tx, id string, done int64, now time.Time) (bool, error) {
	changed := tx.Model(&Run{}).Where("id = ? AND state = ?", id, Running).
		Updates(map[string]any{"done": done, "updated_at": db.At(now)})
	return changed.RowsAffected == 1, changed.Error
}

// touchRun gives a sign of life of a run that waits for another.
func touchRun(tx db.Tx, id string, now time.Time) error {
	return tx.Model(&Run{}).Where("id = ?", id).Update("updated_at", db.At(now)).Error
}

// endRun writes what a run came to.
func endRun(tx db.Tx, r Run, done int64, now time.Time) error {
	r.Done, r.UpdatedAt = done, db.At(now)
	return tx.Model(&Run{}).Where("id = ?", r.ID).Select("state", "done", "result", "updated_at").Updates(&r).Error
}

func deleteRun(tx db.Tx, id string) error { return tx.Where("id = ?", id).Delete(&Run{}).Error }

func deleteOldRuns(tx db.Tx, before time.Time) error {
	return tx.Where("created_at < ? AND state <> ?", db.At(before), Running).Delete(&Run{}).Error
}

func countRows(tx db.Tx) (n int64, err error) {
	return n, tx.Model(&row{}).Count(&n).Error
}
