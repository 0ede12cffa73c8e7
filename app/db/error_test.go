package db_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestErrorsMeanTheSameOnBothEngines(t *testing.T) {
	nobody := "nobody"
	one := "1"
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		must(t, create(t.Context(), d, thing{ID: "1", Name: "a"}, thing{ID: "2", Name: "b", OwnerID: &one}))
		for _, row := range []struct {
			name    string
			do      func(tx db.Tx) error
			want    fault.Kind
			foreign bool
		}{
			{"no such row", func(tx db.Tx) error { return tx.First(&thing{}, "id = 'x'").Error }, fault.NotFound, false},
			{"the id is taken", func(tx db.Tx) error { return tx.Create(&thing{ID: "1", Name: "c"}).Error }, fault.Conflict, false},
			{"the name is taken", func(tx db.Tx) error { return tx.Create(&thing{ID: "3", Name: "a"}).Error }, fault.Conflict, false},
			{"the owner is missing", func(tx db.Tx) error { return tx.Create(&thing{ID: "3", Name: "c", OwnerID: &nobody}).Error }, fault.Conflict, true},
			{"the owner is in use", func(tx db.Tx) error { return tx.Delete(&thing{}, "id = '1'").Error }, fault.Conflict, true},
			{"a fault of ours", func(tx db.Tx) error { return tx.Exec("SELECT nonsense").Error }, fault.Unexpected, false},
			{"a house error stays", func(db.Tx) error { return fault.Missing("x") }, fault.NotFound, false},
			{"a wrapped one too", func(tx db.Tx) error {
				return fault.Wrap(tx.Create(&thing{ID: "1", Name: "c"}).Error, "storing %s", "1")
			}, fault.Conflict, false},
		} {
			t.Run(row.name, func(t *testing.T) {
				err := d.Tx(t.Context(), row.do)
				if err == nil || fault.KindOf(err) != row.want || errors.Is(err, db.ErrForeignKey) != row.foreign {
					t.Errorf("got %v (kind %v), want kind %v", err, fault.KindOf(err), row.want)
				}
				if f := fault.Of(err); row.want == fault.Conflict && (f == nil || f.Text == "") {
					t.Errorf("a Conflict without a text: %v", err)
				}
			})
		}
	})
}

func TestErrorKnowsWhatNoServerSays(t *testing.T) {
	for _, row := range []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"nobody listens", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, fault.Unavailable},
		{"the line is cut", io.ErrUnexpectedEOF, fault.Unavailable},
		{"the time is up", context.DeadlineExceeded, fault.Unavailable},
		{"the caller has gone", context.Canceled, fault.Unexpected},
		{"gorm found nothing", gorm.ErrRecordNotFound, fault.NotFound},
		{"something else", errors.New("something else"), fault.Unexpected},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := fault.KindOf(db.Error(row.err)); got != row.want {
				t.Errorf("kind %v, want %v", got, row.want)
			}
			if !errors.Is(db.Error(row.err), row.err) {
				t.Error("the cause is lost")
			}
		})
	}
	if db.Error(nil) != nil {
		t.Error("Error(nil) is not nil")
	}
}

func TestAFullDiskRefusesClearlyAndReadsGoOn(t *testing.T) {
	d := dbtest.New(t)
	makeThings(t, d)
	must(t, create(t.Context(), d, thing{ID: "1", Name: "a"}))
	must(t, d.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("PRAGMA max_page_count = 1").Error }))
	err := create(t.Context(), d, thing{ID: "2", Name: strings.Repeat("x", 100_000)})
	if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Text, "Inget har sparats") {
		t.Errorf("got %v", err)
	}
	if count(t, d) != 1 {
		t.Error("half a write is there")
	}
	must(t, d.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("PRAGMA max_page_count = 4294967294").Error }))
	must(t, create(t.Context(), d, thing{ID: "2", Name: "b"}))
}

func TestALockedFileIsBusyNotBroken(t *testing.T) {
	d := dbtest.New(t)
	other, err := db.Open(t.Context(), db.Options{URL: "sqlite:" + d.File()})
	must(t, err)
	defer other.Close()
	must(t, other.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("PRAGMA busy_timeout = 20").Error }))
	must(t, d.Tx(t.Context(), func(db.Tx) error {
		err := other.Tx(t.Context(), func(db.Tx) error { t.Error("two writers at once"); return nil })
		if f := fault.Of(err); f == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Text, "upptagen") || f.After == 0 {
			t.Errorf("got %v, want busy", err)
		}
		return nil
	}))
	must(t, other.Tx(t.Context(), func(db.Tx) error { return nil }))
}

func TestADeadlockEndsOneOfTheTwoAsUnavailable(t *testing.T) {
	d := dbtest.Postgres(t)
	makeThings(t, d)
	must(t, create(t.Context(), d, thing{ID: "1", Name: "a"}, thing{ID: "2", Name: "b"}))
	both, errs := sync.WaitGroup{}, make(chan error, 2)
	both.Add(2)
	for _, order := range [][2]string{{"1", "2"}, {"2", "1"}} {
		go func() {
			errs <- d.Tx(t.Context(), func(tx db.Tx) error {
				err := tx.Exec("UPDATE things SET made_at = 1 WHERE id = ?", order[0]).Error
				both.Done()
				both.Wait()
				return errors.Join(err, tx.Exec("UPDATE things SET made_at = 1 WHERE id = ?", order[1]).Error)
			})
		}()
	}
	first, second := <-errs, <-errs
	if first == nil {
		first = second
	} else if second != nil {
		t.Errorf("both failed: %v, %v", first, second)
	}
	if !fault.Is(first, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", first)
	}
}

func TestServerThatCutsTheLineIsUnavailableThenBackByItself(t *testing.T) {
	d := dbtest.Postgres(t)
	makeThings(t, d)
	err := d.Tx(t.Context(), func(tx db.Tx) error {
		must(t, tx.Create(&thing{ID: "1", Name: "a"}).Error)
		var pid int
		must(t, tx.Raw("SELECT pg_backend_pid()").Scan(&pid).Error)
		must(t, d.Read(t.Context()).Exec("SELECT pg_terminate_backend(?)", pid).Error)
		return tx.Create(&thing{ID: "2", Name: "b"}).Error
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
	if count(t, d) != 0 {
		t.Error("half a write is there")
	}
	must(t, create(t.Context(), d, thing{ID: "1", Name: "a"}))
}

func TestAStatementOverTheTimeLimitIsUnavailable(t *testing.T) {
	d := dbtest.Postgres(t)
	err := d.Tx(t.Context(), func(tx db.Tx) error {
		return errors.Join(tx.Exec("SET LOCAL statement_timeout = 50").Error, tx.Exec("SELECT pg_sleep(5)").Error)
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
}

func TestASerializationFailureIsUnavailable(t *testing.T) {
	d := dbtest.Postgres(t)
	makeThings(t, d)
	must(t, create(t.Context(), d, thing{ID: "1", Name: "a"}))
	err := d.Tx(t.Context(), func(tx db.Tx) error {
		var all []thing
		must(t, tx.Exec("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").Error)
		must(t, tx.Find(&all).Error)
		must(t, d.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("UPDATE things SET made_at = 1").Error }))
		return tx.Exec("UPDATE things SET made_at = 2").Error
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
}
