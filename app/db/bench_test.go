package db_test

import (
	"fmt"
	"testing"

	"gorm.io/gorm"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func benchEach(b *testing.B, bench func(b *testing.B, d *db.DB)) {
	b.Helper()
	b.Run(db.SQLite, func(b *testing.B) { bench(b, dbtest.New(b)) })
	b.Run(db.PostgreSQL, func(b *testing.B) { bench(b, dbtest.Postgres(b)) })
}

// BenchmarkFirst reads one of a thousand rows by its key, plainly and with gorm's cache of prepared statements.
func BenchmarkFirst(b *testing.B) {
	benchEach(b, func(b *testing.B, d *db.DB) {
		fill(b, d)
		for name, session := range map[string]gorm.Session{"plain": {}, "prepared": {PrepareStmt: true}} {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					var one thing
					must(b, d.Read(b.Context()).Session(&session).First(&one, "id = ?", fmt.Sprint(i%1000)).Error)
				}
			})
		}
	})
}

// BenchmarkFind reads twenty rows.
func BenchmarkFind(b *testing.B) {
	benchEach(b, func(b *testing.B, d *db.DB) {
		fill(b, d)
		b.ReportAllocs()
		for b.Loop() {
			var page []thing
			must(b, d.Read(b.Context()).Order("name").Limit(20).Find(&page).Error)
		}
	})
}

// BenchmarkTx writes one row in a transaction of its own, kept on the disk.
func BenchmarkTx(b *testing.B) {
	benchEach(b, func(b *testing.B, d *db.DB) {
		makeThings(b, d)
		for i := 0; b.Loop(); i++ {
			must(b, create(b.Context(), d, thing{ID: fmt.Sprint(i), Name: fmt.Sprint(i)}))
		}
	})
}

func fill(b *testing.B, d *db.DB) {
	b.Helper()
	makeThings(b, d)
	var all []thing
	for i := range 1000 {
		all = append(all, thing{ID: fmt.Sprint(i), Name: fmt.Sprint("name ", i)})
	}
	must(b, create(b.Context(), d, all...))
}
