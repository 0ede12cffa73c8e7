package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestTheModelsAreTheirTables(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Parity(t, d, Models()...) })
}

func TestASessionIsFoundByItsToken(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for _, membership := range []string{annaMember, ""} {
			token, started := f.start(anna, membership, false)
			want := Session{ID: started.ID, PersonID: anna, MembershipID: membership, CreatedAt: db.At(noon), SeenAt: db.At(noon), Agent: "Firefox på Windows"}
			var got Session
			if n := dbtest.Queries(t, f.d, func() { got = f.find(token) }); n != 1 {
				t.Errorf("%d queries, want 1", n)
			}
			if got != want || started != want || started.ID == "" {
				t.Errorf("started %+v and found %+v, want %+v", started, got, want)
			}
		}
	})
}

func TestASessionIsFoundWithWhoseItIs(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for membership, want := range map[string]Found{
			annaMember: {Name: "Anna", Role: access.Member, OrganisationID: "o-1", Organisation: "Ett", Held: 2},
			annaEditor: {Name: "Anna", Role: access.Editor, OrganisationID: "o-2", Organisation: "Två", Held: 2},
			"":         {},
		} {
			token, _ := f.start(anna, membership, false)
			got := f.holder(token)
			if got.Session = (Session{}); got != want {
				t.Errorf("acting by %q: %+v, want %+v", membership, got, want)
			}
		}
		token, _ := f.start(bo, boMember, false)
		if got := f.holder(token); got.Name != "Bo" || got.Held != 1 {
			t.Errorf("Bo: %+v", got)
		}
	})
}

func TestOnlyTheHashOfATokenIsKept(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		other, _ := f.start(anna, "", false)
		if len(token) != tokenLength || token == other {
			t.Errorf("the tokens are %d characters, the same: %v", len(token), token == other)
		}
		var kept row
		if err := f.d.Read(t.Context()).Where("token_hash = ?", hash(token)).Take(&kept).Error; err != nil || len(kept.TokenHash) != 64 {
			t.Errorf("kept as %q, %v", kept.TokenHash, err)
		}
		f.dead(kept.TokenHash[:tokenLength], "what is kept")
	})
}

func TestNobodyStartsWithWhatIsNotTheirs(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		for _, c := range []struct{ name, person, membership string }{
			{"another's membership", anna, boMember},
			{"one that has ended", anna, annaFormer},
			{"one that is not there", anna, "m-none"},
		} {
			f.refused(c.name, func(tx db.Tx) error {
				_, _, err := f.Start(tx, c.person, c.membership, firefox, false)
				return err
			})
		}
		err := f.d.Tx(t.Context(), func(tx db.Tx) error {
			_, _, err := f.Start(tx, "person-none", "", firefox, false)
			return err
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("nobody's session: %v, want Conflict", err)
		}
	})
}

func TestOtherTokensFindNothing(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, _ := f.start(anna, "", false)
		last := map[bool]string{true: "B", false: "A"}[strings.HasSuffix(token, "A")]
		for _, c := range []struct {
			name, token string
			asks        int
		}{
			{"none", "", 0},
			{"truncated", token[:42], 0},
			{"too long", token + "A", 0},
			{"very long", strings.Repeat(token, 10000), 0},
			{"padded", token + "=", 0},
			{"with a blank", " " + token, 0},
			{"its last character altered", token[:42] + last, 1},
			{"in another case", swapCase(token), 1},
			{"a NUL in it", token[:20] + "\x00" + token[21:], 1},
			{"all NUL", strings.Repeat("\x00", 43), 1},
			{"not ASCII, of the length in bytes", strings.Repeat("å", 21) + "a", 1},
			{"not ASCII, of the length in characters", strings.Repeat("å", 43), 0},
			{"no UTF-8", strings.Repeat("\xff", 43), 1},
			{"SQL", "' OR 1=1 --" + token[:32], 1},
		} {
			if n := dbtest.Queries(t, f.d, func() { f.dead(c.token, c.name) }); n != c.asks {
				t.Errorf("%s: %d queries, want %d", c.name, n, c.asks)
			}
			f.refused(c.name+", rotated", func(tx db.Tx) error { _, err := f.Rotate(tx, c.token); return err })
			f.refused(c.name+", strong", func(tx db.Tx) error { return f.MarkStrong(tx, c.token) })
			f.refused(c.name+", switched", func(tx db.Tx) error { return f.Switch(tx, c.token, annaMember) })
		}
		f.find(token)
	})
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if upper := strings.ToUpper(string(r)); upper != string(r) {
			return rune(upper[0])
		}
		return rune(strings.ToLower(string(r))[0])
	}, s)
}

func TestAnOldTokenIsDeadAfterRotate(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		old, s := f.start(anna, annaMember, true)
		var next string
		f.tx(func(tx db.Tx) (err error) { next, err = f.Rotate(tx, old); return err })
		if got := f.find(next); got != s || next == old {
			t.Errorf("rotated to %+v, want %+v", got, s)
		}
		f.dead(old, "the old token")
		f.refused("rotated twice", func(tx db.Tx) error { _, err := f.Rotate(tx, old); return err })
		undone := errors.New("undone")
		err := f.d.Tx(t.Context(), func(tx db.Tx) error {
			if _, err := f.Rotate(tx, next); err != nil {
				t.Error(err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		f.find(next)
	})
}

func TestASecondFactorCountsForAWhile(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		weak, _ := f.start(anna, annaMember, false)
		token, _ := f.start(anna, annaMember, true)
		is := func(name, token string, want bool) {
			t.Helper()
			if got := f.Strong(f.find(token)); got != want {
				t.Errorf("%s: strong %v", name, got)
			}
		}
		is("without one", weak, false)
		is("at once", token, true)
		f.Advance(15*time.Minute - time.Microsecond)
		is("just before the end", token, true)
		f.Advance(time.Microsecond)
		is("after a quarter of an hour", token, false)
		f.tx(func(tx db.Tx) error { return f.MarkStrong(tx, token) })
		is("proved again", token, true)
		is("in another browser", weak, false)
		f.tx(func(tx db.Tx) (err error) { token, err = f.Rotate(tx, token); return err })
		is("with a new token", token, true)
	})
}

func TestSwitchTakesOnlyOnesOwnMembershipsInForce(t *testing.T) {
	each(t, func(t *testing.T, f fixture) {
		token, s := f.start(anna, annaMember, false)
		other, _ := f.start(anna, annaMember, false)
		for _, c := range []struct{ name, membership string }{
			{"another's", boMember},
			{"one that has ended", annaFormer},
			{"one that is not there", "m-none"},
			{"none", ""},
			{"a NUL", "m-anna\x00"},
			{"no UTF-8", "\xff"},
		} {
			f.refused(c.name, func(tx db.Tx) error { return f.Switch(tx, token, c.membership) })
		}
		if got := f.find(token); got != s {
			t.Errorf("a refused switch left %+v", got)
		}
		f.tx(func(tx db.Tx) error { return f.Switch(tx, token, annaEditor) })
		if got := f.find(token); got.MembershipID != annaEditor || got.ID != s.ID {
			t.Errorf("switched to %+v", got)
		}
		if got := f.find(other); got.MembershipID != annaMember {
			t.Errorf("another session switched too: %+v", got)
		}
	})
}
