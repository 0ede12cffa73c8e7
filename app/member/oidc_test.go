package member_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"nuso.se/app/access"
	"nuso.se/app/audit"
	"nuso.se/app/clock"
	"nuso.se/app/db"
	"nuso.se/app/db/dbtest"
	"nuso.se/app/fault"
	"nuso.se/app/member"
	"nuso.se/app/oidc/oidctest"
)

// count returns how many rows the table has.
func (p *pages) count(database *db.DB, table string) (n int64) {
	p.door.t.Helper()
	if err := database.Read(p.door.t.Context()).Table(table).Count(&n).Error; err != nil {
		p.door.t.Fatal(err)
	}
	return n
}

func TestSomebodyLogsInByTheProvider(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		b := p.browser()
		if _, body := b.get("/logga-in?next=/nyheter"); !strings.Contains(body, "Logga in med 127.0.0.1") || !strings.Contains(body, `action="/logga-in/oidc"`) {
			t.Error("the page has no button for it")
		}
		answer, _ := b.end(b.begin("/nyheter"))
		if actor := b.actor(); answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "/nyheter" || actor.Name != "Anna Berg" || actor.Strong {
			t.Fatalf("%d to %q as %+v", answer.StatusCode, answer.Header.Get("Location"), actor)
		}
		if b.cookies[askCookie] != "" {
			t.Error("the browser carries the secret still")
		}
		p.work()
		if len(p.sent) != 1 || p.sent[0].To != address || !strings.Contains(p.sent[0].Text, "Du kan nu logga in med 127.0.0.1.") {
			t.Errorf("mailed: %v", p.sent)
		}
		if verdict, err := audit.Verify(t.Context(), database, audit.Mark{}); err != nil || verdict.Last.Number != 3 {
			t.Errorf("the log: %+v, %v, want the admission, the login and the identity", verdict, err)
		}

		p.there.Person = map[string]any{"sub": "anna", "email": "anna.lind@karlstad.example", "email_verified": false}
		again := p.browser()
		again.end(again.begin("/"))
		if again.actor().ID != b.actor().ID {
			t.Error("who is known is not let in when their address there is another")
		}
		if err := p.runner.Drain(t.Context()); err != nil || len(p.sent) != 1 || p.count(database, "identities") != 1 {
			t.Errorf("a second time: mailed %d, %d identities, %v", len(p.sent), p.count(database, "identities"), err)
		}
	})
}

// The addresses that a provider may tell, and whether they are Anna's.
func TestTheProviderMustHaveMadeSureOfTheVeryAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		for i, row := range []struct {
			name     string
			email    string
			verified any
			in       bool
		}{
			{"not made sure of", address, false, false},
			{"nothing said of that", address, nil, false},
			{"something else said of that", address, "ja", false},
			{"none", "", true, false},
			{"nobody's", nobody, true, false},
			{"dots", "annaberg@karlstad.example", true, false},
			{"a tag", "anna.berg+nuso@karlstad.example", true, false},
			{"a letter that looks alike", "аnna.berg@karlstad.example", true, false},
			{"a domain that looks alike", "anna.berg@kаrlstad.example", true, false},
			{"the same in ASCII", "anna.berg@xn--krlstad-3fg.example", true, false},
			{"a domain below", "anna.berg@x.karlstad.example", true, false},
			{"two", address + ",bo@annan.example", true, false},
			{"a name besides", "Anna <" + address + ">", true, false},
			{"a line more", address + "\r\nBcc: bo@annan.example", true, false},
			{"a NUL", address + "\x00", true, false},
			{"without end", strings.Repeat("a", 10_000) + address, true, false},
			{"in other case", "Anna.Berg@KARLSTAD.Example", true, true},
		} {
			p.door.clock.Advance(2 * time.Hour) // past the limits of the rows before
			p.there.Person = map[string]any{"sub": "somebody " + string(rune('a'+i)), "email": row.email, "email_verified": row.verified}
			b := p.browser()
			answer, body := b.end(b.begin("/"))
			if in := b.actor().ID != ""; in != row.in || !in && (answer.StatusCode != http.StatusNotFound || !strings.Contains(body, `href="/ga-med"`)) {
				t.Errorf("%s: in %t, %d", row.name, in, answer.StatusCode)
			}
		}
		if p.count(database, "persons") != 1 || p.count(database, "identities") != 1 || p.count(database, "sessions") != 1 {
			t.Errorf("%d people, %d identities, %d sessions", p.count(database, "persons"), p.count(database, "identities"), p.count(database, "sessions"))
		}
	})
}

