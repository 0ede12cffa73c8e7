package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func noon() time.Time { return clock.At(2026, time.March, 25, 12, 0, 0) }

func put(t *testing.T, d *db.DB, docs ...Document) {
	t.Helper()
	if err := d.Tx(t.Context(), func(tx db.Tx) error { return Put(tx, docs...) }); err != nil {
		t.Fatal(err)
	}
}

// told returns the ids that jobs tell the index, job by job.
func told(t *testing.T, d *db.DB) [][]string {
	t.Helper()
	var payloads []string
	if err := d.Read(t.Context()).Table("jobs").Where("kind = ?", updateJob).Order("id").Pluck("payload", &payloads).Error; err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, text := range payloads {
		var p idsOf
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p.IDs)
	}
	return all
}

func all(t *testing.T, d *db.DB) []Document {
	t.Helper()
	var docs []Document
	for doc, err := range stream(t.Context(), d) {
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}

func TestRowsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, Models()...) })
}

func TestADocumentComesBackAsItWasPut(t *testing.T) {
	full := Document{
		ID: "a", Version: 3, Kind: "news", Path: "/nyheter/a", Title: "Åäö", Summary: "En \"summa\"", Body: "Rad 1\nRad 2", Lang: "sv",
		Audience: "delstudie:x", Draft: true, From: noon(), Until: noon().Add(time.Hour), Date: noon().Add(time.Minute),
		Areas: []string{"hem", "skola"}, Challenges: []string{"tid"}, County: "18", Group: "a", Year: 2026,
	}
	bare := Document{ID: "b", Areas: []string{}, Challenges: []string{}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, full, bare)
		at := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
		if diff := cmp.Diff([]Document{full, bare}, all(t, d), at); diff != "" {
			t.Errorf("- put, + got:\n%s", diff)
		}
		full.Version, full.Title, full.Draft, full.Until, full.Areas = 4, "Ny", false, time.Time{}, []string{}
		put(t, d, full)
		if diff := cmp.Diff([]Document{full, bare}, all(t, d), at); diff != "" {
			t.Errorf("put again: - put, + got:\n%s", diff)
		}
	})
}

func TestTextsAreMadeAlikeForEveryEngine(t *testing.T) {
	for name, row := range map[string][2]string{
		"soft hyphens go":                {"barn\u00advård", "barnvård"},
		"marks of direction and NUL go":  {"a\u202eb\x00c\ufeff", "abc"},
		"what is no text becomes a mark": {"a\xffb", "a\uFFFDb"},
		"all else stays":                 {"Rad 1\r\n\t”Å” 😀", "Rad 1\r\n\t”Å” 😀"},
	} {
		if got := clean(row[0]); got != row[1] {
			t.Errorf("%s: %q", name, got)
		}
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		hostile := "\x00\xff" + strings.Repeat("ord ", 100) + strings.Repeat("å", 5000)
		put(t, d, Document{ID: "1", Title: hostile, Summary: hostile, Body: hostile})
		var long strings.Builder
		for i := range 200_000 {
			fmt.Fprintf(&long, "%d ", i)
		}
		put(t, d, Document{ID: "2", Body: long.String()})
		if n := len(all(t, d)); n != 2 {
			t.Errorf("%d documents", n)
		}
	})
}

func TestEachWriteTellsTheIndexOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d)
		put(t, d, Document{ID: "a"}, Document{ID: "b", Title: "first"}, Document{ID: "b", Title: "last"})
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return Remove(tx, "b", "unknown") }); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]string{{"a", "b"}, {"b", "unknown"}}, told(t, d)); diff != "" {
			t.Errorf("- want, + told:\n%s", diff)
		}
		if docs := all(t, d); len(docs) != 1 || docs[0].ID != "a" {
			t.Errorf("left: %v", docs)
		}
		undone := errors.New("undone")
		err := d.Tx(t.Context(), func(tx db.Tx) error { return errors.Join(Put(tx, Document{ID: "c"}), Remove(tx, "a"), undone) })
		if !errors.Is(err, undone) || len(told(t, d)) != 2 || len(all(t, d)) != 1 {
			t.Errorf("%v: an undone write left something", err)
		}
	})
}

