package member

import (
	"nuso.se/app/db"
)

// The columns by which a wish is found.
const (
	byID   = "id"
	byLink = "link_hash"
)

// findWaiting returns the wish that is neither used nor too old.
func findWaiting(tx db.Tx, column, value string, now db.Instant) (login, error) {
	var row login
	err := tx.Where(column+" = ? AND used_at IS NULL AND expires_at > ?", value, now).Take(&row).Error
	return row, err
}

// findWish returns a wish that no mail has been sent for, with whose it is, if they have a membership in force.
func findWish(tx db.Tx, id string, now db.Instant) (row login, p Person, err error) {
	err = tx.Where("id = ? AND used_at IS NULL AND expires_at > ? AND link_hash = '' AND person_id IS NOT NULL", id, now).Take(&row).Error
	if err != nil {
		return row, p, err
	}
	err = tx.Where("id = ? AND EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = persons.id AND m.ended_at IS NULL)", *row.PersonID).Take(&p).Error
	return row, p, err
}

// saveSecrets keeps the hashes of what is mailed. What was mailed before to the same person is good no more.
func saveSecrets(tx db.Tx, row login, now db.Instant) error {
	err := tx.Model(&login{}).Where("person_id = ? AND id <> ? AND NOT shell AND link_hash <> '' AND used_at IS NULL", row.PersonID, row.ID).
		Update("used_at", now).Error
	if err != nil {
		return err
	}
	return tx.Model(&login{}).Where("id = ?", row.ID).Updates(map[string]any{"code_hash": row.CodeHash, "link_hash": row.LinkHash}).Error
}

// addTry counts a code; false when there have been so many or there is no such wish.
func addTry(tx db.Tx, id string, most int) (bool, error) {
	result := tx.Exec("UPDATE logins SET tries = tries + 1 WHERE id = ? AND tries < ?", id, most)
	return result.RowsAffected > 0, result.Error
}

// findWhose returns the id of the person whose wish it is, and the wish's own for an address that nobody has.
func findWhose(tx db.Tx, id string) (whose string, err error) {
	err = tx.Model(&login{}).Select("COALESCE(person_id, id)").Where("id = ?", id).Take(&whose).Error
	return whose, err
}

// spend marks a wish as used, and with it all others of the person; false when it was used already.
func spend(tx db.Tx, person, id string, now db.Instant) (bool, error) {
	spent, err := spendOne(tx, id, now)
	if err != nil || !spent {
		return false, err
	}
	return true, spendAll(tx, person, now)
}

// spendAll marks all wishes of the person as used.
func spendAll(tx db.Tx, person string, now db.Instant) error {
	return tx.Model(&login{}).Where("person_id = ? AND used_at IS NULL", person).Update("used_at", now).Error
}

// spendOne marks a wish as used; false when it was used already.
func spendOne(tx db.Tx, id string, now db.Instant) (bool, error) {
	result := tx.Model(&login{}).Where("id = ? AND used_at IS NULL", id).Update("used_at", now)
	return result.RowsAffected > 0, result.Error
}

func deleteLogins(tx db.Tx, before db.Instant) error {
	return tx.Where("expires_at < ?", before).Delete(&login{}).Error
}
