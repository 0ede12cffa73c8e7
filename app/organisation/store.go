package organisation

import (
	"gorm.io/gorm/clause"

	"nuso.se/app/db"
)

// participation is a row of the table: the organisation takes part in the round.
type participation struct {
	OrganisationID string `gorm:"primaryKey"`
	RoundID        string `gorm:"primaryKey"`
	EnteredAt      db.Instant
	EnteredBy      string // a person's id
}

// TableName is the table's name.
func (participation) TableName() string { return "participations" }

// domain is a row of the table: people of the organisation have addresses there.
type domain struct {
	Domain         string `gorm:"primaryKey"`
	OrganisationID string `gorm:"primaryKey"`
}

// TableName is the table's name.
func (domain) TableName() string { return "organisation_domains" }

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any { return []any{Organisation{}, domain{}, Study{}, Round{}, participation{}} }

// findKommuner returns the municipalities of the table by id.
func findKommuner(tx db.Tx) (map[string]Organisation, error) {
	var rows []Organisation
	err := tx.Where("kind = ?", Kommun).Find(&rows).Error
	all := make(map[string]Organisation, len(rows))
	for _, o := range rows {
		all[o.ID] = o
	}
	return all, err
}

func findByID(tx db.Tx, id string) (Organisation, error) {
	var o Organisation
	err := tx.Where("id = ?", id).Take(&o).Error
	return o, err
}

// findLiving returns one that has not ceased to be.
func findLiving(tx db.Tx, id string) (Organisation, error) {
	var o Organisation
	err := tx.Where("id = ? AND ended_at IS NULL", id).Take(&o).Error
	return o, err
}

// findListed returns those that have not ceased to be, in no order.
func findListed(tx db.Tx) ([]Listed, error) {
	var all []Listed
	err := tx.Table("organisations o").Select(`o.*, COALESCE(above.name, '') AS parent,
			(SELECT COUNT(*) FROM organisation_domains d WHERE d.organisation_id = o.id) AS domains,
			(SELECT COUNT(*) FROM participations p WHERE p.organisation_id = o.id) AS rounds`).
		Joins("LEFT JOIN organisations above ON above.id = o.parent_id").Where("o.ended_at IS NULL").Order("o.id").Find(&all).Error
	return all, err
}

// nextVersion counts the version up, unless another than the given one is kept.
func nextVersion(tx db.Tx, id string, version int64) (current bool, err error) {
	done := tx.Model(&Organisation{}).Where("id = ? AND version = ?", id, version).Update("version", version+1)
	return done.RowsAffected == 1, done.Error
}

// findByName returns the oldest with the name.
func findByName(tx db.Tx, name string) (Organisation, error) {
	var o Organisation
	err := tx.Where("name = ? AND ended_at IS NULL", name).Order("created_at, id").Take(&o).Error
	return o, err
}

// findOthers returns those that are no municipalities, by name.
func findOthers(tx db.Tx) ([]Organisation, error) {
	var all []Organisation
	err := tx.Where("kind <> ? AND ended_at IS NULL", Kommun).Order("name, id").Find(&all).Error
	return all, err
}

// findDistricts returns the districts of a municipality that there are, by name.
func findDistricts(tx db.Tx, municipality string) ([]Organisation, error) {
	var all []Organisation
	err := tx.Where("parent_id = ? AND ended_at IS NULL", municipality).Order("name, id").Find(&all).Error
	return all, err
}

// exists reports whether there is another of the kind, and of the same municipality, with the name.
func exists(tx db.Tx, o Organisation) (bool, error) {
	tx = tx.Model(&Organisation{}).Where("kind = ? AND name = ? AND ended_at IS NULL", o.Kind, o.Name)
	if o.ParentID != nil {
		tx = tx.Where("parent_id = ?", *o.ParentID)
	}
	var n int64
	err := tx.Count(&n).Error
	return n > 0, err
}

func insert(tx db.Tx, o *Organisation) error { return tx.Create(o).Error }

// upsert writes organisations in the place of those with their ids.
func upsert(tx db.Tx, all []Organisation) error {
	if len(all) == 0 {
		return nil
	}
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"name", "slug", "county", "version"}),
	}).Create(&all).Error
}

func replaceDomains(tx db.Tx, id string, domains []string) error {
	if err := tx.Where("organisation_id = ?", id).Delete(&domain{}).Error; err != nil || len(domains) == 0 {
		return err
	}
	rows := make([]domain, len(domains))
	for i, d := range domains {
		rows[i] = domain{Domain: d, OrganisationID: id}
	}
	return tx.Create(&rows).Error
}

func findDomains(tx db.Tx, id string) ([]string, error) {
	domains := []string{}
	err := tx.Model(&domain{}).Where("organisation_id = ?", id).Order("domain").Pluck("domain", &domains).Error
	return domains, err
}

// findByDomains returns the organisations with the longest of the domains that any has.
func findByDomains(tx db.Tx, domains []string) ([]Organisation, error) {
	var all []Organisation
	err := tx.Where(`ended_at IS NULL AND id IN (SELECT organisation_id FROM organisation_domains WHERE domain = (
		SELECT domain FROM organisation_domains WHERE domain IN ? ORDER BY LENGTH(domain) DESC LIMIT 1))`, domains).
		Order("kind DESC, name, id").Find(&all).Error
	return all, err
}

func findRounds(tx db.Tx) ([]Round, error) {
	var rounds []Round
	err := tx.Joins("JOIN studies s ON s.id = rounds.study_id").Order("s.position, rounds.position, rounds.id").Find(&rounds).Error
	return rounds, err
}

// taking is a round with an organisation that takes part in it.
type taking struct {
	OrganisationID string
	Round
}

// findTakings returns what the conditions of tx leave, in the order of rounds; p is the participation.
func findTakings(tx db.Tx) ([]taking, error) {
	var rows []taking
	err := tx.Table("participations p").Select("p.organisation_id, r.*").Joins("JOIN rounds r ON r.id = p.round_id").
		Joins("JOIN studies s ON s.id = r.study_id").Order("s.position, r.position, r.id").Find(&rows).Error
	return rows, err
}

func insertParticipation(tx db.Tx, p participation) error {
	return tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&p).Error
}

// findRoundsOf returns the ids of the rounds that the organisation takes part in.
func findRoundsOf(tx db.Tx, id string) ([]string, error) {
	rounds := []string{}
	err := tx.Model(&participation{}).Where("organisation_id = ?", id).Order("round_id").Pluck("round_id", &rounds).Error
	return rounds, err
}

// deleteOtherParticipations leaves those in the rounds.
func deleteOtherParticipations(tx db.Tx, id string, rounds []string) error {
	tx = tx.Where("organisation_id = ?", id)
	if len(rounds) > 0 {
		tx = tx.Where("round_id NOT IN ?", rounds)
	}
	return tx.Delete(&participation{}).Error
}

func deleteParticipation(tx db.Tx, id, round string) error {
	return tx.Where("organisation_id = ? AND round_id = ?", id, round).Delete(&participation{}).Error
}
