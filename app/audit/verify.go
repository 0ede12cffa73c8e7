package audit

import (
	"context"

	"nuso.se/app/db"
	"nuso.se/app/fault"
)

// Flaw is what is wrong with the log at a row; the zero Flaw is nothing.
type Flaw string

// The flaws, as Verify looks for them.
const (
	Missing   Flaw = "missing"   // rows before this one are gone
	Changed   Flaw = "changed"   // a column was changed after the row was added
	Misplaced Flaw = "misplaced" // it does not follow the row before it: one of them was moved, put in or replaced
	Rewritten Flaw = "rewritten" // the chain holds, but it is not the row whose mark was kept
	CutOff    Flaw = "cut off"   // the log ends before this row, and one whose mark was kept came after
)

// Verdict is what Verify found.
type Verdict struct {
	Last   Mark  // the last row of those from the first on that hold; its number is also how many they are
	Flaw   Flaw  // empty: all rows hold
	Broken int64 // the number of the first row that does not
}

// Verify reads the whole log in order and stops at the first row that does not hold. kept is the mark of a row that must
// still be there, from an earlier Verdict; with the zero Mark nobody can see that rows at the end were cut off or
// that they were all written anew. It takes memory for one page of rows, and rows may be added meanwhile. Operators call
// it, from the command line. The error is one of reading: Unavailable when the database is away.
func Verify(ctx context.Context, d *db.DB, kept Mark) (Verdict, error) {
	v := Verdict{Last: Mark{Hash: origin}}
	for r, err := range stream(ctx, d) {
		if err != nil {
			return v, fault.Wrap(err, "verifying the audit log after row %d", v.Last.Number)
		}
		if v.Flaw = r.flawAfter(v.Last, kept); v.Flaw != "" {
			v.Broken = r.Number
			return v, nil
		}
		v.Last = r.mark()
	}
	if v.Last.Number < kept.Number {
		v.Flaw, v.Broken = CutOff, v.Last.Number+1
	}
	return v, nil
}

// flawAfter returns what is wrong with a row that stands after last.
func (r row) flawAfter(last, kept Mark) Flaw {
	if r.Number > last.Number+1 {
		return Missing
	}
	if r.Number <= last.Number { // below the first row
		return Misplaced
	}
	follows, whole := r.Previous == last.Hash, r.Hash == r.sum()
	linked := r
	linked.Previous = last.Hash
	switch {
	case follows && whole && r.Number == kept.Number && r.Hash != kept.Hash:
		return Rewritten
	case follows && whole:
		return ""
	case follows, linked.sum() == r.Hash: // its place is right, by one of its two links
		return Changed
	}
	return Misplaced
}

func (r row) mark() Mark { return Mark{Number: r.Number, Hash: r.Hash} }

// Last returns the log's last row as it stands there, without looking whether it or any other holds; its number is 0 when there is none.
// Services call it, for admins.
func Last(ctx context.Context, d *db.DB) (Mark, error) {
	last, err := findLast(d.Read(ctx))
	return last.mark(), fault.Wrap(db.Error(err), "reading the last row of the audit log")
}
