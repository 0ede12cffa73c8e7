package db

import "context"

// Announced is the name of the signal that Announce sends to this process.
const Announced = "announced"

// Announce says, within tx, that something readers see has changed: page caches drop what they hold, in this process
// when tx has committed and in every other within a second. Every write that shows on a page calls it.
func Announce(tx Tx) error {
	Signal(tx, Announced)
	return tx.Exec("UPDATE announcements SET version = version + 1 WHERE id = 1").Error
}

// Announcement returns the number of the last announcement; another number than before means that pages have changed.
func (d *DB) Announcement(ctx context.Context) (int64, error) {
	var version int64
	err := d.Read(ctx).Raw("SELECT version FROM announcements WHERE id = 1").Scan(&version).Error
	return version, Error(err)
}
