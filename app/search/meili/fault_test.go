package meili_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"nuso.se/app/fault"
	"nuso.se/app/search"
	"nuso.se/app/search/meili"
	"nuso.se/app/search/meili/stub"
)

func TestAnIllServerIsUnavailableUntilItIsWell(t *testing.T) {
	answering := func(status int, body string) func(*stub.Server) {
		return func(s *stub.Server) {
			s.SetAnswer(func(w http.ResponseWriter) { w.WriteHeader(status); _, _ = io.WriteString(w, body) })
		}
	}
	for _, row := range []struct {
		name  string
		ill   func(*stub.Server)
		cause string
	}{
		{"away", func(s *stub.Server) { s.SetAway(true) }, "EOF"},
		{"slow", func(s *stub.Server) { s.SetSlow(time.Minute) }, "deadline exceeded"},
		{"with another key", func(s *stub.Server) { s.SetKey("another") }, "403 invalid_api_key"},
		{"failing", answering(500, `{"message":"Inside.","code":"internal","type":"internal","link":""}`), "500 internal: Inside."},
		{"behind a proxy that cannot reach it", answering(502, "<html>Bad Gateway</html>"), "status 502"},
		{"overloaded", answering(503, `{"message":"Too many search requests running.","code":"too_many_search_requests","type":"system","link":""}`), "too_many_search_requests"},
		{"something else", answering(200, "<html>Welcome</html>"), "invalid character"},
		{"saying nothing", answering(200, "null"), "not as it was asked for"},
		{"answering half", answering(200, `{"hits":[{"ke`), "unexpected end"},
		{"answering with other hits", answering(200, `{"hits":[{"id":7}],"estimatedTotalHits":1}`), "not as it was asked for"},
		{"sending us elsewhere", func(s *stub.Server) {
			s.SetAnswer(func(w http.ResponseWriter) {
				w.Header().Set("Location", "http://127.0.0.1:1/elsewhere")
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
		}, "status 307"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			index, server, log := onStub(t)
			updated(t, index, doc("a", "Ord"))
			row.ill(server)
			for range 2 {
				begun := time.Now()
				_, err := index.Find(t.Context(), asked(search.Plain, "ord"))
				if !fault.Is(err, fault.Unavailable) {
					t.Fatalf("Find: %v, want Unavailable", err)
				}
				if took := time.Since(begun); took > 10*time.Second {
					t.Errorf("it took %v to give up", took)
				}
			}
			if index.Stale() {
				t.Error("it is stale, but nobody can know")
			}
			if text := log.String(); !strings.Contains(text, row.cause) || strings.Contains(text, stub.Key) || strings.Count(text, "level=WARN") > 2 {
				t.Errorf("the log says %q, want %q, few times, and no key", text, row.cause)
			}
			server.SetAway(false)
			server.SetSlow(0)
			server.SetKey(stub.Key)
			server.SetAnswer(nil)
			equal(t, "found when it is well again", found(t, index, asked(search.Plain, "ord")), []string{"a"})
			if !strings.Contains(log.String(), "answers again") {
				t.Errorf("the log does not say that it answers again: %q", log.String())
			}
		})
	}
}

func TestEveryVerbSaysThatTheServerIsAway(t *testing.T) {
	index, server, _ := onStub(t)
	server.SetAway(true)
	for verb, do := range map[string]func() error{
		"Find":     func() error { _, err := index.Find(t.Context(), asked(search.Plain, "ord")); return err },
		"Update":   func() error { return index.Update(t.Context(), []search.Document{doc("a", "Ord")}, nil) },
		"Remove":   func() error { return index.Update(t.Context(), nil, []string{"a"}) },
		"Rebuild":  func() error { return index.Rebuild(t.Context(), seq(doc("a", "Ord"))) },
		"Versions": func() error { _, err := index.Versions(t.Context()); return err },
	} {
		if err := do(); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v, want Unavailable", verb, err)
		}
	}
	if err := index.Update(t.Context(), nil, nil); err != nil {
		t.Errorf("nothing to write: %v", err)
	}
}