func TestALargeSetIsToldInParts(t *testing.T) {
	const n = 2*jobSize + 1
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var docs []Document
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprint("id-", i))
			docs = append(docs, Document{ID: ids[i], Version: int64(i)})
		}
		put(t, d, docs...)
		parts := told(t, d)
		if len(parts) != 3 || !slices.Equal(slices.Concat(parts...), ids) {
			t.Errorf("%d jobs", len(parts))
		}
		if read := all(t, d); len(read) != n || read[n-1].ID != ids[n-1] {
			t.Errorf("%d read", len(read))
		}
		held, err := versions(d.Read(t.Context()))
		if err != nil || len(held) != n || held["id-7"] != 7 {
			t.Errorf("%d versions, %v", len(held), err)
		}
		found, err := byIDs(d.Read(t.Context()), access.Sight{All: true}, noon(), ids)
		if err != nil || len(found) != n {
			t.Errorf("%d by their ids, %v", len(found), err)
		}
		if err := d.Tx(t.Context(), func(tx db.Tx) error { return Remove(tx, ids...) }); err != nil || len(all(t, d)) != 0 {
			t.Errorf("not all removed: %v", err)
		}
	})
}

func TestAStreamHoldsNoTransactionAndSeesItsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var docs []Document
		for i := range pageSize + 1 {
			docs = append(docs, Document{ID: fmt.Sprint(i)})
		}
		put(t, d, docs...)
		read := 0
		for doc, err := range stream(t.Context(), d) {
			if err != nil {
				t.Fatal(err)
			}
			if read++; read == 1 {
				put(t, d, Document{ID: "new"}, Document{ID: doc.ID, Version: 2})
			}
		}
		if read != len(docs)+1 {
			t.Errorf("%d read, want those there were and the new one", read)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		read = 0
		var last error
		for _, err := range stream(ctx, d) {
			if last = err; err == nil {
				read++
			}
			cancel()
		}
		if last == nil || read >= len(docs) {
			t.Errorf("a stream whose context has ended read %d and says %v", read, last)
		}
	})
}

func TestByIDsReturnsWhatTheSightAllows(t *testing.T) {
	hour := time.Hour
	docs := []Document{
		{ID: "open", Audience: access.Open, From: noon()},
		{ID: "always", Audience: access.Open},
		{ID: "until", Audience: access.Open, Until: noon().Add(time.Microsecond)},
		{ID: "ended", Audience: access.Open, Until: noon()},
		{ID: "later", Audience: access.Open, From: noon().Add(time.Microsecond)},
		{ID: "draft", Audience: access.Open, Draft: true, From: noon().Add(-hour)},
		{ID: "members", Audience: access.LoggedIn},
		{ID: "participants", Audience: access.Participants},
		{ID: "researchers", Audience: "roll:researcher"},
		{ID: "group", Audience: "grupp:a", From: noon().Add(-hour), Until: noon().Add(hour)},
	}
	rows := []struct {
		name  string
		sight access.Sight
		want  string
	}{
		{"nobody", access.Sight{}, ""},
		{"a visitor", access.Actor{}.Sight(), "always open until"},
		{"a member", access.Actor{Role: access.Member}.Sight(), "always members open until"},
		{"a participant", access.Actor{Role: access.Member, Keys: []access.Audience{access.Participants}}.Sight(), "always members open participants until"},
		{"a researcher", access.Actor{Role: access.Researcher}.Sight(), "always members open researchers until"},
		{"one of a group", access.Actor{Role: access.Follower, Keys: []access.Audience{"grupp:a"}}.Sight(), "always group members open until"},
		{"an editor", access.Actor{Role: access.Editor}.Sight(), "always draft ended group later members open participants researchers until"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, docs...)
		var ids []string
		for _, doc := range docs {
			ids = append(ids, doc.ID)
		}
		for _, row := range rows {
			found, err := byIDs(d.Read(t.Context()), row.sight, noon(), append(ids, "unknown"))
			var got []string
			for _, doc := range found {
				got = append(got, doc.ID)
			}
			slices.Sort(got)
			if strings.Join(got, " ") != row.want || err != nil {
				t.Errorf("%s: %v, %v; want %s", row.name, got, err, row.want)
			}
		}
	})
}
