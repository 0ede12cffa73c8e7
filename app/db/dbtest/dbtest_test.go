package dbtest_test

import (
	"context"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestEachDatabaseIsFreshMigratedAndCounted(t *testing.T) {
	for range 2 {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			var rows int64
			n := dbtest.Queries(t, d, func() {
				if err := d.Read(context.Background()).Table("jobs").Count(&rows).Error; err != nil {
					t.Fatal(err)
				}
			})
			if rows != 0 || n != 1 {
				t.Errorf("%d rows by %d queries, want 0 by 1", rows, n)
			}
			err := d.Tx(context.Background(), func(tx db.Tx) error {
				return tx.Exec("INSERT INTO jobs (id, kind, payload, run_at, created_at) VALUES ('1', 'x', '', 1, 1)").Error
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}
