package db_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"nuso.se/app/db"
)

func TestAnInstantComesBackAsItWentOnBothEngines(t *testing.T) {
	zones := []*time.Location{time.UTC, time.Local, time.FixedZone("east", 5*3600+1800), time.FixedZone("west", -11*3600)}
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(r *rapid.T) {
			at := time.Unix(rapid.Int64Range(-62135596799, 253402300799).Draw(r, "seconds"),
				rapid.Int64Range(0, 999_999_999).Draw(r, "nanoseconds")).In(rapid.SampledFrom(zones).Draw(r, "zone"))
			one := thing{ID: db.NewID(), Name: db.NewID(), MadeAt: db.At(at)}
			if err := create(t.Context(), d, one); err != nil {
				r.Fatal(err)
			}
			var got thing
			if err := d.Read(t.Context()).First(&got, "made_at = ? AND id = ?", db.At(at), one.ID).Error; err != nil {
				r.Fatal(err)
			}
			if got.MadeAt != one.MadeAt || got.MadeAt.Location() != time.UTC || at.Sub(got.MadeAt.Time).Abs() >= time.Microsecond {
				r.Fatalf("%v came back as %v", one.MadeAt, got.MadeAt)
			}
			text, err := json.Marshal(got.MadeAt)
			if err != nil {
				r.Fatal(err)
			}
			var back db.Instant
			if err := json.Unmarshal(text, &back); err != nil || back != got.MadeAt {
				r.Fatalf("%v went through JSON as %s and came back as %v (%v)", got.MadeAt, text, back, err)
			}
		})
	})
}

func TestInstantsSortAsTimes(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 3, 29, 1, 59, 59, 999_999_999, time.FixedZone("CET", 3600))
		must(t, create(t.Context(), d,
			thing{ID: "2", Name: "2", MadeAt: db.At(now.Add(time.Microsecond))},
			thing{ID: "1", Name: "1", MadeAt: db.At(now.In(time.UTC))},
			thing{ID: "0", Name: "0", MadeAt: db.At(now.Add(-time.Hour))}))
		var ids []string
		must(t, d.Read(t.Context()).Model(&thing{}).Where("made_at <= ?", db.At(now)).Order("made_at").Pluck("id", &ids).Error)
		if len(ids) != 2 || ids[0] != "0" || ids[1] != "1" {
			t.Errorf("got %v", ids)
		}
	})
}

func TestZeroInstantAndEmptyJSONAreNull(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		must(t, create(t.Context(), d, thing{ID: "1", Name: "1", Extra: db.AsJSON(map[string]int{"å": 1})}, thing{ID: "2", Name: "2"}))
		must(t, d.Tx(t.Context(), func(tx db.Tx) error {
			return tx.Exec("UPDATE things SET extra = NULL WHERE id = '2'").Error
		}))
		var all []thing
		must(t, d.Read(t.Context()).Order("id").Find(&all).Error)
		if !all[0].MadeAt.IsZero() || all[0].Extra.V["å"] != 1 || all[1].Extra.V != nil {
			t.Errorf("got %+v", all)
		}
		var nulls int64
		must(t, d.Read(t.Context()).Model(&thing{}).Where("made_at IS NULL").Count(&nulls).Error)
		if nulls != 2 {
			t.Errorf("%d instants are NULL, want 2", nulls)
		}
	})
	if text, _ := json.Marshal(db.Instant{}); string(text) != "null" {
		t.Errorf("the zero Instant is %s in JSON", text)
	}
	if text, _ := json.Marshal(db.At(time.Unix(0, 1500))); string(text) != `"1970-01-01T00:00:00.000001Z"` {
		t.Errorf("a microsecond is %s in JSON", text)
	}
}

func TestValuesRefuseWhatTheyCannotRead(t *testing.T) {
	var at db.Instant
	if at.Scan("2026-01-01") == nil || at.Scan(time.Now()) == nil || at.UnmarshalJSON([]byte(`"i dag"`)) == nil {
		t.Error("an Instant read text or a time")
	}
	var extra db.JSON[[]int]
	if extra.Scan(int64(1)) == nil || extra.Scan("{") == nil || extra.Scan([]byte("[1]")) != nil || extra.V[0] != 1 {
		t.Errorf("JSON read what is none, or not what is: %v", extra)
	}
	text, err := json.Marshal(struct{ X db.JSON[[]int] }{extra})
	if err != nil || string(text) != `{"X":[1]}` {
		t.Errorf("JSON in JSON is %s (%v)", text, err)
	}
}

func TestATimeIsNeverStored(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) {
		now := time.Now()
		for _, value := range []any{now, &now} {
			err := d.Tx(t.Context(), func(tx db.Tx) error { return tx.Exec("UPDATE things SET made_at = ?", value).Error })
			if err == nil {
				t.Errorf("a %T went through as a value", value)
			}
			if d.Read(t.Context()).Find(&[]thing{}, "made_at < ?", value).Error == nil {
				t.Errorf("a %T went through in a query", value)
			}
		}
	})
}

func TestNewIDsSortInTheOrderTheyWereMade(t *testing.T) {
	last := ""
	for range 10_000 {
		id := db.NewID()
		if id <= last || len(id) != 36 {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}
