package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/db"
	"nuso.se/app/document"
	"nuso.se/app/member"
)

// browser is a person's browser at a server that listens: cookies and redirects are real.
type browser struct {
	*http.Client
	t       *testing.T
	address string
}

// site listens for the server's app, with pages kept as in production.
type site struct {
	*server
	t       *testing.T
	address string
}

func newListening(t *testing.T, now clock.Clock, change ...func(*config.Config)) *site {
	t.Helper()
	cfg := testConfig(t)
	listener := httptest.NewUnstartedServer(nil).Listener // a free port
	cfg.BaseURL, cfg.PageCache = "http://"+strings.Replace(listener.Addr().String(), "127.0.0.1", "localhost", 1), "on"
	for _, c := range change {
		c(&cfg)
	}
	s := newTestServer(t, cfg, now)
	go func() { _ = s.app.Listener(listener) }()
	t.Cleanup(func() { _ = s.app.Shutdown() })
	return &site{server: s, t: t, address: cfg.BaseURL}
}

func (s *site) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &browser{Client: &http.Client{Jar: secure{jar}}, t: s.t, address: s.address}
}

// secure keeps cookies that are Secure on http://localhost, as browsers do.
type secure struct{ http.CookieJar }

func (j secure) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(https(u), cookies)
}
func (j secure) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(https(u)) }

func https(u *url.URL) *url.URL {
	safe := *u
	safe.Scheme = "https"
	return &safe
}

func (b *browser) get(path string) (status int, body string) {
	b.t.Helper()
	answer, err := b.Get(b.address + path)
	return b.read(answer, err)
}

// send posts a form with the hidden fields of the page it stands on.
func (b *browser) send(on, to string, values url.Values) (status int, body string) {
	b.t.Helper()
	_, page := b.get(on)
	for _, hidden := range hiddenField.FindAllStringSubmatch(page, -1) {
		if !values.Has(hidden[1]) {
			values.Set(hidden[1], hidden[2])
		}
	}
	return b.post(to, values)
}

// post posts a form as it is.
func (b *browser) post(to string, values url.Values) (status int, body string) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.address+to, strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := b.Do(request)
	return b.read(answer, err)
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)">`)
	mailedCode  = regexp.MustCompile(`(?m)^(\d{6})\r?$`)
	mailedLink  = regexp.MustCompile(`/logga-in/[a-z2-7]{26}`)
)

func (b *browser) read(answer *http.Response, err error) (int, string) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// mailed sends what waits and returns the code and the link of the newest letter.
func (s *site) mailed() (code, link string) {
	s.t.Helper()
	if err := s.runner.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	letters, err := filepath.Glob(filepath.Join(s.cfg.DataDir, "mail", "*.eml"))
	if err != nil || len(letters) == 0 {
		s.t.Fatalf("no letter: %v", err)
	}
	text, err := os.ReadFile(letters[len(letters)-1])
	if err != nil {
		s.t.Fatal(err)
	}
	letter := strings.ReplaceAll(string(text), "=\r\n", "") // lines that mail has broken
	return mailedCode.FindStringSubmatch(letter)[1], mailedLink.FindString(letter)
}

func (s *site) admit(role access.Role, organisation string) member.Admitted {
	s.t.Helper()
	admitted, err := s.members.Admit(access.System(s.t.Context()), member.Admission{Email: "anna@karlstad.example", Name: "Anna Berg", Role: role, Organisation: organisation})
	if err != nil {
		s.t.Fatal(err)
	}
	return admitted
}

// login asks and types the code.
func (s *site) login(b *browser, next string) (status int, body string) {
	s.t.Helper()
	if status, body := b.send("/logga-in?next="+next, "/logga-in", url.Values{"email": {"anna@karlstad.example"}}); status != 200 || !strings.Contains(body, "Skriv koden") {
		s.t.Fatalf("%d %.300s", status, body)
	}
	code, _ := s.mailed()
	return b.send("/logga-in/kod", "/logga-in/kod", url.Values{"code": {code}})
}

