package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"nuso.se/app/api"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
)

func TestReadinessIsRedForWhatIsRequiredAlone(t *testing.T) {
	works := func(context.Context) error { return nil }
	secret := func(context.Context) error { return errors.New("dial postgres://nuso:hemligt@db") }
	told := func(context.Context) error {
		return fault.New(fault.Unavailable, "Utskicken står still.", errors.New("hemligt"))
	}
	panics := func(context.Context) error { panic("hemligt") }
	part := func(status, text string) map[string]any {
		if text == "" {
			return map[string]any{"status": status}
		}
		return map[string]any{"status": status, "text": text}
	}
	for _, row := range []struct {
		name           string
		database, mail func(context.Context) error
		draining       bool
		code           int
		status         string
		parts          map[string]any
	}{
		{"all works", works, works, false, http.StatusOK, "ok", map[string]any{"database": part("ok", ""), "mail": part("ok", "")}},
		{"mail is away", works, told, false, http.StatusOK, "degraded", map[string]any{"database": part("ok", ""), "mail": part("degraded", "Utskicken står still.")}},
		{"the database is away", secret, works, false, http.StatusServiceUnavailable, "unavailable", map[string]any{"database": part("unavailable", ""), "mail": part("ok", "")}},
		{"both are away", secret, secret, false, http.StatusServiceUnavailable, "unavailable", map[string]any{"database": part("unavailable", ""), "mail": part("degraded", "")}},
		{"a check panics", works, panics, false, http.StatusOK, "degraded", map[string]any{"database": part("ok", ""), "mail": part("degraded", "")}},
		{"the program is stopping", works, works, true, http.StatusServiceUnavailable, "draining", map[string]any{"database": part("ok", ""), "mail": part("ok", "")}},
	} {
		t.Run(row.name, func(t *testing.T) {
			ready := api.NewReady([]api.Check{{Name: "database", Required: true, Check: row.database}, {Name: "mail", Check: row.mail}}, func() bool { return row.draining })
			h := newHouse(t, dbtest.Any(t), content(), ready)
			res, body := h.Get(t, "/readyz")
			var got map[string]any
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			if diff := cmp.Diff(map[string]any{"status": row.status, "parts": row.parts}, got); diff != "" || res.StatusCode != row.code {
				t.Errorf("%d; - want, + got:\n%s", res.StatusCode, diff)
			}
			if strings.Contains(body, "hemligt") || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control %q: %s", res.Header.Get("Cache-Control"), body)
			}
			if res, body := h.Get(t, "/healthz"); res.StatusCode != http.StatusOK || body != "ok\n" || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("healthz: %d %q", res.StatusCode, body)
			}
		})
	}
}

func TestAPartThatHangsHoldsTheAnswerTwoSecondsAndNoOtherPart(t *testing.T) {
	hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	works := func(ctx context.Context) error { return ctx.Err() }
	ready := api.NewReady([]api.Check{{Name: "mail", Check: hangs}, {Name: "jobs", Check: hangs}, {Name: "database", Required: true, Check: works}}, func() bool { return false })
	began := time.Now()
	report := ready.Report(t.Context())
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	if report.Status != "degraded" || report.Parts["database"].Status != "ok" || report.Parts["mail"].Status != "degraded" || !report.Serves() {
		t.Errorf("%+v", report)
	}
}
