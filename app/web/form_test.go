package web_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"nuso.se/app/fault"
	"nuso.se/app/web"
)

func TestStamps(t *testing.T) {
	f := newFixture(t)
	other := newFixture(t, func(o *web.Options) { o.Secret = []byte("another secret of thirty-two byt") })
	f.clock.Set(noon().Add(2 * time.Minute))
	future := f.site.Stamp("contact")
	f.clock.Set(noon())
	stamp := f.site.Stamp("contact")
	head, tail, _ := strings.Cut(stamp, ".")
	for _, row := range []struct {
		name, form, stamp string
		after             time.Duration
		want              bool
	}{
		{"at once", "contact", stamp, 0, true},
		{"after twelve hours", "contact", stamp, 12 * time.Hour, true},
		{"after twelve hours and a second", "contact", stamp, 12*time.Hour + time.Second, false},
		{"a little before it was made, since replicas' clocks differ", "contact", stamp, -time.Minute, true},
		{"from the future", "contact", future, 0, false},
		{"another form's", "confirm", stamp, 0, false},
		{"missing", "contact", "", 0, false},
		{"a dot", "contact", ".", 0, false},
		{"no signature", "contact", head + ".", 0, false},
		{"only a signature", "contact", "." + tail, 0, false},
		{"another head", "contact", flip(head) + "." + tail, 0, false},
		{"another signature", "contact", head + "." + flip(tail), 0, false},
		{"half a signature", "contact", head + "." + tail[:8], 0, false},
		{"something behind", "contact", stamp + "A", 0, false},
		{"no base64", "contact", "å.ä", 0, false},
		{"signed with another secret", "contact", other.site.Stamp("contact"), 0, false},
		{"a form name that runs into the stamp", "contact\x00", stamp, 0, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			f.clock.Set(noon().Add(row.after))
			err := f.site.CheckStamp(row.form, row.stamp)
			if (err == nil) != row.want {
				t.Errorf("got %v, want accepted: %v", err, row.want)
			}
			if err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("got %v, want Forbidden", err)
			}
		})
	}
	first, second := f.site.Stamp("contact"), f.site.Stamp("contact")
	if first == second {
		t.Error("two stamps are the same: each must be spent alone")
	}
}

// flip changes the first letter.
func flip(text string) string {
	if text[0] == 'A' {
		return "B" + text[1:]
	}
	return "A" + text[1:]
}

