package main

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/member"
	"nuso.se/app/session"
)

// columns are who the files in testdata tell about, in their order. unproved is a contact person who has yet to prove a second factor.
func columns() []string {
	return []string{"visitor", "unproved", "follower", "member", "contact", "regional", "researcher", "editor", "admin"}
}

// rule is a line of testdata/routes.txt: a route, an address that it answers, and the statuses that each gets.
type rule struct {
	method, pattern, address string
	status                   []int
}

func readRules(t *testing.T) []rule {
	t.Helper()
	var rules []rule
	for _, parts := range readTable(t, "testdata/routes.txt") {
		r := rule{method: parts[0], pattern: parts[1], address: parts[2]}
		for _, part := range parts[3:] {
			status, err := strconv.Atoi(part)
			if err != nil {
				t.Fatalf("routes.txt: %q is no status", part)
			}
			r.status = append(r.status, status)
		}
		switch everybody := len(columns()); len(r.status) {
		case 1:
			r.status = slices.Repeat(r.status, everybody)
		case 2:
			r.status = append(r.status[:1], slices.Repeat(r.status[1:], everybody-1)...)
		case everybody:
		default:
			t.Fatalf("routes.txt: %q has %d statuses", parts, len(r.status))
		}
		rules = append(rules, r)
	}
	return rules
}

// readTable returns the words of each line that is no remark.
func readTable(t *testing.T, name string) (lines [][]string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for scan := bufio.NewScanner(f); scan.Scan(); {
		if parts := strings.Fields(scan.Text()); len(parts) > 0 && parts[0] != "#" {
			lines = append(lines, parts)
		}
	}
	return lines
}

// crowd lets one of each log in, and returns their tokens by column. Their addresses carry the mark.
func (s *server) crowd(t *testing.T, mark string) map[string]string {
	t.Helper()
	tokens := map[string]string{}
	for _, column := range columns()[1:] {
		role := access.Role(column)
		if column == "unproved" {
			role = access.Contact
		}
		one, err := s.members.Admit(access.System(t.Context()), member.Admission{
			Email: column + mark + "@example.org", Name: column, Role: role, Organisation: "kommun-1780",
		})
		if err == nil {
			err = s.db.Tx(t.Context(), func(tx db.Tx) (err error) {
				tokens[column], _, err = s.sessions.Start(tx, one.Person.ID, one.Membership.ID, "", column != "unproved")
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return tokens
}

// as asks as whoever has the token, from a page of this site.
func (s *server) as(t *testing.T, token, method, address string) *http.Response {
	t.Helper()
	secret, err := s.secret()
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"token": {session.FormToken(token, secret)}}
	request := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if token != "" {
		request.Header.Set("Cookie", "__Host-nuso="+token)
	}
	answer, err := s.app.Test(request, -1)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	answer.Body.Close()
	return answer
}

func TestEveryRouteIsInTheFile(t *testing.T) {
	s := newTestServer(t, testConfig(t), time.Now)
	listed, registered := map[string]bool{}, map[string]bool{}
	for _, r := range readRules(t) {
		listed[r.method+" "+r.pattern] = true
	}
	for _, route := range s.app.GetRoutes(true) {
		if route.Method != http.MethodHead && route.Path != "/api" {
			registered[route.Method+" "+route.Path] = true
		}
	}
	for _, route := range slices.Sorted(maps.Keys(registered)) {
		if !listed[route] {
			t.Errorf("%s is registered and not in routes.txt", route)
		}
	}
	for _, route := range slices.Sorted(maps.Keys(listed)) {
		if !registered[route] {
			t.Errorf("%s is in routes.txt and not registered", route)
		}
	}
}

func TestEveryRouteAnswersEverybodyAsTheFileSays(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newTestServer(t, testConfig(t), fake.Now)
	readers := s.crowd(t, "")
	for i, r := range readRules(t) {
		t.Run(fmt.Sprintf("%s %s", r.method, r.address), func(t *testing.T) {
			address := strings.ReplaceAll(r.address, "ASSET", strings.TrimPrefix(s.site.AssetAddress("app.css"), "/static/"))
			crowd, methods := readers, []string{r.method, http.MethodHead}
			if r.method != http.MethodGet { // what is done to one is not done to the next
				crowd, methods = s.crowd(t, fmt.Sprint(".", i)), []string{r.method}
				if answer, _ := s.ask(t, r.method, address); answer.StatusCode != http.StatusForbidden {
					t.Errorf("from nowhere: %d", answer.StatusCode)
				}
			}
			for column, who := range columns() {
				for _, method := range methods {
					answer := s.as(t, crowd[who], method, address)
					if answer.StatusCode != r.status[column] {
						t.Errorf("%s %s: %d, want %d", who, method, answer.StatusCode, r.status[column])
					}
					for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Referrer-Policy"} {
						if answer.Header.Get(name) == "" {
							t.Errorf("%s %s: no %s", who, method, name)
						}
					}
					if cookie := answer.Header.Get("Set-Cookie"); cookie != "" && who == "visitor" {
						t.Errorf("%s sets the cookie %q", method, cookie)
					}
				}
			}
		})
	}
}
