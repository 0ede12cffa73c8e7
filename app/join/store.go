package join

import (
	"time"

	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
)

// The columns by which a request is found that is to be confirmed.
const (
	byAsk  = "ask_hash"
	byLink = "link_hash"
)

// insert is false when the browser's secret has made a request already.
func insert(tx db.Tx, r Request) (first bool, err error) {
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r)
	return done.RowsAffected == 1, done.Error
}

// findUnsent returns a request that no mail has been sent for.
func findUnsent(tx db.Tx, id string, now db.Instant) (Request, error) {
	var r Request
	err := tx.Where("id = ? AND link_hash = '' AND expires_at > ?", id, now).Take(&r).Error
	return r, err
}

func saveSecrets(tx db.Tx, id, code, link string) error {
	return tx.Model(&Request{}).Where("id = ?", id).Updates(map[string]any{"code_hash": code, "link_hash": link}).Error
}

// emptyRequest removes what was filled in, and leaves of the request that it was made; no code fits it.
func emptyRequest(tx db.Tx, id, link string) error {
	gone := map[string]any{
		"email": "", "email_key": "", "name": "", "organisation_id": nil, "organisation_name": "", "domain_fits": false, "role": "", "purpose": "", "terms": "",
		"link_hash": link,
	}
	return tx.Model(&Request{}).Where("id = ?", id).Updates(gone).Error
}

// findAsked returns a request whose code and link are not too old, confirmed or not.
func findAsked(tx db.Tx, column, value string, now db.Instant) (Request, error) {
	var r Request
	err := tx.Where(column+" = ? AND expires_at > ?", value, now).Take(&r).Error
	return r, err
}

// addTry counts a code; false when there have been so many or there is no such request.
func addTry(tx db.Tx, ask string, most int) (bool, error) {
	done := tx.Exec("UPDATE join_requests SET tries = tries + 1 WHERE ask_hash = ? AND tries < ?", ask, most)
	return done.RowsAffected > 0, done.Error
}

// replaceOlder decides what waits from the address: the person has asked anew.
func replaceOlder(tx db.Tx, emailKey string, now db.Instant) error {
	return tx.Model(&Request{}).Where("email_key = ? AND confirmed_at IS NOT NULL AND decided_at IS NULL", emailKey).
		Updates(map[string]any{"decided_at": now, "outcome": Replaced}).Error
}

// setConfirmed is false when somebody has just done so.
func setConfirmed(tx db.Tx, id string, now db.Instant) (bool, error) {
	done := tx.Model(&Request{}).Where("id = ? AND confirmed_at IS NULL", id).Update("confirmed_at", now)
	return done.RowsAffected == 1, done.Error
}

// setTold is false when the editors were told before.
func setTold(tx db.Tx, id string, now db.Instant) (bool, error) {
	done := tx.Model(&Request{}).Where("id = ? AND told_at IS NULL", id).Update("told_at", now)
	return done.RowsAffected == 1, done.Error
}

// contactsFirst is the condition that contact persons are to answer before editors do: the address fits, and there are some. Its
// parameter is the instant before which a request must have been confirmed to be late.
const contactsFirst = `(domain_fits AND confirmed_at > ? AND EXISTS (SELECT 1 FROM memberships m
	WHERE m.organisation_id = join_requests.organisation_id AND m.role = 'contact' AND m.ended_at IS NULL))`

func findUntold(tx db.Tx, now time.Time) ([]Request, error) {
	var all []Request
	err := tx.Where("confirmed_at IS NOT NULL AND decided_at IS NULL AND told_at IS NULL AND NOT "+contactsFirst, lateBefore(now)).
		Order("confirmed_at, id").Find(&all).Error
	return all, err
}

func lateBefore(now time.Time) db.Instant { return db.At(now.Add(-contactsTime)) }

// visible limits tx to the confirmed requests that the actor may see: editors and admins all, contact persons those from their own
// organisation's addresses, others none.
func visible(tx db.Tx, actor access.Actor) db.Tx {
	tx = tx.Model(&Request{}).Where("join_requests.confirmed_at IS NOT NULL")
	switch {
	case actor.Edits():
		return tx
	case actor.Role == access.Contact:
		return tx.Where("join_requests.organisation_id = ? AND domain_fits", actor.Organisation())
	}
	return tx.Where("1 = 0")
}

