package search_test

import (
	"strings"
	"testing"
	"time"

	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/search/meili"
	"nuso.se/app/search/meili/stub"
)

// onServer is a house whose index is on a server that others may share.
func onServer(t *testing.T, d *db.DB, server *stub.Server) *house {
	t.Helper()
	log := &logged{}
	index, err := meili.Open(t.Context(), meili.Options{URL: server.URL, Key: stub.Key, Log: log.logger()})
	if err != nil {
		t.Fatal(err)
	}
	return houseWith(t, d, index, log)
}

func (h *house) wantFound(when, word, ids string, degraded bool) {
	h.Helper()
	if got, fell := h.find(word); got != ids || fell != degraded {
		h.Errorf("%s: found %q, degraded %v; want %q, %v\n%s", when, got, fell, ids, degraded, h.log)
	}
}

func TestAServerThatIsIllIsMendedWhenItIsWell(t *testing.T) {
	ills := []struct {
		name       string
		fall, heal func(*stub.Server)
	}{
		{"away", func(s *stub.Server) { s.SetAway(true) }, func(s *stub.Server) { s.SetAway(false) }},
		{"another key", func(s *stub.Server) { s.SetKey("another") }, func(s *stub.Server) { s.SetKey(stub.Key) }},
		{"slow", func(s *stub.Server) { s.SetSlow(time.Minute) }, func(s *stub.Server) { s.SetSlow(0) }},
	}
	for _, ill := range ills {
		t.Run(ill.name, func(t *testing.T) {
			t.Parallel()
			server := stub.New(t)
			h := onServer(t, dbtest.Any(t), server)
			h.put(doc("a", 1, "ord"))
			h.serve()
			h.soon("the index is made", func() bool { return !h.keeper.Degraded() })
			h.soon("no drift", func() bool { return h.drift() == "" })
			h.wantFound("well", "ord", "a", false)
			ill.fall(server)
			h.wantFound("ill", "ord", "a", true)
			h.put(doc("b", 1, "ord"))
			h.wantFound("written while it is ill", "ord", "a b", true)
			begun := time.Now()
			h.wantFound("asked again", "ord", "a b", true)
			if took := time.Since(begun); took > 1900*time.Millisecond {
				t.Errorf("who asks again waits %v for a server that is ill", took)
			}
			ill.heal(server)
			h.soon("mended", func() bool { return !h.keeper.Degraded() })
			h.wantFound("well again", "ord", "a b", false)
		})
	}
}

func TestReplicasShareAnIndex(t *testing.T) {
	server, d := stub.New(t), dbtest.Any(t)
	first, second := onServer(t, d, server), onServer(t, d, server)
	first.fill(500)
	for _, h := range []*house{first, second} {
		h.serve()
		h.soon("it answers", func() bool { return !h.keeper.Degraded() })
		h.soon("no drift", func() bool { return h.drift() == "" })
	}
	if strings.Contains(second.log.String(), "made anew") {
		t.Errorf("the second replica has made the index once more\n%s", second.log)
	}
	for version := range int64(40) {
		h := []*house{first, second}[version%2]
		h.put(doc("d1", version+2, "skrivet"), doc("new", version+2, "skrivet"))
	}
	first.soon("both replicas' writes are in it", func() bool { return first.drift() == "" })
	first.wantFound("at last", "skrivet", "d1 new", false)
	second.wantFound("at last", "skrivet", "d1 new", false)
}
