package member

import (
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/web"
)

// Models are the package's tables, for the test that holds types and schema together.
func Models() []any {
	return []any{Person{}, Membership{}, login{}, Passkey{}, codeApp{}, challenge{}, addressChange{}, identity{}}
}

// hold lets other transactions that would hold the same rows wait until tx ends, so that what is read stays so. SQLite has one writer, and
// holds all. Who holds a person and memberships holds the person first, or two could wait for each other.
func hold(tx db.Tx) db.Tx {
	if tx.Name() == db.PostgreSQL {
		return tx.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return tx
}

func holdPerson(tx db.Tx, id string) error {
	_, err := findByID(hold(tx), id)
	return err
}

func findByKey(tx db.Tx, key string) (Person, error) {
	var p Person
	err := tx.Where("email_key = ?", key).Take(&p).Error
	return p, err
}

func findByID(tx db.Tx, id string) (Person, error) {
	var p Person
	err := tx.Where("id = ?", id).Take(&p).Error
	return p, err
}

// findMembership returns the one in force.
func findMembership(tx db.Tx, person, organisation string) (Membership, error) {
	var m Membership
	err := tx.Where("person_id = ? AND organisation_id = ? AND ended_at IS NULL", person, organisation).Take(&m).Error
	return m, err
}

// hasMembership reports whether the person with the address has one in force.
func hasMembership(tx db.Tx, emailKey string) (bool, error) {
	var n int64
	err := tx.Table("memberships m").Joins("JOIN persons p ON p.id = m.person_id").Where("p.email_key = ? AND m.ended_at IS NULL", emailKey).Count(&n).Error
	return n > 0, err
}

// findHolders returns the people who have the role by a membership in force that the conditions of tx leave; m is the membership.
func findHolders(tx db.Tx, role access.Role) ([]Person, error) {
	var all []Person
	err := tx.Distinct("persons.*").Joins("JOIN memberships m ON m.person_id = persons.id").
		Where("m.role = ? AND m.ended_at IS NULL", role).Order("persons.name, persons.id").Find(&all).Error
	return all, err
}

// findFirst returns the person's first membership in force.
func findFirst(tx db.Tx, person string) (Membership, error) {
	var m Membership
	err := tx.Where("person_id = ? AND ended_at IS NULL", person).Order("created_at, id").Take(&m).Error
	return m, err
}

func endMembership(tx db.Tx, id string, at db.Instant) error {
	return tx.Model(&Membership{}).Where("id = ?", id).Update("ended_at", at).Error
}

func findPeople(tx db.Tx) ([]Person, error) {
	var all []Person
	err := tx.Where("closed_at IS NULL").Order("email_key").Find(&all).Error
	return all, err
}

// findRoles returns the memberships in force by person, each person's in the order they were given.
func findRoles(tx db.Tx) (map[string][]Role, error) {
	var rows []Role
	err := tx.Table("memberships m").Select("m.*, o.name AS organisation").Joins("JOIN organisations o ON o.id = m.organisation_id").
		Where("m.ended_at IS NULL").Order("m.created_at, m.id").Find(&rows).Error
	all := map[string][]Role{}
	for _, r := range rows {
		all[r.PersonID] = append(all[r.PersonID], r)
	}
	return all, err
}

func countRole(tx db.Tx, role access.Role) (n int64, err error) {
	err = tx.Model(&Membership{}).Where("role = ? AND ended_at IS NULL", role).Count(&n).Error
	return n, err
}

// findInForceByID returns the person's membership with the id, if it is in force.
func findInForceByID(tx db.Tx, person, id string) (Membership, error) {
	var m Membership
	err := tx.Where("id = ? AND person_id = ? AND ended_at IS NULL", id, person).Take(&m).Error
	return m, err
}

// maxWords is how many words people are sought by; SQLite takes no condition of many hundreds.
const maxWords = 10

// searchPeople returns the people of a page of the list, and how many there are in all.
func searchPeople(tx db.Tx, f PeopleFilter) (people []Person, total int, err error) {
	tx = tx.Model(&Person{}).Where("closed_at IS NULL")
	words := strings.Fields(strings.ToLower(f.Words))
	for _, word := range words[:min(len(words), maxWords)] {
		small, capital := like(word), like(web.Capital(word)) // LOWER knows no å ä ö on SQLite
		tx = tx.Where(`(LOWER(persons.name) LIKE ? ESCAPE '\' OR persons.name LIKE ? ESCAPE '\' OR persons.email_key LIKE ? ESCAPE '\'
			OR EXISTS (SELECT 1 FROM memberships m JOIN organisations o ON o.id = m.organisation_id WHERE m.person_id = persons.id
			AND m.ended_at IS NULL AND (LOWER(o.name) LIKE ? ESCAPE '\' OR o.name LIKE ? ESCAPE '\')))`, small, capital, small, small, capital)
	}
	var n int64
	if err := tx.Session(&gorm.Session{}).Count(&n).Error; err != nil {
		return nil, 0, err
	}
	err = tx.Order("persons.name, persons.id").Limit(f.Limit).Offset(f.Offset).Find(&people).Error
	return people, int(n), err
}

// like is a pattern for what has the word somewhere.
func like(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word) + "%"
}
