package demo_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/demo"
	"nuso.se/app/document"
	"nuso.se/app/document/documenttest"
	"nuso.se/app/fault"
	"nuso.se/app/limit"
	"nuso.se/app/member"
	"nuso.se/app/news"
	"nuso.se/app/organisation"
	"nuso.se/app/session"
	"nuso.se/app/web/webtest"
)

// rig is a site with the demonstration and something real.
type rig struct {
	*testing.T
	d             *db.DB
	demo          *demo.Service
	organisations *organisation.Service
	members       *member.Service
	docs          *document.Service
	sessions      *session.Keeper
}

func newRig(t *testing.T, d *db.DB) *rig {
	t.Helper()
	now := clock.Fixed(clock.At(2026, time.March, 25, 12, 0, 0))
	r := &rig{T: t, d: d, organisations: organisation.New(d, now), sessions: session.New(d, now, session.DefaultLimits())}
	if err := r.organisations.Boot(t.Context()); err != nil {
		t.Fatal(err)
	}
	secret := []byte("a secret of this test alone, long enough")
	var err error
	r.members, err = member.New(member.Options{
		DB: d, Now: now, Limiter: limit.New(d, now, secret), Theme: webtest.Theme(t), Secret: secret, BaseURL: "https://nuso.example",
		Sessions: r.sessions, Areas: r.organisations.Areas,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.docs = documenttest.New(t, d, now, []document.Kind{news.Kind()}, map[string]string{"nyheter/riktig.md": "title: En riktig nyhet\n"})
	r.demo = demo.New(d, now, r.organisations, r.members, r.docs)
	r.admit("rut@nuso.example", access.Admin, "kommun-1780")
	return r
}

func (r *rig) admit(email string, role access.Role, where string) member.Admitted {
	r.Helper()
	admitted, err := r.members.Admit(access.System(r.Context()), member.Admission{Email: email, Name: "Rut", Role: role, Organisation: where})
	if err != nil {
		r.Fatal(err)
	}
	return admitted
}

func (r *rig) load() bool {
	r.Helper()
	changed, err := r.demo.Load(access.System(r.Context()))
	if err != nil {
		r.Fatal(err)
	}
	return changed
}

func (r *rig) clear() demo.Cleared {
	r.Helper()
	cleared, err := r.demo.Clear(access.System(r.Context()))
	if err != nil {
		r.Fatal(err)
	}
	return cleared
}

// rows returns how many rows each table has, and the number of the last announcement.
func (r *rig) rows() map[string]int64 {
	r.Helper()
	all := map[string]int64{}
	for _, table := range []string{
		"announcements", "audit_log", "documents", "document_tags", "document_revisions", "document_aliases", "search_documents", "jobs", "logins", "memberships",
		"organisation_domains", "organisations", "participations", "passkeys", "code_apps", "address_changes", "identities", "join_requests", "persons", "rounds", "sessions", "studies",
	} {
		var n int64
		if err := r.d.Read(r.Context()).Table(table).Count(&n).Error; err != nil {
			r.Fatal(err)
		}
		all[table] = n
	}
	version, err := r.d.Announcement(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	all["announcement"] = version
	return all
}

func (r *rig) exec(sql string, values ...any) {
	r.Helper()
	if err := r.d.Tx(r.Context(), func(tx db.Tx) error { return tx.Exec(sql, values...).Error }); err != nil {
		r.Fatal(err)
	}
}

// request is somebody's wish to join, decided by a person unless that is empty.
func (r *rig) request(id, organisation, decider string) {
	r.Helper()
	r.exec(`INSERT INTO join_requests (id, email, email_key, name, organisation_id, organisation_name, domain_fits, role, purpose, terms, ask_hash, code_hash,
		link_hash, tries, created_at, expires_at, outcome, given, decided_by) VALUES (?, 'a', 'a', 'Eva', ?, '', false, 'member', '', '', ?, '', '', 0, 1, 1, '', '', NULLIF(?, ''))`,
		id, organisation, id, decider)
}

func (r *rig) banner() string {
	r.Helper()
	text, err := r.demo.Banner(r.Context())
	if err != nil {
		r.Fatal(err)
	}
	return text
}

func each(t *testing.T, test func(r *rig)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newRig(t, d)) })
}

