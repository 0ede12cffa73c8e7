package web_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/access"
	"nuso.se/app/clock"
	"nuso.se/app/web"
)

// counted adds a page that counts its renderings, and returns how many they are.
func (f *fixture) counted(path string, change ...func(*testView)) func() int {
	var n atomic.Int64
	f.page(path, func() string { return fmt.Sprintf("gång %d. %s", n.Add(1), strings.Repeat("Ord om NUSO. ", 100)) }, change...)
	return func() int { return int(n.Load()) }
}

func TestAPageIsRenderedOnceUntilSomethingChanges(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(f *fixture)
		again  bool
	}{
		{"nothing happens", func(*fixture) {}, false},
		{"an announcement", func(f *fixture) { f.announce(again) }, true},
		{"the same announcement is seen twice", func(f *fixture) { f.announce(func(*source) {}) }, false},
		{"a second before midnight", func(f *fixture) { f.clock.Set(clock.At(2026, 3, 4, 23, 59, 59)) }, false},
		{"Swedish midnight", func(f *fixture) { f.clock.Set(clock.At(2026, 3, 5, 0, 0, 0)) }, true},
		{"midnight elsewhere", func(f *fixture) { f.clock.Set(clock.At(2026, 3, 4, 13, 0, 0)) }, false},
		{"the database is away", func(f *fixture) { f.announce(func(s *source) { s.number++; s.err = errors.New("away") }) }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			renderings := f.counted("/")
			first := f.get("/")
			if second := f.get("/"); second.Body != first.Body || renderings() != 1 {
				t.Fatalf("rendered %d times before anything changed", renderings())
			}
			row.change(f)
			got := f.get("/")
			if again := renderings() == 2 && got.Body != first.Body; again != row.again {
				t.Errorf("rendered %d times, want anew: %v", renderings(), row.again)
			}
		})
	}
}

func TestADocumentsTurnBeginsANewGeneration(t *testing.T) {
	f := newFixture(t)
	turn := noon().Add(time.Hour)
	f.source.turn = turn
	renderings := f.counted("/")
	f.announce(again)
	for _, step := range []struct {
		at   time.Time
		want int
	}{{noon(), 1}, {turn.Add(-time.Microsecond), 1}, {turn, 2}} {
		f.clock.Set(step.at)
		f.get("/")
		if renderings() != step.want {
			t.Errorf("at %s: rendered %d times, want %d", step.at, renderings(), step.want)
		}
	}
	f.announce(func(s *source) { s.turn = time.Time{} })
	f.get("/")
	before := renderings()
	f.get("/")
	if renderings() != before {
		t.Error("the generation after the turn keeps nothing")
	}
}

func TestAPageTurnsWithItsOwnWords(t *testing.T) {
	f := newFixture(t)
	turn := noon().Add(15 * time.Minute)
	renderings := f.counted("/", func(v *testView) { v.Turns = turn })
	other := f.counted("/annan")
	for _, step := range []struct {
		at   time.Time
		want int
	}{{noon(), 1}, {turn.Add(-time.Second), 1}, {turn, 2}, {turn.Add(time.Second), 3}} { // a turn that has been keeps nothing
		f.clock.Set(step.at)
		f.get("/")
		f.get("/annan")
		if renderings() != step.want || other() != 1 {
			t.Errorf("at %s: rendered %d times, want %d, and the other page %d, want 1", step.at, renderings(), step.want, other())
		}
	}
}

func TestAPageMadeFromBeforeAnAnnouncementNeverEntersTheNewGeneration(t *testing.T) {
	f := newFixture(t)
	read, goOn := make(chan bool), make(chan bool)
	var news atomic.Value
	news.Store("gammalt")
	f.app.Get("/", func(c *fiber.Ctx) error {
		text := news.Load().(string)
		if c.Get("Wait") != "" {
			read <- true
			<-goOn
		}
		return f.site.Render(c, "test/show", &testView{Text: text})
	})
	f.serve()
	slow := make(chan answer)
	go func() { slow <- f.get("/", "Wait", "yes") }()
	<-read
	news.Store("nytt")
	f.announce(again)
	goOn <- true
	(<-slow).want(t, 200, "gammalt") // it began before
	f.get("/").want(t, 200, "nytt")
	f.get("/").want(t, 200, "nytt")
}

