package mail

import (
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

// bounceRow is a row of the table: an address that does not take mail.
type bounceRow struct {
	AddressHash string `gorm:"primaryKey"`
	Bounce
}

// TableName is the table's name.
func (bounceRow) TableName() string { return "mail_bounces" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{bounceRow{}} }

// maxVars is how many values one statement asks for.
const maxVars = 500

func findBounces(tx db.Tx, hashes []string) (map[string]Bounce, error) {
	all := map[string]Bounce{}
	for chunk := range slices.Chunk(hashes, maxVars) {
		var rows []bounceRow
		if err := tx.Where("address_hash IN ?", chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			all[r.AddressHash] = r.Bounce
		}
	}
	return all, nil
}

// upsertBounce counts one more refusal when the address has been refused before.
func upsertBounce(tx db.Tx, r bounceRow) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "address_hash"}}, DoUpdates: clause.Assignments(map[string]any{
		"code": r.Code, "count": gorm.Expr("mail_bounces.count + 1"), "last_at": r.LastAt,
	})}).Create(&r).Error
}

func deleteBounces(tx db.Tx, before db.Instant) error {
	return tx.Where("last_at < ?", before).Delete(&bounceRow{}).Error
}

func deleteBounce(tx db.Tx, hash string) error {
	return tx.Where("address_hash = ?", hash).Delete(&bounceRow{}).Error
}
