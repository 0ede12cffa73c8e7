package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"nuso.se/app/clock"
	"nuso.se/app/config"
	"nuso.se/app/db/dbtest"
)

// testConfig is the default settings with a data folder of the test's own.
func testConfig(t *testing.T) config.Config {
	t.Helper()
	settings := map[string]string{"NUSO_DATA_DIR": t.TempDir()}
	if dbtest.OnlyPostgres() {
		settings["DATABASE_URL"] = dbtest.PostgresURL(t)
	}
	cfg, err := readConfig(settings)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// newTestServer is the whole site with the built-in content, at a clock of the test's own.
func newTestServer(t *testing.T, cfg config.Config, now clock.Clock) *server {
	t.Helper()
	return newLoggedServer(t, cfg, now, io.Discard)
}

func newLoggedServer(t *testing.T, cfg config.Config, now clock.Clock, log io.Writer) *server {
	t.Helper()
	h, err := openHouse(t.Context(), cfg, now, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	if err := h.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := h.newServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ask sends a request and returns the answer with its body.
func (s *server) ask(t *testing.T, method, address string, header ...string) (*http.Response, string) {
	t.Helper()
	request := httptest.NewRequest(method, address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer, err := s.app.Test(request, -1)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// Pages that tell time turn at the right instant though they come from the page cache.
func TestTheStartPageTellsTheQuestionHourAtTheRightInstant(t *testing.T) {
	fake := clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0))
	s := newTestServer(t, testConfig(t), fake.Now)
	for _, row := range []struct {
		name string
		at   time.Time
		want string
		gone string
	}{
		{"two days before", clock.At(2026, time.March, 25, 12, 0, 0), "Fre 27 mars 8.15–9.30", "I dag 8.15"},
		{"the evening before", clock.At(2026, time.March, 26, 23, 59, 59), "I morgon 8.15–9.30", "I dag 8.15"},
		{"from midnight", clock.At(2026, time.March, 27, 0, 0, 0), "I dag 8.15–9.30", "I morgon"},
		{"a second before it begins", clock.At(2026, time.March, 27, 8, 14, 59), "I dag 8.15–9.30", "Pågår nu"},
		{"as it begins", clock.At(2026, time.March, 27, 8, 15, 0), "Pågår nu, till 9.30", "I dag 8.15"},
		{"a second before it ends", clock.At(2026, time.March, 27, 9, 29, 59), "Pågår nu, till 9.30", "Inställd"},
		{"when it has ended the next one stands there, off on Good Friday", clock.At(2026, time.March, 27, 9, 30, 0), "Inställd", "Pågår nu"},
		{"on Good Friday", clock.At(2026, time.April, 3, 8, 20, 0), "Inställd", "Pågår nu"},
		{"after it, summer time", clock.At(2026, time.April, 10, 8, 15, 0), "Pågår nu, till 9.30", "Inställd"},
	} {
		t.Run(row.name, func(t *testing.T) {
			fake.Set(row.at)
			s.site.Refresh(t.Context())
			for _, visit := range []string{"made", "from the cache"} {
				_, body := s.ask(t, http.MethodGet, "/")
				_, card, _ := strings.Cut(body, `class="live`)
				card, _, _ = strings.Cut(card, "</section>")
				if !strings.Contains(card, row.want) || strings.Contains(card, row.gone) {
					t.Errorf("%s: the card says %q, want %q and not %q", visit, card, row.want, row.gone)
				}
			}
		})
	}
}

// A mailed link is a key for a day: the log is no place for it, nor is what people search for.
func TestTheLogTellsNeitherTokensNorQueries(t *testing.T) {
	var log bytes.Buffer
	s := newLoggedServer(t, testConfig(t), time.Now, &log)
	s.ask(t, http.MethodGet, "/kontakt/bekrafta/hemligtsegment")
	s.ask(t, http.MethodGet, "/sok?q=hemligfraga")
	if strings.Contains(log.String(), "hemlig") || !strings.Contains(log.String(), "path=/kontakt/bekrafta/:token") || !strings.Contains(log.String(), "path=/sok ") {
		t.Errorf("the log says %s", log.String())
	}
}
