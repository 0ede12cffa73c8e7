package join_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/join"
	"nuso.se/app/organisation"
)

const anna = "anna@karlstad.example"

func TestAnApprovedRequestGivesAnAccountAMailAndRowsOfTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id, before := r.waiting(), r.count("audit_log")
		for range 2 { // a second press does nothing more
			r.must(r.Approve(r.as("Bo"), id, join.Grant{Role: access.Member, Message: "Välkommen!\nVi ses."}))
		}
		if got := r.roles(anna); got != "member Karlstad" {
			t.Errorf("Anna is %q", got)
		}
		sent := r.letters()
		if len(sent) != 1 || sent[0].To != anna {
			t.Fatalf("mails %v", sent)
		}
		for _, text := range []string{"Anna Berg", "Karlstad", "medlem", "Välkommen!\nVi ses.", "https://nuso.example/logga-in"} {
			if !strings.Contains(sent[0].Text, text) {
				t.Errorf("no %q in\n%s", text, sent[0].Text)
			}
		}
		verdict, err := audit.Verify(t.Context(), database, audit.Mark{})
		if after := r.count("audit_log"); err != nil || verdict.Last.Number != after || after != before+2 {
			t.Errorf("the log: %+v, %v, %d rows more, want 2", verdict, err, after-before)
		}
		shown, err := r.ByID(r.as("Eva"), id)
		if err != nil || shown.Outcome != join.Approved || shown.Given != access.Member || shown.Decider != "Bo" || shown.Mine {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

// The account has the name and the address of who was let in, and takes them away when it is closed.
func TestAClosedAccountLeavesNoNameInTheRequest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id := r.waiting()
		r.must(r.Approve(r.as("Bo"), id, join.Grant{Role: access.Member}))
		shown, err := r.ByID(r.as("Bo"), id)
		if err != nil || shown.Name != "Anna Berg" || shown.Email != anna {
			t.Fatalf("%+v, %v", shown, err)
		}
		r.must(r.members.Close(access.With(t.Context(), access.Actor{ID: *shown.PersonID, Role: access.Member, Strong: true})))
		shown, err = r.ByID(r.as("Bo"), id)
		if err != nil || shown.Name != "Avslutat konto" || shown.Email != "" || shown.EmailKey != "" || shown.Given != access.Member {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

func TestADeclinedRequestIsAnsweredKindlyAndCanBeMadeAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id := r.waiting()
		weak := r.actor("Bo")
		weak.Strong = false
		for range 2 {
			r.must(r.Decline(access.With(t.Context(), weak), id, "Du arbetar i en annan förvaltning."))
		}
		sent := r.letters()
		if len(sent) != 1 || sent[0].To != anna || !strings.Contains(sent[0].Text, "en annan förvaltning") || !strings.Contains(sent[0].Text, "https://nuso.example/ga-med") {
			t.Errorf("mails %v", sent)
		}
		if got := r.roles(anna); got != "" {
			t.Errorf("Anna is %q", got)
		}
		r.waiting()
		for _, row := range []struct {
			after time.Duration
			want  int64
		}{{90*24*time.Hour - time.Microsecond, 0}, {time.Microsecond, 1}, {time.Hour, 0}} {
			r.Clock.Advance(row.after)
			if got, err := r.Sweep(t.Context()); err != nil || got.Purposes != row.want {
				t.Errorf("swept %+v, %v, want %d purposes", got, err, row.want)
			}
		}
		shown, err := r.ByID(r.as("Bo"), id)
		if err != nil || shown.Purpose != "" || shown.Outcome != join.Declined || shown.Decider != "Bo" || shown.Name != "Anna Berg" {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

// Who sees which requests, by which ids, and how many. fits is of Karlstad's own address, other claims Karlstad from elsewhere.
func TestWhoSeesAndDecidesWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		fits := r.waiting()
		other := r.waiting(func(d *join.Draft) { d.Email = "x@gmail.com" })
		typed := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "y@karlstad.example", "FoU Nord" })
		unproved := access.With(t.Context(), access.Actor{ID: r.ids["Bo"], Unproved: access.Contact})
		for name, row := range map[string]struct{ sees, mine []string }{
			"": {}, "Mia": {}, "Fia": {}, "Siv": {}, "Bo": {[]string{fits}, []string{fits}},
			"Ed": {[]string{fits, other, typed}, []string{other, typed}}, "Ada": {[]string{fits, other, typed}, []string{other, typed}},
		} {
			ctx := r.as(name)
			rows, total, err := r.List(ctx, join.Filter{Limit: 20})
			var ids []string
			for _, l := range rows {
				ids = append(ids, l.ID)
			}
			n, err2 := r.Waiting(ctx)
			if !slices.Equal(ids, row.sees) || total != len(row.sees) || n != len(row.mine) || err != nil || err2 != nil {
				t.Errorf("%q sees %v of %d and decides %d, %v, %v", name, ids, total, n, err, err2)
			}
			for _, id := range []string{fits, other, typed, "", "0000", "' OR 1=1 --"} {
				shown, err := r.ByID(ctx, id)
				if slices.Contains(row.sees, id) != (err == nil) || err != nil && !fault.Is(err, fault.NotFound) || shown.Mine != slices.Contains(row.mine, id) {
					t.Errorf("%q reads %q: %t, %v", name, id, shown.Mine, err)
				}
				kind := fault.NotFound
				if slices.Contains(row.sees, id) {
					kind = fault.Conflict
				}
				if !slices.Contains(row.mine, id) {
					want(t, name+" approves "+id, r.Approve(ctx, id, join.Grant{Role: access.Follower}), kind)
					want(t, name+" declines "+id, r.Decline(ctx, id, ""), kind)
				}
			}
		}
		if n, _ := r.Waiting(unproved); n != 0 {
			t.Errorf("%d wait for who has yet to prove a factor", n)
		}
		want(t, "without a factor in the session", r.Approve(unproved, fits, join.Grant{Role: access.Follower}), fault.NotFound)
		if len(r.letters()) > 0 {
			t.Errorf("mails %v", r.sent)
		}
	})
}

