package db

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Instant is a point in time as both engines keep it: microseconds since 1970 in UTC, in a BIGINT. The zero
// Instant is NULL. A time.Time is never stored: SQLite's drivers write it as text in the zone they are given.
type Instant struct{ time.Time }

// At returns t as an Instant: UTC, cut to microseconds. The zero time gives the zero Instant.
func At(t time.Time) Instant {
	if t.IsZero() {
		return Instant{}
	}
	return Instant{time.UnixMicro(t.UnixMicro()).UTC()}
}

// Value gives the database its number, or NULL for the zero Instant.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.UnixMicro(), nil
}

// Scan reads a number or NULL.
func (i *Instant) Scan(from any) error {
	switch v := from.(type) {
	case nil:
		*i = Instant{}
	case int64:
		*i = Instant{time.UnixMicro(v).UTC()}
	default:
		return fmt.Errorf("scanning an instant from %T", from)
	}
	return nil
}

// GormDataType is the column type on both engines.
func (Instant) GormDataType() string { return "bigint" }

// MarshalJSON writes RFC 3339 with offset, and null for the zero Instant.
func (i Instant) MarshalJSON() ([]byte, error) {
	if i.IsZero() {
		return []byte("null"), nil
	}
	return i.Time.MarshalJSON()
}

// UnmarshalJSON reads RFC 3339 or null.
func (i *Instant) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*i = Instant{}
		return nil
	}
	var t time.Time
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	*i = At(t)
	return nil
}

// JSON keeps a value as JSON in a TEXT column; NULL reads as the zero value.
type JSON[T any] struct{ V T }

// AsJSON wraps v for a JSON column.
func AsJSON[T any](v T) JSON[T] { return JSON[T]{V: v} }

// Value gives the database the JSON text.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

// Scan reads a JSON text or NULL.
func (j *JSON[T]) Scan(from any) error {
	var zero T
	j.V = zero
	switch v := from.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(v), &j.V)
	case []byte:
		return json.Unmarshal(v, &j.V)
	}
	return fmt.Errorf("scanning JSON from %T", from)
}

// GormDataType is the column type on both engines.
func (JSON[T]) GormDataType() string { return "text" }

// MarshalJSON writes the value itself.
func (j JSON[T]) MarshalJSON() ([]byte, error) { return json.Marshal(j.V) }

// UnmarshalJSON reads the value itself.
func (j *JSON[T]) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &j.V) }

// NewID returns a new id: a UUID of version 7, so that ids of one process sort in the order they were made.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }
