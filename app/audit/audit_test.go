package audit

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func noon() time.Time { return time.Date(2026, time.March, 25, 12, 0, 0, 123_456_789, time.UTC) }

func approval() Entry {
	return Entry{
		ActorID: "0198-a", Verb: "member.approve", SubjectKind: "membership", SubjectID: "0198-b", OrganisationID: "kommun-0180",
		Reason: "Känd sedan förut", Details: map[string]any{"role": "contact"},
	}
}

func add(t *testing.T, d *db.DB, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return Add(tx, noon(), e) }); err != nil {
			t.Fatal(err)
		}
	}
}

// addSome adds n entries that differ.
func addSome(t *testing.T, d *db.DB, n int) {
	t.Helper()
	for i := range n {
		add(t, d, Entry{Verb: "test.add", SubjectID: fmt.Sprint(i)})
	}
}

func stored(t *testing.T, d *db.DB) (all []row) {
	t.Helper()
	for r, err := range stream(t.Context(), d) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// wantSound fails unless the log holds and has n rows.
func wantSound(t *testing.T, d *db.DB, n int64) {
	t.Helper()
	if v, err := Verify(t.Context(), d, Mark{}); err != nil || v.Flaw != "" || v.Last.Number != n {
		t.Errorf("%+v, %v; want %d rows that hold", v, err, n)
	}
}

func TestRowsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, Models()...) })
}

func TestEachEntryBecomesTheNextRowOfTheChain(t *testing.T) {
	hostile := Entry{Verb: "test.hostile", Reason: "a\x00b\xff ' \" \\ \r\n😀"}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add(t, d, approval(), hostile)
		first := row{
			Number: 1, At: db.At(noon()), Actor: "0198-a", Verb: "member.approve", SubjectKind: "membership", Subject: "0198-b",
			Organisation: "kommun-0180", Reason: "Känd sedan förut", Details: `{"role":"contact"}`, Previous: strings.Repeat("0", 64),
		}
		first.Hash = first.sum()
		second := row{
			Number: 2, At: db.At(noon()), Verb: "test.hostile", Reason: "ab\uFFFD ' \" \\ \r\n😀", Details: "{}", Previous: first.Hash,
		}
		second.Hash = second.sum()
		if diff := cmp.Diff([]row{first, second}, stored(t, d)); diff != "" {
			t.Errorf("- want, + got:\n%s", diff)
		}
		wantSound(t, d, 2)
	})
}

func TestAnUndoneTransactionLeavesNoRowAndNoGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		add(t, d, approval())
		undone := errors.New("undone")
		err := d.Tx(t.Context(), func(tx db.Tx) error { return errors.Join(Add(tx, noon(), approval()), undone) })
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		err = d.Tx(t.Context(), func(tx db.Tx) error {
			return errors.Join(Add(tx, noon(), approval()), Add(tx, noon(), approval())) // two of one transaction
		})
		if err != nil {
			t.Fatal(err)
		}
		wantSound(t, d, 3)
	})
}

func TestManyAtOnceMakeOneChain(t *testing.T) {
	const goroutines, each = 50, 4
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var all sync.WaitGroup
		for g := range goroutines {
			all.Go(func() {
				for i := range each {
					e := Entry{Verb: "test.add", SubjectID: fmt.Sprint(g, "-", i)}
					undone := errors.New("undone")
					err := d.Tx(t.Context(), func(tx db.Tx) error {
						if err := Add(tx, noon(), e); err != nil || (g+i)%5 != 0 {
							return err
						}
						return undone
					})
					if err != nil && !errors.Is(err, undone) {
						t.Errorf("%s: %v", e.SubjectID, err)
					}
				}
			})
		}
		all.Wait()
		wantSound(t, d, goroutines*each*4/5)
	})
}

func TestTwoProcessesMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		other, err := db.Open(t.Context(), db.Options{URL: dbtest.URLOf(t, d)})
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		var both sync.WaitGroup
		for _, d := range []*db.DB{d, other} {
			both.Go(func() { addSome(t, d, 20) })
		}
		both.Wait()
		wantSound(t, d, 40)
	})
}
