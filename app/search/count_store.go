package search

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

// tally is a row of the table search_counts: the searches of one day for the same words.
type tally struct {
	Words    string     `gorm:"primaryKey"`
	Day      db.Instant `gorm:"primaryKey"`
	Count    int64
	Visitors int64 // of them by visitors who found something
	Hits     int64 // of the latest
}

// TableName is the table's name.
func (tally) TableName() string { return "search_counts" }

// findTold returns which of the words were searched for on the day already, and how many others were too.
func findTold(tx db.Tx, day db.Instant, words []string) (told []string, all int64, err error) {
	if err := tx.Model(&tally{}).Where("day = ?", day).Count(&all).Error; err != nil {
		return nil, 0, err
	}
	return told, all, tx.Model(&tally{}).Where("day = ? AND words IN ?", day, words).Pluck("words", &told).Error
}

func addTallies(tx db.Tx, tallies []tally) error {
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "words"}, {Name: "day"}},
		DoUpdates: clause.Assignments(map[string]any{
			"count":    gorm.Expr("search_counts.count + excluded.count"),
			"visitors": gorm.Expr("search_counts.visitors + excluded.visitors"),
			"hits":     gorm.Expr("excluded.hits"),
		}),
	}).Create(&tallies).Error
}

// findPopular returns the words that visitors searched for and found at least the given number of times since then, most
// wanted first.
func findPopular(tx db.Tx, since time.Time, atLeast, limit int) ([]string, error) {
	var words []string
	err := tx.Model(&tally{}).Where("day >= ?", db.At(since)).Group("words").Having("SUM(visitors) >= ?", atLeast).
		Order("SUM(visitors) DESC, words").Limit(limit).Pluck("words", &words).Error
	return words, err
}

// findMissed returns the words that since then found nothing, and nothing later either, most wanted first.
func findMissed(tx db.Tx, since time.Time, limit int) ([]Miss, error) {
	var missed []Miss
	err := tx.Raw(`SELECT words, SUM(count) AS count, MAX(day) AS day FROM search_counts c
		WHERE day >= ? AND hits = 0
		AND NOT EXISTS (SELECT 1 FROM search_counts later WHERE later.words = c.words AND later.day > c.day AND later.hits > 0)
		GROUP BY words ORDER BY SUM(count) DESC, MAX(day) DESC, words LIMIT ?`, db.At(since), limit).Scan(&missed).Error
	return missed, err
}

func deleteTallies(tx db.Tx, before time.Time) error {
	return tx.Where("day < ?", db.At(before)).Delete(&tally{}).Error
}