const closedNews = "id: nyhet-stangd\ntitle: Stängd nyhet\ndate: 2026-03-01\nsummary: För deltagare.\naudience: deltagare\n"

// closed adds a news item for participants.
func (s *site) closed() {
	s.t.Helper()
	if _, err := s.docs.Create(access.System(s.t.Context()), document.News, "stangd", "---\n"+closedNews+"---\n\nText.\n"); err != nil {
		s.t.Fatal(err)
	}
	s.site.Refresh(s.t.Context())
}

func TestSomebodyLogsInAndSeesWhatIsTheirs(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.closed()
	admitted := s.admit(access.Member, "kommun-1780")
	b, other := s.browser(), s.browser()
	for _, visitor := range []*browser{b, other} {
		if status, body := visitor.get("/nyheter/stangd"); status != 404 || !strings.Contains(body, `href="/logga-in"`) {
			t.Fatalf("a visitor: %d", status)
		}
		if _, body := visitor.get("/nyheter"); strings.Contains(body, "Stängd nyhet") || !strings.Contains(body, "Logga in") {
			t.Fatal("a visitor's list has what is closed, or no way in")
		}
	}
	if status, body := s.login(b, "/nyheter/stangd"); status != 200 || !strings.Contains(body, "Stängd nyhet") || !strings.Contains(body, "Anna Berg") || !strings.Contains(body, "Visas för: deltagande kommuner") {
		t.Fatalf("logged in: %d %.500s", status, body)
	}
	if _, body := b.get("/nyheter"); !strings.Contains(body, "Stängd nyhet") || !strings.Contains(body, "Logga ut") {
		t.Error("a member's list")
	}
	for _, path := range []string{"/nyheter/stangd", "/nyheter", "/feed.atom", "/api/v1/documents", "/sitemap.xml"} {
		if _, body := other.get(path); strings.Contains(body, "nyheter/stangd\"") || strings.Contains(body, "Stängd nyhet") {
			t.Errorf("another browser sees it at %s", path)
		}
	}
	if err := s.end(admitted.Membership.ID); err != nil {
		t.Fatal(err)
	}
	if status, body := b.get("/nyheter/stangd"); status != 404 || strings.Contains(body, "Anna Berg") {
		t.Errorf("when the membership has ended: %d", status)
	}
}

