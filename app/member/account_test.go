package member_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
)

func TestPeopleTellOfThemselves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		ctx := d.as(d.mailed(address))
		read := func() member.Account {
			a, err := d.Account(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		for _, row := range []struct {
			name   string
			typed  member.Profile
			refuse fault.Kind
			field  string
		}{
			{"all is well", member.Profile{Name: " Anna  Berg-Ek ", Title: "Utvecklingsledare", Version: 1}, 0, ""},
			{"read before another change", member.Profile{Name: "Anna", Version: 1}, fault.Conflict, ""},
			{"a version of the future", member.Profile{Name: "Anna", Version: 3}, fault.Conflict, ""},
			{"no name", member.Profile{Version: 2}, fault.Invalid, "name"},
			{"a personal number for a name", member.Profile{Name: "Anna 900101-0017", Version: 2}, fault.Invalid, "name"},
			{"a personal number for a title", member.Profile{Name: "Anna", Title: "900101-0017", Version: 2}, fault.Invalid, "title"},
			{"a title of two lines", member.Profile{Name: "Anna", Title: "Chef\nOch mer", Version: 2}, fault.Invalid, "title"},
			{"a title that turns round", member.Profile{Name: "Anna", Title: "\u202eChef", Version: 2}, fault.Invalid, "title"},
			{"a title that cannot be read", member.Profile{Name: "Anna", Title: "Chef \ufffd", Version: 2}, fault.Invalid, "title"},
			{"a long title", member.Profile{Name: "Anna", Title: strings.Repeat("å", 101), Version: 2}, fault.Invalid, "title"},
		} {
			err := d.Describe(ctx, row.typed)
			if row.refuse == 0 && err != nil || row.refuse != 0 && !fault.Is(err, row.refuse) {
				t.Errorf("%s: %v", row.name, err)
			}
			if f := fault.Of(err); row.field != "" && (len(f.Fields) != 1 || f.Fields[0].Name != row.field) {
				t.Errorf("%s: %+v", row.name, f.Fields)
			}
		}
		if a := read(); a.Name != "Anna Berg-Ek" || a.Title != "Utvecklingsledare" || a.Version != 2 || len(a.Memberships) != 1 || a.Memberships[0].Organisation != "Karlstad" {
			t.Errorf("%+v", a)
		}
	})
}

func TestWhoHasSeveralRolesActsByOneAtATime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		second := d.admit(anna(access.Follower, stockholm))
		theirs := d.admit(boEk(access.Admin, stockholm))
		token := d.mailed(address)
		actor := d.who(token)
		if actor.Role != access.Member || actor.At != "Karlstad" || len(actor.Others) != 1 || actor.Others[0].At != "Stockholm" || actor.Others[0].Role != access.Follower {
			t.Fatalf("%+v", actor)
		}
		for name, id := range map[string]string{"nobody's": db.NewID(), "another's": theirs.Membership.ID, "none": ""} {
			if _, err := d.Switch(d.as(token), token, id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v, want NotFound", name, err)
			}
		}
		next, err := d.Switch(d.as(token), token, second.Membership.ID)
		if err != nil {
			t.Fatal(err)
		}
		if actor := d.who(next); actor.Role != access.Follower || actor.At != "Stockholm" || actor.Others[0].At != "Karlstad" {
			t.Errorf("%+v", actor)
		}
		if actor := d.who(token); actor.ID != "" {
			t.Errorf("the token from before stands for %+v", actor)
		}
	})
}

const fresh = "anna@ny.example"

var undoIn = regexp.MustCompile(`koden (\d{6})[\s\S]*https://nuso\.example/logga-in/angra/([a-z2-7]{26})\n`)

// asks asks to change Anna's address and returns the code that was mailed.
func (d *door) asks(token, email string) string {
	d.t.Helper()
	before := len(d.sent)
	if err := d.AskAddress(d.as(token), email); err != nil {
		d.t.Fatal(err)
	}
	d.work()
	if len(d.sent) == before {
		return ""
	}
	if letter := d.sent[before]; letter.To != email {
		d.t.Fatalf("the code went to %s", letter.To)
	}
	return codeIn.FindStringSubmatch(d.sent[before].Text)[1]
}

