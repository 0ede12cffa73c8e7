package join_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/join"
	"nuso.se/app/web/webtest"
)

// carried is what the browser carries on.
func carried(t *testing.T, a webtest.Answer) []string {
	t.Helper()
	for _, c := range a.Cookies() {
		if c.Name == "__Host-nuso-join" {
			if !c.Secure || !c.HttpOnly || c.Path != "/" || c.SameSite != http.SameSiteLaxMode {
				t.Errorf("the cookie %+v", c)
			}
			return []string{"Cookie", c.Name + "=" + c.Value}
		}
	}
	t.Fatalf("no cookie (%d)", a.StatusCode)
	return nil
}

// filled is the form of a fresh page with good values.
func (r *rig) filled() url.Values {
	r.t.Helper()
	d := r.draft()
	return url.Values{
		"email": {d.Email}, "name": {d.Name}, "organisation": {d.Organisation}, "role": {string(d.Role)}, "purpose": {"En rad.\r\nOch en till."},
		"terms": {d.Terms}, "website": {""}, "stamp": {r.get("/ga-med").Stamp(r.t)},
	}
}

func TestTheFormIsServedFresh(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	page := r.get("/ga-med")
	page.Want(t, 200, `action="/ga-med"`, `name="email"`, `name="website"`, `<option value="Karlstad">`, `<option value="Upplands Väsby">`, `value="follower"`,
		`value="researcher"`, `name="terms" value="2025-09-19/1"`, `href="/villkor"`, `href="/logga-in"`, "!ds-error-summary", "!editor", "!admin", "!checked")
	if got := page.Header.Get("Cache-Control"); got != "no-store" || len(page.Cookies()) > 0 {
		t.Errorf("Cache-Control %q, cookies %v", got, page.Cookies())
	}
	if n := strings.Count(page.Text, "<option"); n != 290 {
		t.Errorf("%d municipalities", n)
	}
	if page.Stamp(t) == r.get("/ga-med").Stamp(t) {
		t.Error("two pages have the same stamp")
	}
}

func TestWhatIsRefusedComesBackAsItWasTyped(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for _, row := range []struct {
		name, field, value string
	}{
		{"no address", "email", ""}, {"half an address", "email", "anna@"}, {"no name", "name", " "}, {"no organisation", "organisation", ""},
		{"no role", "role", ""}, {"admin", "role", "admin"}, {"no purpose", "purpose", ""}, {"terms not accepted", "terms", ""},
		{"a personal number", "purpose", "Det gäller 19811218-9876."}, {"bytes that are no text", "name", "Anna\xff"},
	} {
		values := r.filled()
		values.Set(row.field, row.value)
		page := r.post("/ga-med", values)
		page.Want(t, 422, "data-form-summary", `href="#`+row.field+`"`, `id="`+row.field+`"`, `id="`+row.field+`-error"`)
		for field, typed := range map[string]string{
			"email": `value="anna@karlstad.example"`, "name": `value="Anna Berg"`, "organisation": `value="Karlstad"`, "role": `value="member" aria-describedby="role-member-about" checked`,
			"purpose": "En rad.\nOch en till.</textarea>", "terms": `name="terms" value="2025-09-19/1" aria-describedby="terms-hint" checked`,
		} {
			if field != row.field && !strings.Contains(page.Text, typed) {
				t.Errorf("%s: %s is lost", row.name, field)
			}
		}
		if len(page.Cookies()) > 0 || page.Stamp(t) == values.Get("stamp") {
			t.Errorf("%s: cookies %v, or the old stamp", row.name, page.Cookies())
		}
	}
	if r.count("join_requests") != 0 || strings.Contains(r.log.String(), "Anna") || strings.Contains(r.log.String(), "19811218") {
		t.Errorf("something is kept, or the log tells it: %s", r.log.String())
	}
}

