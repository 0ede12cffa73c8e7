package session

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
)

func TestASessionThatIsNotUsedDies(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		f.Advance(8*time.Hour - time.Microsecond)
		f.find(token)
		f.Advance(8*time.Hour - time.Microsecond)
		f.find(token) // counted from the last use
		f.Advance(8 * time.Hour)
		f.dead(token, "after eight idle hours")
		f.refused("rotated", func(tx db.Tx) error { _, err := f.Rotate(tx, token); return err })
		f.refused("strong", func(tx db.Tx) error { return f.MarkStrong(tx, token) })
		f.refused("switched", func(tx db.Tx) error { return f.Switch(tx, token, annaMember) })
	})
}

func TestASessionDiesOfAgeHoweverMuchItIsUsed(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		for f.Advance(7 * time.Hour).Before(noon.Add(7 * 24 * time.Hour)) {
			f.find(token)
			f.tx(func(tx db.Tx) (err error) { token, err = f.Rotate(tx, token); return err }) // no younger for it
		}
		f.Set(noon.Add(7*24*time.Hour - time.Microsecond))
		f.find(token)
		f.Advance(time.Microsecond)
		f.dead(token, "after seven days")
	})
}

func TestAUseIsNotedOnceAMinute(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		for _, step := range []struct {
			name string
			move time.Duration
			seen time.Time // by the next request
		}{
			{"at once", 0, noon},
			{"within the minute", time.Minute - time.Microsecond, noon},
			{"after the minute", time.Microsecond, noon.Add(time.Minute)},
			{"a clock that goes back", -time.Hour, noon.Add(time.Minute)},
		} {
			f.Advance(step.move)
			writes := 0
			stop := f.d.OnQuery(func(sql string) {
				if strings.HasPrefix(sql, "UPDATE") {
					writes++
				}
			})
			before := f.find(token).SeenAt
			for range 3 {
				f.find(token)
			}
			stop()
			if got := f.find(token).SeenAt; !got.Equal(step.seen) || (writes != 0) != !before.Equal(step.seen) || writes > 1 {
				t.Errorf("%s: seen %v with %d writes, want %v", step.name, got, writes, step.seen)
			}
		}
	})
}

func TestAReadDoesNotSufferFromTheNoteOfIt(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		another, err := db.Open(t.Context(), db.Options{URL: dbtest.URLOf(t, f.d), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer another.Close()
		token, s := f.start(anna, "", false)
		for name, writer := range map[string]*db.DB{"this process": f.d, "another": another} {
			f.Advance(time.Hour)
			err := writer.Tx(t.Context(), func(tx db.Tx) error { // writes the same row, and takes its time
				if err := tx.Exec("UPDATE sessions SET agent = 'Edge' WHERE id = ?", s.ID).Error; err != nil {
					return err
				}
				begin := time.Now()
				for range 3 {
					f.find(token)
				}
				if took := time.Since(begin); took > 3*time.Second {
					t.Errorf("while %s writes three reads took %v", name, took)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestASlowNoteDoesNotUndoALaterOne(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		later := noon.Add(time.Hour)
		for _, at := range []time.Time{later, noon.Add(30 * time.Minute), later.Add(time.Second)} {
			f.tx(func(tx db.Tx) error { return updateSeen(tx, hash(token), at) })
		}
		if got := f.find(token).SeenAt; !got.Equal(later) {
			t.Errorf("seen %v, want %v", got, later)
		}
	})
}
