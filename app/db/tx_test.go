package db_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestTxKeepsAllOrNothing(t *testing.T) {
	refused := errors.New("refused")
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		for _, row := range []struct {
			name string
			end  func(cancel func()) error
			want int64
		}{
			{"an error undoes it", func(func()) error { return refused }, 0},
			{"a caller who has gone undoes it", func(cancel func()) error { cancel(); return nil }, 0},
			{"else it is kept", func(func()) error { return nil }, 1},
		} {
			t.Run(row.name, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				err := d.Tx(ctx, func(tx db.Tx) error {
					must(t, tx.Create(&thing{ID: row.name, Name: row.name}).Error)
					return row.end(cancel)
				})
				if (err == nil) != (row.want == 1) || count(t, d) != row.want {
					t.Errorf("err %v, %d rows, want %d", err, count(t, d), row.want)
				}
			})
		}
	})
}

func TestAPanicUndoesTheTransactionAndFreesTheWriter(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Tx(t.Context(), func(tx db.Tx) error {
				must(t, tx.Create(&thing{ID: "1", Name: "1"}).Error)
				panic("oj")
			})
		}()
		must(t, create(t.Context(), d, thing{ID: "2", Name: "2"}))
		if count(t, d) != 1 {
			t.Error("the row of the panicking transaction is there")
		}
	})
}

func TestACommitThatFailsFreesTheWriter(t *testing.T) {
	nobody := "nobody"
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		deferred := map[string]string{db.SQLite: "PRAGMA defer_foreign_keys = on", db.PostgreSQL: "SET CONSTRAINTS ALL DEFERRED"}
		err := d.Tx(t.Context(), func(tx db.Tx) error {
			must(t, tx.Exec(deferred[d.Engine()]).Error)
			return tx.Create(&thing{ID: "1", Name: "1", OwnerID: &nobody}).Error
		})
		if !fault.Is(err, fault.Conflict) || !errors.Is(err, db.ErrForeignKey) {
			t.Errorf("got %v, want a Conflict by foreign key", err)
		}
		must(t, create(t.Context(), d, thing{ID: "2", Name: "2"}))
		if count(t, d) != 1 {
			t.Errorf("%d rows, want the second alone", count(t, d))
		}
	})
}

func TestReadModifyWriteLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		must(t, d.Tx(t.Context(), func(tx db.Tx) error {
			return errors.Join(tx.Exec("CREATE TABLE counters (n BIGINT NOT NULL)").Error, tx.Exec("INSERT INTO counters VALUES (0)").Error)
		}))
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 20 {
					err := d.Tx(t.Context(), func(tx db.Tx) error {
						if d.Engine() == db.PostgreSQL {
							if err := tx.Exec("LOCK TABLE counters").Error; err != nil {
								return err
							}
						}
						var n int64
						if err := tx.Raw("SELECT n FROM counters").Scan(&n).Error; err != nil {
							return err
						}
						return tx.Exec("UPDATE counters SET n = ?", n+1).Error
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		var n int64
		must(t, d.Read(t.Context()).Raw("SELECT n FROM counters").Scan(&n).Error)
		if n != 160 {
			t.Errorf("counted to %d, want 160", n)
		}
	})
}

func TestReadersSeeTheOldStateWhileAWriteIsOpenAndDoNotWait(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		must(t, d.Tx(t.Context(), func(tx db.Tx) error {
			must(t, tx.Create(&thing{ID: "1", Name: "1"}).Error)
			start := time.Now()
			if n := count(t, d); n != 0 {
				t.Errorf("a reader sees %d rows of an open transaction", n)
			}
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("a reader waited %v for a writer", took)
			}
			return nil
		}))
	})
}

func TestASecondWriterGivesUpWhenItsCallerHasGone(t *testing.T) {
	d := dbtest.New(t)
	must(t, d.Tx(t.Context(), func(db.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		err := d.Tx(ctx, func(db.Tx) error { t.Error("a second writer came in"); return nil })
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v, want Unavailable", err)
		}
		return nil
	}))
}

func TestSignalsComeAfterTheCommitAndOnlyThen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		heard := 0
		stop := d.Listen("x", func() { heard++ })
		signal := func(end error) {
			_ = d.Tx(t.Context(), func(tx db.Tx) error {
				db.Signal(tx, "x")
				db.Signal(tx.Where("1 = 1"), "x")
				db.Signal(tx, "y")
				if heard != 0 {
					t.Error("heard before the commit")
				}
				return end
			})
		}
		signal(errors.New("refused"))
		if heard != 0 {
			t.Error("heard after a rollback")
		}
		signal(nil)
		if heard != 1 {
			t.Errorf("heard %d times, want once", heard)
		}
		db.Signal(d.Read(t.Context()), "x")
		stop()
		heard = 0
		signal(nil)
		if heard != 0 {
			t.Error("heard after stop")
		}
	})
}

func TestSlowQueriesAreLoggedWithoutTheirValues(t *testing.T) {
	var lines strings.Builder
	var mu sync.Mutex
	handler := slog.NewTextHandler(writer(func(b []byte) { mu.Lock(); defer mu.Unlock(); lines.Write(b) }), nil)
	d, err := db.Open(t.Context(), db.Options{URL: dbtest.PostgresURL(t), Log: slog.New(handler)})
	must(t, err)
	defer d.Close()
	var out string
	must(t, d.Read(t.Context()).Raw("SELECT ?::text FROM pg_sleep(0.25)", "hemligt").Scan(&out).Error)
	must(t, d.Read(t.Context()).Exec("SELECT pg_sleep(0.25), ?::text", "hemligt").Error)
	_ = d.Read(t.Context()).Raw("SELECT nonsense").Scan(&out).Error
	if got := lines.String(); strings.Count(got, "pg_sleep") != 2 || strings.Contains(got, "hemligt") {
		t.Errorf("logged:\n%s", got)
	}
}

type writer func(b []byte)

func (w writer) Write(b []byte) (int, error) { w(b); return len(b), nil }

func TestManyCancelledCallersLeaveTheDatabaseWell(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		var group sync.WaitGroup
		for worker := range 8 {
			group.Go(func() {
				for i := range 40 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%8)*300*time.Microsecond)
					name := fmt.Sprint(worker, "-", i)
					_ = create(ctx, d, thing{ID: name, Name: name})
					var n int64
					_ = d.Read(ctx).Model(&thing{}).Count(&n).Error
					cancel()
				}
			})
		}
		group.Wait()
		must(t, create(t.Context(), d, thing{ID: "last", Name: "last"}))
		must(t, d.Ping(t.Context()))
	})
}