func TestAFormWithoutItsStampIsKeptAndNotTaken(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for name, stamp := range map[string]string{"missing": "", "another form's": r.Site.Stamp("kontakt"), "altered": r.Site.Stamp("ga-med") + "x"} {
		values := r.filled()
		values.Set("stamp", stamp)
		r.post("/ga-med", values).Want(t, 403, html.EscapeString("allt du skrev står kvar"), `value="Anna Berg"`, "Och en till.")
		if name == "missing" {
			r.post("/ga-med", r.filled(), "Sec-Fetch-Site", "cross-site").Want(t, 403, "Anna Berg", "Och en till.")
		}
	}
	r.Clock.Advance(13 * time.Hour)
	values := r.filled()
	r.Clock.Advance(13 * time.Hour)
	r.post("/ga-med", values).Want(t, 403, `value="Anna Berg"`)
	if n := r.count("join_requests"); n != 0 {
		t.Errorf("%d requests", n)
	}
}

func TestTooManyAndADatabaseThatIsAwayKeepWhatWasTyped(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	for range 3 {
		r.post("/ga-med", r.filled()).WantRedirect(t, "/ga-med/kod")
	}
	page := r.post("/ga-med", r.filled())
	page.Want(t, 429, `value="Anna Berg"`, "Och en till.", "redan mejlat")
	if page.Header.Get("Retry-After") != "86400" {
		t.Errorf("Retry-After %q", page.Header.Get("Retry-After"))
	}
	values := r.filled()
	r.must(r.db.Close())
	page = r.post("/ga-med", values)
	page.Want(t, 503, `value="Anna Berg"`, "Och en till.", "Den är inte skickad", `terms-hint" checked`)
	if page.Stamp(t) != values.Get("stamp") {
		t.Error("another stamp: if it was taken after all it would be taken twice")
	}
}

func TestTheAnswerIsTheSameWhoeverHasTheAddress(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	pages := map[string]string{}
	for name, email := range map[string]string{"known": "mia@desk.example", "new": "ny@karlstad.example", "trapped": "robot@karlstad.example"} {
		values := r.filled()
		values.Set("email", email)
		if name == "trapped" {
			values.Set("website", "http://x.example")
		}
		sent := r.post("/ga-med", values)
		sent.WantRedirect(t, "/ga-med/kod")
		cookie := carried(t, sent)
		r.letters()
		page := r.get("/ga-med/kod", cookie...)
		page.Want(t, 200, "Vi har mejlat dig")
		wrong := r.post("/ga-med/kod", url.Values{"stamp": {page.Stamp(t)}, "code": {"000000"}}, cookie...)
		wrong.Want(t, 422, "Koden stämmer inte")
		pages[name] = strings.ReplaceAll(page.Text, page.Stamp(t), "") + strings.ReplaceAll(wrong.Text, wrong.Stamp(t), "") + string(rune(len(cookie[1])))
	}
	if pages["known"] != pages["new"] || pages["trapped"] != pages["new"] {
		t.Error("the pages differ")
	}
}

func TestALinkWorksWhereItWasAskedForAndByAPressAlone(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	cookie := carried(t, r.post("/ga-med", r.filled()))
	path := "/ga-med/bekrafta/" + linkIn.FindStringSubmatch(r.letters()[0].Text)[1]
	for range 2 {
		scanner := r.get(path)
		scanner.Want(t, 200, "bara i den webbläsare där du fyllde i", "!Anna", "!anna@", "!delstudie", "!<form class=\"form", "!Skicka ansökan</button>")
		r.Visit(t, webtest.Request(http.MethodHead, path, nil, cookie...)).Want(t, 200)
		r.post(path, url.Values{"stamp": {r.Site.Stamp("ga-med-lank")}}).Want(t, 200, "bara i den webbläsare")
	}
	r.get("/ga-med/kod", cookie...).Want(t, 200, "fyll i ansökan igen", "!data-draft-done") // what was typed is there again
	page := r.get(path, cookie...)
	page.Want(t, 200, "Anna Berg", "anna@karlstad.example", "Karlstad", "Medlem", "Och en till.", "Skicka ansökan</button>")
	if n, _ := r.Waiting(r.as("Bo")); n != 0 {
		t.Fatal("looking at it has confirmed it")
	}
	r.post(path, url.Values{}, cookie...).Want(t, 403)
	for range 2 {
		r.post(path, url.Values{"stamp": {page.Stamp(t)}}, cookie...).WantRedirect(t, "/ga-med/tack")
	}
	r.get("/ga-med/tack").Want(t, 200, "Tack, din ansökan är skickad", `data-draft-done="ga-med"`)
	r.get(path, cookie...).WantRedirect(t, "/ga-med/tack")
	r.get(path).Want(t, 404, "Länken går inte att använda")
	if n, _ := r.Waiting(r.as("Bo")); n != 1 {
		t.Errorf("%d wait", n)
	}
	if strings.Contains(r.log.String(), path) {
		t.Error("the log tells the link")
	}
}