func TestEverybodyIsMarkedAndEachRoleIsThereOnce(t *testing.T) {
	var roles []access.Role
	for _, p := range demo.People() {
		roles = append(roles, p.Role)
		if !strings.HasSuffix(p.Name, " (demo)") || !strings.HasSuffix(p.Email, "@demo.example.org") || !strings.HasPrefix(p.ID(), "demo-") || !strings.HasPrefix(p.Organisation, "demo-") {
			t.Errorf("%+v", p)
		}
	}
	if diff := cmp.Diff(member.Roles(), roles); diff != "" {
		t.Error(diff)
	}
}

func TestTwiceIsOnceAndClearedIsAsBefore(t *testing.T) {
	each(t, func(r *rig) {
		before := r.rows()
		if r.banner() != "" {
			r.Error("a banner before")
		}
		if cleared := r.clear(); len(cleared.Removed) != 0 || !maps.Equal(r.rows(), before) {
			r.Fatalf("clearing nothing: %+v\n%s", cleared, cmp.Diff(before, r.rows()))
		}
		if !r.load() {
			r.Fatal("nothing was loaded")
		}
		loaded := r.rows()
		for table, more := range map[string]int64{"organisations": 5, "persons": 7, "memberships": 7, "rounds": 1, "participations": 1, "documents": 3, "search_documents": 3, "studies": 0} {
			if loaded[table]-before[table] != more {
				r.Errorf("%d more rows of %s, want %d", loaded[table]-before[table], table, more)
			}
		}
		if r.load() || !maps.Equal(r.rows(), loaded) || r.banner() == "" {
			r.Errorf("loading twice, banner %q:\n%s", r.banner(), cmp.Diff(loaded, r.rows()))
		}
		cleared := r.clear()
		after := r.rows()
		if more := after["audit_log"] - loaded["audit_log"]; more != 1 {
			r.Errorf("the clearing is %d rows of the log, want one", more)
		}
		for _, stays := range []string{"audit_log", "jobs", "announcement"} { // the log keeps all, the jobs tell the index
			after[stays] = before[stays]
		}
		if diff := cmp.Diff(before, after); diff != "" || r.banner() != "" || len(cleared.Kept) != 0 {
			r.Errorf("cleared %+v, banner %q:\n%s", cleared, r.banner(), diff)
		}
		once := r.rows()
		if again := r.clear(); len(again.Removed) != 0 || !maps.Equal(r.rows(), once) {
			r.Errorf("clearing twice: %+v\n%s", again, cmp.Diff(once, r.rows()))
		}
		if v, err := audit.Verify(r.Context(), r.d, audit.Mark{}); err != nil || v.Flaw != "" {
			r.Errorf("the log: %+v, %v", v, err)
		}
	})
}

func TestALoadThatBrokeOffIsEndedByTheNext(t *testing.T) {
	each(t, func(r *rig) {
		r.load()
		whole := r.rows()
		for _, broken := range []string{
			"DELETE FROM documents WHERE slug = 'demo-deltagare'", "DELETE FROM documents WHERE id LIKE 'demo-%'",
			"DELETE FROM memberships WHERE person_id = 'demo-admin'", "DELETE FROM persons WHERE id = 'demo-admin'",
			"DELETE FROM participations WHERE round_id = 'demo-omgangen'", "DELETE FROM rounds WHERE id = 'demo-omgangen'",
		} {
			r.exec(broken)
		}
		if r.banner() == "" {
			r.Error("no banner over what is half there")
		}
		if !r.load() {
			r.Error("nothing was mended")
		}
		got := r.rows()
		for _, table := range []string{"documents", "persons", "memberships", "rounds", "participations", "organisations"} {
			if got[table] != whole[table] {
				r.Errorf("%s: %d, want %d", table, got[table], whole[table])
			}
		}
	})
}

