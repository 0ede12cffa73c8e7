package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/demo"
	"nuso.se/app/mail"
)

func TestPeopleOfTheDemonstrationAreInWhileItLasts(t *testing.T) {
	s := newListening(t, clock.NewFake(clock.At(2026, time.March, 25, 12, 0, 0)).Now)
	visitor := s.browser()
	banner := "Den här webbplatsen visar demonstrationsuppgifter."
	for range 2 { // the second time from the cache
		visitor.want("/", 200, "!"+banner)
	}
	system := access.System(t.Context())
	if _, err := s.demo.Load(system); err != nil {
		t.Fatal(err)
	}
	s.site.Refresh(t.Context())
	for range 2 {
		visitor.want("/", 200, banner)
		visitor.want("/nyheter/demo-oppen", 200, banner)
	}
	for _, p := range demo.People() {
		b := s.entered(p.Email)
		b.want("/nyheter/demo-inloggad", 200, p.Name, banner)
		reads := 200
		if p.Role == access.Follower {
			reads = 404
		}
		b.want("/nyheter/demo-deltagare", reads, p.Name)
	}
	member := s.entered("medlem@demo.example.org")
	member.want("/", 200, "Malte Medlem (demo)", banner)
	if _, err := s.demo.Clear(system); err != nil {
		t.Fatal(err)
	}
	member.want("/", 200, "!Malte", "Logga in")
	s.site.Refresh(t.Context())
	member.want("/", 200, "!Malte", "!"+banner)
	member.want("/nyheter/demo-inloggad", 404)
	for range 2 {
		visitor.want("/", 200, "!"+banner)
		visitor.want("/nyheter/demo-oppen", 404)
	}
}

// refusing is a mail server's final no.
type refusing struct{}

func (refusing) Send(context.Context, mail.Message) error {
	return &mail.Undeliverable{Code: 550, Err: errors.New("no such user")}
}

func TestTheListOfPeopleTellsWhoseAddressTakesNoMail(t *testing.T) {
	cfg := testConfig(t)
	for _, args := range []string{
		"user add rut@nuso.example --name=Rut --role admin", "user add bo@nuso.example --name=Bo --role editor",
	} {
		if said, status := shell(t, cfg, strings.Fields(args)...); status != 0 {
			t.Fatal(said)
		}
	}
	h, err := openHouse(t.Context(), cfg, clock.Fixed(clock.At(2026, time.March, 25, 12, 0, 0)), quiet())
	if err != nil {
		t.Fatal(err)
	}
	err = h.bounces.Watch(refusing{}).Send(t.Context(), mail.Message{To: "Bo@nuso.example"})
	h.close()
	if !errors.Is(err, mail.ErrRefused) {
		t.Fatal(err)
	}
	said, _ := shell(t, cfg, "user", "list")
	bo, rut, _ := strings.Cut(said, "\n")
	if !strings.HasSuffix(bo, "redaktör hos NUSO:s projektkontor, adressen tar inte emot mejl (550) sedan 2026-03-25") || strings.Contains(rut, "mejl") {
		t.Errorf("%s", said)
	}
	said, _ = shell(t, cfg, "user", "list", "--json")
	var list []listedUser
	if err := json.Unmarshal([]byte(said), &list); err != nil || len(list) != 2 || list[1].Bounce != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if b := list[0].Bounce; b == nil || b.Code != 550 || b.Count != 1 || !b.Since.Equal(clock.At(2026, time.March, 25, 12, 0, 0)) {
		t.Errorf("%s", said)
	}
}