func TestProofOfWork(t *testing.T) {
	n := 0
	for !web.Proven("stamp", strconv.Itoa(n)) {
		if n++; n > 10_000_000 {
			t.Fatal("no proof")
		}
	}
	for _, row := range []struct {
		name, stamp, proof string
		want               bool
	}{
		{"the number that was found", "stamp", strconv.Itoa(n), true},
		{"the same number for another stamp", "stamp2", strconv.Itoa(n), false},
		{"the number before", "stamp", strconv.Itoa(n - 1), false},
		{"none", "stamp", "", false},
		{"a very long one", "stamp", strings.Repeat("1", 21), false},
	} {
		if got := web.Proven(row.stamp, row.proof); got != row.want {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

func TestWhatIsTypedIsCleaned(t *testing.T) {
	f := newFixture(t)
	f.app.Post("/", func(c *fiber.Ctx) error { return c.SendString(strconv.Quote(web.Field(c, "message"))) })
	f.app.Get("/q", func(c *fiber.Ctx) error { return c.SendString(strconv.Quote(web.Query(c, "q"))) })
	for _, row := range []struct{ name, typed, want string }{
		{"plain words", "Hej+d%C3%A4r", `"Hej där"`},
		{"line ends of Windows", "a%0D%0Ab%0Dc%0Ad", `"a\nb\nc\nd"`},
		{"NUL", "a%00b", `"ab"`},
		{"outer blanks", "+%0A+a+b+%09", `"a b"`},
		{"no UTF-8", "a%FF%FEb", `"a�b"`},
		{"only blanks", "+%0D%0A+", `""`},
	} {
		t.Run(row.name, func(t *testing.T) {
			f.form("/", "message="+row.typed, "Origin", base).want(t, 200, row.want)
			f.get("/q?q="+row.typed).want(t, 200, row.want)
		})
	}
}

// What a form takes is in its body alone: an address that somebody is sent can fill in nothing.
func TestAFormTakesNothingFromTheAddress(t *testing.T) {
	f := newFixture(t)
	f.app.Post("/", func(c *fiber.Ctx) error { return c.SendString(strconv.Quote(web.Field(c, "message"))) })
	f.form("/?message=annat", "name=a", "Origin", base).want(t, 200, `""`)
	f.form("/?message=annat", "message=a", "Origin", base).want(t, 200, `"a"`)
}

// No script reads a cookie, no other site sends it along with a form, and it is for this host over HTTPS.
func TestCookiesAreForThisSiteAlone(t *testing.T) {
	f := newFixture(t)
	f.app.Get("/", func(c *fiber.Ctx) error {
		web.SetToken(c, "x")
		web.SetAskSecret(c, "x", time.Hour)
		web.SetJoinSecret(c, "x", time.Hour)
		return c.SendString("x")
	})
	var names []string
	for _, line := range f.get("/").Header.Values("Set-Cookie") {
		cookie, err := http.ParseSetCookie(line)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, cookie.Name)
		if cookie.Value != "x" || !cookie.HttpOnly || !cookie.Secure || cookie.Path != "/" || cookie.Domain != "" || cookie.SameSite != http.SameSiteLaxMode {
			t.Errorf("%s: %+v", cookie.Name, cookie)
		}
	}
	slices.Sort(names)
	if want := []string{"__Host-nuso", "__Host-nuso-ask", "__Host-nuso-join"}; !slices.Equal(names, want) {
		t.Errorf("cookies %q, want %q", names, want)
	}
}

func TestTheClientsAddressIsBelievedOnlyFromTrustedProxies(t *testing.T) {
	for _, row := range []struct {
		name    string
		proxies []string
		headers []string
		want    string
	}{
		{"nobody forwards", nil, nil, "127.0.0.1"},
		{"no proxy is trusted", nil, []string{"X-Forwarded-For", "203.0.113.7"}, "127.0.0.1"},
		{"another proxy is trusted", []string{"10.0.0.1"}, []string{"X-Forwarded-For", "203.0.113.7"}, "127.0.0.1"},
		{"a trusted proxy", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},
		{"a trusted network", []string{"127.0.0.0/8"}, []string{"X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},
		{"what the client wrote before the proxy is not believed", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"two proxies", []string{"127.0.0.1", "10.0.0.0/8"}, []string{"X-Forwarded-For", "198.51.100.1, 203.0.113.7, 10.0.0.9"}, "203.0.113.7"},
		{"a client that calls itself a proxy", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "10.0.0.9"}, "10.0.0.9"},
		{"a proxy that adds a line of its own", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},
		{"only proxies", []string{"127.0.0.0/8"}, []string{"X-Forwarded-For", "127.0.0.3"}, "127.0.0.3"},
		{"no address", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "unknown"}, "127.0.0.1"},
		{"an address behind nonsense", []string{"127.0.0.1", "10.0.0.1"}, []string{"X-Forwarded-For", "203.0.113.7, <b>, 10.0.0.1"}, "10.0.0.1"},
		{"an empty header", []string{"127.0.0.1"}, []string{"X-Forwarded-For", ""}, "127.0.0.1"},
		{"an address of version 6", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "2001:db8::7"}, "2001:db8::7"},
		{"an address of version 4 in one of 6", []string{"127.0.0.1"}, []string{"X-Forwarded-For", "::ffff:203.0.113.7"}, "203.0.113.7"},
		{"other headers", []string{"127.0.0.1"}, []string{"X-Real-IP", "203.0.113.7", "Forwarded", "for=203.0.113.7"}, "127.0.0.1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFixture(t, func(o *web.Options) { o.Proxies = row.proxies })
			f.app.Get("/", func(c *fiber.Ctx) error { return c.SendString(f.site.ClientAddress(c)) })
			if got := f.get("/", row.headers...).Body; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