func TestTheDeskIsThereForThoseWhoDecide(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	fits := r.waiting()
	other := r.waiting(func(d *join.Draft) { d.Email, d.Name = "x@gmail.com", "Lisa Lind" })
	for _, row := range []struct {
		name, at string
		status   int
		want     []string
	}{
		{"", "/redaktion/ansokningar", 303, nil}, {"", "/redaktion/ansokningar/" + fits, 303, nil}, {"", "/redaktion/ansokningar/0000", 303, nil},
		{"", "/min-kommun/ansokningar", 303, nil}, {"", "/min-kommun/ansokningar/" + fits, 303, nil},
		{"Mia", "/redaktion/ansokningar", 404, nil}, {"Mia", "/min-kommun/ansokningar", 404, nil}, {"Mia", "/min-kommun/ansokningar/" + fits, 404, nil},
		{"Fia", "/redaktion/ansokningar/" + fits, 404, nil}, {"Fia", "/min-kommun/ansokningar", 404, nil},
		{"Bo", "/redaktion/ansokningar", 404, nil}, {"Bo", "/redaktion/ansokningar/" + fits, 404, nil},
		{"Bo", "/min-kommun/ansokningar", 200, []string{"Anna Berg", "1 ansökan", "!Lisa", "!redaktion"}},
		{"Bo", "/min-kommun/ansokningar/" + fits, 200, []string{"Anna Berg", "Adressen hör till Karlstad", "Bo, Eva", "Godkänn</button>", "Ansvarar för NUSO i sin organisation", "!forskare"}},
		{"Bo", "/min-kommun/ansokningar/" + other, 404, []string{"!Lisa"}},
		{"Siv", "/min-kommun/ansokningar", 200, []string{"Ingen ansökan väntar", "0 ansökningar", "!Anna"}},
		{"Siv", "/min-kommun/ansokningar/" + fits, 404, []string{"!Anna"}},
		{"Ed", "/min-kommun/ansokningar", 404, nil},
		{"Ed", "/redaktion/ansokningar", 200, []string{"Anna Berg", "Lisa Lind", "2 ansökningar", "Kontaktpersonerna i organisationen svarar först"}},
		{"Ed", "/redaktion/ansokningar/" + fits, 200, []string{"Anna Berg", "måndag 30 mars 2026", "!Godkänn</button>", "!name=\"decision\""}},
		{"Ada", "/redaktion/ansokningar/" + other, 200, []string{"Lisa Lind", "Vi vet inte om adressen hör till Karlstad", "Godkänn</button>", "Forskare"}},
		{"Ada", "/redaktion/ansokningar/0000", 404, nil}, {"Ada", "/redaktion/ansokningar?page=2", 404, nil},
		{"Ada", "/redaktion/ansokningar?visa=avgjorda", 200, []string{"Ingen ansökan är avgjord", "!Anna"}},
	} {
		r.Actor = r.actor(row.name)
		t.Run(row.name+" at "+row.at, func(t *testing.T) { r.get(row.at).Want(t, row.status, row.want...) })
	}
}