// end ends a membership as the desk will.
func (s *site) end(id string) error {
	return s.db.Tx(s.t.Context(), func(tx db.Tx) error { return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE id = ?", id).Error })
}

func TestLoggingOutIsAtOnceAndNeedsThePagesOwnForm(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Follower, "kommun-0180")
	b := s.browser()
	s.login(b, "/")
	if status, _ := b.send("/logga-in", "/logga-ut", url.Values{"token": {"annat"}}); status != 403 {
		t.Errorf("with another token: %d", status)
	}
	if _, body := b.get("/"); !strings.Contains(body, "Anna Berg") {
		t.Fatal("and then logged out all the same")
	}
	stolen := s.browser()
	u, _ := url.Parse(s.address)
	stolen.Jar.SetCookies(u, b.Jar.Cookies(u))
	if status, body := b.get("/finns-inte"); status != 404 || strings.Contains(body, "Logga in") {
		t.Errorf("what is not there asks who is logged in to log in: %d", status)
	}
	if status, body := b.send("/", "/logga-ut", url.Values{}); status != 200 || strings.Contains(body, "Anna Berg") || !strings.Contains(body, "Du är utloggad.") {
		t.Errorf("logged out: %d", status)
	}
	if left := b.Jar.Cookies(u); len(left) > 0 {
		t.Errorf("the browser keeps %v", left)
	}
	if _, body := b.get("/finns-inte"); !strings.Contains(body, `href="/logga-in?next=%2Ffinns-inte"`) {
		t.Error("what is not there leads not back to itself")
	}
	if _, body := stolen.get("/"); strings.Contains(body, "Anna Berg") {
		t.Error("the cookie still works elsewhere")
	}
}

func TestALinkWorksWhereItWasAskedForAndIsSpentByAPressAlone(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Member, "kommun-1780")
	b, scanner := s.browser(), s.browser()
	b.send("/logga-in", "/logga-in", url.Values{"email": {"anna@karlstad.example"}})
	_, link := s.mailed()
	for range 3 {
		if status, body := scanner.get(link); status != 200 || !strings.Contains(body, "bara i den webbläsare där du bad") || strings.Contains(body, "<form class=\"form") {
			t.Fatalf("a scanner: %d", status)
		}
		scanner.send("/logga-in", link, url.Values{})
		if _, err := scanner.Head(s.address + link); err != nil {
			t.Fatal(err)
		}
	}
	if _, body := scanner.get("/"); strings.Contains(body, "Anna Berg") {
		t.Fatal("the scanner is in")
	}
	if status, body := b.get(link); status != 200 || !strings.Contains(body, "Tryck på knappen") {
		t.Fatalf("%d", status)
	}
	if _, body := b.send(link, link, url.Values{}); !strings.Contains(body, "Anna Berg") {
		t.Error("not in")
	}
	if status, body := b.get(link); status != 404 || !strings.Contains(body, "använd eller har blivit för gammal, men du är redan inloggad") {
		t.Errorf("once more: %d", status)
	}
}

func TestALinkFromTheShellLogsInAnywhere(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.admit(access.Admin, "kommun-1780")
	token, err := s.members.ShellLink(access.System(t.Context()), "anna@karlstad.example")
	if err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.send("/logga-in/"+token, "/logga-in/"+token, url.Values{})
	if _, body := b.get("/"); !strings.Contains(body, "Anna Berg") {
		t.Error("not in")
	}
}

func TestAWrongLoginSaysWhatToDoAndKeepsWhatWasTyped(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	b := s.browser()
	if status, body := b.send("/logga-in", "/logga-in", url.Values{"email": {"anna@"}}); status != 422 || !strings.Contains(body, `value="anna@"`) || !strings.Contains(body, "Skriv en e-postadress") {
		t.Errorf("no address: %d", status)
	}
	if status, body := b.send("/logga-in", "/logga-in", url.Values{"email": {"ingen@karlstad.example"}}); status != 200 || !strings.Contains(body, "Skriv koden") {
		t.Errorf("an address that nobody has: %d", status)
	}
	if status, body := b.send("/logga-in/kod", "/logga-in/kod", url.Values{"code": {"123456"}}); status != 422 || !strings.Contains(body, "Be om en ny") {
		t.Errorf("a wrong code: %d", status)
	}
	for _, next := range []string{"https://annan.example/", "//annan.example", "/\\annan.example", "javascript:alert(1)", "/logga-in"} {
		if _, body := b.get("/logga-in?next=" + url.QueryEscape(next)); !strings.Contains(body, `name="next" value="/"`) {
			t.Errorf("next=%s leads there", next)
		}
	}
}

func TestATokenThatNobodyHasIsAVisitors(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.closed()
	for _, token := range []string{"x", strings.Repeat("a", 43), strings.Repeat("a", 5000), `"%00'; DROP TABLE sessions; --`} {
		for path, want := range map[string]int{"/": 200, "/nyheter": 200, "/nyheter/stangd": 404, "/api/v1/documents": 200} {
			answer, body := s.ask(t, http.MethodGet, path, "Cookie", "__Host-nuso="+token)
			if answer.StatusCode != want || strings.Contains(body, "Logga ut") || strings.Contains(body, "Stängd nyhet") {
				t.Errorf("%.20s at %s: %d", token, path, answer.StatusCode)
			}
		}
	}
}
