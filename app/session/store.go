package session

import (
	"time"

	"nuso.se/app/db"
)

// row is a session with the hash that finds it, which goes nowhere else.
type row struct {
	TokenHash string `gorm:"primaryKey"`
	Session
}

// TableName is the table's name.
func (row) TableName() string { return "sessions" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{row{}} }

// living is the condition of being alive: created and seen after two instants, acting by a membership in force or by none.
const living = `sessions.created_at > ? AND sessions.seen_at > ? AND (sessions.membership_id IS NULL OR EXISTS (SELECT 1 FROM memberships m
	WHERE m.id = sessions.membership_id AND m.person_id = sessions.person_id AND m.ended_at IS NULL))`

// borders are what the instants of a living session lie after.
func borders(now time.Time, l Limits) []any {
	return []any{db.At(now.Add(-l.Absolute)), db.At(now.Add(-l.Idle))}
}

// alive limits tx to the sessions alive at now.
func alive(tx db.Tx, now time.Time, l Limits) db.Tx {
	return tx.Model(&row{}).Where(living, borders(now, l)...)
}

// find reads at once what every request asks for. It is written out, since gorm would take as long to make the statement as SQLite to run it.
func find(tx db.Tx, now time.Time, l Limits, tokenHash string) (f Found, err error) {
	err = tx.Raw(findSQL, append([]any{tokenHash}, borders(now, l)...)...).Row().Scan(
		&f.ID, &f.PersonID, &f.MembershipID, &f.StrongAt, &f.CreatedAt, &f.SeenAt, &f.Agent, &f.View.Role, &f.View.OrganisationID, &f.View.Until,
		&f.Name, &f.Role, &f.OrganisationID, &f.Organisation, &f.Held)
	return f, err
}

const findSQL = `SELECT sessions.id, sessions.person_id, COALESCE(sessions.membership_id, ''), sessions.strong_at, sessions.created_at, sessions.seen_at, sessions.agent,
		sessions.view_role, sessions.view_organisation_id, sessions.view_until,
		COALESCE(p.name, ''), COALESCE(m.role, ''), COALESCE(m.organisation_id, ''), COALESCE(o.name, ''),
		(SELECT COUNT(*) FROM memberships h WHERE h.person_id = m.person_id AND h.ended_at IS NULL)
	FROM sessions LEFT JOIN memberships m ON m.id = sessions.membership_id LEFT JOIN persons p ON p.id = m.person_id
		LEFT JOIN organisations o ON o.id = m.organisation_id
	WHERE sessions.token_hash = ? AND ` + living

func list(alive db.Tx, personID string) ([]Session, error) {
	var all []Session
	err := alive.Where("person_id = ?", personID).Order("seen_at DESC, id DESC").Find(&all).Error
	return all, err
}

// insert leaves an empty membership NULL.
func insert(tx db.Tx, r row) error {
	return tx.Exec(`INSERT INTO sessions (token_hash, id, person_id, membership_id, strong_at, created_at, seen_at, agent)
		VALUES (?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?)`,
		r.TokenHash, r.ID, r.PersonID, r.MembershipID, r.StrongAt, r.CreatedAt, r.SeenAt, r.Agent).Error
}

// holdsMembership is an error of no row unless the membership is in force and the person's.
func holdsMembership(tx db.Tx, personID, membershipID string) error {
	var id string
	return db.Error(tx.Table("memberships").Select("id").
		Where("id = ? AND person_id = ? AND ended_at IS NULL", membershipID, personID).Take(&id).Error)
}

func update(alive db.Tx, tokenHash, column string, value any) (int64, error) {
	done := alive.Where("token_hash = ?", tokenHash).Update(column, value)
	return done.RowsAffected, done.Error
}

func updateMembership(alive db.Tx, tokenHash, membershipID string) (int64, error) {
	return update(alive.Where(`EXISTS (SELECT 1 FROM memberships n
		WHERE n.id = ? AND n.person_id = sessions.person_id AND n.ended_at IS NULL)`, membershipID),
		tokenHash, "membership_id", membershipID)
}

func updateView(alive db.Tx, tokenHash string, v View) (int64, error) {
	done := alive.Where("token_hash = ?", tokenHash).
		Updates(map[string]any{"view_role": v.Role, "view_organisation_id": v.OrganisationID, "view_until": v.Until})
	return done.RowsAffected, done.Error
}

// updateSeen changes nothing when another request or replica has noted a use already.
func updateSeen(tx db.Tx, tokenHash string, now time.Time) error {
	return tx.Model(&row{}).Where("token_hash = ? AND seen_at <= ?", tokenHash, db.At(now.Add(-seenEvery))).
		Update("seen_at", db.At(now)).Error
}

func deleteOne(tx db.Tx, personID, id string) (int64, error) {
	done := tx.Where("person_id = ? AND id = ?", personID, id).Delete(&row{})
	return done.RowsAffected, done.Error
}

func deleteAll(tx db.Tx, personID, except string) error {
	return tx.Where("person_id = ? AND id <> ?", personID, except).Delete(&row{}).Error
}

func deleteOfMembership(tx db.Tx, membershipID string) error {
	return tx.Where("membership_id = ?", membershipID).Delete(&row{}).Error
}

func deleteDead(tx db.Tx, now time.Time, l Limits) (int64, error) {
	done := tx.Where("NOT ("+living+")", borders(now, l)...).Delete(&row{})
	return done.RowsAffected, done.Error
}