func TestARequestOfWhatTakesPartInNothingOffersFollowerAndSaysWhy(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "z@gmail.com", "Stockholm" })
	r.Actor = r.actor("Ed")
	r.get("/redaktion/ansokningar/"+id).Want(t, 200, "Stockholm deltar inte i någon omgång", `value="follower" aria-describedby="role-follower-about" checked`, `!value="member"`)
}

func TestATypedOrganisationIsChosenAmongThoseThatThereAre(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting(func(d *join.Draft) { d.Email, d.Organisation, d.Role = "z@gmail.com", "FoU Nord", access.Researcher })
	again := r.waiting(func(d *join.Draft) { d.Email, d.Organisation, d.Role = "y@gmail.com", "fou nord", access.Researcher })
	r.Actor = r.actor("Ed")
	r.get("/redaktion/ansokningar/"+id).Want(t, 200, "Lägg till FoU Nord", `<option value="kommun-1780">Karlstad`, "inte en av kommunerna", "!Finns redan\"")
	r.must(r.Approve(r.as("Ed"), id, join.Grant{Role: access.Researcher}))
	r.get("/redaktion/ansokningar/"+again).Want(t, 200, "!Lägg till", `selected>FoU Nord`)
}

func TestWithoutAFreshFactorThePageLeadsToIt(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting()
	r.Actor = r.actor("Bo")
	r.Actor.Strong = false
	r.get("/min-kommun/ansokningar/"+id).Want(t, 200, "!Godkänn</button>", "Avslå</button>", `href="/logga-in/bekrafta?next=%2Fmin-kommun%2Fansokningar%2F`+id)
}

func TestAPageOfTheDeskWithoutItsFormTokenDoesNothing(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting()
	r.Actor = r.actor("Bo")
	r.post("/min-kommun/ansokningar/"+id, url.Values{"decision": {"approve"}, "role": {"member"}, "message": {"Min text"}}).Want(t, 403, "Min text")
	if got := r.roles(anna); got != "" {
		t.Errorf("Anna is %q", got)
	}
}

// The page tells who was first; the log names nobody.
func TestWhoWasFirstIsNotLogged(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting()
	r.Actor = r.actor("Bo")
	cookie := []string{"Cookie", "__Host-nuso=" + strings.Repeat("a", 43)}
	page := r.get("/min-kommun/ansokningar/"+id, cookie...)
	r.must(r.Decline(r.as("Eva"), id, ""))
	token := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(page.Text)
	r.post("/min-kommun/ansokningar/"+id, url.Values{"token": token[1:], "decision": {"approve"}, "role": {"member"}}, cookie...).Want(t, 409, "Eva har avslagit")
	if log := r.log.String(); !strings.Contains(log, "somebody else was first") || strings.Contains(log, "Eva") {
		t.Errorf("the log:\n%s", log)
	}
}

func TestADecidedRequestTellsWhoGaveWhatWhere(t *testing.T) {
	r := newRig(t, dbtest.Any(t))
	id := r.waiting(func(d *join.Draft) { d.Email, d.Organisation = "z@gmail.com", "Kalstad" })
	declined := r.waiting(func(d *join.Draft) { d.Email, d.Name = "y@gmail.com", "Lisa Lind" })
	r.must(r.Approve(r.as("Ed"), id, join.Grant{Role: access.Member, Organisation: karlstad}))
	r.must(r.Decline(r.as("Ada"), declined, ""))
	r.Actor = r.actor("Ed")
	r.get("/redaktion/ansokningar/"+id).Want(t, 200, "Ed har godkänt ansökan onsdag 25 mars 2026", "Svaret är mejlat", "Medlem, Karlstad", "!name=\"decision\"", "data-draft-done")
	r.get("/redaktion/ansokningar/"+declined).Want(t, 200, "Ada har avslagit ansökan", "!Fick rollen", "!name=\"decision\"")
	r.get("/redaktion/ansokningar?visa=avgjorda").Want(t, 200, "2 ansökningar", "Ed har godkänt", "Ada har avslagit")
	r.get("/redaktion/ansokningar").Want(t, 200, "0 ansökningar", "Du får ett mejl när det kommer en", "!Lisa")
}
