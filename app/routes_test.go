package main

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
)

// rule is a line of testdata/routes.txt: a route, an address that it answers, and the status a visitor gets.
type rule struct {
	method, pattern, address string
	status                   int
}

func readRules(t *testing.T) []rule {
	t.Helper()
	f, err := os.Open("testdata/routes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var rules []rule
	for lines := bufio.NewScanner(f); lines.Scan(); {
		parts := strings.Fields(lines.Text())
		if len(parts) == 0 || parts[0] == "#" {
			continue
		}
		status, err := strconv.Atoi(parts[len(parts)-1])
		if len(parts) != 4 || err != nil {
			t.Fatalf("routes.txt: %q is not METHOD PATTERN ADDRESS STATUS", lines.Text())
		}
		rules = append(rules, rule{parts[0], parts[1], parts[2], status})
	}
	return rules
}

func TestEveryRouteIsInTheFileAndAnswersAVisitorAsItSays(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newTestServer(t, testConfig(t), fake.Now)
	rules := readRules(t)
	listed, registered := map[string]bool{}, map[string]bool{}
	for _, r := range rules {
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
	for _, r := range rules {
		t.Run(fmt.Sprintf("%s %s", r.method, r.address), func(t *testing.T) {
			answer, body := s.ask(t, r.method, strings.ReplaceAll(r.address, "ASSET", strings.TrimPrefix(s.site.AssetAddress("app.css"), "/static/")))
			if answer.StatusCode != r.status {
				t.Errorf("status %d, want %d: %.300s", answer.StatusCode, r.status, body)
			}
			for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Referrer-Policy"} {
				if answer.Header.Get(name) == "" {
					t.Errorf("no %s", name)
				}
			}
			if cookie := answer.Header.Get("Set-Cookie"); cookie != "" {
				t.Errorf("sets the cookie %q", cookie)
			}
		})
	}
}