// decidable limits tx to the requests that the actor may decide now.
func decidable(tx db.Tx, actor access.Actor, now time.Time) db.Tx {
	tx = visible(tx, actor).Where("decided_at IS NULL")
	if actor.Edits() {
		tx = tx.Where("NOT "+contactsFirst, lateBefore(now))
	}
	return tx
}

// findList returns a page of what the actor may see, with how many there are: waiting ones the oldest first, decided ones the newest.
func findList(tx db.Tx, actor access.Actor, f Filter, now time.Time) (rows []Listed, total int64, err error) {
	state, order := "decided_at IS NULL", "join_requests.confirmed_at, join_requests.id"
	if f.Decided {
		state, order = "decided_at IS NOT NULL", "decided_at DESC, join_requests.id DESC"
	}
	if err := visible(tx, actor).Where(state).Count(&total).Error; err != nil {
		return nil, 0, err
	}
	err = withNames(visible(tx, actor), now).Where(state).Order(order).Limit(f.Limit).Offset(f.Offset).Find(&rows).Error
	for i := range rows {
		rows[i].fill()
	}
	return rows, total, err
}

func findVisible(tx db.Tx, actor access.Actor, id string, now time.Time) (Listed, error) {
	var row Listed
	err := withNames(visible(tx, actor), now).Where("join_requests.id = ?", id).Take(&row).Error
	row.fill()
	return row, err
}

// fill takes name and address from the account that came of the request.
func (l *Listed) fill() {
	if l.PersonID != nil {
		l.Name, l.Email = l.AccountName, l.AccountEmail
	}
}

// withNames adds to each request whose it is, who decided it and where, and whether contact persons are to answer first.
func withNames(tx db.Tx, now time.Time) db.Tx {
	return tx.Select(`join_requests.*, COALESCE(a.name, '') AS account_name, COALESCE(a.email, '') AS account_email, COALESCE(p.name, '') AS decider,
		COALESCE(o.name, '') AS place, `+contactsFirst+" AS contacts_first", lateBefore(now)).
		Joins("LEFT JOIN persons p ON p.id = join_requests.decided_by").Joins("LEFT JOIN persons a ON a.id = join_requests.person_id").
		Joins("LEFT JOIN organisations o ON o.id = join_requests.organisation_id")
}

func countDecidable(tx db.Tx, actor access.Actor, now time.Time) (n int64, err error) {
	err = decidable(tx, actor, now).Count(&n).Error
	return n, err
}

// decide is false when the actor may not, or no longer: somebody else was first.
func decide(tx db.Tx, actor access.Actor, id string, outcome Outcome, given access.Role, now time.Time) (bool, error) {
	done := decidable(tx, actor, now).Where("id = ?", id).
		Updates(map[string]any{"decided_at": db.At(now), "decided_by": actor.ID, "outcome": outcome, "given": given})
	return done.RowsAffected == 1, done.Error
}

// setAccount notes whose account came of the request, and where. Name and address are kept there alone.
func setAccount(tx db.Tx, id, person, organisation string) error {
	return tx.Model(&Request{}).Where("id = ?", id).
		Updates(map[string]any{"person_id": person, "organisation_id": organisation, "name": "", "email": "", "email_key": ""}).Error
}

func deleteUnconfirmed(tx db.Tx, now db.Instant) (int64, error) {
	done := tx.Where("confirmed_at IS NULL AND expires_at <= ?", now).Delete(&Request{})
	return done.RowsAffected, done.Error
}

// clearPurposes forgets why people asked whose requests were decided before the instant.
func clearPurposes(tx db.Tx, before db.Instant) (int64, error) {
	done := tx.Model(&Request{}).Where("decided_at <= ? AND purpose <> ''", before).Update("purpose", "")
	return done.RowsAffected, done.Error
}

// findOf returns the requests of which the person's account came, in their order.
func findOf(tx db.Tx, person string) ([]Request, error) {
	var rows []Request
	err := tx.Where("person_id = ?", person).Order("created_at, id").Find(&rows).Error
	return rows, err
}