func TestOldServersAreRefused(t *testing.T) {
	for version, ok := range map[string]bool{
		"1.18.0": true, "1.41.0": true, "2.0.0": true, "1.18.0-rc.1": true,
		"1.17.1": false, "1.9.9": false, "0.30.0": false, "": false, "1": false, "x.y.z": false,
	} {
		server := stub.New(t)
		server.SetVersion(version)
		index, log := connected(t, server)
		err := index.Rebuild(t.Context(), seq())
		if ok != (err == nil) || !ok && !fault.Is(err, fault.Unavailable) {
			t.Errorf("version %q: %v", version, err)
		}
		if !ok && (!strings.Contains(log.String(), "1.18 or later") || index.Stale()) {
			t.Errorf("version %q: stale %v, the log says %q", version, index.Stale(), log.String())
		}
		server.SetVersion("1.30.0")
		if err := index.Rebuild(t.Context(), seq()); err != nil {
			t.Errorf("after an upgrade: %v", err)
		}
	}
}

func TestAServerThatWasNeverThere(t *testing.T) {
	index, err := meili.Open(t.Context(), meili.Options{URL: "http://127.0.0.1:1", Key: stub.Key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer index.Close()
	if index.Stale() {
		t.Error("it is stale, but nobody can know")
	}
	if _, err := index.Find(t.Context(), asked(search.Plain, "ord")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Find: %v, want Unavailable", err)
	}
}

func TestWhoeverAsksMayGiveUp(t *testing.T) {
	index, server, log := onStub(t)
	server.SetSlow(time.Minute)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := index.Find(ctx, asked(search.Plain, "ord")); !errors.Is(err, context.DeadlineExceeded) || fault.Is(err, fault.Unavailable) {
		t.Errorf("Find: %v, want the deadline's own error", err)
	}
	equal(t, "the log", log.String(), "")
}

func TestAClosedIndexIsUnavailable(t *testing.T) {
	index, server, _ := onStub(t)
	server.Hold()
	writing := make(chan error)
	go func() { writing <- index.Update(t.Context(), []search.Document{doc("a", "Ord")}, nil) }()
	time.Sleep(20 * time.Millisecond)
	if err := index.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-writing; !fault.Is(err, fault.Unavailable) {
		t.Errorf("what was under way: %v, want Unavailable", err)
	}
	if _, err := index.Find(t.Context(), asked(search.Plain, "ord")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Find: %v, want Unavailable", err)
	}
}

func TestOptionsThatCannotBeRight(t *testing.T) {
	for _, o := range []meili.Options{
		{}, {URL: "server:7700"}, {URL: "ftp://server"}, {URL: "http://"}, {URL: "http://user:hemligt@server:x y"},
		{URL: "http://server", Prefix: "Nuso"}, {URL: "http://server", Prefix: "a-b"}, {URL: "http://server", Prefix: "a/../b"},
	} {
		if _, err := meili.Open(t.Context(), o); err == nil || strings.Contains(err.Error(), "hemligt") {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestAnIndexThatIsGoneIsStale(t *testing.T) {
	index, server, _ := onStub(t)
	updated(t, index, doc("a", "Ord"))
	server.Remove(server.Indexes()[0])
	if _, err := index.Find(t.Context(), asked(search.Plain, "ord")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Find: %v, want Unavailable", err)
	}
	if !index.Stale() {
		t.Error("it is not stale")
	}
	if err := index.Update(t.Context(), []search.Document{doc("a", "Ord")}, nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("Update: %v, want Unavailable", err)
	}
	equal(t, "indexes: a document makes none", server.Indexes(), []string(nil))
	rebuilt(t, index, doc("a", "Ord"))
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"a"})
}

// An index that came to be by itself, as when a document meets none, has no settings and is not taken for ours.
func TestAnIndexWithoutOurKeyIsStale(t *testing.T) {
	index, server, _ := onStub(t)
	live := server.Indexes()[0]
	server.Remove(live)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/indexes", strings.NewReader(`{"uid":"`+live+`","primaryKey":"id"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+stub.Key)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	time.Sleep(50 * time.Millisecond)
	for range 2 { // the first may still believe
		_, err = index.Find(t.Context(), asked(search.Plain, "ord"))
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("Find: %v, want Unavailable", err)
		}
	}
	if err := index.Update(t.Context(), []search.Document{doc("a", "Ord")}, nil); !fault.Is(err, fault.Unavailable) || !index.Stale() {
		t.Errorf("Update: %v, stale %v", err, index.Stale())
	}
	rebuilt(t, index, doc("a", "Ord"))
	equal(t, "found", found(t, index, asked(search.Plain, "ord")), []string{"a"})
}
