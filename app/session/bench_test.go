package session

import (
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

// BenchmarkFind finds one of a thousand sessions that acts by a membership, and a token that nobody has.
func BenchmarkFind(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) *db.DB{db.SQLite: dbtest.New, db.PostgreSQL: dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			f := newFixture(b, open(b))
			var token string
			f.tx(func(tx db.Tx) (err error) {
				for range 1000 {
					if token, _, err = f.Start(tx, anna, annaMember, firefox, false); err != nil {
						return err
					}
				}
				return nil
			})
			b.Run("known", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f.find(token)
				}
			})
			unknown := newToken()
			b.Run("unknown", func(b *testing.B) {
				for b.Loop() {
					if _, err := f.Find(b.Context(), unknown); !fault.Is(err, fault.NotFound) {
						b.Fatal(err)
					}
				}
			})
		})
	}
}