// What comes back from the provider that logs nobody in: what the page says on the way, and what its button does.
func TestNobodyElseLogsInByTheProvider(t *testing.T) {
	type returned struct {
		*browser
		back url.Values
	}
	says := func(claim string, value any) func(*pages, *returned) {
		return func(p *pages, r *returned) {
			p.there.Person = maps.Clone(p.there.Person)
			p.there.Person[claim] = value
		}
	}
	away := func(answer http.HandlerFunc) func(*pages, *returned) {
		return func(p *pages, r *returned) {
			p.there.Instead(func(w http.ResponseWriter, r *http.Request) bool { answer(w, r); return true })
		}
	}
	const ok, wrong, missing, unavailable = http.StatusOK, http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusServiceUnavailable
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		for _, row := range []struct {
			name            string
			change          func(*pages, *returned)
			shown, answered int
		}{
			{"no state", func(_ *pages, r *returned) { r.back.Del("state") }, wrong, wrong},
			{"an altered state", func(_ *pages, r *returned) { r.back.Set("state", r.back.Get("state")[1:]+"0") }, wrong, wrong},
			{"a state in other case", func(_ *pages, r *returned) { r.back.Set("state", strings.ToUpper(r.back.Get("state"))) }, wrong, wrong},
			{"the secret as state", func(_ *pages, r *returned) { r.back.Set("state", r.cookies[askCookie]) }, wrong, wrong},
			{"another browser, which has begun too", func(p *pages, r *returned) { r.browser = p.browser(); r.begin("/") }, wrong, wrong},
			{"another browser", func(p *pages, r *returned) { r.browser = p.browser() }, wrong, wrong},
			{"a browser that has asked by mail since", func(_ *pages, r *returned) {
				r.post("/logga-in", r.stamped("logga-in", url.Values{"email": {address}}))
			}, wrong, wrong},
			{"a second time", func(_ *pages, r *returned) {
				r.post("/logga-in/oidc/svar", r.stamped("svar", url.Values{"state": r.back["state"], "code": {"annan"}}))
			}, wrong, wrong},
			{"after ten minutes", func(p *pages, _ *returned) { p.door.clock.Advance(10 * time.Minute) }, wrong, wrong},
			{"no code", func(_ *pages, r *returned) { r.back.Del("code") }, wrong, wrong},
			{"another code", func(_ *pages, r *returned) { r.back.Set("code", "annan") }, ok, wrong},
			{"the code of somebody else's login", func(p *pages, r *returned) { r.back.Set("code", p.browser().begin("/").Query().Get("code")) }, ok, wrong},
			{"the person has declined", func(_ *pages, r *returned) { r.back.Set("error", "access_denied"); r.back.Del("code") }, wrong, wrong},
			{"an error with words of its own", func(_ *pages, r *returned) {
				r.back.Set("error", "<script>alert(1)</script>")
				r.back.Set("error_description", "Ring den här gången")
				r.back.Del("code")
			}, wrong, wrong},
			{"the nonce of another login", says("nonce", "annan"), ok, wrong},
			{"a key that the provider does not publish", func(p *pages, _ *returned) { p.there.Sign = oidctest.NewKey(t).Sign }, ok, wrong},
			{"a token that is too old", says("exp", clock.At(2026, time.March, 24, 12, 0, 0).Unix()), ok, wrong},
			{"another site's token", says("aud", "annan"), ok, wrong},
			{"another provider's token", says("iss", "https://annan.example"), ok, wrong},
			{"a provider that answers with a page", away(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<!doctype html>")) }), ok, unavailable},
			{"a provider that is broken", away(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusInternalServerError) }), ok, unavailable},
			{"a provider that does not answer", away(func(_ http.ResponseWriter, r *http.Request) { _ = r.ParseForm(); <-r.Context().Done() }), ok, unavailable},
			{"a person without a membership", func(p *pages, _ *returned) {
				end := func(tx db.Tx) error {
					return tx.Exec("UPDATE memberships SET ended_at = 1 WHERE ended_at IS NULL").Error
				}
				if err := database.Tx(t.Context(), end); err != nil {
					t.Fatal(err)
				}
			}, ok, missing},
		} {
			p.door.clock.Advance(2 * time.Hour) // past the limits of the rows before
			sign, person := p.there.Sign, p.there.Person
			r := &returned{browser: p.browser()}
			r.back = r.begin("/").Query()
			row.change(p, r)
			shown, body := r.get("/logga-in/oidc/svar?" + r.back.Encode())
			if shown.StatusCode != row.shown || strings.Contains(body, "alert(1)") || strings.Contains(body, "Ring den") {
				t.Errorf("%s: the page: %d %.300s", row.name, shown.StatusCode, body)
			}
			answered, body := r.post("/logga-in/oidc/svar", r.stamped("svar", r.back))
			if answered.StatusCode != row.answered || (answered.Header.Get("Retry-After") != "") != (row.answered == unavailable) || !strings.Contains(body, "127.0.0.1") {
				t.Errorf("%s: the answer: %d %.300s", row.name, answered.StatusCode, body)
			}
			if r.cookies[sessionCookie] != "" {
				t.Errorf("%s: logged in", row.name)
			}
			p.there.Sign, p.there.Person = sign, person
			p.there.Instead(nil)
		}
		if p.count(database, "identities") != 0 || p.count(database, "sessions") != 0 {
			t.Errorf("%d identities, %d sessions", p.count(database, "identities"), p.count(database, "sessions"))
		}
	})
}

