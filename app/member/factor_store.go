package member

import (
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"nuso.se/app/access"
	"nuso.se/app/db"
)

// codeApp is a row of the table.
type codeApp struct {
	PersonID  string `gorm:"primaryKey"`
	Secret    string
	LastStep  int64
	CreatedAt db.Instant
}

// TableName is the table's name.
func (codeApp) TableName() string { return "code_apps" }

// challenge is one that has been answered.
type challenge struct {
	ID        string
	ExpiresAt db.Instant
}

// TableName is the table's name.
func (challenge) TableName() string { return "challenges" }

// codeAppID is what the app is called beside the ids of passkeys.
const codeAppID = "kodapp"

func findFactors(tx db.Tx, person string) (Factors, error) {
	var f Factors
	if err := tx.Where("person_id = ?", person).Order("created_at, id").Find(&f.Passkeys).Error; err != nil {
		return f, err
	}
	var apps []codeApp
	err := tx.Where("person_id = ?", person).Find(&apps).Error
	for _, app := range apps {
		f.CodeApp = app.CreatedAt
	}
	return f, err
}

// needsFactor reports whether one of the person's memberships in force is of a role that needs a second factor.
func needsFactor(tx db.Tx, person string) (bool, error) {
	var roles []access.Role
	err := tx.Model(&Membership{}).Where("person_id = ? AND ended_at IS NULL", person).Pluck("role", &roles).Error
	return slices.ContainsFunc(roles, access.Role.NeedsFactor), err
}

func findCodeApp(tx db.Tx, person string) (codeApp, error) {
	var app codeApp
	err := tx.Where("person_id = ?", person).Take(&app).Error
	return app, err
}

// putCodeApp lets the app stand in the place of one that was.
func putCodeApp(tx db.Tx, app codeApp) error {
	return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, UpdateAll: true}).Create(&app).Error
}

// useStep notes that a code of the half minute was used; false when one of it or of a later was before.
func useStep(tx db.Tx, person string, step int64) (bool, error) {
	result := tx.Model(&codeApp{}).Where("person_id = ? AND last_step < ?", person, step).Update("last_step", step)
	return result.RowsAffected > 0, result.Error
}

func findPasskey(tx db.Tx, credentialID string) (Passkey, error) {
	var k Passkey
	err := tx.Where("credential_id = ?", credentialID).Take(&k).Error
	return k, err
}

// usePasskey keeps what the library makes of a passkey that was used; gorm.ErrRecordNotFound when it is there no more.
func usePasskey(tx db.Tx, k Passkey, at db.Instant) error {
	result := tx.Model(&Passkey{}).Where("id = ?", k.ID).Updates(map[string]any{"credential": k.Credential, "used_at": at})
	if result.Error == nil && result.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return result.Error
}

// deleteFactor is gorm.ErrRecordNotFound when the person has none with the id.
func deleteFactor(tx db.Tx, person, id string) error {
	result := tx.Where("person_id = ? AND id = ?", person, id).Delete(&Passkey{})
	if id == codeAppID {
		result = tx.Where("person_id = ?", person).Delete(&codeApp{})
	}
	if result.Error == nil && result.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return result.Error
}

// insertChallenge is false when it is there already.
func insertChallenge(tx db.Tx, c challenge) (bool, error) {
	result := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&c)
	return result.RowsAffected > 0, result.Error
}

func deleteChallenges(tx db.Tx, now db.Instant) error {
	return tx.Where("expires_at < ?", now).Delete(&challenge{}).Error
}