func TestWhatIsNeverKept(t *testing.T) {
	for _, row := range []struct {
		name, path string
		view       web.Page
		status     int
		actor      access.Role
		headers    map[string]string
	}{
		{"a page with a stamp", "/a", web.Page{NoStore: true}, 200, access.Visitor, map[string]string{"Cache-Control": "no-store", "ETag": ""}},
		{"a form with faults", "/b", web.Page{}, 422, access.Visitor, map[string]string{"Cache-Control": "no-store", "ETag": ""}},
		{"a page for somebody", "/c", web.Page{}, 200, access.Member, map[string]string{"Cache-Control": "no-store", "ETag": ""}},
		{"a very long address", "/" + strings.Repeat("a", 300), web.Page{}, 200, access.Visitor, map[string]string{"Cache-Control": "no-cache"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t)
			n := 0
			f.app.Get("/:name", func(c *fiber.Ctx) error {
				n++
				c.SetUserContext(access.With(c.UserContext(), access.Actor{Role: row.actor}))
				view := &testView{Page: row.view}
				return f.site.RenderStatus(c, row.status, "test/show", view)
			})
			f.get(row.path).want(t, row.status)
			got := f.get(row.path)
			if n != 2 {
				t.Errorf("rendered %d times, want 2", n)
			}
			for name, want := range row.headers {
				got.wantHeader(t, name, want)
			}
		})
	}
}

func TestAFailureIsMadeAnewEachTime(t *testing.T) {
	f := newFixture(t)
	n := 0
	f.app.Get("/", func(*fiber.Ctx) error { n++; return errors.New("away") })
	f.get("/").want(t, 500)
	f.get("/").want(t, 500)
	if n != 2 {
		t.Errorf("asked %d times, want 2", n)
	}
}

func TestQueriesArePagesOfTheirOwn(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/", func(c *fiber.Ctx) error {
		return f.site.Render(c, "test/show", &testView{Text: "sida " + c.Query("page")})
	})
	for range 2 {
		f.get("/?page=2").want(t, 200, "sida 2<")
		f.get("/?page=3").want(t, 200, "sida 3<")
		f.get("/").want(t, 200, "sida <")
	}
}

func TestAWriteIsNeverAnsweredFromTheCache(t *testing.T) {
	f := newFixture(t)
	f.page("/", func() string { return "sidan" })
	f.app.Post("/", func(c *fiber.Ctx) error { return c.SendString("mottaget") })
	f.get("/").want(t, 200, "sidan")
	f.form("/", "a=b", "Origin", base).want(t, 200, "mottaget")
}

func TestReadersWhoHaveThePageGet304(t *testing.T) {
	for _, change := range []func(*web.Options){func(*web.Options) {}, uncached} {
		f := newFixture(t, change)
		f.page("/", func() string { return strings.Repeat("ord ", 500) })
		etag := f.get("/").Header.Get("ETag")
		if !strings.HasPrefix(etag, `"`) || len(etag) < 10 {
			t.Fatalf("ETag %q", etag)
		}
		for _, row := range []struct {
			name, match string
			status      int
		}{
			{"the tag", etag, 304},
			{"the tag made weak by a proxy", "W/" + etag, 304},
			{"the tag among others", `"x", ` + etag + `, "y"`, 304},
			{"any", "*", 304},
			{"another tag", `"x"`, 200},
			{"the beginning of the tag", etag[:5], 200},
			{"nothing", "", 200},
		} {
			t.Run(row.name, func(t *testing.T) {
				got := f.get("/", "If-None-Match", row.match, "Accept-Encoding", "gzip")
				got.want(t, row.status)
				got.wantHeader(t, "ETag", etag)
				got.wantHeader(t, "Cache-Control", "no-cache")
				got.wantHeader(t, "Vary", "Accept-Encoding")
				if row.status == 304 && got.Body != "" {
					t.Errorf("a body of %d bytes", len(got.Body))
				}
			})
		}
	}
}

func TestEveryEncodingHoldsTheSamePage(t *testing.T) {
	for _, kept := range []bool{true, false} {
		f := newFixture(t, func(o *web.Options) {
			if !kept {
				o.Source = nil
			}
		})
		f.page("/", func() string { return strings.Repeat("Många ord om omställning. ", 100) })
		f.page("/kort", func() string { return "kort" })
		plain := f.get("/")
		for _, row := range []struct {
			accept, want, wantUncached string
		}{
			{"br", "br", ""}, {"gzip, deflate, br, zstd", "br", "gzip"}, {"gzip", "gzip", "gzip"}, {"GZIP", "gzip", "gzip"}, {"deflate", "", ""}, {"", "", ""},
			{"br;q=0, gzip", "gzip", "gzip"}, {"br;q=0.000,gzip;q=0", "", ""}, {"gzip;q=0.5", "gzip", "gzip"}, {"brotli", "", ""}, {"xgzip", "", ""},
		} {
			t.Run(fmt.Sprintf("%q kept %v", row.accept, kept), func(t *testing.T) {
				want := row.want
				if !kept {
					want = row.wantUncached
				}
				got := f.get("/", "Accept-Encoding", row.accept)
				got.wantHeader(t, "Content-Encoding", want)
				got.wantHeader(t, "Vary", "Accept-Encoding")
				got.wantHeader(t, "Content-Type", "text/html; charset=utf-8")
				got.wantHeader(t, "ETag", plain.Header.Get("ETag"))
				if got.Body != plain.Body {
					t.Errorf("another page:\n%.200s", got.Body)
				}
				f.get("/kort", "Accept-Encoding", row.accept).wantHeader(t, "Content-Encoding", "")
			})
		}
	}
}