// Who presses often, or whom a mail program helps, is logged in once; looking at the page does nothing.
func TestALoginAtTheProviderEndsOnceAndByAPressAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		b := p.browser()
		back := b.begin("/")
		for range 3 {
			if answer, _ := b.get(back.RequestURI()); answer.StatusCode != http.StatusOK || answer.Header.Get("Cache-Control") != "no-store" {
				t.Fatalf("the page: %d, %s", answer.StatusCode, answer.Header.Get("Cache-Control"))
			}
		}
		if b.cookies[sessionCookie] != "" || p.there.Asked(oidctest.Token) != 0 {
			t.Fatal("looking at the page logs in")
		}
		if answer, _ := b.post("/logga-in/oidc/svar", back.Query()); answer.StatusCode != http.StatusForbidden {
			t.Errorf("without the page's stamp: %d", answer.StatusCode)
		}
		once := make(chan error, 20)
		for range cap(once) {
			go func() {
				once <- p.EnterProvider(t.Context(), b.cookies[askCookie], back.Query().Get("state"), back.Query().Get("code"), func(db.Tx, member.Entry) error { return nil })
			}()
		}
		in := 0
		for range cap(once) {
			if err := <-once; err == nil {
				in++
			}
		}
		if in != 1 || p.there.Asked(oidctest.Token) != 1 {
			t.Errorf("%d of 20 are in, the provider was asked %d times", in, p.there.Asked(oidctest.Token))
		}
	})
}

func TestIdentitiesGoWithTheAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		b := p.browser()
		b.end(b.begin("/"))
		ctx := p.as(b.cookies[sessionCookie])
		if data, err := p.Data(ctx); err != nil || len(data.Identities) != 1 || data.Identities[0].Subject != "anna" || data.Identities[0].Issuer != p.there.Issuer {
			t.Errorf("one's own data: %+v, %v", data.Identities, err)
		}
		if err := p.Close(ctx); err != nil {
			t.Fatal(err)
		}
		again := p.browser()
		if answer, _ := again.end(again.begin("/")); answer.StatusCode != http.StatusNotFound || p.count(database, "identities") != 0 {
			t.Errorf("when it is closed: %d, %d identities", answer.StatusCode, p.count(database, "identities"))
		}
	})
}

// A thief who has changed the address may have logged in by an identity of their own meanwhile.
func TestAChangeOfAddressUndoneTakesTheIdentitiesSinceWithIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, database *db.DB) {
		p := newPages(t, database)
		own, thief := p.browser(), p.browser()
		own.end(own.begin("/"))
		p.door.clock.Advance(time.Hour)
		token := p.mailed(address)
		if err := p.ConfirmAddress(p.as(token), p.asks(token, fresh)); err != nil {
			t.Fatal(err)
		}
		p.work()
		undo := undoIn.FindStringSubmatch(p.sent[len(p.sent)-1].Text)
		old := p.browser()
		if answer, _ := old.end(old.begin("/")); answer.StatusCode != http.StatusNotFound {
			t.Errorf("the provider of the old address still logs in: %d", answer.StatusCode)
		}
		anna := p.there.Person
		p.there.Person = map[string]any{"sub": "thief", "email": fresh, "email_verified": true}
		if thief.end(thief.begin("/")); thief.actor().ID == "" {
			t.Fatal("the identity of the new address is nobody's")
		}
		if err := p.UndoAddress(t.Context(), undo[2], undo[1]); err != nil {
			t.Fatal(err)
		}
		if thief.actor().ID != "" {
			t.Error("the thief is still in")
		}
		if answer, _ := thief.end(thief.begin("/")); answer.StatusCode != http.StatusNotFound {
			t.Errorf("the thief comes back: %d", answer.StatusCode)
		}
		p.there.Person = anna
		if own.end(own.begin("/")); own.actor().ID == "" {
			t.Error("Anna does not")
		}
	})
}

