package member

import "nuso.se/app/db"

// identity is a row of the table.
type identity struct {
	Issuer    string     `gorm:"primaryKey" json:"issuer"`
	Subject   string     `gorm:"primaryKey" json:"subject"`
	PersonID  string     `json:"-"`
	CreatedAt db.Instant `json:"added_at"`
}

// TableName is the table's name.
func (identity) TableName() string { return "identities" }

func findIdentity(tx db.Tx, issuer, subject string) (identity, error) {
	var i identity
	err := tx.Where("issuer = ? AND subject = ?", issuer, subject).Take(&i).Error
	return i, err
}

func findIdentities(tx db.Tx, person string) ([]identity, error) {
	all := []identity{}
	err := tx.Where("person_id = ?", person).Order("created_at, issuer, subject").Find(&all).Error
	return all, err
}

func deleteIdentities(tx db.Tx, person string) error {
	return tx.Where("person_id = ?", person).Delete(&identity{}).Error
}

// The columns by which a person is found.
const (
	byPerson  = "id"
	byAddress = "email_key"
)

// findInForce returns the person, if they have a membership in force.
func findInForce(tx db.Tx, column, value string) (Person, error) {
	var p Person
	err := tx.Where(column+" = ? AND EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = persons.id AND m.ended_at IS NULL)", value).Take(&p).Error
	return p, err
}