func TestHEADIsGETWithoutTheBody(t *testing.T) {
	for _, change := range []func(*web.Options){func(*web.Options) {}, uncached} {
		f := newFixture(t, change)
		f.page("/", func() string { return strings.Repeat("ord ", 500) })
		for range 2 {
			got, head := f.get("/", "Accept-Encoding", "gzip"), f.ask("HEAD", "/", "Accept-Encoding", "gzip")
			head.want(t, 200)
			for _, name := range []string{"ETag", "Content-Type", "Content-Length", "Content-Encoding", "Cache-Control", "Vary"} {
				head.wantHeader(t, name, got.Header.Get(name))
			}
			if head.Body != "" {
				t.Errorf("a body of %d bytes", len(head.Body))
			}
		}
	}
}

// big returns what takes a little more than an eighth of a generation: no encoding makes it smaller, and all three are kept.
func big() []byte {
	data := make([]byte, 4<<20/3)
	_, _ = rand.NewChaCha8([32]byte{}).Read(data) // never fails
	return data
}

func TestTheCacheHasAnEnd(t *testing.T) {
	f := newFixture(t)
	renderings, data := map[string]int{}, big()
	f.app.Get("/:name", func(c *fiber.Ctx) error {
		renderings[c.OriginalURL()]++
		return f.site.Shared(c, "text/plain", data, time.Time{})
	})
	twice := func(target string) bool {
		f.get(target, "Accept-Encoding", "gzip")
		f.get(target, "Accept-Encoding", "gzip")
		return renderings[target] == 1
	}
	kept := 0
	for n := range 3 {
		if twice(fmt.Sprintf("/sida?n=%d", n)) {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("%d pages with queries of 4 MB were kept, want 1: they leave room for pages without", kept)
	}
	kept = 0
	for n := range 8 {
		if twice(fmt.Sprintf("/sida%d", n)) {
			kept++
		}
	}
	if kept != 6 {
		t.Errorf("%d pages of 4 MB were kept besides, want 6", kept)
	}
	f.announce(again)
	clear(renderings)
	if !twice("/sida7") {
		t.Error("the next generation keeps nothing")
	}
}

func TestAPageThatTurnsOftenCountsOnce(t *testing.T) {
	f := newFixture(t)
	data := big()
	f.app.Get("/ofta", func(c *fiber.Ctx) error { return f.site.Shared(c, "text/plain", data, f.clock.Now().Add(time.Second)) })
	renderings := f.counted("/annan")
	for range 10 {
		f.get("/ofta", "Accept-Encoding", "gzip")
		f.clock.Advance(2 * time.Second)
	}
	f.get("/annan")
	f.get("/annan")
	if renderings() != 1 {
		t.Error("the cache is full of one page")
	}
}

func TestMachineAnswersAreSharedTheSameWay(t *testing.T) {
	f := newFixture(t)
	n, role := 0, access.Visitor
	f.app.Get("/feed.atom", func(c *fiber.Ctx) error {
		n++
		c.SetUserContext(access.With(c.UserContext(), access.Actor{Role: role}))
		return f.site.Shared(c, "application/atom+xml; charset=utf-8", []byte("<feed>"+strings.Repeat("<entry/>", 100)+"</feed>"), time.Time{})
	})
	role = access.Member
	f.get("/feed.atom").wantHeader(t, "Cache-Control", "no-store")
	role = access.Visitor
	first := f.get("/feed.atom")
	first.wantHeader(t, "Content-Type", "application/atom+xml; charset=utf-8")
	first.wantHeader(t, "Cache-Control", "no-cache")
	second := f.get("/feed.atom", "Accept-Encoding", "br")
	second.wantHeader(t, "Content-Encoding", "br")
	if second.Body != first.Body || n != 2 {
		t.Errorf("made %d times, want 2", n)
	}
	f.get("/feed.atom", "If-None-Match", first.Header.Get("ETag")).want(t, 304)
}
