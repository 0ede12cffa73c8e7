package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db"
	"nuso.se/app/member"
)

// BenchmarkPage makes a page each time, for a visitor and for a member: database, view, template, compression. The page cache is off.
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
	one, err := s.members.Admit(access.System(b.Context()), member.Admission{
		Email: "medlem@example.org", Name: "Medlem", Role: access.Member, Organisation: "kommun-1780",
	})
	if err != nil {
		b.Fatal(err)
	}
	var token string
	err = s.db.Tx(b.Context(), func(tx db.Tx) (err error) {
		token, _, err = s.sessions.Start(tx, one.Person.ID, one.Membership.ID, "", false)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	for who, cookie := range map[string]string{"visitor": "", "member": "__Host-nuso=" + token} {
		for _, address := range []string{"/", "/nyheter/73-kommuner-klara-med-datainsamlingen", "/nyheter", "/kalender"} {
			b.Run(who+address, func(b *testing.B) {
				for b.Loop() {
					request := httptest.NewRequest(http.MethodGet, address, nil)
					request.Header.Set("Accept-Encoding", "gzip")
					request.Header.Set("Cookie", cookie)
					answer, err := s.app.Test(request, -1)
					if err != nil || answer.StatusCode != http.StatusOK {
						b.Fatal(answer.StatusCode, err)
					}
				}
			})
		}
	}
}
