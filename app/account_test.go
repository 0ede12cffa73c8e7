package main

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"nuso.se/app/access"
	"nuso.se/app/clock"
)

var secretShown = regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`)

// codes adds an app for codes without JavaScript, on the page that body is, and returns what it would show.
func (b *browser) codes(now clock.Clock) func() string {
	b.t.Helper()
	_, body := b.get("/mitt-konto/kodapp")
	found := secretShown.FindStringSubmatch(body)
	if found == nil {
		b.t.Fatalf("no secret: %.500s", body)
	}
	show := func() string {
		code, err := totp.GenerateCode(strings.ReplaceAll(found[1], " ", ""), now())
		if err != nil {
			b.t.Fatal(err)
		}
		return code
	}
	values := url.Values{"code": {show()}}
	for _, hidden := range hiddenField.FindAllStringSubmatch(body, -1) {
		values.Set(hidden[1], html.UnescapeString(hidden[2]))
	}
	if status, body := b.post("/mitt-konto/kodapp", values); status != 200 || !strings.Contains(body, "Kodappen är tillagd") {
		b.t.Fatalf("%d %.500s", status, body)
	}
	return show
}

// A contact person logs in by mail, is led to add a factor, comes to what is theirs, and is asked for it at the next login.
func TestAContactPersonIsLedToASecondFactor(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newListening(t, fake.Now)
	s.closed()
	s.admit(access.Contact, "kommun-1780")
	b := s.browser()
	if status, body := s.login(b, "/nyheter/stangd"); status != 200 || !strings.Contains(body, "Ett steg till") || !strings.Contains(body, "Som kontaktperson") {
		t.Fatalf("%d %.500s", status, body)
	}
	if status, body := b.get("/nyheter/stangd"); status != 404 || !strings.Contains(body, "är kontaktperson först när") || !strings.Contains(body, "Bekräfta inloggningen") {
		t.Fatalf("before a factor: %d", status)
	}
	show := b.codes(fake.Now)
	if status, body := b.get("/nyheter/stangd"); status != 200 || strings.Contains(body, "först när") {
		t.Errorf("with a factor: %d", status)
	}
	b = s.browser()
	fake.Advance(time.Hour)
	if status, body := s.login(b, "/nyheter/stangd"); status != 200 || !strings.Contains(body, "Koden i din kodapp") {
		t.Fatalf("the next login: %d %.500s", status, body)
	}
	if status, body := b.send("/logga-in/bekrafta?next=/nyheter/stangd", "/logga-in/bekrafta", url.Values{"code": {"12345"}}); status != 422 || !strings.Contains(body, "Koden stämmer inte") {
		t.Errorf("a wrong code: %d", status)
	}
	if status, body := b.send("/logga-in/bekrafta?next=/nyheter/stangd", "/logga-in/bekrafta", url.Values{"code": {show()}}); status != 200 || !strings.Contains(body, "Stängd nyhet") {
		t.Errorf("the code: %d %.300s", status, body)
	}
}

// Every form of the account needs the token of its session: a page of another, or of before, does nothing.
func TestFormsOfTheAccountNeedTheSessionsToken(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Member, "kommun-1780")
	b := s.browser()
	s.login(b, "/")
	for _, path := range []string{
		"/mitt-konto", "/mitt-konto/roll", "/mitt-konto/adress", "/mitt-konto/avsluta", "/mitt-konto/sakerhet", "/mitt-konto/passnyckel", "/mitt-konto/kodapp",
		"/logga-in/bekrafta", "/logga-ut",
	} {
		for name, token := range map[string]string{"none": "", "another": strings.Repeat("A", 43)} {
			status, body := b.post(path, url.Values{"token": {token}, "name": {"Ny"}, "email": {"ny@x.example"}, "session": {"alla"}, "code": {"1"}, "state": {"1"}})
			if status != 403 {
				t.Errorf("%s with %s: %d %.200s", path, name, status, body)
			}
		}
	}
	if _, body := b.get("/mitt-konto"); !strings.Contains(body, `value="Anna Berg"`) {
		t.Error("something was done all the same")
	}
}

// Nor does any form of an admin or of the desk do anything without it.
func TestFormsOfAnAdminNeedTheSessionsToken(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	admitted := s.admit(access.Admin, "kommun-1780")
	link, err := s.members.ShellLink(access.System(t.Context()), "anna@karlstad.example")
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.send("/logga-in/"+link, "/logga-in/"+link, url.Values{})
	all := url.Values{
		"email": {"ny@x.example"}, "name": {"Ny"}, "role": {"member"}, "organisation": {"kommun-0180"}, "reason": {"Felsökning"}, "decision": {"decline"}, "id": {"x"},
	}
	for _, path := range []string{
		"/admin/personer/ny", "/admin/personer/" + admitted.Person.ID, "/admin/visa-som", "/mitt-konto/visa-som", "/admin/jobb/forsok", "/admin/jobb/ta-bort",
		"/redaktion/ansokningar/x",
	} {
		for name, token := range map[string]string{"none": "", "another": strings.Repeat("A", 43)} {
			all.Set("token", token)
			if status, body := b.post(path, all); status != 403 {
				t.Errorf("%s with %s: %d %.200s", path, name, status, body)
			}
		}
	}
	if status, body := b.get("/admin/personer"); status != 200 || strings.Contains(body, "ny@x.example") || strings.Contains(body, "Stockholm") {
		t.Errorf("something was done all the same: %d", status)
	}
}

// A login begins and ends by its own form: without the form's stamp, or with that of another, nothing is mailed or spent.
func TestFormsOfTheLoginNeedTheirStamps(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Member, "kommun-1780")
	link, err := s.members.ShellLink(access.System(t.Context()), "anna@karlstad.example")
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	for _, path := range []string{"/logga-in", "/logga-in/kod", "/logga-in/passnyckel", "/logga-in/" + link} {
		for name, stamp := range map[string]string{"none": "", "another form's": s.site.Stamp("kontakt")} {
			status, body := b.post(path, url.Values{"stamp": {stamp}, "email": {"anna@karlstad.example"}, "code": {"123456"}, "state": {"1"}, "answer": {"1"}})
			if status != 403 {
				t.Errorf("%s with %s: %d %.200s", path, name, status, body)
			}
		}
	}
	if _, body := b.send("/logga-in/"+link, "/logga-in/"+link, url.Values{}); !strings.Contains(body, "Anna Berg") {
		t.Errorf("the link is spent: %.300s", body)
	}
}

// What a form does not ask for is not taken from it.
func TestExtraFieldsChangeNothing(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Member, "kommun-1780")
	b := s.browser()
	s.login(b, "/")
	extra := url.Values{"name": {"Anna Ek"}, "role": {"admin"}, "organisation": {"kommun-0180"}, "id": {"x"}, "email": {"x@x.example"}, "person_id": {"x"}, "closed_at": {"1"}}
	if status, body := b.send("/mitt-konto", "/mitt-konto", extra); status != 200 || !strings.Contains(body, "Dina uppgifter är sparade") || !strings.Contains(body, `value="Anna Ek"`) ||
		!strings.Contains(body, "anna@karlstad.example") || !strings.Contains(body, "Medlem") || strings.Contains(body, "Stockholm") {
		t.Errorf("%d %.1500s", status, body)
	}
}

// An open page of somebody who has lost their role does nothing more.
func TestAFormThatIsOpenWhenTheRoleEndsDoesNothing(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	admitted := s.admit(access.Member, "kommun-1780")
	b := s.browser()
	s.login(b, "/")
	_, body := b.get("/mitt-konto")
	values := url.Values{"name": {"Anna Ny"}}
	for _, hidden := range hiddenField.FindAllStringSubmatch(body, -1) {
		values.Set(hidden[1], hidden[2])
	}
	if err := s.end(admitted.Membership.ID); err != nil {
		t.Fatal(err)
	}
	status, body := b.post("/mitt-konto", values)
	for _, part := range []string{"Anna Ny", `href="/logga-in?next=%2Fmitt-konto`} { // what was typed, and the way back
		if status != 401 || !strings.Contains(body, part) {
			t.Errorf("%d without %s: %s", status, part, body)
		}
	}
	people, err := s.members.List(access.System(t.Context()))
	if err != nil || people[0].Name != "Anna Berg" {
		t.Errorf("%+v, %v", people, err)
	}
}

