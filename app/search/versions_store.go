package search

import "nuso.se/app/db"

// Versions returns the version of every document of the kinds by its id: a feature compares them with its own to make
// found what was written before there was a search.
func Versions(tx db.Tx, kinds ...string) (map[string]int64, error) {
	var rows []struct {
		ID      string
		Version int64
	}
	if err := tx.Model(&row{}).Select("id, version").Where("kind IN ?", kinds).Find(&rows).Error; err != nil {
		return nil, db.Error(err)
	}
	all := make(map[string]int64, len(rows))
	for _, r := range rows {
		all[r.ID] = r.Version
	}
	return all, nil
}
