package audit

import (
	"encoding/json"
	"strings"
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestAnEntryThatBreaksTheRulesIsRefused(t *testing.T) {
	rows := []struct {
		name   string
		change func(*Entry)
		kind   fault.Kind
		want   string
	}{
		{"no verb", func(e *Entry) { e.Verb = "" }, fault.Unexpected, "feature.verb"},
		{"a verb without its feature", func(e *Entry) { e.Verb = "approve" }, fault.Unexpected, "feature.verb"},
		{"a verb in capitals", func(e *Entry) { e.Verb = "member.Approve" }, fault.Unexpected, "feature.verb"},
		{"an address as actor", func(e *Entry) { e.ActorID = "anna@example.se" }, fault.Unexpected, "id"},
		{"a name as subject", func(e *Entry) { e.SubjectID = "Anna Ek" }, fault.Unexpected, "id"},
		{"a sentence as kind", func(e *Entry) { e.SubjectKind = "a membership" }, fault.Unexpected, "id"},
		{"a name as organisation", func(e *Entry) { e.OrganisationID = "Älvdalen" }, fault.Unexpected, "id"},
		{"an id without end", func(e *Entry) { e.SubjectID = strings.Repeat("a", 201) }, fault.Unexpected, "id"},
		{"a reason without end", func(e *Entry) { e.Reason = strings.Repeat("å", maxReason+1) }, fault.Invalid, "högst 2000 tecken"},
		{"details that are no JSON", func(e *Entry) { e.Details["x"] = func() {} }, fault.Unexpected, "details"},
		{"details without end", func(e *Entry) { e.Details["x"] = strings.Repeat("x", maxDetails) }, fault.Unexpected, "details"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, row := range rows {
			e := approval()
			row.change(&e)
			err := d.Tx(t.Context(), func(tx db.Tx) error { return Add(tx, noon(), e) })
			if err == nil || fault.KindOf(err) != row.kind || !strings.Contains(err.Error(), row.want) {
				t.Errorf("%s: %v", row.name, err)
			}
			if err != nil && strings.Contains(err.Error(), "nna") {
				t.Errorf("%s: the error repeats it: %v", row.name, err)
			}
		}
		e := approval()
		e.Reason = strings.Repeat("å", maxReason)
		add(t, d, e)
		wantSound(t, d, 1)
	})
}

func TestDetailsAreCanonical(t *testing.T) {
	type inner struct {
		Z int    `json:"z"`
		A string `json:"a"`
	}
	for name, row := range map[string]struct {
		details map[string]any
		want    string
	}{
		"none":             {nil, `{}`},
		"empty":            {map[string]any{}, `{}`},
		"keys are sorted":  {map[string]any{"b": 1, "ä": 2, "a": true}, `{"a":true,"b":1,"ä":2}`},
		"of structs too":   {map[string]any{"x": []inner{{Z: 1, A: "å"}}}, `{"x":[{"a":"å","z":1}]}`},
		"numbers are kept": {map[string]any{"n": int64(9007199254740993), "f": json.Number("1.50")}, `{"f":1.50,"n":9007199254740993}`},
		"raw text too":     {map[string]any{"r": json.RawMessage(`{"b":1, "a":[ ]}`)}, `{"r":{"a":[],"b":1}}`},
		"odd text is safe": {map[string]any{"t": "\x00\xff"}, `{"t":"\u0000` + "\uFFFD" + `"}`},
	} {
		if got, err := canonical(row.details); got != row.want || err != nil {
			t.Errorf("%s: %s, %v; want %s", name, got, err, row.want)
		}
	}
}
