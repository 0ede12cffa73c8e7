package limit

import (
	"slices"
	"time"

	"nuso.se/app/db"
)

// window is the recent attempts of one key.
type window struct {
	KeyHash   string           `gorm:"primaryKey"`
	Attempts  db.JSON[[]int64] // microseconds since 1970, rising
	ExpiresAt db.Instant       // when the last attempt no longer counts
}

// TableName is the table's name.
func (window) TableName() string { return "limits" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{window{}} }

// since returns the attempts after the instant, rising.
func (w window) since(t time.Time) []int64 {
	recent := slices.DeleteFunc(slices.Clone(w.Attempts.V), func(at int64) bool { return at <= t.UnixMicro() })
	slices.Sort(recent) // replicas' clocks differ a little
	return recent
}

// lockWindow returns the key's row, new or old, and holds it until tx ends.
func lockWindow(tx db.Tx, keyHash string, expires time.Time) (window, error) {
	var w window
	err := tx.Raw(`INSERT INTO limits (key_hash, attempts, expires_at) VALUES (?, '[]', ?)
		ON CONFLICT (key_hash) DO UPDATE SET key_hash = excluded.key_hash
		RETURNING key_hash, attempts, expires_at`, keyHash, db.At(expires)).Scan(&w).Error
	return w, err
}

func updateWindow(tx db.Tx, w window) error {
	return tx.Model(&window{}).Where("key_hash = ?", w.KeyHash).Select("attempts", "expires_at").Updates(&w).Error
}

func deleteWindows(tx db.Tx, now time.Time) (int64, error) {
	done := tx.Where("expires_at <= ?", db.At(now)).Delete(&window{})
	return done.RowsAffected, done.Error
}
