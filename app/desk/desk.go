// Package desk is where the project office sees what waits for it: /redaktion tells editors and admins, and /admin shows admins how the
// program itself is and what it has not managed.
//
// The words: a Task is a kind of thing that may wait for the office, counted by the feature whose it is and handed over by main; work is
// a job as people see it, who know it by the title that its handler has.
package desk

import (
	"context"
	"time"

	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/jobs"
)

// Task is a kind of thing that may wait for the office.
type Task struct {
	Title, Path string
	// Count returns how many wait, for the actor of ctx; NotFound when they are none of the actor's business.
	Count func(ctx context.Context) (int, error)
}

// Waiting is a task of which something waits.
type Waiting struct {
	Title, Path string
	Count       int
}

// Overview is how the program is.
type Overview struct {
	Failed int        // jobs that were given up
	Log    audit.Mark // the last row of the audit log
}

// Failed is a page of the jobs that were given up, the one that was last first, and how work goes beside them.
type Failed struct {
	Jobs    []jobs.Dead
	Kinds   []jobs.KindCount // how many of each kind there are in all
	Total   int
	Waiting int64
	Running int64
	Oldest  db.Instant // since when the one that has waited longest could have been begun; zero: none can
	At      time.Time  // when this was so
}