// undo returns the code and the link of the newest letter, which is to the old address.
func (d *door) undo() (code, link string) {
	d.t.Helper()
	d.work()
	last := d.sent[len(d.sent)-1]
	found := undoIn.FindStringSubmatch(last.Text)
	if last.To != address || found == nil {
		d.t.Fatalf("to %s:\n%s", last.To, last.Text)
	}
	return found[1], found[2]
}

func (d *door) address(token string) string {
	d.t.Helper()
	a, err := d.Account(d.as(token))
	if err != nil {
		d.t.Fatal(err)
	}
	return a.Email
}

// mistypes sends no code and four wrong ones for a new address, which stays what it is.
func (d *door) mistypes(token, code string) {
	d.t.Helper()
	if err := d.ConfirmAddress(d.as(token), ""); !fault.Is(err, fault.Invalid) || fault.Of(err).Text != "Skriv koden. Den har sex siffror." {
		d.t.Errorf("no code: %v", err)
	}
	for range 4 {
		if err := d.ConfirmAddress(d.as(token), wrong(code)); !fault.Is(err, fault.Invalid) || d.address(token) != address {
			d.t.Errorf("a wrong code: %v", err)
		}
	}
}

func TestAnAddressIsChangedAndTheChangeUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		elsewhere, token := d.mailed(address), d.mailed(address)
		code := d.asks(token, fresh)
		d.mistypes(token, code)
		if err := d.ConfirmAddress(d.as(token), code); err != nil {
			t.Fatal(err)
		}
		if d.address(token) != fresh || d.who(elsewhere).ID != "" {
			t.Error("it is not the new one, or other browsers are still logged in")
		}
		if err := d.ConfirmAddress(d.as(token), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("the code again: %v", err)
		}
		undo, link := d.undo()
		_, token = d.added(token) // as a thief would, to stay
		for range 3 {
			if good, err := d.CanUndo(t.Context(), link); !good || err != nil {
				t.Errorf("looking at the link: %v, %v", good, err)
			}
		}
		for wrongly, how := range map[string][2]string{"a wrong code": {link, wrong(undo)}, "another link": {link[:25] + "1", undo}} {
			err := d.UndoAddress(t.Context(), how[0], how[1])
			if !fault.Is(err, fault.Invalid) || how[0] == link && strings.Contains(fault.Of(err).Text, "Be om en ny") { // there is no other
				t.Errorf("%s: %v", wrongly, err)
			}
		}
		d.clock.Advance(6 * 24 * time.Hour)
		if err := d.UndoAddress(t.Context(), link, undo); err != nil {
			t.Fatal(err)
		}
		if d.who(token).ID != "" {
			t.Error("the thief is still in")
		}
		token = d.mailed(address)
		if f, err := d.Factors(d.as(token)); err != nil || !f.None() || d.address(token) != address {
			t.Errorf("%+v, %v, %s", f, err, d.address(token))
		}
		if err := d.UndoAddress(t.Context(), link, undo); !fault.Is(err, fault.Invalid) {
			t.Errorf("undone twice: %v", err)
		}
		if _, err := audit.Verify(t.Context(), database, audit.Mark{}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnAddressThatCannotBeIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		token := d.mailed(address)
		for _, email := range []string{"", "anna", address, strings.ToUpper(address)} {
			if err := d.AskAddress(d.as(token), email); !fault.Is(err, fault.Invalid) || len(fault.Of(err).Fields) != 1 {
				t.Errorf("%q: %v", email, err)
			}
		}
		d.clock.Advance(time.Hour)
		if code := d.asks(token, bo); code != "" {
			t.Error("a code is mailed to another's address")
		}
		code := d.asks(token, fresh)
		d.clock.Advance(10 * time.Minute)
		if err := d.ConfirmAddress(d.as(token), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("too late: %v", err)
		}
		code = d.asks(token, fresh)
		if err := d.ConfirmAddress(d.as(d.mailed(bo)), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("another's code: %v", err)
		}
		token = d.mailed(address)
		code = d.asks(token, fresh)
		for range 5 {
			_ = d.ConfirmAddress(d.as(token), wrong(code))
		}
		if err := d.ConfirmAddress(d.as(token), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("after five wrong ones: %v", err)
		}
		code = d.asks(token, fresh)
		d.admit(member.Admission{Email: fresh, Name: "Cia", Role: access.Member, Organisation: stockholm})
		if err := d.ConfirmAddress(d.as(token), code); !fault.Is(err, fault.Invalid) || d.address(token) != address {
			t.Errorf("somebody has it by now: %v", err)
		}
		_, strong := d.added(token)
		d.work() // what was told of the passkey
		d.asks(strong, "x@ny.example")
		if err := d.AskAddress(d.as(d.mailed(address)), "x@ny.example"); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("with a factor that was not proved: %v", err)
		}
	})
}

func TestTwentyAtOnceChangeAnAddressOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		token := d.mailed(address)
		code, ctx := d.asks(token, fresh), d.as(token)
		var good atomic.Int64
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if err := d.ConfirmAddress(ctx, code); err == nil {
					good.Add(1)
				} else if !fault.Is(err, fault.Invalid) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		d.work()
		told := 0
		for _, letter := range d.sent {
			if undoIn.MatchString(letter.Text) {
				told++
			}
		}
		if good.Load() != 1 || told != 1 {
			t.Errorf("changed %d times, told %d", good.Load(), told)
		}
	})
}

// all returns every row of the tables as text.
func all(t *testing.T, database *db.DB, tables ...string) string {
	t.Helper()
	var text strings.Builder
	for _, table := range tables {
		var rows []map[string]any
		if err := database.Read(t.Context()).Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			line, _ := json.Marshal(row)
			text.Write(line)
		}
	}
	return text.String()
}

func TestAClosedAccountLeavesAnIDAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		admitted := d.admit(anna(access.Contact, karlstad))
		_, token := d.added(d.mailed(address))
		if err := d.Close(d.as(token)); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Text, "Karlstad") {
			t.Errorf("the last contact person: %v", err)
		}
		d.admit(boEk(access.Contact, karlstad))
		d.clock.Advance(time.Hour)
		if err := d.Close(d.as(token)); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("with a factor proved long ago: %v", err)
		}
		if err := d.Close(d.as(d.begun(address))); err != nil {
			t.Fatal(err)
		}
		if d.who(token).ID != "" {
			t.Error("still logged in")
		}
		d.work()
		if last := d.sent[len(d.sent)-1]; last.To != address || !strings.Contains(last.Text, "Hej Anna Berg!") || !strings.Contains(last.Text, "är avslutat") {
			t.Errorf("the last mail is to %s:\n%s", last.To, last.Text)
		}
		if _, code, _ := d.ask(address); code != "" {
			t.Error("one can still log in")
		}
		text := all(t, database, "persons", "memberships", "passkeys", "code_apps", "logins", "address_changes", "identities", "sessions", "audit_log", "join_requests", "jobs")
		for _, gone := range []string{"Anna", "anna.berg", "karlstad.example\",\"email_key\":\"anna"} {
			if strings.Contains(text, gone) {
				t.Errorf("%q is still there", gone)
			}
		}
		if !strings.Contains(text, admitted.Person.ID) {
			t.Error("the log names nobody any more")
		}
		if again, err := d.Admit(access.System(t.Context()), anna(access.Member, karlstad)); err != nil || !again.New || again.Person.ID == admitted.Person.ID {
			t.Errorf("the address is not free: %+v, %v", again, err)
		}
	})
}

func TestOnesDataAreOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		d := newDoor(t, database)
		d.admit(boEk(access.Member, stockholm))
		d.mailed(bo)
		_, token := d.added(d.mailed(address))
		d.admit(anna(access.Follower, stockholm))
		data, err := d.Data(d.as(token))
		if err != nil {
			t.Fatal(err)
		}
		if data.Email != address || len(data.Memberships) != 2 || len(data.Passkeys) != 1 || len(data.Sessions) != 1 || len(data.Log) != 4 {
			t.Errorf("%+v", data)
		}
		for _, row := range data.Log {
			if (row.Verb == "member.admit") == row.Yours {
				t.Errorf("%+v", row)
			}
		}
		text, err := json.Marshal(data)
		if err != nil || strings.Contains(string(text), "Bo Ek") || strings.Contains(string(text), bo) || strings.Contains(string(text), "null,\"memberships\"") {
			t.Errorf("%s, %v", text, err)
		}
		if data, err := d.Data(t.Context()); !fault.Is(err, fault.NotFound) || data.Email != "" {
			t.Errorf("a visitor: %+v, %v", data, err)
		}
	})
}
