package audit

import (
	"context"
	"iter"
	"math"

	"nuso.se/app/db"
)

// row is a row of the table audit_log.
type row struct {
	Number       int64 `gorm:"primaryKey;autoIncrement:false"`
	At           db.Instant
	Actor        string
	Verb         string
	SubjectKind  string
	Subject      string
	Organisation string
	Reason       string
	Details      string // JSON; as text, since the hash is of its bytes
	Previous     string
	Hash         string
}

// TableName is the table's name.
func (row) TableName() string { return "audit_log" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{row{}} }

// findAbout returns the rows by the person and those of which they are the subject.
func findAbout(tx db.Tx, person string) ([]row, error) {
	var rows []row
	err := tx.Where("actor = ? OR (subject_kind = 'person' AND subject = ?)", person, person).Order("number").Find(&rows).Error
	return rows, err
}

// pageSize is how many rows are read at a time.
const pageSize = 200

// appendRow gives r its place at the end of the chain and inserts it. SQLite has one writer; on PostgreSQL whoever adds
// holds a lock until its transaction ends, so that the last row it sees is the last. A lock on that row would not do:
// who had waited for it would still hold it when it no longer is the last.
func appendRow(tx db.Tx, r row) error {
	if tx.Name() == db.PostgreSQL {
		if err := tx.Exec("SELECT pg_advisory_xact_lock('audit_log'::regclass::bigint)").Error; err != nil {
			return err
		}
	}
	last, err := findLast(tx)
	if err != nil {
		return err
	}
	r.Number, r.Previous = last.Number+1, last.Hash
	r.Hash = r.sum()
	return tx.Create(&r).Error
}

// findLast returns the number and the hash of the last row; without one, of what stands before the first.
func findLast(tx db.Tx) (row, error) {
	last := row{Hash: origin}
	err := tx.Select("number", "hash").Order("number DESC").Limit(1).Find(&last).Error
	return last, err
}

// stream reads all rows by their numbers, a page at a time, each in a transaction of its own: since rows are committed
// in that order, what is added meanwhile leaves no gap.
func stream(ctx context.Context, d *db.DB) iter.Seq2[row, error] {
	return func(yield func(row, error) bool) {
		for next, more := int64(math.MinInt64), true; more; {
			var rows []row
			if err := d.Read(ctx).Where("number >= ?", next).Order("number").Limit(pageSize).Find(&rows).Error; err != nil {
				yield(row{}, db.Error(err))
				return
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
				next = r.Number + 1
			}
			more = len(rows) == pageSize
		}
	}
}