// While an admin sees as somebody else every page says so, and nothing can be changed but that.
func TestWhoSeesAsSomebodyElseChangesNothing(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.closed()
	s.admit(access.Admin, "kommun-1780")
	token, err := s.members.ShellLink(access.System(t.Context()), "anna@karlstad.example")
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	if _, body := b.send("/logga-in/"+token, "/logga-in/"+token, url.Values{}); !strings.Contains(body, "Ett steg till") {
		t.Errorf("who logs in by the shell is not asked to add a factor: %.300s", body)
	}
	if status, body := b.send("/admin/visa-som", "/admin/visa-som", url.Values{"role": {"member"}, "organisation": {"kommun-0180"}}); status != 422 || !strings.Contains(body, `href="#reason"`) {
		t.Errorf("without a reason: %d", status)
	}
	status, body := b.send("/admin/visa-som", "/admin/visa-som", url.Values{"role": {"follower"}, "organisation": {"kommun-0180"}, "reason": {"Felsökning"}})
	if status != 200 || !strings.Contains(body, "Du ser webbplatsen som följare hos Stockholm till klockan 12.30") {
		t.Fatalf("%d %.800s", status, body)
	}
	if status, _ := b.get("/nyheter/stangd"); status != 404 {
		t.Errorf("a follower sees what is closed: %d", status)
	}
	if status, _ := b.get("/admin/visa-som"); status != 404 {
		t.Errorf("a follower is an admin: %d", status)
	}
	if status, body := b.send("/mitt-konto", "/mitt-konto", url.Values{"name": {"Anna Ny"}}); status != 403 || !strings.Contains(body, "Du ser webbplatsen som någon annan") {
		t.Errorf("changing something: %d", status)
	}
	if status, body := b.send("/", "/mitt-konto/visa-som", url.Values{}); status != 200 || strings.Contains(body, "Du ser webbplatsen som") {
		t.Errorf("stopped: %d", status)
	}
	if status, _ := b.get("/nyheter/stangd"); status != 200 {
		t.Errorf("the admin does not see as themselves: %d", status)
	}
}