func TestALoginAtTheProviderProvesNoSecondFactor(t *testing.T) {
	p := newPages(t, dbtest.Any(t))
	p.admit(anna(access.Admin, karlstad))
	b := p.browser()
	answer, _ := b.end(b.begin("/admin"))
	if actor := b.actor(); answer.Header.Get("Location") != "/mitt-konto/sakerhet?next=%2Fadmin" || actor.Role != access.Visitor || actor.Unproved != access.Admin || actor.Strong {
		t.Errorf("to %q as %+v", answer.Header.Get("Location"), actor)
	}
}

func TestALoginAtTheProviderLeadsNowhereElse(t *testing.T) {
	p := newPages(t, dbtest.Any(t))
	for _, next := range []string{"https://annan.example/", "//annan.example", "/\\annan.example", "javascript:alert(1)", "/logga-in/oidc"} {
		b := p.browser()
		if answer, _ := b.end(b.begin(next)); answer.Header.Get("Location") != "/" {
			t.Errorf("next=%s leads to %q", next, answer.Header.Get("Location"))
		}
	}
	b := p.browser()
	back := b.begin("/", "Host", "annan.example", "X-Forwarded-Host", "annan.example") // the provider takes no other address than ours
	if back.Host != "nuso.example" {
		t.Errorf("a forged host leads to %s", back)
	}
}

func TestTheSiteServesWhenTheProviderIsAway(t *testing.T) {
	p := newPages(t, dbtest.Any(t))
	p.there.Instead(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "", http.StatusBadGateway)
		return true
	})
	b := p.browser()
	if answer, body := b.get("/logga-in"); answer.StatusCode != http.StatusOK || !strings.Contains(body, "Mejla koden") {
		t.Errorf("the login: %d", answer.StatusCode)
	}
	answer, body := b.post("/logga-in/oidc", b.stamped("logga-in", url.Values{}))
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(body, "127.0.0.1 svarar inte just nu") {
		t.Errorf("the button: %d %.300s", answer.StatusCode, body)
	}
	p.there.Instead(nil)
	p.door.clock.Advance(5 * time.Second)
	if b.end(b.begin("/")); b.actor().ID == "" {
		t.Error("nobody gets in when it is back")
	}
}

func TestWithoutAProviderThereIsNothing(t *testing.T) {
	p := newPages(t, dbtest.Any(t), func(o *member.Options) { o.Provider = nil })
	b := p.browser()
	if _, body := b.get("/logga-in"); strings.Contains(body, "oidc") || !strings.Contains(body, "Mejla koden") {
		t.Error("the page has a button")
	}
	page, _ := b.get("/logga-in/oidc/svar?code=a&state=b")
	begun, _ := b.post("/logga-in/oidc", b.stamped("logga-in", url.Values{}))
	ended, _ := b.post("/logga-in/oidc/svar", b.stamped("svar", url.Values{"code": {"a"}, "state": {"b"}}))
	for name, answer := range map[string]*http.Response{"the page": page, "the beginning": begun, "the end": ended} {
		if answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", name, answer.StatusCode)
		}
	}
}

func TestWhoAsksTheProviderTooOftenWaits(t *testing.T) {
	p := newPages(t, dbtest.Any(t))
	for i := range 101 {
		_, _, err := p.AskProvider(t.Context(), "/", "192.0.2.1")
		if want := i == 100; want != fault.Is(err, fault.TooMany) || !want && err != nil {
			t.Fatalf("number %d: %v", i+1, err)
		}
	}
	if _, _, err := p.AskProvider(t.Context(), "/", "192.0.2.2"); err != nil {
		t.Errorf("from another network: %v", err)
	}
}
