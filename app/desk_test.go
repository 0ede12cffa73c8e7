package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/jobs"
	"nuso.se/app/mail"
	"nuso.se/app/member"
)

// with gives somebody the role and returns their browser, logged in.
func (s *site) with(role access.Role) *browser {
	s.t.Helper()
	email := string(role) + "@karlstad.example"
	admission := member.Admission{Email: email, Name: "Anna " + string(role), Role: role, Organisation: "kommun-1780"}
	if _, err := s.members.Admit(access.System(s.t.Context()), admission); err != nil {
		s.t.Fatal(err)
	}
	return s.entered(email)
}

// entered returns the browser of who has the address, logged in.
func (s *site) entered(email string) *browser {
	s.t.Helper()
	b := s.browser()
	s.enter(b, email)
	return b
}

// failMail leaves n letters that nobody can read, and returns the ids of the jobs, the last first.
func (s *site) failMail(n int) []string {
	s.t.Helper()
	err := s.db.Tx(s.t.Context(), func(tx db.Tx) error {
		for i := range n {
			if err := jobs.Add(tx, mail.Kind, "hemligt@exempel.se", jobs.About(fmt.Sprintf("…@exempel-%02d.se", i))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	_ = s.runner.Drain(s.t.Context())
	dead, err := jobs.ListDead(s.t.Context(), s.db, 0, n)
	if err != nil || len(dead) != n {
		s.t.Fatal(len(dead), err)
	}
	ids := make([]string, n)
	for i, job := range dead {
		ids[i] = job.ID
	}
	return ids
}

func (b *browser) want(path string, status int, texts ...string) {
	b.t.Helper()
	got, body := b.get(path)
	wantTexts(b.t, path, got, body, status, texts)
}

func wantTexts(t *testing.T, path string, got int, body string, status int, texts []string) {
	t.Helper()
	if got != status {
		t.Errorf("%s: status %d, want %d", path, got, status)
	}
	for _, text := range texts {
		text, not := strings.CutPrefix(text, "!")
		if strings.Contains(body, text) == not {
			t.Errorf("%s holds %q: %v", path, text, !not)
		}
	}
}

func TestTheDeskIsForTheOfficeAlone(t *testing.T) {
	s := newListening(t, time.Now)
	s.failMail(1)
	visitor, member, editor, admin := s.browser(), s.with(access.Member), s.with(access.Editor), s.with(access.Admin)
	for _, path := range []string{"/redaktion", "/admin", "/admin/jobb", "/admin/jobb/ta-bort", "/admin/finns-inte"} {
		visitor.want(path, 200, "<h1>Logga in</h1>", `name="next" value="`+path+`"`)
		member.want(path, 404, "Sidan finns inte")
	}
	editor.want("/redaktion", 200, "<h1>Redaktionen</h1>", "Ingenting väntar just nu.", "!misslyckats", "!Administration")
	editor.want("/admin", 404)
	editor.want("/admin/jobb", 404)
	admin.want("/redaktion", 200, `<a href="/admin/jobb">Arbeten som har misslyckats</a>`, `<p class="count">1</p>`, `href="/admin"`)
	admin.want("/admin", 200, `<p class="count">1</p>`, "Den sista raden har nummer ", "nuso audit verify")
	admin.want("/admin/finns-inte", 404)
	visitor.send("/ga-med", "/ga-med", visitor.request("eva@annan.example"))
	code := mailedCode.FindStringSubmatch(s.newest("eva@annan.example"))
	visitor.send("/ga-med/kod", "/ga-med/kod", url.Values{"code": {code[1]}})
	editor.want("/redaktion", 200, `<a href="/redaktion/ansokningar">Ansökningar om att gå med</a>`, "!Ingenting väntar")
}

func TestAnAdminSeesWhatHasFailedAndHasItTriedAgain(t *testing.T) {
	s := newListening(t, time.Now)
	ids := s.failMail(22)
	b := s.with(access.Admin)
	err := s.db.Tx(t.Context(), func(tx db.Tx) error {
		return tx.Exec("UPDATE jobs SET last_error = 'panic: anna@exempel.se' WHERE id = ?", ids[1]).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	b.want("/admin/jobb", 200, "panic: ‹address›", "!anna@", "22 arbeten har misslyckats", "Försök igen med alla 22", "<h3>Mejl till …@exempel-21.se</h3>", "1 försök",
		"the payload cannot be read", `href="/admin/jobb?page=2"`, "!hemligt", "!…@exempel-01.se")
	b.want("/admin/jobb?page=2", 200, "…@exempel-01.se", "!…@exempel-21.se")
	b.want("/admin/jobb?page=3", 404)
	retry := func(values url.Values, texts ...string) {
		t.Helper()
		status, body := b.send("/admin/jobb", "/admin/jobb/forsok", values)
		wantTexts(t, "/admin/jobb/forsok", status, body, 200, texts)
	}
	one := url.Values{"id": {ids[0]}, "kind": {""}}
	retry(one, `role="status"><p>Arbetet görs om strax.`, "21 arbeten har misslyckats", "<dt>Väntar</dt><dd>1</dd>", "mindre än en minut")
	retry(one, "Det arbetet finns inte längre här.")
	retry(url.Values{"id": {"finns-inte"}, "kind": {""}}, "Det arbetet finns inte längre här.")
	retry(url.Values{"kind": {"mail.send"}}, "Arbetena görs om strax.", "Inget arbete har misslyckats.", "<dt>Väntar</dt><dd>22</dd>")
	retry(url.Values{"kind": {"mail.send"}}, "Det arbetet finns inte längre här.")
	if status, _ := b.send("/admin/jobb", "/admin/jobb/forsok", url.Values{"id": {ids[1]}, "token": {"annat"}}); status != 403 {
		t.Errorf("with another token: %d", status)
	}
	_ = s.runner.Drain(t.Context())
	b.want("/admin/jobb", 200, "22 arbeten har misslyckats", "<dt>Väntar</dt><dd>0</dd>", "!har väntat", "!utan att bli gjorda")
}

func TestAnAdminIsToldWhenNobodyWorks(t *testing.T) {
	fake := clock.NewFake(time.Now())
	s := newListening(t, fake.Now)
	b := s.with(access.Admin)
	err := s.db.Tx(t.Context(), func(tx db.Tx) error { return jobs.Add(tx, mail.Kind, "x") })
	if err != nil {
		t.Fatal(err)
	}
	b.want("/admin/jobb", 200, "mindre än en minut", "!utan att bli gjorda")
	fake.Advance(10 * time.Minute)
	b.want("/admin/jobb", 200, " minuter</dd>", "Arbeten väntar utan att bli gjorda.")
}

func TestAJobIsRemovedAfterAQuestionAndAProofAlone(t *testing.T) {
	fake := clock.NewFake(time.Now())
	s := newListening(t, fake.Now)
	ids := s.failMail(2)
	b := s.with(access.Admin)
	ask := "/admin/jobb/ta-bort?id=" + ids[0]
	b.want(ask, 200, "<h1>Ta bort arbetet?</h1>", "Mejl till …@exempel-01.se", "Ta bort arbetet för gott", "!hemligt")
	b.want("/admin/jobb", 200, "2 arbeten har misslyckats")
	if status, _ := b.send(ask, "/admin/jobb/ta-bort", url.Values{"token": {"annat"}}); status != 403 {
		t.Errorf("with another token: %d", status)
	}
	status, body := b.send(ask, "/admin/jobb/ta-bort", url.Values{})
	wantTexts(t, ask, status, body, 200, []string{"Arbetet är borttaget.", "1 arbete har misslyckats"})
	status, body = b.send("/admin/jobb", "/admin/jobb/ta-bort", url.Values{"id": {ids[0]}})
	wantTexts(t, ask, status, body, 200, []string{"Det arbetet finns inte längre här.", "1 arbete har misslyckats"})
	b.want(ask, 200, "Det arbetet finns inte längre här.")
	fake.Advance(20 * time.Minute)
	again := "/admin/jobb/ta-bort?id=" + ids[1]
	b.want(again, 200, "<h1>Inloggning och säkerhet</h1>", "ta-bort%3fid%3d"+ids[1])
	status, body = b.send("/admin/jobb", "/admin/jobb/ta-bort", url.Values{"id": {ids[1]}})
	wantTexts(t, again, status, body, 200, []string{"<h1>Inloggning och säkerhet</h1>"})
	b.want("/admin/jobb", 200, "1 arbete har misslyckats")
}
