package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/member"
)

// newest sends what waits and returns the newest letter to the address, as text.
func (s *site) newest(to string) string {
	s.t.Helper()
	if err := s.runner.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	letters, err := filepath.Glob(filepath.Join(s.cfg.DataDir, "mail", "*.eml"))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := len(letters) - 1; i >= 0; i-- {
		raw, err := os.ReadFile(letters[i])
		if err != nil {
			s.t.Fatal(err)
		}
		if text := strings.ReplaceAll(string(raw), "=\r\n", ""); strings.Contains(text, "<"+to+">") {
			return text
		}
	}
	s.t.Fatalf("no letter to %s", to)
	return ""
}

// enter logs the person in by a link from the shell, which counts as a second factor.
func (s *site) enter(b *browser, email string) {
	s.t.Helper()
	link, err := s.members.ShellLink(access.System(s.t.Context()), email)
	if err != nil {
		s.t.Fatal(err)
	}
	if status, body := b.send("/logga-in/"+link, "/logga-in/"+link, url.Values{}); status != 200 || !strings.Contains(body, "Logga ut") {
		s.t.Fatalf("%s is not in: %d", email, status)
	}
}

// office is a site where Karlstad has a domain, takes part in a round and has Bo as its contact person; Ed is an editor.
func newOffice(t *testing.T, now clock.Clock) *site {
	t.Helper()
	s := newListening(t, now)
	ctx := access.System(t.Context())
	if err := s.house.organisations.SetDomains(ctx, "kommun-1780", []string{"karlstad.example"}); err != nil {
		t.Fatal(err)
	}
	if err := s.house.organisations.Enter(ctx, "kommun-1780", "delstudie-1-2024", true); err != nil {
		t.Fatal(err)
	}
	for _, a := range []member.Admission{
		{Email: "bo@karlstad.example", Name: "Bo Ek", Role: access.Contact, Organisation: "kommun-1780"},
		{Email: "ed@nuso.example", Name: "Ed Lind", Role: access.Editor, Organisation: "kommun-0180"},
	} {
		if _, err := s.members.Admit(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// request is a filled-in form; terms comes from the page.
func (b *browser) request(email string) url.Values {
	b.t.Helper()
	_, page := b.get("/ga-med")
	terms := regexp.MustCompile(`name="terms" value="([^"]+)"`).FindStringSubmatch(page)
	if terms == nil {
		b.t.Fatal("no terms on the page")
	}
	return url.Values{
		"email": {email}, "name": {"Anna Berg"}, "organisation": {"Karlstads kommun"}, "role": {"member"},
		"purpose": {"Jag arbetar med delstudie 1."}, "terms": {terms[1]}, "website": {""},
	}
}

var (
	joinLink = regexp.MustCompile(`/ga-med/bekrafta/[a-z2-7]{26}`)
	deskLink = regexp.MustCompile(`/(min-kommun|redaktion)/ansokningar/[0-9a-f-]{36}`)
)

func TestSomebodyAsksToJoinIsLetInAndLogsIn(t *testing.T) {
	s := newOffice(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.closed()
	anna, bo := s.browser(), s.browser()
	if status, body := anna.send("/ga-med", "/ga-med", anna.request("anna@karlstad.example")); status != 200 || !strings.Contains(body, "Skriv koden") {
		t.Fatalf("asking: %d %.300s", status, body)
	}
	code := mailedCode.FindStringSubmatch(s.newest("anna@karlstad.example"))
	if status, body := anna.send("/ga-med/kod", "/ga-med/kod", url.Values{"code": {code[1]}}); status != 200 || !strings.Contains(body, "din ansökan är skickad") {
		t.Fatalf("the code: %d %.300s", status, body)
	}
	path := deskLink.FindString(s.newest("bo@karlstad.example"))
	if status, body := bo.get(path); status != 200 || !strings.Contains(body, "Vi mejlar dig en kod") {
		t.Fatalf("a visitor at the desk: %d", status)
	}
	s.enter(bo, "bo@karlstad.example")
	if status, body := bo.get("/min-kommun/ansokningar"); status != 200 || !strings.Contains(body, path) {
		t.Fatalf("the desk: %d %.300s", status, body)
	}
	answer := url.Values{"decision": {"approve"}, "role": {"member"}, "message": {"Välkommen!"}}
	for range 2 {
		if status, body := bo.send(path, path, answer); status != 200 || !strings.Contains(body, "Bo Ek har godkänt ansökan") {
			t.Fatalf("approving: %d %.300s", status, body)
		}
		answer = url.Values{"decision": {"approve"}, "role": {"member"}, "token": answer["token"]} // the page of before, once more
	}
	if letter := s.newest("anna@karlstad.example"); !strings.Contains(letter, "/logga-in") || !strings.Contains(letter, "Karlstad") {
		t.Errorf("the answer:\n%s", letter)
	}
	if status, body := s.login(anna, "/nyheter/stangd"); status != 200 || !strings.Contains(body, "Stängd nyhet") || !strings.Contains(body, "Anna Berg") {
		t.Errorf("logged in: %d %.300s", status, body)
	}
	if status, _ := anna.get(path); status != 404 {
		t.Errorf("a member at the desk: %d", status)
	}
	if _, body := anna.get("/mitt-konto/uppgifter.json"); !strings.Contains(body, `"also":{"join_requests":[{"organisation":"Karlstad","role_asked":"member","role_given":"member"`) {
		t.Errorf("one's own data: %s", body)
	}
}

// What programs do that look through mail before people read it.
func TestAMailScannerConfirmsNothing(t *testing.T) {
	s := newOffice(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	anna, scanner := s.browser(), s.browser()
	anna.send("/ga-med", "/ga-med", anna.request("anna@karlstad.example"))
	link := joinLink.FindString(s.newest("anna@karlstad.example"))
	for range 3 {
		if status, body := scanner.get(link); status != 200 || strings.Contains(body, "Anna Berg") || strings.Contains(body, "Skicka ansökan") {
			t.Fatalf("a scanner: %d", status)
		}
		if _, err := scanner.Head(s.address + link); err != nil {
			t.Fatal(err)
		}
		scanner.send("/ga-med", link, url.Values{"stamp": {s.site.Stamp("ga-med-lank")}})
	}
	if status, body := anna.get(link); status != 200 || !strings.Contains(body, "Anna Berg") {
		t.Fatalf("where it was asked: %d", status)
	}
	if status, body := anna.send(link, link, url.Values{}); status != 200 || !strings.Contains(body, "din ansökan är skickad") {
		t.Errorf("pressed: %d %.300s", status, body)
	}
}

// Fields that the form does not have change nothing.
func TestMoreFieldsThanTheFormHasChangeNothing(t *testing.T) {
	s := newOffice(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	anna, bo := s.browser(), s.browser()
	values := anna.request("anna@karlstad.example")
	for name, value := range map[string]string{
		"id": "1", "domain_fits": "true", "outcome": "approved", "given": "admin", "decided_by": "x", "organisation_id": "kommun-0180", "person": "x", "confirmed_at": "1",
	} {
		values.Set(name, value)
	}
	anna.send("/ga-med", "/ga-med", values)
	anna.send("/ga-med/kod", "/ga-med/kod", url.Values{"code": {mailedCode.FindStringSubmatch(s.newest("anna@karlstad.example"))[1]}, "role": {"admin"}})
	path := deskLink.FindString(s.newest("bo@karlstad.example"))
	s.enter(bo, "bo@karlstad.example")
	answer := url.Values{"decision": {"approve"}, "role": {"admin"}, "person": {"x"}, "organisation": {"kommun-0180"}, "id": {"x"}}
	if status, body := bo.send(path, path, answer); status != 422 || !strings.Contains(body, "Välj en av rollerna") {
		t.Errorf("role=admin: %d", status)
	}
	answer.Set("role", "follower")
	if status, _ := bo.send(path, path, answer); status != 200 {
		t.Errorf("role=follower: %d", status)
	}
	people, err := s.members.List(access.System(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if p.Email == "anna@karlstad.example" && (len(p.Memberships) != 1 || p.Memberships[0].Role != access.Follower || p.Memberships[0].Organisation != "Karlstad") {
			t.Errorf("Anna is %+v", p.Memberships)
		}
	}
}