// What people do in a demonstration goes with it, where it is theirs.
func TestWhatHangsOnTheDemonstrationGoesWithIt(t *testing.T) {
	each(t, func(r *rig) {
		before := r.rows()
		r.load()
		contact := "demo-kontakt"
		r.admit("kontakt@demo.example.org", access.Member, "kommun-0180") // another role, at a real organisation
		if _, err := r.members.ShellLink(access.System(r.Context()), "kontakt@demo.example.org"); err != nil {
			r.Fatal(err)
		}
		err := r.d.Tx(r.Context(), func(tx db.Tx) error {
			_, _, err := r.sessions.Start(tx, contact, "", "Firefox", true)
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		r.exec("INSERT INTO passkeys (id, person_id, credential_id, credential, name, created_at) VALUES ('k', ?, 'c', '{}', 'Mobilen', 1)", contact)
		r.exec("INSERT INTO code_apps (person_id, secret, last_step, created_at) VALUES (?, 's', 0, 1)", contact)
		r.exec(`INSERT INTO address_changes (id, person_id, old_email, new_email, code_hash, undo_hash, undo_code, tries, created_at)
			VALUES ('a', ?, 'kontakt@demo.example.org', 'annan@demo.example.org', 'c', '', '', 0, 1)`, contact)
		r.exec("INSERT INTO identities (issuer, subject, person_id, created_at) VALUES ('i', 's', ?, 1)", contact)
		r.exec("UPDATE persons SET name = 'Ett annat namn', email = 'annan@demo.example.org', email_key = 'annan@demo.example.org' WHERE id = ?", contact)
		system := access.System(r.Context())
		if err := r.organisations.SetDomains(system, "demo-kommunen", []string{"demo.example.org"}); err != nil {
			r.Fatal(err)
		}
		for org, round := range map[string]string{"demo-kommunen": "delstudie-2-2024", "kommun-0180": "demo-omgangen"} {
			if err := r.organisations.Enter(system, org, round, true); err != nil {
				r.Fatal(err)
			}
		}
		r.request("a", "demo-kommunen", "")
		doc, err := r.docs.BySlug(system, document.News, "demo-oppen")
		if err != nil {
			r.Fatal(err)
		}
		if _, err := r.docs.Update(system, doc.ID, doc.Version, strings.Replace(doc.Source, "en nyhet som alla ser", "en annan", 1)); err != nil {
			r.Fatal(err)
		}
		cleared := r.clear()
		after := r.rows()
		for _, stays := range []string{"audit_log", "jobs", "announcement"} {
			after[stays] = before[stays]
		}
		if diff := cmp.Diff(before, after); diff != "" || cleared.Removed["sessions"] != 1 {
			r.Errorf("%+v\n%s", cleared, diff)
		}
	})
}

// Rut sees as Demokommunen when it goes.
func TestAnAdminWhoSeesAsTheDemonstrationSeesAsThemselvesAfterIt(t *testing.T) {
	each(t, func(r *rig) {
		rut := r.admit("rut@nuso.example", access.Admin, "kommun-1780")
		r.load()
		var token string
		view := session.View{Role: "member", OrganisationID: "demo-kommunen", Until: db.At(clock.At(2026, time.March, 25, 12, 30, 0))}
		err := r.d.Tx(r.Context(), func(tx db.Tx) (err error) {
			if token, _, err = r.sessions.Start(tx, rut.Person.ID, rut.Membership.ID, "Firefox", true); err != nil {
				return err
			}
			return r.sessions.SetView(tx, token, view)
		})
		if err != nil {
			r.Fatal(err)
		}
		if before, err := r.members.Who(r.Context(), token); err != nil || before.View.At != "Demokommunen (demo)" {
			r.Fatalf("%+v, %v", before, err)
		}
		r.clear()
		if after, err := r.members.Who(r.Context(), token); err != nil || after.Role != access.Admin || after.View != (access.View{}) {
			r.Errorf("%+v, %v", after, err)
		}
	})
}

func TestWhatIsRealStaysAndIsTold(t *testing.T) {
	each(t, func(r *rig) {
		r.load()
		r.admit("bo@nuso.example", access.Member, "demo-kommunen")
		if _, err := r.docs.Create(access.System(r.Context()), document.News, "demonstration", "---\nid: demo-dag-2027\ntitle: Demodagen\ndate: 2026-03-01\nsummary: En riktig nyhet.\n---\n\nText.\n"); err != nil {
			r.Fatal(err)
		}
		r.request("b", "kommun-1780", "demo-redaktor")
		cleared := r.clear()
		var decided []struct{ ID, DecidedBy string }
		if err := r.d.Read(r.Context()).Raw("SELECT id, coalesce(decided_by, 'ingen') AS decided_by FROM join_requests").Scan(&decided).Error; err != nil ||
			len(decided) != 1 || decided[0].ID != "b" || decided[0].DecidedBy != "ingen" {
			r.Errorf("a real request that the demonstration has decided: %+v, %v", decided, err)
		}
		if !slices.Equal(cleared.Kept, []string{"Demokommunen (demo)"}) || cleared.Removed["organisations"] != 4 || cleared.Removed["documents"] != 3 || cleared.Removed["memberships"] != 7 {
			r.Errorf("%+v", cleared)
		}
		people, err := r.members.List(access.System(r.Context()))
		if err != nil || len(people) != 2 || people[0].Email != "bo@nuso.example" || len(people[0].Memberships) != 1 {
			r.Errorf("%+v, %v", people, err)
		}
		for _, slug := range []string{"riktig", "demonstration"} {
			if _, err := r.docs.BySlug(r.Context(), document.News, slug); err != nil {
				r.Errorf("%s: %v", slug, err)
			}
		}
		if again := r.clear(); len(again.Removed) != 0 || len(again.Kept) != 1 || r.banner() == "" {
			r.Errorf("again: %+v, banner %q", again, r.banner())
		}
		if !r.load() || r.load() {
			r.Error("it does not come back beside what stayed")
		}
	})
}

func TestNobodysAddressIsTakenOver(t *testing.T) {
	each(t, func(r *rig) {
		r.admit("Medlem@demo.example.org", access.Follower, "kommun-1780")
		_, err := r.demo.Load(access.System(r.Context()))
		if !fault.Is(err, fault.Conflict) {
			r.Errorf("loaded: %v", err)
		}
		r.clear()
		people, err := r.members.List(access.System(r.Context()))
		if err != nil || len(people) != 2 {
			r.Errorf("%+v, %v", people, err)
		}
	})
}

func TestNobodyButTheProgramLoadsOrClears(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for _, actor := range []access.Actor{{}, {ID: "1", Role: access.Editor}, {ID: "1", Role: access.Admin, Strong: true}} {
		ctx := access.With(t.Context(), actor)
		_, err := r.demo.Load(ctx)
		_, err2 := r.demo.Clear(ctx)
		if !fault.Is(err, fault.NotFound) || !fault.Is(err2, fault.NotFound) {
			t.Errorf("%+v: %v, %v", actor, err, err2)
		}
	}
}

func TestEachOfTheNewsIsForItsAudience(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	r.load()
	for _, row := range []struct {
		actor access.Actor
		want  int
	}{
		{access.Actor{}, 1}, {access.Actor{ID: "1", Role: access.Follower}, 2},
		{access.Actor{ID: "1", Role: access.Member, Keys: []access.Audience{access.Participants}}, 3},
	} {
		list, err := r.docs.List(access.With(t.Context(), row.actor), document.Filter{})
		demos := 0
		for _, doc := range list.Items {
			if strings.HasSuffix(doc.Title, "(demo)") {
				demos++
			}
		}
		if err != nil || demos != row.want {
			t.Errorf("%q sees %d, want %d (%v)", row.actor.Role, demos, row.want, err)
		}
	}
}
