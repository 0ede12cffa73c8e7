package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// BenchmarkPage makes a page each time: database, view, template, compression. The page cache is off.
func BenchmarkPage(b *testing.B) {
	cfg, err := readConfig(map[string]string{"NUSO_DATA_DIR": b.TempDir(), "NUSO_PAGE_CACHE": "off"})
	if err != nil {
		b.Fatal(err)
	}
	h, err := openHouse(b.Context(), cfg, time.Now, quiet())
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	if err := h.prepare(b.Context()); err != nil {
		b.Fatal(err)
	}
	s, err := h.newServer(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, address := range []string{"/", "/nyheter/73-kommuner-klara-med-datainsamlingen", "/nyheter", "/kalender"} {
		b.Run(address, func(b *testing.B) {
			for b.Loop() {
				request := httptest.NewRequest(http.MethodGet, address, nil)
				request.Header.Set("Accept-Encoding", "gzip")
				answer, err := s.app.Test(request, -1)
				if err != nil || answer.StatusCode != http.StatusOK {
					b.Fatal(answer.StatusCode, err)
				}
			}
		})
	}
}
