package demo

import (
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/organisation"
)

// marked and markedNews are how ids look that are the demonstration's. Those of documents are chosen by editors, who choose no such one.
const (
	marked     = mark + "%"
	markedNews = mark + "________-____-____-____-____________"
)

// findMarked returns the ids of all that is loaded.
func findMarked(tx db.Tx) ([]string, error) {
	var ids []string
	err := tx.Raw(`SELECT id FROM organisations WHERE id LIKE @mark UNION ALL SELECT id FROM rounds WHERE id LIKE @mark
		UNION ALL SELECT id FROM persons WHERE id LIKE @mark UNION ALL SELECT id FROM documents WHERE id LIKE @news`,
		map[string]any{"mark": marked, "news": markedNews}).Scan(&ids).Error
	return ids, err
}

func findNews(tx db.Tx) ([]document.Document, error) {
	var docs []document.Document
	err := tx.Select("id", "slug").Where("id LIKE ?", markedNews).Find(&docs).Error
	return docs, err
}

// insertRound adds the round with an organisation that takes part in it.
func insertRound(tx db.Tx, r organisation.Round, takesPart string, at db.Instant) error {
	if err := tx.Create(&r).Error; err != nil {
		return err
	}
	return tx.Exec("INSERT INTO participations (organisation_id, round_id, entered_at, entered_by) VALUES (?, ?, ?, '')", takesPart, r.ID, at).Error
}

// removal is rows to remove: those of a table with a mark in one of the columns.
type removal struct {
	table   string
	columns []string
	unless  string // a condition under which a row stays
	forgets bool   // the rows are others' and stay, but forget whom they name
	id      string // how marks in it look; empty: marked
}

// removals are in the order in which nothing refers to what is removed. A test holds it together with the foreign keys there are.
func removals() []removal {
	return []removal{
		{table: "documents", columns: []string{"id"}, id: markedNews}, // and by it tags, aliases, revisions
		{table: "participations", columns: []string{"round_id", "organisation_id"}},
		{table: "rounds", columns: []string{"id"}},
		{table: "sessions", columns: []string{"person_id"}},
		{table: "logins", columns: []string{"person_id"}},
		{table: "passkeys", columns: []string{"person_id"}},
		{table: "code_apps", columns: []string{"person_id"}},
		{table: "address_changes", columns: []string{"person_id"}},
		{table: "identities", columns: []string{"person_id"}},
		{table: "join_requests", columns: []string{"organisation_id", "person_id"}},
		{table: "join_requests", columns: []string{"decided_by"}, forgets: true},
		{table: "memberships", columns: []string{"person_id"}},
		{table: "persons", columns: []string{"id"}},
		{table: "organisation_domains", columns: []string{"organisation_id"}},
		{table: "organisations", columns: []string{"id"}, unless: inUse},
	}
}

// statement removes the rows with a mark in the column.
func (r removal) statement(column string) string {
	switch {
	case r.forgets:
		return "UPDATE " + r.table + " SET " + column + " = NULL WHERE " + column + " LIKE ?"
	case r.unless != "":
		return "DELETE FROM " + r.table + " WHERE " + column + " LIKE ? AND NOT " + r.unless
	}
	return "DELETE FROM " + r.table + " WHERE " + column + " LIKE ?"
}

// inUse is that somebody has or had a role at the organisation who is no demonstration.
const inUse = "EXISTS (SELECT 1 FROM memberships m WHERE m.organisation_id = organisations.id)"

// removeMarked removes what has the mark, and returns how many rows of which tables they were.
func removeMarked(tx db.Tx) (map[string]int64, error) {
	removed := map[string]int64{}
	for _, r := range removals() {
		look := r.id
		if look == "" {
			look = marked
		}
		for _, column := range r.columns {
			done := tx.Exec(r.statement(column), look)
			if done.Error != nil {
				return nil, done.Error
			}
			if done.RowsAffected > 0 && !r.forgets {
				removed[r.table] += done.RowsAffected
			}
		}
	}
	return removed, endViews(tx)
}

// endViews lets admins who see as an organisation that is no more see as themselves.
func endViews(tx db.Tx) error {
	return tx.Exec(`UPDATE sessions SET view_role = '', view_organisation_id = '', view_until = NULL WHERE view_organisation_id LIKE ?
		AND NOT EXISTS (SELECT 1 FROM organisations o WHERE o.id = sessions.view_organisation_id)`, marked).Error
}

// findKept returns the names of the organisations that could not be removed.
func findKept(tx db.Tx) ([]string, error) {
	var names []string
	err := tx.Model(&organisation.Organisation{}).Where("id LIKE ?", marked).Order("name").Pluck("name", &names).Error
	return names, err
}