func TestApprovingNeedsAFreshFactor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id := r.waiting()
		weak := r.actor("Bo")
		weak.Strong = false
		want(t, "without it", r.Approve(access.With(t.Context(), weak), id, join.Grant{Role: access.Member}), fault.Unauthenticated)
		if r.roles(anna) != "" || len(r.letters()) > 0 {
			t.Errorf("Anna is %q, mails %v", r.roles(anna), r.sent)
		}
	})
}

func TestWhatCannotBeGivenIsRefusedAndNothingIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		fits := r.waiting()
		typed := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "y@karlstad.example", "FoU Nord" })
		idle := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "z@gmail.com", "Stockholm" })
		before := r.count("audit_log")
		for _, row := range []struct {
			name, by, id string
			grant        join.Grant
			field        string
		}{
			{"no role", "Bo", fits, join.Grant{}, "role"},
			{"an unknown role", "Bo", fits, join.Grant{Role: "root"}, "role"},
			{"a role beyond a contact person", "Bo", fits, join.Grant{Role: access.Regional}, "role"},
			{"a contact person makes an editor", "Bo", fits, join.Grant{Role: access.Editor}, "role"},
			{"an editor makes an admin", "Ed", typed, join.Grant{Role: access.Admin}, "role"},
			{"an admin makes an admin, which nobody can ask for", "Ada", typed, join.Grant{Role: access.Admin}, "role"},
			{"a member where nothing is taken part in", "Ed", idle, join.Grant{Role: access.Member}, "role"},
			{"a member of what is added", "Ed", typed, join.Grant{Role: access.Member}, "role"},
			{"a member of a chosen one that takes part in nothing", "Ed", typed, join.Grant{Role: access.Member, Organisation: stockholm}, "role"},
			{"no such organisation", "Ed", typed, join.Grant{Role: access.Follower, Organisation: "kommun-9999"}, "organisation"},
			{"a personal number to the applicant", "Bo", fits, join.Grant{Role: access.Member, Message: "Det gäller 19811218-9876."}, "message"},
			{"a long message", "Bo", fits, join.Grant{Role: access.Member, Message: strings.Repeat("å", 1001)}, "message"},
		} {
			err := r.Approve(r.as(row.by), row.id, row.grant)
			if f := fault.Of(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != row.field {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		err := r.Decline(r.as("Bo"), fits, "Det gäller 19811218-9876.")
		want(t, "declining with a personal number", err, fault.Invalid)
		if r.count("audit_log") != before || len(r.letters()) > 0 || r.roles(anna) != "" {
			t.Errorf("something was done: mails %v", r.sent)
		}
	})
}

func TestWhatIsOfferedFollowsWhoOffersAndWhere(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	fits := r.waiting()
	typed := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "y@karlstad.example", "FoU Nord" })
	idle := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "z@stockholm.example", "Stockholm" })
	for _, row := range []struct {
		by, id   string
		roles    []access.Role
		contacts string
	}{
		{"Bo", fits, []access.Role{access.Follower, access.Member, access.Contact}, "Bo Eva"},
		{"Ed", fits, join.Roles(), "Bo Eva"},
		{"Ada", typed, join.Roles(), ""},
		{"Siv", idle, []access.Role{access.Follower, access.Contact}, "Siv"},
	} {
		shown, err := r.ByID(r.as(row.by), row.id)
		if diff := cmp.Diff(row.roles, shown.Roles); diff != "" || err != nil || strings.Join(shown.Contacts, " ") != row.contacts {
			t.Errorf("%s: %v, contact persons %v, %v", row.by, diff, shown.Contacts, err)
		}
	}
}

