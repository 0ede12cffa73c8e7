package db_test

import (
	"testing"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestBothEnginesHaveTheSameSchema(t *testing.T) { dbtest.SameSchema(t) }

func TestAModelIsItsTable(t *testing.T) {
	eachWithThings(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, &thing{}) })
}
