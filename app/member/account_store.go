package member

import (
	"nuso.se/app/access"
	"nuso.se/app/db"
)

// describe is false when the version is another.
func describe(tx db.Tx, person string, p Profile) (bool, error) {
	result := tx.Model(&Person{}).Where("id = ? AND version = ?", person, p.Version).
		Updates(map[string]any{"name": p.Name, "title": p.Title, "version": p.Version + 1})
	return result.RowsAffected > 0, result.Error
}

// findHeld returns all memberships that the person has or has had.
func findHeld(tx db.Tx, person string) ([]Role, error) {
	var rows []Role
	err := tx.Table("memberships m").Select("m.*, o.name AS organisation").Joins("JOIN organisations o ON o.id = m.organisation_id").
		Where("m.person_id = ?", person).Order("m.created_at, m.id").Find(&rows).Error
	return rows, err
}

// holdAlike holds the memberships in force of all contact persons where the person is one, and of all admins if they are one.
func holdAlike(tx db.Tx, person string) error {
	var ids []string
	return hold(tx).Model(&Membership{}).Where("ended_at IS NULL AND role IN ?", []access.Role{access.Contact, access.Admin}).
		Where(`EXISTS (SELECT 1 FROM memberships own WHERE own.person_id = ? AND own.ended_at IS NULL AND own.role = memberships.role
			AND (own.role = ? OR own.organisation_id = memberships.organisation_id))`, person, access.Admin).
		Order("id").Pluck("id", &ids).Error
}

// findAlone returns the memberships in force by which the person is the only contact person of an organisation, or the only admin. Nobody
// else ends one that it has counted before tx ends.
func findAlone(tx db.Tx, person string) ([]Role, error) {
	if err := holdAlike(tx, person); err != nil {
		return nil, err
	}
	var rows []Role
	err := tx.Table("memberships m").Select("m.*, o.name AS organisation").Joins("JOIN organisations o ON o.id = m.organisation_id").
		Where("m.person_id = ? AND m.ended_at IS NULL AND m.role IN ?", person, []access.Role{access.Contact, access.Admin}).
		Where(`NOT EXISTS (SELECT 1 FROM memberships other WHERE other.person_id <> m.person_id AND other.ended_at IS NULL
			AND other.role = m.role AND (other.role = ? OR other.organisation_id = m.organisation_id))`, access.Admin).
		Order("m.created_at, m.id").Find(&rows).Error
	return rows, err
}

// closeAccount leaves of a person an id alone. The address becomes one that nobody can have.
func closeAccount(tx db.Tx, person string, at db.Instant) error {
	gone := map[string]any{"name": "Avslutat konto", "title": "", "email": "", "email_key": "closed:" + person, "closed_at": at}
	if err := tx.Model(&Person{}).Where("id = ?", person).Updates(gone).Error; err != nil {
		return err
	}
	if err := tx.Model(&Membership{}).Where("person_id = ? AND ended_at IS NULL", person).Update("ended_at", at).Error; err != nil {
		return err
	}
	for _, of := range []any{&login{}, &addressChange{}, &Passkey{}, &codeApp{}, &identity{}} {
		if err := tx.Where("person_id = ?", person).Delete(of).Error; err != nil {
			return err
		}
	}
	return nil
}

func setEmail(tx db.Tx, person, email, key string) error {
	return tx.Exec("UPDATE persons SET email = ?, email_key = ?, version = version + 1 WHERE id = ?", email, key, person).Error
}

// findChange returns the person's newest change that was asked for since then and waits for its code.
func findChange(tx db.Tx, person string, since db.Instant, most int) (addressChange, error) {
	var newest addressChange
	err := tx.Where("person_id = ? AND created_at > ? AND tries < ? AND confirmed_at IS NULL AND undone_at IS NULL", person, since, most).
		Order("created_at DESC, id DESC").Take(&newest).Error
	return newest, err
}

func countChange(tx db.Tx, id string) error {
	return tx.Exec("UPDATE address_changes SET tries = tries + 1 WHERE id = ?", id).Error
}

// confirmChange is false when it was confirmed before.
func confirmChange(tx db.Tx, row addressChange) (bool, error) {
	result := tx.Model(&addressChange{}).Where("id = ? AND confirmed_at IS NULL", row.ID).
		Updates(map[string]any{"confirmed_at": row.ConfirmedAt, "undo_hash": row.UndoHash, "undo_code": row.UndoCode, "tries": 0})
	return result.RowsAffected > 0, result.Error
}

// findUndo returns a change that was confirmed since then and can be undone.
func findUndo(tx db.Tx, hash string, since db.Instant, most int) (addressChange, error) {
	var row addressChange
	err := tx.Where("undo_hash = ? AND confirmed_at > ? AND tries < ? AND undone_at IS NULL", hash, since, most).Take(&row).Error
	return row, err
}

// undoChange notes that a change was undone, and all later ones of the person with it; false when it was before.
func undoChange(tx db.Tx, row addressChange, at db.Instant) (bool, error) {
	result := tx.Model(&addressChange{}).Where("id = ? AND undone_at IS NULL", row.ID).Update("undone_at", at)
	if result.Error != nil || result.RowsAffected == 0 {
		return false, result.Error
	}
	return true, tx.Model(&addressChange{}).Where("person_id = ? AND created_at >= ? AND undone_at IS NULL", row.PersonID, row.CreatedAt).Update("undone_at", at).Error
}

// deleteWaysSince removes the ways to log in that the person has got since then.
func deleteWaysSince(tx db.Tx, person string, since db.Instant) error {
	for _, of := range []any{&Passkey{}, &codeApp{}, &identity{}} {
		if err := tx.Where("person_id = ? AND created_at >= ?", person, since).Delete(of).Error; err != nil {
			return err
		}
	}
	return nil
}

// deleteChanges removes those that can be neither confirmed nor undone.
func deleteChanges(tx db.Tx, before db.Instant) error {
	return tx.Where("created_at < ?", before).Delete(&addressChange{}).Error
}

// findOrganisation returns the name of the organisation.
func findOrganisation(tx db.Tx, id string) (name string, err error) {
	err = tx.Table("organisations").Select("name").Where("id = ?", id).Take(&name).Error
	return name, err
}

func hasOrganisation(tx db.Tx, id string) (bool, error) {
	var n int64
	err := tx.Table("organisations").Where("id = ? AND ended_at IS NULL", id).Count(&n).Error
	return n > 0, err
}

func findPlaces(tx db.Tx) ([]Place, error) {
	var places []Place
	err := tx.Table("organisations").Select("id, name").Where("ended_at IS NULL").Order("name, id").Find(&places).Error
	return places, err
}