func TestATypedOrganisationIsChosenOrAdded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		typed := func(email, organisation string) string {
			return r.waiting(func(d *join.Draft) { d.Email, d.Organisation, d.Role = email, organisation, access.Researcher })
		}
		r.must(r.Approve(r.as("Ed"), typed("a@x.example", " Universitetet  i Norr "), join.Grant{Role: access.Researcher}))
		r.must(r.Approve(r.as("Ed"), typed("b@x.example", "Universitetet i Norr"), join.Grant{Role: access.Researcher}))
		r.must(r.Approve(r.as("Ed"), typed("c@x.example", "Kalstad"), join.Grant{Role: access.Member, Organisation: karlstad}))
		others, err := r.organisations.Others(t.Context())
		if err != nil || len(others) != 1 || others[0].Kind != organisation.University || others[0].Name != "Universitetet i Norr" {
			t.Fatalf("added are %+v, %v", others, err)
		}
		r.must(r.Approve(r.as("Ed"), typed("d@x.example", "UiN"), join.Grant{Role: access.Follower, Organisation: others[0].ID}))
		for email, want := range map[string]string{
			"a@x.example": "researcher Universitetet i Norr", "b@x.example": "researcher Universitetet i Norr", "c@x.example": "member Karlstad",
			"d@x.example": "follower Universitetet i Norr",
		} {
			if got := r.roles(email); got != want {
				t.Errorf("%s is %q, want %q", email, got, want)
			}
		}
	})
}

// The organisation of a municipality's request is the request's own, whatever the form says.
func TestAnotherOrganisationInTheFormChangesNothing(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	r.must(r.Approve(r.as("Bo"), r.waiting(), join.Grant{Role: access.Follower, Organisation: stockholm}))
	if got := r.roles(anna); got != "follower Karlstad" {
		t.Errorf("Anna is %q", got)
	}
}

func TestManyAtOnceDecideOnceAndTheOthersAreTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		id := r.waiting()
		var won atomic.Int64
		var all sync.WaitGroup
		for i := range 20 {
			name := []string{"Bo", "Eva"}[i%2]
			all.Go(func() {
				err := r.Approve(r.as(name), id, join.Grant{Role: access.Member})
				switch f := fault.Of(err); {
				case err == nil:
					won.Add(1)
				case f == nil || f.Kind != fault.Conflict || !strings.Contains(f.Text, "har godkänt ansökan onsdag 25 mars 2026"):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if sent := r.letters(); won.Load() != 10 || len(sent) != 1 || r.roles(anna) != "member Karlstad" {
			t.Errorf("%d hear that it is done, %d mails, Anna is %q", won.Load(), len(sent), r.roles(anna))
		}
		want(t, "declining what is approved", r.Decline(r.as("Bo"), id, ""), fault.Conflict)
		if got := r.roles(anna); got != "member Karlstad" {
			t.Errorf("Anna is %q", got)
		}
	})
}

func TestTheDeskCostsTheSameHoweverMuchThereIs(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	r.waiting()
	list := func() {
		_, _, err := r.List(r.as("Ed"), join.Filter{Limit: 20})
		r.must(err)
	}
	one := dbtest.Queries(t, r.db, list)
	for range 5 {
		r.waiting(func(d *join.Draft) { d.Email = "a" + db.NewID() + "@gmail.com" })
	}
	if many := dbtest.Queries(t, r.db, list); many != one {
		t.Errorf("%d queries for one, %d for six", one, many)
	}
}

// What is told of a person's requests is theirs: neither another's nor what came to nothing.
func TestOnesRequestsAreOnesOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		r := newRig(t, database)
		people := map[string]string{}
		for _, email := range []string{"anna@karlstad.example", "kim@karlstad.example"} {
			id := r.waiting(func(d *join.Draft) { d.Email, d.Purpose = email, "Jag är "+email })
			r.must(r.Approve(r.as("Bo"), id, join.Grant{Role: access.Member}))
			var person string
			r.must(database.Read(t.Context()).Table("persons").Select("id").Where("email = ?", email).Take(&person).Error)
			people[person] = email
		}
		r.waiting(func(d *join.Draft) { d.Email = "ny@karlstad.example" })
		for person, email := range people {
			told, err := r.Of(t.Context(), person)
			if err != nil || len(told) != 1 || told[0].Purpose != "Jag är "+email || told[0].Given != access.Member {
				t.Errorf("of %s: %+v, %v", email, told, err)
			}
		}
		if told, err := r.Of(t.Context(), r.ids["Mia"]); err != nil || len(told) > 0 {
			t.Errorf("of who never asked: %+v, %v", told, err)
		}
	})
}
