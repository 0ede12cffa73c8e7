package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
)

// Ways to write the address of a page that is not for everybody, without its first slash.
func disguises(path string) []string {
	encoded := fmt.Sprintf("%%%02x", path[0]) + path[1:]
	return []string{
		strings.ToUpper(path), strings.ToUpper(path[:1]) + path[1:], path + "/", path + "//", "/" + path, "./" + path, path + "/.", path + "/../" + path, path + "/..;/" + path,
		"nyheter/../" + path, "static/../" + path, "%2e/" + path, "nyheter/%2e%2e/" + path, `nyheter\..\` + path, path + ";x", path + ";x=1/", path + "%2f", path + "%20", path + "%00", path + ".",
		path + ".json", path + "%2ejson", path + "?", path + "?next=/", path + "%3f", path + "%23", path + "#x", encoded, strings.ToUpper(encoded), strings.ReplaceAll(path, "-", "%2d"),
		strings.ReplaceAll(path, "/", "%2f"), strings.ReplaceAll(path, "/", "//"), strings.ReplaceAll(path, "/", `\`), strings.ReplaceAll(path, "a", "\u0430"), strings.ReplaceAll(path, "a", "%c0%e1"),
	}
}

// raw asks for a target just as it is written, follows where a 301 leads on this site, and returns the last answer.
func (s *site) raw(method, target string, headers ...string) (status int, location, body string) {
	s.t.Helper()
	for range 3 {
		connection, err := net.Dial("tcp", strings.TrimPrefix(s.address, "http://"))
		if err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintf(connection, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", method, target, strings.Join(headers, ""))
		answer, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
		if err != nil {
			s.t.Fatalf("%s %s: %v", method, target, err)
		}
		browser := browser{t: s.t}
		status, body = browser.read(answer, nil)
		connection.Close()
		if location = answer.Header.Get("Location"); status != http.StatusMovedPermanently {
			break
		}
		target = location
	}
	return status, location, body
}

// cookie is the header with which the browser shows who is logged in.
func (b *browser) cookie() string {
	u, _ := url.Parse(b.address)
	var all []string
	for _, c := range b.Jar.Cookies(u) {
		all = append(all, c.Name+"="+c.Value)
	}
	return "Cookie: " + strings.Join(all, "; ") + "\r\n"
}

func TestNoWayToWriteAnAddressOpensWhatIsClosed(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	s.closed()
	s.admit(access.Follower, "kommun-0180")
	b := s.browser()
	if _, body := s.login(b, "/"); !strings.Contains(body, "Anna Berg") {
		t.Fatal("not logged in")
	}
	const account, behind = "Här är du inloggad", "Stängd nyhet"
	if _, _, body := s.raw(http.MethodGet, "/mitt-konto/sakerhet", b.cookie()); !strings.Contains(body, account) {
		t.Fatal("the account is closed to whose it is")
	}
	for _, who := range []struct {
		name, cookie string
		closed       []string
	}{
		{"a visitor", "", []string{"mitt-konto", "mitt-konto/sakerhet", "mitt-konto/kodapp", "redaktion", "admin", "nyheter/stangd"}},
		{"a follower", b.cookie(), []string{"redaktion", "admin", "nyheter/stangd"}},
	} {
		for _, path := range who.closed {
			for _, disguise := range append(disguises(path), path) {
				for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, "PROPFIND"} {
					status, location, body := s.raw(method, "/"+strings.ReplaceAll(disguise, "\u0430", "%d0%b0"), who.cookie)
					way := status == http.StatusSeeOther && strings.HasPrefix(location, "/logga-in?next=%2F") && !strings.HasPrefix(location, "/logga-in?next=%2F%2F")
					if status < 400 && !way || status >= 500 || strings.Contains(body, account) || strings.Contains(body, behind) {
						t.Errorf("%s: %s /%s: %d to %q", who.name, method, disguise, status, location)
					}
				}
			}
		}
	}
}

// What somebody has put into a browser before its person logs in is not what they are logged in by.
func TestWhatWasPlantedBeforeALoginIsWorthNothingAfterIt(t *testing.T) {
	const secret, session = "__Host-nuso-ask", "__Host-nuso"
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newListening(t, fake.Now)
	s.admit(access.Member, "kommun-1780")
	own := s.browser()
	s.login(own, "/")
	for name, token := range map[string]string{"a token of nobody's": strings.Repeat("a", 43), "no token": "x", "the token of a session": own.carries(session)} {
		fake.Advance(2 * time.Hour) // past the limits of the login before
		planter, victim, thief := s.browser(), s.browser(), s.browser()
		form := planter.form("/logga-in")
		form.Set("email", "anna@karlstad.example")
		planter.post("/logga-in", form) // a letter for which the planter has the secret
		planted := planter.carries(secret)
		for _, b := range []*browser{victim, thief} {
			b.plant(session, token)
			b.plant(secret, planted)
		}
		victim.post("/logga-in", form)
		code, link := s.mailed()
		if _, body := thief.send("/logga-in/kod", "/logga-in/kod", url.Values{"code": {code}}); !strings.Contains(body, "Koden stämmer inte") {
			t.Errorf("%s: the planted secret does for the code", name)
		}
		if _, body := victim.send("/logga-in/kod", "/logga-in/kod", url.Values{"code": {code}}); !strings.Contains(body, "Anna Berg") {
			t.Fatalf("%s: not logged in", name)
		}
		if got := victim.carries(session); got == token || len(got) != 43 || victim.carries(secret) != "" {
			t.Errorf("%s: the browser carries on %q and %q", name, got, victim.carries(secret))
		}
		thief.plant(session, token)
		thief.plant(secret, planted)
		thief.send(link, link, url.Values{})
		if _, body := thief.get("/"); strings.Contains(body, "Anna Berg") {
			t.Errorf("%s: what was planted shows who has logged in", name)
		}
	}
}

// form returns the hidden fields of the page.
func (b *browser) form(path string) url.Values {
	b.t.Helper()
	_, page := b.get(path)
	values := url.Values{}
	for _, field := range hiddenField.FindAllStringSubmatch(page, -1) {
		values.Set(field[1], field[2])
	}
	return values
}

// plant puts a cookie into the browser, as somebody may who has it in their hands.
func (b *browser) plant(name, value string) {
	u, _ := url.Parse(b.address)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// carries returns the value of a cookie.
func (b *browser) carries(name string) string {
	u, _ := url.Parse(b.address)
	for _, c := range b.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}
