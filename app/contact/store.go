package contact

import (
	"time"

	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

func insertWaiting(tx db.Tx, w waiting) error { return tx.Create(&w).Error }

func findWaiting(tx db.Tx, tokenHash string, now time.Time) (waiting, error) {
	var w waiting
	err := tx.Where("token_hash = ? AND expires_at > ?", tokenHash, db.At(now)).Take(&w).Error
	return w, err
}

// takeWaiting deletes the message and returns it; of several at once one gets it.
func takeWaiting(tx db.Tx, tokenHash string, now time.Time) (w waiting, found bool, err error) {
	done := tx.Raw(`DELETE FROM contact_messages WHERE token_hash = ? AND expires_at > ?
		RETURNING token_hash, name, email, message, created_at, expires_at`, tokenHash, db.At(now)).Scan(&w)
	return w, done.RowsAffected == 1, done.Error
}

// insertSpent reports whether the key was new; of several at once one is first, and the others wait for its outcome.
func insertSpent(tx db.Tx, s spent) (first bool, err error) {
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&s)
	return done.RowsAffected == 1, done.Error
}

func findSpent(tx db.Tx, keyHash string) (spent, error) {
	var s spent
	err := tx.Where("key_hash = ?", keyHash).Take(&s).Error
	return s, err
}

func deleteExpired(tx db.Tx, now time.Time) (messages int64, err error) {
	done := tx.Where("expires_at <= ?", db.At(now)).Delete(&waiting{})
	if done.Error != nil {
		return 0, done.Error
	}
	return done.RowsAffected, tx.Where("expires_at <= ?", db.At(now)).Delete(&spent{}).Error
}
